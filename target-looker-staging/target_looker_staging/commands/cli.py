"""The operator's command: what happened, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from target_looker_staging.commands.check import check
from target_looker_staging.commands.dashboards import dashboards
from target_looker_staging.commands.lookml import lookml
from target_looker_staging.commands.refresh import refresh
from target_looker_staging.commands.replay import replay
from target_looker_staging.commands.report import report
from target_looker_staging.commands.runs import runs
from target_looker_staging.commands.secrets import secrets

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="target-looker-staging")
@click.option(
    "--config",
    "config_files",
    multiple=True,
    metavar="FILE",
    help="The target's settings as a JSON file; may be given more than once, later files win. "
    "Settings in TARGET_LOOKER_STAGING_* variables win over files.",
)
@click.pass_context
def main(context: click.Context, config_files: Sequence[str]) -> None:
    """Look at the staging area, with the settings of target-looker-staging."""
    context.obj = list(config_files)


for command in (check, dashboards, lookml, refresh, replay, report, runs, secrets):
    main.add_command(command)

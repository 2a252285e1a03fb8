"""The operator's command: what happened, and what can be done about it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import click
from typing_extensions import override

from target_looker_staging.commands.check import check
from target_looker_staging.commands.dashboards import dashboards
from target_looker_staging.commands.lookml import lookml
from target_looker_staging.commands.refresh import refresh
from target_looker_staging.commands.replay import replay
from target_looker_staging.commands.report import report
from target_looker_staging.commands.runs import runs
from target_looker_staging.commands.secrets import secrets
from target_looker_staging.printable import guard_logs, printable

if TYPE_CHECKING:
    from collections.abc import Sequence


class Commands(click.Group):
    """The commands; what they say of failures is printable, whatever is named in it."""

    @override
    def invoke(self, ctx: click.Context) -> Any:
        """Do what a command line asks."""
        guard_logs([logging.getLogger("target-looker-staging")])
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            # Final in name only: click reads it when it shows the error.
            error.message = printable(error.message, keep="\n")  # type: ignore[misc]
            raise


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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

"""`looker-staging refresh`: tells Looker what it was not told yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from target_looker_staging.commands.console import (
    failures,
    print_table,
    read_config,
    read_looker,
    warehouse,
)
from target_looker_staging.looker import refresh as tell
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.run.refresh_log import RefreshLog
from target_looker_staging.run.refreshing import Refresher, judge_refresh
from target_looker_staging.staging.settings import LoadSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_looker_staging.looker import LookerSettings, RefreshReport
    from target_looker_staging.postgres.types import Connection


@click.command()
@click.option("--all", "everything", is_flag=True, help="Tell Looker all that the settings name.")
@click.option(
    "--without-run-log",
    is_flag=True,
    help="For loads of other targets: tell Looker all that the settings name, because whoever "
    "calls this has seen the load end well. Needs no warehouse and remembers nothing.",
)
@click.pass_obj
def refresh(config_files: list[str], *, everything: bool, without_run_log: bool) -> None:
    """Tell Looker what it is still owed."""
    config = read_config(config_files, needs_warehouse=not without_run_log)
    if without_run_log:
        looker = read_looker(config)
        _print(_tell_all(looker), looker)
    else:
        run_pending_actions(config, everything=everything)


def run_pending_actions(config: Mapping[str, Any], *, everything: bool = False) -> None:
    """Tell Looker what the run log says that it is owed, or all, and print what came of it.

    Raises:
        ClickException: If there is no Looker, no complete run, or an action failed.
    """
    looker = read_looker(config)
    log = RefreshLog(LoadSettings.from_config(config).target_schema)
    with warehouse(config) as connection:
        report = _run_pending(connection, log, looker, everything=everything)
    _print(report, looker)


def _print(report: RefreshReport, looker: LookerSettings) -> None:
    if report.actions:
        rows = [(each.action, each.target, each.status, each.detail) for each in report.actions]
        values = [[getattr(value, "value", value) for value in row] for row in rows]
        print_table(("action", "target", "status", "detail"), values)
    click.echo(f"Actions due: {len(report.actions)}. Calls to Looker: {report.calls}.")
    with failures():
        judge_refresh(report, looker)


def _tell_all(looker: LookerSettings) -> RefreshReport:
    """Tell Looker everything, unless the settings say that it is never to be told."""
    if looker.refresh_when != "never":
        looker = replace(looker, refresh_when="always")
    return tell(looker, frozenset())


def _run_pending(
    connection: Connection, log: RefreshLog, looker: LookerSettings, *, everything: bool
) -> RefreshReport:
    """Tell Looker what the run log says that it is owed, or all.

    Raises:
        ClickException: If no run was complete yet.
    """
    refresher = Refresher(connection, log)
    refresher.lock()
    with transaction(connection, READING_RUN_LOG) as cursor:
        run_id = log.latest_complete_run(cursor)
        if run_id is None:
            raise click.ClickException("There is no complete run, so Looker is not told.")
        wanted = replace(looker, refresh_when="always" if everything else "changed")
        due = refresher.enqueue(cursor, wanted, run_id, ())
    return refresher.run_pending(replace(looker, refresh_when="changed"), due)

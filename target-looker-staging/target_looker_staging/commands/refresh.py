"""`looker-staging refresh`: tells Looker what it was not told yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from target_looker_staging.commands.console import (
    echo,
    failures,
    print_table,
    read_config,
    read_looker,
    warehouse,
)
from target_looker_staging.looker import refresh as tell
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.postgres.locks import lock_conclusions, lock_definitions
from target_looker_staging.run.columns import add_columns
from target_looker_staging.run.refresh_log import RefreshLog
from target_looker_staging.run.refreshing import Refresher, judge_refresh
from target_looker_staging.run.tables import close_dead_runs
from target_looker_staging.run.wholeness import WholenessLog
from target_looker_staging.staging.settings import LoadSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_looker_staging.looker import LookerSettings, RefreshReport
    from target_looker_staging.postgres.types import Connection
    from target_looker_staging.run.debts import Debt


@click.command()
@click.option("--all", "everything", is_flag=True, help="Tell Looker all that the settings name.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="RUN_ID",
    help="Take the streams of this run for whole, though it did not bring all of them: for a job "
    "that will not run again. May be given more than once.",
)
@click.option(
    "--without-run-log",
    is_flag=True,
    help="For loads of other targets: tell Looker all that the settings name, because whoever "
    "calls this has seen the load end well. Needs no warehouse and remembers nothing.",
)
@click.pass_obj
def refresh(
    config_files: list[str], accepted: Sequence[str], *, everything: bool, without_run_log: bool
) -> None:
    """Tell Looker what it is still owed, as far as all streams that it shows are whole."""
    if without_run_log and accepted:
        raise click.UsageError("--accept needs the run log, so it cannot go without.")
    config = read_config(config_files, needs_warehouse=not without_run_log)
    if without_run_log:
        looker = read_looker(config)
        _print(_tell_all(looker), (), looker)
    else:
        run_pending_actions(config, everything=everything, accepted=accepted)


def run_pending_actions(
    config: Mapping[str, Any], *, everything: bool = False, accepted: Sequence[str] = ()
) -> None:
    """Tell Looker what the run log says that it is owed, or all, and print what came of it.

    Raises:
        ClickException: If there is no Looker, no complete run, an action failed, or one has to
            wait for streams that are not whole.
    """
    looker = read_looker(config)
    schema = LoadSettings.from_config(config).target_schema
    with warehouse(config) as connection:
        _accept(connection, schema, accepted)
        report, waiting = _run_pending(connection, schema, looker, everything=everything)
    _print(report, waiting, looker)


def _print(report: RefreshReport, waiting: Sequence[Debt], looker: LookerSettings) -> None:
    rows: list[tuple[Any, ...]] = [
        (each.action, each.target, each.status, each.detail) for each in report.actions
    ]
    rows += [(each.action.kind, each.action.target, "owed", each.waits_for) for each in waiting]
    if rows:
        values = [[getattr(value, "value", value) for value in row] for row in rows]
        print_table(("action", "target", "status", "detail"), values)
    echo(f"Actions due: {len(report.actions)}. Calls to Looker: {report.calls}.")
    with failures():
        judge_refresh(report, looker)
    if waiting and looker.on_error == "fail":
        raise click.ClickException(
            f"{len(waiting)} of what Looker is owed has to wait for streams that are not whole. "
            "The run that completes them tells it. If that run will never come, --accept takes "
            "the streams of a run as they are."
        )


def _tell_all(looker: LookerSettings) -> RefreshReport:
    """Tell Looker everything, unless the settings say that it is never to be told."""
    if looker.refresh_when != "never":
        looker = replace(looker, refresh_when="always")
    return tell(looker, frozenset())


def _accept(connection: Connection, schema: str, run_ids: Sequence[str]) -> None:
    """Take the streams of runs for whole, and say which.

    Raises:
        ClickException: If a run is not there, or has nothing that could be accepted.
    """
    with transaction(connection, READING_RUN_LOG) as cursor:
        lock_definitions(cursor, schema)
        add_columns(cursor, schema)
    for run_id in run_ids:
        with transaction(connection, "Writing to the run log") as cursor:
            close_dead_runs(cursor, schema)
            streams = WholenessLog(schema).accept(cursor, run_id)
        if not streams:
            raise click.ClickException(
                f"Run {run_id} has no stream that is not whole, still goes on, or is not there. "
                "`looker-staging runs` shows the latest."
            )
        echo(f"Taken as they are, of run {run_id}: {', '.join(streams)}")


def _run_pending(
    connection: Connection, schema: str, looker: LookerSettings, *, everything: bool
) -> tuple[RefreshReport, list[Debt]]:
    """Tell Looker what the run log says that it is owed, or all.

    Returns:
        What came of it, and what has to wait for streams that are not whole.

    Raises:
        ClickException: If no run was complete yet.
    """
    log = RefreshLog(schema)
    refresher = Refresher(connection, log)
    refresher.lock()
    with transaction(connection, READING_RUN_LOG) as cursor:
        lock_conclusions(cursor, schema)
        close_dead_runs(cursor, schema)
        run_id = log.latest_complete_run(cursor)
        if run_id is None:
            raise click.ClickException("There is no complete run, so Looker is not told.")
        wholeness = WholenessLog(schema).note_progress(cursor)
        debts = refresher.enqueue(cursor, looker, run_id, wholeness, everything=everything)
    report = refresher.run_pending(looker, debts)
    return report, [each for each in debts if each.waits_for]

"""`looker-staging runs`: what happened."""

from __future__ import annotations

import click

from target_looker_staging.commands.console import print_table, read_config, warehouse
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.run.history import RunHistory
from target_looker_staging.staging.settings import LoadSettings

_RUN_HEADINGS = (
    "run",
    "started",
    "finished",
    "status",
    "tap",
    "received",
    "inserted",
    "updated",
    "unchanged",
    "deleted",
    "replay of",
    "error",
)
_STREAM_HEADINGS = (
    "stream",
    "sent",
    "received",
    "inserted",
    "updated",
    "unchanged",
    "deleted",
    "rejected",
    "in source",
    "last commit",
)


@click.command()
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1), help="How many.")
@click.argument("run_id", required=False)
@click.pass_obj
def runs(config_files: list[str], limit: int, run_id: str | None) -> None:
    r"""Print the latest runs, or the streams of the run RUN_ID.

    \f

    Raises:
        ClickException: If there is no such run.
    """
    config = read_config(config_files)
    history = RunHistory(LoadSettings.from_config(config).target_schema)
    with warehouse(config) as connection, transaction(connection, READING_RUN_LOG) as cursor:
        if run_id:
            if not history.has_run(cursor, run_id):
                raise click.ClickException(
                    f"There is no run {run_id}. `looker-staging runs` shows the latest."
                )
            print_table(_STREAM_HEADINGS, history.streams(cursor, run_id))
        else:
            print_table(_RUN_HEADINGS, history.runs(cursor, limit))

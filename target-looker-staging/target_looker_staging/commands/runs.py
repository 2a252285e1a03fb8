"""`looker-staging runs`: what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from target_looker_staging.commands.console import (
    print_rows,
    print_table,
    read_config,
    warehouse,
)
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.run.history import RunHistory
from target_looker_staging.run.refresh_log import RefreshLog
from target_looker_staging.staging.settings import LoadSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    "meltano run",
    "error",
    "the tap's reason",
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
    "proof",
    "the tap's reason",
)
_ENTRY_HEADINGS = (
    "status",
    "started",
    "finished",
    "invoked by",
    "tap",
    "target",
    "state",
    "replay of",
    "meltano run",
    "error",
)


@click.command()
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1), help="How many.")
@click.argument("run_id", required=False)
@click.pass_obj
def runs(config_files: list[str], limit: int, run_id: str | None) -> None:
    r"""Print the latest runs, or the streams of the run RUN_ID, and what is owed to Looker.

    \f

    Raises:
        ClickException: If there is no such run.
    """
    config = read_config(config_files)
    schema = LoadSettings.from_config(config).target_schema
    history = RunHistory(schema)
    with warehouse(config) as connection, transaction(connection, READING_RUN_LOG) as cursor:
        if run_id:
            if not history.has_run(cursor, run_id):
                raise click.ClickException(
                    f"There is no run {run_id}. `looker-staging runs` shows the latest."
                )
            print_table(_STREAM_HEADINGS, map(_with_proof, history.streams(cursor, run_id)))
            click.echo()
            entry = zip(_ENTRY_HEADINGS, history.entry(cursor, run_id), strict=True)
            print_rows([(name, value) for name, value in entry if value is not None])
        else:
            print_table(_RUN_HEADINGS, history.runs(cursor, limit))
            click.echo()
        owed = [f"{action} {target}" for action, target in RefreshLog(schema).owed(cursor)]
    click.echo(f"Still owed to Looker: {', '.join(owed) or 'nothing'}.")


def _with_proof(row: Sequence[object]) -> list[object]:
    """Return a stream's row with its proofs as text: companies that were proven alike together."""
    *first, proofs, error = row
    alike: dict[str, list[str]] = {}
    for company, proof in proofs.items() if isinstance(proofs, dict) else ():
        alike.setdefault(str(proof), []).append(company)
    texts = [f"{proof} ({', '.join(companies)})" for proof, companies in alike.items()]
    return [*first, "; ".join(texts), error]

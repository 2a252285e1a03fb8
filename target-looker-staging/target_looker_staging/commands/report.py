"""`looker-staging report`: figures on a page, without Looker."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import click

from target_looker_staging.commands.console import echo, read_config, warehouse, writing
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.report.figures import read
from target_looker_staging.report.page import render
from target_looker_staging.staging.settings import LoadSettings


@click.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("report.html"),
    show_default=True,
    help="File to write.",
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of balances; today if absent."
)
@click.option("--currency", help="Currency code of all amounts; the first company's own if absent.")
@click.pass_obj
def report(
    config_files: list[str], output: Path, as_of: datetime | None, currency: str | None
) -> None:
    """Write one HTML page of figures from the staging tables; it needs no Looker and no network."""
    config = read_config(config_files)
    now = datetime.now(timezone.utc)
    day = (as_of or now.astimezone()).date()
    with (
        warehouse(config) as connection,
        transaction(connection, "Reading the figures") as cursor,
    ):
        figures = read(cursor, LoadSettings.from_config(config).target_schema, day, currency)
    page = render(figures, now)
    with writing(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page, encoding="utf-8", newline="\n")
    echo(f"written: {output}")

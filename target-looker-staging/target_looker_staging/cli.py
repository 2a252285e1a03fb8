"""The operator's command: what happened, and what can be done about it."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from singer_sdk.exceptions import ConfigValidationError, SingerSDKError

from target_looker_staging.audit import RunLog
from target_looker_staging.connection import connect, transaction
from target_looker_staging.errors import READING_RUN_LOG
from target_looker_staging.looker.settings import LookerSettings
from target_looker_staging.lookml.generation import FOLDER, generate, write
from target_looker_staging.refreshing import Refresher
from target_looker_staging.report.figures import read
from target_looker_staging.report.page import render
from target_looker_staging.settings import LoadSettings, PostgresSettings
from target_looker_staging.target import TargetLookerStaging

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


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


@main.command()
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1), help="How many.")
@click.argument("run_id", required=False)
@click.pass_obj
def runs(config_files: list[str], limit: int, run_id: str | None) -> None:
    """Print the latest runs, or the streams of the run RUN_ID."""
    config = _read_config(config_files)
    log = RunLog(LoadSettings.from_config(config).target_schema)
    with (
        _failures(),
        closing(connect(PostgresSettings.from_config(config), "looker-staging")) as connection,
        transaction(connection, READING_RUN_LOG) as cursor,
    ):
        if run_id:
            _print_table(_STREAM_HEADINGS, log.streams(cursor, run_id))
        else:
            _print_table(_RUN_HEADINGS, log.runs(cursor, limit))


@main.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("looker"),
    show_default=True,
    help="Folder of the LookML project; files are written into its views/base only.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 if something would change.")
@click.pass_obj
def lookml(config_files: list[str], output: Path, *, check: bool) -> None:
    """Write LookML base views of the staging tables."""
    config = _read_config(config_files)
    with (
        _failures(),
        closing(connect(PostgresSettings.from_config(config), "looker-staging")) as connection,
        transaction(connection, "Reading the staging tables") as cursor,
    ):
        files = generate(cursor, LoadSettings.from_config(config).target_schema)
    outcome = write(files, output, only_compare=check)
    for name in outcome.written:
        click.echo(f"{'differs' if check else 'written'}: {output / FOLDER / name}")
    click.echo(f"{len(outcome.unchanged)} of {len(files)} base views are as they were.")
    if check and outcome.written:
        raise click.exceptions.Exit(1)


@main.command()
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
    config = _read_config(config_files)
    now = datetime.now(timezone.utc)
    day = (as_of or now.astimezone()).date()
    with (
        _failures(),
        closing(connect(PostgresSettings.from_config(config), "looker-staging")) as connection,
        transaction(connection, "Reading the figures") as cursor,
    ):
        figures = read(cursor, LoadSettings.from_config(config).target_schema, day, currency)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(render(figures, now), encoding="utf-8", newline="\n")
    click.echo(f"written: {output}")


@main.command()
@click.option("--all", "everything", is_flag=True, help="Tell Looker all that the settings name.")
@click.pass_obj
def refresh(config_files: list[str], *, everything: bool) -> None:
    """Tell Looker what it is still owed."""
    config = _read_config(config_files)
    looker = LookerSettings.from_config(config)
    if looker is None:
        raise click.ClickException("looker_base_url is not set, so there is no Looker to tell.")
    log = RunLog(LoadSettings.from_config(config).target_schema)
    with (
        _failures(),
        closing(connect(PostgresSettings.from_config(config), "looker-staging")) as connection,
    ):
        refresher = Refresher(connection, log)
        refresher.take_turn()
        with transaction(connection, READING_RUN_LOG) as cursor:
            run_id = log.latest_complete_run(cursor)
            if run_id is None:
                raise click.ClickException("There is no complete run, so Looker is not told.")
            wanted = replace(looker, refresh_when="always" if everything else "changed")
            due = refresher.owe(cursor, wanted, run_id, ())
        refresher.pay(replace(looker, refresh_when="changed"), due)
    click.echo(f"{len(due)} of the actions in the settings were due.")


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


def _read_config(files: Sequence[str]) -> Mapping[str, Any]:
    """Return checked settings from files and TARGET_LOOKER_STAGING_* variables."""
    arguments = [*files, "ENV"]
    try:
        given = TargetLookerStaging.cb_config(None, None, tuple(arguments))  # type: ignore[arg-type]
        target = TargetLookerStaging(
            config=given.config, parse_env_config=given.parse_env, setup_mapper=False
        )
    except ConfigValidationError as error:
        raise click.ClickException(
            "\n".join([*error.errors, "The settings are not usable."])
        ) from None
    return target.config


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what the package raises into one line and exit code 1."""
    try:
        yield
    except SingerSDKError as error:
        raise click.ClickException(str(error)) from None


def _print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headings, each column as wide as its widest value."""
    lines = [headings, *([_text(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone().isoformat(sep=" ", timespec="seconds")
    return "" if value is None else str(value)

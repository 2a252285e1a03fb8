"""What every command does at its edges: read the settings, connect, fail in a line, print."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from singer_sdk.exceptions import ConfigValidationError, SingerSDKError

from target_looker_staging.connection import connect
from target_looker_staging.settings import PostgresSettings
from target_looker_staging.target import TargetLookerStaging

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from psycopg2.extensions import connection as Connection  # noqa: N812 psycopg2's own spelling


def read_config(files: Sequence[str]) -> Mapping[str, Any]:
    """Return checked settings from files and TARGET_LOOKER_STAGING_* variables.

    Raises:
        ClickException: With everything that is wrong with them.
    """
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
def warehouse(config: Mapping[str, Any]) -> Iterator[Connection]:
    """Give a connection; what the package raises meanwhile becomes one line and exit code 1."""
    with (
        failures(),
        closing(connect(PostgresSettings.from_config(config), "looker-staging")) as connection,
    ):
        yield connection


@contextmanager
def failures() -> Iterator[None]:
    """Turn what the package raises into one line and exit code 1."""
    try:
        yield
    except SingerSDKError as error:
        raise click.ClickException(str(error)) from None


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
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

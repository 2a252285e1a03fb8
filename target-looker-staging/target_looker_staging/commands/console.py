"""What every command does at its edges: read the settings, connect, fail in a line, print."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import click
from singer_sdk.exceptions import ConfigValidationError, SingerSDKError

from target_looker_staging.looker.settings import LookerSettings
from target_looker_staging.postgres.connection import connect
from target_looker_staging.postgres.settings import PostgresSettings
from target_looker_staging.printable import printable
from target_looker_staging.settings import CONFIG_JSONSCHEMA
from target_looker_staging.target import TargetLookerStaging

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from target_looker_staging.postgres.types import Connection


WAREHOUSE = ("host", "user", "database")


class SettingsWithoutWarehouse(TargetLookerStaging):
    """The target's settings, those that name a warehouse being optional."""

    config_jsonschema: ClassVar[dict[str, Any]] = {**CONFIG_JSONSCHEMA, "required": []}


def read_config(files: Sequence[str], *, needs_warehouse: bool = True) -> Mapping[str, Any]:
    """Return checked settings from files and TARGET_LOOKER_STAGING_* variables.

    Args:
        files: Later ones win.
        needs_warehouse: False: the settings may leave the warehouse out, but all of it.

    Raises:
        ClickException: With everything that is wrong with them.
    """
    arguments = [*files, "ENV"]
    try:
        given = TargetLookerStaging.cb_config(None, None, tuple(arguments))  # type: ignore[arg-type]
        options = {"parse_env_config": given.parse_env, "setup_mapper": False}
        if not needs_warehouse:
            config = SettingsWithoutWarehouse(config=given.config, **options).config
            if not has_warehouse(config):
                return config
        target = TargetLookerStaging(config=given.config, **options)
    except ConfigValidationError as error:
        raise click.ClickException(
            "\n".join([*error.errors, "The settings are not usable."])
        ) from None
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from None
    except (OSError, ValueError):
        # What is in the file stays out of the message: it may be a secret.
        raise click.ClickException(
            f"Not every file of {', '.join(files)} can be read as JSON in UTF-8."
        ) from None
    return target.config


def has_warehouse(config: Mapping[str, Any]) -> bool:
    """Return whether the settings name a warehouse, though perhaps not wholly."""
    return any(config.get(name) for name in WAREHOUSE)


def read_looker(config: Mapping[str, Any]) -> LookerSettings:
    """Return the settings for Looker.

    Raises:
        ClickException: If there are none.
    """
    looker = LookerSettings.from_config(config)
    if looker is None:
        raise click.ClickException("looker_base_url is not set, so there is no Looker to tell.")
    return looker


@contextmanager
def warehouse(config: Mapping[str, Any]) -> Iterator[Connection]:
    """Yield a connection; what the package raises meanwhile becomes one line and exit code 1."""
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


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a file that cannot be written into one line and exit code 1."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or path} cannot be written: {error.strerror}. "
            "Choose another place with --output."
        ) from None


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headings, each column as wide as its widest value."""
    print_rows([headings, *rows])


def print_rows(rows: Iterable[Sequence[object]]) -> None:
    """Print rows, each column as wide as its widest value; the last may be long."""
    lines = [[_text(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def echo(text: str, *, err: bool = False) -> None:
    """Print text that may name what others have named."""
    click.echo(printable(text, keep="\n"), err=err)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone().isoformat(sep=" ", timespec="seconds")
    return "" if value is None else printable(str(value))

"""`looker-staging check`: whether everything that the settings name is there and may be used."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from target_looker_staging.check.findings import Answer, Finding
from target_looker_staging.check.warehouse import inspect_warehouse
from target_looker_staging.commands.console import echo, has_warehouse, print_rows, read_config
from target_looker_staging.exceptions import StagingError
from target_looker_staging.looker.settings import LookerSettings
from target_looker_staging.postgres.connection import connect
from target_looker_staging.postgres.settings import PostgresSettings
from target_looker_staging.staging.settings import LoadSettings

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command()
@click.pass_obj
def check(config_files: list[str]) -> None:
    """Look whether everything that the settings name is there and may be used; change nothing.

    Exit code 1 if something is missing.
    """
    config = read_config(config_files, needs_warehouse=False)
    if not has_warehouse(config) and LookerSettings.from_config(config) is None:
        raise click.ClickException(
            "There is nothing to check: the settings name neither a warehouse (host, user, "
            "database) nor Looker (looker_base_url)."
        )
    findings = _look_at_warehouse(config)
    in_looker, calls = _look_at_looker(config)
    findings += in_looker
    print_rows([(each.answer.value, each.subject, each.note) for each in findings])
    failed = sum(each.answer is Answer.NO for each in findings)
    unknown = sum(each.answer is Answer.UNKNOWN for each in findings)
    echo(
        f"{len(findings) - failed - unknown} ok, {failed} failed, {unknown} unknown; "
        f"{calls} calls to Looker."
    )
    if failed:
        raise click.exceptions.Exit(1)


def _look_at_warehouse(config: Mapping[str, Any]) -> list[Finding]:
    if not has_warehouse(config):
        return [Finding("warehouse", Answer.UNKNOWN, "the settings name none")]
    postgres = PostgresSettings.from_config(config)
    try:
        with closing(connect(postgres, "looker-staging")) as connection:
            return inspect_warehouse(connection, postgres, LoadSettings.from_config(config))
    except StagingError as error:
        where = f"warehouse {postgres.host}:{postgres.port}/{postgres.database}"
        return [Finding(where, Answer.NO, str(error))]


def _look_at_looker(config: Mapping[str, Any]) -> tuple[list[Finding], int]:
    looker = LookerSettings.from_config(config)
    if looker is None:
        note = "looker_base_url is not set, so Looker is not asked and not told of loads"
        return [Finding("Looker", Answer.UNKNOWN, note)], 0
    # Here, not at the top: it imports Looker's SDK, which takes half a second.
    from target_looker_staging.check.instance import inspect_looker  # noqa: PLC0415

    postgres = PostgresSettings.from_config(config) if has_warehouse(config) else None
    return inspect_looker(looker, postgres)

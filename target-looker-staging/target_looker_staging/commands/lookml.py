"""`looker-staging lookml`: base views of the staging tables."""

from __future__ import annotations

from pathlib import Path

import click

from target_looker_staging.commands.console import echo, read_config, warehouse, writing
from target_looker_staging.lookml.generation import FOLDER, find_clashes, generate, write
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.staging.settings import LoadSettings


@click.command()
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
    """Write LookML base views of the staging tables.

    Nothing but views/base is touched there, and no file is removed.
    """
    config = read_config(config_files)
    with (
        warehouse(config) as connection,
        transaction(connection, "Reading the staging tables") as cursor,
    ):
        files = generate(cursor, LoadSettings.from_config(config).target_schema)
    with writing(output):
        outcome = write(files, output, only_compare=check)
        clashes = find_clashes(files, output)
    for name in outcome.written:
        echo(f"{'differs' if check else 'written'}: {output / FOLDER / name}")
    echo(f"{len(outcome.unchanged)} of {len(files)} base views are as they were.")
    if outcome.stale:
        echo(
            f"{len(outcome.stale)} more stay that are of no staged table: "
            f"{', '.join(name.removesuffix('.view.lkml') for name in outcome.stale)}. "
            "Delete what nothing names any more."
        )
    for view, path in clashes.items():
        echo(
            f"Warning: the staged table {view} and {path} both make a view named {view}. "
            "Give the stream another name in the tap's settings.",
            err=True,
        )
    if check and outcome.written:
        raise click.exceptions.Exit(1)

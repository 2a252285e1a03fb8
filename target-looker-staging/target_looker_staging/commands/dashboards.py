"""`looker-staging dashboards`: the block's dashboards in a folder of Looker."""

from __future__ import annotations

from pathlib import Path

import click

from target_looker_staging.commands.console import (
    echo,
    failures,
    print_rows,
    read_config,
    read_looker,
)


@click.command()
@click.option(
    "--from",
    "block",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("looker"),
    show_default=True,
    help="Folder of your copy of the LookML block; its dashboards/ are put into Looker.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would be done.")
@click.pass_obj
def dashboards(config_files: list[str], block: Path, *, dry_run: bool) -> None:
    """Put the LookML block's dashboards into the folder `looker_dashboards_folder`, in place."""
    looker = read_looker(read_config(config_files, needs_warehouse=False))
    # Here, not at the top: it imports Looker's SDK, which takes half a second.
    from target_looker_staging.looker.dashboards import (  # noqa: PLC0415
        Change,
        publish,
        read_dashboards,
    )

    with failures():
        done = publish(looker, read_dashboards(block), dry_run=dry_run)
    echo(f"{done.folder}{', dry run: nothing is changed' if dry_run else ''}")
    print_rows(
        [
            (each.change.value, each.title, each.url, each.problem and f"NOT DONE: {each.problem}")
            for each in done.outcomes
        ]
    )
    changed = sum(each.change is not Change.NONE for each in done.outcomes)
    failed = sum(bool(each.problem) for each in done.outcomes)
    echo(
        f"{changed - failed} of {len(done.outcomes)} {'would change' if dry_run else 'changed'}"
        f"{f', {failed} could not be' if failed else ''}; {done.calls} calls to Looker."
    )
    if failed:
        raise click.exceptions.Exit(1)

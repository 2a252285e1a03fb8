"""`looker-staging replay`: does again what failed."""

from __future__ import annotations

import shlex
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from target_looker_staging.commands.behind import ReplayOptions, set_back
from target_looker_staging.commands.console import echo, failures, read_config, warehouse, writing
from target_looker_staging.commands.refresh import run_pending_actions
from target_looker_staging.looker.settings import LookerSettings
from target_looker_staging.postgres.settings import PostgresSettings
from target_looker_staging.replay.findings import Part, check_repeatable, find, find_rejected
from target_looker_staging.replay.load import load_again, write_state
from target_looker_staging.replay.meltano import Meltano, StateId
from target_looker_staging.replay.readmission import RunSettings, readmit
from target_looker_staging.staging.settings import LoadSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_looker_staging.quarantine.records import RejectedRecord
    from target_looker_staging.replay.findings import Findings


@click.command()
@click.argument("run_id", required=False)
@click.option("--rejected", is_flag=True, help="Take in records from quarantine, and no more.")
@click.option("--stream", "streams", multiple=True, help="With --rejected: only of this stream.")
@click.option(
    "--behind",
    is_flag=True,
    help="Set the state back to what the warehouse has, so that the next run loads what it lacks.",
)
@click.option("--load", "whole", is_flag=True, help="Do the load again, though it was complete.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--state-id", help="Meltano's state id of the run, where the run log lacks it.")
@click.option("--meltano", metavar="PATH", help="Meltano, if it is not on the PATH.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Without Meltano: file for the state before the run.  [default: RUN_ID.state.json]",
)
@click.pass_obj
def replay(
    config_files: list[str],
    /,
    run_id: str | None,
    streams: Sequence[str],
    *,
    rejected: bool,
    behind: bool,
    whole: bool,
    **options: Any,  # those of `ReplayOptions`
) -> None:
    """Do again what failed of the run RUN_ID.

    That is the refresh of Looker alone, if everything is staged; else the records in quarantine, if
    nothing else is missing; else the load, from the state before that run.

    --behind is for a warehouse that lacks rows which the tap takes for loaded (a restored dump, a
    dropped table). It loads nothing itself.
    """
    if run_id is None and not rejected and not behind:
        raise click.UsageError(
            "Say which run (`looker-staging runs` shows them), or --rejected, or --behind."
        )
    if streams and not rejected:
        raise click.UsageError("--stream goes with --rejected.")
    if behind and (rejected or whole):
        raise click.UsageError("--behind goes with neither --rejected nor --load.")
    config, chosen = read_config(config_files), ReplayOptions(**options)
    if behind:
        set_back(config, run_id, chosen)
        return
    if run_id is None or rejected:
        _readmit(config, run_id, streams, chosen)
        return
    schema = LoadSettings.from_config(config).target_schema
    with warehouse(config) as connection:
        findings = find(connection, schema, run_id)
    part = Part.LOAD if whole else findings.part
    if part is Part.NOTHING:
        echo(
            f"Run {run_id} was {findings.run.status}, and nothing of it is left to do. --load "
            "does its load again all the same."
        )
    elif part is Part.REFRESH:
        _refresh(config, findings, chosen)
    elif part is Part.REJECTED:
        _readmit(config, run_id, (), chosen)
    else:
        _load(config, findings, chosen)


def _refresh(config: Mapping[str, Any], findings: Findings, chosen: ReplayOptions) -> None:
    echo(f"Everything of run {findings.run.run_id} is staged; Looker was not told all.")
    if chosen.dry_run:
        echo(f"Would tell Looker: {', '.join(findings.owed)}")
    else:
        run_pending_actions(config)


def _readmit(
    config: Mapping[str, Any], run_id: str | None, streams: Sequence[str], chosen: ReplayOptions
) -> None:
    settings = RunSettings(
        PostgresSettings.from_config(config),
        LoadSettings.from_config(config),
        LookerSettings.from_config(config),
        config.get("invoked_by"),
        f"target-looker-staging {version('target-looker-staging')}",
    )
    schema = settings.load.target_schema
    with warehouse(config) as connection:
        by_run = find_rejected(connection, schema, run_id, streams)
    if not by_run:
        echo("No such record is in quarantine.")
    left: Mapping[str, int] = {}
    for rejecting_run, records in by_run.items():
        what = f"{_count(records)} that run {rejecting_run} rejected"
        if chosen.dry_run:
            echo(f"Would load {what}")
            continue
        echo(f"Loading {what}")
        with failures():
            left = readmit(settings, rejecting_run, records)
    if left:
        each = ", ".join(f"{stream} {count}" for stream, count in left.items())
        raise click.ClickException(
            f"Still in quarantine: {each}. The reasons are in {schema}._rejected_records."
        )


def _count(records: Sequence[RejectedRecord]) -> str:
    streams = ", ".join(sorted({each.stream for each in records}))
    return f"{len(records)} record{'' if len(records) == 1 else 's'} of {streams}"


def _load(config: Mapping[str, Any], findings: Findings, chosen: ReplayOptions) -> None:
    """Do a load again, or say how it is done where Meltano does not run it."""
    run = findings.run
    with warehouse(config) as connection:
        check_repeatable(connection, LoadSettings.from_config(config), run)
    with failures():
        name = chosen.state_id or run.state_id
        meltano = Meltano.find(chosen.meltano) if name else None
        state_id = StateId.parse(name) if name else None
    if run.state_before is None:
        echo("The state before that run is not known, so everything is read again.")
    if meltano is None or state_id is None:
        _explain(findings, chosen)
        return
    own = state_id.for_replay(run.run_id)
    echo(f"From the state before run {run.run_id}: {meltano.run_command(own)}")
    if chosen.dry_run:
        echo(f"Would then let state {state_id} go on from there, if that ends well.")
        return
    with failures():
        code = load_again(meltano, state_id, run)
    if code:
        echo(f"The replay failed. State {state_id} is as it was.", err=True)
        raise click.exceptions.Exit(code)
    echo(f"Run {run.run_id} has been done again.")


def _explain(findings: Findings, chosen: ReplayOptions) -> None:
    """Say how a load is done again without Meltano."""
    run_id = findings.run.run_id
    path = chosen.output or Path(f"{run_id.replace('/', '-')}.state.json")
    if not chosen.dry_run:
        with writing(path):
            write_state(findings.run, path)
    echo(
        f"{'Would write' if chosen.dry_run else 'Written'}: {path}, the state before run {run_id}. "
        "The run was not Meltano's, or there is no Meltano project here. Do the load again with "
        "the tap and the settings of that run, and keep the last line of the output as your state:"
        f"\n\n  TAP --config ... --state {shlex.quote(str(path))} | "
        f"TARGET_LOOKER_STAGING_REPLAY_OF={shlex.quote(run_id)} "
        "target-looker-staging --config ... --config=ENV"
    )

"""`looker-staging replay --behind`: the state set back to what the warehouse has."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from target_looker_staging.commands.console import warehouse, writing
from target_looker_staging.replay.behind import Healer, heal_in_meltano
from target_looker_staging.replay.load import state_before
from target_looker_staging.replay.meltano import Meltano, StateId
from target_looker_staging.singer.routes import StreamRoutes
from target_looker_staging.staging.settings import LoadSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_looker_staging.run.comparison import Gap


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """The options.

    Attributes:
        state_id: Meltano's name of the state, where the run log lacks it.
        meltano: Meltano, where it is not to be searched for.
        output: Where to write the state without Meltano.
    """

    dry_run: bool
    state_id: str | None
    meltano: str | None
    output: Path | None


def set_back(config: Mapping[str, Any], run_id: str | None, chosen: ReplayOptions) -> None:
    """Set the state back, in Meltano or in a file.

    Args:
        config: The settings.
        run_id: Without Meltano: the run whose first state is set back; the latest if None.
        chosen: The options.
    """
    schema = LoadSettings.from_config(config).target_schema
    with warehouse(config) as connection:
        healer = Healer(connection, schema, StreamRoutes(config).tables_of)
        names = healer.state_ids(chosen.state_id)
        meltano = Meltano.find(chosen.meltano) if names and run_id is None else None
        if meltano is None:
            _write(healer, run_id, chosen)
            return
        for name in names:
            gaps = heal_in_meltano(healer, meltano, StateId.parse(name), dry_run=chosen.dry_run)
            _tell(name, gaps, dry_run=chosen.dry_run)


def _tell(name: str, gaps: Sequence[Gap], *, dry_run: bool) -> None:
    """Print what was done to a state."""
    if not gaps:
        click.echo(f"State {name}: nothing to set back, the warehouse has all that it speaks of.")
        return
    for gap in gaps:
        to = "to what is here" if gap.place_before else "to the beginning"
        click.echo(f"State {name}: {gap}; {'would be ' if dry_run else ''}set back {to}")
    if not dry_run:
        click.echo(f"State {name} is set back. The next run loads what is lacking.")


def _write(healer: Healer, run_id: str | None, chosen: ReplayOptions) -> None:
    """Write the state into a file where Meltano does not keep it."""
    run = healer.run(run_id)
    healing = healer.heal(state_before(run))
    path = chosen.output or Path("behind.state.json")
    _tell(f"before run {run.run_id}", healing.gaps, dry_run=chosen.dry_run)
    if chosen.dry_run:
        return
    with writing(path):
        path.write_text(json.dumps(healing.state) + "\n", encoding="utf-8")
    click.echo(
        f"Written: {path}. There is no Meltano project here, or the run was not Meltano's. Run tap "
        "and target from that state, and keep the last line of the output as your state:\n\n"
        f"  TAP --config ... --state {shlex.quote(str(path))} | target-looker-staging --config ..."
    )

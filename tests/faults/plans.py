"""What happens in a round: drawn from a seed, so that it can be repeated."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.ground import CURSORS
from tests.faults.processes import PROCESSES
from tests.faults.services import EPICOR, LOOKER
from tests.faults.warehouse import WAREHOUSE

if TYPE_CHECKING:
    from tests.faults.ground import Cursor
    from tests.faults.kinds import Kind

KINDS = (*PROCESSES, *WAREHOUSE, *EPICOR, *LOOKER)
_BY_NAME = {kind.name: kind for kind in KINDS}
_IN_TURN = [kind for kind in KINDS for _ in range(kind.share)]


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens in a round; the same seed and number make the same plan.

    Attributes:
        faults: The faults of each run that is broken, in order.
        loaded: Whether a first load is there already.
        changed: Rows that change before the first run.
        busy: The chance that rows change between two requests.
        afresh: Whether the runs that are broken read everything anew.
    """

    seed: int
    number: int
    under_meltano: bool
    cursor: Cursor
    loaded: bool
    faults: tuple[tuple[Kind, ...], ...]
    working_day: bool
    changed: int
    busy: float
    page_size: int
    batch_size: int
    state_every: int
    in_flight: int
    tokens: bool
    afresh: bool

    def __str__(self) -> str:
        """Return it for a person."""
        runs = ", then ".join(" + ".join(kind.name for kind in run) for run in self.faults)
        return (
            f"round {self.number} of seed {self.seed}: {runs}; "
            f"{'Meltano' if self.under_meltano else 'pipe'}, {self.cursor}, "
            f"{'loaded' if self.loaded else 'empty'} staging"
        )


def make_plan(seed: int, number: int, kinds: tuple[str, ...] = ()) -> Plan:
    """Return the plan of a round.

    Every kind of fault is the first one of some round once the rounds are as many as kinds.

    Args:
        seed: Of the whole suite.
        number: Of the round, from 0.
        kinds: Take the first fault from these, by name, instead of from all.
    """
    dice = random.Random(f"{seed}:{number}")
    offered = [_BY_NAME[name] for name in kinds] or _IN_TURN
    # The same order of kinds for the whole suite, another one for each seed.
    order = list(range(len(offered)))
    random.Random(seed).shuffle(order)
    first = offered[order[number % len(offered)]]
    under_meltano = first.where == "meltano" or (first.where is None and dice.random() < 0.08)
    faults = [(first, *_further(dice, 0.2, under_meltano=under_meltano))]
    if dice.random() < 0.12:
        faults.append(_further(dice, 1.0, under_meltano=under_meltano))
    needs = {kind.needs for run in faults for kind in run}
    loaded = bool(needs & {"loaded", "afresh"}) or dice.random() < 0.5
    afresh = "afresh" in needs or (loaded and dice.random() < 0.1)
    cursor = dice.choice(CURSORS)
    return Plan(
        seed=seed,
        number=number,
        under_meltano=under_meltano,
        cursor=cursor,
        loaded=loaded,
        faults=tuple(faults),
        working_day=cursor == "SysRevID" and dice.random() < 0.4,
        changed=dice.choice((0, 3, 40, 200)) if loaded else 0,
        busy=dice.choice((0.0, 0.0, 0.1, 0.4)),
        page_size=dice.choice((20, 50, 50, 200)),
        batch_size=20_000 if "afresh" in needs else dice.choice((20, 100, 500, 20_000)),
        state_every=10_000 if "afresh" in needs else dice.choice((10, 50, 200, 10_000)),
        in_flight=dice.choice((1, 2, 2, 4)),
        tokens="tokens" in needs or dice.random() < 0.2,
        afresh=afresh,
    )


def _further(dice: random.Random, chance: float, *, under_meltano: bool) -> tuple[Kind, ...]:
    if dice.random() >= chance:
        return ()
    here = "meltano" if under_meltano else "pipe"
    fitting = [kind for kind in _IN_TURN if kind.where in (None, here) and kind.needs != "tokens"]
    return (dice.choice(fitting),)

"""A few rounds of `make chaos`, one for each of the faults that have most to break.

The long run, all faults and how to read what it finds: README.md beside this file.
"""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg2
import pytest

from tests.faults.inspection import Look, missing_rows, state_without_rows, wrong_counts
from tests.faults.plans import KINDS, make_plan
from tests.faults.rounds import live_through
from tests.line.line import Line

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.epicor.server import EpicorServer
    from sandbox.looker.server import LookerServer
    from tests.faults.ground import Ground

SEED = 196  # by which each round has one fault, and both cursors and both kinds of staging come up
pytestmark = pytest.mark.timeout(300)  # the first test prepares what all begin from
FAULTS = (
    "SIGTERM to both",
    "SIGKILL to the tap",
    "SIGKILL to the target",
    "SIGKILL to Meltano",
    "connection cut",
    "Postgres crashed and recovered",
    "no room for temporary files",
    "Epicor's page is empty",
    "tokens expire all the time",
    "Looker 500 once",
)


@pytest.mark.parametrize("name", FAULTS)
def test_round(ground: Ground, tmp_path: Path, name: str) -> None:
    """However a run is broken, the next one leaves staging, state, run log and Looker right."""
    result = live_through(make_plan(SEED, FAULTS.index(name), (name,)), ground, tmp_path)
    assert result.findings == [], f"{result.plan}\n" + "\n\n".join(result.logs)


def test_same_seed_makes_the_same_plan() -> None:
    """A round can be repeated by its seed and number, and every kind comes first in some round."""
    plans = [make_plan(7, number) for number in range(sum(kind.share for kind in KINDS))]
    assert plans == [make_plan(7, number) for number in range(len(plans))]
    assert {plan.faults[0][0].name for plan in plans} == {kind.name for kind in KINDS}
    assert plans != [make_plan(8, number) for number in range(len(plans))]


def test_robbed_staging_is_noticed(
    ground: Ground, tmp_path: Path, epicor: EpicorServer, looker: LookerServer
) -> None:
    """A row that goes missing behind the line's back is found, or no round would mean much."""
    start = ground.start("SysRevID")
    with ground.staging("robbed", start.staging) as database:
        line = Line(tmp_path, epicor, looker, database)
        bookmarks = json.loads((start.project / "state.json").read_text())["bookmarks"]

        def found() -> set[str]:
            look = Look(line, start.source)
            checks = (missing_rows(look), state_without_rows(look, bookmarks), wrong_counts(look))
            return {finding.problem for check in checks for finding in check}

        assert found() == set()
        with (
            closing(psycopg2.connect(**database)) as connection,
            connection,
            connection.cursor() as c,
        ):
            c.execute("DELETE FROM epicor_staging.vendors WHERE vendornum = 101")
        assert found() == {"lost", "state", "audit"}

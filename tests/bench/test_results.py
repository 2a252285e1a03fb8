"""Rates, ratios and goals of a benchmark run."""

from __future__ import annotations

import pytest

from bench.results import Goal, Measure, render_goals, render_measures

OURS = Measure("full load", "ours", 1000, 0.5)
FLOOR = Measure("full load", "floor", 1000, 0.25)


def test_measures_are_ranked_by_rate() -> None:
    """The fastest contender of a case comes first, and the slowest has ratio 1."""
    lines = render_measures([OURS, FLOOR]).splitlines()
    rows = [line for line in lines if line.startswith(("| ours", "| floor"))]
    assert rows[0].startswith("| floor | 4,000 | 2.00 |")
    assert rows[1].startswith("| ours | 2,000 | 1.00 |")


@pytest.mark.parametrize(
    ("times", "reached"),
    [pytest.param(0.5, True, id="just reached"), pytest.param(0.51, False, id="just missed")],
)
def test_goal_holds_at_its_ratio(times: float, *, reached: bool) -> None:
    """A goal is reached when the ratio of rates is at least what was wanted."""
    table, holds = render_goals([Goal("full load", "ours", "floor", times)], [OURS, FLOOR])
    assert holds is reached
    assert ("missed" not in table) is reached


def test_goal_without_its_peer_is_not_judged() -> None:
    """A contender that was not there makes a goal unknown, not missed."""
    table, holds = render_goals([Goal("full load", "ours", "peer", 2)], [OURS])
    assert holds
    assert "not measured" in table


def test_goals_compare_inside_one_case() -> None:
    """The same contender in another case does not answer for this one."""
    other = Measure("second load", "floor", 1000, 0.001)
    assert Goal("full load", "ours", "floor", 1).ratio([OURS, other]) is None

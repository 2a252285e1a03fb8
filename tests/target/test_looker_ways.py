"""Two ways to tell Looker: its own look at the run log, and the target's call; one is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.looker.polling import poll
from tests.looker.block.project import load
from tests.target.conftest import schema, vendor
from tests.target.test_looker_refresh import settings
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging


@pytest.fixture
def mails(staging: Staging, looker: LookerServer) -> Callable[..., int]:
    """Give a load after which Looker looks; it returns how often the bound plan was mailed."""
    group = looker.instance.datagroups[0]

    def run(*numbers: int, watched: bool, **changes: Any) -> int:
        group.sql_trigger = load().datagroups["staging"]["sql_trigger"] if watched else None
        before = len(looker.instance.deliveries)
        last = run_state(len(numbers), run_id=f"run of {numbers} {changes}")
        staging.sync(schema(), *map(vendor, numbers), last, **settings(looker, **changes))
        for _ in range(2):
            poll(looker.instance, staging.value)
        return len(looker.instance.deliveries) - before

    run(1, watched=True, looker_refresh_when="never")
    return run


@pytest.mark.parametrize(
    ("watched", "changes", "expected"),
    [
        pytest.param(True, {"looker_datagroups": []}, 1, id="watched"),
        pytest.param(False, {}, 1, id="triggered"),
        pytest.param(True, {}, 2, id="both-so-check-refuses-it"),
        pytest.param(False, {"looker_datagroups": []}, 0, id="neither"),
    ],
)
def test_mails_of_one_load(
    mails: Callable[..., int], changes: dict[str, Any], expected: int, *, watched: bool
) -> None:
    """One load, one mail: watched or triggered. Both at once mail twice."""
    assert mails(1, 2, watched=watched, **changes) == expected


def test_quiet_load_mails_nobody(mails: Callable[..., int]) -> None:
    """A load that changed nothing moves no trigger."""
    assert mails(1, watched=True, looker_datagroups=[]) == 0

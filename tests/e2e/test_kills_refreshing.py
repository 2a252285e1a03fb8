"""A refresh that is killed at any point is finished by the next run, and mails nobody twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.looker.faults import Fault, Kind
from tests.e2e.gate import Gate, Stop
from tests.e2e.kills import BUILD, DATAGROUP, PLAN

if TYPE_CHECKING:
    from sandbox.looker.server import LookerServer
    from tests.e2e.kills import Victim

BEGUN, DONE, COMPLETE = (f"SET status = '{each}'" for each in ("begun", "done", "complete"))


@pytest.mark.parametrize(
    ("stop", "told", "finally_told"),
    [
        pytest.param(Stop((COMPLETE, "COMMIT"), answered=True), "", "DBP", id="run-just-closed"),
        pytest.param(Stop((BEGUN,)), "", "DBP", id="before-the-datagroup"),
        pytest.param(Stop((DONE,)), "D", "DDBP", id="datagroup-told-but-not-noted"),
        pytest.param(Stop((BEGUN, BEGUN)), "D", "DBP", id="before-the-build"),
        pytest.param(Stop((BEGUN,) * 3), "DB", "DBP", id="before-the-plan"),
        pytest.param(Stop((DONE,) * 3), "DBP", "DBP", id="plan-sent-but-not-noted"),
    ],
)
def test_target_killed_between_the_steps(
    victim: Victim, stop: Stop, told: str, finally_told: str
) -> None:
    """What was not noted as done is done by the next run, a plan only if it was not begun."""
    with Gate(victim.config["host"], victim.config["port"], stop) as gate:
        victim.run_until(gate.is_closed, host="127.0.0.1", port=gate.port)
    assert "".join(victim.told()) == told
    victim.wait_until_gone()
    assert victim.status() == ["complete"]
    victim.run()
    assert "".join(victim.told()) == finally_told
    assert victim.mails() == 1


@pytest.mark.parametrize(
    ("operation", "handled", "told", "finally_told", "mails"),
    [
        pytest.param("login", False, "", "DBP", 1, id="at-log-in"),
        pytest.param(DATAGROUP, True, "D", "DDBP", 1, id="in-the-datagroup"),
        pytest.param(BUILD, False, "DB", "DBBP", 1, id="in-the-build"),
        pytest.param(PLAN, False, "DBP", "DBP", 0, id="plan-asked-not-sent"),
        pytest.param(PLAN, True, "DBP", "DBP", 1, id="plan-sent"),
        pytest.param("logout", False, "DBP", "DBP", 1, id="at-log-out"),
    ],
)
def test_target_killed_while_looker_answers(
    victim: Victim,
    looker: LookerServer,
    operation: str,
    told: str,
    finally_told: str,
    mails: int,
    *,
    handled: bool,
) -> None:
    """A call that was under way is repeated by the next run, unless it may have mailed people."""
    looker.faults.add(Fault(Kind.HANG, operation, handled=handled))

    def is_asked() -> bool:
        waits_for_mail = handled and operation == PLAN and not victim.mails()
        return operation in looker.operations() and not waits_for_mail

    victim.run_until(is_asked)
    assert "".join(victim.told()) == told
    victim.wait_until_gone()
    victim.run()
    assert "".join(victim.told()) == finally_told
    assert victim.mails() == mails

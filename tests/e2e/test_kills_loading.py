"""Looker hears of whole loads only, and of each once, wherever tap or target is killed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from target_looker_staging.exceptions import LoadIncompleteError
from tests.e2e.gate import Gate, Stop
from tests.e2e.kills import Victim, run_target

if TYPE_CHECKING:
    import subprocess

    from tests.line.line import Line

ALL = ["D", "B", "P"]
COMPLETE = "SET status = 'complete'"


def test_tap_cut_off_after_each_message(victim: Victim, tap_lines: list[bytes]) -> None:
    """A tap that ends after any of its messages but the last is no reason to tell Looker."""
    for end in range(len(tap_lines)):
        with suppress(LoadIncompleteError):
            run_target(victim.config, b"".join(tap_lines[:end]))
        assert victim.told() == [], f"after {end} of {len(tap_lines)} messages"
    run_target(victim.config, b"".join(tap_lines))
    assert victim.told() == ALL
    assert victim.mails() == 1


def test_tap_cut_off_within_each_message(victim: Victim, tap_lines: list[bytes]) -> None:
    """Half a message is an error, never the end of a load."""
    for end, line in enumerate(tap_lines):
        half = b"".join(tap_lines[:end]) + line[: len(line) // 2]
        with pytest.raises(Exception, match="cut off"):
            run_target(victim.config, half)
    assert victim.told() == []
    assert "complete" not in victim.status()


def test_tap_killed_in_the_middle(line: Line) -> None:
    """Looker is told nothing of what a killed tap left, and once after the run that mends it."""
    fault = line.epicor.faults.add("hang", path="Erp.BO.PartTranSvc", nth=2, times=None)

    def kill(tap: subprocess.Popen[bytes]) -> None:
        while not fault.hits:
            assert tap.poll() is None
        tap.kill()

    assert line.run_pipe(meanwhile=kill).code != 0
    assert line.query("SELECT status FROM _sync_runs") == [("incomplete",)]
    assert line.looker.calls == []
    line.epicor.faults.clear()
    outcome = line.run_pipe()
    assert outcome.code == 0, outcome.log
    assert len(line.refreshed()) == 1


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(Stop(("CREATE TABLE",)), id="before-the-tables"),
        pytest.param(Stop(("COPY ",)), id="before-copy"),
        pytest.param(Stop(copy_data=True), id="in-copy"),
        pytest.param(Stop(("COPY ", "COMMIT")), id="before-the-commit"),
        pytest.param(Stop(("COPY ", "COMMIT"), answered=True), id="after-the-commit"),
        pytest.param(Stop(("SET state_after",)), id="before-the-state"),
        pytest.param(Stop((COMPLETE,)), id="before-the-run-is-closed"),
        pytest.param(Stop((COMPLETE, "COMMIT")), id="before-the-close-is-committed"),
    ],
)
def test_target_killed_while_loading(victim: Victim, stop: Stop) -> None:
    """A target that dies before its run is closed tells nothing; the run that follows tells all."""
    with Gate(victim.config["host"], victim.config["port"], stop) as gate:
        victim.run_until(gate.is_closed, host="127.0.0.1", port=gate.port)
    assert victim.told() == []
    victim.wait_until_gone()
    assert "complete" not in victim.status()
    victim.run()
    assert victim.told() == ALL
    assert victim.mails() == 1
    victim.run()
    assert victim.told() == ALL

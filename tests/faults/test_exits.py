"""Exit codes tell the truth, whoever of the two ends first and why."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.inspection import run_entries

if TYPE_CHECKING:
    from tests.faults.conftest import Gate
    from tests.line.line import Line
    from tests.line.running import Outcome


def status(line: Line) -> list[str]:
    """Return the status of each run in the run log."""
    return [entry.status for entry in run_entries(line)]


def run_to_the_end(line: Line) -> Outcome:
    """Run once, undisturbed, from the state that is there."""
    line.epicor.faults.clear()
    return line.start_pipe().finish()


def assert_nothing_is_lost(line: Line) -> None:
    """Assert that another run completes what the one before left."""
    ending = run_to_the_end(line)
    assert ending.codes == {"tap": 0, "target": 0}, ending.log
    assert status(line)[-1] == "complete"
    ((staged,),) = line.query("SELECT count(*) FROM part_transactions")
    assert staged == line.epicor.store.count("PartTran", "EPIC06") + (
        line.epicor.store.count("PartTran", "EPIC07")
    )
    assert len(line.refreshed()) == 1


@pytest.mark.parametrize(
    ("number", "names", "codes", "logged"),
    [
        pytest.param(
            signal.SIGTERM, ("tap", "target"), {"tap": 143, "target": 143}, "interrupted",
            id="sigterm-to-both",
        ),
        pytest.param(
            signal.SIGINT, ("tap", "target"), {"tap": 130, "target": 130}, "interrupted",
            id="sigint-to-both",
        ),
        pytest.param(
            signal.SIGTERM, ("tap",), {"tap": 143, "target": 1}, "incomplete",
            id="sigterm-to-the-tap",
        ),
        pytest.param(
            signal.SIGINT, ("tap",), {"tap": 130, "target": 1}, "incomplete",
            id="sigint-to-the-tap",
        ),
        pytest.param(
            signal.SIGKILL, ("tap",), {"tap": -9, "target": 1}, "incomplete",
            id="sigkill-to-the-tap",
        ),
    ],
)  # fmt: skip
def test_signal(
    line: Line,
    gate: Gate,
    number: int,
    names: tuple[str, ...],
    codes: dict[str, int],
    logged: str,
) -> None:
    """Both processes say how they ended, the run log too, Looker is left alone, nothing is lost."""
    running = line.start_pipe()
    gate.wait_until_reached(running)
    running.send(number, *names)
    ending = running.finish()
    gate.open()
    assert ending.codes == codes, ending.log
    assert "Traceback" not in ending.log
    assert status(line) == [logged]
    assert line.refreshed() == []
    assert_nothing_is_lost(line)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(signal.SIGTERM, 143, id="sigterm"),
        pytest.param(signal.SIGKILL, -9, id="sigkill"),
    ],
)
def test_target_ends_first(line: Line, gate: Gate, number: int, code: int) -> None:
    """A tap that nobody listens to any more ends with 1 and one line that says why."""
    running = line.start_pipe()
    gate.wait_until_reached(running)
    running.send(number, "target")
    running.processes["target"].wait()
    gate.open()
    ending = running.finish()
    assert ending.codes == {"tap": 1, "target": code}, ending.log
    assert "Traceback" not in ending.log
    tap_log = (line.directory / "tap.log").read_text()
    errors = [line for line in tap_log.splitlines() if "ERROR" in line]
    assert len(errors) == 1, errors
    assert "The target ended before it had read everything" in errors[0]
    assert_nothing_is_lost(line)


def test_failed_stream(line: Line) -> None:
    """When a stream fails, the last process of the pipe says so too, as a shell goes by it."""
    line.epicor.faults.add("status", path="PartTrans$", nth=6, times=None, status=403)
    ending = line.start_pipe().finish()
    assert ending.codes == {"tap": 1, "target": 1}, ending.log
    assert "Traceback" not in ending.log
    assert status(line) == ["incomplete"]
    assert_nothing_is_lost(line)


def bookmarks(line: Line) -> dict[str, Any]:
    """Return the state that Meltano keeps, by stream."""
    name = "sandbox:tap-epicor-kinetic-to-target-looker-staging"
    state = json.loads(line.meltano("state", "get", name).printed)
    found: dict[str, Any] = state.get("singer_state", state)["bookmarks"]
    return found


def test_sigterm_to_meltano(line: Line, gate: Gate) -> None:
    """Meltano says 143 of a run that was told to end, and its next run completes the load."""
    running = line.start_meltano()
    gate.wait_until_reached(running, states=0)
    running.send(signal.SIGTERM, "meltano")
    ending = running.finish()
    assert ending.codes == {"meltano": 143}, ending.log
    assert "Traceback" not in ending.log
    assert "complete" not in status(line)
    gate.open()
    again = line.start_meltano(force=False).finish()
    assert again.ok, again.log
    assert status(line)[-1] == "complete"
    assert len(line.refreshed()) == 1


def test_failed_stream_under_meltano(line: Line) -> None:
    """Meltano fails with the tap, and keeps the bookmarks of what was loaded."""
    line.epicor.faults.add("status", path="PartTrans$", nth=6, times=None, status=403)
    ending = line.start_meltano().finish()
    assert ending.codes == {"meltano": 1}, ending.log
    assert "Extractor and loader failed" in ending.log
    assert status(line) == ["incomplete"]
    kept = bookmarks(line)
    assert kept["vendors"]["partitions"][0]["replication_key_value"]
    assert kept["part_transactions"]["partitions"][0]["first_load"]

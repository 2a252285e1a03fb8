"""Looker hears of complete loads only, over a pipe between the two console scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.line.line import Line


def test_failing_tap_never_refreshes(line: Line) -> None:
    """A stream that breaks in the middle leaves the run incomplete and Looker alone."""
    line.epicor.faults.add("status", path="Erp.BO.PartTranSvc", nth=2, times=None, status=403)
    outcome = line.run_pipe()
    assert outcome.code != 0
    ((status, changed),) = line.query("SELECT status, rows_changed FROM _sync_runs")
    assert status != "complete"
    assert changed > 0  # the other streams are there
    assert line.refreshed() == []


def test_refresh_comes_with_the_run_that_completes(line: Line) -> None:
    """Once the source answers again, the next run completes the load and Looker is told once."""
    fault = line.epicor.faults.add(
        "status", path="Erp.BO.PartTranSvc", nth=2, times=None, status=403
    )
    assert line.run_pipe().code != 0
    assert fault.hits
    line.epicor.faults.clear()
    outcome = line.run_pipe()
    assert outcome.code == 0, outcome.log
    assert len(line.refreshed()) == 1


def test_refresh_comes_after_the_last_commit(line: Line) -> None:
    """Looker is called when every row is committed: no stream's last commit is later."""
    outcome = line.run_pipe()
    assert outcome.code == 0, outcome.log
    ((late,),) = line.query(
        "SELECT count(*) FROM _sync_run_streams s JOIN _looker_refreshes r USING (run_id) "
        "WHERE s.last_commit_at > r.requested_at"
    )
    assert late == 0
    assert len(line.refreshed()) == 1

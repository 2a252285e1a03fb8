"""A run that failed is done again through Meltano's own state."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.company import next_working_day
from tests.line.comparison import list_staged_tables, read_source, read_staging
from tests.line.line import TAP, TARGET

if TYPE_CHECKING:
    from tests.line.line import Line
    from tests.line.running import Outcome

STREAMS = ("vendors", "purchase_orders", "part_transactions")
MAIN = f"sandbox:{TAP}-to-{TARGET}"


def replay(line: Line, *arguments: str) -> Outcome:
    """Run `looker-staging replay` as a user of Meltano does."""
    return line.meltano("invoke", f"{TARGET}:replay", *arguments)


def states(line: Line) -> dict[str, dict[str, Any]]:
    """Return what Meltano keeps: state id to bookmarks, those of partial states on top."""
    with closing(sqlite3.connect(line.directory / ".meltano" / "meltano.db")) as database:
        rows = database.execute("SELECT state_id, completed_state, partial_state FROM state")
        kept = {}
        for state_id, *parts in rows:
            bookmarks: dict[str, Any] = {}
            for part in parts:
                state = (json.loads(part) if part else {}).get("singer_state", {})
                bookmarks |= state.get("bookmarks", {})
            kept[state_id] = bookmarks
        return kept


def latest_run(line: Line) -> tuple[Any, ...]:
    """Return id, status and replay_of of the latest run."""
    return line.query(
        "SELECT run_id, status, replay_of FROM _sync_runs ORDER BY started_at DESC LIMIT 1"
    )[0]


@pytest.mark.timeout(300)  # fifteen commands of Meltano, one after the other
def test_failed_run_is_done_again(line: Line) -> None:
    """The load goes from the state before; the schedule's state moves only if that went well."""
    line.environment["TAP_EPICOR_KINETIC__SELECT"] = json.dumps([f"{name}.*" for name in STREAMS])
    assert line.run_meltano().code == 0
    before = states(line)[MAIN]
    next_working_day(line.epicor.store)
    line.epicor.faults.add("status", path="Erp.BO.PartTranSvc", nth=2, times=None, status=403)
    assert line.run_meltano().code != 0
    failed, status, _ = latest_run(line)
    assert status == "incomplete"
    reached = states(line)[MAIN]
    assert reached != before
    versions = dict(line.query("SELECT _source_id, xmin::text FROM vendors"))

    # As long as the source does not let the tap in, a replay fails and leaves all as it was.
    line.epicor.faults.clear()
    line.tap_settings["password"] = "wrong"
    outcome = replay(line, failed)
    assert outcome.code != 0
    assert f"State {MAIN} is as it was" in outcome.log
    assert states(line)[MAIN] == reached

    line.tap_settings.clear()
    outcome = replay(line, failed)
    assert outcome.code == 0, outcome.log
    assert latest_run(line)[1:] == ("complete", failed)
    tables = list_staged_tables(line)
    database = line.epicor.store.path
    assert {t.name: read_staging(line, t) for t in tables} == {
        t.name: read_source(database, t) for t in tables
    }
    assert (
        versions.items() <= dict(line.query("SELECT _source_id, xmin::text FROM vendors")).items()
    )
    assert len(line.refreshed()) == 2
    # The replay began where the failed run did, and the schedule goes on from its end.
    [(began, ended)] = line.query(
        "SELECT state_before -> 'bookmarks', state_after -> 'bookmarks' FROM _sync_runs "
        "ORDER BY started_at DESC LIMIT 1"
    )
    assert began == before
    after = states(line)
    assert after[MAIN] == ended
    assert not any(bookmarks for state_id, bookmarks in after.items() if "replay" in state_id)

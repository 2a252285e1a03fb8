"""Versions of rows that are committed in another order than they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_looker_staging.exceptions import QuarantineError
from tests.target.conftest import VENDORS, schema, state, vendor, wire
from tests.target.test_deletes import activate, gone, versioned
from tests.target.test_parallel_runs import WAITING, begun, targets
from tests.target.test_process import settle
from tests.target.test_quarantine import load
from tests.target.test_replay import edit, replay

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.target.conftest import Staging
    from tests.target.test_parallel_runs import Targets

__all__ = ["replay", "targets"]

COUNTED = {
    **VENDORS,
    "properties": {**VENDORS["properties"], "SysRevID": {"type": ["integer", "null"]}},
}
IS_WAITING = "SELECT record ->> 'Name' FROM _rejected_records WHERE resolved_at IS NULL ORDER BY id"


def at(time: str | None, message: dict[str, Any]) -> dict[str, Any]:
    """Return a RECORD message that was read on 23 November at a time of day, in UTC."""
    full = time if time is None or len(time) > 5 else f"2026-11-23T{time}:00.000000Z"
    return {**message, "time_extracted": full}


def names(staging: Staging) -> list[str]:
    """Return the names of all vendors, by number."""
    return [name for (name,) in staging.rows("SELECT name FROM vendors ORDER BY vendornum")]


def latest_counts(staging: Staging) -> tuple[int, ...]:
    """Return the counts of the run that ended last: received, and what became of the records."""
    [counts] = staging.rows(
        "SELECT records_received, rows_inserted, rows_updated, rows_unchanged, rows_superseded, "
        "rows_deleted FROM _sync_run_streams ORDER BY last_commit_at DESC LIMIT 1"
    )
    return counts


@pytest.mark.parametrize("rows", [pytest.param(1, id="batches"), pytest.param(9, id="one-batch")])
def test_row_that_was_read_later_stays(staging: Staging, rows: int) -> None:
    """What was read earlier and comes later changes nothing, and is counted as superseded."""
    staging.sync(schema(), at("10:05", vendor(1, "new")), at("09:00", vendor(2, "old")))
    staging.sync(
        schema(), *(at("10:00", vendor(i, "other")) for i in (1, 2, 3)), batch_size_rows=rows
    )
    assert names(staging) == ["new", "other", "other"]
    assert latest_counts(staging) == (3, 1, 1, 0, 1, 0)


@pytest.mark.parametrize(
    ("there", "comes", "winner"),
    [
        pytest.param(("10:05", 7), ("10:00", 6), "there", id="earlier"),
        pytest.param(("10:05", 7), ("10:00", 7), "there", id="earlier-of-one-row-version"),
        pytest.param(("10:05", None), ("10:00", 6), "there", id="earlier-of-unknown-row-version"),
        pytest.param(("10:05", 7), ("10:00", 8), "comes", id="clock-behind"),
        pytest.param(("10:00", 7), ("10:05", 3), "comes", id="restored-database"),
        pytest.param(("10:00", 7), ("10:00", 6), "there", id="one-time-lower-row-version"),
        pytest.param(("10:00", 7), ("10:00", 7), "comes", id="one-time-one-row-version"),
        pytest.param(("10:00", None), ("10:00", None), "comes", id="one-time"),
        pytest.param((None, 7), ("10:00", 6), "comes", id="no-time-there"),
        pytest.param(("10:05", 7), (None, 6), "comes", id="no-time-comes"),
        pytest.param(("10:05", 7), ("2026-11-23T10:00:00", 6), "comes", id="no-zone"),
        pytest.param(("10:05", 7), ("2026-11-23T12:04:00+02:00", 6), "there", id="other-zone"),
        pytest.param(("10:05", 7), ("2026-11-23T12:06:00+02", 6), "comes", id="other-zone-later"),
        pytest.param(("2199-01-01T00:00:00Z", 7), ("10:00", 6), "comes", id="time-to-come"),
    ],
)
def test_newer_version(staging: Staging, there: Any, comes: Any, winner: str) -> None:
    """The later extraction is newer, and so is a higher row version; in doubt what comes wins."""
    for name, (time, version) in (("there", there), ("comes", comes)):
        staging.sync(schema(definition=COUNTED), at(time, vendor(1, name, SysRevID=version)))
    assert names(staging) == [winner]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"x-source": {**VENDORS["x-source"], "system": "another"}}, id="system"),
        pytest.param(
            {"properties": {**COUNTED["properties"], "SysRevID": {"type": "string"}}}, id="text"
        ),
    ],
)
def test_number_that_is_no_row_version(staging: Staging, changes: dict[str, Any]) -> None:
    """Only an integer of which the source is known to count changes by is one of its versions."""
    definition = schema(definition={**COUNTED, **changes})
    value = "9" if "properties" in changes else 9
    staging.sync(definition, at("10:05", vendor(1, "there", SysRevID=value)))
    staging.sync(definition, at("10:00", vendor(1, "comes", SysRevID=type(value)(99))))
    assert names(staging) == ["there"]


@pytest.mark.parametrize("rows", [pytest.param(1, id="batches"), pytest.param(9, id="one-batch")])
def test_last_record_of_a_run_wins(staging: Staging, rows: int) -> None:
    """Within one run the order in which records come counts, not their times."""
    staging.sync(schema(), at("09:00", vendor(1, "before")))
    staging.sync(
        schema(), at("10:05", vendor(1, "first")), at("10:00", vendor(1, "last")),
        batch_size_rows=rows,
    )  # fmt: skip
    assert names(staging) == ["last"]


def test_without_times_the_last_one_wins(staging: Staging) -> None:
    """Where the table has no times, what comes later is the newer version."""
    for time, name in (("10:05", "first"), ("10:00", "last")):
        staging.sync(schema(), at(time, vendor(1, name)), add_record_metadata=False)
    assert names(staging) == ["last"]


def test_times_that_another_tool_keeps_as_text(staging: Staging) -> None:
    """A table whose times are texts is loaded as it is, without comparing them."""
    staging.sync(schema(), at("10:05", vendor(1, "first")))
    staging.rows("ALTER TABLE vendors ALTER _sdc_extracted_at TYPE text")
    staging.sync(schema(), at("10:00", vendor(1, "last")), at("10:00", vendor(2)))
    assert names(staging) == ["last", "Müller"]


def test_unchanged_row_is_not_written_for_its_time(staging: Staging) -> None:
    """A row that is read again as it was, later or earlier, stays the same row version."""
    staging.sync(schema(), at("10:00", vendor(1)))
    before = staging.value("SELECT xmin::text FROM vendors")
    for time in ("10:05", "09:00"):
        staging.sync(schema(), at(time, vendor(1)))
        assert latest_counts(staging) == (1, 0, 0, 1, 0, 0)
    assert staging.value("SELECT xmin::text FROM vendors") == before


def test_run_that_waited_is_older(staging: Staging, targets: Targets) -> None:
    """A run that waits for another one has read before it what it commits after it."""
    holder = targets.start(
        begun("newer", "EPIC06"), schema(), at("10:05", vendor(1, "new")), state(v=1)
    )
    settle(holder)
    waiting = targets.start(begun("older", "EPIC06"), schema(), at("10:00", vendor(1, "old")))
    while not staging.value(WAITING):
        assert waiting.poll() is None
    holder.communicate(wire(state(v=2)))
    waiting.communicate(wire(state(v=2)))
    assert waiting.returncode == 0
    assert names(staging) == ["new"]
    assert latest_counts(staging) == (1, 0, 0, 0, 1, 0)


def test_row_that_came_during_a_first_load(staging: Staging, targets: Targets) -> None:
    """A table that was empty when the run began is no reason not to look at what came meanwhile."""
    first = targets.start(schema(), at("10:00", vendor(1, "old")), state(v=1))
    settle(first)
    staging.rows(
        "INSERT INTO vendors (company, vendornum, name, _source_id, _source_entity, "
        "_sdc_extracted_at) VALUES ('EPIC06', 2, 'new', 'x', 'e', '2026-11-23 10:05+00')"
    )
    _, log = first.communicate(wire(at("10:00", vendor(2, "old")), state(v=2)))
    assert first.returncode == 0, log
    assert names(staging) == ["old", "new"]
    assert latest_counts(staging) == (2, 1, 0, 0, 1, 0)


ROW_ID = "00000000-0000-0000-0000-00000000abcd"


def test_record_that_moved_since(staging: Staging) -> None:
    """An older version of a record under its former key does not take the record back there."""
    staging.sync(schema(), at("10:05", vendor(3, "new", SysRowID=ROW_ID)))
    staging.sync(schema(), at("10:00", vendor(1, "old", SysRowID=ROW_ID)), at("10:00", vendor(2)))
    assert staging.rows("SELECT vendornum, name FROM vendors ORDER BY 1") == [
        (2, "Müller"),
        (3, "new"),
    ]
    assert latest_counts(staging) == (2, 1, 0, 0, 1, 0)


def test_moved_rows_are_counted(staging: Staging) -> None:
    """A row that gives way to its record under another key counts as deleted."""
    staging.sync(schema(), at("10:00", vendor(1, SysRowID=ROW_ID)))
    staging.sync(schema(), at("10:05", vendor(3, SysRowID=ROW_ID)))
    assert latest_counts(staging) == (1, 1, 0, 0, 0, 1)


def deleted_at_ten(staging: Staging, **settings: Any) -> None:
    """Load vendors 1 and 2 at nine, and at ten vendor 1 alone, so that vendor 2 is gone."""
    definition = schema(definition=COUNTED)
    first = [vendor(1, SysRevID=1), vendor(2, SysRevID=2)]
    staging.sync(definition, *(at("09:00", {**each, "version": 7}) for each in first), activate(7))
    last = at("10:00", {**vendor(1, SysRevID=1), "version": 8})
    staging.sync(definition, last, activate(8), **settings)


@pytest.mark.parametrize(
    ("time", "version", "still_gone"),
    [
        pytest.param("09:30", 2, [2], id="read-before"),
        pytest.param("09:30", 3, [2], id="changed-and-read-before"),
        pytest.param("10:01", 2, [], id="back"),
        pytest.param(None, 2, [], id="no-time"),
    ],
)
def test_deleted_row_is_not_brought_back(
    staging: Staging, time: str | None, version: int, still_gone: list[int]
) -> None:
    """A row that a reading did not find any more is not brought back by an earlier reading."""
    deleted_at_ten(staging)
    assert gone(staging) == [2]
    staging.sync(schema(definition=COUNTED), at(time, vendor(2, SysRevID=version)))
    assert gone(staging) == still_gone


GONE_AT = "2026-11-23T10:00:00Z"


def test_deletion_that_was_read_earlier(staging: Staging) -> None:
    """A log's word that a record was deleted does not remove a row that was read later."""
    staging.sync(schema(), at("10:05", vendor(1, "new")), at("09:00", vendor(2)))
    records = [at("10:00", vendor(i, _sdc_deleted_at=GONE_AT)) for i in (1, 2, 3)]
    staging.sync(schema(), *records, hard_delete=True)
    assert names(staging) == ["new"]
    assert latest_counts(staging) == (3, 0, 0, 2, 1, 1)


def test_deletion_of_a_record_that_moved_since(staging: Staging) -> None:
    """Deleted under its former key, a record that was read later stays under its present one."""
    staging.sync(schema(), at("10:05", vendor(3, "new", SysRowID=ROW_ID)))
    old = at("10:00", vendor(1, SysRowID=ROW_ID, _sdc_deleted_at=GONE_AT))
    staging.sync(schema(), old, hard_delete=True)
    assert staging.rows("SELECT vendornum, name FROM vendors") == [(3, "new")]
    assert latest_counts(staging) == (1, 0, 0, 0, 1, 0)


@pytest.mark.parametrize(
    "hard_delete", [pytest.param(True, id="hard"), pytest.param(False, id="soft")]
)
@pytest.mark.parametrize(
    "announced", [pytest.param(True, id="before"), pytest.param(False, id="behind")]
)
def test_row_that_a_version_could_not_have(
    staging: Staging, *, hard_delete: bool, announced: bool
) -> None:
    """Rows that were read after the reading of a version had begun are not gone for lack of it."""
    staging.sync(
        schema(), at("09:00", vendor(1)), at("09:00", vendor(2)), at("10:05", vendor(3)),
        at("2199-01-01T00:00:00Z", vendor(4)), at(None, vendor(5)),
    )  # fmt: skip
    records = [at("10:00", versioned(1, 8)), at("10:10", versioned(6, 8))]
    messages = [activate(8), *records] if announced else [*records, activate(8)]
    staging.sync(schema(), *messages, state(vendors={}), hard_delete=hard_delete)
    left = staging.rows("SELECT vendornum FROM vendors WHERE _sdc_deleted_at IS NULL ORDER BY 1")
    assert left == [(1,), (3,), (6,)]


def test_row_that_came_after_the_source_was_empty(staging: Staging) -> None:
    """A source that was empty when a run began is no proof against rows that were read since."""
    staging.sync(schema(), at("09:00", versioned(1, 7)), at("10:05", versioned(2, 7)), activate(7))
    streams = {"vendors": {"status": "done", "records": 0, "source_count": 0}}
    run = {
        "id": "r2", "tap": "t", "complete": True, "started_at": "2026-11-23T10:00:00.000000Z",
        "streams": streams,
    }  # fmt: skip
    staging.sync(schema(), activate(8), {"type": "STATE", "value": {"bookmarks": {}, "run": run}})
    assert gone(staging) == [1]


def test_rejected_record_that_was_read_later_waits(staging: Staging) -> None:
    """An older good version does not end the waiting of a newer bad one."""
    load(staging, schema(), at("10:05", vendor(1, Name=5)), at("10:05", vendor(2, Name=6)))
    with pytest.raises(QuarantineError):
        staging.sync(
            schema(), at("10:00", vendor(1, "old")), at("10:06", vendor(2, "new")),
            on_bad_record="quarantine",
        )  # fmt: skip
    assert staging.rows(IS_WAITING) == [("5",)]
    assert names(staging) == ["old", "new"]


def test_rejected_record_that_was_read_earlier_is_not_the_latest(staging: Staging) -> None:
    """An older bad version does not take the place of a newer one in quarantine."""
    load(staging, schema(), at("10:05", vendor(1, Name=5)))
    load(staging, schema(), at("10:00", vendor(1, Name=6)))
    assert staging.rows(IS_WAITING) == [("5",), ("6",)]
    load(staging, schema(), at("10:06", vendor(1, Name=7)))
    assert staging.rows(IS_WAITING) == [("7",)]


def test_older_record_out_of_quarantine(staging: Staging, replay: Callable[..., Result]) -> None:
    """A record from quarantine gives way to the row that was read later, and waits no longer."""
    staging.sync(schema(), at("10:05", vendor(1, "new")))
    load(staging, schema(), at("10:00", vendor(1, Name=5)))
    edit(staging, "Name", '"old"')
    done = replay("--rejected")
    assert done.exit_code == 0, done.output
    assert names(staging) == ["new"]
    assert staging.rows("SELECT resolution, record FROM _rejected_records") == [
        ("superseded", None)
    ]


def test_older_record_with_an_edited_key_waits(
    staging: Staging, replay: Callable[..., Result]
) -> None:
    """A record whose key was edited is only added, and is not lost where it cannot be."""
    staging.sync(schema(), at("10:05", vendor(1, "here")))
    load(staging, schema(), at("10:00", vendor(2, Name=5)))
    edit(staging, "Name", '"edited"')
    edit(staging, "VendorNum", "1")
    edit(staging, "SysRowID", '"00000000-0000-0000-0000-000000000001"')
    assert replay("--rejected").exit_code == 1
    assert names(staging) == ["here"]
    assert "conflicts with an existing row" in staging.value("SELECT reason FROM _rejected_records")

"""Rows that are stamped early and seen late: covered by time, however many changes lie between."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.tap.runs import Run, aged, catalog_of, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.epicor.server import EpicorServer

STREAM, TABLE = "vendor_groups", "VendGrup"


def group(code: str, **values: Any) -> dict[str, Any]:
    """Return a row of vendor groups."""
    return {"Company": "EPIC06", "GroupCode": code, "GroupDesc": "x", **values}


def codes(done: Run, stream: str = STREAM) -> set[str]:
    """Return the codes that a run sent."""
    return {record["GroupCode"] for record in done.records(stream)}


def emptied(epicor: EpicorServer) -> None:
    """Remove the rows of the table, and let rows have a time of change."""
    epicor.configure(updated_on=True)
    for (code,) in list(epicor.store.rows(TABLE, ["GroupCode"], "EPIC06")):
        epicor.store.delete(TABLE, {"Company": "EPIC06", "GroupCode": code})


def settled(epicor: EpicorServer, catalog: dict[str, Any], hours: float = 24) -> dict[str, Any]:
    """Return the state of a stream that was loaded, and read once more, a while ago."""
    state: dict[str, Any] | None = None
    for _ in range(3):
        done = run(epicor, catalog=catalog, state=state)
        assert done.error is None
        state = aged(done.state, hours)
    assert state is not None
    return state


@pytest.mark.parametrize("between", [250, 5_000, 60_000], ids="{} versions".format)
def test_commit_after_thousands_of_versions(epicor: EpicorServer, between: int) -> None:
    """A posting that held its transaction while thousands of others were numbered is not lost."""
    catalog = catalog_of(epicor, [STREAM])
    state = settled(epicor, catalog)
    stamp = epicor.store.reserve(1)
    epicor.store.reserve(between)
    epicor.store.insert(TABLE, [group("intime")])
    before = run(epicor, catalog=catalog, state=state)
    epicor.store.insert(TABLE, [group("late", SysRevID=stamp)])
    after = run(epicor, catalog=catalog, state=aged(before.state, 0.5))
    assert "intime" in codes(before)
    assert "late" in codes(after)


@pytest.mark.parametrize("between", [250, 90_000], ids="{} versions".format)
def test_commit_during_the_first_load(epicor: EpicorServer, between: int) -> None:
    """After a first load the next run goes back as far as a busy server changes in an hour."""
    catalog = catalog_of(epicor, [STREAM])
    stamp = epicor.store.reserve(1)
    epicor.store.reserve(between)
    epicor.store.insert(TABLE, [group("intime")])
    first = run(epicor, catalog=catalog)
    epicor.store.insert(TABLE, [group("late", SysRevID=stamp)])
    second = run(epicor, catalog=catalog, state=aged(first.state, 24))
    assert "late" in codes(second)


def test_second_stream_reaches_back_as_far_as_the_first(epicor: EpicorServer) -> None:
    """What the first stream reads does not move the mark of the second, which is read later."""
    catalog = catalog_of(epicor, [STREAM, "vendors"])
    state = settled(epicor, catalog)
    stamp = epicor.store.reserve(1)
    epicor.store.reserve(3_000)
    [vendor] = list(epicor.store.rows("Vendor", ["VendorNum"], "EPIC06"))[:1]
    named = {"Company": "EPIC06", "VendorNum": vendor[0]}
    epicor.store.update("Vendor", named, {"Name": "moves the counter"})
    epicor.store.insert(TABLE, [group("intime")])
    before = run(epicor, catalog=catalog, state=state)
    epicor.store.insert(TABLE, [group("late", SysRevID=stamp)])
    after = run(epicor, catalog=catalog, state=aged(before.state, 0.9))
    assert "late" in codes(after)


def test_second_company_while_the_first_is_read(epicor: EpicorServer) -> None:
    """In a first load a late commit of the second company, made while the first is read, comes."""
    both: dict[str, Any] = {"companies": ["EPIC06", "EPIC07"], "company": None}
    catalog = catalog_of(epicor, [STREAM], **both)
    stamp = epicor.store.reserve(1)
    epicor.store.reserve(99_000)
    epicor.store.insert(TABLE, [group("moves", Company="EPIC06")])
    first = run(epicor, catalog=catalog, **both)
    epicor.store.insert(TABLE, [group("late", Company="EPIC07", SysRevID=stamp)])
    second = run(epicor, catalog=catalog, state=aged(first.state, 24), **both)
    assert ("EPIC07", "late") in {
        (record["Company"], record["GroupCode"]) for record in second.records(STREAM)
    }


@pytest.mark.parametrize("minutes", [15, 60, 240])
def test_setting_says_how_long_a_transaction_may_take(epicor: EpicorServer, minutes: int) -> None:
    """A row that is seen just within `late_commit_minutes` comes, whatever the setting says."""
    catalog = catalog_of(epicor, [STREAM])
    state = None
    for _ in range(12):
        # Runs that follow one another in a quarter of that time.
        done = run(epicor, catalog=catalog, state=state, late_commit_minutes=minutes)
        state = aged(done.state, minutes / 60 / 4)
        stamp = epicor.store.reserve(1)
        epicor.store.reserve(2_000)
        epicor.store.insert(TABLE, [group(f"m{stamp}")])
    done = run(epicor, catalog=catalog, state=state, late_commit_minutes=minutes)
    epicor.store.insert(TABLE, [group("late", SysRevID=stamp)])
    state = aged(done.state, minutes / 60 * 0.7)
    after = run(epicor, catalog=catalog, state=state, late_commit_minutes=minutes)
    assert "late" in codes(after)


def test_interrupted_reading_keeps_what_was_due(epicor: EpicorServer) -> None:
    """A run that ends before it has read a stream again does not count as one that has."""
    catalog = catalog_of(epicor, [STREAM])
    state = settled(epicor, catalog)
    stamp = epicor.store.reserve(1)
    epicor.store.reserve(500)
    epicor.store.insert(TABLE, [group("intime")])
    before = run(epicor, catalog=catalog, state=state)
    epicor.store.insert(TABLE, [group("late", SysRevID=stamp)])
    epicor.faults.add("status", path="VendGrups$", times=None, status=403)
    failed = run(epicor, catalog=catalog, state=aged(before.state, 24))
    assert failed.error is not None
    epicor.faults.clear()
    after = run(epicor, catalog=catalog, state=aged(failed.state, 24))
    assert "late" in codes(after)


def test_commit_below_the_bookmark_after_a_restore(epicor: EpicorServer) -> None:
    """After the database was restored, what was known of its counter before is forgotten."""
    catalog = catalog_of(epicor, [STREAM])
    state = settled(epicor, catalog)
    epicor.store.shift_sys_rev_ids(-1_000_000)
    restored = run(epicor, catalog=catalog, state=state)
    value = restored.bookmark(STREAM)["replication_key_value"]
    epicor.store.insert(TABLE, [group("late", SysRevID=value - 40)])
    after = run(epicor, catalog=catalog, state=aged(restored.state, 24))
    assert "late" in codes(after)


def test_streams_at_rest_forget_an_old_counter_as_well(epicor: EpicorServer) -> None:
    """One stream notices the restore; another one's marks from before must not hide late rows."""
    catalog = catalog_of(epicor, [STREAM, "vendors"])
    state = settled(epicor, catalog)
    epicor.store.shift_sys_rev_ids(-1_000_000)
    state = aged(run(epicor, catalog=catalog, state=state).state, 24)
    state = aged(run(epicor, catalog=catalog, state=state).state, 24)
    stamp = epicor.store.reserve(1)
    epicor.store.reserve(2_000)
    epicor.store.insert(TABLE, [group("intime")])
    before = run(epicor, catalog=catalog, state=state)
    epicor.store.insert(TABLE, [group("late", SysRevID=stamp)])
    after = run(epicor, catalog=catalog, state=aged(before.state, 0.5))
    assert "late" in codes(after)


# By time


def on_request(epicor: EpicorServer, text: str, then: Callable[[], None]) -> None:
    """Do something once, when the first request comes whose query holds a text."""
    done: list[bool] = []

    def look(request: Any) -> None:
        if not done and text in request.query:
            done.append(True)
            then()

    epicor.before_request = look


def test_time_stamped_ten_minutes_before_the_end_of_a_first_load(epicor: EpicorServer) -> None:
    """A row that is committed behind the reading's back, ten minutes old, comes with the next."""
    emptied(epicor)
    start = datetime(2026, 5, 1, 8, tzinfo=timezone.utc)
    stamps = [f"{start + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%S}" for minute in range(300)]
    epicor.store.insert(TABLE, [group(f"g{n}", UpdatedOn=stamp) for n, stamp in enumerate(stamps)])
    catalog = catalog_of(epicor, [STREAM])
    late = group("late", UpdatedOn=stamps[-11])
    first = None

    def commit() -> None:
        epicor.store.insert(TABLE, [late])

    on_request(epicor, "$skip=297", commit)
    first = run(epicor, catalog=catalog, page_size=12)
    epicor.before_request = None
    if "late" in codes(first):
        epicor.store.insert(TABLE, [{**late, "GroupCode": "later"}])
    second = run(epicor, catalog=catalog, state=aged(first.state, 24))
    assert codes(second) & {"late", "later"}


@pytest.mark.parametrize(
    ("minutes", "margin"), [pytest.param(55, 60, id="an hour"), pytest.param(9, 10, id="ten")]
)
def test_time_within_the_margin(epicor: EpicorServer, minutes: int, margin: int) -> None:
    """A time just within `late_commit_minutes` of the last one is read again."""
    emptied(epicor)
    last = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
    epicor.store.insert(TABLE, [group("last", UpdatedOn=f"{last:%Y-%m-%dT%H:%M:%S}")])
    catalog = catalog_of(epicor, [STREAM])
    first = run(epicor, catalog=catalog, late_commit_minutes=margin)
    stamp = f"{last - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}"
    epicor.store.insert(TABLE, [group("late", UpdatedOn=stamp)])
    second = run(epicor, catalog=catalog, state=first.state, late_commit_minutes=margin)
    assert "late" in codes(second)


def test_day_within_the_margin(epicor: EpicorServer) -> None:
    """A change date of the day before, committed after midnight, is read again."""
    catalog = catalog_of(epicor, ["ap_invoices"])
    for entry in catalog["streams"]:
        if entry["stream"] == "ap_invoices":
            entry["replication_key"] = "ChangeDate"
    first = run(epicor, catalog=catalog)
    value = first.bookmark("ap_invoices")["replication_key_value"]
    day = datetime.fromisoformat(value[:10]) - timedelta(days=1)
    columns = ["Company", "VendorNum", "InvoiceNum"]
    key = min(epicor.store.rows("APInvHed", columns, "EPIC06"))
    changes = {"ChangeDate": f"{day:%Y-%m-%d}T00:00:00", "Description": "after midnight"}
    epicor.store.update("APInvHed", dict(zip(columns, key, strict=True)), changes)
    second = run(epicor, catalog=catalog, state=first.state)
    assert "after midnight" in {row["Description"] for row in second.records("ap_invoices")}

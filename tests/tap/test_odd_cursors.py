"""A cursor is no perfect clock: times to come, none at all, repeated hours, other zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from tests.tap.runs import Run, aged, catalog_of, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

STREAM, TABLE = "vendor_groups", "VendGrup"


def group(code: str, stamp: str | None) -> dict[str, Any]:
    """Return a row of vendor groups."""
    return {"Company": "EPIC06", "GroupCode": code, "GroupDesc": "x", "UpdatedOn": stamp}


def codes(done: Run) -> set[str]:
    """Return the codes that a run sent."""
    return {record["GroupCode"] for record in done.records(STREAM)}


def stored(epicor: EpicorServer) -> set[str]:
    """Return the codes in the source."""
    return {code for (code,) in epicor.store.rows(TABLE, ["GroupCode"], "EPIC06")}


@pytest.fixture
def bare(epicor: EpicorServer) -> EpicorServer:
    """Give a server without vendor groups, where rows have a time of change."""
    epicor.configure(updated_on=True)
    for code in sorted(stored(epicor)):
        epicor.store.delete(TABLE, {"Company": "EPIC06", "GroupCode": code})
    return epicor


@pytest.fixture
def timed(bare: EpicorServer) -> EpicorServer:
    """Give a server whose vendor groups have times of change, an hour apart."""
    epicor = bare
    epicor.store.insert(
        TABLE, [group(f"h{hour:02}", f"2026-06-01T{hour:02}:00:00") for hour in range(20)]
    )
    return epicor


@pytest.mark.parametrize("future", ["2206-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_time_to_come_does_not_end_all_later_changes(
    timed: EpicorServer, future: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One row of another century comes each time, with a warning, and so does what changes now."""
    timed.store.insert(TABLE, [group("future", future)])
    catalog = catalog_of(timed, [STREAM])
    first = run(timed, catalog=catalog)
    assert "future" in codes(first)
    assert "still to come" in caplog.text
    assert first.bookmark(STREAM)["replication_key_value"] == "2026-06-01T19:00:00"
    timed.store.insert(TABLE, [group("next", "2026-06-01T19:30:00")])
    second = run(timed, catalog=catalog, state=first.state)
    timed.store.insert(TABLE, [group("last", "2026-06-02T03:00:00")])
    third = run(timed, catalog=catalog, state=second.state)
    assert {"next", "future"} <= codes(second)
    assert {"last", "future"} <= codes(third)
    assert third.bookmark(STREAM)["replication_key_value"] == "2026-06-02T03:00:00"


def test_rows_without_a_time_come_each_time(timed: EpicorServer) -> None:
    """A row that never gets a time of change is in no reader's blind spot."""
    catalog = catalog_of(timed, [STREAM])
    first = run(timed, catalog=catalog)
    timed.store.insert(TABLE, [group("timeless", None)])
    second = run(timed, catalog=catalog, state=first.state)
    assert "timeless" in codes(second)
    value = first.bookmark(STREAM)["replication_key_value"]
    assert second.bookmark(STREAM)["replication_key_value"] == value


@pytest.mark.parametrize("page_size", [3, 500])
def test_only_rows_without_a_time(bare: EpicorServer, page_size: int) -> None:
    """A table in which no row has a time is read whole each time, and nothing is remembered."""
    bare.store.insert(TABLE, [group(f"n{n}", None) for n in range(10)])
    catalog = catalog_of(bare, [STREAM])
    first = run(bare, catalog=catalog, page_size=page_size)
    second = run(bare, catalog=catalog, page_size=page_size, state=first.state)
    assert codes(first) == codes(second) == stored(bare)


def test_hour_that_comes_twice(timed: EpicorServer) -> None:
    """In autumn a row changes at 02:10 for the second time, after one of 02:55 was read."""
    timed.store.insert(TABLE, [group("first", "2026-10-25T02:55:00")])
    catalog = catalog_of(timed, [STREAM])
    first = run(timed, catalog=catalog, late_commit_minutes=5)
    timed.store.insert(TABLE, [group("second", "2026-10-25T02:10:00")])
    second = run(timed, catalog=catalog, state=first.state, late_commit_minutes=5)
    assert "second" in codes(second)


@pytest.mark.parametrize("offset", [120, -300, 330, 60, -60], ids="{} minutes".format)
@pytest.mark.parametrize("zone_required", [True, False], ids=["zone required", "zone optional"])
def test_server_that_moves_times_written_with_z(
    timed: EpicorServer, offset: int, *, zone_required: bool
) -> None:
    """A server that takes `Z` for UTC and counts in its own zone is asked in a form it takes."""
    timed.configure(utc_offset_minutes=offset, zone_required=zone_required)
    catalog = catalog_of(timed, [STREAM])
    first = run(timed, catalog=catalog, page_size=6)
    assert codes(first) == stored(timed)
    timed.store.insert(TABLE, [group("next", "2026-06-01T19:01:00")])
    second = run(timed, catalog=catalog, state=first.state, page_size=6)
    assert second.error is None
    assert "next" in codes(second)
    assert len(second.records(STREAM)) < 10


def test_server_that_begins_to_move_times(timed: EpicorServer) -> None:
    """When the bookmark's own row does not come back that is said, and the next run mends it."""
    catalog = catalog_of(timed, [STREAM])
    first = run(timed, catalog=catalog)
    timed.configure(utc_offset_minutes=300)
    timed.store.insert(TABLE, [group("next", "2026-06-01T19:01:00")])
    second = run(timed, catalog=catalog, state=first.state)
    third = run(timed, catalog=catalog, state=second.state)
    assert second.error is not None or "next" in codes(second)
    assert third.error is None
    assert "next" in codes(second) | codes(third)


@pytest.mark.parametrize("zone", ["Z", "+01:00", "-05:00", "+05:30"])
def test_zone_of_the_bookmark_is_kept_in_the_filter(bare: EpicorServer, zone: str) -> None:
    """A row two minutes younger than the bookmark comes, whatever zone the server writes."""
    bare.configure(date_zone=zone)
    bare.store.insert(TABLE, [group("one", "2026-06-01T10:00:00.25")])
    catalog = catalog_of(bare, [STREAM])
    first = run(bare, catalog=catalog)
    bare.store.insert(TABLE, [group("two", "2026-06-01T10:02:00")])
    second = run(bare, catalog=catalog, state=first.state)
    assert {"one", "two"} <= codes(second)
    [asked] = [unquote(call.query) for call in bare.log[-1:]]
    written = first.bookmark(STREAM)["replication_key_value"]
    assert written[19:] in asked


@pytest.mark.parametrize("earliest", ["0001-01-01T00:00:00", "1899-12-30T00:00:00"])
def test_times_before_all_times(bare: EpicorServer, earliest: str) -> None:
    """A table whose only times are placeholders is read, and goes on."""
    bare.store.insert(TABLE, [group(f"p{n}", earliest) for n in range(5)])
    catalog = catalog_of(bare, [STREAM])
    first = run(bare, catalog=catalog)
    assert codes(first) == stored(bare)
    bare.store.insert(TABLE, [group("now", "2026-06-01T10:00:00")])
    second = run(bare, catalog=catalog, state=first.state)
    assert second.error is None
    assert "now" in codes(second)


def test_rows_dated_in_another_millennium(bare: EpicorServer) -> None:
    """Rows that were all changed before the year 2000 come, and later ones after them."""
    bare.store.insert(
        TABLE, [group(f"y{year}", f"{year}-03-01T08:00:00") for year in range(1971, 2000)]
    )
    catalog = catalog_of(bare, [STREAM])
    first = run(bare, catalog=catalog, page_size=7)
    assert codes(first) == stored(bare)
    bare.store.insert(TABLE, [group("late", "1999-03-01T07:30:00")])
    second = run(bare, catalog=catalog, state=first.state)
    assert "late" in codes(second)


@pytest.mark.parametrize("failing", [2, 4, 9], ids="{} times".format)
@pytest.mark.parametrize("kind", ["500", "no answer"])
def test_passing_failure_demotes_no_cursor(epicor: EpicorServer, failing: int, kind: str) -> None:
    """A server that is ill while a stream is tried out is not taken for one that refuses it."""
    if kind == "500":
        epicor.faults.add("status", path="APInvoices$", status=500, times=failing)
    else:
        epicor.faults.add("hang", path="APInvoices$", times=failing)
    catalog = catalog_of(epicor, ["ap_invoices"])
    first = run(epicor, catalog=catalog, timeout_seconds=1)
    epicor.faults.clear()
    second = run(epicor, catalog=catalog, state=aged(first.state, 1))
    assert second.error is None
    bookmark = second.bookmark("ap_invoices")
    assert bookmark["replication_key"] == "SysRevID"
    assert bookmark["source"] == "Erp.BO.APInvoiceSvc/APInvoices"


def test_given_up_cursor_is_tried_again(epicor: EpicorServer) -> None:
    """What a server refused by failing is tried again the next day, and said when it works."""
    epicor.configure(refuse_sysrevid_filter=True)
    catalog = catalog_of(epicor, ["ap_invoices"])
    first = run(epicor, catalog=catalog)
    assert first.bookmark("ap_invoices")["replication_key"] == "ChangeDate"
    epicor.configure(refuse_sysrevid_filter=False)
    soon = run(epicor, catalog=catalog, state=aged(first.state, 2))
    assert soon.bookmark("ap_invoices")["replication_key"] == "ChangeDate"
    later = run(epicor, catalog=catalog, state=aged(soon.state, 24 * 8))
    assert later.error is None
    assert later.bookmark("ap_invoices")["replication_key"] == "SysRevID"


def test_start_date_keeps_rows_without_a_date(epicor: EpicorServer) -> None:
    """A purchase order without an order date is within every start date."""
    key = min(epicor.store.rows("POHeader", ["Company", "PONum"], "EPIC06"))
    named = dict(zip(("Company", "PONum"), key, strict=True))
    epicor.store.update("POHeader", named, {"OrderDate": None})
    done = run(epicor, "purchase_orders", start_date="2026-06-01")
    numbers = {row["PONum"] for row in done.records("purchase_orders")}
    assert key[1] in numbers
    assert len(numbers) < epicor.store.count("POHeader", "EPIC06")


def test_interrupted_first_load_stays_within_its_start_date(epicor: EpicorServer) -> None:
    """A first load that goes on does not bring what lies before `start_date`."""
    settings: dict[str, Any] = {"start_date": "2026-01-01", "page_size": 20}
    catalog = catalog_of(epicor, ["ap_invoices"])
    whole = run(epicor, catalog=catalog, **settings)
    epicor.faults.add("status", path="APInvoices$", query="$skip", nth=3, times=None, status=403)
    first = run(epicor, catalog=catalog, **settings)
    assert first.error is not None
    epicor.faults.clear()
    second = run(epicor, catalog=catalog, state=first.state, **settings)
    numbers = [
        {(row["VendorNum"], row["InvoiceNum"]) for row in done.records("ap_invoices")}
        for done in (whole, first, second)
    ]
    assert numbers[1] | numbers[2] == numbers[0]


def test_counts_of_all_companies_add_up(epicor: EpicorServer) -> None:
    """What the source says it has is the sum over the companies, not the last one's."""
    done = run(epicor, "vendors", companies=["EPIC06", "EPIC07"])
    counted = done.state["run"]["streams"]["vendors"]["source_count"]
    assert counted == epicor.store.count("Vendor", "EPIC06") + epicor.store.count(
        "Vendor", "EPIC07"
    )

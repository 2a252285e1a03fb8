"""What a user asks for in settings, catalog or state: done exactly, or refused with words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import catalog_of, config_for, run
from tests.tap.test_every_value import differences

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

LINES = "sales_order_lines"
NO_TWINS = frozenset({"Erp.BO.OrderDtlSearchSvc", "Erp.BO.OrderRelSearchSvc"})


def edited(catalog: dict[str, Any], stream: str, **changes: Any) -> dict[str, Any]:
    """Return the catalog with other replication settings for one stream."""
    for entry in catalog["streams"]:
        if entry["stream"] == stream:
            entry.update(changes)
    return catalog


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"child_sets_refused": frozenset()}, id="set itself"),
        pytest.param({}, id="search service"),
        pytest.param({"missing_services": NO_TWINS}, id="parent's expand"),
    ],
)
def test_filter_holds_on_each_way(epicor: EpicorServer, options: dict[str, Any]) -> None:
    """The filter of the settings bounds the rows whichever way they come."""
    epicor.configure(**options)
    done = run(epicor, LINES, streams=[{"name": LINES, "filter": "OrderLine eq 1"}])
    assert done.error is None
    stored = epicor.store.rows("OrderDtl", ["OrderNum", "OrderLine"], "EPIC06")
    assert {row["OrderNum"] for row in done.records(LINES)} == {
        order for order, line in stored if line == 1
    }
    assert {row["OrderLine"] for row in done.records(LINES)} == {1}


@pytest.mark.parametrize("stream", [LINES, "sales_order_releases"])
def test_all_columns_below_a_parent_are_read_in_parts(epicor: EpicorServer, stream: str) -> None:
    """Rows under `$expand` are put together from parts too, each within the server's limit."""
    epicor.configure(missing_services=NO_TWINS)
    done = run(epicor, stream, columns="all", page_size=20)
    assert done.error is None
    assert len(done.schema(stream)["properties"]) > 100
    assert differences(epicor, done, stream) == []
    assert max(len(entry.query) for entry in epicor.log) <= 2048


def test_cursor_chosen_in_the_catalog(epicor: EpicorServer) -> None:
    """Another cursor than the best is used when asked for, and its bookmark continues."""
    catalog = edited(
        catalog_of(epicor, ["ap_invoices"]), "ap_invoices", replication_key="ChangeDate"
    )
    first = run(epicor, catalog=catalog, page_size=40)
    assert differences(epicor, first, "ap_invoices") == []
    assert first.bookmark("ap_invoices")["replication_key"] == "ChangeDate"
    second = run(epicor, catalog=catalog, state=first.state)
    assert second.error is None
    latest = max(row["ChangeDate"] for row in first.records("ap_invoices") if row["ChangeDate"])
    assert second.bookmark("ap_invoices")["replication_key_value"] == latest
    assert len(second.records("ap_invoices")) < len(first.records("ap_invoices"))


def test_whole_table_chosen_in_the_catalog(epicor: EpicorServer) -> None:
    """A stream set to FULL_TABLE comes whole in every run."""
    catalog = edited(
        catalog_of(epicor, ["ap_invoices"]), "ap_invoices", replication_method="FULL_TABLE"
    )
    first = run(epicor, catalog=catalog, page_size=40)
    second = run(epicor, catalog=catalog, page_size=40, state=first.state)
    assert differences(epicor, second, "ap_invoices") == []


@pytest.mark.parametrize("value", ["garbage", 5.5, True, "2026-01-01T00:00:00"], ids=str)
def test_senseless_bookmark_fails_its_stream_with_advice(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture, value: object
) -> None:
    """A state that someone edited ends one stream and says what to remove."""
    place = {
        "context": {"Company": "EPIC06"},
        "replication_key": "SysRevID",
        "replication_key_value": value,
        "source": "Erp.BO.VendorSvc/Vendors",
    }
    state = {"bookmarks": {"vendors": {"partitions": [place]}}}
    done = run(epicor, "vendors", "parts", state=state)
    assert done.error == "1 of 2 streams failed: vendors"
    assert "Remove the stream's bookmark from the state" in caplog.text
    assert done.records("parts")


def test_bookmarks_are_compared_as_numbers(epicor: EpicorServer) -> None:
    """A bookmark that another tool wrote as text, lower in digits, reads everything above it."""
    place = {
        "context": {"Company": "EPIC06"},
        "replication_key": "SysRevID",
        "replication_key_value": "999",
        "source": "Erp.BO.VendorSvc/Vendors",
    }
    done = run(epicor, "vendors", state={"bookmarks": {"vendors": {"partitions": [place]}}})
    assert len(done.records("vendors")) == epicor.store.count("Vendor", "EPIC06")
    highest = max(row["SysRevID"] for row in done.records("vendors"))
    assert done.bookmark("vendors")["replication_key_value"] == highest


@pytest.mark.parametrize("start", ["yesterday", "2026-13-01", "01/02/2026", "2026-01-01 00:00"])
def test_start_date_that_is_none(epicor: EpicorServer, start: str) -> None:
    """A start date that no server would understand is refused at the start."""
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config=config_for(epicor, start_date=start), catalog={"streams": []})
    assert any("2026-01-31T00:00:00Z" in error for error in caught.value.errors)


@pytest.mark.parametrize(
    "start", ["2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+02:00"]
)
@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="row version"),
        pytest.param({"refuse_sysrevid_filter": True}, id="change date"),
        pytest.param({"updated_on": True}, id="UpdatedOn"),
    ],
)
def test_start_date_in_each_form(epicor: EpicorServer, options: dict[str, Any], start: str) -> None:
    """With or without time and zone, a start date bounds by whatever cursor there is."""
    epicor.configure(**options)
    done = run(epicor, "ap_invoices", start_date=start)
    assert done.error is None
    assert done.records("ap_invoices")
    if not options:
        days = epicor.store.rows("APInvHed", ["InvoiceDate"], "EPIC06")
        expected = [day for (day,) in days if day is None or day >= "2026-01-01"]
        assert len(done.records("ap_invoices")) - len(expected) in range(5)


def test_failed_run_goes_on_where_it_ended(epicor: EpicorServer) -> None:
    """What was sent before a stream failed is not sent again, and nothing is missing."""
    catalog = catalog_of(epicor, ["gl_transactions"])
    epicor.faults.add("status", path="GLJrnDtls$", status=403, nth=10, times=None)
    first = run(epicor, catalog=catalog, page_size=100)
    assert first.error is not None
    epicor.faults.clear()
    second = run(epicor, catalog=catalog, page_size=100, state=first.state)
    count = epicor.store.count("GLJrnDtl", "EPIC06")
    parts = first.records("gl_transactions"), second.records("gl_transactions")
    assert len({row["SysRowID"] for part in parts for row in part}) == count
    assert len(second.records("gl_transactions")) < count


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="standard"),
        pytest.param({"max_rows": 20}, id="server limit"),
        pytest.param({"decimals_as_text": True}, id="decimals as text"),
    ],
)
def test_baq_without_a_key_comes_whole(epicor: EpicorServer, options: dict[str, Any]) -> None:
    """Rows that nothing identifies are each sent once, over many pages."""
    baq = {"id": "zOpenPOLines", "name": "open_lines", "append": True}
    whole = run(epicor, "open_lines", baqs=[baq], page_size=5000).records("open_lines")
    epicor.configure(**options)
    paged = run(epicor, "open_lines", baqs=[baq], page_size=30)
    assert paged.error is None
    assert sorted(map(str, paged.records("open_lines"))) == sorted(map(str, whole))
    assert "RowIdent" not in paged.schema("open_lines")["properties"]


@pytest.mark.parametrize(
    ("entry", "table"),
    [
        pytest.param(
            {"service": "Erp.BO.PartWhseSearchSvc", "entity_set": "PartWhseSearches"},
            "PartWhse",
            id="small",
        ),
        pytest.param(
            {"service": "Erp.BO.PartTranHistSvc", "entity_set": "PartTranHists"},
            "PartTran",
            id="date in the key",
        ),
    ],
)
def test_set_without_any_cursor_is_read_by_key(
    epicor: EpicorServer, entry: dict[str, str], table: str
) -> None:
    """A set that has neither row version nor change date is read whole in the order of its key."""
    done = run(epicor, "mine", streams=[{"name": "mine", **entry}], page_size=50)
    assert done.error is None
    assert done.state["run"]["streams"]["mine"]["replication_key"] is None
    assert len(done.records("mine")) == epicor.store.count(table, "EPIC06")


def test_deselected_columns_leave_key_and_cursor(epicor: EpicorServer) -> None:
    """With every column deselected, records hold what identifies them and where they stand."""
    catalog = catalog_of(epicor, ["vendors"])
    entry = next(item for item in catalog["streams"] if item["stream"] == "vendors")
    for item in entry["metadata"]:
        if item["breadcrumb"]:
            item["metadata"]["selected"] = False
    done = run(epicor, catalog=catalog)
    assert {name for row in done.records("vendors") for name in row} == {
        "Company",
        "VendorNum",
        "SysRevID",
    }
    assert done.schema("vendors")["properties"].keys() == set(done.records("vendors")[0])

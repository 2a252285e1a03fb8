"""Every value of every stream equals the source, on servers that write values in their own ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.epicor.model import load_model
from tap_epicor_kinetic.catalog.entities import BY_NAME, ENTITIES
from tests.tap.runs import Run, catalog_of, expected, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

SOME = (
    "ap_invoices",
    "gl_accounts",
    "part_transactions",
    "parts",
    "purchase_order_lines",
    "vendors",
)


def table_of(stream: str) -> str:
    """Return the table behind a built-in stream."""
    entity = BY_NAME[stream]
    return load_model().services[entity.service][entity.entity_set].table


def differences(server: EpicorServer, done: Run, stream: str, company: str = "EPIC06") -> list[Any]:
    """Return what staging would have otherwise than the source: (key, column, sent, stored)."""
    schema = done.schema(stream)
    key = BY_NAME[stream].key
    sent = {tuple(row[name] for name in key): row for row in done.records(stream)}
    stored = {
        tuple(row[name] for name in key): row
        for row in expected(server.store, table_of(stream), company, schema)
    }
    assert sent.keys() == stored.keys()
    return [
        (place, name, sent[place].get(name), value)
        for place, row in stored.items()
        for name, value in row.items()
        # As text, so that no digit is missed, and true is not 1.
        if str(sent[place].get(name)) != str(value)
    ]


def test_all_streams_equal_the_source(epicor: EpicorServer) -> None:
    """On a standard server each built-in stream arrives whole and exact."""
    names = [entity.name for entity in ENTITIES]
    done = run(epicor, *names)
    assert done.error is None
    found = {name: differences(epicor, done, name) for name in names}
    assert not any(found.values()), found


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"int64_as_text": True}, id="Int64 as text"),
        pytest.param({"decimals_as_text": True}, id="decimals as text"),
        pytest.param({"adds_to_select": ("RowMod", "BitFlag")}, id="columns not asked for"),
        pytest.param({"next_link": "same"}, id="next links"),
        pytest.param({"max_rows": 37}, id="server limit below the page size"),
        pytest.param({"gzip": True}, id="compressed"),
        pytest.param({"refuses_count": True}, id="no count"),
        pytest.param({"refuse_compound_filter": True}, id="no compound filter"),
        pytest.param({"ignores_orderby": True}, id="no order"),
        pytest.param({"metadata_facets": "none"}, id="no facets"),
        pytest.param({"metadata_namespace": "Default"}, id="another namespace"),
        pytest.param({"gl_account": "GLAccount"}, id="GLAccount without 1"),
    ],
)
def test_unpleasant_servers_are_read_exactly(epicor: EpicorServer, options: dict[str, Any]) -> None:
    """However a server writes, limits or refuses, the same values arrive."""
    epicor.configure(**options)
    names = [name for name in SOME if name != "gl_accounts" or "gl_account" not in options]
    done = run(epicor, *names, page_size=120)
    assert done.error is None
    found = {name: differences(epicor, done, name) for name in names}
    assert not any(found.values()), found


@pytest.mark.parametrize("zone", ["Z", "+01:00", "-05:00"])
def test_days_stay_days_in_any_zone(epicor: EpicorServer, zone: str) -> None:
    """A calendar day is never moved by the zone that a server writes behind it."""
    epicor.configure(date_zone=zone)
    done = run(epicor, "ap_invoices")
    schema = done.schema("ap_invoices")["properties"]
    days = [name for name in schema if schema[name].get("format") == "date"]
    stored = expected(epicor.store, "APInvHed", "EPIC06", done.schema("ap_invoices"))
    by_id = {row["SysRowID"]: row for row in done.records("ap_invoices")}
    assert days
    for row in stored:
        assert [by_id[row["SysRowID"]][name] for name in days] == [row[name] for name in days]


def test_all_columns_are_read_in_parts(epicor: EpicorServer) -> None:
    """A query over the server's limit is split by columns, and each row is put together exactly."""
    done = run(epicor, "ap_invoices", columns="all", page_size=100)
    assert done.error is None
    assert len(done.schema("ap_invoices")["properties"]) > 450
    assert differences(epicor, done, "ap_invoices") == []
    queries = [entry.query for entry in epicor.log if entry.path.endswith("APInvoices")]
    assert max(map(len, queries)) <= 2048


@pytest.mark.parametrize(
    ("settings", "options", "asked"),
    [
        pytest.param({}, {}, "OrderDtlSearches", id="search service"),
        pytest.param({}, {"child_filter_error": "500"}, "OrderDtlSearches", id="refused by a 500"),
        pytest.param({}, {"child_sets_refused": frozenset()}, "OrderDtls", id="the set itself"),
        pytest.param(
            {},
            {"missing_services": frozenset({"Erp.BO.OrderDtlSearchSvc"})},
            "SalesOrders",
            id="parent's expand",
        ),
    ],
)
def test_each_way_to_a_child_set(
    epicor: EpicorServer, settings: dict[str, Any], options: dict[str, Any], asked: str
) -> None:
    """Where a child set is refused, its rows come another way, all of them, and the log is told."""
    epicor.configure(**options)
    done = run(epicor, "sales_order_lines", **settings)
    assert done.error is None
    assert differences(epicor, done, "sales_order_lines") == []
    assert epicor.log[-1].path.endswith(asked)
    assert done.bookmark("sales_order_lines")["source"].split("/")[1] == asked


def test_grandchildren_come_under_their_parents(epicor: EpicorServer) -> None:
    """Rows two levels down are read by nested `$expand`."""
    epicor.configure(missing_services=frozenset({"Erp.BO.OrderRelSearchSvc"}))
    done = run(epicor, "sales_order_releases", page_size=20)
    assert done.error is None
    assert differences(epicor, done, "sales_order_releases") == []


def test_remembered_way_is_not_looked_for_again(epicor: EpicorServer) -> None:
    """The second run goes the way of the first, with one request for the stream."""
    first = run(epicor, "sales_order_lines")
    catalog = catalog_of(epicor, ["sales_order_lines"])
    before = len(epicor.log)
    run(epicor, "sales_order_lines", state=first.state, catalog=catalog)
    assert [entry.path.rpartition("/")[2] for entry in epicor.log[before:]] == ["OrderDtlSearches"]


def test_baq_is_the_last_resort(epicor: EpicorServer) -> None:
    """Where set, search service and parent are closed, a BAQ with the same columns serves.

    Its columns bear the table's alias; those that it lacks are left out. The parent fails and is
    not known to be closed: the next run looks for it again.
    """
    catalog = catalog_of(epicor, ["part_warehouses"])
    epicor.configure(
        child_sets_refused=frozenset({"Erp.BO.PartSvc"}),
        missing_services=frozenset({"Erp.BO.PartWhseSearchSvc"}),
    )
    epicor.faults.add("status", path="PartSvc/Parts$", status=500, times=None)
    stream = {"name": "part_warehouses", "source_of_last_resort": "zStockByWarehouse"}
    done = run(epicor, "part_warehouses", catalog=catalog, streams=[stream])
    assert done.error is None
    assert "BaqSvc/zStockByWarehouse/Data" in epicor.log[-1].path
    assert "source" not in done.bookmark("part_warehouses")
    sent = {
        (row["Company"], row["PartNum"], row["WarehouseCode"]): str(row["OnHandQty"])
        for row in done.records("part_warehouses")
    }
    columns = ["Company", "PartNum", "WarehouseCode", "OnHandQty"]
    assert sent == {row[:3]: row[3] for row in epicor.store.rows("PartWhse", columns, "EPIC06")}

"""Discovery: what a server has is offered, what it lacks is said."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.singerlib import Catalog

from tap_epicor_kinetic.exceptions import ODataResponseError
from tap_epicor_kinetic.odata.metadata import parse_metadata
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

SNAPSHOTS = Path(__file__).parent / "snapshots"


def entries(server: EpicorServer, **settings: Any) -> dict[str, dict[str, Any]]:
    """Return the discovered catalog's entries by stream."""
    catalog = TapEpicorKinetic(config=config_for(server, **settings)).catalog_dict
    return {entry["stream"]: entry for entry in catalog["streams"]}


def summary(entry: dict[str, Any]) -> dict[str, Any]:
    """Return what a catalog entry promises: key, cursor, and a word for each column's type."""
    columns = {}
    for name, schema in entry["schema"]["properties"].items():
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        word = schema.get("format") or next(kind for kind in types if kind != "null")
        columns[name] = word + ("?" if "null" in types else "")
    return {
        "key": list(entry["key_properties"]),
        "cursor": entry.get("replication_key"),
        "columns": columns,
    }


def test_catalog_is_as_it_was(epicor: EpicorServer) -> None:
    """A change of any stream's key, cursor or columns shows as a change of a file.

    `UPDATE_SNAPSHOTS=1 python -m pytest tests/tap/test_discovery.py` writes the files anew.
    """
    found = {name: summary(entry) for name, entry in entries(epicor).items()}
    path = SNAPSHOTS / "catalog.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert found == json.loads(path.read_text(encoding="utf-8"))


def test_services_are_asked_side_by_side_and_once(epicor: EpicorServer) -> None:
    """Forty streams cost one request per service, as many at a time as are allowed."""
    epicor.configure(latency_ms=20)
    entries(epicor, max_concurrent_requests=6)
    asked = [entry.path for entry in epicor.log]
    assert len(asked) == len(set(asked))
    assert all(path.endswith("$metadata") for path in asked)
    assert epicor.service.peak_in_flight == 6


def test_catalog_saves_every_metadata_request(epicor: EpicorServer) -> None:
    """A run with a catalog asks for no metadata."""
    catalog = catalog_of(epicor, ["vendors"])
    before = len(epicor.log)
    run(epicor, "vendors", catalog=catalog)
    assert not [entry for entry in epicor.log[before:] if "$metadata" in entry.path]


def test_lacking_service_is_one_warning(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A service that the server does not have leaves places without columns; the others stay."""
    epicor.configure(missing_services=frozenset({"Erp.BO.ProjectSvc", "Erp.BO.POSvc"}))
    found = entries(epicor)
    assert found["projects"]["schema"]["properties"] == {}
    assert found["purchase_orders"]["schema"]["properties"] == {}
    assert "Name" in found["vendors"]["schema"]["properties"]
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 2
    assert "cannot be offered: purchase_orders, purchase_order_lines" in caplog.text


def test_what_a_catalog_round_trip_keeps(epicor: EpicorServer) -> None:
    """Dates, decimals' digits and keys survive the SDK's catalog, which drops unknown keywords."""
    entry = entries(epicor)["ap_invoices"]
    again = Catalog.from_dict({"streams": [entry]}).to_dict()["streams"][0]
    assert again["schema"]["properties"] == entry["schema"]["properties"]
    assert list(again["key_properties"]) == ["Company", "VendorNum", "InvoiceNum"]


def test_user_columns_are_offered_in_any_mode(epicor: EpicorServer) -> None:
    """Columns that end in _c come along with the core columns; all offers many more."""
    core = entries(epicor)["vendors"]["schema"]["properties"]
    every = entries(epicor, columns="all")["vendors"]["schema"]["properties"]
    assert "SupplierRating_c" in core
    assert set(core) < set(every)
    assert not {"RowMod", "BitFlag"} & set(every)


def test_deselected_columns_are_not_asked_for(epicor: EpicorServer) -> None:
    """What the catalog deselects is not in $select, key and cursor aside."""
    catalog = catalog_of(epicor, ["vendors"])
    [entry] = [item for item in catalog["streams"] if item["stream"] == "vendors"]
    for item in entry["metadata"]:
        if item["breadcrumb"][-1:] not in ([], ["Name"]) and item["breadcrumb"]:
            item["metadata"]["selected"] = False
    done = run(epicor, "vendors", catalog=catalog)
    wanted = {"Company", "VendorNum", "SysRevID", "Name"}
    assert {frozenset(row) for row in done.records("vendors")} == {frozenset(wanted)}
    select = epicor.log[-1].query.partition("$select=")[2].partition("&")[0]
    assert set(select.split(",")) == wanted


def test_cursor_is_the_best_that_there_is(epicor: EpicorServer) -> None:
    """UpdatedOn where an installation has it, else the row version."""
    assert entries(epicor)["parts"]["replication_key"] == "SysRevID"
    epicor.configure(updated_on=True)
    assert entries(epicor)["parts"]["replication_key"] == "UpdatedOn"


@pytest.mark.parametrize(
    ("options", "cursor"),
    [
        pytest.param({}, "SysRevID", id="row version"),
        pytest.param({"refuse_sysrevid_filter": True}, "ChangedOn", id="filter refused"),
        pytest.param({"refuse_sysrevid_order": True}, "ChangedOn", id="order refused"),
    ],
)
def test_refused_cursor_gives_way_to_the_next(
    epicor: EpicorServer, options: dict[str, Any], cursor: str
) -> None:
    """A cursor that the server does not take in a probe is replaced, and that is remembered."""
    epicor.configure(**options)
    done = run(epicor, "parts")
    assert done.error is None
    assert len(done.records("parts")) == epicor.store.count("Part", "EPIC06")
    assert done.bookmark("parts")["replication_key"] == cursor
    before = len(epicor.log)
    run(epicor, "parts", state=done.state, catalog=catalog_of(epicor, ["parts"]))
    pages = [entry for entry in epicor.log[before:] if entry.path.endswith("Parts")]
    assert len(pages) == 1


def test_impossible_cursor_names_the_candidates(epicor: EpicorServer) -> None:
    """A cursor that the set does not have fails at the start and lists those it has."""
    stream = {"name": "parts", "replication_key": "UpdatedOn"}
    with pytest.raises(ConfigValidationError) as caught:
        entries(epicor, streams=[stream])
    assert "SysRevID, ChangedOn" in caught.value.errors[0]


def test_start_date_bounds_the_first_load_only(epicor: EpicorServer) -> None:
    """By row version the business date bounds the first load; later runs take every change."""
    start = "2026-06-01T00:00:00Z"
    done = run(epicor, "purchase_orders", start_date=start)
    dates = {row["OrderDate"] for row in done.records("purchase_orders")}
    everything = {row[0] for row in epicor.store.rows("POHeader", ["OrderDate"], "EPIC06")}
    assert dates == {day[:10] for day in everything if day and day[:10] >= "2026-06-01"}
    old = next(
        row
        for row in epicor.store.rows("POHeader", ["PONum", "OrderDate"], "EPIC06")
        if row[1] < "2026-01-01"
    )
    epicor.store.update("POHeader", {"Company": "EPIC06", "PONum": old[0]}, {"CommentText": "new"})
    again = run(epicor, "purchase_orders", start_date=start, state=done.state)
    assert old[0] in {row["PONum"] for row in again.records("purchase_orders")}


def test_another_set_and_a_baq_are_one_entry_each(epicor: EpicorServer) -> None:
    """Entity sets and BAQs of the settings are streams; a BAQ's rows tell their company."""
    done = run(
        epicor,
        "bank_accounts",
        "open_invoices",
        "stock",
        streams=[
            {
                "name": "bank_accounts",
                "service": "Erp.BO.BankAcctSvc",
                "entity_set": "BankAccts",
                "filter": "Company eq 'EPIC06'",
            }
        ],
        baqs=[
            {
                "id": "zAP-OpenInvoices",
                "name": "open_invoices",
                "primary_keys": ["APInvHed_VendorNum", "APInvHed_InvoiceNum"],
                "replication_key": "Calculated_UpdatedOn",
            },
            {"id": "zStockByWarehouse", "name": "stock", "append": True},
        ],
    )
    assert done.error is None
    assert len(done.records("bank_accounts")) == epicor.store.count("BankAcct", "EPIC06")
    invoices = done.records("open_invoices")
    stored = epicor.store.rows("APInvHed", ["InvoiceNum", "OpenPayable"], "EPIC06")
    assert len(invoices) == sum(row[1] for row in stored)
    assert {row["Company"] for row in invoices} == {"EPIC06"}
    assert done.bookmark("open_invoices")["replication_key"] == "Calculated_UpdatedOn"
    # Without a key the whole row is the order; every row comes all the same.
    assert len(done.records("stock")) == epicor.store.count("PartWhse", "EPIC06")
    assert not any("RowIdent" in row for row in [*invoices, *done.records("stock")])


def test_parameters_of_a_baq_go_along(epicor: EpicorServer) -> None:
    """Parameters stand in the query by their names, lists as often as they have values."""
    baq = {
        "id": "zAP-OpenInvoices",
        "name": "open_invoices",
        "primary_keys": ["APInvHed_VendorNum", "APInvHed_InvoiceNum"],
    }
    vendors = sorted({row["APInvHed_VendorNum"] for row in _open_invoices(epicor, baq)})[:2]
    rows = _open_invoices(epicor, {**baq, "parameters": {"VendorNum": vendors}})
    assert sorted({row["APInvHed_VendorNum"] for row in rows}) == vendors
    assert epicor.log[-1].query.count("VendorNum=") == 2


def _open_invoices(server: EpicorServer, baq: dict[str, Any]) -> list[dict[str, Any]]:
    return run(server, "open_invoices", baqs=[baq]).records("open_invoices")


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"<html>log in</html>", id="HTML"),
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"error": 1}', id="JSON"),
        pytest.param(
            b'<!DOCTYPE x [<!ENTITY a "aaaa">]><edmx><EntitySet Name="S" EntityType="&a;"/></edmx>',
            id="entities",
        ),
    ],
)
def test_what_is_no_metadata(document: bytes) -> None:
    """Anything but a CSDL document with entity sets is an error, entity tricks included."""
    with pytest.raises(ODataResponseError):
        parse_metadata("Erp.BO.VendorSvc", document)

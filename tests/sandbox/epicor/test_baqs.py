"""Business Activity Queries: joins with parameters, without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.epicor.options import EpicorOptions
from sandbox.epicor.shared_queries import BAQS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.epicor.conftest import Client

CHANGES = "BaqSvc/zVendorChanges"


@pytest.mark.parametrize("name", sorted(BAQS))
def test_every_baq_answers(client: Client, name: str) -> None:
    """Each query runs over whatever columns the database has, and shows what it declares."""
    baq = BAQS[name]
    given = "".join(f"&{found.name}=2020-01-01" for found in baq.parameters if found.required)
    rows = client.rows(f"BaqSvc/{name}/Data?$top=1{given}")
    assert all(list(row) == [column.name for column in baq.properties()] for row in rows)


def test_without_data_there_is_only_a_descriptor(client: Client) -> None:
    """The path without /Data answers 200 and has no rows."""
    assert client.rows(CHANGES) == [{"name": "Data", "kind": "EntitySet", "url": "Data"}]


def test_query_options_work(client: Client) -> None:
    """Filter, order, select, top and count apply to the query's columns."""
    rows = "$filter=Vendor_VendorNum gt 100&$orderby=Vendor_VendorNum desc&$top=2"
    page = client.get(f"{CHANGES}/Data?{rows}&$select=Vendor_VendorID&$count=true").json()
    assert page["@odata.count"] == 20
    assert page["value"] == [{"Vendor_VendorID": "V120"}, {"Vendor_VendorID": "V119"}]
    assert client.get(f"{CHANGES}/Data/$count").text == "120"


def test_rows_are_cut_at_100_too(client: Client) -> None:
    """The default number of rows applies to queries."""
    assert len(client.rows(f"{CHANGES}/Data")) == 100


def test_carries_updated_on_always(client: Client) -> None:
    """A query can show UpdatedOn, with ties, where entity sets do not."""
    rows = client.rows(f"{CHANGES}/Data?$filter=Vendor_UpdatedOn ge 2026-03-31T18:30:00Z&$top=500")
    assert {row["Vendor_UpdatedOn"] for row in rows} == {"2026-03-31T18:30:00"}


def test_row_ident_is_not_stable(client: Client) -> None:
    """The label of a row differs from call to call, so it is no key."""
    labels = [{row["RowIdent"] for row in client.rows(f"{CHANGES}/Data?$top=5")} for _ in range(2)]
    assert len(labels[0] | labels[1]) == 10


def test_outer_join_gives_nulls(client: Client) -> None:
    """A row without partner has null in each of the partner's columns, numbers and text too."""
    client.server.store.insert("POHeader", [{"Company": "EPIC06", "PONum": 50, "VendorNum": 999}])
    client.server.store.insert("PODetail", [{"Company": "EPIC06", "PONUM": 50, "POLine": 1}])
    client.server.store.insert(
        "PORel",
        [{"Company": "EPIC06", "PONum": 50, "POLine": 1, "PORelNum": 1, "OpenRelease": True}],
    )
    row = client.rows("BaqSvc/zOpenPOLines/Data?$filter=PORel_PONum eq 50")[0]
    assert (row["Vendor_VendorNum"], row["Vendor_Name"], row["PODetail_PartNum"]) == (
        None,
        None,
        "",
    )


def test_company_restricts_rows(client: Client) -> None:
    """A query shows the rows of the company in the URL."""
    assert {row["Vendor_Company"] for row in client.rows(f"{CHANGES}/Data", company="EPIC07")} == {
        "EPIC07"
    }


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param("", [1, 2, 3], id="none"),
        pytest.param("VendorNum=2", [2], id="one"),
        pytest.param("VendorNum=1&VendorNum=3", [1, 3], id="repeated"),
        pytest.param("DueBefore=2026-02-02", [1], id="date"),
        pytest.param("DueBefore=2026-02-03T00:00:00Z&VendorNum=2&$top=5", [2], id="with-options"),
    ],
)
def test_parameters_stand_beside_the_options(
    client: Client, parameters: str, expected: list[int]
) -> None:
    """A parameter is a plain name in the query string, repeated for a list."""
    invoices = (
        {
            "Company": "EPIC06",
            "VendorNum": number,
            "InvoiceNum": f"R-{number}",
            "OpenPayable": True,
            "DueDate": f"2026-02-{number:02}T00:00:00",
        }
        for number in (1, 2, 3)
    )
    client.server.store.insert("APInvHed", invoices)
    rows = client.rows(f"BaqSvc/zAP-OpenInvoices/Data?{parameters}")
    assert [row["APInvHed_VendorNum"] for row in rows] == expected


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param("zPartTranLedger/Data", "'FromDate'", id="missing"),
        pytest.param("zAP-OpenInvoices/Data?VendorNum=x", "'VendorNum'", id="not-a-number"),
        pytest.param(
            "zAP-OpenInvoices/Data?$filter=Calculated_X eq 1", "'Calculated_X'", id="unknown-column"
        ),
    ],
)
def test_bad_parameters_are_refused(client: Client, path: str, message: str) -> None:
    """A mandatory parameter that misses, or a value of another type, is a 400 that names it."""
    assert message in client.message(f"BaqSvc/{path}", 400)


def test_rights_are_per_baq(serve: Callable[..., Client]) -> None:
    """A private query is not there, and one outside the key's scope is refused."""
    scope = frozenset({"BaqSvc/zVendorChanges"})
    client = serve(EpicorOptions(private_baqs=frozenset({"zGLByPeriod"}), api_key_scope=scope))
    statuses = [
        client.get(f"BaqSvc/{name}/Data").status_code
        for name in ("zVendorChanges", "zGLByPeriod", "zOpenPOLines")
    ]
    assert statuses == [200, 404, 403]


def test_sums_are_grouped(client: Client) -> None:
    """A query with sums has one row per group."""
    journal = (
        {
            "Company": "EPIC06",
            "BookID": "MAIN",
            "FiscalYear": 2026,
            "FiscalYearSuffix": "",
            "FiscalPeriod": 1,
            "JournalCode": "GJ",
            "JournalNum": 1,
            "JournalLine": line,
            "SegValue1": "4000",
            "BookDebitAmount": "10.25",
        }
        for line in (1, 2)
    )
    client.server.store.insert("GLJrnDtl", journal)
    row = client.rows("BaqSvc/zGLByPeriod/Data?FiscalYear=2026")[0]
    assert (row["Calculated_Debit"], row["Calculated_Lines"], row["GLJrnDtl_SegValue1"]) == (
        20.5,
        2,
        "4000",
    )

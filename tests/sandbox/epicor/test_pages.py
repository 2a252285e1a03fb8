"""Pages, records, children: their shape, their limits, their values."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import orjson
import pytest

from sandbox.epicor.model import load_model
from sandbox.epicor.options import EpicorOptions
from sandbox.epicor.store import FIRST_SYS_REV_ID
from tests.sandbox.epicor.conftest import vendor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.epicor.conftest import Client

VENDORS = "Erp.BO.VendorSvc/Vendors"
ORDERS = "Erp.BO.POSvc/POes"


def test_page_is_cut_at_100_rows_without_a_word(client: Client) -> None:
    """Without $top there are 100 rows and nothing tells that there are more."""
    page = client.get(VENDORS).json()
    assert set(page) == {"@odata.context", "value"}
    assert len(page["value"]) == 100
    assert page["@odata.context"].endswith("/Erp.BO.VendorSvc/$metadata#Vendors")


def test_top_and_skip_cut_a_page(client: Client) -> None:
    """Rows behind the last one are an empty page."""
    ordered = f"{VENDORS}?$select=VendorNum&$orderby=VendorNum"
    assert [row["VendorNum"] for row in client.rows(f"{ordered}&$top=2&$skip=118")] == [119, 120]
    assert client.rows(f"{ordered}&$top=2&$skip=120") == []
    assert client.rows(f"{ordered}&$top=0") == []


def test_server_may_cap_pages_below_top(serve: Callable[..., Client]) -> None:
    """A page can be shorter than $top and yet not the last."""
    client = serve(EpicorOptions(max_rows=30))
    assert [len(client.rows(f"{VENDORS}?$top=50&$skip={skip}")) for skip in (0, 90, 110)] == [
        30,
        30,
        10,
    ]


def test_count_is_of_all_that_match(client: Client) -> None:
    """$count counts without regard to $top and $skip; /$count is a bare number."""
    page = client.get(f"{VENDORS}?$count=true&$top=1&$skip=5&$filter=VendorNum gt 20").json()
    assert page["@odata.count"] == 100
    assert client.get(f"{VENDORS}/$count?$filter=VendorNum gt 20").text == "100"


def test_company_in_the_url_selects_rows(client: Client) -> None:
    """The company of the path selects by Company, or by Company1 in the set of companies."""
    assert {row["Company"] for row in client.rows(VENDORS, company="EPIC07")} == {"EPIC07"}
    assert [
        row["Company1"] for row in client.rows("Erp.BO.CompanySvc/Companies", company="EPIC07")
    ] == ["EPIC07"]


def test_set_of_companies_can_show_all(serve: Callable[..., Client]) -> None:
    """A server can let a user see the other companies from any of them."""
    client = serve(EpicorOptions(companies_set="all"))
    assert len(client.rows("Erp.BO.CompanySvc/Companies")) == 2


def test_row_without_select_has_every_column(client: Client) -> None:
    """Stored, derived and technical columns all come when nobody says which."""
    row = client.rows(f"{VENDORS}?$top=1")[0]
    assert len(row) == 262
    assert {
        "RowMod": "",
        "BitFlag": 0,
        "CurrencyCodeCurrDesc": "",
        "Inactive": False,
    }.items() <= row.items()


def test_select_gives_the_columns_asked_in_their_order(client: Client) -> None:
    """Only what was asked comes, and the context names it."""
    page = client.get(f"{VENDORS}?$top=1&$select=Name,VendorNum,CurrDesc").json()
    assert list(page["value"][0]) == ["Name", "VendorNum", "CurrDesc"]
    assert page["@odata.context"].endswith("#Vendors(Name,VendorNum,CurrDesc)")


def test_server_may_add_columns_to_select(serve: Callable[..., Client]) -> None:
    """A server can send more than was asked."""
    client = serve(EpicorOptions(adds_to_select=("SysRowID", "RowMod")))
    assert set(client.rows(f"{VENDORS}?$top=1&$select=VendorNum")[0]) == {
        "VendorNum",
        "SysRowID",
        "RowMod",
    }


@pytest.mark.parametrize(
    ("column", "given", "written"),
    [
        pytest.param(
            "MinOrderValue", Decimal("440.00000"), "440.00000", id="decimal-keeps-its-zeros"
        ),
        pytest.param(
            "MinOrderValue",
            "98765432109876543.12345",
            "98765432109876543.12345",
            id="more-digits-than-a-double",
        ),
        pytest.param("MinOrderValue", Decimal("-0.00001"), "-0.00001", id="small"),
        pytest.param("SupplierRating_c", 5, "5", id="integer"),
        pytest.param("Inactive", True, "true", id="true"),
        pytest.param(
            "Name",
            'a"b\\c\n\t\u0001 Łódź 東京 😀',
            orjson.dumps('a"b\\c\n\t\u0001 Łódź 東京 😀').decode(),
            id="text",
        ),
        pytest.param("Name", "", '""', id="empty"),
        pytest.param("Name", "a\0b", '"a\\u0000b"', id="nul"),
        pytest.param("Name", "100 % %s", '"100 % %s"', id="percent"),
        pytest.param(
            "ContractEnd_c", "2026-03-31T00:00:00", '"2026-03-31T00:00:00"', id="date-without-zone"
        ),
        pytest.param("ContractEnd_c", None, "null", id="null"),
    ],
)
def test_value_is_written_exactly(client: Client, column: str, given: object, written: str) -> None:
    """A value stands in the page digit by digit as it was stored."""
    client.server.store.insert("Vendor", [vendor(500, **{column: given})])
    text = client.get(f"{VENDORS}?$select={column}&$filter=VendorNum eq 500").content.decode()
    assert text.endswith(f'"value":[{{"{column}":{written}}}]}}')


def test_wide_rows_are_whole(client: Client) -> None:
    """A row with more stored columns than one SQL call takes comes in one piece and in order."""
    vendors = load_model().tables["Vendor"].columns
    columns = [column.name for column in vendors if column.edm_type == "Edm.String"]
    texts = {name: f"{name} %" for name in columns if name not in ("Company", "RowMod")}
    client.server.store.insert("Vendor", [{"Company": "EPIC06", "VendorNum": 501} | texts])
    row = client.rows(f"{VENDORS}?$filter=VendorNum eq 501")[0]
    assert {name: row[name] for name in texts} == texts
    assert len(texts) > 127


@pytest.mark.parametrize(
    ("options", "column", "written"),
    [
        pytest.param(
            EpicorOptions(int64_as_text=True),
            "SysRevID",
            rf'"{FIRST_SYS_REV_ID + 2}"',
            id="int64-as-text",
        ),
        pytest.param(
            EpicorOptions(decimals_as_text=True), "MinOrderValue", '"0"', id="decimal-as-text"
        ),
        pytest.param(
            EpicorOptions(updated_on=True), "UpdatedOn", '"2026-03-31T18:30:00"', id="no-zone"
        ),
        pytest.param(
            EpicorOptions(updated_on=True, date_zone="Z"),
            "UpdatedOn",
            '"2026-03-31T18:30:00Z"',
            id="z",
        ),
        pytest.param(
            EpicorOptions(updated_on=True, date_zone="+01:00"),
            "UpdatedOn",
            '"2026-03-31T18:30:00+01:00"',
            id="offset",
        ),
    ],
)
def test_servers_write_values_in_other_ways(
    serve: Callable[..., Client], options: EpicorOptions, column: str, written: str
) -> None:
    """How numbers and date-times look is an option."""
    answer = serve(options).get(f"{VENDORS}?$select={column}&$filter=VendorNum eq 1")
    assert f'{{"{column}":{written}}}' in answer.text


def test_zone_of_values_is_that_of_literals(serve: Callable[..., Client]) -> None:
    """What a page shows at +01:00 is found again by the same moment in UTC."""
    client = serve(EpicorOptions(updated_on=True, date_zone="+01:00"))
    assert len(client.rows(f"{VENDORS}?$top=500&$filter=UpdatedOn eq 2026-03-31T17:30:00Z")) == 120


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("'EPIC06',7", id="by-position"),
        pytest.param("Company='EPIC06',VendorNum=7", id="by-name"),
    ],
)
def test_record_by_key(client: Client, key: str) -> None:
    """One record is an object of its own, not a list."""
    record = client.get(f"{VENDORS}({key})?$select=VendorID").json()
    assert record.pop("@odata.context").endswith("#Vendors/$entity")
    assert record == {"VendorID": "V7"}


@pytest.mark.parametrize(
    ("key", "status"),
    [
        pytest.param("'EPIC06',999", 404, id="no-such-record"),
        pytest.param("'EPIC06'", 400, id="part-of-a-key"),
        pytest.param("'EPIC06','7'", 400, id="quoted-number"),
        pytest.param("'EPIC07',1", 404, id="record-of-another-company"),
    ],
)
def test_record_by_bad_key(client: Client, key: str, status: int) -> None:
    """A key that does not fit is refused, one that fits nothing is not found."""
    assert client.get(f"{VENDORS}({key})").status_code == status


def test_key_with_signs_and_boolean(client: Client) -> None:
    """A key part may hold what URLs are made of, if encoded."""
    store = client.server.store
    key = {
        "Company": "EPIC06",
        "HeadNum": 1,
        "APTranNo": 2,
        "InvoiceNum": "R/26'#1,(x",
        "Voided": False,
    }
    store.insert("APTran", [key])
    path = "Erp.BO.PaymentEntrySvc/APTrans('EPIC06',1,2,'R%2F26''%231,(x',false)?$select=InvoiceNum"
    assert client.get(path).json()["InvoiceNum"] == "R/26'#1,(x"


def test_expand_puts_children_into_each_row(client: Client) -> None:
    """Children come inside their parent, linked by its key in whatever spelling, and nest."""
    inside = "$select=PONUM,POLine;$orderby=POLine desc;$expand=PORels($select=PORelNum,RelQty)"
    rows = client.rows(
        f"{ORDERS}?$select=PONum,PODetails&$expand=PODetails({inside})&$filter=PONum le 2"
    )
    assert rows == [
        {
            "PONum": number,
            "PODetails": [
                {"PONUM": number, "POLine": 2, "PORels": []},
                {"PONUM": number, "POLine": 1, "PORels": [{"PORelNum": 1, "RelQty": 7.5}]},
            ],
        }
        for number in (1, 2)
    ]


def test_children_of_one_record(client: Client) -> None:
    """The children of a record have a path of their own."""
    rows = client.rows(f"{ORDERS}('EPIC06',3)/PODetails?$select=POLine&$filter=PartNum eq 'P-2'")
    assert rows == [{"POLine": 2}]


def test_some_child_sets_are_empty(serve: Callable[..., Client]) -> None:
    """A set can come back empty although there are rows."""
    client = serve(EpicorOptions(empty_sets=frozenset({VENDORS})))
    page = client.get(f"{VENDORS}?$count=true").json()
    assert (page["@odata.count"], page["value"]) == (0, [])


def test_order_can_be_ignored(serve: Callable[..., Client]) -> None:
    """A server that ignores $orderby serves rows as they were stored."""
    client = serve(EpicorOptions(ignores_orderby=True))
    rows = client.rows(f"{VENDORS}?$orderby=VendorNum desc&$top=3&$select=VendorNum")
    assert [row["VendorNum"] for row in rows] == [1, 2, 3]


def test_pages_without_order_can_overlap(serve: Callable[..., Client]) -> None:
    """Where nobody asks for an order each call may have another one."""
    client = serve(EpicorOptions(shuffles_unordered=True))
    first, second = (
        [row["VendorNum"] for row in client.rows(f"{VENDORS}?$top=120&$select=VendorNum")]
        for _ in range(2)
    )
    assert first != second
    assert sorted(first) == sorted(second) == list(range(1, 121))


@pytest.mark.parametrize(
    ("next_link", "start"),
    [
        pytest.param("same", "{origin}/Sandbox", id="same-origin"),
        pytest.param("http://127.0.0.2:9", "http://127.0.0.2:9/Sandbox", id="other"),
    ],
)
def test_next_link_can_appear(serve: Callable[..., Client], next_link: str, start: str) -> None:
    """A server can offer a link to more rows, also to another origin; never behind the last row."""
    client = serve(EpicorOptions(next_link=next_link))
    link = client.get(f"{VENDORS}?$top=50&$skip=10").json()["@odata.nextLink"]
    assert link.startswith(start.format(origin=client.server.origin))
    assert re.search(r"\?\$top=50&\$skip=60$", link)
    assert "@odata.nextLink" not in client.get(f"{VENDORS}?$top=50&$skip=100").json()


def test_heavy_sets_fail_on_big_pages(serve: Callable[..., Client]) -> None:
    """A page above the limit of a heavy service is a 500, a smaller one works."""
    client = serve(EpicorOptions(heavy_sets=(("Erp.BO.VendorSvc", 25),)))
    assert client.get(f"{VENDORS}?$top=26").status_code == 500
    assert client.get(f"{VENDORS}?$top=25").status_code == 200


def test_one_poisoned_row_spoils_its_page(serve: Callable[..., Client]) -> None:
    """Any page that would hold the row is a 500, all others work."""
    client = serve(EpicorOptions(poisoned=((VENDORS, "VendorNum eq 17"),)))
    path = f"{VENDORS}?$orderby=VendorNum&$top=5&$skip="
    assert [client.get(f"{path}{skip}").status_code for skip in (10, 12, 16, 17)] == [
        200,
        500,
        500,
        200,
    ]
    assert client.get(f"{path}0&$filter=VendorNum gt 17").status_code == 200


def test_deep_skip_times_out(serve: Callable[..., Client]) -> None:
    """A server can give up on deep pages with the page of its gateway."""
    client = serve(EpicorOptions(deep_skip=100))
    assert [client.get(f"{VENDORS}?$top=1&$skip={skip}").status_code for skip in (100, 101)] == [
        200,
        504,
    ]


def test_changes_show_at_once(client: Client) -> None:
    """What the store changes, in whatever column, the next page has."""
    client.server.store.update(
        "Vendor", {"Company": "EPIC06", "VendorNum": 1}, {"LegalName": "New Ltd"}
    )
    rows = client.rows(f"{VENDORS}?$filter=LegalName eq 'New Ltd'&$select=VendorNum,LegalName")
    assert rows == [{"VendorNum": 1, "LegalName": "New Ltd"}]

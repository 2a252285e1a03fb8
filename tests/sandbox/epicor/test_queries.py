"""What the query options do, and what the server says when they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from sandbox.epicor.options import EpicorOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.epicor.conftest import Client

VENDORS = "Erp.BO.VendorSvc/Vendors"
ORDERS = "Erp.BO.POSvc/POes"


def numbers(client: Client, condition: str, options: str = "") -> list[int]:
    """Return the numbers of the orders for which a filter is true."""
    path = f"{ORDERS}?$select=PONum&$filter={quote(condition)}{options}"
    return [row["PONum"] for row in client.rows(path)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("PONum eq 3", [3], id="eq"),
        pytest.param("PONum ne 3 and PONum lt 5", [1, 2, 4], id="ne-and-lt"),
        pytest.param("PONum le 2 or PONum ge 9", [1, 2, 9, 10], id="or"),
        pytest.param("not (PONum gt 2)", [1, 2], id="not"),
        pytest.param("OpenOrder eq true and PONum gt 7", [8, 10], id="boolean"),
        pytest.param("OpenOrder and PONum gt 7", [8, 10], id="boolean-alone"),
        pytest.param("OrderDate ge 2026-01-09T00:00:00Z", [9, 10], id="date"),
        pytest.param("OrderDate ge 2026-01-09T01:00:00+01:00", [9, 10], id="date-with-offset"),
        pytest.param("DueDate eq null and PONum eq 1", [1], id="null"),
        pytest.param("DueDate ne null", [], id="not-null"),
        pytest.param("TotalOrder gt 9.5", [8, 9, 10], id="decimal-by-value-not-as-text"),
        pytest.param("PONum mul 2 gt 18", [10], id="mul"),
        pytest.param("PONum div 2 eq 5 and SysRevID gt 4294967296", [10], id="div-and-int64"),
        pytest.param("contains(ChangedBy,'x')", [], id="contains-none"),
    ],
)
def test_filter(client: Client, condition: str, expected: list[int]) -> None:
    """A filter finds the rows for which it is true."""
    assert numbers(client, condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param(
            "startswith(VendorID,'V11')",
            [11, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119],
            id="start",
        ),
        pytest.param("endswith(Name,' 20')", [20], id="end"),
        pytest.param("contains(Name,'DOR 12')", [12, 120], id="contains-ignores-case"),
        pytest.param("VendorID eq 'v7'", [7], id="eq-ignores-case"),
        pytest.param("tolower(VendorID) eq 'v7'", [7], id="function"),
        pytest.param("AllowAsAltRemitTo eq false and VendorNum eq 7", [7], id="name-like-a-word"),
        pytest.param("length(VendorID) eq 4 and VendorNum gt 118", [119, 120], id="length"),
        pytest.param("Name eq 'O''Neil'", [], id="quote"),
    ],
)
def test_text_filter(client: Client, condition: str, expected: list[int]) -> None:
    """Text compares without regard to case, as in the database of a real server."""
    path = f"{VENDORS}?$select=VendorNum&$filter={quote(condition)}"
    assert [row["VendorNum"] for row in client.rows(path)] == expected


def test_guid_filter(client: Client) -> None:
    """A GUID stands without quotes."""
    row = client.rows(f"{VENDORS}?$top=1&$select=SysRowID,VendorNum")[0]
    found = client.rows(f"{VENDORS}?$select=VendorNum&$filter=SysRowID eq {row['SysRowID']}")
    assert found == [{"VendorNum": row["VendorNum"]}]


def test_guids_have_one_order(client: Client) -> None:
    """Filter and order agree about GUIDs, in the order of SQL Server: last six bytes first."""
    ids = [
        row["SysRowID"]
        for row in client.rows(f"{VENDORS}?$select=SysRowID&$orderby=SysRowID&$top=200")
    ]
    behind = client.rows(
        f"{VENDORS}?$select=SysRowID&$orderby=SysRowID&$top=200&$filter=SysRowID gt {ids[59]}"
    )
    assert [row["SysRowID"] for row in behind] == ids[60:]
    assert [value[24:] for value in ids] == sorted(value[24:] for value in ids)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        pytest.param(
            "UpdatedOn gt 2026-01-01T00:00:00Z", "named 'UpdatedOn' on type", id="unknown-property"
        ),
        pytest.param("openorder eq true", "named 'openorder' on type", id="case-matters"),
        pytest.param(
            "OrderDate ge '2026-01-01'", "'Edm.DateTimeOffset' and 'Edm.String'", id="quoted-date"
        ),
        pytest.param(
            "OrderDate ge 2026-01-01",
            "'Edm.DateTimeOffset' and 'Edm.Int32'",
            id="bare-date-is-a-subtraction",
        ),
        pytest.param("OrderDate ge datetime'2026-01-01T00:00:00'", "Syntax error", id="v1-date"),
        pytest.param("OrderDate ge 2026-01-01T00:00:00", "time zone is missing", id="no-zone"),
        pytest.param("PONum eq '3'", "'Edm.Int32' and 'Edm.String'", id="quoted-number"),
        pytest.param("BuyerID eq 3", "'Edm.String' and 'Edm.Int32'", id="bare-text"),
        pytest.param("year(OrderDate) eq 2026", "function with name 'year'", id="year"),
        pytest.param("nosuch(PONum) eq 1", "function with name 'nosuch'", id="unknown-function"),
        pytest.param("PONum in (1,2)", "'in' is not supported", id="in"),
        pytest.param("PONum eq", "Syntax error", id="incomplete"),
        pytest.param("PONum", "incompatible type", id="no-condition"),
        pytest.param(
            "SysRevID gt 99999999999999999999", "cannot be read as Edm.Int64", id="too-long"
        ),
    ],
)
def test_bad_filter_is_refused_with_the_reason(
    client: Client, condition: str, message: str
) -> None:
    """What the server cannot read is a 400 that says why."""
    assert message in client.message(f"{ORDERS}?$filter={quote(condition)}", 400)


def test_filter_has_a_node_limit(serve: Callable[..., Client]) -> None:
    """A filter of many terms is refused, whatever its length."""
    client = serve(EpicorOptions(max_query_length=None))
    terms = " or ".join(["PONum eq 1"] * 63)
    assert "node count limit" in client.message(f"{ORDERS}?$filter={terms}", 400)
    assert numbers(client, terms.removesuffix(" or PONum eq 1")) == [1]


def test_unencoded_plus_is_a_blank(client: Client) -> None:
    """A + in an offset that is not encoded breaks the literal."""
    assert "Syntax error" in client.message(
        f"{ORDERS}?$filter=OrderDate ge 2026-01-09T01:00:00+01:00", 400
    )


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("$filter=VendorName eq 'x'", id="filter-by-joined-column"),
        pytest.param("$filter=RowMod eq ''", id="filter-by-row-state"),
        pytest.param("$orderby=VendorName", id="order-by-joined-column"),
        pytest.param("$orderby=PONum mul 2", id="order-by-expression"),
    ],
)
def test_derived_columns_fail_without_a_reason(client: Client, query: str) -> None:
    """What is not stored cannot be filtered or ordered by; the server answers its generic 500."""
    assert "unexpected internal problem" in client.message(f"{ORDERS}?{query}", 500)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("$select=PONum,NoSuch", id="select-unknown"),
        pytest.param("$select=PONum, BuyerID", id="select-with-blank"),
        pytest.param("$select=", id="select-nothing"),
        pytest.param("$orderby=NoSuch", id="order-unknown"),
        pytest.param("$top=-1", id="negative-top"),
        pytest.param("$top=ten", id="top-text"),
        pytest.param("$skip=99999999999", id="huge-skip"),
        pytest.param("$count=yes", id="count-text"),
        pytest.param("$compute=PONum add 1 as X", id="compute"),
        pytest.param("$search=x", id="search"),
        pytest.param("$top=1&$top=2", id="twice"),
        pytest.param("$expand=NoSuch", id="expand-unknown"),
        pytest.param("$expand=PODetails($top=1)", id="expand-option"),
    ],
)
def test_bad_option_is_refused(client: Client, query: str) -> None:
    """An option that the server does not know or cannot read is a 400."""
    client.message(f"{ORDERS}?{query}", 400)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("$apply=aggregate(PONum with sum as S)", id="apply"),
        pytest.param("top=1", id="no-dollar"),
    ],
)
def test_some_options_are_silently_ignored(client: Client, query: str) -> None:
    """The answer looks like success, but is the plain first page."""
    assert len(client.rows(f"{ORDERS}?{query}")) == 10


def test_orders_by_several_columns(client: Client) -> None:
    """Terms count from left to right, each in its direction."""
    rows = client.rows(f"{ORDERS}?$select=PONum&$orderby=OpenOrder desc,PONum desc&$top=6")
    assert [row["PONum"] for row in rows] == [10, 8, 6, 4, 2, 9]


def test_decimals_order_by_value(client: Client) -> None:
    """12.50 comes after 2.50, whatever the digits look like."""
    rows = client.rows(f"{ORDERS}?$select=PONum&$orderby=TotalOrder desc&$top=2")
    assert [row["PONum"] for row in rows] == [10, 9]


def test_child_set_filter_is_resolved_against_the_parent(client: Client) -> None:
    """On some services a filter on a child set misses the property on the parent's type."""
    path = "Erp.BO.SalesOrderSvc/OrderDtls?$filter=PartNum eq 'P-1'"
    assert "named 'PartNum' on type 'Erp.Tablesets.OrderHed'" in client.message(path, 400)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("$filter=OrderNum eq 1", id="filter"),
        pytest.param("$orderby=OrderLine", id="order"),
    ],
)
def test_child_set_may_fail_without_a_reason(client: Client, query: str) -> None:
    """A property that the parent has too, and any order, is the generic 500."""
    client.message(f"Erp.BO.SalesOrderSvc/OrderDtls?{query}", 500)


def test_child_sets_without_filter_and_twins_work(client: Client) -> None:
    """The plain child set answers, and its search twin takes the filter."""
    assert len(client.rows("Erp.BO.SalesOrderSvc/OrderDtls?$top=5")) == 1
    twin = "Erp.BO.OrderDtlSearchSvc/OrderDtlSearches?$filter=PartNum eq 'P-1'&$orderby=OrderLine"
    assert len(client.rows(twin)) == 1


def test_child_sets_to_refuse_are_an_option(serve: Callable[..., Client]) -> None:
    """Any service or single set can be made to refuse, in the other form too."""
    options = EpicorOptions(
        child_sets_refused=frozenset({"Erp.BO.POSvc/PODetails"}), child_filter_error="500"
    )
    client = serve(options)
    client.message("Erp.BO.POSvc/PODetails?$filter=PartNum eq 'P-1'", 500)
    assert client.rows("Erp.BO.POSvc/PORels?$filter=PORelNum eq 1&$top=1")
    assert client.rows("Erp.BO.SalesOrderSvc/OrderDtls?$filter=PartNum eq 'P-1'")


@pytest.mark.parametrize(
    ("option", "refused", "accepted"),
    [
        pytest.param(
            "refuse_compound_filter",
            "PONum eq 1 or (PONum gt 2 and PONum lt 5)",
            "PONum gt 2 and PONum lt 5",
            id="compound",
        ),
        pytest.param(
            "refuse_guid_comparison",
            "SysRowID gt 00000000-0000-0000-0000-000000000000",
            "PONum eq 1",
            id="guid",
        ),
        pytest.param("refuse_sysrevid_filter", "SysRevID gt 5", "PONum eq 1", id="sys-rev-id"),
    ],
)
def test_servers_that_refuse_more(
    serve: Callable[..., Client], option: str, refused: str, accepted: str
) -> None:
    """Servers differ in what they can filter by; each difference is an option."""
    client = serve(EpicorOptions(**{option: True}))  # type: ignore[arg-type] # a flag
    client.message(f"{ORDERS}?$filter={refused}", 500)
    assert client.rows(f"{ORDERS}?$filter={accepted}")


def test_zone_need_not_be_required(serve: Callable[..., Client]) -> None:
    """Some servers take a date-time literal without zone."""
    client = serve(EpicorOptions(zone_required=False))
    assert numbers(client, "OrderDate ge 2026-01-09T00:00:00") == [9, 10]


def test_literals_are_brought_to_the_servers_zone(serve: Callable[..., Client]) -> None:
    """Where the server's clock is ahead of UTC, midnight there is an earlier moment."""
    client = serve(EpicorOptions(utc_offset_minutes=120))
    assert numbers(client, "OrderDate ge 2026-01-08T22:00:00Z") == [9, 10]
    assert numbers(client, "OrderDate ge 2026-01-08T22:00:01Z") == [10]


@pytest.mark.parametrize(
    ("length", "status"),
    [pytest.param(2048, 200, id="as-long-as-allowed"), pytest.param(2049, 404, id="too-long")],
)
def test_query_has_a_length_limit(client: Client, length: int, status: int) -> None:
    """IIS counts the raw query string, and answers a page of its own where it is too long."""
    query = "$top=1&pad="
    answer = client.get(f"{ORDERS}?{query}{'x' * (length - len(query))}")
    assert (answer.status_code, "html" in answer.headers["Content-Type"]) == (status, status == 404)


def test_endless_url_is_414(serve: Callable[..., Client]) -> None:
    """Whatever the limits, there is an end."""
    client = serve(EpicorOptions(max_query_length=None))
    assert client.get(f"{ORDERS}?pad={'x' * 9000}").status_code == 414

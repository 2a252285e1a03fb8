"""When a stream is to bring more than before, rows that did not change get their values too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tap.runs import catalog_of, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer
    from tests.tap.runs import Run

STREAM = "purchase_orders"


def selecting(
    server: EpicorServer, *without: str, key: str | None = None, **settings: Any
) -> dict[str, Any]:
    """Return a catalog of purchase orders in which some columns are deselected."""
    catalog = catalog_of(server, [STREAM], **settings)
    [entry] = [item for item in catalog["streams"] if item["stream"] == STREAM]
    for item in entry["metadata"]:
        if item["breadcrumb"][-1:] and item["breadcrumb"][-1] in without:
            item["metadata"]["selected"] = False
    if key:
        entry["replication_key"] = key
    return catalog


def is_full(server: EpicorServer, done: Run) -> bool:
    """Return whether a run read every order; one that reads again what may be late does not."""
    assert done.error is None
    return len(done.records(STREAM)) == server.store.count("POHeader", "EPIC06")


@pytest.fixture(autouse=True)
def _many_changes_since(epicor: EpicorServer) -> None:
    """Let the orders lie far below the counter, so that a run by cursor brings next to none."""
    epicor.store.reserve(1_000_000)
    row = next(iter(epicor.store.rows("POHeader", ["Company", "PONum"], "EPIC06")))
    named = dict(zip(("Company", "PONum"), row, strict=True))
    epicor.store.update("POHeader", named, {"CommentText": "latest"})


def test_column_that_joins_the_selection(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """It has values in all rows after the next run, which says why it reads them again."""
    first = run(epicor, catalog=selecting(epicor, "OrderDate", "TermsCode"))
    second = run(epicor, catalog=selecting(epicor), state=first.state)
    assert is_full(epicor, second)
    assert all("OrderDate" in row for row in second.records(STREAM))
    assert "purchase_orders in EPIC06 is read again in full: columns joined (" in caplog.text
    assert "OrderDate, TermsCode" in caplog.text
    assert not is_full(epicor, run(epicor, catalog=selecting(epicor), state=second.state))


def test_column_that_appears_in_epicor(epicor: EpicorServer) -> None:
    """A user column that somebody adds comes with its old values."""
    name = next(
        name
        for item in catalog_of(epicor, [STREAM])["streams"]
        if item["stream"] == STREAM
        for name in item["schema"]["properties"]
        if name.endswith("_c")
    )
    epicor.configure(missing_columns=frozenset({f"POHeader.{name}"}))
    first = run(epicor, STREAM)
    epicor.configure(missing_columns=frozenset())
    second = run(epicor, STREAM, state=first.state)
    assert is_full(epicor, second)
    assert all(name in row for row in second.records(STREAM))


def test_column_that_leaves_is_no_reason(epicor: EpicorServer) -> None:
    """Fewer columns need no second reading; one that comes back later does."""
    first = run(epicor, catalog=selecting(epicor))
    less = selecting(epicor, "OrderDate")
    second = run(epicor, catalog=less, state=first.state)
    assert not is_full(epicor, second)
    assert is_full(epicor, run(epicor, catalog=selecting(epicor), state=second.state))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("PONum gt 0", "PONum ge 0", id="changed"),
        pytest.param("PONum gt 0", None, id="removed"),
        pytest.param(None, "PONum ge 0", id="added"),
    ],
)
def test_filter(epicor: EpicorServer, before: str | None, after: str | None) -> None:
    """Another filter lets other rows in, which did not change; they come all the same."""
    entries: list[dict[str, Any]] = [
        {"streams": [{"name": STREAM, **({"filter": text} if text else {})}]}
        for text in (before, after)
    ]
    first = run(epicor, STREAM, **entries[0])
    assert is_full(epicor, run(epicor, STREAM, state=first.state, **entries[1]))
    assert not is_full(epicor, run(epicor, STREAM, state=first.state, **entries[0]))


def test_another_set_under_the_same_name(epicor: EpicorServer) -> None:
    """A stream that is read from another set is another stream."""
    mine = {"name": "mine", "service": "Erp.BO.VendorSvc", "entity_set": "Vendors"}
    other = {"name": "mine", "service": "Erp.BO.PartSvc", "entity_set": "Parts"}
    first = run(epicor, "mine", streams=[mine])
    second = run(epicor, "mine", streams=[other], state=first.state)
    assert len(second.records("mine")) == epicor.store.count("Part", "EPIC06")


def test_parameter_of_a_baq(epicor: EpicorServer) -> None:
    """Other parameters let other rows in; the state does not show them."""
    baq = {
        "id": "zAP-OpenInvoices",
        "name": "open",
        "primary_keys": ["APInvHed_VendorNum", "APInvHed_InvoiceNum"],
        "replication_key": "Calculated_UpdatedOn",
    }
    everything = len(run(epicor, "open", baqs=[baq]).records("open"))
    vendor = run(epicor, "open", baqs=[baq]).records("open")[0]["APInvHed_VendorNum"]
    one = {**baq, "parameters": {"VendorNum": vendor}}
    first = run(epicor, "open", baqs=[one])
    assert str(first.state).count("VendorNum=") == 0
    second = run(epicor, "open", baqs=[baq], state=first.state)
    assert len(second.records("open")) == everything


@pytest.mark.parametrize(
    ("before", "after", "again"),
    [
        pytest.param("2026-06-01", "2026-03-01", True, id="earlier"),
        pytest.param("2026-06-01", None, True, id="none any more"),
        pytest.param("2026-03-01", "2026-06-01", False, id="later"),
        pytest.param(None, "2026-06-01", False, id="none before"),
        pytest.param("2026-06-01", "2026-06-01T00:00:00Z", False, id="the same"),
    ],
)
def test_start_date(
    epicor: EpicorServer, before: str | None, after: str | None, *, again: bool
) -> None:
    """An earlier start brings the rows that lay before the old one; a later one takes none away."""
    first = run(epicor, STREAM, start_date=before)
    second = run(epicor, STREAM, start_date=after, state=first.state)
    wanted = [
        row[0]
        for row in epicor.store.rows("POHeader", ["PONum", "OrderDate"], "EPIC06")
        if not after or not row[1] or row[1][:10] >= after[:10]
    ]
    came = {row["PONum"] for row in second.records(STREAM)}
    assert (came == set(wanted)) == again
    third = run(epicor, STREAM, start_date=after, state=second.state)
    assert len(third.records(STREAM)) < len(wanted)


def test_later_start_is_not_remembered_as_the_first(epicor: EpicorServer) -> None:
    """Raised and lowered again, the start is where it was: there is nothing to read anew."""
    first = run(epicor, STREAM, start_date="2026-03-01")
    second = run(epicor, STREAM, start_date="2026-06-01", state=first.state)
    third = run(epicor, STREAM, start_date="2026-03-01", state=second.state)
    assert len(third.records(STREAM)) < len(first.records(STREAM))


def test_state_of_before_is_taken_over(epicor: EpicorServer) -> None:
    """A bookmark that does not tell what it covers goes on from where it stands."""
    first = run(epicor, STREAM)
    [place] = first.state["bookmarks"][STREAM]["partitions"]
    del place["extent"]
    second = run(epicor, STREAM, state=first.state)
    assert not is_full(epicor, second)
    assert second.bookmark(STREAM)["extent"].keys() == {"columns", "rows"}


def test_reading_again_goes_on_where_it_broke_off(epicor: EpicorServer) -> None:
    """A second full reading that fails in the middle is not begun a third time."""
    first = run(epicor, catalog=selecting(epicor, "OrderDate"), page_size=20)
    epicor.faults.add("status", path="POes$", nth=5, times=None, status=403)
    broken = run(epicor, catalog=selecting(epicor), state=first.state, page_size=20)
    assert broken.error == f"1 of 1 streams failed: {STREAM}"
    epicor.faults.clear()
    rest = run(epicor, catalog=selecting(epicor), state=broken.state, page_size=20)
    read = {row["PONum"] for row in (*broken.records(STREAM), *rest.records(STREAM))}
    assert len(read) == epicor.store.count("POHeader", "EPIC06")
    assert not is_full(epicor, rest)

"""A reading is whole when the source says so: what a server leaves out is found, or named."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.tap.runs import aged, catalog_of, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

SET = "GLJrnDtls$"
STREAM = "gl_transactions"
KEY = ("BookID", "FiscalYear", "FiscalYearSuffix", "JournalCode", "JournalNum", "JournalLine")


def keys_sent(records: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Return the keys of records."""
    return {tuple(record[name] for name in KEY) for record in records}


def keys_there(epicor: EpicorServer, company: str = "EPIC06") -> set[tuple[Any, ...]]:
    """Return the keys in the source."""
    return set(epicor.store.rows("GLJrnDtl", list(KEY), company))


def touch_some(epicor: EpicorServer, rows: int) -> None:
    """Change the first rows of the table, as a working day does."""
    for key in sorted(epicor.store.rows("GLJrnDtl", ["Company", *KEY], "EPIC06"))[:rows]:
        named = dict(zip(("Company", *KEY), key, strict=True))
        epicor.store.update("GLJrnDtl", named, {"Description": "touched"})


@pytest.mark.parametrize("nth", [2, 3, 9, 30], ids="page {}".format)
@pytest.mark.parametrize("rows", [1, 7], ids="{} rows".format)
def test_rows_left_out_of_a_page_are_read_again(epicor: EpicorServer, nth: int, rows: int) -> None:
    """Rows that one answer lacks, though it fits the pages around it, are found by counting."""
    catalog = catalog_of(epicor, [STREAM])
    fault = epicor.faults.add("thinned", path=SET, query="$skip", nth=nth, size=rows)
    done = run(epicor, catalog=catalog, page_size=50)
    assert fault.hits == 1
    assert done.error is None
    assert keys_sent(done.records(STREAM)) == keys_there(epicor)
    assert done.state["run"]["streams"][STREAM]["proofs"] == {"EPIC06": "counted"}


def test_rows_that_never_come_fail_their_stream_by_name(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the source goes on counting more than it returns, the stream is not whole."""
    catalog = catalog_of(epicor, [STREAM, "vendors"])
    epicor.faults.add("thinned", path=SET, query="$top=50", times=None, size=2)
    done = run(epicor, catalog=catalog, page_size=50)
    assert done.error == f"1 of 2 streams failed: {STREAM}"
    assert "not whole" in caplog.text
    assert done.state["run"]["complete"] is False
    epicor.faults.clear()
    healed = run(epicor, catalog=catalog, page_size=50, state=done.state)
    assert healed.error is None
    sent = keys_sent(done.records(STREAM)) | keys_sent(healed.records(STREAM))
    assert sent == keys_there(epicor)


def test_page_that_counts_more_than_it_brings_is_no_proof(epicor: EpicorServer) -> None:
    """A single page without some of its rows is not taken for the whole of a small table."""
    catalog = catalog_of(epicor, ["vendors"])
    epicor.faults.add("thinned", path="Vendors$", query="$top=500", size=3)
    done = run(epicor, catalog=catalog)
    stored = set(epicor.store.rows("Vendor", ["VendorNum"], "EPIC06"))
    assert {(record["VendorNum"],) for record in done.records("vendors")} == stored


@pytest.mark.parametrize("interrupted_at", [3, 6, 12], ids="page {}".format)
def test_rows_left_out_before_an_interruption_are_found_after_it(
    epicor: EpicorServer, interrupted_at: int
) -> None:
    """What a failed run read without a proof is counted by the run that goes on."""
    catalog = catalog_of(epicor, [STREAM])
    epicor.faults.add("thinned", path=SET, query="$skip", nth=1, size=4)
    epicor.faults.add("status", path=SET, query="$skip", nth=interrupted_at, times=None, status=403)
    first = run(epicor, catalog=catalog, page_size=50)
    assert first.error is not None
    epicor.faults.clear()
    second = run(epicor, catalog=catalog, page_size=50, state=first.state)
    sent = keys_sent(first.records(STREAM)) | keys_sent(second.records(STREAM))
    assert sent == keys_there(epicor)


def test_changes_of_a_busy_day_are_proven_as_well(epicor: EpicorServer) -> None:
    """An incremental run of several pages is counted, not only a first load."""
    catalog = catalog_of(epicor, [STREAM])
    first = run(epicor, catalog=catalog)
    second = run(epicor, catalog=catalog, state=aged(first.state, 48))
    touch_some(epicor, 400)
    epicor.faults.add("thinned", path=SET, query="$skip", nth=2, size=5)
    third = run(epicor, catalog=catalog, state=aged(second.state, 24), page_size=50)
    changed = [row for row in third.records(STREAM) if row["Description"] == "touched"]
    assert len(keys_sent(changed)) == 400
    assert len(third.records(STREAM)) < 1_000


def test_server_that_does_not_count_is_told_of(epicor: EpicorServer) -> None:
    """Without counts there is no such proof, and the run record says so for each company."""
    epicor.configure(refuses_count=True)
    done = run(epicor, "vendors", companies=["EPIC06", "EPIC07"])
    assert done.error is None
    told = "not counted: the server refuses $count"
    assert done.state["run"]["streams"]["vendors"]["proofs"] == {"EPIC06": told, "EPIC07": told}


@pytest.mark.parametrize("method", ["INCREMENTAL", "FULL_TABLE"])
def test_deleted_rows_are_no_missing_rows(epicor: EpicorServer, method: str) -> None:
    """Rows that go while the reading goes on make the source count fewer, which proves as much."""
    catalog = catalog_of(epicor, [STREAM])
    for entry in catalog["streams"]:
        if entry["stream"] == STREAM:
            entry["replication_method"] = method
    doomed = sorted(epicor.store.rows("GLJrnDtl", ["Company", *KEY], "EPIC06"))[5:2000:97]

    def delete_one(_request: object) -> None:
        if doomed and len(epicor.log) % 3 == 0:
            epicor.store.delete("GLJrnDtl", dict(zip(("Company", *KEY), doomed.pop(), strict=True)))

    epicor.before_request = delete_one
    done = run(epicor, catalog=catalog, page_size=50)
    assert done.error is None
    assert keys_there(epicor) <= keys_sent(done.records(STREAM))
    assert done.state["run"]["streams"][STREAM]["proofs"] == {"EPIC06": "counted"}


@pytest.mark.parametrize("first", range(1, 41, 3))
def test_answer_to_another_request_never_passes(epicor: EpicorServer, first: int) -> None:
    """A cache that answers with the page before, at whatever request, loses no row."""
    catalog = catalog_of(epicor, [STREAM, "vendor_groups"])
    fault = epicor.faults.add("page_before", path="/(GLJrnDtls|VendGrups)$", nth=first, times=2)
    done = run(epicor, catalog=catalog, page_size=100, companies=["EPIC06", "EPIC07"])
    assert fault.hits
    assert done.error is None
    records = done.records(STREAM)
    for company in ("EPIC06", "EPIC07"):
        sent = keys_sent([record for record in records if record["Company"] == company])
        assert sent == keys_there(epicor, company)
    groups = set(epicor.store.rows("VendGrup", ["Company", "GroupCode"]))
    assert {(row["Company"], row["GroupCode"]) for row in done.records("vendor_groups")} == groups


@pytest.mark.parametrize("share", [2, 3, 5])
def test_server_that_often_answers_with_the_page_before(epicor: EpicorServer, share: int) -> None:
    """Even if every second answer belongs to the request before, all rows come, or it is said."""
    catalog = catalog_of(epicor, [STREAM])
    for nth in range(share, 400, share):
        epicor.faults.add("page_before", path=SET, nth=nth)
    done = run(epicor, catalog=catalog, page_size=200, max_concurrent_requests=1)
    whole = keys_sent(done.records(STREAM)) == keys_there(epicor)
    assert whole or done.error is not None
    if share > 2:
        assert whole


def test_page_of_another_company_is_not_taken(epicor: EpicorServer) -> None:
    """The same question for another company has the same form, but another answer."""
    catalog = catalog_of(epicor, ["vendors"])
    epicor.faults.add("page_before", path="EPIC07/.*/Vendors$", query="$count", times=1)
    done = run(epicor, catalog=catalog, companies=["EPIC06", "EPIC07"], max_concurrent_requests=1)
    sent = {(row["Company"], row["VendorNum"]) for row in done.records("vendors")}
    assert sent == set(epicor.store.rows("Vendor", ["Company", "VendorNum"]))
    assert len(done.records("vendors")) == len(sent)


def test_empty_answer_where_rows_must_be_is_asked_for_again(epicor: EpicorServer) -> None:
    """The bookmark's own row at least is there; one answer without any row is not believed."""
    catalog = catalog_of(epicor, ["vendors"])
    first = run(epicor, catalog=catalog)
    second = run(epicor, catalog=catalog, state=aged(first.state, 48))
    [vendor] = list(epicor.store.rows("Vendor", ["VendorNum"], "EPIC06"))[:1]
    named = {"Company": "EPIC06", "VendorNum": vendor[0]}
    epicor.store.update("Vendor", named, {"Name": "changed"})
    epicor.faults.add("empty_page", path="Vendors$", nth=1)
    third = run(epicor, catalog=catalog, state=aged(second.state, 24))
    assert "changed" in {row["Name"] for row in third.records("vendors")}


def test_equal_row_versions_are_read_by_the_key_as_well(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Where a server's versions are not unique, no row is lost, and the log says so."""
    rows = [
        {"Company": "EPIC06", "GroupCode": f"{n:04}", "GroupDesc": "x", "SysRevID": 5_000_000_000}
        for n in range(150)
    ]
    epicor.store.insert("VendGrup", rows)
    with caplog.at_level(logging.INFO):
        done = run(epicor, "vendor_groups", page_size=20)
    assert done.error is None
    stored = {code for (code,) in epicor.store.rows("VendGrup", ["GroupCode"], "EPIC06")}
    assert {row["GroupCode"] for row in done.records("vendor_groups")} == stored
    assert "the key joins the order" in caplog.text

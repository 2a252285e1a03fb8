"""Run after run: what changed, and nothing else; company by company; ended in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.company import next_working_day
from tests.tap.runs import aged, catalog_of, config_for, run

if TYPE_CHECKING:
    import pytest

    from sandbox.epicor.server import EpicorServer

TAP = Path(sysconfig.get_path("scripts"), "tap-epicor-kinetic")
TEN = (
    "ap_invoices",
    "ap_payments",
    "gl_accounts",
    "gl_transactions",
    "part_transactions",
    "parts",
    "purchase_order_lines",
    "purchase_orders",
    "receipts",
    "vendors",
)


def test_quiet_run_costs_one_request_for_each_stream(epicor: EpicorServer) -> None:
    """When nothing changed, each stream is asked once, with its proof, and little comes twice."""
    catalog = catalog_of(epicor, TEN)
    first = run(epicor, *TEN, catalog=catalog)
    nights = [aged(first.state, 48)]
    for _ in range(2):
        nights.append(aged(run(epicor, *TEN, catalog=catalog, state=nights[-1]).state, 24))
    before = len(epicor.log)
    quiet = run(epicor, *TEN, catalog=catalog, state=nights[-1])
    assert len(epicor.log) - before == len(TEN)
    again = sum(message["type"] == "RECORD" for message in quiet.messages)
    assert again <= 2 * len(TEN)
    for stream in TEN:
        assert quiet.state["run"]["streams"][stream]["proofs"] == {"EPIC06": "counted"}
        value = quiet.bookmark(stream)["replication_key_value"]
        assert value == first.bookmark(stream)["replication_key_value"]


def test_run_after_the_first_load_reaches_back_once(epicor: EpicorServer) -> None:
    """The second run goes back as far as a busy server changes in an hour, the third does not."""
    catalog = catalog_of(epicor, ["gl_transactions"])
    first = run(epicor, catalog=catalog)
    rows = len(first.records("gl_transactions"))
    second = run(epicor, catalog=catalog, state=aged(first.state, 24))
    third = run(epicor, catalog=catalog, state=aged(second.state, 24))
    assert len(second.records("gl_transactions")) == rows
    assert len(third.records("gl_transactions")) <= 1


def test_next_day_brings_what_changed(epicor: EpicorServer) -> None:
    """After a working day the second run holds each row that is new or changed."""
    first = run(epicor, *TEN)
    columns = ["VendorNum", "InvoiceNum", "SysRevID"]
    before = set(epicor.store.rows("APInvHed", columns, "EPIC06"))
    next_working_day(epicor.store)
    after = set(epicor.store.rows("APInvHed", columns, "EPIC06"))
    second = run(epicor, *TEN, state=first.state)
    sent = {tuple(row[name] for name in columns) for row in second.records("ap_invoices")}
    assert after - before
    assert after - before <= sent <= after


def test_change_committed_late_is_read_by_the_next_run(epicor: EpicorServer) -> None:
    """A row stamped before the bookmark and committed after it is not lost."""
    catalog = catalog_of(epicor, ["vendor_groups"])
    stamp = epicor.store.reserve(1)
    row = {"Company": "EPIC06", "GroupCode": "zz1", "GroupDesc": "in time"}
    epicor.store.insert("VendGrup", [row])
    first = run(epicor, "vendor_groups", catalog=catalog)
    epicor.store.insert("VendGrup", [{**row, "GroupCode": "zz2", "SysRevID": stamp}])
    second = run(epicor, "vendor_groups", catalog=catalog, state=first.state)
    assert "zz2" in {record["GroupCode"] for record in second.records("vendor_groups")}


def test_first_load_by_date_goes_on_where_it_failed(epicor: EpicorServer) -> None:
    """A first load that fails twice goes on from its last row each time, and misses none."""
    epicor.configure(updated_on=True)
    days = [f"2026-{month:02}-{day:02}T08:00:00" for month in range(1, 10) for day in range(1, 28)]
    row = {"Company": "EPIC06", "GroupDesc": "one a day"}
    epicor.store.insert(
        "VendGrup", [{**row, "GroupCode": f"d{n}", "UpdatedOn": day} for n, day in enumerate(days)]
    )
    catalog = catalog_of(epicor, ["vendor_groups"])
    state, read = None, []
    for nth in (4, 6, 10**6):
        epicor.faults.add("status", path="VendGrups$", nth=nth, times=None, status=403)
        done = run(epicor, "vendor_groups", catalog=catalog, state=state, page_size=20)
        epicor.faults.clear()
        state = done.state
        read += [record["GroupCode"] for record in done.records("vendor_groups")]
        assert (done.error is None) == (nth == 10**6)
    assert len(set(read)) == epicor.store.count("VendGrup", "EPIC06")
    assert len(read) - len(set(read)) < 10  # only what lies within the margin came again


def test_restored_database_is_loaded_anew(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """When row versions are lower than the bookmark, the stream is read from its beginning."""
    first = run(epicor, "vendors")
    epicor.store.shift_sys_rev_ids(-1_000_000)
    second = run(epicor, "vendors", state=first.state)
    assert second.records("vendors") != []
    assert len(second.records("vendors")) == len(first.records("vendors"))
    assert "restored" in caplog.text
    bookmark = second.bookmark("vendors")["replication_key_value"]
    assert bookmark == first.bookmark("vendors")["replication_key_value"] - 1_000_000


def test_added_company_is_loaded_alone(epicor: EpicorServer) -> None:
    """A company that joins later is read from its beginning, the others from their bookmarks."""
    stream, value = "gl_transactions", "replication_key_value"
    one: dict[str, Any] = {"companies": ["EPIC06"], "company": None}
    first = run(epicor, stream, **one)
    again = run(epicor, stream, **one, state=aged(first.state, 48))
    both = ["EPIC06", "EPIC07"]
    second = run(epicor, stream, companies=both, company=None, state=aged(again.state, 24))
    rows = [row["Company"] for row in second.records(stream)]
    assert rows.count("EPIC07") == epicor.store.count("GLJrnDtl", "EPIC07")
    assert rows.count("EPIC06") <= 1
    assert second.bookmark(stream)[value] == first.bookmark(stream)[value]


def test_all_companies_are_asked_for(epicor: EpicorServer) -> None:
    """`*` reads every company that the server lists."""
    epicor.configure(companies_set="all")
    done = run(epicor, "vendors", companies=["*"])
    assert {row["Company"] for row in done.records("vendors")} == {"EPIC06", "EPIC07"}


def test_sigterm_ends_with_a_state_and_143(epicor: EpicorServer, tmp_path: Path) -> None:
    """Told to end in the middle, the tap closes with a valid state; the next run completes."""
    catalog = catalog_of(epicor, ["gl_transactions"])
    command = _command(epicor, tmp_path, "gl_transactions", page_size=50)
    held = epicor.faults.add("hang", path="GLJrnDtls$", nth=16)
    written = tmp_path / "messages.jsonl"
    with (
        written.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL) as process,
    ):
        while not held.hits:
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 143
    messages = [json.loads(line) for line in written.read_text().splitlines()]
    assert messages[-1]["type"] == "STATE"
    state = messages[-1]["value"]
    assert state["run"]["complete"] is False
    sent = {json.dumps(_key(item["record"])) for item in messages if item["type"] == "RECORD"}
    epicor.faults.clear()
    rest = run(epicor, "gl_transactions", catalog=catalog, state=state)
    sent |= {json.dumps(_key(row)) for row in rest.records("gl_transactions")}
    assert len(sent) == epicor.store.count("GLJrnDtl", "EPIC06")
    assert len(rest.records("gl_transactions")) < len(sent)


def _key(row: dict[str, Any]) -> list[Any]:
    names = ("BookID", "FiscalYear", "FiscalYearSuffix", "JournalCode", "JournalNum", "JournalLine")
    return [row[name] for name in names]


def _command(server: EpicorServer, folder: Path, *names: str, **settings: Any) -> list[str]:
    """Return the tap's command line with files for a configuration and a catalog."""
    files = {"config": config_for(server, **settings), "catalog": catalog_of(server, names)}
    for name, content in files.items():
        folder.joinpath(f"{name}.json").write_text(json.dumps(content))
    return [str(TAP), *(f"--{name}={folder / name}.json" for name in files)]


def test_test_option_is_cheap_and_tells_all(epicor: EpicorServer, tmp_path: Path) -> None:
    """`--test` tries one row of each selected stream in each company and prints a table."""
    command = _command(epicor, tmp_path, "vendors", "sales_order_lines", "parts")
    epicor.faults.add("status", path="Parts$", status=403, times=None)
    before = len(epicor.log)
    done = subprocess.run([command[0], "--test", *command[1:]], capture_output=True, check=False)
    assert done.returncode == 1
    lines = done.stdout.decode().splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [
        ["FAILED", "parts", "EPIC06"],
        ["ok", "sales_order_lines", "EPIC06"],
        ["ok", "vendors", "EPIC06"],
    ]
    assert "access scope" in lines[1]
    assert "OrderDtlSearches" in lines[2]
    assert len(epicor.log) - before <= 9


def test_stream_maps_change_what_they_name_and_nothing_else(epicor: EpicorServer) -> None:
    """Mapped records equal unmapped ones but for what the map says."""
    plain = run(epicor, "ap_invoices").records("ap_invoices")
    mapped = run(
        epicor,
        "ap_invoices",
        stream_maps={"ap_invoices": {"Shout": "InvoiceNum.upper()", "Description": "__NULL__"}},
        stream_map_config={},
    ).records("ap_invoices")
    assert len(plain) == len(mapped)
    for before, after in zip(plain, mapped, strict=True):
        expected = {name: value for name, value in before.items() if name != "Description"}
        assert after == {**expected, "Shout": before["InvoiceNum"].upper()}


def test_flattening_leaves_flat_records_as_they_are(epicor: EpicorServer) -> None:
    """Records without nesting pass the SDK's flattening unchanged, to the last digit."""
    plain = run(epicor, "part_transactions").records("part_transactions")
    flat = run(
        epicor, "part_transactions", flattening_enabled=True, flattening_max_depth=3
    ).records("part_transactions")
    assert [{k: str(v) for k, v in row.items()} for row in plain] == [
        {k: str(v) for k, v in row.items()} for row in flat
    ]


_SUITE = """
import json, pathlib
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from tap_epicor_kinetic.tap import TapEpicorKinetic

given = json.loads(pathlib.Path(__file__).with_name("given.json").read_text())
TestTap = get_tap_test_class(
    TapEpicorKinetic,
    config=given["config"],
    catalog=given["catalog"],
    suite_config=SuiteConfig(max_records_limit=20),
    include_stream_attribute_tests=False,
    parse_env_config=False,
)
"""


def test_sdk_standard_suite(epicor: EpicorServer, tmp_path: Path) -> None:
    """The SDK's own tests of a tap pass; they read the server while they are collected."""
    names = {"vendors", "gl_accounts", "ap_invoices"}
    catalog = catalog_of(epicor, names)
    catalog["streams"] = [item for item in catalog["streams"] if item["stream"] in names]
    given = {"config": config_for(epicor), "catalog": catalog}
    tmp_path.joinpath("given.json").write_text(json.dumps(given))
    suite = tmp_path / "test_suite.py"
    suite.write_text(_SUITE)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        os.devnull,
        f"--rootdir={tmp_path}",
        str(suite),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout

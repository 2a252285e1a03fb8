"""`looker-staging lookml`: base views from the staging tables."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import lkml
import psycopg2
import pytest

from target_looker_staging.lookml.catalogue import StagedColumn, StagedTable
from target_looker_staging.lookml.generation import generate, write
from target_looker_staging.lookml.labels import label
from target_looker_staging.lookml.views import base_view
from tests.looker.block.project import BLOCK

if TYPE_CHECKING:
    from tests.looker.block.conftest import Staged


def _run(staged: Staged, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "looker-staging"), "lookml", *arguments]
    environ = {**os.environ, **staged.environ}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_shipped_base_views_are_generated(staged: Staged) -> None:
    """The block's base views are, byte for byte, what the staged tables give."""
    files = generate(staged.cursor, "epicor_staging")
    shipped = {path.name: path.read_text() for path in (BLOCK / "views/base").glob("*.lkml")}
    assert files == shipped


def test_command_writes_base_views_only_once(staged: Staged, tmp_path: Path) -> None:
    """A second run changes no byte, and a file written by hand stays."""
    core = tmp_path / "views/core/mine.view.lkml"
    core.parent.mkdir(parents=True)
    core.write_text("view: mine {}\n")
    assert _run(staged, "--output", str(tmp_path)).returncode == 0
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.lkml")}
    assert _run(staged, "--output", str(tmp_path)).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.lkml")} == before
    assert core.read_text() == "view: mine {}\n"


def test_check_tells_and_writes_nothing(staged: Staged, tmp_path: Path) -> None:
    """`--check` ends with exit code 1 while something would change."""
    assert _run(staged, "--output", str(tmp_path), "--check").returncode == 1
    assert not list(tmp_path.iterdir())
    assert _run(staged, "--output", str(BLOCK), "--check").returncode == 0


def test_new_column_becomes_a_dimension(staged: Staged) -> None:
    """A column added in Epicor and staged is a visible dimension after one command."""
    with psycopg2.connect(staged.postgres.dsn) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE epicor_staging.vendors ADD COLUMN paymentscore_c numeric")
        text = generate(cursor, "epicor_staging")["vendors.view.lkml"]
        connection.rollback()
    connection.close()
    dimensions = {item["name"]: item for item in lkml.load(text)["views"][0]["dimensions"]}
    assert dimensions["paymentscore_c"] == {
        "name": "paymentscore_c",
        "label": "Payment Score",
        "hidden": "no",
        "type": "number",
        "sql": "${TABLE}.paymentscore_c",
    }


def test_stale_base_view_stays(tmp_path: Path) -> None:
    """A base view whose table is not staged any more is left alone."""
    old = tmp_path / "views/base/old.view.lkml"
    old.parent.mkdir(parents=True)
    old.write_text("view: old {}\n")
    outcome = write({"new.view.lkml": "view: new {}\n"}, tmp_path)
    assert outcome.written == ("new.view.lkml",)
    assert old.exists()


@pytest.mark.parametrize(
    ("column", "source", "expected"),
    [
        pytest.param("vendornum", None, "Vendor Num", id="from-column"),
        pytest.param("ponum", None, "PO Num", id="abbreviation"),
        pytest.param("docinvoiceamt", None, "Doc Invoice Amt", id="three-words"),
        pytest.param("address1", None, "Address 1", id="number"),
        pytest.param("supplierrating_c", None, "Supplier Rating", id="user-defined"),
        pytest.param("co2kg_c", "Co2Kg_c", "Co 2 Kg", id="from-source-name"),
        pytest.param("emailaddress", "EMailAddress", "Email Address", id="capital-within-a-word"),
        pytest.param("warehousecode", "WareHouseCode", "Warehouse Code", id="two-halves"),
        pytest.param("refponum", "REFPONum", "Ref PO Num", id="run-of-capitals"),
        pytest.param("abtuid", "ABTUID", "ABTUID", id="unknown-capitals"),
        pytest.param("vendornum", "Another", "Vendor Num", id="comment-of-somebody"),
        pytest.param(
            "calculated_totalamt", "Calculated_TotalAmt", "Calculated Total Amt", id="baq"
        ),
        pytest.param("vendor_num", None, "Vendor Num", id="snake-case"),
        pytest.param("überweisung", None, "Überweisung", id="other-letters"),
    ],
)
def test_label(column: str, source: str | None, expected: str) -> None:
    """Labels are Epicor's names in words."""
    assert label(column, source) == expected


def test_clashing_names_keep_apart() -> None:
    """A date column whose short name is taken keeps its own, and odd table names are quoted."""
    columns = tuple(
        StagedColumn(name, type_)
        for name, type_ in (("_source_id", "text"), ("duedate", "date"), ("due", "text"))
    )
    view = base_view(StagedTable("BAQ-x", columns, ("due",), unique_source_id=True), {})
    assert view["name"] == "baq_x"
    assert view["sql_table_name"].endswith('"BAQ-x"')
    assert [group["name"] for group in view["dimension_groups"]] == ["duedate"]

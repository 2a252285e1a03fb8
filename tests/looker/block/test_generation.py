"""`looker-staging lookml`: base views from the staging tables."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import lkml
import psycopg2
import pytest
from click.testing import CliRunner

from target_looker_staging.commands.cli import main
from target_looker_staging.lookml.catalogue import StagedColumn, StagedTable
from target_looker_staging.lookml.generation import find_clashes, generate, write
from target_looker_staging.lookml.labels import label
from target_looker_staging.lookml.views import base_view
from tests.looker.block.project import BLOCK

if TYPE_CHECKING:
    from tests.fixtures.postgres import DatabaseSettings
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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "config.json' was not found", id="no-file"),
        pytest.param('{"password": "hush",}', "config.json can be read as JSON", id="not-json"),
        pytest.param(b"\xff\xfe", "config.json can be read as JSON", id="not-text"),
        pytest.param("{}", "'host' is a required property", id="nothing-set"),
    ],
)
def test_settings_that_cannot_be_read(
    content: str | bytes | None, message: str, tmp_path: Path
) -> None:
    """A settings file that is not there or not JSON is told in one line, its content is not."""
    path = tmp_path / "config.json"
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    done = CliRunner().invoke(main, ["--config", str(path), "lookml"])
    assert done.exit_code == 1
    assert message in done.output
    assert "hush" not in done.output
    assert isinstance(done.exception, SystemExit)


def test_stale_base_view_stays(tmp_path: Path) -> None:
    """A base view whose table is not staged any more is told, and left alone."""
    old = tmp_path / "views/base/old.view.lkml"
    old.parent.mkdir(parents=True)
    old.write_text("view: old {}\n")
    outcome = write({"new.view.lkml": "view: new {}\n"}, tmp_path)
    assert outcome.written == ("new.view.lkml",)
    assert outcome.stale == ("old.view.lkml",)
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


def test_names_that_lookml_cannot_tell_apart() -> None:
    """Columns whose names differ only in letters that LookML lacks are fields of their own."""
    names = ("_source_id", "a-b", "a_b", "支払", "due", "duedate", "due-date")
    dates = {"due", "duedate", "due-date"}
    columns = tuple(StagedColumn(name, "date" if name in dates else "text") for name in names)
    view = base_view(StagedTable("t", columns, (), unique_source_id=True), {})
    fields = [item["name"] for item in (*view["dimensions"], *view["dimension_groups"])]
    assert fields == [
        "source_id", "is_deleted", "a_b_2", "a_b", "column", "due", "duedate", "due_date_2",
    ]  # fmt: skip


def test_tables_that_lookml_cannot_tell_apart(database: DatabaseSettings, tmp_path: Path) -> None:
    """Tables whose names differ only in letters that LookML lacks are views of their own."""
    with closing(psycopg2.connect(**database)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA s")
        for name in ("a-b", "a_b", "account", "gl_transactions"):
            cursor.execute(f'CREATE TABLE s."{name}" (_source_id text UNIQUE)')
        files = generate(cursor, "s")
    assert list(files) == [
        f"{name}.view.lkml" for name in ("a_b", "a_b_2", "account", "gl_transactions")
    ]
    assert 's."a-b"' in files["a_b_2.view.lkml"].replace("@{STAGING_SCHEMA}", "s")
    # Another view of the block bears the name of a staged table; a refinement of it does not.
    shutil.copytree(BLOCK / "views", tmp_path / "views")
    assert set(find_clashes(files, tmp_path)) == {"account"}


def test_segment_names_are_data(database: DatabaseSettings) -> None:
    """Whatever a segment is called, the LookML stays sound; one that lines lack is left out."""
    with closing(psycopg2.connect(**database)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE SCHEMA s; SET search_path TO s;"
            "CREATE TABLE coa_segments (_source_id text, segmentnbr bigint, segmentname text,"
            " _sdc_deleted_at timestamptz);"
            "INSERT INTO coa_segments VALUES ('1', 1, ' De\"pt\\ @{X} {{ y }}\n', NULL),"
            " ('2', 1, 'Abteilung', NULL), ('3', 2, 'Nowhere', NULL), ('4', 1, 'Gone', now());"
            "CREATE TABLE coa_segment_values (_source_id text, company text, coacode text,"
            " segmentnbr bigint, segmentcode text, segmentname text);"
            "CREATE TABLE gl_transactions (_source_id text, company text, coacode text,"
            " segvalue1 text)"
        )
        text = generate(cursor, "s")["chart_segments.view.lkml"]
    [view] = lkml.load(text)["views"]
    labels = [item.get("label") for item in view["dimensions"]][-2:]
    assert labels == ["Abteilung / De pt @ X y Code", "Abteilung / De pt @ X y"]


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        pytest.param(
            {"DEFAULT_TARGET_SCHEMA": "no_such"},
            [],
            "Error: There are no staging tables in schema no_such. Run the load once",
            id="no-schema",
        ),
        pytest.param(
            {"DATABASE": "no_such"}, [], "Error: Connecting to Postgres at", id="no-database"
        ),
        pytest.param({}, ["--output", "/proc/looker"], "cannot be written", id="no-folder"),
        pytest.param({}, ["--output", "/dev/null"], "Not a directory", id="file"),
    ],
)
def test_what_is_wrong_is_said(
    staged: Staged, change: dict[str, str], arguments: list[str], message: str
) -> None:
    """A mistake is one message on standard error and a bad exit code, never a traceback."""
    changed = {f"TARGET_LOOKER_STAGING_{name}": value for name, value in change.items()}
    done = _run(replace(staged, environ={**staged.environ, **changed}), *arguments)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr

"""From Epicor to LookML: what is added at the source is in the explores after a run."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import lkml
import pytest

from sandbox.programs import clean_environment, program
from tests.line.line import Line
from tests.tap.runs import catalog_of

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.epicor.server import EpicorServer
    from sandbox.looker.server import LookerServer
    from tests.fixtures.postgres import DatabaseSettings

NEW = "Vendor.SupplierRating_c"
STREAMS = {"vendors", "bank_accounts", "vendor_spend", "open_lines"}


@pytest.fixture
def line(
    tmp_path: Path, epicor: EpicorServer, looker: LookerServer, database: DatabaseSettings
) -> Line:
    """Give a line that stages vendors, an entity set of the user's and two BAQs."""
    settings: dict[str, Any] = {
        "streams": [
            {
                "name": "bank_accounts",
                "service": "Erp.BO.BankAcctSvc",
                "entity_set": "BankAccts",
            }
        ],
        "baqs": [
            {"id": "zVendorSpend", "name": "vendor_spend", "primary_keys": ["Vendor_VendorNum"]},
            {
                "id": "zOpenPOLines",
                "name": "open_lines",
                "primary_keys": ["PORel_PONum", "PORel_POLine", "PORel_PORelNum"],
            },
        ],
    }
    return Line(tmp_path, epicor, looker, database, settings)


def _run(line: Line) -> None:
    catalog = catalog_of(line.epicor, STREAMS, **line.tap_config, company=None)
    outcome = line.run_pipe(catalog)
    assert outcome.code == 0, outcome.log


def _generate(line: Line, folder: Path) -> str:
    (line.directory / "target.json").write_text(json.dumps(line.target_config))
    return subprocess.run(
        [program("looker-staging"), "--config", "target.json", "lookml", "--output", str(folder)],
        cwd=line.directory,
        env=clean_environment(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def _fields(folder: Path, view: str) -> dict[str, Any]:
    text = (folder / f"views/base/{view}.view.lkml").read_text(encoding="utf-8")
    [tree] = lkml.load(text)["views"]
    return {item["name"]: item for item in [*tree["dimensions"], *tree["dimension_groups"]]}


def test_new_column_in_epicor_is_a_dimension_after_one_run(line: Line, tmp_path: Path) -> None:
    """A column added in Epicor is a labelled, visible dimension after the next run and one command.

    BAQs and entity sets of the user's come along, and what was written by hand stays.
    """
    block = tmp_path / "block"
    mine = block / "views/core/mine.view.lkml"
    mine.parent.mkdir(parents=True)
    mine.write_text("view: +vendors {}\n")
    line.epicor.configure(missing_columns=frozenset({NEW}))
    _run(line)
    _generate(line, block)
    names = {path.name.removesuffix(".view.lkml") for path in block.glob("views/base/*.lkml")}
    assert names == STREAMS
    assert "supplierrating_c" not in _fields(block, "vendors")
    assert _fields(block, "vendors")["contractend_c"]["label"] == "Contract End"
    assert _fields(block, "vendor_spend")["calculated_spend"]["label"] == "Calculated Spend"
    assert _fields(block, "open_lines")["porel_porelnum"]["label"] == "PO Rel PO Rel Num"
    assert _fields(block, "bank_accounts")["bankacctid"]["label"] == "Bank Acct ID"

    line.epicor.configure(missing_columns=frozenset())
    _run(line)
    told = _generate(line, block)
    assert told.count("written") == 1
    assert _fields(block, "vendors")["supplierrating_c"] == {
        "hidden": "no",
        "label": "Supplier Rating",
        "type": "number",
        "sql": "${TABLE}.supplierrating_c",
        "value_format_name": "id",
        "name": "supplierrating_c",
    }
    assert mine.read_text() == "view: +vendors {}\n"
    assert "written" not in _generate(line, block)

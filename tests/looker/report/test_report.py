"""The report: the dashboards' figures, in a page that loads nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from target_looker_staging.exceptions import StagingError
from target_looker_staging.report.figures import Figures, read, statements
from target_looker_staging.report.page import render
from tests.looker.block.conftest import LAST_DAY, ask, project, staged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_looker_staging.postgres.types import Cursor
    from tests.looker.block.conftest import Staged

__all__ = ["ask", "project", "staged"]  # fixtures

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
AS_OF = date.fromisoformat(LAST_DAY)
NOW = datetime(2026, 11, 1, 6, tzinfo=timezone.utc)


@pytest.fixture
def figures(staged: Staged) -> Figures:
    """Give the figures of the made-up company's last day."""
    staged.cursor.execute("BEGIN READ ONLY")
    try:
        return read(staged.cursor, "epicor_staging", AS_OF, None)
    finally:
        staged.cursor.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("figure", "column", "explore", "measure"),
    [
        pytest.param(*case, id=f"{case[0]}-{case[1]}")
        for case in (
            ("payables", "open_balance", "ap_invoices", "ap_invoices.open_balance"),
            ("payables", "past_due", "ap_invoices", "ap_invoices.past_due_balance"),
            ("payables", "due_next_week", "ap_invoices", "ap_invoices.due_next_week"),
            ("payables", "held", "ap_invoices", "ap_invoices.held_balance"),
            ("payables", "days_outstanding", "ap_invoices", "ap_invoices.days_payable_outstanding"),
            ("spend", "last_12_months", "vendor_spend", "ap_invoice_lines.spend_last_12_months"),
            ("orders", "open_value", "purchase_orders", "purchase_order_releases.open_value"),
            ("orders", "past_due", "purchase_orders", "purchase_order_releases.past_due_releases"),
            ("orders", "otif", "purchase_orders", "purchase_order_releases.otif_share"),
            ("stock", "value", "inventory", "part_warehouses.inventory_value"),
            ("stock", "turns", "inventory", "part_warehouses.turns"),
            ("stock", "slow", "inventory", "part_warehouses.slow_value"),
            ("ledger", "debits", "gl_transactions", "gl_transactions.debits"),
        )
    ],
)
def test_tile_is_the_dashboards(
    figure: str,
    column: str,
    explore: str,
    measure: str,
    figures: Figures,
    ask: Any,
) -> None:
    """A tile of the page shows what the dashboard's tile shows, to the cent."""
    mine = figures.rows[figure][0][column] or Decimal(0)
    assert abs(mine - ask(explore, measure)[0][0]) < Decimal("0.005")


def test_charts_add_up_to_their_tiles(figures: Figures) -> None:
    """Ageing sums to the open balance, classes to the inventory, months to open orders."""
    rows = figures.rows

    def total(name: str) -> Decimal:
        return sum((row["amount"] for row in rows[name]), Decimal(0))

    assert abs(total("ageing") - rows["payables"][0]["open_balance"]) < Decimal("0.005")
    assert abs(total("stock_by_class") - rows["stock"][0]["value"]) < Decimal("0.005")
    assert abs(total("orders_by_month") - rows["orders"][0]["open_value"]) < Decimal("0.005")


def test_page_loads_nothing_and_escapes_names(figures: Figures) -> None:
    """No address is referred to, and a name cannot become markup."""
    figures.rows["creditors"][0]["name"] = "</script><img src=x onerror=alert(1)> 株式会社"
    figures.rows["spend_by_vendor"][0]["name"] = "</script><b>Šarūnas & Söhne"
    page = render(figures, NOW)
    assert "<img" not in page
    assert "</script><b>" not in page
    assert "株式会社" in page
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page)


class Outline(HTMLParser):
    """The tags of a page with their attributes, and what its data are."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.data = ""
        self._in_data = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self._in_data = ("id", "data") in attrs

    def handle_data(self, data: str) -> None:
        """Keep what the page draws."""
        self.data += data if self._in_data else ""


NAMES = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "<svg/onload=alert(1)>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "javascript:alert(1)",
    "${alert(1)}",
    "$style",
    "`${1}`",
    "{{ x }}",
    "</p></td></table><style>*{display:none}</style>",
    "\u2028alert(1)\u2029",
    "\x1b[31m\u202e",
    "]]>",
)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_text_wherever_they_stand(figures: Figures, name: str) -> None:
    """Names of streams, vendors, companies, and errors make no tag, attribute or script."""

    def page(text: str) -> str:
        rows = {key: [dict(row) for row in value] for key, value in figures.rows.items()}
        for row in (each for value in rows.values() for each in value):
            row |= {
                key: text for key in ("name", "company", "error", "stream", "status") if key in row
            }
        texts = (text,)
        return render(
            replace(figures, rows=rows, currency=text, companies=texts, missing=texts,
                unconverted=texts), NOW,
        )  # fmt: skip

    plain, evil = Outline(page("plain")), Outline(page(name))
    assert evil.tags == plain.tags
    told = [row["name"] for row in json.loads(evil.data)["spend_by_vendor"]]
    assert set(told) == {name}
    assert "alert(1)</script>" not in page(name)


def test_amount_that_is_none(figures: Figures) -> None:
    """An amount that is no number, which Postgres can hold, leaves the other charts drawn."""
    figures.rows["spend_by_vendor"][0]["amount"] = Decimal("NaN")
    data = json.loads(Outline(render(figures, NOW)).data, parse_constant=pytest.fail)
    assert data["spend_by_vendor"][0]["amount"] is None


@contextmanager
def changed(staged: Staged, statement: str) -> Iterator[Cursor]:
    """Give a cursor to staged data that are otherwise, until the end of the block."""
    staged.cursor.execute(f"BEGIN; SET LOCAL search_path TO epicor_staging; {statement}")
    try:
        yield staged.cursor
    finally:
        staged.cursor.execute("ROLLBACK")


def test_missing_column_leaves_a_note(staged: Staged) -> None:
    """Without a column that was not selected the rest is shown, and the page names it."""
    with changed(staged, "ALTER TABLE ap_invoices DROP payhold") as cursor:
        figures = read(cursor, "epicor_staging", AS_OF, None)
    assert figures.missing == ("column payhold",)
    assert "payables" not in figures.rows
    assert figures.rows["stock"][0]["value"]
    assert "column payhold" in render(figures, NOW)


def test_page_without_a_run_log(staged: Staged) -> None:
    """Tables that another loader filled are shown, and that their age is not known."""
    with changed(staged, "DROP TABLE _looker_refreshes, _sync_run_streams, _sync_runs") as cursor:
        page = render(read(cursor, "epicor_staging", AS_OF, None), NOW)
    assert 'class="status bad">No run log' in page
    assert "Open payables" in page


def test_page_of_empty_tables(staged: Staged) -> None:
    """Tables without rows give a page without charts that says why."""
    tables = staged.rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                         "'epicor_staging'::regnamespace AND relname NOT LIKE '\\_%'")  # fmt: skip
    listed = ", ".join(name for (name,) in tables)
    with changed(staged, f"TRUNCATE {listed}") as cursor:
        page = render(read(cursor, "epicor_staging", AS_OF, None), NOW)
    assert "<figure" not in page
    assert "No company is staged" in page
    assert "None" not in page.partition("<script>")[0]


def test_role_without_rights(staged: Staged) -> None:
    """A role that may not use the schema is told which rights it needs."""
    make = "CREATE ROLE stranger_to_the_report; SET LOCAL ROLE stranger_to_the_report"
    with (
        changed(staged, make) as cursor,
        pytest.raises(StagingError, match="It needs USAGE on it and SELECT on its tables"),
    ):
        read(cursor, "epicor_staging", AS_OF, None)


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        pytest.param(
            {"DEFAULT_TARGET_SCHEMA": "public"},
            [],
            "Error: Schema public holds nothing that the report shows. Run the load once",
            id="empty-schema",
        ),
        pytest.param(
            {"DEFAULT_TARGET_SCHEMA": "no_such"},
            [],
            "Error: Schema no_such holds nothing that the report shows.",
            id="no-schema",
        ),
        pytest.param({"DATABASE": "no_such"}, [], "Error: Connecting to", id="no-database"),
        pytest.param({"USER": "no_such"}, [], "Error: Connecting to", id="no-role"),
        pytest.param({}, ["--output", "/proc/x.html"], "/proc/x.html cannot be", id="no-folder"),
        pytest.param({}, ["--output", "/proc"], "is a directory", id="folder"),
        pytest.param({}, ["--as-of", "30.10.2026"], "does not match the format", id="date"),
    ],
)
def test_what_is_wrong_is_said(
    staged: Staged, tmp_path: Path, change: dict[str, str], arguments: list[str], message: str
) -> None:
    """A mistake is one message on standard error and a bad exit code, never a traceback."""
    changes = {f"TARGET_LOOKER_STAGING_{name}": value for name, value in change.items()}
    done = subprocess.run(
        [str(Path(sys.executable).parent / "looker-staging"), "report", *arguments],
        env={**os.environ, **staged.environ, **changes},
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_tables_leave_a_note(staged: Staged) -> None:
    """Without inventory tables the rest is shown, and the page says what is missing."""
    cursor = staged.cursor
    cursor.execute("BEGIN; ALTER TABLE epicor_staging.part_costs RENAME TO _elsewhere")
    try:
        figures = read(cursor, "epicor_staging", AS_OF, "EUR")
    finally:
        cursor.execute("ROLLBACK")
    assert figures.missing == ("part_costs",)
    assert set(statements()) - set(figures.rows) == {"stock", "stock_by_class"}
    assert "part_costs" in render(figures, NOW)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the page is not opened")
def test_page_draws_in_a_browser(staged: Staged, tmp_path: Path) -> None:
    """The command's page draws every chart in Chromium without a network, as wide as the window."""
    page = tmp_path / "report.html"
    command = [str(Path(sys.executable).parent / "looker-staging"), "report"]
    subprocess.run(
        [*command, "--output", str(page), "--as-of", LAST_DAY],
        env={**os.environ, **staged.environ},
        check=True,
        capture_output=True,
    )
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    flags += "--disable-background-networking --disable-component-update --disable-sync"
    browser = subprocess.run(
        [
            str(CHROMIUM),
            *flags.split(),
            f"--user-data-dir={tmp_path / 'profile'}",
            "--virtual-time-budget=5000",
            "--window-size=600,900",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert 'data-drawn="8"' in browser.stdout, browser.stderr[-500:]
    drawn = re.findall(r'<svg[^>]*aria-label="[^>]*', browser.stdout)
    widths = [int(width) for svg in drawn for width in re.findall(r' width="(\d+)"', svg)]
    assert len(widths) >= 8
    assert {480 < width <= 568 for width in widths} == {True}

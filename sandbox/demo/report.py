"""The demo's last page: what was staged, the audit trail, Looker's calls, two business figures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from sandbox.demo import figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sandbox.demo.figures import Row, Warehouse
    from sandbox.looker.server import Call

ZERO = Decimal(0)
NAME_WIDTH = 30


def staged(warehouse: Warehouse, run_ids: Sequence[str]) -> Table:
    """Return a table of the staged streams: rows, and what each of two runs moved.

    Streams in which the second run changed nothing share one line.
    """
    table = _table(
        "Staged in Postgres",
        ("Table", "left"),
        ("rows now", "right"),
        ("run 1 read", "right"),
        ("run 2 read", "right"),
        ("inserted", "right"),
        ("updated", "right"),
        ("the same", "right"),
    )
    rows = warehouse.query(figures.STAGED, {"first": run_ids[0], "second": run_ids[1]})
    counts = warehouse.count_rows([row[0] for row in rows])
    lines = {row[0]: [counts[row[0]], *(value or 0 for value in row[1:])] for row in rows}
    quiet = [
        name for name, (_, _, _, inserted, updated, _) in lines.items() if not inserted + updated
    ]
    for name, values in lines.items():
        if name not in quiet:
            table.add_row(name, *map(_whole, values))
    if quiet:
        rest = _sum(lines[name] for name in quiet)
        table.add_row(f"{len(quiet)} more, nothing changed", *map(_whole, rest), style="dim")
    table.caption = (
        "The same: read again because a transaction that began earlier may have committed "
        "late; such rows are not rewritten.\n"
    )
    table.caption_justify = "left"
    table.add_section()
    table.add_row("all", *map(_whole, _sum(lines.values())), style="bold")
    return table


def audit_trail(runs: Iterable[Row]) -> Table:
    """Return a table of the runs as the audit trail has them."""
    table = _table(
        "Audit trail (_sync_runs)",
        ("Run", "left"),
        ("started (UTC)", "left"),
        ("seconds", "right"),
        ("status", "left"),
        ("read", "right"),
        ("inserted", "right"),
        ("updated", "right"),
        ("by", "left"),
    )
    for run_id, started_at, took, status, _, read, inserted, updated, tap, _ in runs:
        table.add_row(
            str(run_id)[:8],
            started_at.strftime("%Y-%m-%d %H:%M:%S"),
            "" if took is None else f"{took.total_seconds():.1f}",
            f"[{'green' if status == 'complete' else 'red'}]{status}[/]",
            *map(_whole, (read, inserted, updated)),
            tap or "",
        )
    return table


def refreshes(rows: Iterable[Row]) -> Table:
    """Return a table of the refreshes that the target asked Looker for."""
    table = _table(
        "Looker refreshes (_looker_refreshes)",
        ("Run", "left"),
        ("action", "left"),
        ("what", "left"),
        ("status", "left"),
        ("seconds", "right"),
        ("calls", "right"),
    )
    for run_id, action, target, status, took, calls in rows:
        seconds = "" if took is None else f"{took.total_seconds():.2f}"
        table.add_row(str(run_id)[:8], action, target, status, seconds, _whole(calls or 0))
    return table


def looker_calls(runs: Sequence[Sequence[Call]]) -> Table:
    """Return a table of the calls that arrived at Looker in each run."""
    table = _table(
        "Calls that arrived at Looker",
        ("In run", "right"),
        ("operation", "left"),
        ("request", "left"),
        ("answer", "right"),
    )
    for number, calls in enumerate(runs, start=1):
        for call in calls:
            table.add_row(
                str(number),
                call.operation or "unknown",
                f"{call.method} {call.path}",
                "" if call.status is None else str(call.status),
            )
    return table


def ap_ageing(rows: Iterable[Row], as_of: date) -> Table:
    """Return open payables by how long they have been due."""
    table = _table(
        f"AP ageing on {as_of:%d %B %Y}",
        ("Company", "left"),
        ("", "left"),
        ("invoices", "right"),
        ("open balance", "right"),
        ("not due", "right"),
        ("1-30 days", "right"),
        ("31-60", "right"),
        ("61-90", "right"),
        ("over 90", "right"),
    )
    for company, currency, invoices, *amounts in rows:
        table.add_row(company, currency or "", _whole(invoices), *map(_money, amounts))
    return table


def open_orders(rows: Iterable[Row], as_of: date) -> Table:
    """Return the vendors with most past-due releases of open purchase orders."""
    table = _table(
        f"Open purchase orders on {as_of:%d %B %Y}, vendors with most past due",
        ("Company", "left"),
        ("vendor", "left"),
        ("name", "left"),
        ("orders", "right"),
        ("releases", "right"),
        ("past due", "right"),
        ("oldest due", "left"),
        ("open value", "right"),
    )
    for company, vendor, name, *numbers, oldest, value in rows:
        table.add_row(company, vendor, name, *map(_whole, numbers), str(oldest), _money(value))
    return table


def _sum(lines: Iterable[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*lines, strict=True)]


def _table(title: str, *columns: tuple[str, Any]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for name, justify in columns:
        width = NAME_WIDTH if name == "name" else None
        table.add_column(name, justify=justify, no_wrap=True, max_width=width)
    return table


def _whole(value: int) -> str:
    return f"{value:,}"


def _money(value: Decimal | None) -> str:
    return f"{value or ZERO:,.2f}"

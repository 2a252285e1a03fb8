"""Figures as one HTML page: everything it needs is in it, and it may load nothing else."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from decimal import Decimal
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from target_looker_staging.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from target_looker_staging.report.figures import Figures, Row

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
TWO_DAYS = 48

# Name, title, note, and whether the note is followed by the currency.
_CHARTS = (
    ("ageing", "Open payables by age", "Balance by days past due", True),
    ("spend_by_month", "Vendor spend by month", "Posted invoice lines without tax", True),
    ("spend_by_vendor", "Top vendors", "Spend of the last 12 months", True),
    ("expenses", "Expenses by department", "Fiscal year to date and the year before", True),
    ("orders_by_month", "Open purchase orders", "Value still to come, by month due", True),
    ("delivery_by_month", "Delivery performance", "Share of releases, by month due", False),
    ("spend_by_group", "Spend by vendor group", "Last 12 months", True),
    ("stock_by_class", "Inventory by part class", "Stock on hand at standard cost", True),
)
_IN_CURRENCY = {
    "Open payables",
    "Due within 7 days",
    "Spend, last 12 months",
    "Open purchase orders",
    "Inventory",
}


def render(figures: Figures, made_at: datetime) -> str:
    """Return the page.

    Args:
        figures: What to show.
        made_at: Aware; printed at the foot.
    """
    package = files(__package__)
    charts = {name: figures.rows[name] for name, *_ in _CHARTS if _has_amounts(figures.rows, name)}
    template = Template(package.joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        as_of=_escaped(_day(figures.as_of)),
        companies=_escaped(" · ".join(figures.companies) or "Staged figures"),
        currency=_escaped(figures.currency or "no currency"),
        status=_status(figures, made_at),
        notes=_notes(figures),
        tiles=_tiles(figures),
        charts="".join(
            _figure(name, title, f"{note}, {figures.currency}" if is_money else note)
            for name, title, note, is_money in _CHARTS
            if name in charts
        ),
        creditors=_creditors(figures.rows.get("creditors", [])),
        sync=_sync(figures),
        made_at=_escaped(f"{made_at.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"),
        style=package.joinpath("page.css").read_text(encoding="utf-8"),
        d3=package.joinpath("assets/d3.min.js").read_text(encoding="utf-8"),
        plot=package.joinpath("assets/plot.umd.min.js").read_text(encoding="utf-8"),
        script=package.joinpath("page.js").read_text(encoding="utf-8"),
        data=_json(charts),
    )


def _escaped(text: str) -> str:
    """Return a text as HTML shows it, between tags and in attributes."""
    return escape(printable(text))


def _json(value: Any) -> str:
    """Return JSON that cannot end the script element it stands in, whatever is a name in it."""
    text = json.dumps(value, default=_plain)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _plain(value: object) -> float | str | None:
    if isinstance(value, Decimal):
        # JSON has no word for what Postgres calls NaN: nothing is drawn for it.
        return float(value) if value.is_finite() else None
    return str(value)


def _has_amounts(rows: dict[str, list[Row]], name: str) -> bool:
    """Return whether a chart has anything to draw."""
    return any(row.get("amount", row.get("share")) for row in rows.get(name, []))


def _tiles(figures: Figures) -> str:
    rows = figures.rows
    parts: list[tuple[str, str, str]] = []
    if payables := _first(rows, "payables"):
        balance = payables["open_balance"] or 0
        parts += [
            ("Open payables", _money(balance), _past_due(payables["past_due"] or 0, balance)),
            (
                "Due within 7 days",
                _money(payables["due_next_week"]),
                f"{_money(payables['held'])} on hold",
            ),
            (
                "Days payable outstanding",
                _number(payables["days_outstanding"], 0),
                "on invoices of 12 months",
            ),
        ]
    if spend := _first(rows, "spend"):
        vendors = f"{_number(spend['vendors'], 0)} active vendors"
        parts.append(("Spend, last 12 months", _money(spend["last_12_months"]), vendors))
    if orders := _first(rows, "orders"):
        late = f"{_number(orders['past_due'], 0)} releases past due"
        parts += [
            ("Open purchase orders", _money(orders["open_value"]), late),
            ("On time in full", _percent(orders["otif"], 1), "of releases due so far"),
        ]
    if stock := _first(rows, "stock"):
        slow = f"{_percent(stock['slow'] or 0, stock['value'] or 0)} slow moving"
        turns = f"{_number(stock['days'], 0)} days of supply"
        parts += [
            ("Inventory", _money(stock["value"]), slow),
            ("Inventory turns", _number(stock["turns"], 1), turns),
        ]
    unit = f'<span class="unit">{_escaped(figures.currency)}</span> '
    return "".join(
        f'<div class="tile"><h3>{_escaped(name)}</h3>'
        f'<p class="value">{unit if name in _IN_CURRENCY else ""}{_escaped(value)}</p>'
        f"<p>{_escaped(note)}</p></div>"
        for name, value, note in parts
    )


def _past_due(amount: Decimal | float, balance: Decimal | float) -> str:
    return f"{_money(amount)} past due ({_percent(amount, balance)})"


def _figure(name: str, title: str, note: str) -> str:
    return (
        f'<figure id="{name}"><figcaption><h3>{_escaped(title)}</h3><p>{_escaped(note)}</p>'
        '</figcaption><div class="chart"></div></figure>'
    )


def _creditors(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    ages = (f"{first}{DASH}{first + 29}" for first in (1, 31, 61))
    names = ("Company", "Vendor", "Open", "Not due", *ages, "Over 90")
    body = [
        [
            row["company"],
            (row["name"] or "").strip(),
            *(_money(value) if value else DASH for value in list(row.values())[2:]),
        ]
        for row in rows
    ]
    return f"<section><h2>Largest creditors</h2>{_table(names, body, text_columns=2)}</section>"


def _sync(figures: Figures) -> str:
    runs = [
        [
            _time(run["started_at"]),
            run["status"],
            _number((run["finished_at"] - run["started_at"]).total_seconds(), 0)
            if run["finished_at"]
            else "",
            _number(run["rows_changed"], 0),
            run["error"][:120],
        ]
        for run in figures.rows.get("runs", [])
    ]
    streams = [
        [
            row["stream"],
            _time(row["last_commit_at"]),
            _number(row["received"], 0),
            _number(row["changed"], 0),
        ]
        for row in figures.rows.get("streams", [])
    ]
    runs_table = _table(("Run began", "Status", "Seconds", "Rows changed", "Error"), runs, 2)
    streams_table = _table(("Oldest tables", "Last rows", "Read", "Changed"), streams, 2)
    return f'<div class="pair">{runs_table}{streams_table}</div>'


def _table(names: Sequence[str], rows: Iterable[Sequence[str]], text_columns: int) -> str:
    def cells(values: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} class="{"text" if place < text_columns else "number"}" dir="auto">'
            f"{_escaped(value)}</{tag}>"
            for place, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    head = f"<thead><tr>{cells(names, 'th')}</tr></thead>"
    return f'<div class="wide"><table>{head}<tbody>{body}</tbody></table></div>'


def _status(figures: Figures, made_at: datetime) -> str:
    health = _first(figures.rows, "health")
    rejects = _first(figures.rows, "rejects")
    if health is None or rejects is None:
        return '<p class="status bad">No run log: how old the figures are is not known.</p>'
    rejected, whole_at = rejects["rejected"], health["whole_at"]
    latest = figures.rows["runs"][0]["status"] if figures.rows["runs"] else "none"
    good = latest == "complete" and not health["owed"] and not rejected
    parts = [
        f"Last complete load {_time(whole_at)}, {_ago(made_at - whole_at)}"
        if whole_at
        else "No complete load yet",
        f"latest run: {latest}",
        f"{health['failures']} failed in 7 days",
        f"{health['owed']} refreshes owed",
        f"{rejected} records rejected",
    ]
    if ledger := _first(figures.rows, "ledger"):
        difference = (ledger["debits"] or 0) - (ledger["credits"] or 0)
        good = good and not round(difference, 2)
        parts.append(f"debits {MINUS} credits = {_number(difference, 2)}")
    return f'<p class="status {"good" if good else "bad"}">{_escaped(" · ".join(parts))}</p>'


def _notes(figures: Figures) -> str:
    notes = []
    if figures.missing:
        notes.append(f"Not staged, so not all figures are shown: {', '.join(figures.missing)}.")
    if figures.unconverted:
        notes.append(
            f"No exchange rate to {figures.currency} for {', '.join(figures.unconverted)}: "
            "their amounts are left out."
        )
    if not figures.companies:
        notes.append("No company is staged, so no amount can be converted or shown.")
    return "".join(f'<p class="note">{_escaped(note)}</p>' for note in notes)


def _first(rows: dict[str, list[Row]], name: str) -> Row | None:
    return rows[name][0] if rows.get(name) else None


def _money(value: Decimal | float | None) -> str:
    return _number(value or 0, 0)


def _number(value: Decimal | float | None, places: int) -> str:
    if value is None:
        return DASH
    text = f"{value:,.{places}f}"
    # A rounded nothing has no sign.
    return text.lstrip("-") if not text.strip("-0.,") else text.replace("-", MINUS)


def _percent(part: Decimal | float | None, whole: Decimal | float) -> str:
    return f"{100 * float(part) / float(whole):.0f} %" if whole and part is not None else DASH


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def _time(value: datetime | None) -> str:
    return f"{value.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC" if value else ""


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 2 * 60:
        return f"{minutes} minutes ago"
    hours = minutes / 60
    return f"{hours:.0f} hours ago" if hours < TWO_DAYS else f"{hours / 24:.0f} days ago"

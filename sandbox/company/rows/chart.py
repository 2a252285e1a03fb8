"""Fiscal calendars and charts of accounts as rows of Epicor's tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.company import accounts
from sandbox.company.calendar import (
    FISCAL_CALENDAR,
    FISCAL_START_MONTH,
    TODAY,
    stamp,
)
from sandbox.company.firm import BASE_CURRENCY
from sandbox.company.rows.ledger import BOOK, CHART

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


Row = dict[str, Any]
Table = tuple[str, list[Row]]


def table(company: str, name: str, columns: str, rows: Iterable[Sequence[Any]]) -> Table:
    """Return a table's name and rows: `Company`, then the columns named, in the order of values."""
    names = columns.split()
    return name, [{"Company": company, **dict(zip(names, row, strict=True))} for row in rows]


def calendar_rows(company: str) -> Iterator[Table]:
    """Yield calendar, years and periods of a company."""
    calendar, first_month = FISCAL_CALENDAR[company], FISCAL_START_MONTH[company]
    years = {year: date(year - (first_month > 1), first_month, 1) for year in range(2024, 2028)}
    yield table(
        company,
        "FiscalCal",
        "FiscalCalendarID Description StartDate EndDate",
        [(calendar, calendar, stamp(years[2024]), stamp(_month_end(years[2027], 11)))],
    )
    yield table(
        company,
        "FiscalYr",
        "FiscalCalendarID FiscalYear FiscalYearSuffix StartDate EndDate NumPeriods "
        "NumClosingPeriods",
        (
            (calendar, year, "", stamp(start), stamp(_month_end(start, 11)), 12, 1)
            for year, start in years.items()
        ),
    )
    yield table(
        company,
        "FiscalPer",
        "FiscalCalendarID FiscalYear FiscalYearSuffix FiscalPeriod StartDate EndDate "
        "FAClosedPeriod",
        (
            (
                *(calendar, year, "", period + 1),
                *(stamp(end.replace(day=1)), stamp(end), end < TODAY - timedelta(days=45)),
            )
            for year, start in years.items()
            for period, end in enumerate(_month_end(start, month) for month in range(12))
        ),
    )


def _month_end(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months + 1, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def chart_rows(company: str) -> Iterator[Table]:
    """Yield chart, segments, segment values and book of a company."""
    yield table(company, "COA", "COACode Description SeparatorChar", [(CHART, "Main chart", "-")])
    last = len(accounts.SEGMENTS)
    yield table(
        company,
        "COASegment",
        "COACode SegmentNbr SegmentName Abbreviation Dynamic DisplayOrder Level",
        (
            (CHART, number, name, short, number == last, number, number)
            for number, name, short in accounts.SEGMENTS
        ),
    )
    yield "COASegValues", list(_segment_values(company))
    yield table(
        company,
        "GLBook",
        "BookID Description MainBook COACode CurrencyCode BookType Inactive FiscalCalendarID "
        "REAccount",
        [
            (
                *(BOOK, "Main book", True, CHART, BASE_CURRENCY[company], 1, False),
                *(FISCAL_CALENDAR[company], "3900-000-00"),
            )
        ],
    )


def _segment_values(company: str) -> Iterator[Row]:
    for code, (name, category, balance) in accounts.NATURAL.items():
        yield _segment_value(company, 1, code, name, category, balance)
    for number, values in (
        (2, accounts.DEPARTMENTS),
        (3, accounts.DIVISIONS[company]),
        (4, accounts.PROJECTS),
    ):
        for code, name in values.items():
            yield _segment_value(company, number, code, name, "", "")


def _segment_value(
    company: str, number: int, code: str, name: str, category: str, balance: str
) -> Row:
    return {
        "Company": company,
        "COACode": CHART,
        "SegmentNbr": number,
        "SegmentCode": code,
        "SegmentName": name,
        "SegmentDesc": name,
        "SegmentAbbrev": code,
        "Category": category,
        "NormalBalance": balance,
        "RefEntityType": "",
        "ActiveFlag": True,
        "CurrAcct": False,
        "Statistical": 0,
        "EffectiveFrom": None,
        "EffectiveTo": None,
    }

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
    from collections.abc import Iterator


Row = dict[str, Any]


def calendar_rows(company: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield calendar, years and periods of a company."""
    calendar, first_month = FISCAL_CALENDAR[company], FISCAL_START_MONTH[company]
    years = {year: date(year - (first_month > 1), first_month, 1) for year in range(2024, 2028)}
    key = {"Company": company, "FiscalCalendarID": calendar}
    last = _month_end(years[2027], 11)
    yield (
        "FiscalCal",
        [{**key, "Description": calendar, "StartDate": stamp(years[2024]), "EndDate": stamp(last)}],
    )
    yield (
        "FiscalYr",
        [
            {
                **key,
                "FiscalYear": year,
                "FiscalYearSuffix": "",
                "StartDate": stamp(start),
                "EndDate": stamp(_month_end(start, 11)),
                "NumPeriods": 12,
                "NumClosingPeriods": 1,
            }
            for year, start in years.items()
        ],
    )
    yield (
        "FiscalPer",
        [
            {
                **key,
                "FiscalYear": year,
                "FiscalYearSuffix": "",
                "FiscalPeriod": period + 1,
                "StartDate": stamp(_month_end(start, period).replace(day=1)),
                "EndDate": stamp(_month_end(start, period)),
                "FAClosedPeriod": _month_end(start, period) < TODAY - timedelta(days=45),
            }
            for year, start in years.items()
            for period in range(12)
        ],
    )


def _month_end(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months + 1, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def chart_rows(company: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield chart, segments, segment values and book of a company."""
    yield (
        "COA",
        [{"Company": company, "COACode": CHART, "Description": "Main chart", "SeparatorChar": "-"}],
    )
    yield (
        "COASegment",
        [
            {
                "Company": company,
                "COACode": CHART,
                "SegmentNbr": number,
                "SegmentName": name,
                "Abbreviation": short,
                "Dynamic": number == len(accounts.SEGMENTS),
                "DisplayOrder": number,
                "Level": number,
            }
            for number, name, short in accounts.SEGMENTS
        ],
    )
    yield "COASegValues", list(_segment_values(company))
    yield (
        "GLBook",
        [
            {
                "Company": company,
                "BookID": BOOK,
                "Description": "Main book",
                "MainBook": True,
                "COACode": CHART,
                "CurrencyCode": BASE_CURRENCY[company],
                "BookType": 1,
                "Inactive": False,
                "FiscalCalendarID": FISCAL_CALENDAR[company],
                "REAccount": "3900-000-00",
            }
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

"""Working days, fiscal periods, seasons: when things happen in the company.

The data ends on `TODAY`, a constant, so that the same seed gives the same rows in any year.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_DAY = date(2024, 10, 31)
TODAY = date(2026, 10, 30)

FISCAL_START_MONTH = {"EPIC06": 1, "EPIC07": 7}
"""First month of the fiscal year. EPIC07's year is named after the calendar year it ends in."""

FISCAL_CALENDAR = {"EPIC06": "MAIN", "EPIC07": "JUL-JUN"}

_HOLIDAYS = {(1, 1), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31)}
_WEEKEND = 5
# Industry buys and ships less in August and around the year's end, most in spring and autumn.
_SEASON = (0.86, 0.95, 1.12, 1.08, 1.04, 1.02, 0.90, 0.78, 1.14, 1.16, 1.06, 0.84)


def is_working_day(day: date) -> bool:
    """Tell whether the company works on `day`: Monday to Friday without six fixed holidays."""
    return day.weekday() < _WEEKEND and (day.month, day.day) not in _HOLIDAYS


@lru_cache(maxsize=4096)
def on_or_after(day: date) -> date:
    """Return `day` if it is a working day, else the next one."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def next_day_after(day: date) -> date:
    """Return the first working day after `day`."""
    return on_or_after(day + timedelta(days=1))


def working_days(first: date, last: date) -> Iterator[date]:
    """Yield every working day from `first` to `last`, both included."""
    day = on_or_after(first)
    while day <= last:
        yield day
        day = next_day_after(day)


def is_month_end(day: date) -> bool:
    """Tell whether `day` is the last working day of its month."""
    return next_day_after(day).month != day.month


def is_month_start(day: date) -> bool:
    """Tell whether `day` is the first working day of its month."""
    return on_or_after(day.replace(day=1)) == day


def season(day: date) -> float:
    """Return the demand of the month against an average month, with 4 % growth a year."""
    return _SEASON[day.month - 1] * (1 + 0.04 * (day - FIRST_DAY).days / 365)


@lru_cache(maxsize=8192)
def fiscal_period(company: str, day: date) -> tuple[int, int]:
    """Return (fiscal year, period 1..12) of `day` in the calendar of `company`."""
    start = FISCAL_START_MONTH[company]
    if start == 1:
        return day.year, day.month
    year = day.year + (1 if day.month >= start else 0)
    return year, (day.month - start) % 12 + 1


def fiscal_columns(company: str, day: date) -> dict[str, Any]:
    """Return the columns that name the fiscal period of `day` in most tables."""
    year, period = fiscal_period(company, day)
    return {
        "FiscalYear": year,
        "FiscalYearSuffix": "",
        "FiscalPeriod": period,
        "FiscalCalendarID": FISCAL_CALENDAR[company],
    }


@lru_cache(maxsize=8192)
def stamp(day: date) -> str:
    """Return a date as the server writes it: midnight, no zone."""
    return f"{day.isoformat()}T00:00:00"


def stamp_or_none(day: date | None) -> str | None:
    """Return `stamp(day)`, or None for an empty date."""
    return None if day is None else stamp(day)


def moment(day: date | str, second: int) -> str:
    """Return a date-time text of `day` at `second` seconds after midnight."""
    return f"{day}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"

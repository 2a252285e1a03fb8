"""Exact amounts and dates: the small pure functions."""

from __future__ import annotations

from datetime import date

import pytest

from sandbox.company import amounts, calendar


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [
        pytest.param(5, 2, 3, id="half up"),
        pytest.param(-5, 2, -3, id="half away from zero"),
        pytest.param(7, 3, 2, id="down"),
        pytest.param(-1, 100, 0, id="never minus zero"),
    ],
)
def test_divide_rounds_half_away_from_zero(numerator: int, denominator: int, quotient: int) -> None:
    """Halves go away from zero, on both sides."""
    assert amounts.divide(numerator, denominator) == quotient


def test_extend_knows_prices_per_hundred() -> None:
    """250 pieces at 4.20 per hundred cost 10.50."""
    assert amounts.extend(25_000, 420_000, "C") == 1_050


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(amounts.money_text(-5), "-0.050", id="small negative money"),
        pytest.param(amounts.money_text(0), "0.000", id="zero money"),
        pytest.param(amounts.cost_text(1_234_567), "12.34567", id="cost"),
        pytest.param(amounts.quantity_text(-150), "-1.50000000", id="negative quantity"),
        pytest.param(amounts.rate_text(108_500_000), "1.08500", id="rate"),
    ],
)
def test_text_keeps_the_zeros_a_server_writes(text: str, expected: str) -> None:
    """Amounts have their column's number of decimals."""
    assert text == expected


def test_parse_scaled_reads_back_what_was_written() -> None:
    """Text of the store becomes the integer it came from; hidden digits are refused."""
    assert amounts.parse_scaled("-0.050", 2) == -5
    assert amounts.parse_scaled(None, 2) == 0
    with pytest.raises(ValueError, match="more than 2 decimals"):
        amounts.parse_scaled("1.005", 2)


@pytest.mark.parametrize(
    ("company", "day", "period"),
    [
        pytest.param("EPIC06", date(2026, 10, 30), (2026, 10), id="calendar year"),
        pytest.param("EPIC07", date(2026, 6, 30), (2026, 12), id="end of a year that ends in June"),
        pytest.param("EPIC07", date(2026, 7, 1), (2027, 1), id="start of the next"),
    ],
)
def test_fiscal_period_follows_the_company(
    company: str, day: date, period: tuple[int, int]
) -> None:
    """The parent's year is the calendar year; the other's ends in June and is named so."""
    assert calendar.fiscal_period(company, day) == period


def test_working_days_leave_out_weekends_and_holidays() -> None:
    """Between Christmas and Epiphany few days are worked."""
    days = list(calendar.working_days(date(2025, 12, 24), date(2026, 1, 5)))

    assert [day.day for day in days] == [29, 30, 2, 5]


def test_the_data_ends_on_a_month_end() -> None:
    """The last day is the last working day of October, so the next one opens a month."""
    assert calendar.is_month_end(calendar.TODAY)
    assert calendar.is_month_start(calendar.next_day_after(calendar.TODAY))

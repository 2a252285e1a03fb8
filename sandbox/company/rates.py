"""Exchange rates: weekly while the data is made, daily from then on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.company.calendar import FIRST_DAY, TODAY

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from sandbox.company.firm import Firm


_RATES = {
    "EPIC06": {"EUR": 1.0850, "GBP": 1.2710, "CAD": 0.7312, "CNY": 0.13840},
    "EPIC07": {"USD": 0.92170, "GBP": 1.1688, "CNY": 0.12790, "PLN": 0.23240},
}


def make_rates(firm: Firm) -> None:
    """Fill weekly exchange rates up to today; every lot of a company gets the same ones."""
    for currency, start in _RATES[firm.company].items():
        rng = firm.plan("rates", currency)
        value = start
        days: list[tuple[date, int]] = []
        day = FIRST_DAY - timedelta(days=FIRST_DAY.weekday())
        while day < TODAY:
            days.append((day, round(value * 100_000) * 1_000))
            value = next_rate(rng, value, start)
            day += timedelta(days=7)
        days.append((TODAY, round(value * 100_000) * 1_000))
        firm.rates[currency] = days


def set_rates(firm: Firm, day: date) -> None:
    """Give each currency a rate for `day`, the same in every lot."""
    for currency, known in firm.rates.items():
        value = known[-1][1] / 100_000_000
        rate = next_rate(firm.plan("rate", currency, day), value, value)
        known.append((day, round(rate * 100_000) * 1_000))


def next_rate(rng: Random, value: float, usual: float) -> float:
    """Return next week's rate: a random walk that drifts back to the usual value."""
    return value * rng.uniform(0.991, 1.009) + (usual - value) * 0.05

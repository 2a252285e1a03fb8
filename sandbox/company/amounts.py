"""Exact arithmetic on integers, and the text a server writes for the result.

Inside the generator money is whole cents, unit costs are hundred-thousandths, quantities are
hundredths and exchange rates are hundred-millionths, so no binary fraction ever gets in. Only the
functions ending in `_text` make the strings that go into a row: they keep trailing zeros, as a
server does that prints a `decimal(17,3)` column.
"""

from __future__ import annotations

RATE_ONE = 100_000_000
"""An exchange rate of exactly 1, in hundred-millionths."""

COST_PER_UNITS = {"E": 1, "C": 100, "M": 1000}
"""Pieces one unit price stands for: each, per hundred, per thousand."""


def divide(numerator: int, denominator: int) -> int:
    """Return the quotient rounded half away from zero (`denominator` must be positive)."""
    if numerator < 0:
        return -((-numerator * 2 + denominator) // (denominator * 2))
    return (numerator * 2 + denominator) // (denominator * 2)


def extend(quantity: int, unit_cost: int, per: str = "E") -> int:
    """Return cents for a quantity (hundredths) at a unit cost (hundred-thousandths)."""
    return divide(quantity * unit_cost, 100_000 * COST_PER_UNITS[per])


def convert(cents: int, rate: int) -> int:
    """Return `cents` of a foreign currency in base currency at `rate`."""
    return cents if rate == RATE_ONE else divide(cents * rate, RATE_ONE)


def share(cents: int, part: int, whole: int) -> int:
    """Return the `part / whole` share of an amount, rounded to the cent."""
    return cents if part == whole else divide(cents * part, whole)


def money_text(cents: int) -> str:
    """Return an amount with three decimals: `1234` is `12.340`."""
    if cents < 0:
        return f"-{-cents // 100}.{-cents % 100:02d}0"
    return f"{cents // 100}.{cents % 100:02d}0"


def cost_text(cost: int) -> str:
    """Return a unit cost or price with five decimals: `1234567` is `12.34567`."""
    if cost < 0:
        return f"-{-cost // 100_000}.{-cost % 100_000:05d}"
    return f"{cost // 100_000}.{cost % 100_000:05d}"


def quantity_text(quantity: int) -> str:
    """Return a quantity with eight decimals: `150` is `1.50000000`."""
    if quantity < 0:
        return f"-{-quantity // 100}.{-quantity % 100:02d}000000"
    return f"{quantity // 100}.{quantity % 100:02d}000000"


def rate_text(rate: int) -> str:
    """Return an exchange rate with five decimals; the rates of the company have no more."""
    return f"{rate // RATE_ONE}.{rate % RATE_ONE // 1_000:05d}"


def parse_scaled(text: str | float | None, decimals: int) -> int:
    """Return decimal text as an integer of `decimals` places; further digits must be zeros.

    Raises:
        ValueError: If the text has digits beyond `decimals` that are not zero.
    """
    whole, _, fraction = str(text or "0").partition(".")
    if fraction[decimals:].strip("0"):
        message = f"more than {decimals} decimals in an amount of the store"
        raise ValueError(message)
    digits = int(whole.lstrip("-") + fraction[:decimals].ljust(decimals, "0"))
    return -digits if whole.startswith("-") else digits

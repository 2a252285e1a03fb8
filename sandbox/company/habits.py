"""How a vendor usually behaves, which depends on its number and the seed alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sandbox.company import chance


@dataclass(frozen=True, slots=True)
class VendorHabit:
    """How a vendor usually behaves."""

    on_time: float
    invoice_days: int
    wrong_price: float
    billing_day: int
    bill_cents: int


@lru_cache(maxsize=100_000)
def vendor_habit(seed: int, company: str, num: int) -> VendorHabit:
    """Return the habits of a vendor; they depend on nothing but the arguments."""
    rng = chance.source(seed, company, "habit", num)
    return VendorHabit(
        on_time=rng.choice((0.97, 0.93, 0.9, 0.85, 0.75, 0.6)),
        invoice_days=rng.choice((0, 1, 2, 3, 5, 9, 14)),
        wrong_price=rng.choice((0.0, 0.03, 0.05, 0.1, 0.25)),
        billing_day=rng.randrange(1, 29),
        bill_cents=int(rng.lognormvariate(11.7, 1.1)),
    )

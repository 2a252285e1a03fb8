"""One working day of a company, for the generator and for each day after the data's last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.company.calendar import FIRST_DAY, TODAY, working_days
from sandbox.company.codes import SIZE_SHARE
from sandbox.company.firm import Firm, Numbers
from sandbox.company.inventory import keep_stock, open_stock
from sandbox.company.ledger import open_books, post_manual
from sandbox.company.partners import make_partners
from sandbox.company.parts import make_parts
from sandbox.company.payables import bill_service, book_invoices
from sandbox.company.payments import pay, prepay
from sandbox.company.production import run_production
from sandbox.company.purchasing import order_supplies, place_orders
from sandbox.company.rates import make_rates
from sandbox.company.receiving import receive
from sandbox.company.sales import collect, ship, take_orders

if TYPE_CHECKING:
    from datetime import date

_FIRST_NUMBERS = {
    "EPIC06": {
        "vendor": 101,
        "customer": 1_001,
        "part": 1,
        "order": 240_001,
        "sale": 61_001,
        "payment": 50_001,
        "check": 200_001,
        "customer invoice": 900_001,
        "job": 1_001,
        "move": 1_000_001,
        "pack": 70_001,
    },
    "EPIC07": {
        "vendor": 101,
        "customer": 7_001,
        "part": 1,
        "order": 10_001,
        "sale": 5_001,
        "payment": 4_001,
        "check": 1_001,
        "customer invoice": 30_001,
        "job": 101,
        "move": 1,
        "pack": 9_001,
    },
}


def run_day(firm: Firm, day: date) -> None:
    """Let everything happen that happens on `day`."""
    keep_stock(firm, day)
    place_orders(firm, day)
    receive(firm, day)
    prepay(firm, day)
    book_invoices(firm, day)
    pay(firm, day)
    run_production(firm, day)
    take_orders(firm, day)
    ship(firm, day)
    collect(firm, day)
    post_manual(firm, day)
    if day == firm.last_day:
        leave_drafts(firm, day)
    firm.post_pool(day)


def leave_drafts(firm: Firm, day: date) -> None:
    """Leave work unfinished in the evening: orders not approved, invoices not posted."""
    rng = firm.chance("drafts", day)
    shops = [vendor for vendor in firm.vendors if vendor.group in {"MRO", "SERV"}]
    billers = [vendor for vendor in firm.vendors if vendor.group in {"SERV", "UTIL"}]
    for _ in range(1 + len(shops) // 40):
        if shops:
            order_supplies(firm, rng, day, rng.choice(shops), draft=True)
    for _ in range(2 + len(billers) // 20):
        if billers:
            bill_service(firm, rng, day, rng.choice(billers), draft=True)


def live_through(company: str, seed: int, lot: int, lots: int, size: float) -> Firm:
    """Return a company lot of `size` after all working days of the data."""
    numbers = Numbers(lot, lots)
    for name, first in _FIRST_NUMBERS[company].items():
        numbers.start(name, first)
    firm = Firm(company=company, seed=seed, lot=str(lot), numbers=numbers, last_day=TODAY)
    share = size * SIZE_SHARE[company]
    make_rates(firm)
    make_partners(firm, share)
    make_parts(firm, share)
    for day in working_days(FIRST_DAY, TODAY):
        if day == FIRST_DAY:
            open_stock(firm, day)
            open_books(firm, day)
        run_day(firm, day)
    return firm

"""Vendors and customers of a new company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.company import names
from sandbox.company.codes import BUYERS
from sandbox.company.records.masters import Customer, Vendor

if TYPE_CHECKING:
    from random import Random

    from sandbox.company.firm import Firm


_VENDOR_TERMS = ("N30", "N45", "210", "N30", "N60", "N30", "N30")


def make_partners(firm: Firm, size: float) -> None:
    """Fill vendors and customers of `firm`; `size` 1 is a mid-sized company."""
    rng = firm.chance("partners")
    count = max(9, round(250 * size))
    firm.vendors = [_vendor(firm, rng, index) for index in range(count)]
    firm.customers = [_customer(firm, rng, index) for index in range(max(5, round(150 * size)))]


def buyer_of(company: str, vendor_num: int) -> str:
    """Return the buyer who looks after a vendor."""
    return BUYERS[company][vendor_num % len(BUYERS[company])]


def partner_weight(firm: Firm, kind: str, num: int) -> float:
    """Return a partner's share of the business against others: few large ones, a long tail."""
    return min(25.0, firm.plan("weight", kind, num).paretovariate(1.1))


def _place(firm: Firm, rng: Random, foreign: float) -> names.Place:
    places = names.FOREIGN_PLACES if rng.random() < foreign else names.HOME_PLACES
    return rng.choice(places[firm.company])


def _vendor(firm: Firm, rng: Random, index: int) -> Vendor:
    num = firm.numbers.take("vendor")
    group = ("PROD", "SERV", "PROD", "MRO", "PROD", "UTIL", "PROD", "PROD", "SERV", "MRO")[
        index % 10
    ]
    name = names.business_name(rng, num)
    foreign = 0.22
    if index % 3 == 1 and index < 3 * len(names.WORLD_VENDORS):
        name, foreign = names.WORLD_VENDORS[index // 3], 1.0
    return Vendor(
        num=num,
        vendor_id=names.short_id(name, num, 8),
        name=name,
        place=_place(firm, rng, foreign if group == "PROD" else 0.02),
        street=names.street(rng) + ("\nSuite #4" if index % 17 == 3 else ""),
        group=group,
        terms="COD" if index % 33 == 32 else _VENDOR_TERMS[index % len(_VENDOR_TERMS)],
        buyer=buyer_of(firm.company, num),
        weight=partner_weight(firm, "vendor", num),
        inactive=rng.random() < 0.03,
        pay_hold=rng.random() < 0.01,
        purchase_point="EAST" if index % 11 == 7 else "",
    )


def _customer(firm: Firm, rng: Random, index: int) -> Customer:
    num = firm.numbers.take("customer")
    name = names.business_name(rng, num * 3 + 11) + " Equipment"
    if index % 7 == 2:
        name = names.WORLD_CUSTOMERS[(num // 7) % len(names.WORLD_CUSTOMERS)]
    return Customer(
        num=num,
        cust_id=names.short_id(name, num, 10),
        name=name,
        place=_place(firm, rng, 0.12),
        street=names.street(rng),
        terms=rng.choices(("N30", "N45", "N60"), (60, 25, 15))[0],
        weight=partner_weight(firm, "customer", num),
    )

"""Vendors, customers, parts and exchange rates of a new company."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sandbox.company import names
from sandbox.company.amounts import divide
from sandbox.company.calendar import FIRST_DAY, TODAY
from sandbox.company.records import Component, Customer, Part, Vendor

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from sandbox.company.firm import Firm

SIZE_SHARE = {"EPIC06": 0.82, "EPIC07": 0.18}

PLANTS = {"EPIC06": ("MAIN", "WEST"), "EPIC07": ("KASSEL",)}
WAREHOUSES = {
    "MAIN": ("RM", "FG", "SVC"),
    "WEST": ("WRM", "WFG", "WSVC"),
    "KASSEL": ("K-RM", "K-FG", "K-SVC"),
}
BUYERS = {"EPIC06": ("JDOE", "MGARCIA", "TNGUYEN", "LROSSI"), "EPIC07": ("HSCHMIDT", "AÖZDEMIR")}
VENDOR_GROUPS = {
    "PROD": "Production Material",
    "MRO": "MRO & Supplies",
    "SERV": "Services",
    "UTIL": "Utilities, Rent",
}
PART_CLASSES = {
    "RAW": "Raw Material",
    "CMP": "Purchased Components",
    "FAST": "Fasteners (per 100)",
    "FG": "Finished Goods",
    "OBS": "Slow & Obsolete",
    "SVC": "Service Parts",
    "MRO": "Maintenance, Repair, Operations",
    "SERV": "External Services",
    "IT": "IT Equipment",
}
PRODUCT_GROUPS = {
    "PG10": "Industrial Cylinders",
    "PG20": "Mobile Valves",
    "PG30": "Spare & Service Kits",
}
TERMS = {
    "N30": (30, 0, 0),
    "N45": (45, 0, 0),
    "N60": (60, 0, 0),
    "210": (30, 10, 2),
    "COD": (0, 0, 0),
}
"""Payment terms: days until due, days until the discount ends, discount in per cent."""

_RATES = {
    "EPIC06": {"EUR": 1.0850, "GBP": 1.2710, "CAD": 0.7312, "CNY": 0.13840},
    "EPIC07": {"USD": 0.92170, "GBP": 1.1688, "CNY": 0.12790, "PLN": 0.23240},
}
_NOUNS = {
    "RAW": ("Bar Stock", "Tube", "Sheet", "Casting Blank", "Billet"),
    "CMP": (
        "O-Ring Kit",
        "Rod Seal",
        "Bearing",
        "Spool",
        "Solenoid 24V",
        "Gauge",
        "Hose Assembly",
        "Filter Element",
    ),
    "FAST": ("Hex Screw M8", "Washer", "Lock Nut", "Dowel Pin", "Socket Screw M6"),
    "FG": ("Cylinder", "Directional Valve", "Power Unit", "Pump", "Manifold", "Accumulator"),
    "OBS": ("Bracket (old rev)", "Seal Kit", "Legacy Coil", "Adapter"),
}
_ODD_DESCRIPTIONS = (
    "Bracket 3/4\" x 2' – zinc",
    "Dichtung Ø 45 mm, grün",
    "Joint d'étanchéité",
    "液压阀 DN10",
    "Втулка бронзовая",
    "Label\twith\ttabs",
    "Path\\style\\number",
    "Two\nlines",
)
_VENDOR_TERMS = ("N30", "N45", "210", "N30", "N60", "N30", "N30")
_FG_DAILY_ORDERS = 0.042
ORDER_LINES = 2.2
MADE_LOT_DAYS = 24
"""Days of demand that one production lot covers."""


class PartKind(NamedTuple):
    """How many parts of a class a company of full size has."""

    part_class: str
    number: int
    least: int


_PART_KINDS = (
    PartKind("RAW", 60, 2),
    PartKind("CMP", 110, 4),
    PartKind("FAST", 36, 2),
    PartKind("OBS", 54, 1),
    PartKind("FG", 66, 2),
)


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


def make_parts(firm: Firm, size: float) -> None:
    """Fill the parts of `firm`, with bills of material and reorder levels that fit its sales."""
    rng = firm.chance("parts")
    bought: list[Part] = []
    made: list[Part] = []
    suppliers = [
        vendor for vendor in firm.vendors if vendor.group == "PROD" and not vendor.inactive
    ]
    for kind in _PART_KINDS:
        for _ in range(max(kind.least, round(kind.number * size))):
            plant = rng.choices(PLANTS[firm.company], (70, 30)[: len(PLANTS[firm.company])])[0]
            if kind.part_class == "FG":
                made.append(_made_part(firm, rng, plant, bought))
            else:
                vendor = rng.choices(suppliers, [vendor.weight for vendor in suppliers])[0]
                bought.append(_bought_part(firm, rng, kind.part_class, plant, vendor))
    firm.parts = bought + made
    _set_levels(firm, bought, made)


def _part_number(firm: Firm, part_class: str) -> tuple[str, int]:
    serial = firm.numbers.take("part")
    pattern = ("{c}-{s:05d}", "{c}{s:05d}/A", "{s:05d}-{c}.1", "{c}_{s:05d}", "{c}-{s:05d} R#2")[
        serial % 5
    ]
    return pattern.format(c=part_class, s=serial), serial


def _bought_part(firm: Firm, rng: Random, part_class: str, plant: str, vendor: Vendor) -> Part:
    num, serial = _part_number(firm, part_class)
    cost, unit, step, per = _bought_cost(rng, part_class)
    description = f"{rng.choice(_NOUNS[part_class])} {rng.randrange(8, 320)}-{serial}"
    if serial % 9 == 5:
        description = _ODD_DESCRIPTIONS[serial // 9 % len(_ODD_DESCRIPTIONS)]
    return Part(
        num=num,
        description=description,
        part_class=part_class,
        product=f"PG{rng.choice((10, 10, 20, 30))}",
        plant=plant,
        warehouse=WAREHOUSES[plant][0],
        unit=unit,
        step=step,
        std_material=cost,
        std_labor=0,
        std_burden=0,
        price=0,
        cost_per=per,
        vendor=vendor,
        lead_days=rng.choice((5, 7, 10, 14, 21, 28, 35, 45)),
        reorder_at=0,
        order_quantity=0,
        line_quantity=0,
    )


def _bought_cost(rng: Random, part_class: str) -> tuple[int, str, int, str]:
    """Return standard cost, unit, smallest quantity and price unit.

    They are chosen so that any quantity in stock is worth whole cents.
    """
    if part_class == "FAST":
        return rng.randrange(110, 4_500) * 10, "EA", 10_000, "C"
    if part_class == "RAW" and rng.random() < 0.5:
        return int(rng.lognormvariate(1.6, 0.5) * 50) * 2_000 + 2_000, "KG", 50, "E"
    return int(rng.lognormvariate(3.3, 0.9) * 100) * 1_000 + 1_000, "EA", 100, "E"


def _made_part(firm: Firm, rng: Random, plant: str, bought: list[Part]) -> Part:
    num, serial = _part_number(firm, "FG")
    usable = [part for part in bought if part.plant == plant and part.part_class != "OBS"] or bought
    picked = rng.sample(usable, min(len(usable), rng.randrange(3, 8)))
    components = [Component(part, _usage(rng, part)) for part in picked]
    material = material_cost(components)
    labor = divide(int(material * rng.uniform(0.15, 0.4)), 1_000) * 1_000
    burden = divide(labor * 3, 2_000) * 1_000
    return Part(
        num=num,
        description=f"{rng.choice(_NOUNS['FG'])} {rng.randrange(20, 400)}/{serial}",
        part_class="FG",
        product=f"PG{rng.choice((10, 10, 20, 30))}",
        plant=plant,
        warehouse=WAREHOUSES[plant][1],
        unit="EA",
        step=100,
        std_material=material,
        std_labor=labor,
        std_burden=burden,
        price=int((material + labor + burden) * rng.uniform(1.45, 2.2)) // 1_000 * 1_000 + 900,
        cost_per="E",
        vendor=None,
        lead_days=10,
        reorder_at=0,
        order_quantity=0,
        line_quantity=rng.choice((2, 5, 10, 20, 25, 50)) * 100,
        components=components,
        demand=min(8.0, rng.paretovariate(1.3)),
    )


def _usage(rng: Random, part: Part) -> int:
    if part.part_class == "FAST":
        return rng.choice((4, 6, 8, 12, 16)) * 100
    if part.unit == "KG":
        return rng.randrange(1, 24) * 50
    return rng.choice((1, 1, 1, 2, 2, 4)) * 100


def material_cost(components: list[Component]) -> int:
    """Return the standard material cost of a made part, rounded to the cent."""
    exact = sum(component.quantity * component.part.standard_cost for component in components)
    return divide(exact, 100_000) * 1_000


def round_up(quantity: float, step: int) -> int:
    """Return the smallest positive multiple of `step` that is not below `quantity`."""
    return max(1, -(-int(quantity) // step)) * step


def daily_orders(firm: Firm) -> float:
    """Return how many sales orders come in on an average day."""
    return _FG_DAILY_ORDERS * sum(part.is_made for part in firm.parts)


def _set_levels(firm: Firm, bought: list[Part], made: list[Part]) -> None:
    """Derive reorder levels from the demand that the sales generator will make on average."""
    total = sum(part.demand for part in made)
    usage = dict.fromkeys((part.num for part in bought), 0.0)
    largest = dict(usage)
    lines = daily_orders(firm) * ORDER_LINES
    for part in made:
        daily = lines * part.demand / total * part.line_quantity * 1.1
        part.reorder_at = round_up(max(daily * 16, part.line_quantity * 2), part.step)
        part.order_quantity = round_up(daily * MADE_LOT_DAYS, part.step)
        for component in part.components:
            num = component.part.num
            usage[num] += daily * component.quantity / 100
            largest[num] = max(largest[num], part.order_quantity * 1.35 * component.quantity / 100)
    for part in bought:
        daily = usage[part.num]
        if daily:
            # A job takes its whole lot at once: with less in stock, more must be on order.
            part.reorder_at = round_up(
                daily * part.lead_days * 5 / 7 + largest[part.num] * 1.3, part.step
            )
            part.order_quantity = round_up(daily * 34, part.step)
            part.demand = daily


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


def next_rate(rng: Random, value: float, usual: float) -> float:
    """Return next week's rate: a random walk that drifts back to the usual value."""
    return value * rng.uniform(0.991, 1.009) + (usual - value) * 0.05

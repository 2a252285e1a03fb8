"""Parts of a new company, with bills of material and reorder levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.company.amounts import divide
from sandbox.company.codes import PLANTS, WAREHOUSES
from sandbox.company.records.masters import Component, Part, Vendor

if TYPE_CHECKING:
    from random import Random

    from sandbox.company.firm import Firm


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

"""Purchase orders: who orders what from whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sandbox.company import chance, names
from sandbox.company.accounts import Account, expense_account
from sandbox.company.amounts import COST_PER_UNITS, RATE_ONE, convert, divide, extend
from sandbox.company.calendar import next_day_after, season
from sandbox.company.codes import PLANTS
from sandbox.company.parts import round_up
from sandbox.company.receiving import plan_arrivals
from sandbox.company.records.purchases import OrderLine, PurchaseOrder, Release

if TYPE_CHECKING:
    from random import Random

    from sandbox.company.firm import Firm
    from sandbox.company.records.masters import Part, Vendor


_EXPENSE_TEXTS = {
    "MRO": (
        "Cutting inserts CNMG",
        "Gloves, nitrile, size 9",
        "Hydraulic oil 46 – 200 l",
        'Drill set 1/16"–1/2"',
        "Rags",
    ),
    "SERV": ("Crane inspection", "Calibration service", "Temp staff – week", "Werkstattreinigung"),
    "IT": ('Laptop 14"', "Barcode scanner", "Switch 24-port"),
}


def place_orders(firm: Firm, day: date) -> None:
    """Order what has fallen to its reorder level, each vendor on its weekday, and some supplies."""
    rng = firm.chance("orders", day)
    wanted: dict[int, list[Part]] = {}
    for part in firm.parts:
        vendor = part.vendor
        if vendor is None or not part.demand or vendor.num % 5 != day.weekday():
            continue
        at_hand = firm.stock[part.num, part.warehouse] + firm.on_order[part.num]
        if at_hand <= part.reorder_at * season(day):
            wanted.setdefault(vendor.num, []).append(part)
    for parts in wanted.values():
        order = _new_order(firm, rng, day, parts[0].vendor, parts[0].plant)  # type: ignore[arg-type]
        for part in parts:
            _add_part_line(rng, order, part)
        release_order(firm, order, order.day)
    shops = [
        vendor for vendor in firm.vendors if vendor.group in {"MRO", "SERV"} and not vendor.inactive
    ]
    for _ in range(chance.poisson(rng, len(shops) * 0.021 * season(day))):
        order_supplies(firm, rng, day, rng.choices(shops, [vendor.weight for vendor in shops])[0])


def order_supplies(
    firm: Firm, rng: Random, day: date, vendor: Vendor, *, draft: bool = False
) -> PurchaseOrder:
    """Order things that go straight to expense; a draft waits for approval and is not sent."""
    order = _new_order(firm, rng, day, vendor, rng.choice(PLANTS[firm.company]))
    order.approved = not draft
    for _ in range(3 if draft else rng.choices((1, 2, 3), (70, 20, 10))[0]):
        _add_expense_line(rng, order)
    release_order(firm, order, order.day)
    return order


def _new_order(firm: Firm, rng: Random, day: date, vendor: Vendor, plant: str) -> PurchaseOrder:
    order = PurchaseOrder(
        num=firm.numbers.take("order"),
        vendor=vendor,
        day=day,
        buyer=vendor.buyer,
        currency=vendor.currency,
        rate=firm.rate_on(vendor.currency, day),
        terms=vendor.terms,
        plant=plant,
        project=f"P100{rng.randrange(1, 6)}" if rng.random() < 0.06 else "",
        comment=names.remark(rng),
        changed=day,
    )
    firm.orders.append(order)
    return order


class Item(NamedTuple):
    """What an order line is about; `part` is None for what goes straight to expense."""

    part: Part | None
    part_num: str
    description: str
    part_class: str
    per: str = "E"
    expense: Account | None = None


def _add_part_line(rng: Random, order: PurchaseOrder, part: Part) -> None:
    quantity = round_up(part.order_quantity * rng.uniform(0.8, 1.3), part.step)
    drift = 1 + (order.day.toordinal() - 739_000) / 20_000
    per = COST_PER_UNITS[part.cost_per]
    base_cost = int(part.standard_cost * per * rng.uniform(0.95, 1.06) * drift)
    doc_cost = base_cost if order.rate == RATE_ONE else divide(base_cost * RATE_ONE, order.rate)
    due = order.day + timedelta(days=part.lead_days + rng.randrange(-2, 4))
    item = Item(part, part.num, part.description, part.part_class, part.cost_per)
    _add_line(rng, order, item, quantity, doc_cost, due)


def _add_expense_line(rng: Random, order: PurchaseOrder) -> None:
    service = order.vendor.group == "SERV"
    part_class = "SERV" if service else rng.choices(("MRO", "IT"), (85, 15))[0]
    text = rng.choice(_EXPENSE_TEXTS[part_class])
    doc_cost = int(rng.lognormvariate(4.3, 1.1) * 100_000)
    if order.currency == "CNY":
        doc_cost *= 7
    quantity = rng.choice((1, 1, 2, 5, 10, 12)) * 100
    part_num = "" if rng.random() < 0.6 else f"{part_class}-{text[:8].upper()}"
    due = order.day + timedelta(days=rng.randrange(2, 21))
    account = expense_account(part_class, order.num)
    item = Item(None, part_num, text, part_class, expense=account)
    _add_line(rng, order, item, quantity, doc_cost, due)


def _add_line(
    rng: Random, order: PurchaseOrder, item: Item, quantity: int, doc_cost: int, due: date
) -> None:
    doc_amount = extend(quantity, doc_cost, item.per)
    line = OrderLine(
        order=order,
        num=len(order.lines) + 1,
        part=item.part,
        part_num=item.part_num,
        description=item.description,
        part_class=item.part_class,
        quantity=quantity,
        doc_cost=doc_cost,
        cost=doc_cost if order.rate == RATE_ONE else divide(doc_cost * order.rate, RATE_ONE),
        per=item.per,
        doc_amount=doc_amount,
        amount=convert(doc_amount, order.rate),
        expense=item.expense,
        due=due,
    )
    order.lines.append(line)
    _split_line(rng, line, item.part.step if item.part else 100)


def _split_line(rng: Random, line: OrderLine, step: int) -> None:
    """Divide a line into one to three releases of whole steps, two weeks apart."""
    count = rng.choices((1, 2, 3), (82, 13, 5))[0]
    each = line.quantity // count // step * step
    if count == 1 or not each:
        line.releases.append(Release(line, 1, line.quantity, line.due))
        return
    for index in range(count):
        quantity = each if index else line.quantity - each * (count - 1)
        line.releases.append(
            Release(line, index + 1, quantity, line.due + timedelta(days=14 * index))
        )


def release_order(firm: Firm, order: PurchaseOrder, day: date) -> None:
    """Send an order to the vendor once it is approved, which fixes what will arrive when."""
    if not order.approved:
        return
    for line in order.lines:
        for release in line.releases:
            plan_arrivals(firm, release, next_day_after(day))

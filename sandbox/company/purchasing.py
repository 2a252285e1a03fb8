"""Purchase orders and receipts: who orders what from whom, and what really arrives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.company import chance, names
from sandbox.company.accounts import RECEIVED_NOT_INVOICED, Account
from sandbox.company.amounts import COST_PER_UNITS, RATE_ONE, convert, divide, extend, share
from sandbox.company.calendar import next_day_after, season
from sandbox.company.inventory import move
from sandbox.company.master_data import PLANTS, round_up
from sandbox.company.records import (
    Arrival,
    Move,
    OrderLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Release,
)

if TYPE_CHECKING:
    from random import Random

    from sandbox.company.firm import Firm
    from sandbox.company.records import Part, Vendor

_VENDOR_PEOPLE = ("dock1", "dock2", "rjones", "kmueller")
_EXPENSE_OF_CLASS = {"MRO": "6100", "SERV": "6500", "IT": "6600"}
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
_COUNTED_AS_ON_ORDER = timedelta(days=25)


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


def expense_account(part_class: str, order_num: int, division: str = "") -> Account:
    """Return the account that a purchase without stock goes to."""
    department = ("900", "410", "420", "430", "800", "600", "500")[order_num % 7]
    return Account(
        _EXPENSE_OF_CLASS.get(part_class, "6100"), department, division or f"{order_num % 3 + 1}0"
    )


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


def plan_arrivals(firm: Firm, release: Release, not_before: date) -> None:
    """Put the deliveries that are still to come for a release on the agenda."""
    part, done = release.line.part, release.received
    for when, quantity, last in delivery_plan(firm, release):
        if done >= quantity:
            done -= quantity
            continue
        rest, done = quantity - done, 0
        counted = part is not None and when <= release.due + _COUNTED_AS_ON_ORDER
        firm.arrivals.add(when, Arrival(release, rest, last, counted), not_before)
        if part and counted:
            firm.on_order[part.num] += rest


def delivery_plan(firm: Firm, release: Release) -> list[tuple[date, int, bool]]:
    """Return what will be delivered for a release: day, quantity, whether the buyer then closes it.

    Most releases come whole and about on time; some in two drops; some short, with the rest much
    later or never.
    """
    order = release.line.order
    rng = firm.plan("delivery", order.num, release.line.num, release.num)
    habit = vendor_habit(firm.seed, firm.company, order.vendor.num)
    late = rng.randrange(-3, 1) if rng.random() < habit.on_time else rng.randrange(1, 22)
    when = release.due + timedelta(days=late)
    step = release.line.part.step if release.line.part else 100
    first = int(release.quantity * rng.uniform(0.4, 0.95)) // step * step
    style = rng.random()
    if style < 0.78 or not first:
        return [(when, release.quantity, False)]
    rest = release.quantity - first
    if style < 0.91:
        return [(when, first, False), (when + timedelta(days=rng.randrange(3, 15)), rest, False)]
    if style < 0.95:
        return [(when, first, True)]
    if style < 0.985:
        return [(when, first, False), (when + timedelta(days=rng.randrange(40, 160)), rest, False)]
    return [(when + timedelta(days=rng.randrange(45, 200)), release.quantity, False)]


def receive(firm: Firm, day: date) -> None:
    """Take in what arrives on `day`: one packing slip per vendor, order and plant."""
    slips: dict[int, list[Arrival]] = {}
    for arrival in firm.arrivals.take(day):
        order = arrival.release.line.order
        if arrival.release.open and not order.void:
            slips.setdefault(order.num, []).append(arrival)
    for arrivals in slips.values():
        receipt = _new_receipt(firm, day, arrivals[0].release.line.order)
        for arrival in arrivals:
            _receive_line(firm, receipt, arrival)
        _plan_billing(firm, receipt)


def _new_receipt(firm: Firm, day: date, order: PurchaseOrder) -> Receipt:
    serial = firm.numbers.take("pack")
    pack_slip = (f"{serial}", f"PS-{serial}", f"LS {serial}", f"{serial}/1", f"DN#{serial}")[
        serial % 5
    ]
    receipt = Receipt(
        order.vendor, pack_slip, day, order.num, order.plant, _VENDOR_PEOPLE[serial % 4]
    )
    firm.receipts.append(receipt)
    return receipt


def _receive_line(firm: Firm, receipt: Receipt, arrival: Arrival) -> None:
    release, quantity = arrival.release, arrival.quantity
    line = release.line
    part = line.part
    accrual = share(line.amount, quantity, line.quantity)
    release.received += quantity
    release.touched = True
    warehouse = part.warehouse if part else ""
    entry = ReceiptLine(receipt, len(receipt.lines) + 1, release, quantity, accrual, warehouse)
    receipt.lines.append(entry)
    marks: dict[str, Any] = {
        "order": (line.order.num, line.num, release.num),
        "vendor_num": receipt.vendor.num,
        "pack_slip": receipt.pack_slip,
        "pack_line": entry.num,
        "order_cost": line.cost,
    }
    firm.pool[RECEIVED_NOT_INVOICED] -= accrual
    if part:
        value = move(firm, receipt.day, part, part.warehouse, "PUR-STK", "R", quantity, **marks)
        firm.pool[Account("5100", "410", part.division)] += accrual - value
        firm.on_order[part.num] -= quantity if arrival.counted else 0
    else:
        firm.pool[line.expense or expense_account(line.part_class, line.order.num)] += accrual
        _note_expense(firm, receipt, line, quantity, accrual, marks)
    _close(release, receipt.day, closes=arrival.closes)


def _note_expense(
    firm: Firm,
    receipt: Receipt,
    line: OrderLine,
    quantity: int,
    accrual: int,
    marks: dict[str, Any],
) -> None:
    """Record a receipt that never becomes stock."""
    number = firm.numbers.take("move")
    firm.moves.append(
        Move(
            day=receipt.day,
            second=21_600 + number * 37 % 43_200,
            num=number,
            part=None,
            part_num=line.part_num,
            description=line.description,
            warehouse="",
            bin="",
            kind="PUR-UKN",
            tran_class="R",
            quantity=quantity,
            amount=accrual,
            costs=(line.cost, 0, 0),
            before=0,
            after=0,
            journal=firm.inventory_journal(receipt.day),
            plant=receipt.plant,
            **marks,
        )
    )


def _close(release: Release, day: date, *, closes: bool) -> None:
    """Close a release that is complete (or given up), then its line, then its order."""
    line, order = release.line, release.line.order
    release.open = release.received < release.quantity and not closes
    if not release.open and not any(other.open for other in line.releases):
        line.open, line.touched = False, True
        if not any(other.open for other in order.lines):
            order.open, order.touched, order.changed = False, True, day


def _plan_billing(firm: Firm, receipt: Receipt) -> None:
    """Decide when the vendor's invoice for a receipt comes."""
    firm.billing.add(billing_day(firm, receipt), receipt, next_day_after(receipt.day))


def billing_day(firm: Firm, receipt: Receipt) -> date:
    """Return the day on which the vendor bills a receipt; three in a hundred take very long."""
    rng = firm.plan("bill", receipt.vendor.num, receipt.pack_slip)
    days = vendor_habit(firm.seed, firm.company, receipt.vendor.num).invoice_days + rng.randrange(4)
    if rng.random() < 0.03:
        days += rng.randrange(40, 80)
    return receipt.day + timedelta(days=days)

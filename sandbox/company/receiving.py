"""Receipts: what really arrives of what was ordered, and when its invoice comes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.company.accounts import RECEIVED_NOT_INVOICED, Account, expense_account
from sandbox.company.amounts import share
from sandbox.company.calendar import next_day_after
from sandbox.company.habits import vendor_habit
from sandbox.company.inventory import move
from sandbox.company.records.purchases import Arrival, Receipt, ReceiptLine
from sandbox.company.records.stock import Move

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.company.records.purchases import OrderLine, PurchaseOrder, Release


_VENDOR_PEOPLE = ("dock1", "dock2", "rjones", "kmueller")
_COUNTED_AS_ON_ORDER = timedelta(days=25)


def plan_arrivals(firm: Firm, release: Release, not_before: date) -> None:
    """Put the deliveries for a release on the agenda."""
    part = release.line.part
    for when, quantity, last in delivery_plan(firm, release):
        counted = part is not None and when <= release.due + _COUNTED_AS_ON_ORDER
        firm.arrivals.add(when, Arrival(release, quantity, last, counted), not_before)
        if part and counted:
            firm.on_order[part.num] += quantity


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
        line.open = False
        if not any(other.open for other in order.lines):
            order.open, order.changed = False, day


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

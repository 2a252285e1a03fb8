"""Stock: every move changes quantity on hand, inventory journal and list of moves alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from sandbox.company.accounts import COUNT_DIFFERENCES, INVENTORY, REVALUATION, Account
from sandbox.company.amounts import divide, extend
from sandbox.company.calendar import is_month_start
from sandbox.company.codes import WAREHOUSES
from sandbox.company.parts import material_cost, round_up
from sandbox.company.records.stock import Move

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.firm import Firm
    from sandbox.company.records.masters import Part

OPENING = Account("3900")
COST_ROLL_YEAR = 2026
_FIRST_SECOND = 6 * 3600
_WORK_SECONDS = 12 * 3600


def bin_of(part: Part) -> str:
    """Return the bin that holds the part in each of its warehouses."""
    return f"{'ABCD'[crc32(part.num.encode()) % 4]}-01"


def inventory_account(part: Part) -> Account:
    """Return the balance sheet account that the part's stock is valued in."""
    return Account(INVENTORY[part.part_class])


def move(  # noqa: PLR0913 - an inventory transaction has that many marks
    firm: Firm,
    day: date,
    part: Part,
    warehouse: str,
    kind: str,
    tran_class: str,
    quantity: int,
    *,
    amount: int | None = None,
    **marks: Any,
) -> int:
    """Take stock in (class `R`), out (`I`) or adjust it (`A`) and return the cents moved.

    Args:
        firm: The company.
        day: Working day.
        part: What moves.
        warehouse: Where.
        kind: Transaction type such as `PUR-STK`.
        tran_class: `R`, `I` or `A`.
        quantity: Hundredths, positive unless the class is `A`.
        amount: Cents; standard cost times quantity unless given.
        marks: Further fields of `Move`, such as the document that caused it.
    """
    sign = -1 if tran_class == "I" else 1
    value = extend(quantity, part.standard_cost) if amount is None else amount
    before = firm.stock[part.num, warehouse]
    firm.stock[part.num, warehouse] = before + sign * quantity
    firm.pool[inventory_account(part)] += sign * value
    number = firm.numbers.take("move")
    firm.moves.append(
        Move(
            day=day,
            second=_FIRST_SECOND + number * 37 % _WORK_SECONDS,
            num=number,
            part=part,
            part_num=part.num,
            description=part.description,
            warehouse=warehouse,
            bin=bin_of(part),
            kind=kind,
            tran_class=tran_class,
            quantity=quantity,
            amount=value,
            costs=(part.std_material, part.std_labor, part.std_burden),
            before=before,
            after=before + sign * quantity,
            journal=firm.inventory_journal(day),
            plant=part.plant,
            unit=part.unit,
            **marks,
        )
    )
    return value


def open_stock(firm: Firm, day: date) -> None:
    """Put the opening stock of every part on hand."""
    rng = firm.chance("opening stock")
    for part in firm.parts:
        if part.part_class == "OBS":
            quantity = round_up(part.step * rng.paretovariate(0.8) * 3, part.step)
        else:
            quantity = part.reorder_at + round_up(part.order_quantity * rng.random(), part.step)
        value = move(
            firm, day, part, part.warehouse, "ADJ-QTY", "A", min(quantity, part.step * 4_000)
        )
        firm.pool[OPENING] -= value


def keep_stock(firm: Firm, day: date) -> None:
    """Count and transfer stock when a month starts; revalue it at the start of 2026."""
    if not is_month_start(day):
        return
    rng = firm.chance("stock", day)
    if day.year == COST_ROLL_YEAR and day.month == 1:
        roll_costs(firm, day)
    for part in firm.parts:
        if rng.random() < 0.04:
            _count(firm, day, part, rng.choice((-3, -2, -1, -1, 1, 1, 2)) * part.step)
        if part.is_made and rng.random() < 0.25:
            _transfer(firm, day, part)


def _count(firm: Firm, day: date, part: Part, difference: int) -> None:
    if firm.stock[part.num, part.warehouse] + difference < 0:
        return
    value = move(firm, day, part, part.warehouse, "ADJ-QTY", "A", difference)
    firm.pool[COUNT_DIFFERENCES._replace(division=part.division)] -= value


def _transfer(firm: Firm, day: date, part: Part) -> None:
    service = WAREHOUSES[part.plant][2]
    quantity = firm.stock[part.num, part.warehouse] // 300 * 100
    if quantity and firm.stock[part.num, service] <= part.line_quantity:
        move(firm, day, part, part.warehouse, "STK-STK", "I", quantity, other_warehouse=service)
        move(firm, day, part, service, "STK-STK", "R", quantity, other_warehouse=part.warehouse)


def roll_costs(firm: Firm, day: date) -> None:
    """Give a third of the bought parts new standard costs, roll them up, and revalue the stock."""
    rng = firm.chance("cost roll", day)
    for part in firm.parts:
        old = part.standard_cost
        if part.is_made:
            part.std_material = (
                material_cost(part.components) if part.components else part.std_material
            )
        elif rng.random() < 0.33:
            grain = 10 if part.part_class == "FAST" else 2_000 if part.unit == "KG" else 1_000
            part.std_material = max(1, divide(int(old * rng.uniform(0.96, 1.07)), grain)) * grain
        if part.standard_cost != old:
            _revalue(firm, day, part, part.standard_cost - old)


def _revalue(firm: Firm, day: date, part: Part, difference: int) -> None:
    for warehouse in WAREHOUSES[part.plant]:
        on_hand = firm.stock[part.num, warehouse]
        if on_hand:
            value = extend(on_hand, difference)
            move(firm, day, part, warehouse, "ADJ-CST", "A", 0, amount=value)
            firm.pool[REVALUATION] -= value

"""Sales orders and AR invoices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.records.masters import Customer, Part


@dataclass(slots=True)
class SaleLine:
    """A sales order line with its one release."""

    order: Sale
    num: int
    part: Part
    quantity: int
    doc_price: int
    price: int
    doc_amount: int
    amount: int
    need_by: date
    shipped: int = 0


@dataclass(slots=True)
class Sale:
    """A sales order."""

    num: int
    customer: Customer
    day: date
    currency: str
    rate: int
    customer_order: str
    plant: str
    rep: str
    comment: str
    lines: list[SaleLine] = field(default_factory=list)
    open: bool = True
    changed: date | None = None
    changed_second: int = 0


class BilledLine(NamedTuple):
    """A line of an AR invoice."""

    num: int
    line: SaleLine
    quantity: int
    doc_amount: int
    amount: int


@dataclass(slots=True)
class CustomerInvoice:
    """An AR invoice, or a credit memo (negative)."""

    num: int
    sale: Sale
    day: date
    due: date
    doc_amount: int
    amount: int
    doc_tax: int
    tax: int
    doc_balance: int
    balance: int
    rate: int
    lines: list[BilledLine] = field(default_factory=list)
    credit_memo: bool = False
    journal: int = 0
    closed: date | None = None
    changed: date | None = None
    changed_second: int = 0

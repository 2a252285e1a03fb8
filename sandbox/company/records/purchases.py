"""Purchase orders and receipts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.accounts import Account
    from sandbox.company.records.masters import Part, Vendor


@dataclass(slots=True)
class Release:
    """One delivery that a purchase order line asks for."""

    line: OrderLine
    num: int
    quantity: int
    due: date
    received: int = 0
    invoiced: int = 0
    open: bool = True


@dataclass(slots=True)
class OrderLine:
    """A purchase order line; `part` is None for what is bought straight to expense."""

    order: PurchaseOrder
    num: int
    part: Part | None
    part_num: str
    description: str
    part_class: str
    quantity: int
    doc_cost: int
    cost: int
    per: str
    doc_amount: int
    amount: int
    expense: Account | None
    due: date
    releases: list[Release] = field(default_factory=list)
    open: bool = True
    void: bool = False


@dataclass(slots=True)
class PurchaseOrder:
    """A purchase order; nothing is received against it until it is approved."""

    num: int
    vendor: Vendor
    day: date
    buyer: str
    currency: str
    rate: int
    terms: str
    plant: str
    project: str
    comment: str
    lines: list[OrderLine] = field(default_factory=list)
    approved: bool = True
    open: bool = True
    void: bool = False
    held: bool = False
    changed: date | None = None


class Arrival(NamedTuple):
    """A delivery to come for a release.

    `closes`: the buyer then gives up the rest. `counted`: it is part of the quantity on order.
    """

    release: Release
    quantity: int
    closes: bool
    counted: bool


@dataclass(slots=True)
class ReceiptLine:
    """What arrived for one release, with the amount accrued until the invoice comes."""

    receipt: Receipt
    num: int
    release: Release
    quantity: int
    accrual: int
    warehouse: str
    invoice_num: str = ""
    invoice_line: int = 0


@dataclass(slots=True)
class Receipt:
    """A packing slip of a vendor."""

    vendor: Vendor
    pack_slip: str
    day: date
    order_num: int
    plant: str
    person: str
    lines: list[ReceiptLine] = field(default_factory=list)

    @property
    def is_invoiced(self) -> bool:
        """Whether an invoice has come for each line."""
        return all(line.invoice_num for line in self.lines)

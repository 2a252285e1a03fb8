"""AP invoices and payments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.accounts import Account
    from sandbox.company.records.masters import Vendor
    from sandbox.company.records.purchases import ReceiptLine


class Expense(NamedTuple):
    """A share of an invoice line that goes to an expense account."""

    account: Account
    doc_amount: int
    amount: int


@dataclass(slots=True)
class InvoiceLine:
    """A line of an AP invoice: a receipt (`R`) or a charge without one (`M`)."""

    num: int
    kind: str
    description: str
    quantity: int
    doc_cost: int
    per: str
    doc_amount: int
    amount: int
    received: ReceiptLine | None = None
    expenses: tuple[Expense, ...] = ()


@dataclass(slots=True)
class Invoice:
    """An AP invoice, debit memo (negative) or prepayment (negative, until it is applied)."""

    vendor: Vendor
    num: str
    day: date
    due: date
    discount_day: date | None
    discount_percent: int
    terms: str
    currency: str
    rate: int
    doc_amount: int
    amount: int
    doc_tax: int
    tax: int
    doc_balance: int
    balance: int
    person: str
    plant: str
    order_num: int = 0
    lines: list[InvoiceLine] = field(default_factory=list)
    entered: date | None = None
    debit_memo: bool = False
    prepayment: bool = False
    held: bool = False
    posted: bool = True
    journal: int = 0
    posted_on: date | None = None
    payment_num: int = 0
    description: str = ""
    changed: date | None = None


class Application(NamedTuple):
    """What a payment settles: an invoice, or (invoice None) a prepayment."""

    num: int
    invoice: Invoice | None
    invoice_num: str
    doc_amount: int
    amount: int
    doc_discount: int
    discount: int
    voided: bool
    day: date


@dataclass(slots=True)
class Payment:
    """A cheque or transfer to a vendor."""

    num: int
    check_num: int
    vendor: Vendor
    day: date
    currency: str
    rate: int
    doc_amount: int
    amount: int
    plant: str
    applications: list[Application] = field(default_factory=list)
    cleared: date | None = None
    voided: date | None = None
    journal: int = 0

"""What the company keeps in memory: its partners, parts, documents and journals.

Units are those of `amounts`: cents, unit costs in hundred-thousandths, quantities in hundredths,
rates in hundred-millionths. `stored` says that the document is in the database already, `touched`
that it has changed since; both are False for a document that is new.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.accounts import Account
    from sandbox.company.names import Place


@dataclass(slots=True)
class Vendor:
    """A supplier of goods (`group` PROD or MRO) or of services (`group` SERV or UTIL)."""

    num: int
    vendor_id: str
    name: str
    place: Place
    street: str
    group: str
    terms: str
    buyer: str
    weight: float
    inactive: bool = False
    pay_hold: bool = False
    purchase_point: str = ""

    @property
    def currency(self) -> str:
        """Currency that the vendor invoices in."""
        return self.place.currency


@dataclass(slots=True)
class Customer:
    """A buyer of finished goods."""

    num: int
    cust_id: str
    name: str
    place: Place
    street: str
    terms: str
    weight: float

    @property
    def currency(self) -> str:
        """Currency that the customer is invoiced in."""
        return self.place.currency


class Component(NamedTuple):
    """A material of a finished part: which part, and how much for one piece."""

    part: Part
    quantity: int


@dataclass(slots=True)
class Part:
    """A stocked part at the one plant that uses it."""

    num: str
    description: str
    part_class: str
    product: str
    plant: str
    warehouse: str
    unit: str
    step: int
    std_material: int
    std_labor: int
    std_burden: int
    price: int
    cost_per: str
    vendor: Vendor | None
    lead_days: int
    reorder_at: int
    order_quantity: int
    line_quantity: int
    components: list[Component] = field(default_factory=list)
    demand: float = 0.0
    touched: bool = False

    @property
    def standard_cost(self) -> int:
        """Cost of one unit in stock."""
        return self.std_material + self.std_labor + self.std_burden

    @property
    def division(self) -> str:
        """Division whose product group the part belongs to."""
        return self.product[-2:]

    @property
    def is_made(self) -> bool:
        """Whether the company makes the part itself."""
        return self.part_class == "FG"


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
    stored: bool = False
    touched: bool = False


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
    stored: bool = False
    touched: bool = False


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
    stored: bool = False
    touched: bool = False


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
    stored: bool = False
    touched: bool = False


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
    stored: bool = False
    touched: bool = False


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
    stored: bool = False
    touched: bool = False


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
    stored: bool = False
    touched: bool = False


class Move(NamedTuple):
    """An inventory transaction; figures are positive, except in adjustments (class `A`)."""

    day: date
    second: int
    num: int
    part: Part | None
    part_num: str
    description: str
    warehouse: str
    bin: str
    kind: str
    tran_class: str
    quantity: int
    amount: int
    costs: tuple[int, int, int]
    before: int
    after: int
    journal: int
    job: str = ""
    material: int = 0
    order: tuple[int, int, int] = (0, 0, 0)
    vendor_num: int = 0
    pack_slip: str = ""
    pack_line: int = 0
    order_cost: int = 0
    sale: tuple[int, int, int] = (0, 0, 0)
    cust_num: int = 0
    other_warehouse: str = ""
    plant: str = ""
    unit: str = "EA"


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
    stored: bool = False
    touched: bool = False


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
    stored: bool = False
    touched: bool = False


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
    stored: bool = False
    touched: bool = False


class Material(NamedTuple):
    """A component of a job with the quantity that was issued."""

    num: int
    part: Part
    required: int
    issued: int


@dataclass(slots=True)
class Job:
    """A production job for a finished part; `wip` is what it has cost so far, in cents."""

    num: str
    part: Part
    quantity: int
    created: date
    due: date
    project: str
    wip: int = 0
    materials: list[Material] = field(default_factory=list)
    completed: int = 0
    finished: date | None = None
    changed: date | None = None
    changed_second: int = 0
    stored: bool = False
    touched: bool = False


class Entry(NamedTuple):
    """A line of a journal; amounts are positive for debit, negative for credit."""

    account: Account
    doc_amount: int
    amount: int
    text: str
    ap_invoice: str = ""
    ar_invoice: int = 0
    check: int = 0


class Journal(NamedTuple):
    """A posted GL journal, balanced in document and in book currency."""

    code: str
    num: int
    year: int
    period: int
    day: date
    currency: str
    text: str
    module: str
    entries: tuple[Entry, ...]
    vendor_num: int = 0
    cust_num: int = 0
    person: str = ""
    reverse: bool = False

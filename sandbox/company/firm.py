"""One company, or one lot of a large one, while its days go by.

A big company is generated in lots of ordinary size one after the other, so that memory stays
bounded. Lots share the chart of accounts and the number ranges; all else is their own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from sandbox.company import chance
from sandbox.company.amounts import RATE_ONE
from sandbox.company.calendar import fiscal_period, on_or_after
from sandbox.company.records.ledger import Entry, Journal

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from sandbox.company.accounts import Account
    from sandbox.company.records.masters import Customer, Part, Vendor
    from sandbox.company.records.payables import Invoice, Payment
    from sandbox.company.records.purchases import Arrival, PurchaseOrder, Receipt
    from sandbox.company.records.sales import CustomerInvoice, Sale, SaleLine
    from sandbox.company.records.stock import Job, Move

T = TypeVar("T")

BASE_CURRENCY = {"EPIC06": "USD", "EPIC07": "EUR"}


class Agenda(Generic[T]):
    """What is to be done on which working day."""

    def __init__(self) -> None:
        """Start with nothing to do."""
        self._days: defaultdict[date, list[T]] = defaultdict(list)

    def add(self, when: date, what: T, not_before: date) -> None:
        """Put `what` on the first working day that is neither before `when` nor `not_before`."""
        self._days[on_or_after(max(when, not_before))].append(what)

    def take(self, day: date) -> list[T]:
        """Remove and return what is to be done on `day`, in the order it was added."""
        return self._days.pop(day, [])

    def bring_forward(self, day: date) -> None:
        """If `day` is free, move the first thing of the next busy day to it."""
        later = min((other for other, things in self._days.items() if things), default=None)
        if later is not None and later > day:
            self._days[day].append(self._days[later].pop(0))


class Numbers:
    """Number ranges: each lot takes every n-th number, so that lots never meet."""

    def __init__(self, lot: int = 0, lots: int = 1) -> None:
        """Start all ranges for lot `lot` of `lots`."""
        self._lot = lot
        self._lots = lots
        self._next: dict[str, int] = {}

    def start(self, name: str, first: int) -> None:
        """Begin the range `name` at `first`."""
        self._next[name] = first + self._lot

    def take(self, name: str) -> int:
        """Return the next number of the range `name`; a range nobody began starts at 1."""
        number = self._next.setdefault(name, 1 + self._lot)
        self._next[name] = number + self._lots
        return number


@dataclass(slots=True)
class Firm:
    """The company's memory: what it knows, what is open, and what has happened so far."""

    company: str
    seed: int
    lot: str
    numbers: Numbers
    vendors: list[Vendor] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    rates: dict[str, list[tuple[date, int]]] = field(default_factory=dict)
    stock: Counter[tuple[str, str]] = field(default_factory=Counter)
    on_order: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    in_production: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    last_day: date | None = None
    has_prepaid: bool = False

    arrivals: Agenda[Arrival] = field(default_factory=Agenda)
    billing: Agenda[Receipt] = field(default_factory=Agenda)
    due: Agenda[tuple[Invoice, int]] = field(default_factory=Agenda)
    memos: Agenda[Invoice] = field(default_factory=Agenda)
    clearing: Agenda[Payment] = field(default_factory=Agenda)
    voiding: Agenda[Payment] = field(default_factory=Agenda)
    credits: dict[int, list[Invoice]] = field(default_factory=lambda: defaultdict(list))
    shipping: Agenda[SaleLine] = field(default_factory=Agenda)
    cash: Agenda[tuple[CustomerInvoice, int]] = field(default_factory=Agenda)
    returns: Agenda[CustomerInvoice] = field(default_factory=Agenda)
    starting: Agenda[Job] = field(default_factory=Agenda)
    finishing: Agenda[Job] = field(default_factory=Agenda)

    orders: list[PurchaseOrder] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    customer_invoices: list[CustomerInvoice] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    journals: list[Journal] = field(default_factory=list)

    balances: defaultdict[Account, int] = field(default_factory=lambda: defaultdict(int))
    pool: defaultdict[Account, int] = field(default_factory=lambda: defaultdict(int))
    pool_journal: int = 0

    @property
    def is_first_lot(self) -> bool:
        """Whether this lot brings what the company has once, such as its chart of accounts."""
        return self.lot == "0"

    @property
    def currency(self) -> str:
        """Base currency of the company."""
        return BASE_CURRENCY[self.company]

    def chance(self, *names: object) -> Random:
        """Return the random source of this lot for `names`."""
        return chance.source(self.seed, self.company, self.lot, *names)

    def plan(self, *key: object) -> Random:
        """Return the random source that plans the fate of one document, the same for every lot."""
        return chance.source(self.seed, self.company, "plan", *key)

    def rate_on(self, currency: str, day: date) -> int:
        """Return the exchange rate to base currency that is in force on `day`."""
        if currency == self.currency:
            return RATE_ONE
        known = self.rates[currency]
        position = bisect_right(known, (day, 1 << 62))
        return known[max(position - 1, 0)][1]

    def journal_number(self, code: str, day: date) -> int:
        """Take the next number of a journal code in the fiscal year of `day`."""
        return self.numbers.take(f"journal {code} {fiscal_period(self.company, day)[0]}")

    def inventory_journal(self, day: date) -> int:
        """Return the number of the one inventory journal of `day`."""
        if not self.pool_journal:
            self.pool_journal = self.journal_number("IJ", day)
        return self.pool_journal

    def post(  # noqa: PLR0913 - a journal has that many marks
        self,
        code: str,
        day: date,
        text: str,
        entries: list[Entry],
        *,
        module: str,
        currency: str | None = None,
        num: int = 0,
        vendor_num: int = 0,
        cust_num: int = 0,
        reverse: bool = False,
    ) -> int:
        """Post a journal and return its number.

        Raises:
            ValueError: If the entries do not balance, in document or in book currency.
        """
        if sum(entry.amount for entry in entries) or sum(entry.doc_amount for entry in entries):
            message = f"journal {code} of {day} does not balance: {text}"
            raise ValueError(message)
        number = num or self.journal_number(code, day)
        year, period = fiscal_period(self.company, day)
        kept = tuple(entry for entry in entries if entry.amount or entry.doc_amount)
        for entry in kept:
            self.balances[entry.account] += entry.amount
        self.journals.append(
            Journal(
                code,
                number,
                year,
                period,
                day,
                currency or self.currency,
                text,
                module,
                kept,
                vendor_num,
                cust_num,
                "asmith" if code == "GJ" else "manager",
                reverse,
            )
        )
        return number

    def post_pool(self, day: date) -> None:
        """Post what inventory, production and receipts have gathered during `day`."""
        entries = [
            Entry(account, amount, amount, "Inventory / WIP")
            for account, amount in self.pool.items()
            if amount
        ]
        if entries:
            self.post(
                "IJ",
                day,
                "Inventory / WIP transactions",
                entries,
                module="IJ",
                num=self.inventory_journal(day),
            )
        self.pool.clear()
        self.pool_journal = 0

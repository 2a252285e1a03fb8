"""AP invoices: from receipts, for services without an order, debit memos; held, unposted, late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.company import names
from sandbox.company.accounts import (
    INPUT_VAT,
    NATURAL,
    PAYABLE,
    RECEIVED_NOT_INVOICED,
    Account,
    department_of,
    expense_account,
)
from sandbox.company.amounts import RATE_ONE, convert, divide, extend
from sandbox.company.calendar import next_day_after, on_or_after
from sandbox.company.codes import PLANTS, TERMS
from sandbox.company.habits import vendor_habit
from sandbox.company.records.ledger import Entry
from sandbox.company.records.payables import Expense, Invoice, InvoiceLine
from sandbox.company.settlement import plan_settlement

if TYPE_CHECKING:
    from random import Random

    from sandbox.company.firm import Firm
    from sandbox.company.records.masters import Vendor
    from sandbox.company.records.purchases import Receipt, ReceiptLine


_CLERKS = ("apclerk1", "apclerk2", "bwolf")
_VAT_PERCENT = 19
_UNPOSTED_DAYS = 2
_NATURALS_OF_GROUP = {
    "UTIL": ("6300", "6400"),
    "SERV": ("6500", "6600", "6700", "6800"),
    "MRO": ("6100",),
    "PROD": ("6200",),
}


def book_invoices(firm: Firm, day: date) -> None:
    """Book what vendors bill on `day`: receipts, services of the month, and debit memos."""
    rng = firm.chance("invoices", day)
    batches: dict[int, list[Receipt]] = {}
    for receipt in firm.billing.take(day):
        batches.setdefault(receipt.vendor.num, []).append(receipt)
    for receipts in batches.values():
        for batch in [receipts] if rng.random() < 0.6 else [[receipt] for receipt in receipts]:
            _bill_receipts(firm, rng, day, batch)
    for vendor in firm.vendors:
        if (
            vendor.group in {"SERV", "UTIL"}
            and not vendor.inactive
            and _bills_today(firm, vendor, day)
        ):
            bill_service(firm, rng, day, vendor)
    for invoice in firm.memos.take(day):
        _debit_memo(firm, rng, day, invoice)


def _bills_today(firm: Firm, vendor: Vendor, day: date) -> bool:
    billing = day.replace(day=vendor_habit(firm.seed, firm.company, vendor.num).billing_day)
    return on_or_after(billing) == day


def _new_invoice(firm: Firm, rng: Random, day: date, vendor: Vendor) -> Invoice:
    days, discount_days, percent = TERMS[vendor.terms]
    invoice_day = day - timedelta(days=rng.randrange(5))
    invoice = Invoice(
        vendor=vendor,
        num=names.supplier_invoice_number(rng, 100_000 + firm.numbers.take("supplier invoice")),
        day=invoice_day,
        due=invoice_day + timedelta(days=days),
        discount_day=invoice_day + timedelta(days=discount_days) if percent else None,
        discount_percent=percent,
        terms=vendor.terms,
        currency=vendor.currency,
        rate=firm.rate_on(vendor.currency, day),
        doc_amount=0,
        amount=0,
        doc_tax=0,
        tax=0,
        doc_balance=0,
        balance=0,
        person=rng.choice(_CLERKS),
        plant=rng.choice(PLANTS[firm.company]),
        entered=day,
        changed=day,
    )
    firm.invoices.append(invoice)
    return invoice


def _bill_receipts(firm: Firm, rng: Random, day: date, receipts: list[Receipt]) -> None:
    pending = [line for receipt in receipts for line in receipt.lines if not line.invoice_num]
    if not pending:
        return
    invoice = _new_invoice(firm, rng, day, receipts[0].vendor)
    invoice.order_num, invoice.plant = receipts[0].order_num, receipts[0].plant
    wrong = vendor_habit(firm.seed, firm.company, invoice.vendor.num).wrong_price
    for received in pending:
        _add_receipt_line(
            invoice, received, rng.uniform(0.97, 1.05) if rng.random() < wrong else 1.0
        )
    if rng.random() < 0.12:
        _add_charge(
            invoice, "Freight", rng.randrange(2_500, 42_000), [Account("6200", "500", "10")]
        )
    complete_invoice(firm, rng, invoice)


def _add_receipt_line(invoice: Invoice, received: ReceiptLine, factor: float) -> None:
    line = received.release.line
    doc_cost = line.doc_cost if factor == 1.0 else int(line.doc_cost * factor)
    doc_amount = extend(received.quantity, doc_cost, line.per)
    invoice.lines.append(
        InvoiceLine(
            num=len(invoice.lines) + 1,
            kind="R",
            description=line.description,
            quantity=received.quantity,
            doc_cost=doc_cost,
            per=line.per,
            doc_amount=doc_amount,
            amount=convert(doc_amount, invoice.rate),
            received=received,
        )
    )


def _add_charge(invoice: Invoice, text: str, doc_amount: int, accounts: list[Account]) -> None:
    """Add a line without receipt whose amount is split evenly over `accounts`."""
    amount = convert(doc_amount, invoice.rate)
    parts, left, doc_left = [], amount, doc_amount
    for index, account in enumerate(accounts):
        others = len(accounts) - index
        parts.append(Expense(account, divide(doc_left, others), divide(left, others)))
        doc_left, left = doc_left - parts[-1].doc_amount, left - parts[-1].amount
    num = len(invoice.lines) + 1
    invoice.lines.append(
        InvoiceLine(
            num, "M", text, 100, doc_amount * 1_000, "E", doc_amount, amount, None, tuple(parts)
        )
    )


def bill_service(
    firm: Firm, rng: Random, day: date, vendor: Vendor, *, draft: bool = False
) -> Invoice:
    """Book a vendor's bill for services, rent or utilities, split over one to three accounts."""
    invoice = _new_invoice(firm, rng, day, vendor)
    usual = vendor_habit(firm.seed, firm.company, vendor.num).bill_cents
    natural = _NATURALS_OF_GROUP[vendor.group][vendor.num % len(_NATURALS_OF_GROUP[vendor.group])]
    department = department_of(natural)
    accounts = [Account(natural, department, "10")]
    if rng.random() < 0.4:
        accounts.append(Account(natural, department, "20"))
    if rng.random() < 0.12:
        accounts.append(Account(natural, "600", "10", f"P100{rng.randrange(1, 6)}"))
    text = f"{NATURAL[natural][0]} {day:%m/%Y}"
    _add_charge(invoice, text, max(100, int(usual * rng.uniform(0.85, 1.2))), accounts)
    complete_invoice(firm, rng, invoice, draft=draft)
    return invoice


def _debit_memo(firm: Firm, rng: Random, day: date, claimed: Invoice) -> None:
    """Claim back part of an invoice; the memo is open until a payment run nets it."""
    memo = _new_invoice(firm, rng, day, claimed.vendor)
    memo.debit_memo, memo.discount_day, memo.discount_percent = True, None, 0
    memo.num = f"DM-{claimed.num}"
    memo.description = f"Price correction for {claimed.num}"
    _add_charge(
        memo,
        memo.description,
        -max(100, int(abs(claimed.doc_amount) * rng.uniform(0.03, 0.15))),
        [Account("5100", "410", "10")],
    )
    complete_invoice(firm, rng, memo)


def complete_invoice(firm: Firm, rng: Random, invoice: Invoice, *, draft: bool = False) -> None:
    """Add up an invoice and post it, unless it is a draft or among the last of the data."""
    doc_net = sum(line.doc_amount for line in invoice.lines)
    if firm.company == "EPIC07" and invoice.vendor.place.country == "Germany":
        invoice.doc_tax = divide(doc_net * _VAT_PERCENT, 100)
        invoice.tax = convert(invoice.doc_tax, invoice.rate)
    invoice.doc_amount = invoice.doc_balance = doc_net + invoice.doc_tax
    invoice.amount = invoice.balance = sum(line.amount for line in invoice.lines) + invoice.tax
    invoice.held = doc_net > 0 and rng.random() < 0.025
    booked = invoice.entered or invoice.day
    late = firm.last_day is not None and (firm.last_day - booked).days < _UNPOSTED_DAYS
    invoice.posted = not draft and not (late and rng.random() < 0.3)
    if invoice.posted:
        post_invoice(firm, invoice, booked)


def post_invoice(firm: Firm, invoice: Invoice, day: date) -> None:
    """Post an invoice, mark its receipts as invoiced, and plan what becomes of it."""
    invoice.posted, invoice.changed, invoice.posted_on = True, day, day
    entries = [
        Entry(PAYABLE, -invoice.doc_amount, -invoice.amount, "Payable"),
        Entry(INPUT_VAT, invoice.doc_tax, invoice.tax, "VAT 19%"),
        *(
            Entry(expense.account, expense.doc_amount, expense.amount, line.description)
            for line in invoice.lines
            for expense in line.expenses
        ),
        *_receipt_entries(invoice),
    ]
    invoice.journal = firm.post(
        "PJ",
        day,
        f"AP invoice {invoice.num}",
        [entry._replace(ap_invoice=invoice.num) for entry in entries],
        module="AP",
        currency=invoice.currency,
        vendor_num=invoice.vendor.num,
    )
    plan_settlement(firm, invoice, day, next_day_after(day))


def _receipt_entries(invoice: Invoice) -> list[Entry]:
    """Clear what the receipts accrued; the difference to the invoice is a price variance.

    In a foreign currency the variance is in the book alone: the accrual was made at another rate.
    """
    accrued = doc_billed = 0
    variances: dict[Account, int] = {}
    for line in invoice.lines:
        if line.received:
            accrued += line.received.accrual
            doc_billed += line.doc_amount
            account = _match(invoice, line, line.received)
            variances[account] = variances.get(account, 0) + line.amount - line.received.accrual
    foreign = invoice.rate != RATE_ONE
    cleared = doc_billed if foreign else accrued
    return [
        Entry(RECEIVED_NOT_INVOICED, cleared, accrued, "Receipts cleared"),
        *(
            Entry(account, 0 if foreign else amount, amount, "Invoice variance")
            for account, amount in variances.items()
        ),
    ]


def _match(invoice: Invoice, line: InvoiceLine, received: ReceiptLine) -> Account:
    """Mark a receipt line as invoiced and return the account for a difference in price."""
    received.invoice_num, received.invoice_line = invoice.num, line.num
    release = received.release
    release.invoiced += received.quantity
    part = release.line.part
    if part:
        return Account("5100", "410", part.division)
    return release.line.expense or expense_account(release.line.part_class, release.line.order.num)

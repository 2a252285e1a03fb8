"""What becomes of an AP invoice: when it is paid, in how many parts, or claimed back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.company.accounts import PAYABLE, PREPAYMENTS, Account
from sandbox.company.amounts import share
from sandbox.company.calendar import on_or_after

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.company.records.payables import Invoice


PAY_WEEKDAY = {"EPIC06": 0, "EPIC07": 3}
"""Weekday of the payment run: Mondays in the parent company, Thursdays in the other."""


def pay_day(firm: Firm, day: date) -> date:
    """Return the day of the weekly payment run on or after `day`, or the working day after it."""
    return on_or_after(day + timedelta(days=(PAY_WEEKDAY[firm.company] - day.weekday()) % 7))


def plan_settlement(firm: Firm, invoice: Invoice, booked: date, not_before: date) -> None:
    """Put an open, posted invoice on the agenda: when it is paid, or claimed back in part."""
    if invoice.doc_balance < 0:
        firm.credits[invoice.vendor.num].append(invoice)
        return
    for when, percent in payment_plan(firm, invoice):
        firm.due.add(pay_day(firm, max(when, not_before)), (invoice, percent), not_before)
    rng = firm.plan("claim", invoice.vendor.num, invoice.num)
    claimed = booked + timedelta(days=rng.randrange(5, 25))
    if rng.random() < 0.012 and claimed >= not_before:
        firm.memos.add(claimed, invoice, not_before)


def payment_plan(firm: Firm, invoice: Invoice) -> list[tuple[date, int]]:
    """Return on which days which share (per cent of the open balance) of an invoice is to be paid.

    Most are paid about when due, a tail much later, some in two parts, held ones after half a year.
    """
    rng = firm.plan("pay", invoice.vendor.num, invoice.num)
    delay = rng.choices(
        (
            rng.randrange(-4, 4),
            rng.randrange(3, 25),
            rng.randrange(25, 55),
            rng.randrange(55, 110),
            rng.randrange(110, 330),
        ),
        (63, 20, 9, 5, 3),
    )[0]
    when = invoice.due + timedelta(days=delay)
    if invoice.held:
        return [(invoice.due + timedelta(days=rng.randrange(60, 260)), 100)]
    if invoice.discount_day and rng.random() < 0.7:
        return [(invoice.discount_day - timedelta(days=6), 100)]
    if rng.random() < 0.09:
        return [(when, rng.randrange(25, 75)), (when + timedelta(days=rng.randrange(30, 150)), 100)]
    return [(when, 100)]


def control_account(invoice: Invoice) -> Account:
    """Return the account that holds the balance of an invoice, debit memo or prepayment."""
    return PREPAYMENTS if invoice.prepayment else PAYABLE


def balance_share(invoice: Invoice, doc_amount: int) -> int:
    """Return the base amount that belongs to a part of the open balance."""
    return share(invoice.balance, doc_amount, invoice.doc_balance)

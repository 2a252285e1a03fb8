"""Payments to vendors: weekly runs, discounts, parts, prepayments, voided ones, clearing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.company.accounts import CASH, CURRENCY_RESULT, DISCOUNTS_EARNED, PREPAYMENTS
from sandbox.company.amounts import convert, divide
from sandbox.company.calendar import next_day_after
from sandbox.company.records.ledger import Entry
from sandbox.company.records.payables import Application, Invoice, Payment
from sandbox.company.settlement import balance_share, control_account, pay_day

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.company.records.masters import Vendor
    from sandbox.company.records.purchases import PurchaseOrder

BANK_ACCOUNT = {"EPIC06": "FNB-OPER", "EPIC07": "KSK-GIRO"}
_INVOICES_PER_PAYMENT = 12
_PREPAID_PERCENT = 30


def pay(firm: Firm, day: date) -> None:
    """Pay what is due on `day`, one payment per vendor, and let older ones clear or be voided."""
    runs: dict[int, list[tuple[Invoice, int]]] = {}
    for invoice, percent in firm.due.take(day):
        if invoice.vendor.pay_hold and firm.chance("hold", day, invoice.num).random() < 0.8:
            firm.due.add(
                pay_day(firm, day + timedelta(days=27)), (invoice, percent), next_day_after(day)
            )
        elif invoice.doc_balance > 0:
            runs.setdefault(invoice.vendor.num, []).append((invoice, percent))
    for chosen in runs.values():
        for start in range(0, len(chosen), _INVOICES_PER_PAYMENT):
            _pay_vendor(firm, day, chosen[start : start + _INVOICES_PER_PAYMENT])
    for payment in firm.voiding.take(day):
        _void(firm, day, payment)
    for payment in firm.clearing.take(day):
        if not payment.voided:
            payment.cleared = day


def prepay(firm: Firm, day: date) -> None:
    """Pay a share of some of the day's foreign orders in advance."""
    for order in [order for order in firm.orders if order.day == day]:
        foreign = order.approved and order.currency != firm.currency
        wanted = firm.plan("prepay", order.num).random() < 0.06
        if foreign and (wanted or not firm.has_prepaid):
            _prepay_order(firm, day, order)
            firm.has_prepaid = True


def _new_payment(firm: Firm, day: date, vendor: Vendor, rate: int, plant: str) -> Payment:
    payment = Payment(
        num=firm.numbers.take("payment"),
        check_num=firm.numbers.take("check"),
        vendor=vendor,
        day=day,
        currency=vendor.currency,
        rate=rate,
        doc_amount=0,
        amount=0,
        plant=plant,
    )
    firm.payments.append(payment)
    plan_clearing(firm, payment, next_day_after(day))
    return payment


def plan_clearing(firm: Firm, payment: Payment, not_before: date) -> None:
    """Decide when the bank clears a payment, or that the company voids it."""
    rng = firm.plan("clear", payment.num)
    days = rng.randrange(2, 12)
    if rng.random() < 0.008:
        firm.voiding.add(payment.day + timedelta(days=days), payment, not_before)
    elif rng.random() < 0.97:
        firm.clearing.add(payment.day + timedelta(days=days), payment, not_before)


def _pay_vendor(firm: Firm, day: date, chosen: list[tuple[Invoice, int]]) -> None:
    first = chosen[0][0]
    payment = _new_payment(firm, day, first.vendor, firm.rate_on(first.currency, day), first.plant)
    for invoice, percent in chosen:
        part = invoice.doc_balance if percent == 100 else divide(invoice.doc_balance * percent, 100)
        if part > 0:
            _apply(payment, invoice, part)
    total = sum(application.doc_amount for application in payment.applications)
    waiting = firm.credits[first.vendor.num]
    for credit in list(waiting):
        if credit.currency == payment.currency and total + credit.doc_balance > 0:
            total += credit.doc_balance
            _apply(payment, credit, credit.doc_balance)
            waiting.remove(credit)
    _post_payment(firm, payment)


def _apply(payment: Payment, invoice: Invoice, doc_part: int) -> None:
    """Settle a part of an invoice's balance, less the discount if paid whole and in time."""
    amount = balance_share(invoice, doc_part)
    doc_discount = discount = 0
    in_time = invoice.discount_day is not None and payment.day <= invoice.discount_day
    if in_time and doc_part == invoice.doc_amount:
        doc_discount = divide(doc_part * invoice.discount_percent, 100)
        discount = divide(amount * invoice.discount_percent, 100)
    _settle(invoice, doc_part, amount, payment.day)
    payment.applications.append(
        Application(
            len(payment.applications) + 1,
            invoice,
            invoice.num,
            doc_part - doc_discount,
            amount - discount,
            doc_discount,
            discount,
            voided=False,
            day=payment.day,
        )
    )


def _settle(invoice: Invoice, doc_part: int, amount: int, day: date) -> None:
    invoice.doc_balance -= doc_part
    invoice.balance -= amount
    invoice.changed = day


def _post_payment(firm: Firm, payment: Payment) -> None:
    """Total a payment and post it: cash at the day's rate, the difference to account 7000."""
    doc_cash = sum(application.doc_amount for application in payment.applications)
    relieved = sum(application.amount for application in payment.applications)
    payment.doc_amount = doc_cash
    payment.amount = (
        relieved if payment.currency == firm.currency else convert(doc_cash, payment.rate)
    )
    payment.journal = firm.post(
        "CD",
        payment.day,
        f"Payment {payment.num}",
        _entries(payment, 1),
        module="AP",
        currency=payment.currency,
        vendor_num=payment.vendor.num,
    )


def _entries(payment: Payment, sign: int) -> list[Entry]:
    entries = []
    for item in payment.applications:
        if item.voided:
            continue
        account = control_account(item.invoice) if item.invoice else PREPAYMENTS
        entries.append(
            Entry(
                account,
                sign * (item.doc_amount + item.doc_discount),
                sign * (item.amount + item.discount),
                "Applied",
                ap_invoice=item.invoice_num,
                check=payment.check_num,
            )
        )
        if item.doc_discount:
            entries.append(
                Entry(
                    DISCOUNTS_EARNED,
                    -sign * item.doc_discount,
                    -sign * item.discount,
                    "Cash discount",
                    ap_invoice=item.invoice_num,
                    check=payment.check_num,
                )
            )
    entries.append(
        Entry(
            CASH,
            -sign * payment.doc_amount,
            -sign * payment.amount,
            payment.vendor.name[:40],
            check=payment.check_num,
        )
    )
    difference = -sum(entry.amount for entry in entries)
    entries.append(
        Entry(
            CURRENCY_RESULT, 0, difference, "Realized currency difference", check=payment.check_num
        )
    )
    return entries


def _void(firm: Firm, day: date, payment: Payment) -> None:
    """Reverse a payment: applications with the opposite sign, and open invoices again."""
    applied = [item for item in payment.applications if not item.voided]
    if any(item.invoice is None or item.invoice.prepayment for item in applied):
        return
    firm.post(
        "CD",
        day,
        f"Void payment {payment.num}",
        _entries(payment, -1),
        module="AP",
        currency=payment.currency,
        vendor_num=payment.vendor.num,
        reverse=True,
    )
    for item in applied:
        reverse_application(firm, day, payment, item)
    payment.voided = day


def reverse_application(firm: Firm, day: date, payment: Payment, item: Application) -> None:
    """Take one application back and plan to pay its invoice again, a week later."""
    payment.applications.append(
        item._replace(
            doc_amount=-item.doc_amount,
            amount=-item.amount,
            doc_discount=-item.doc_discount,
            discount=-item.discount,
            voided=True,
            day=day,
        )
    )
    invoice = item.invoice
    if invoice is None:
        return
    _settle(invoice, -(item.doc_amount + item.doc_discount), -(item.amount + item.discount), day)
    if invoice.doc_balance < 0:
        firm.credits[invoice.vendor.num].append(invoice)
    else:
        firm.due.add(pay_day(firm, day + timedelta(days=7)), (invoice, 100), next_day_after(day))


def _prepay_order(firm: Firm, day: date, order: PurchaseOrder) -> None:
    """Pay in advance: an application without invoice, and a negative invoice to be netted."""
    doc_amount = divide(sum(line.doc_amount for line in order.lines) * _PREPAID_PERCENT, 100)
    payment = _new_payment(firm, day, order.vendor, order.rate, order.plant)
    amount = convert(doc_amount, payment.rate)
    payment.applications.append(
        Application(1, None, "", doc_amount, amount, 0, 0, voided=False, day=day)
    )
    _post_payment(firm, payment)
    invoice = Invoice(
        vendor=order.vendor,
        num=f"PREPAY-{payment.num}",
        day=day,
        due=day,
        discount_day=None,
        discount_percent=0,
        terms=order.terms,
        currency=order.currency,
        rate=payment.rate,
        doc_amount=-doc_amount,
        amount=-amount,
        doc_tax=0,
        tax=0,
        doc_balance=-doc_amount,
        balance=-amount,
        person="apclerk1",
        plant=order.plant,
        order_num=order.num,
        entered=day,
        debit_memo=True,
        prepayment=True,
        journal=payment.journal,
        payment_num=payment.num,
        description=f"Prepayment for PO {order.num}",
        changed=day,
    )
    firm.invoices.append(invoice)
    firm.credits[order.vendor.num].append(invoice)

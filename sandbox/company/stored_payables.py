"""AP invoices and payments that are not finished, read back from the database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.company.accounts import Account
from sandbox.company.amounts import parse_scaled
from sandbox.company.calendar import parse_stamp
from sandbox.company.payables import plan_settlement
from sandbox.company.payments import plan_clearing
from sandbox.company.records import (
    Application,
    Expense,
    Invoice,
    InvoiceLine,
    Payment,
    ReceiptLine,
    Vendor,
)

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.company.stored_orders import ReceiptLineKey
from sandbox.company.reader import Reader, cost, money, quantity, read_day

_RATE = 8


_UNCLEARED_DAYS = 40


InvoiceKey = tuple[int, str]


_INVOICE_COLUMNS = (
    "VendorNum InvoiceNum InvoiceDate DueDate DiscountDate TermsCode CurrencyCode "
    "ExchangeRate DocInvoiceAmt "
    "InvoiceAmt DocTaxAmt TaxAmt DocInvoiceBal InvoiceBal EntryPerson Plant REFPONum "
    "ApplyDate DebitMemo PrePayment "
    "InvoiceHeld Posted JournalNum PrePayHeadNum Description ChangeDate"
)


def read_invoices(
    reader: Reader,
    firm: Firm,
    vendors: dict[int, Vendor],
    receipts: dict[ReceiptLineKey, ReceiptLine],
    day: date,
) -> dict[InvoiceKey, Invoice]:
    """Read the open invoices, and those whose payment may be voided; plan their settlement."""
    since = (day - timedelta(days=_UNCLEARED_DAYS)).isoformat()
    where = (
        '"OpenPayable" = 1 OR ("VendorNum", "InvoiceNum") IN (SELECT t."VendorNum", '
        't."InvoiceNum" FROM "APTran" AS t '
        f'WHERE t."Company" = :company AND t."TranDate" >= \'{since}\')'
    )
    found = {}
    for row in reader.rows("APInvHed", _INVOICE_COLUMNS, where):
        invoice = _invoice(dict(zip(_INVOICE_COLUMNS.split(), row, strict=True)), vendors)
        found[invoice.vendor.num, invoice.num] = invoice
    firm.invoices.extend(found.values())
    _read_unposted_lines(reader, found, receipts)
    for invoice in found.values():
        if invoice.posted and invoice.doc_balance:
            plan_settlement(firm, invoice, invoice.entered or invoice.day, day)
    return found


def _invoice(row: dict[str, Any], vendors: dict[int, Vendor]) -> Invoice:
    discount_day = parse_stamp(row["DiscountDate"])
    return Invoice(
        vendor=vendors[row["VendorNum"]],
        num=row["InvoiceNum"],
        day=read_day(row["InvoiceDate"]),
        due=read_day(row["DueDate"]),
        discount_day=discount_day,
        discount_percent=2 if discount_day else 0,
        terms=row["TermsCode"],
        currency=row["CurrencyCode"],
        rate=parse_scaled(row["ExchangeRate"], _RATE),
        doc_amount=money(row["DocInvoiceAmt"]),
        amount=money(row["InvoiceAmt"]),
        doc_tax=money(row["DocTaxAmt"]),
        tax=money(row["TaxAmt"]),
        doc_balance=money(row["DocInvoiceBal"]),
        balance=money(row["InvoiceBal"]),
        person=row["EntryPerson"],
        plant=row["Plant"],
        order_num=row["REFPONum"],
        entered=read_day(row["ApplyDate"]),
        debit_memo=bool(row["DebitMemo"]),
        prepayment=bool(row["PrePayment"]),
        held=bool(row["InvoiceHeld"]),
        posted=bool(row["Posted"]),
        journal=row["JournalNum"],
        payment_num=row["PrePayHeadNum"],
        description=row["Description"],
        changed=read_day(row["ChangeDate"]),
        stored=True,
    )


def _read_unposted_lines(
    reader: Reader, invoices: dict[InvoiceKey, Invoice], receipts: dict[ReceiptLineKey, ReceiptLine]
) -> None:
    """Read lines and expenses of the invoices that are still to be posted."""
    unposted = (
        '("VendorNum", "InvoiceNum") IN (SELECT "VendorNum", "InvoiceNum" FROM "APInvHed" '
        'WHERE "Company" = :company AND "Posted" = 0)'
    )
    expenses: dict[tuple[int, str, int], list[Expense]] = {}
    columns = "VendorNum InvoiceNum InvoiceLine GLAccount DocExpAmt ExpAmt"
    for vendor, invoice, num, account, doc_amount, amount in reader.rows(
        "APInvExp", columns, unposted, '"VendorNum", "InvoiceNum", "InvoiceLine", "InvExpSeq"'
    ):
        expense = Expense(Account(*account.split("-")), money(doc_amount), money(amount))
        expenses.setdefault((vendor, invoice, num), []).append(expense)
    columns = (
        "VendorNum InvoiceNum InvoiceLine LineType Description OurQty DocUnitCost "
        "CostPerCode DocExtCost "
        "ExtCost PackSlip PackLine"
    )
    for (
        vendor,
        invoice,
        num,
        kind,
        text,
        amount_of,
        unit,
        per,
        doc_ext,
        ext,
        slip,
        pack_line,
    ) in reader.rows("APInvDtl", columns, unposted, '"VendorNum", "InvoiceNum", "InvoiceLine"'):
        invoices[vendor, invoice].lines.append(
            InvoiceLine(
                num,
                kind,
                text,
                quantity(amount_of),
                cost(unit),
                per,
                money(doc_ext),
                money(ext),
                receipts.get((vendor, slip, pack_line)) if slip else None,
                tuple(expenses.get((vendor, invoice, num), ())),
            )
        )


def read_payments(
    reader: Reader,
    firm: Firm,
    vendors: dict[int, Vendor],
    invoices: dict[InvoiceKey, Invoice],
    day: date,
) -> None:
    """Read the payments that the bank may still clear, with what they were applied to."""
    since = (day - timedelta(days=_UNCLEARED_DAYS)).isoformat()
    waiting = f'"ClearedCheck" = 0 AND "Voided" = 0 AND "CheckDate" >= \'{since}\''
    found: dict[int, Payment] = {}
    columns = (
        "HeadNum CheckNum VendorNum CheckDate CurrencyCode ExchangeRate DocCheckAmt CheckAmt Plant"
    )
    for num, check, vendor, paid, currency, rate, doc_amount, amount, plant in reader.rows(
        "CheckHed", columns, waiting
    ):
        found[num] = Payment(
            num,
            check,
            vendors[vendor],
            read_day(paid),
            currency,
            parse_scaled(rate, _RATE),
            money(doc_amount),
            money(amount),
            plant,
            stored=True,
        )
    columns = "HeadNum APTranNo VendorNum InvoiceNum DocTranAmt TranAmt DocDiscAmt DiscAmt TranDate"
    for head, num, vendor, invoice, *amounts, paid in reader.rows(
        "APTran", columns, f'"Voided" = 0 AND "TranDate" >= \'{since}\'', '"HeadNum", "APTranNo"'
    ):
        if head in found:
            applied = invoices[vendor, invoice] if invoice else None
            doc_amount, amount, doc_discount, discount = map(money, amounts)
            found[head].applications.append(
                Application(
                    num,
                    applied,
                    invoice,
                    doc_amount,
                    amount,
                    doc_discount,
                    discount,
                    voided=False,
                    day=read_day(paid),
                )
            )
    firm.payments.extend(found.values())
    for payment in found.values():
        plan_clearing(firm, payment, day)

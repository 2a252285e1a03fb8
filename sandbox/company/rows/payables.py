"""AP invoices and payments as rows of Epicor's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.company.amounts import cost_text, divide, money_text, quantity_text, rate_text
from sandbox.company.calendar import fiscal_columns, stamp, stamp_or_none
from sandbox.company.payments import BANK_ACCOUNT

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.company.records.payables import Application, Expense, Invoice, InvoiceLine, Payment

Row = dict[str, Any]


def invoice_row(firm: Firm, invoice: Invoice) -> Row:
    """Return the APInvHed row."""
    booked = invoice.entered or invoice.day
    discount = divide(invoice.amount * invoice.discount_percent, 100)
    doc_discount = divide(invoice.doc_amount * invoice.discount_percent, 100)
    return {
        "Company": firm.company,
        "VendorNum": invoice.vendor.num,
        "InvoiceNum": invoice.num,
        "DebitMemo": invoice.debit_memo,
        "PrePayment": invoice.prepayment,
        "PrePayHeadNum": invoice.payment_num,
        "InvoiceDate": stamp(invoice.day),
        "DueDate": stamp(invoice.due),
        "DiscountDate": stamp_or_none(invoice.discount_day),
        "DiscountAmt": money_text(discount),
        "DocDiscountAmt": money_text(doc_discount),
        "ApplyDate": stamp(booked),
        "TermsCode": invoice.terms,
        **fiscal_columns(firm.company, booked),
        "EntryPerson": invoice.person,
        "CurrencyCode": invoice.currency,
        "RateGrpCode": "MAIN",
        "ExchangeRate": rate_text(invoice.rate),
        "InvoiceAmt": money_text(invoice.amount),
        "DocInvoiceAmt": money_text(invoice.doc_amount),
        "InvoiceVendorAmt": money_text(invoice.amount),
        "DocInvoiceVendorAmt": money_text(invoice.doc_amount),
        "TaxAmt": money_text(invoice.tax),
        "DocTaxAmt": money_text(invoice.doc_tax),
        "REFPONum": invoice.order_num,
        "InvoiceRef": "",
        "InvoiceComment": "",
        "Description": invoice.description,
        "Plant": invoice.plant,
        "PurPoint": invoice.vendor.purchase_point,
        "StartUp": False,
        "LegalNumber": "",
        "OpenPayable": invoice.doc_balance != 0,
        "Posted": invoice.posted,
        "GLPosted": invoice.posted,
        "JournalCode": "PJ" if invoice.posted else "",
        "JournalNum": invoice.journal,
        "InvoiceBal": money_text(invoice.balance),
        "DocInvoiceBal": money_text(invoice.doc_balance),
        "UnpostedBal": money_text(invoice.balance),
        "DocUnpostedBal": money_text(invoice.doc_balance),
        "InvoiceHeld": invoice.held and invoice.doc_balance != 0,
        "PayHold": invoice.vendor.pay_hold,
        "ChangedBy": "manager" if invoice.doc_balance != invoice.doc_amount else invoice.person,
        "ChangeDate": stamp(invoice.changed or invoice.day),
        "ApprovedByCFO_c": None
        if abs(invoice.amount) < 500_000
        else invoice.posted and not invoice.held,
        "GroupID": f"{firm.company[-2:]}{(invoice.entered or invoice.day):%m%d}",
    }


def invoice_line_row(firm: Firm, invoice: Invoice, line: InvoiceLine) -> Row:
    """Return the APInvDtl row."""
    received = line.received
    order_line = received.release.line if received else None
    unit = order_line.part.unit if order_line and order_line.part else "EA"
    return {
        "Company": firm.company,
        "VendorNum": invoice.vendor.num,
        "InvoiceNum": invoice.num,
        "InvoiceLine": line.num,
        "LineType": line.kind,
        "PartNum": order_line.part_num if order_line else "",
        "Description": line.description,
        "PONum": order_line.order.num if order_line else 0,
        "POLine": order_line.num if order_line else 0,
        "PORelNum": received.release.num if received else 0,
        "PurPoint": invoice.vendor.purchase_point,
        "PackSlip": received.receipt.pack_slip if received else "",
        "PackLine": received.num if received else 0,
        "JobNum": "",
        "VendorQty": quantity_text(line.quantity),
        "OurQty": quantity_text(line.quantity),
        "PUM": unit,
        "IUM": unit,
        "CostPerCode": line.per,
        "UnitCost": cost_text(
            line.doc_cost
            if invoice.rate == 100_000_000
            else divide(line.doc_cost * invoice.rate, 100_000_000)
        ),
        "DocUnitCost": cost_text(line.doc_cost),
        "ExtCost": money_text(line.amount),
        "DocExtCost": money_text(line.doc_amount),
        "TotalMiscChrg": "0.000",
        "LineDiscAmt": "0.000",
        "TaxCatID": "",
        "PurchCode": order_line.expense.natural if order_line and order_line.expense else "",
        "ChangedBy": invoice.person,
        "ChangeDate": stamp(invoice.entered or invoice.day),
    }


def expense_row(firm: Firm, invoice: Invoice, line: InvoiceLine, seq: int, expense: Expense) -> Row:
    """Return the APInvExp row: the share of a line that one account bears."""
    return {
        "Company": firm.company,
        "VendorNum": invoice.vendor.num,
        "InvoiceNum": invoice.num,
        "InvoiceLine": line.num,
        "InvExpSeq": seq,
        "ExpAmt": money_text(expense.amount),
        "DocExpAmt": money_text(expense.doc_amount),
        "RefType": "PRJ" if expense.account.project else "",
        "RefCode": expense.account.project,
        "RefCodeDesc": "",
        "ExtCompanyID": "",
        "Plant": invoice.plant,
        "BookID": "MAIN",
        "GLAccount": expense.account.text,
    }


def expense_link_row(
    firm: Firm, invoice: Invoice, line: InvoiceLine, seq: int, expense: Expense
) -> Row:
    """Return the TranGLC row of a posted expense: the journal line that it became."""
    day = invoice.posted_on or invoice.day
    # The journal begins with the payable and, if there is any, the tax; expenses follow.
    first = 3 if invoice.doc_tax else 2
    before = sum(len(each.expenses) for each in invoice.lines if each.num < line.num)
    return {
        "Company": firm.company,
        "RelatedToFile": "APInvExp",
        "Key1": str(invoice.vendor.num),
        "Key2": invoice.num,
        "Key3": str(line.num),
        "Key4": str(seq),
        "Key5": "",
        "Key6": "",
        "TGLCTranNum": 1,
        "SysGLControlType": "AP Expense",
        "GLAcctContext": "Expense",
        "RecordType": "A",
        "TranDate": stamp(day),
        "SysDate": stamp(day),
        "BookID": "MAIN",
        "COACode": "MAIN",
        "GLAccount": expense.account.text,
        "CurrencyCode": invoice.currency,
        "DebitAmount": money_text(max(0, expense.doc_amount)),
        "CreditAmount": money_text(max(0, -expense.doc_amount)),
        "BookDebitAmount": money_text(max(0, expense.amount)),
        "BookCreditAmount": money_text(max(0, -expense.amount)),
        **fiscal_columns(firm.company, day),
        "JournalCode": "PJ",
        "JournalNum": invoice.journal,
        "JournalLine": first + before + seq - 1,
        "PostedDate": stamp(day),
    }


def payment_row(firm: Firm, payment: Payment) -> Row:
    """Return the CheckHed row."""
    place = payment.vendor.place
    return {
        "Company": firm.company,
        "HeadNum": payment.num,
        "CheckNum": payment.check_num,
        "GroupID": f"P{payment.day:%y%m%d}",
        "BankAcctID": BANK_ACCOUNT[firm.company],
        "CheckDate": stamp(payment.day),
        **fiscal_columns(firm.company, payment.day),
        "Posted": True,
        "CheckSrc": "AP",
        "ManualPrint": False,
        "VendorNum": payment.vendor.num,
        "Name": payment.vendor.name,
        "Address1": payment.vendor.street,
        "City": place.city,
        "State": place.state,
        "ZIP": place.postal_code,
        "Country": place.country,
        "CurrencyCode": payment.currency,
        "RateGrpCode": "MAIN",
        "ExchangeRate": rate_text(payment.rate),
        "CheckAmt": money_text(payment.amount),
        "DocCheckAmt": money_text(payment.doc_amount),
        "EntryPerson": "apclerk1",
        "PMUID": 1,
        "LegalNumber": "",
        "Plant": payment.plant,
        "Voided": payment.voided is not None,
        "VoidedReason": "Stop payment" if payment.voided else "",
        "ClearedCheck": payment.cleared is not None,
        "ClearedDate": stamp_or_none(payment.cleared),
        "ClearedAmt": money_text(payment.amount if payment.cleared else 0),
        "DocClearedAmt": money_text(payment.doc_amount if payment.cleared else 0),
        "ChangedBy": "treasury" if payment.cleared or payment.voided else "apclerk1",
        "ChangeDate": stamp(payment.voided or payment.cleared or payment.day),
    }


def application_row(firm: Firm, payment: Payment, item: Application) -> Row:
    """Return the APTran row; a prepayment names no invoice, a voided one has negative amounts."""
    return {
        "Company": firm.company,
        "HeadNum": payment.num,
        "APTranNo": item.num,
        "InvoiceNum": item.invoice_num,
        "Voided": item.voided,
        "TranType": "Pay",
        "Posted": True,
        "GLPosted": True,
        "VendorNum": payment.vendor.num,
        "BankAcctID": BANK_ACCOUNT[firm.company],
        "CheckNum": payment.check_num,
        "TranDate": stamp(item.day),
        "InvoiceDate": stamp(item.invoice.day) if item.invoice else None,
        "InvoiceRef": "",
        **fiscal_columns(firm.company, item.day),
        "EntryPerson": "apclerk1",
        "TranAmt": money_text(item.amount),
        "DocTranAmt": money_text(item.doc_amount),
        "DiscAmt": money_text(item.discount),
        "DocDiscAmt": money_text(item.doc_discount),
        "PrePayment": item.invoice is None,
        "RefPONum": 0,
        "CurrencyCode": payment.currency,
        "ChangedBy": "treasury" if item.voided else "apclerk1",
        "ChangeDate": stamp(item.day),
    }

"""Purchase orders and receipts as rows of Epicor's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.company.amounts import cost_text, money_text, quantity_text, rate_text
from sandbox.company.calendar import stamp
from sandbox.company.inventory import bin_of

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.company.records.purchases import (
        OrderLine,
        PurchaseOrder,
        Receipt,
        ReceiptLine,
        Release,
    )

Row = dict[str, Any]
_FREIGHT_TERMS = ("FOB", "EXW", "DAP", "")


def order_row(firm: Firm, order: PurchaseOrder) -> Row:
    """Return the POHeader row."""
    due = max((line.due for line in order.lines), default=order.day)
    doc_total = sum(line.doc_amount for line in order.lines)
    total = sum(line.amount for line in order.lines)
    return {
        "Company": firm.company,
        "PONum": order.num,
        "VendorNum": order.vendor.num,
        "PurPoint": order.vendor.purchase_point,
        "EntryPerson": order.buyer.lower(),
        "OrderDate": stamp(order.day),
        "DueDate": stamp(due),
        "PromiseDate": stamp(due) if order.num % 3 else None,
        "BuyerID": order.buyer,
        "TermsCode": order.terms,
        "ShipViaCode": ("UPSG", "FEDX", "TRUK", "")[order.num % 4],
        "FOB": _FREIGHT_TERMS[order.num % 4],
        "CurrencyCode": order.currency,
        "ExchangeRate": rate_text(order.rate),
        "RateGrpCode": "MAIN",
        "CommentText": order.comment,
        "POType": "STD",
        "ShipName": order.plant,
        "TotalMiscCharges": "0.000",
        "TotalTax": "0.000",
        "ReadyToPrint": order.approved,
        "ProjectCode_c": order.project if order.num % 5 else None,
        "Character01": order.comment if order.num % 7 == 0 else "",
        "ShortChar01": ("", "rush", "5%")[order.num % 3],
        "CheckBox05": order.num % 4 == 1,
        "TaxPoint": stamp(order.day) if order.num % 2 else None,
        "OpenOrder": order.open,
        "VoidOrder": order.void,
        "OrderHeld": order.held,
        "Approve": order.approved,
        "ApprovalStatus": "A" if order.approved else "U",
        "ApprovedBy": "pmgr" if order.approved else "",
        "ApprovedDate": stamp(order.day) if order.approved else None,
        "ApprovedAmount": money_text(total if order.approved else 0),
        "Confirmed": order.approved and order.num % 4 != 0,
        "TotalCharges": money_text(total),
        "DocTotalCharges": money_text(doc_total),
        "TotalOrder": money_text(total),
        "DocTotalOrder": money_text(doc_total),
        "ChangedBy": order.buyer.lower(),
        "ChangeDate": stamp(order.changed or order.day),
    }


def line_row(firm: Firm, line: OrderLine) -> Row:
    """Return the PODetail row; the PO number is spelled `PONUM` here."""
    unit = line.part.unit if line.part else "EA"
    return {
        "Company": firm.company,
        "PONUM": line.order.num,
        "POLine": line.num,
        "VendorNum": line.order.vendor.num,
        "PartNum": line.part_num,
        "VenPartNum": f"{line.order.vendor.vendor_id}/{line.part_num}"[:50] if line.num % 2 else "",
        "LineDesc": line.description,
        "RevisionNum": "A" if line.part else "",
        "IUM": unit,
        "PUM": unit,
        "BaseUOM": unit,
        "CostPerCode": line.per,
        "ClassID": line.part_class,
        "TaxCatID": "",
        "PurchCode": line.expense.natural if line.expense else "",
        "CommentText": line.order.comment if line.num == 1 else "",
        "OrderQty": quantity_text(line.quantity),
        "XOrderQty": quantity_text(line.quantity),
        "BaseQty": quantity_text(line.quantity),
        "UnitCost": cost_text(line.cost),
        "DocUnitCost": cost_text(line.doc_cost),
        "ExtCost": money_text(line.amount),
        "DocExtCost": money_text(line.doc_amount),
        "DueDate": stamp(line.due),
        "Confirmed": line.order.approved and line.order.num % 4 != 0,
        "OpenLine": line.open,
        "VoidLine": line.void,
        "ChangedBy": line.order.buyer.lower(),
        "ChangeDate": stamp(line.order.changed or line.order.day),
    }


def release_row(firm: Firm, release: Release) -> Row:
    """Return the PORel row."""
    line = release.line
    unit = line.part.unit if line.part else "EA"
    return {
        "Company": firm.company,
        "PONum": line.order.num,
        "POLine": line.num,
        "PORelNum": release.num,
        "DueDate": stamp(release.due),
        "PromiseDt": stamp(release.due) if release.num % 2 else None,
        "NeedByDate": stamp(release.due),
        "RelQty": quantity_text(release.quantity),
        "XRelQty": quantity_text(release.quantity),
        "BaseQty": quantity_text(release.quantity),
        "BaseUOM": unit,
        "WarehouseCode": line.part.warehouse if line.part else "",
        "Plant": line.order.plant,
        "ProjectID": line.order.project,
        "TranType": "PUR-STK" if line.part else "PUR-UKN",
        "JobNum": "",
        "OpenRelease": release.open,
        "PORelOpen": release.open,
        "VoidRelease": False,
        "ReceivedQty": quantity_text(release.received),
        "ArrivedQty": quantity_text(release.received),
        "InvoicedQty": quantity_text(release.invoiced),
        "Status": "O" if release.open else "C",
    }


def receipt_row(firm: Firm, receipt: Receipt) -> Row:
    """Return the RcvHead row."""
    return {
        "Company": firm.company,
        "VendorNum": receipt.vendor.num,
        "PurPoint": receipt.vendor.purchase_point,
        "PackSlip": receipt.pack_slip,
        "ReceiptDate": stamp(receipt.day),
        "EntryDate": stamp(receipt.day),
        "ArrivedDate": stamp(receipt.day),
        "EntryPerson": receipt.person,
        "ReceivePerson": receipt.person,
        "Plant": receipt.plant,
        "PONum": receipt.order_num,
        "Received": True,
        "SaveForInvoicing": True,
        "ChangedBy": receipt.person,
        "ChangeDate": stamp(receipt.day),
        "Invoiced": receipt.is_invoiced,
    }


def receipt_line_row(firm: Firm, line: ReceiptLine) -> Row:
    """Return the RcvDtl row; `POTransValue` is the amount accrued until the invoice."""
    receipt, order_line = line.receipt, line.release.line
    unit = order_line.part.unit if order_line.part else "EA"
    return {
        "Company": firm.company,
        "VendorNum": receipt.vendor.num,
        "PurPoint": receipt.vendor.purchase_point,
        "PackSlip": receipt.pack_slip,
        "PackLine": line.num,
        "PONum": order_line.order.num,
        "POLine": order_line.num,
        "PORelNum": line.release.num,
        "PartNum": order_line.part_num,
        "PartDescription": order_line.description,
        "WareHouseCode": line.warehouse,
        "BinNum": bin_of(order_line.part) if order_line.part else "",
        "LotNum": "",
        "JobNum": "",
        "IUM": unit,
        "PUM": unit,
        "OurQty": quantity_text(line.quantity),
        "VendorQty": quantity_text(line.quantity),
        "CostPerCode": order_line.per,
        "OurUnitCost": cost_text(order_line.cost),
        "VendorUnitCost": cost_text(order_line.cost),
        "DocUnitCost": cost_text(order_line.doc_cost),
        "DocVendorUnitCost": cost_text(order_line.doc_cost),
        "POTransValue": money_text(line.accrual),
        "ReceiptDate": stamp(receipt.day),
        "ReceivedTo": "PUR-STK" if order_line.part else "PUR-UKN",
        "ReceiptType": "P",
        "Received": True,
        "ReceivedComplete": not line.release.open,
        "ChangedBy": receipt.person,
        "ChangeDate": stamp(receipt.day),
        "Invoiced": bool(line.invoice_num),
        "InvoiceNum": line.invoice_num,
        "InvoiceLine": line.invoice_line,
    }

"""Sales orders and AR invoices as rows of Epicor's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.company.amounts import cost_text, money_text, quantity_text, rate_text
from sandbox.company.calendar import fiscal_columns, moment, stamp, stamp_or_none

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.company.records.sales import BilledLine, CustomerInvoice, Sale, SaleLine

Row = dict[str, Any]


def _change_marks(sale: Sale) -> Row:
    return {
        "ChangedBy": sale.rep.lower(),
        "ChangeDate": stamp(sale.changed or sale.day),
        "ChangeTime": sale.changed_second,
    }


def sale_row(firm: Firm, sale: Sale) -> Row:
    """Return the OrderHed row; `PONum` is the customer's order number, a text."""
    total = sum(line.amount for line in sale.lines)
    doc_total = sum(line.doc_amount for line in sale.lines)
    need_by = max(line.need_by for line in sale.lines)
    return {
        "Company": firm.company,
        "OrderNum": sale.num,
        "CustNum": sale.customer.num,
        "PONum": sale.customer_order,
        "EntryPerson": sale.rep.lower(),
        "ShipToNum": "",
        "TermsCode": sale.customer.terms,
        "ShipViaCode": "TRUK",
        "CurrencyCode": sale.currency,
        "RateGrpCode": "MAIN",
        "ExchangeRate": rate_text(sale.rate),
        "SalesRepList": sale.rep,
        "OrderComment": sale.comment,
        "Plant": sale.plant,
        "VoidOrder": False,
        "OrderHeld": False,
        "TotalCharges": money_text(total),
        "DocTotalCharges": money_text(doc_total),
        "TotalMisc": "0.000",
        "TotalDiscount": "0.000",
        "TotalTax": "0.000",
        "OrderAmt": money_text(total),
        "DocOrderAmt": money_text(doc_total),
        "OrderDate": stamp(sale.day),
        "RequestDate": stamp(need_by),
        "NeedByDate": stamp(need_by),
        "OpenOrder": sale.open,
        **_change_marks(sale),
    }


def sale_line_row(firm: Firm, line: SaleLine) -> Row:
    """Return the OrderDtl row."""
    return {
        "Company": firm.company,
        "OrderNum": line.order.num,
        "OrderLine": line.num,
        "CustNum": line.order.customer.num,
        "PartNum": line.part.num,
        "LineDesc": line.part.description,
        "RevisionNum": "A",
        "IUM": line.part.unit,
        "SalesUM": line.part.unit,
        "ProdCode": line.part.product,
        "VoidLine": False,
        "OrderQty": quantity_text(line.quantity),
        "SellingQuantity": quantity_text(line.quantity),
        "UnitPrice": cost_text(line.price),
        "DocUnitPrice": cost_text(line.doc_price),
        "ExtPriceDtl": money_text(line.amount),
        "DocExtPriceDtl": money_text(line.doc_amount),
        "DiscountPercent": "0.000",
        "RequestDate": stamp(line.need_by),
        "NeedByDate": stamp(line.need_by),
        "OpenLine": line.shipped < line.quantity,
        **_change_marks(line.order),
    }


def sale_release_row(firm: Firm, line: SaleLine) -> Row:
    """Return the OrderRel row; a line has one release."""
    return {
        "Company": firm.company,
        "OrderNum": line.order.num,
        "OrderLine": line.num,
        "OrderRelNum": 1,
        "Plant": line.part.plant,
        "WarehouseCode": line.part.warehouse,
        "ShipToNum": "",
        "ShipViaCode": "TRUK",
        "PartNum": line.part.num,
        "VoidRelease": False,
        "Make": False,
        "BuyToOrder": False,
        "FirmRelease": True,
        "OurReqQty": quantity_text(line.quantity),
        "SellingReqQty": quantity_text(line.quantity),
        "OurStockQty": quantity_text(line.quantity),
        "OurJobShippedQty": "0.00000000",
        "ReqDate": stamp(line.need_by),
        "NeedByDate": stamp(line.need_by),
        "OpenRelease": line.shipped < line.quantity,
        "OurStockShippedQty": quantity_text(line.shipped),
        "SellingStockShippedQty": quantity_text(line.shipped),
        **_change_marks(line.order),
    }


def customer_invoice_row(firm: Firm, invoice: CustomerInvoice) -> Row:
    """Return the InvcHead row."""
    sale = invoice.sale
    return {
        "Company": firm.company,
        "InvoiceNum": invoice.num,
        "InvoiceType": "SHP" if not invoice.credit_memo else "MIS",
        "CreditMemo": invoice.credit_memo,
        "CustNum": sale.customer.num,
        "SoldToCustNum": sale.customer.num,
        "OrderNum": sale.num,
        "PONum": sale.customer_order,
        "EntryPerson": "billing",
        "TermsCode": sale.customer.terms,
        "GroupID": f"S{invoice.day:%m%d}",
        "Posted": True,
        "GLPosted": True,
        "InvoiceDate": stamp(invoice.day),
        "ApplyDate": stamp(invoice.day),
        "DueDate": stamp(invoice.due),
        "CreatedOn": moment(invoice.day, (invoice.changed_second * 7) % 86_400),
        **fiscal_columns(firm.company, invoice.day),
        "CurrencyCode": sale.currency,
        "RateGrpCode": "MAIN",
        "ExchangeRate": rate_text(invoice.rate),
        "SalesRepList": sale.rep,
        "LegalNumber": "",
        "Plant": sale.plant,
        "JournalCode": "SJ",
        "JournalNum": invoice.journal,
        "InvoiceAmt": money_text(invoice.amount),
        "DocInvoiceAmt": money_text(invoice.doc_amount),
        "OpenInvoice": invoice.doc_balance != 0,
        "ClosedDate": stamp_or_none(invoice.closed),
        "InvoiceBal": money_text(invoice.balance),
        "DocInvoiceBal": money_text(invoice.doc_balance),
        "UnpostedBal": money_text(invoice.balance),
        "DocUnpostedBal": money_text(invoice.doc_balance),
        "ChangedBy": "cash" if invoice.doc_balance != invoice.doc_amount else "billing",
        "ChangeDate": stamp(invoice.changed or invoice.day),
        "ChangeTime": invoice.changed_second,
    }


def billed_line_row(firm: Firm, invoice: CustomerInvoice, billed: BilledLine) -> Row:
    """Return the InvcDtl row."""
    line = billed.line
    part = line.part
    return {
        "Company": firm.company,
        "InvoiceNum": invoice.num,
        "InvoiceLine": billed.num,
        "LineType": "PART",
        "OrderNum": line.order.num,
        "OrderLine": line.num,
        "OrderRelNum": 1,
        "PackNum": invoice.num,
        "PackLine": billed.num,
        "CustNum": line.order.customer.num,
        "PartNum": part.num,
        "LineDesc": part.description,
        "IUM": part.unit,
        "SalesUM": part.unit,
        "ProdCode": part.product,
        "TaxCatID": "",
        "SellingShipQty": quantity_text(billed.quantity),
        "OurShipQty": quantity_text(billed.quantity),
        "UnitPrice": cost_text(line.price),
        "DocUnitPrice": cost_text(line.doc_price),
        "ExtPrice": money_text(billed.amount),
        "DocExtPrice": money_text(billed.doc_amount),
        "Discount": "0.000",
        "MtlUnitCost": cost_text(part.std_material),
        "LbrUnitCost": cost_text(part.std_labor),
        "BurUnitCost": cost_text(part.std_burden),
        "ShipDate": stamp(invoice.day),
        "ChangedBy": "billing",
        "ChangeDate": stamp(invoice.day),
        "ChangeTime": (invoice.changed_second * 7) % 86_400,
    }

"""Sales orders and AR invoices that are not finished, read back from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.company.amounts import parse_scaled
from sandbox.company.records import (
    CustomerInvoice,
    Part,
    Sale,
    SaleLine,
)
from sandbox.company.sales import plan_shipment, receipt_plan

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.firm import Firm
from sandbox.company.reader import Reader, cost, money, quantity, read_day

_RATE = 8


def read_sales(reader: Reader, firm: Firm, parts: dict[str, Part], day: date) -> None:
    """Read the orders that are open or whose invoices are; plan shipments and payments."""
    customers = {customer.num: customer for customer in firm.customers}
    wanted = (
        '"OrderNum" IN (SELECT "OrderNum" FROM "OrderHed" WHERE "Company" = :company AND '
        '"OpenOrder" = 1 '
        'UNION SELECT "OrderNum" FROM "InvcHead" WHERE "Company" = :company AND "OpenInvoice" = 1)'
    )
    sales: dict[int, Sale] = {}
    columns = (
        "OrderNum CustNum OrderDate CurrencyCode ExchangeRate PONum Plant SalesRepList "
        "OrderComment OpenOrder ChangeDate"
    )
    for (
        num,
        cust,
        ordered,
        currency,
        rate,
        their,
        plant,
        rep,
        text,
        is_open,
        changed,
    ) in reader.rows("OrderHed", columns, wanted):
        sales[num] = Sale(
            num,
            customers[cust],
            read_day(ordered),
            currency,
            parse_scaled(rate, _RATE),
            their,
            plant,
            rep,
            text,
            open=bool(is_open),
            changed=read_day(changed),
            changed_second=40_000,
            stored=True,
        )
    firm.sales.extend(sales.values())
    shipped = {
        (order, line): quantity(done)
        for order, line, done in reader.rows(
            "OrderRel", "OrderNum OrderLine OurStockShippedQty", wanted
        )
    }
    columns = (
        "OrderNum OrderLine PartNum OrderQty DocUnitPrice UnitPrice DocExtPriceDtl ExtPriceDtl "
        "NeedByDate"
    )
    for order, num, part, wanted_qty, doc_price, price, doc_amount, amount, need_by in reader.rows(
        "OrderDtl", columns, wanted, '"OrderNum", "OrderLine"'
    ):
        line = SaleLine(
            sales[order],
            num,
            parts[part],
            quantity(wanted_qty),
            cost(doc_price),
            cost(price),
            money(doc_amount),
            money(amount),
            read_day(need_by),
            shipped.get((order, num), 0),
            stored=True,
        )
        sales[order].lines.append(line)
        if line.shipped < line.quantity:
            plan_shipment(firm, line, day)
    _read_customer_invoices(reader, firm, sales, day)


def _read_customer_invoices(reader: Reader, firm: Firm, sales: dict[int, Sale], day: date) -> None:
    columns = (
        "InvoiceNum OrderNum InvoiceDate DueDate DocInvoiceAmt InvoiceAmt DocInvoiceBal "
        "InvoiceBal ExchangeRate "
        "CreditMemo JournalNum ChangeDate ChangeTime"
    )
    for (
        num,
        order,
        billed,
        due,
        doc_amount,
        amount,
        doc_open,
        still_open,
        rate,
        memo,
        journal,
        *changed,
    ) in reader.rows("InvcHead", columns, '"OpenInvoice" = 1'):
        invoice = CustomerInvoice(
            num,
            sales[order],
            read_day(billed),
            read_day(due),
            money(doc_amount),
            money(amount),
            0,
            0,
            money(doc_open),
            money(still_open),
            parse_scaled(rate, _RATE),
            credit_memo=bool(memo),
            journal=journal,
            changed=read_day(changed[0]),
            changed_second=changed[1],
            stored=True,
        )
        firm.customer_invoices.append(invoice)
        steps = receipt_plan(firm, invoice)
        for when, percent in steps[-1:] if invoice.doc_balance != invoice.doc_amount else steps:
            firm.cash.add(when, (invoice, percent), day)

"""All rows of a firm, table by table: which of its documents go into which table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.company.rows import common, ledger, partners, payables, purchases, sales, stock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from sandbox.company.firm import Firm

    Row = dict[str, Any]
    # A table, the function that makes its rows, and what that takes beside the firm for each row.
    Tables: TypeAlias = Iterator[tuple[str, Callable[..., Row], Iterable[tuple[Any, ...]]]]


def firm_rows(firm: Firm) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield (table, rows) for all that a firm keeps in memory, headers before lines."""
    if firm.is_first_lot:
        yield from common.common_rows(firm)
    accounts = {entry.account for journal in firm.journals for entry in journal.entries}
    yield "GLAccount", [ledger.account_row(firm.company, account) for account in sorted(accounts)]
    for documents in (_masters, _purchases, _jobs, _receipts, _payables, _sales, _books):
        for table, row, items in documents(firm):
            yield table, (row(firm, *item) for item in items)


def _masters(firm: Firm) -> Tables:
    places = [
        (part, warehouse) for part in firm.parts for warehouse in stock.warehouses_of(firm, part)
    ]
    yield "Vendor", partners.vendor_row, zip(firm.vendors)
    yield "Customer", partners.customer_row, zip(firm.customers)
    yield "Part", stock.part_row, zip(firm.parts)
    yield "PartPlant", stock.part_plant_row, zip(firm.parts)
    yield "PartCost", stock.part_cost_row, zip(firm.parts)
    yield "PartWhse", stock.stock_row, places
    yield "PartBin", stock.bin_row, places


def _purchases(firm: Firm) -> Tables:
    lines = [line for order in firm.orders for line in order.lines]
    yield "POHeader", purchases.order_row, zip(firm.orders)
    yield "PODetail", purchases.line_row, zip(lines)
    yield "PORel", purchases.release_row, zip(r for line in lines for r in line.releases)


def _jobs(firm: Firm) -> Tables:
    yield "JobHead", stock.job_row, zip(firm.jobs)
    yield "JobMtl", stock.material_row, ((job, m) for job in firm.jobs for m in job.materials)


def _receipts(firm: Firm) -> Tables:
    lines = (line for receipt in firm.receipts for line in receipt.lines)
    yield "RcvHead", purchases.receipt_row, zip(firm.receipts)
    yield "RcvDtl", purchases.receipt_line_row, zip(lines)


def _payables(firm: Firm) -> Tables:
    lines = [(invoice, line) for invoice in firm.invoices for line in invoice.lines]
    expenses = [
        (invoice, line, number, expense)
        for invoice, line in lines
        for number, expense in enumerate(line.expenses, 1)
    ]
    applied = ((payment, item) for payment in firm.payments for item in payment.applications)
    yield "APInvHed", payables.invoice_row, zip(firm.invoices)
    yield "APInvDtl", payables.invoice_line_row, lines
    yield "APInvExp", payables.expense_row, expenses
    yield "TranGLC", payables.expense_link_row, (e for e in expenses if e[0].posted_on)
    yield "CheckHed", payables.payment_row, zip(firm.payments)
    yield "APTran", payables.application_row, applied


def _sales(firm: Firm) -> Tables:
    lines = [line for sale in firm.sales for line in sale.lines]
    billed = ((bill, line) for bill in firm.customer_invoices for line in bill.lines)
    yield "OrderHed", sales.sale_row, zip(firm.sales)
    yield "OrderDtl", sales.sale_line_row, zip(lines)
    yield "OrderRel", sales.sale_release_row, zip(lines)
    yield "InvcHead", sales.customer_invoice_row, zip(firm.customer_invoices)
    yield "InvcDtl", sales.billed_line_row, billed


def _books(firm: Firm) -> Tables:
    entries = (
        (journal, number, entry)
        for journal in firm.journals
        for number, entry in enumerate(journal.entries, 1)
    )
    yield "PartTran", stock.move_row, zip(firm.moves)
    yield "GLJrnDtl", ledger.entry_row, entries

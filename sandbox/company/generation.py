"""The whole company, table by table, and the database file that holds it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.company import (
    inventory_rows,
    ledger_rows,
    master_rows,
    partner_rows,
    payables_rows,
    purchasing_rows,
    sales_rows,
)
from sandbox.company.calendar import TODAY, stamp
from sandbox.company.master_data import SIZE_SHARE
from sandbox.company.working_day import live_through
from sandbox.epicor.model import load_model
from sandbox.epicor.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from sandbox.company.accounts import Account
    from sandbox.company.firm import Firm

Row = dict[str, Any]
ROWS_PER_CHUNK = 2_000
COMPANIES = tuple(SIZE_SHARE)
_LOT_SIZE = 1.0
_BUSINESS_DATES = (
    "ChangeDate",
    "SysDate",
    "PostedDate",
    "CreatedOn",
    "LastChangedOn",
    "EffectiveDate",
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a table got, and all together."""

    tables: dict[str, int]

    @property
    def rows(self) -> int:
        """Rows in all tables."""
        return sum(self.tables.values())


def generate(scale: float = 1.0, seed: int = 1) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows of both companies in chunks of one table each, headers before their lines.

    The same arguments always give the same rows. Memory stays that of scale 1, since a larger
    company is made in lots of that size. Decimals are exact text with trailing zeros, dates text
    without zone.

    Args:
        scale: 1 gives about 150,000 rows in all; the number grows in proportion.
        seed: Another seed is another company of the same kind.

    Yields:
        Table name and rows, each with the same columns in the same order within a table.
    """
    lots = max(1, math.ceil(scale / _LOT_SIZE))
    for company in COMPANIES:
        accounts: set[Account] = set()
        for lot in range(lots):
            firm = live_through(company, seed, lot, lots, scale / lots)
            if lot == 0:
                yield from master_rows.common_rows(firm)
            yield from _lot_rows(firm, accounts)


def _lot_rows(firm: Firm, known: set[Account]) -> Iterator[tuple[str, list[Row]]]:
    used = {entry.account for journal in firm.journals for entry in journal.entries}
    yield (
        "GLAccount",
        [ledger_rows.account_row(firm.company, account) for account in sorted(used - known)],
    )
    known |= used
    for table, rows in document_rows(firm):
        yield from _chunks(table, rows)


def document_rows(firm: Firm) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield (table, rows) for all that a firm keeps in memory, headers before lines."""
    yield from _partner_rows(firm)
    orders = [order for order in firm.orders if not order.stored]
    lines = [line for order in orders for line in order.lines]
    yield "POHeader", (purchasing_rows.order_row(firm, order) for order in orders)
    yield "PODetail", (purchasing_rows.line_row(firm, line) for line in lines)
    yield (
        "PORel",
        (purchasing_rows.release_row(firm, release) for line in lines for release in line.releases),
    )
    yield from _job_rows(firm)
    yield from _receipt_rows(firm)
    yield from _payable_rows(firm)
    yield from _sale_rows(firm)
    yield "PartTran", (inventory_rows.move_row(firm, move) for move in firm.moves)
    yield (
        "GLJrnDtl",
        (
            ledger_rows.entry_row(firm, journal, number, entry)
            for journal in firm.journals
            for number, entry in enumerate(journal.entries, 1)
        ),
    )


def _partner_rows(firm: Firm) -> Iterator[tuple[str, Iterator[Row]]]:
    yield "Vendor", (partner_rows.vendor_row(firm, vendor) for vendor in firm.vendors)
    yield "Customer", (partner_rows.customer_row(firm, customer) for customer in firm.customers)
    yield "Part", (inventory_rows.part_row(firm, part) for part in firm.parts)
    yield "PartPlant", (inventory_rows.part_plant_row(firm, part) for part in firm.parts)
    yield "PartCost", (inventory_rows.part_cost_row(firm, part) for part in firm.parts)
    places = [
        (part, warehouse)
        for part in firm.parts
        for warehouse in inventory_rows.warehouses_of(firm, part)
    ]
    yield "PartWhse", (inventory_rows.stock_row(firm, *place) for place in places)
    yield "PartBin", (inventory_rows.bin_row(firm, *place) for place in places)


def _job_rows(firm: Firm) -> Iterator[tuple[str, Iterator[Row]]]:
    jobs = [job for job in firm.jobs if not job.stored]
    yield "JobHead", (inventory_rows.job_row(firm, job) for job in jobs)
    yield (
        "JobMtl",
        (inventory_rows.material_row(firm, job, item) for job in jobs for item in job.materials),
    )


def _receipt_rows(firm: Firm) -> Iterator[tuple[str, Iterator[Row]]]:
    receipts = [receipt for receipt in firm.receipts if not receipt.stored]
    yield "RcvHead", (purchasing_rows.receipt_row(firm, receipt) for receipt in receipts)
    yield (
        "RcvDtl",
        (
            purchasing_rows.receipt_line_row(firm, line)
            for receipt in receipts
            for line in receipt.lines
        ),
    )


def _payable_rows(firm: Firm) -> Iterator[tuple[str, Iterator[Row]]]:
    invoices = [invoice for invoice in firm.invoices if not invoice.stored]
    payments = [payment for payment in firm.payments if not payment.stored]
    lines = [(invoice, line) for invoice in invoices for line in invoice.lines]
    yield "APInvHed", (payables_rows.invoice_row(firm, invoice) for invoice in invoices)
    yield (
        "APInvDtl",
        (payables_rows.invoice_line_row(firm, invoice, line) for invoice, line in lines),
    )
    yield (
        "APInvExp",
        (
            payables_rows.expense_row(firm, invoice, line, number, expense)
            for invoice, line in lines
            for number, expense in enumerate(line.expenses, 1)
        ),
    )
    yield (
        "TranGLC",
        (row for invoice in invoices for row in payables_rows.expense_link_rows(firm, invoice)),
    )
    yield "CheckHed", (payables_rows.payment_row(firm, payment) for payment in payments)
    yield (
        "APTran",
        (
            payables_rows.application_row(firm, payment, item)
            for payment in payments
            for item in payment.applications
        ),
    )


def _sale_rows(firm: Firm) -> Iterator[tuple[str, Iterator[Row]]]:
    sales = [sale for sale in firm.sales if not sale.stored]
    lines = [line for sale in sales for line in sale.lines]
    invoices = [invoice for invoice in firm.customer_invoices if not invoice.stored]
    yield "OrderHed", (sales_rows.sale_row(firm, sale) for sale in sales)
    yield "OrderDtl", (sales_rows.sale_line_row(firm, line) for line in lines)
    yield "OrderRel", (sales_rows.sale_release_row(firm, line) for line in lines)
    yield "InvcHead", (sales_rows.customer_invoice_row(firm, invoice) for invoice in invoices)
    yield (
        "InvcDtl",
        (
            sales_rows.billed_line_row(firm, invoice, line)
            for invoice in invoices
            for line in invoice.lines
        ),
    )


def _chunks(table: str, rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == ROWS_PER_CHUNK:
            yield table, chunk
            chunk = []
    if chunk:
        yield table, chunk


def build(
    path: str | Path,
    scale: float = 1.0,
    seed: int = 1,
    updated_on: bool = False,  # noqa: FBT001, FBT002 - a fixed name of the sandbox
    progress: Callable[[str, int], None] | None = None,
) -> Counts:
    """Create the database file of the stand-in server and return how many rows it got.

    Args:
        path: A file that does not exist yet.
        scale: As for `generate`.
        seed: As for `generate`.
        updated_on: Whether the model shows the column `UpdatedOn` on every entity set.
        progress: Called with table and number of rows after each chunk.

    Raises:
        FileExistsError: The file is there already.
    """
    store = Store.create(path, load_model(updated_on))
    counts: dict[str, int] = {}
    try:
        with store.transaction():
            for table, rows in generate(scale, seed):
                store.insert(table, add_updated_on(rows))
                counts[table] = counts.get(table, 0) + len(rows)
                if progress:
                    progress(table, len(rows))
    finally:
        store.close()
    return Counts(counts)


def add_updated_on(rows: list[Row], day: str | None = None) -> list[Row]:
    """Give each row an `UpdatedOn`: a second of the day on which it was last changed."""
    dated = next((name for name in _BUSINESS_DATES if rows and name in rows[0]), None)
    for number, row in enumerate(rows):
        when = day or (row[dated] if dated else None) or stamp(TODAY)
        second = 21_600 + number * 7 % 50_000
        row["UpdatedOn"] = (
            f"{when[:10]}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        )
    return rows

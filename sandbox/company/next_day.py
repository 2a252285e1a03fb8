"""The next working day: what it inserts, changes and deletes in the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.company import (
    inventory_rows,
    ledger_rows,
    master_rows,
    payables_rows,
    purchasing_rows,
    sales_rows,
)
from sandbox.company.amounts import cost_text
from sandbox.company.calendar import next_day_after, stamp
from sandbox.company.generation import COMPANIES, add_updated_on, document_rows
from sandbox.company.master_data import next_rate
from sandbox.company.names import street
from sandbox.company.payables import post_invoice
from sandbox.company.purchasing import release_order
from sandbox.company.reader import Reader
from sandbox.company.stored_firm import last_day, read_firm
from sandbox.company.working_day import run_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sandbox.company.firm import Firm
    from sandbox.company.records import Invoice, OrderLine, Part, PurchaseOrder
    from sandbox.epicor.store import Store

Row = dict[str, Any]
_PARTNER_TABLES = {"Vendor", "Customer", "Part", "PartPlant", "PartCost", "PartWhse", "PartBin"}
_LINES_OF_A_DRAFT = 2


@dataclass(frozen=True, slots=True)
class Changes:
    """What a working day did to the database: rows per table."""

    day: date
    inserted: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """Rows inserted, updated and deleted, all together."""
        return self.inserted.total() + self.updated.total() + self.deleted.total()


def next_working_day(store: Store, seed: int = 1) -> Changes:
    """Make the working day after the last one in the store happen, in both companies.

    The day follows from the store, so the n-th call is the n-th day, and the same calls on the same
    build do the same. All of it is one transaction; afterwards everything reconciles as before.

    Args:
        store: A store that `build` filled.
        seed: The seed it was built with, else vendors change their habits.

    Raises:
        ValueError: The store was not filled by `build`.
    """
    day = next_day_after(max(last_day(store, company) for company in COMPANIES))
    changes = Changes(day)
    with store.transaction():
        for company in COMPANIES:
            _Day(store, read_firm(store, company, seed, day), changes).run()
    return changes


@dataclass(frozen=True, slots=True)
class _Day:
    """One company's next day while it is written to the store."""

    store: Store
    firm: Firm
    changes: Changes

    def run(self) -> None:
        firm, day = self.firm, self.changes.day
        stock_before = dict(firm.stock)
        self._set_rates()
        self._decide_drafts()
        if firm.company == COMPANIES[0]:
            # However small the company: a delivery and a payment every day.
            firm.arrivals.bring_forward(day)
            firm.due.bring_forward(day)
        run_day(firm, day)
        self._change_masters()
        self._insert_documents()
        for table, key, changed in self._document_changes():
            self._update(table, key, changed)
        self._write_stock(stock_before)

    def _insert(self, table: str, rows: list[Row]) -> None:
        if rows:
            self.store.insert(table, add_updated_on(rows, stamp(self.changes.day)))
            self.changes.inserted[table] += len(rows)

    def _update(self, table: str, key: Row, changed: Row) -> None:
        second = 28_800 + self.changes.updated.total() % 30_000
        when = inventory_rows.moment(self.changes.day, second)
        full_key = {"Company": self.firm.company, **key}
        if self.store.update(table, full_key, {**changed, "UpdatedOn": when}):
            self.changes.updated[table] += 1

    def _delete(self, table: str, key: Row) -> None:
        if self.store.delete(table, {"Company": self.firm.company, **key}):
            self.changes.deleted[table] += 1

    def _set_rates(self) -> None:
        firm, day = self.firm, self.changes.day
        rows = []
        for currency, known in firm.rates.items():
            value = known[-1][1] / 100_000_000
            rate = (
                round(next_rate(firm.chance("rate", currency, day), value, value) * 100_000) * 1_000
            )
            known.append((day, rate))
            rows.append(master_rows.rate_row(firm.company, currency, day, rate))
        self._insert("CurrExRate", rows)

    def _decide_drafts(self) -> None:
        """Cut and approve the draft orders; post or throw away the unposted invoices."""
        firm, day = self.firm, self.changes.day
        for order in [order for order in firm.orders if not order.approved and not order.void]:
            if len(order.lines) > _LINES_OF_A_DRAFT:
                self._drop_line(order.lines.pop())
            order.approved, order.touched, order.changed = True, True, day
            release_order(firm, order, day)
        unposted = [invoice for invoice in firm.invoices if not invoice.posted]
        for position, invoice in enumerate(unposted):
            if position % 3 == 0:
                self._drop_invoice(invoice)
            else:
                post_invoice(firm, invoice, day)

    def _drop_line(self, line: OrderLine) -> None:
        order: PurchaseOrder = line.order
        for release in line.releases:
            self._delete("PORel", {"PONum": order.num, "POLine": line.num, "PORelNum": release.num})
        self._delete("PODetail", {"PONUM": order.num, "POLine": line.num})

    def _drop_invoice(self, invoice: Invoice) -> None:
        key = {"VendorNum": invoice.vendor.num, "InvoiceNum": invoice.num}
        for line in invoice.lines:
            for number in range(1, len(line.expenses) + 1):
                self._delete("APInvExp", {**key, "InvoiceLine": line.num, "InvExpSeq": number})
            self._delete("APInvDtl", {**key, "InvoiceLine": line.num})
        self._delete("APInvHed", key)
        self.firm.invoices.remove(invoice)

    def _change_masters(self) -> None:
        """Change some addresses, prices and ratings; only some tables note a change date."""
        firm, day = self.firm, self.changes.day
        rng = firm.chance("masters", day)
        for vendor in rng.sample(firm.vendors, 1 + len(firm.vendors) // 100):
            self._update(
                "Vendor",
                {"VendorNum": vendor.num},
                {"Address1": street(rng), "SupplierRating_c": rng.randrange(50, 100)},
            )
        for customer in rng.sample(firm.customers, 1 + len(firm.customers) // 100):
            changed = {
                "CreditLimit": f"{rng.randrange(1, 90)}0000.000",
                "ChangeDate": stamp(day),
                "ChangedBy": "sales",
                "ChangeTime": rng.randrange(30_000, 60_000),
            }
            self._update("Customer", {"CustNum": customer.num}, changed)
        made = [part for part in firm.parts if part.is_made]
        for part in rng.sample(made, min(len(made), 1 + len(made) // 40)):
            price = cost_text(int(part.price * rng.uniform(0.98, 1.06)))
            moment = inventory_rows.moment(day, rng.randrange(30_000, 60_000))
            self._update(
                "Part", {"PartNum": part.num}, {"UnitPrice": price, "ChangedOn": f"{moment}.5"}
            )

    def _insert_documents(self) -> None:
        firm = self.firm
        reader = Reader(self.store, firm.company)
        known = {text for (text,) in reader.rows("GLAccount", "GLAccount1")}
        used = {entry.account for journal in firm.journals for entry in journal.entries}
        new = sorted(account for account in used if account.text not in known)
        self._insert(
            "GLAccount", [ledger_rows.account_row(firm.company, account) for account in new]
        )
        for table, rows in document_rows(firm):
            if table not in _PARTNER_TABLES:
                self._insert(table, list(rows))
        reversals = [
            payables_rows.application_row(firm, payment, item)
            for payment in firm.payments
            if payment.stored and payment.voided
            for item in payment.applications
            if item.voided
        ]
        self._insert("APTran", reversals)
        posted = [invoice for invoice in firm.invoices if invoice.stored and invoice.lines]
        links = [
            row for invoice in posted for row in payables_rows.expense_link_rows(firm, invoice)
        ]
        self._insert("TranGLC", links)

    def _write_stock(self, before: dict[tuple[str, str], int]) -> None:
        firm = self.firm
        parts = {part.num: part for part in firm.parts}
        for (part_num, warehouse), on_hand in firm.stock.items():
            part = parts[part_num]
            if (part_num, warehouse) not in before:
                self._insert("PartWhse", [inventory_rows.stock_row(firm, part, warehouse)])
                self._insert("PartBin", [inventory_rows.bin_row(firm, part, warehouse)])
            elif before[part_num, warehouse] != on_hand:
                self._update_stock(part, warehouse)
        for part in firm.parts:
            if part.touched:
                row = inventory_rows.part_cost_row(firm, part)
                self._update(
                    "PartCost",
                    {"PartNum": part.num, "CostID": "1"},
                    {name: row[name] for name in ("StdMaterialCost", "AvgMaterialCost")},
                )

    def _update_stock(self, part: Part, warehouse: str) -> None:
        place: Row = {"PartNum": part.num, "WarehouseCode": warehouse}
        on_hand = inventory_rows.stock_changes(self.firm, part, warehouse)
        self._update("PartWhse", {**place, "Plant": part.plant}, on_hand)
        in_bin = {
            name: inventory_rows.bin_row(self.firm, part, warehouse)[name]
            for name in ("BinNum", "DimCode", "LotNum", "PCID")
        }
        self._update(
            "PartBin", {**place, **in_bin}, inventory_rows.bin_changes(self.firm, part, warehouse)
        )

    def _document_changes(self) -> Iterator[tuple[str, Row, Row]]:
        yield from self._order_changes()
        yield from self._receipt_changes()
        yield from self._payable_changes()
        yield from self._sale_changes()
        yield from self._job_changes()

    def _order_changes(self) -> Iterator[tuple[str, Row, Row]]:
        for order in self.firm.orders:
            if not order.stored:
                continue
            if order.touched:
                yield "POHeader", {"PONum": order.num}, purchasing_rows.order_changes(order)
            for line in order.lines:
                key = {"PONUM": order.num, "POLine": line.num}
                if line.touched or order.touched:
                    yield "PODetail", key, purchasing_rows.line_changes(line)
                for release in line.releases:
                    if release.touched:
                        key = {"PONum": order.num, "POLine": line.num, "PORelNum": release.num}
                        yield "PORel", key, purchasing_rows.release_changes(release)

    def _receipt_changes(self) -> Iterator[tuple[str, Row, Row]]:
        for receipt in self.firm.receipts:
            if not (receipt.stored and receipt.touched):
                continue
            key: Row = {
                "VendorNum": receipt.vendor.num,
                "PurPoint": receipt.vendor.purchase_point,
                "PackSlip": receipt.pack_slip,
            }
            yield "RcvHead", key, purchasing_rows.receipt_changes(receipt)
            for line in receipt.lines:
                if line.touched:
                    line_key = {**key, "PackLine": line.num}
                    yield "RcvDtl", line_key, purchasing_rows.receipt_line_changes(line)

    def _payable_changes(self) -> Iterator[tuple[str, Row, Row]]:
        for invoice in self.firm.invoices:
            if invoice.stored and invoice.touched:
                key = {"VendorNum": invoice.vendor.num, "InvoiceNum": invoice.num}
                yield "APInvHed", key, payables_rows.invoice_changes(self.firm, invoice)
        for payment in self.firm.payments:
            if payment.stored and payment.touched:
                yield "CheckHed", {"HeadNum": payment.num}, payables_rows.payment_changes(payment)

    def _sale_changes(self) -> Iterator[tuple[str, Row, Row]]:
        for sale in self.firm.sales:
            if not (sale.stored and sale.touched):
                continue
            yield "OrderHed", {"OrderNum": sale.num}, sales_rows.sale_changes(sale)
            for line in sale.lines:
                if line.touched:
                    key = {"OrderNum": sale.num, "OrderLine": line.num}
                    yield "OrderDtl", key, sales_rows.sale_line_changes(line)
                    yield (
                        "OrderRel",
                        {**key, "OrderRelNum": 1},
                        sales_rows.sale_release_changes(line),
                    )
        for invoice in self.firm.customer_invoices:
            if invoice.stored and invoice.touched:
                yield (
                    "InvcHead",
                    {"InvoiceNum": invoice.num},
                    sales_rows.customer_invoice_changes(invoice),
                )

    def _job_changes(self) -> Iterator[tuple[str, Row, Row]]:
        for job in self.firm.jobs:
            if not (job.stored and job.touched):
                continue
            yield "JobHead", {"JobNum": job.num}, inventory_rows.job_changes(job)
            for material in () if job.finished else job.materials:
                key = {"JobNum": job.num, "AssemblySeq": 0, "MtlSeq": material.num}
                yield "JobMtl", key, inventory_rows.material_changes(material)

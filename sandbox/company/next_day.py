"""The next working day: what it inserts, changes and deletes in the database.

A firm lives through the day as the generator lets it; what then differs between its rows of the
morning and those of the evening is what the day did. So rows and columns that somebody changed in
the database by hand stay as they are, unless the day itself has something new to say of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.company import memory
from sandbox.company.amounts import cost_text
from sandbox.company.calendar import moment, next_day_after, stamp
from sandbox.company.generation import COMPANIES, add_updated_on, new_accounts
from sandbox.company.names import street
from sandbox.company.payables import post_invoice
from sandbox.company.purchasing import release_order
from sandbox.company.rates import set_rates
from sandbox.company.tables import firm_rows
from sandbox.company.working_day import run_day
from sandbox.epicor.model import load_model

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.firm import Firm
    from sandbox.epicor.store import Store

Row = dict[str, Any]
Rows = dict[tuple[Any, ...], Row]
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


def next_working_day(store: Store) -> Changes:
    """Make the working day after the last one in the store happen, in both companies.

    The day follows from the store, so the n-th call is the n-th day, and the same calls on the same
    build do the same. All of it is one transaction; afterwards everything reconciles as before.

    Args:
        store: A store that `build` filled.

    Raises:
        ValueError: The store was not filled by `build`.
    """
    last_day, firms = memory.recall(store)
    changes = Changes(next_day_after(last_day))
    with store.transaction():
        for firm in firms:
            morning = _rows_by_key(firm)
            _live(firm, changes.day)
            _write(store, firm, morning, changes)
            memory.keep(store, firm, changes.day)
    return changes


def _rows_by_key(firm: Firm) -> dict[str, Rows]:
    """Return the rows of a firm by table and key."""
    keys = {name: table.key for name, table in load_model().tables.items()}
    return {
        table: {tuple(row[name] for name in keys[table]): row for row in rows}
        for table, rows in firm_rows(firm)
    }


def _live(firm: Firm, day: date) -> None:
    firm.last_day = day
    set_rates(firm, day)
    _decide_drafts(firm, day)
    if firm.is_first_lot and firm.company == COMPANIES[0]:
        # However small the company: a delivery and a payment every day.
        firm.arrivals.bring_forward(day)
        firm.due.bring_forward(day)
    run_day(firm, day)
    _change_masters(firm, day)


def _decide_drafts(firm: Firm, day: date) -> None:
    """Cut and approve the draft orders; post or throw away the unposted invoices."""
    for order in [order for order in firm.orders if not order.approved and not order.void]:
        if len(order.lines) > _LINES_OF_A_DRAFT:
            order.lines.pop()
        order.approved, order.changed = True, day
        release_order(firm, order, day)
    unposted = [invoice for invoice in firm.invoices if not invoice.posted]
    for position, invoice in enumerate(unposted):
        if position % 3:
            post_invoice(firm, invoice, day)
            continue
        firm.invoices.remove(invoice)
        # The vendor bills what it delivered once more.
        received = [line.received.receipt for line in invoice.lines if line.received]
        for receipt in {receipt.pack_slip: receipt for receipt in received}.values():
            firm.billing.add(day, receipt, next_day_after(day))


def _change_masters(firm: Firm, day: date) -> None:
    """Change some addresses, prices and ratings; only some tables note a change date."""
    rng = firm.chance("masters", day)
    for vendor in rng.sample(firm.vendors, 1 + len(firm.vendors) // 100):
        vendor.street = street(rng)
        vendor.revised["SupplierRating_c"] = rng.randrange(50, 100)
    for customer in rng.sample(firm.customers, 1 + len(firm.customers) // 100):
        customer.revised = {
            "CreditLimit": f"{rng.randrange(1, 90)}0000.000",
            "ChangeDate": stamp(day),
            "ChangedBy": "sales",
            "ChangeTime": rng.randrange(30_000, 60_000),
        }
    made = [part for part in firm.parts if part.is_made]
    for part in rng.sample(made, min(len(made), 1 + len(made) // 40)):
        price = cost_text(int(part.price * rng.uniform(0.98, 1.06)))
        when = moment(day, rng.randrange(30_000, 60_000))
        part.revised = {"UnitPrice": price, "ChangedOn": f"{when}.5"}


def _write(store: Store, firm: Firm, morning: dict[str, Rows], changes: Changes) -> None:
    """Write what differs between the rows of the morning and those of now, headers first."""
    evening = _rows_by_key(firm)
    for table in reversed(morning):
        for key in morning[table].keys() - evening[table].keys():
            if store.delete(table, _named(table, key)):
                changes.deleted[table] += 1
    known = {text for (text,) in store.rows("GLAccount", ["GLAccount1"], firm.company)}
    for table, rows in evening.items():
        new = [row for key, row in rows.items() if key not in morning[table]]
        if table == "GLAccount":
            new = new_accounts(new, known)
        if new:
            store.insert(table, add_updated_on(new, stamp(changes.day)))
            changes.inserted[table] += len(new)
    for table, rows in evening.items():
        for key, before in morning[table].items():
            changed = dict(rows.get(key, before).items() - before.items())
            if changed:
                second = 28_800 + changes.updated.total() % 30_000
                changed["UpdatedOn"] = moment(changes.day, second)
                changes.updated[table] += store.update(table, _named(table, key), changed)


def _named(table: str, key: tuple[Any, ...]) -> Row:
    return dict(zip(load_model().tables[table].key, key, strict=True))

"""The firms of a database, kept in it whole: each goes on where its last day ended.

A firm is kept as Python's own pickle, in a table that no entity set shows, so a copy of the
database file is a copy of the firms.
"""

from __future__ import annotations

import pickle
import sqlite3
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.epicor.store import Store

_TABLE = "CREATE TABLE IF NOT EXISTS _firms (company, lot, day, firm, PRIMARY KEY (company, lot))"


def keep(store: Store, firm: Firm, day: date) -> None:
    """Keep a firm as it is on the evening of `day`, without what is finished."""
    _forget_finished(firm)
    values = (firm.company, firm.lot, day.isoformat(), pickle.dumps(firm))
    connection = store.connection()
    connection.execute(_TABLE)
    connection.execute("INSERT OR REPLACE INTO _firms VALUES (?, ?, ?, ?)", values)


def recall(store: Store) -> tuple[date, list[Firm]]:
    """Return the last day of the data, and the firms as they were in the evening.

    Raises:
        ValueError: The store was not filled by `build`.
    """
    try:
        kept = store.connection().execute("SELECT day, firm FROM _firms ORDER BY rowid").fetchall()
    except sqlite3.OperationalError:
        kept = []
    if not kept:
        message = f"No company is kept in {store.path}: build it with sandbox.company.build first."
        raise ValueError(message)
    # The sandbox's own file, which it made itself.
    firms = [pickle.loads(firm) for _, firm in kept]  # noqa: S301
    return date.fromisoformat(max(day for day, _ in kept)), firms


def _forget_finished(firm: Firm) -> None:
    """Forget what is in the database and can never change again."""
    firm.moves.clear()
    firm.journals.clear()
    firm.receipts = [each for each in firm.receipts if not each.is_invoiced]
    awaited = {line.release.line.order.num for each in firm.receipts for line in each.lines}
    firm.orders = [order for order in firm.orders if order.open or order.num in awaited]
    firm.payments = [each for each in firm.payments if not (each.cleared or each.voided)]
    # A payment that may yet be voided would open its invoices again.
    in_doubt = {id(item.invoice) for each in firm.payments for item in each.applications}
    firm.invoices = [
        each
        for each in firm.invoices
        if each.doc_balance or not each.posted or id(each) in in_doubt
    ]
    firm.sales = [sale for sale in firm.sales if sale.open]
    firm.customer_invoices = [each for each in firm.customer_invoices if each.doc_balance]
    firm.jobs = [job for job in firm.jobs if not job.finished]

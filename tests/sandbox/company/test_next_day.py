"""The next working day: it happens, it repeats, and the books still agree."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from sandbox.company import build, next_working_day
from sandbox.company.reconciliation import find_faults
from sandbox.epicor.model import load_model
from sandbox.epicor.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def _digest(store: Store) -> str:
    digest = hashlib.sha256()
    for table in sorted(load_model().tables):
        columns = sorted(store.present_columns(table))
        for row in store.connection().execute(
            f'SELECT {", ".join(columns)} FROM "{table}" ORDER BY SysRevID'
        ):
            digest.update(repr(row).encode())
    return digest.hexdigest()


def test_a_day_inserts_updates_and_deletes(own_company: Store) -> None:
    """Documents come in, others move on, drafts disappear; the counts are those of the database."""
    before = {table: own_company.count(table) for table in load_model().tables}

    changes = next_working_day(own_company)

    assert {"POHeader", "RcvDtl", "APInvHed", "CheckHed", "GLJrnDtl", "PartTran"} <= set(
        changes.inserted
    )
    assert {"APInvHed", "PORel", "PartWhse", "Vendor"} <= set(changes.updated)
    assert {"PODetail", "APInvHed"} <= set(changes.deleted)
    for table, rows in before.items():
        moved = changes.inserted[table] - changes.deleted[table]
        assert own_company.count(table) == rows + moved


def test_the_books_agree_after_two_weeks(own_company: Store) -> None:
    """After ten working days every claim about the data still holds."""
    days = [next_working_day(own_company).day for _ in range(10)]

    assert [day.isoformat() for day in (days[0], days[4], days[-1])] == [
        "2026-11-02",
        "2026-11-06",
        "2026-11-13",
    ]
    assert find_faults(own_company) == []


def test_payments_close_invoices(own_company: Store) -> None:
    """A payment run lowers balances, closes invoices and moves their change date."""
    open_before = _open_invoices(own_company)

    next_working_day(own_company)

    closed = open_before - _open_invoices(own_company)
    changed = own_company.connection().execute(
        "SELECT COUNT(*) FROM APInvHed WHERE OpenPayable = 0 AND ChangeDate = '2026-11-02T00:00:00'"
    )
    assert closed
    assert changed.fetchone()[0]


def _open_invoices(store: Store) -> set[tuple[object, ...]]:
    return set(
        store.connection().execute(
            "SELECT Company, VendorNum, InvoiceNum FROM APInvHed WHERE OpenPayable = 1 AND "
            "Posted = 1"
        )
    )


def test_the_same_calls_do_the_same(built: Path, tmp_path: Path) -> None:
    """Two copies of a build are equal to the last value after two days each."""
    digests = []
    for name in ("first.db", "second.db"):
        shutil.copyfile(built, tmp_path / name)
        store = Store(tmp_path / name)
        next_working_day(store)
        next_working_day(store)
        digests.append(_digest(store))
        store.close()

    assert digests[0] == digests[1]


def test_every_change_moves_the_row_version(own_company: Store) -> None:
    """Rows that changed have versions above the highest one of the evening before."""
    highest = own_company.connection().execute("SELECT value FROM _counter").fetchone()[0]

    changes = next_working_day(own_company)

    for table in changes.updated | changes.inserted:
        newer = own_company.connection().execute(
            f'SELECT COUNT(*) FROM "{table}" WHERE SysRevID >= ?', [highest]
        )
        touched = newer.fetchone()[0]
        assert (
            changes.inserted[table] <= touched <= changes.inserted[table] + changes.updated[table]
        )
        assert touched


def test_what_was_changed_by_hand_stays(own_company: Store) -> None:
    """A day writes what it changes itself: other columns, and rows deleted by hand, stay so."""
    connection = own_company.connection()
    connection.execute("UPDATE APInvHed SET InvoiceComment = 'by hand', TermsCode = 'ours'")
    connection.execute("DELETE FROM PartBin")

    changes = next_working_day(own_company)

    moved = connection.execute(
        "SELECT InvoiceComment, TermsCode, COUNT(*) FROM APInvHed "
        "WHERE ChangeDate = '2026-11-02T00:00:00' AND InvoiceDate < '2026-10-01' GROUP BY 1, 2"
    ).fetchall()
    assert [row[:2] for row in moved] == [("by hand", "ours")]
    assert changes.updated["PartWhse"]
    assert own_company.count("PartBin") == changes.inserted["PartBin"]
    assert changes.updated["PartBin"] == 0


def test_each_lot_of_a_large_company_lives_on(tmp_path: Path) -> None:
    """A company that was made in several lots has one working day, and its books agree."""
    build(tmp_path / "lots.db", 0.15, 2, lot_size=0.05)
    store = Store(tmp_path / "lots.db")

    days = [next_working_day(store) for _ in range(3)]

    rates = store.connection().execute(
        "SELECT COUNT(*) FROM CurrExRate WHERE EffectiveDate >= '2026-10-31'"
    )
    assert [day.day.isoformat() for day in days] == ["2026-11-02", "2026-11-03", "2026-11-04"]
    assert rates.fetchone() == (3 * 8,)
    assert find_faults(store) == []
    store.close()


def test_an_empty_store_is_refused(tmp_path: Path) -> None:
    """A store that was not built says so."""
    store = Store.create(tmp_path / "empty.db")

    with pytest.raises(ValueError, match=r"build it with sandbox\.company\.build"):
        next_working_day(store)
    store.close()

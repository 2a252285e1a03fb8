"""The database below the server: exact values, one counter for all changes, columns on demand."""

from __future__ import annotations

import sqlite3
import threading
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from sandbox.epicor.store import FIRST_SYS_REV_ID, Store
from tests.sandbox.epicor.conftest import vendor

if TYPE_CHECKING:
    from pathlib import Path

KEY = {"Company": "EPIC06", "VendorNum": 1}


@pytest.mark.parametrize(
    ("column", "given", "held"),
    [
        pytest.param("MinOrderValue", Decimal("12.50000"), "12.50000", id="decimal-keeps-zeros"),
        pytest.param("MinOrderValue", Decimal("1E+3"), "1000", id="decimal-without-exponent"),
        pytest.param(
            "MinOrderValue", "98765432109876543.12345", "98765432109876543.12345", id="exact-text"
        ),
        pytest.param("Inactive", True, 1, id="boolean"),
        pytest.param("Name", "Łódź 東京 'q' \"d\"", "Łódź 東京 'q' \"d\"", id="unicode"),
        pytest.param("Name", "", "", id="empty-text"),
        pytest.param("ContractEnd_c", None, None, id="no-date"),
        pytest.param("ContractEnd_c", "2026-03-31T00:00:00", "2026-03-31T00:00:00", id="date"),
    ],
)
def test_holds_what_was_inserted(store: Store, column: str, given: object, held: object) -> None:
    """A value comes back as it went in, decimals and dates as text."""
    store.insert("Vendor", [vendor(1, **{column: given})])
    assert list(store.rows("Vendor", [column])) == [(held,)]


@pytest.mark.parametrize(
    "given", [pytest.param(0.1, id="float"), pytest.param(Decimal("NaN"), id="nan")]
)
def test_refuses_inexact_decimals(store: Store, given: object) -> None:
    """A float has no exact digits to serve, and NaN is no number in JSON."""
    with pytest.raises(TypeError, match="finite Decimal"):
        store.insert("Vendor", [vendor(1, MinOrderValue=given)])


def test_gives_defaults_to_columns_that_no_row_brought(store: Store) -> None:
    """Text is empty, numbers are 0, dates null, also if another row brings the column later.

    The id of a row in another table is empty text, although its type is a GUID.
    """
    store.insert("Vendor", [vendor(1)])
    columns = ["City", "MinOrderValue", "PayHold", "ContractEnd_c"]
    before = list(store.rows("Vendor", columns))
    store.insert(
        "Vendor",
        [vendor(2, City="Ulm", MinOrderValue=1, PayHold=True, ContractEnd_c="2026-01-01T00:00:00")],
    )
    after = list(store.rows("Vendor", columns))
    assert before == after[:1] == [("", "0", 0, None)]
    store.insert("CheckHed", [{"Company": "EPIC06", "HeadNum": 1}])
    assert list(store.rows("CheckHed", ["BankBatchSysRowID"])) == [("",)]


def test_counts_all_tables_together(store: Store) -> None:
    """SysRevID exceeds 32 bits and rises over inserts and updates in whatever table."""
    store.insert("Vendor", [vendor(1), vendor(2)])
    store.insert("VendGrup", [{"Company": "EPIC06", "GroupCode": "RAW"}])
    store.update("Vendor", KEY, {"Name": "New"})
    assert list(store.rows("VendGrup", ["SysRevID"])) == [(FIRST_SYS_REV_ID + 2,)]
    assert list(store.rows("Vendor", ["SysRevID"])) == [
        (FIRST_SYS_REV_ID + 3,),
        (FIRST_SYS_REV_ID + 1,),
    ]


def test_keeps_a_sys_rev_id_that_is_given(store: Store) -> None:
    """A late commit bears a number that was reserved before others were given out."""
    reserved = store.reserve(1)
    store.insert("Vendor", [vendor(2)])
    store.insert("Vendor", [vendor(1, SysRevID=reserved)])
    assert list(store.rows("Vendor", ["VendorNum", "SysRevID"])) == [
        (1, reserved),
        (2, reserved + 1),
    ]


def test_user_columns_alone_leave_sys_rev_id(store: Store) -> None:
    """A change of user-defined columns moves UD_SysRevID only: they have a table of their own."""
    store.insert("Vendor", [vendor(1)])
    (before,) = store.rows("Vendor", ["SysRevID", "UD_SysRevID"])
    store.update("Vendor", KEY, {"SupplierRating_c": 5}, ud_only=True)
    (after,) = store.rows("Vendor", ["SysRevID", "UD_SysRevID"])
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_names_rows_by_table_and_key(tmp_path: Path) -> None:
    """SysRowID depends on table and key alone, so two databases with the same rows agree."""
    ids = []
    for name in ("a.db", "b.db"):
        store = Store.create(tmp_path / name)
        store.insert("Vendor", [vendor(number, Name=name) for number in (1, 2)])
        ids.append(list(store.rows("Vendor", ["SysRowID"])))
        store.close()
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


def test_keys_ignore_case(store: Store) -> None:
    """Keys that differ in case only are the same key, as in a SQL Server database."""
    store.insert("Part", [{"Company": "EPIC06", "PartNum": "abc"}])
    with pytest.raises(sqlite3.IntegrityError):
        store.insert("Part", [{"Company": "EPIC06", "PartNum": "ABC"}])


def test_insert_is_all_or_nothing(store: Store) -> None:
    """A row that cannot go in takes the others of its call with it."""
    with pytest.raises(sqlite3.IntegrityError):
        store.insert("Vendor", [vendor(1), vendor(1)])
    assert store.count("Vendor") == 0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param(
            {"Company": "EPIC06", "VendorNum": 1, "Nmae": "x"},
            "no column 'Nmae'",
            id="unknown-column",
        ),
        pytest.param({"Company": "EPIC06"}, "VendorNum", id="key-misses"),
    ],
)
def test_tells_what_is_wrong_with_a_row(store: Store, row: dict[str, object], message: str) -> None:
    """A typing error in a generator is told with the column's name."""
    with pytest.raises(ValueError, match=message):
        store.insert("Vendor", [row])


def test_update_and_delete_tell_whether_the_row_was_there(store: Store) -> None:
    """A change of a row that does not exist changes nothing and says so."""
    store.insert("Vendor", [vendor(1)])
    missing = {"Company": "EPIC06", "VendorNum": 9}
    assert (store.update("Vendor", missing, {"Name": "x"}), store.delete("Vendor", missing)) == (
        False,
        False,
    )
    assert (store.update("Vendor", KEY, {"Name": "x"}), store.delete("Vendor", KEY)) == (True, True)


def test_counts_by_company(store: Store) -> None:
    """A company's rows are counted alone if asked, also where the column is named Company1."""
    store.insert("Vendor", [vendor(1), vendor(1, "EPIC07"), vendor(2, "EPIC07")])
    store.insert("Company", [{"Company1": "EPIC06"}, {"Company1": "EPIC07"}])
    assert (
        store.count("Vendor"),
        store.count("Vendor", "EPIC07"),
        store.count("Company", "EPIC06"),
    ) == (3, 2, 1)


def test_readers_see_changes_of_other_threads(store: Store) -> None:
    """Each thread has a connection of its own, and reads what another one has committed."""
    store.insert("Vendor", [vendor(1)])
    assert store.count("Vendor") == 1
    writer = threading.Thread(target=store.insert, args=("Vendor", [vendor(2, City="Ulm")]))
    writer.start()
    writer.join()
    assert list(store.rows("Vendor", ["City"])) == [("",), ("Ulm",)]


def test_shifts_all_sys_rev_ids(store: Store) -> None:
    """A restored copy has lower numbers everywhere, in the same order."""
    store.insert("Vendor", [vendor(1), vendor(2)])
    store.shift_sys_rev_ids(-1000)
    store.insert("Vendor", [vendor(3)])
    numbers = [number for (number,) in store.rows("Vendor", ["SysRevID"])]
    assert numbers == [FIRST_SYS_REV_ID - 1000 + offset for offset in range(3)]

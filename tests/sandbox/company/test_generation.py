"""The generator: the same rows each time, of the right types, as many as asked for."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.company import build, generate
from sandbox.company.generation import ROWS_PER_CHUNK
from sandbox.epicor.model import load_model

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.epicor.model import Column

# The model knows unit costs by names like UnitCost; those of PartCost have five decimals too.
_UNIT_COSTS = re.compile(r"(Std|Avg|Last)\w+Cost")

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_INTEGER_LIMIT = {"Edm.Int32": 2**31, "Edm.Int64": 2**63}


def _digest(scale: float, seed: int) -> str:
    digest = hashlib.sha256()
    for table, rows in generate(scale, seed):
        digest.update(repr((table, rows)).encode())
    return digest.hexdigest()


def test_same_arguments_give_the_same_rows() -> None:
    """Two runs with one seed are equal to the last character; another seed is another company."""
    first = _digest(0.02, 3)

    assert _digest(0.02, 3) == first
    assert _digest(0.02, 4) != first


def _fault(column: Column, value: Any) -> str | None:
    """Return what is wrong with a value, or None."""
    kind = column.edm_type
    if value is None:
        return None if column.nullable else "null in a key"
    if kind in _INTEGER_LIMIT:
        fits = type(value) is int and -_INTEGER_LIMIT[kind] <= value < _INTEGER_LIMIT[kind]
        return None if fits else "not an integer of its size"
    if kind == "Edm.Boolean":
        return None if type(value) is bool else "not a boolean"
    if type(value) is not str:
        return "not text"
    if kind == "Edm.Decimal":
        return _decimal_fault(column, value)
    if kind == "Edm.DateTimeOffset":
        whole_day = value.endswith("T00:00:00") or not column.date_only
        return None if _DATE.fullmatch(value) and whole_day else "not a date"
    longest = column.max_length
    return "too long" if longest and len(value) > longest else None


def _decimal_fault(column: Column, value: str) -> str | None:
    if not _DECIMAL.fullmatch(value) or (value.startswith("-") and not Decimal(value)):
        return "not a decimal, or negative zero"
    digits = value.lstrip("-")
    places = len(digits.partition(".")[2])
    scale = 5 if _UNIT_COSTS.fullmatch(column.name) else column.scale
    if scale is not None and places > scale:
        return "more decimals than its scale"
    too_many = column.precision is not None and len(digits.lstrip("0.")) - 1 > column.precision
    return "more digits than its precision" if too_many else None


def test_every_value_fits_its_column() -> None:
    """Each filled column is in the model, and each value is of its type, scale and length."""
    tables = {
        name: {column.name: column for column in table.columns}
        for name, table in load_model().tables.items()
    }
    faults: Counter[tuple[str, str, str]] = Counter()

    for table, rows in generate(0.05, 11):
        for row in rows:
            for name, value in row.items():
                column = tables[table].get(name)
                fault = _fault(column, value) if column else "no such column"
                if fault:
                    faults[table, name, fault] += 1

    assert not faults


def test_rows_of_a_table_have_the_same_columns_and_come_in_chunks() -> None:
    """A bulk load can bind one statement per table, and no chunk is large."""
    columns: dict[str, tuple[str, ...]] = {}

    for table, rows in generate(0.02, 5):
        assert 0 < len(rows) <= ROWS_PER_CHUNK
        for row in rows:
            assert columns.setdefault(table, tuple(row)) == tuple(row)


def test_parents_come_before_children() -> None:
    """Headers are yielded before their lines."""
    seen: list[str] = []
    for table, _ in generate(0.02, 5):
        if table not in seen:
            seen.append(table)

    families = (
        "Vendor POHeader PODetail PORel",
        "RcvHead RcvDtl",
        "APInvHed APInvDtl APInvExp",
        "CheckHed APTran",
        "OrderHed OrderDtl OrderRel",
        "InvcHead InvcDtl",
        "GLAccount GLJrnDtl",
    )
    for family in families:
        positions = [seen.index(table) for table in family.split()]
        assert positions == sorted(positions)


def test_a_large_company_is_made_of_lots_that_never_clash(tmp_path: Path) -> None:
    """Several lots share one company without a double key, and rows grow with the scale."""
    one = build(tmp_path / "one.db", 0.05, 2, lot_size=0.05)
    three = build(tmp_path / "three.db", 0.15, 2, lot_size=0.05)

    assert 2.5 < three.tables["PartTran"] / one.tables["PartTran"] < 3.5
    assert 2.5 < three.tables["APInvHed"] / one.tables["APInvHed"] < 3.5
    assert three.tables["Company"] == one.tables["Company"] == 2

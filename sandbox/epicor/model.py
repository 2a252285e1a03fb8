"""The tables, columns and entity sets of the stand-in server.

`model.json` holds them in a compact form: per table the key in URL order and one word per column,
`Name:code`. The code is the type (see `EDM_TYPES`), and a `*` behind it marks a derived column,
which the server computes for each row and which no filter can use. Names, keys and their order are
those that a live server listed in its own API description in 2024, types those of another one's
`$metadata` of 2026 and, where that was not seen, of ERP 10.2's database; which columns are derived
follows from their place in that list (joined columns stand behind `BitFlag`, computed ones in one
alphabetical run before it) and agrees with the column lists of ERP 10.2's database where those are
known.

A table with user columns has `UD_SysRevID`, the row version of the side table that holds them. Some
bear the old fixed names, such as `Character01` or `CheckBox05`, with gaps in the numbers; the `_c`
columns were added by hand. An entity set's type mostly bears the table's name; `named` is another.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

EDM_TYPES = {
    "S": "Edm.String",
    "I": "Edm.Int32",
    "L": "Edm.Int64",
    "D": "Edm.Decimal",
    "B": "Edm.Boolean",
    "T": "Edm.DateTimeOffset",
    "Y": "Edm.DateTimeOffset",  # a SQL `date`: always midnight
    "G": "Edm.Guid",
    "U": "Edm.Binary",  # the row version of the table's user columns
}
MAX_LENGTHS = {
    "Company": 8,
    "PartNum": 50,
    "VendorID": 8,
    "CustID": 10,
    "InvoiceNum": 50,
    "PackSlip": 20,
    "Name": 50,
    "PartDescription": 1000,
    "LineDesc": 1000,
    "CurrencyCode": 4,
    "TermsCode": 4,
    "WarehouseCode": 8,
    "Plant": 8,
    "JobNum": 14,
    "GLAccount": 200,
    "RowMod": 1,
}
_USER_NUMBER = re.compile(r"Number\d\d")
_USER_TEXT = re.compile(r"ShortChar\d\d")
_UNIT = re.compile(r"(UnitCost|UnitPrice|Price|Rate|Factor|_c)$")
_QUANTITY = re.compile(r"Qty|Quantity")
UPDATED_ON = "UpdatedOn"
_LIST_COLUMNS = 8
NO_GUID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Column:
    """One property of an entity type.

    `stored` is false for a derived column. `date_only` is true where the database holds a date,
    although the property is an `Edm.DateTimeOffset`. The facets are None where they do not apply or
    a server would not state them. `source` is the name of the column in the database where the
    property has another one.
    """

    name: str
    edm_type: str
    stored: bool = True
    nullable: bool = True
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    date_only: bool = False
    source: str | None = None

    @property
    def db_name(self) -> str:
        """The name of the column in the database."""
        return self.source or self.name


@dataclass(frozen=True)
class Table:
    """One table or view: its key in URL order and its columns in the server's order."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @functools.cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by their exact, case-sensitive name."""
        return {column.name: column for column in self.columns}

    @functools.cached_property
    def company_column(self) -> str | None:
        """The column that the company in the URL selects: `Company`, `Company1` or none."""
        return next((name for name in ("Company", "Company1") if name in self.by_name), None)


@dataclass(frozen=True)
class EntitySet:
    """One entity set of one service.

    `type` describes the rows as the set shows them; `table` names the stored table they come from,
    which several sets may share. `parent` is the name of the set, in the same service, that this
    one is a child of.
    """

    service: str
    name: str
    type: Table
    table: str
    parent: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The key properties, in the order of a key in the URL."""
        return self.type.key

    @property
    def columns(self) -> tuple[Column, ...]:
        """The properties, in the order of a row."""
        return self.type.columns


@dataclass(frozen=True)
class Model:
    """Everything that is served: stored tables by name, entity sets in the order of services."""

    tables: dict[str, Table]
    entity_sets: tuple[EntitySet, ...]

    @functools.cached_property
    def services(self) -> dict[str, dict[str, EntitySet]]:
        """The entity sets by service and by name."""
        found: dict[str, dict[str, EntitySet]] = {}
        for entity_set in self.entity_sets:
            found.setdefault(entity_set.service, {})[entity_set.name] = entity_set
        return found

    def children(self, parent: EntitySet) -> dict[str, EntitySet]:
        """Return the sets that `$expand` on `parent` may name."""
        sets = self.services[parent.service]
        return {name: child for name, child in sets.items() if child.parent == parent.name}


@functools.cache
def load_model(
    updated_on: bool = False,  # noqa: FBT001, FBT002 - a fixed name
    gl_account: str = "GLAccount1",
    missing_columns: frozenset[str] = frozenset(),
) -> Model:
    """Return the model.

    Args:
        updated_on: Whether every stored table shows the column `UpdatedOn`, as an extended
            installation does; a standard server has it on no entity set.
        gl_account: How the key of the GL accounts is spelled in JSON: servers show `GLAccount1` or
            `GLAccount`.
        missing_columns: Columns, as `Vendor.SupplierRating_c`, that nobody has added yet.
    """
    raw = json.loads(Path(__file__).with_name("model.json").read_text(encoding="utf-8"))
    tables = {
        name: _table(name, entry, updated_on=updated_on) for name, entry in raw["tables"].items()
    }
    views = {
        name: _table(name, entry, updated_on=updated_on) for name, entry in raw["views"].items()
    }
    types = {**tables, **views}
    for name, column in (word.split(".") for word in missing_columns):
        types[name] = _without(types[name], column)
    if gl_account != "GLAccount1":
        types["GLAccount"] = _renamed(tables["GLAccount"], "GLAccount1", gl_account)
    sources = {name: entry["of"] for name, entry in raw["views"].items()}
    sets = tuple(
        EntitySet(
            service=entry["service"],
            name=entry["name"],
            type=_named(types[entry["type"]], entry.get("named")),
            table=sources.get(entry["type"], entry["type"]),
            parent=entry.get("parent"),
        )
        for entry in raw["entity_sets"]
    )
    return Model(tables=tables, entity_sets=(*sets, *_list_sets(sets)))


def _list_sets(sets: tuple[EntitySet, ...]) -> Iterator[EntitySet]:
    """Yield the set `List` of each service: the rows of its first set as search grids show them."""
    roots = {
        entity_set.service: entity_set for entity_set in reversed(sets) if not entity_set.parent
    }
    for service, root in roots.items():
        stored = [column for column in root.columns if column.stored]
        shown = [column for column in stored if column.name in root.key]
        shown += [column for column in stored if column not in shown][:_LIST_COLUMNS]
        shown += [column for column in stored if column.name == "SysRowID" and column not in shown]
        table = Table(f"{root.type.name}List", root.key, tuple(shown))
        yield EntitySet(service, "List", table, root.table)


def _table(name: str, entry: dict[str, Any], *, updated_on: bool) -> Table:
    key = tuple(entry["key"].split())
    words = " ".join(entry["columns"]).split()
    if updated_on:
        words.append(f"{UPDATED_ON}:T")
    return Table(name, key, tuple(_column(word, key) for word in words))


def _column(word: str, key: tuple[str, ...]) -> Column:
    name, code = word.rstrip("*").split(":")
    precision, scale = _digits(name) if code == "D" else (None, None)
    return Column(
        name=name,
        edm_type=EDM_TYPES[code],
        stored=not word.endswith("*"),
        nullable=name not in key,
        max_length=_max_length(name) if code == "S" else None,
        precision=precision,
        scale=scale,
        date_only=code == "Y",
    )


def _max_length(name: str) -> int | None:
    return 50 if _USER_TEXT.fullmatch(name) else MAX_LENGTHS.get(name)


def _digits(name: str) -> tuple[int, int]:
    """Return precision and scale in the manner of ERP 10.2, where they vary by kind of column."""
    if _USER_NUMBER.fullmatch(name):
        return 20, 9
    if _UNIT.search(name):
        return 17, 5
    if _QUANTITY.search(name):
        return 22, 8
    return 17, 3


def _named(table: Table, name: str | None) -> Table:
    """Return `table` as a type of another name, if there is one."""
    return Table(name, table.key, table.columns) if name else table


def _without(table: Table, missing: str) -> Table:
    """Return `table` as it was before a column was added."""
    columns = tuple(column for column in table.columns if column.name != missing)
    return Table(table.name, table.key, columns)


def _renamed(table: Table, old: str, new: str) -> Table:
    """Return `table` with one property under another name than its column in the database."""
    columns = tuple(
        replace(column, name=new, source=old) if column.name == old else column
        for column in table.columns
    )
    return Table(table.name, tuple(new if part == old else part for part in table.key), columns)

"""The SQL that the store runs: tables, conditions on keys, and inserts of many rows."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sandbox.epicor.model import UPDATED_ON, load_model
from sandbox.epicor.values import column_default, converter, same, sql_literal, sys_row_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.epicor.model import Column, Table

SYSTEM_COLUMNS = ("SysRevID", "SysRowID", UPDATED_ON)
_SQL_TYPES = {
    "Edm.String": "TEXT COLLATE NOCASE",
    "Edm.Guid": "TEXT COLLATE NOCASE",
    "Edm.Decimal": "TEXT",
    "Edm.DateTimeOffset": "TEXT",
    "Edm.Binary": "TEXT",
}


def quote(identifier: str) -> str:
    """Return an identifier as it stands in SQL text."""
    return '"' + identifier.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class InsertPlan:
    """How rows with the same columns become parameter tuples."""

    sql: str
    table: str
    key_of: Callable[[dict[str, Any]], Any]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]
    makes_sys_rev_id: bool
    makes_sys_row_id: bool
    makes_updated_on: bool

    @classmethod
    def of(cls, table: Table, names: tuple[str, ...]) -> InsertPlan:
        """Return the plan for rows with these columns; raises ValueError as `Store.insert` does."""
        missing = [part for part in table.key if part not in names]
        if missing:
            msg = f"A row for {table.name} misses the key column(s) {', '.join(missing)}."
            raise ValueError(msg)
        made = [name for name in SYSTEM_COLUMNS if name not in names]
        all_names = [*names, *made]
        quoted = ", ".join(map(quote, all_names))
        marks = ", ".join("?" * len(all_names))
        converters = (
            (position, converter(column_of(table, name))) for position, name in enumerate(names)
        )
        return cls(
            sql=f"INSERT INTO {quote(table.name)} ({quoted}) VALUES ({marks})",
            table=table.name,
            key_of=itemgetter(*table.key),
            converters=tuple(
                (position, convert) for position, convert in converters if convert is not same
            ),
            makes_sys_rev_id="SysRevID" in made,
            makes_sys_row_id="SysRowID" in made,
            makes_updated_on=UPDATED_ON in made,
        )

    def tuples(
        self, rows: list[dict[str, Any]], first_sys_rev_id: int, now: str
    ) -> Iterator[list[Any]]:
        """Yield the values to bind, row by row, with the columns that are made up at the end."""
        for number, row in enumerate(rows, first_sys_rev_id):
            values = list(row.values())
            for position, convert in self.converters:
                values[position] = convert(values[position])
            if self.makes_sys_rev_id:
                values.append(number)
            if self.makes_sys_row_id:
                values.append(sys_row_id(self.table, self.key_of(row)))
            if self.makes_updated_on:
                values.append(now)
            yield values


def column_of(table: Table, name: str) -> Column:
    """Return a column of a stored table; `UpdatedOn` is in all of them.

    Raises:
        ValueError: The table has no such column.
    """
    if name == UPDATED_ON:
        return _UPDATED_ON_COLUMN
    try:
        return table.by_name[name]
    except KeyError:
        msg = f"Table {table.name} has no column {name!r}."
        raise ValueError(msg) from None


_UPDATED_ON_COLUMN = load_model(updated_on=True).tables["Vendor"].by_name[UPDATED_ON]


def column_ddl(column: Column) -> str:
    """Return the declaration of a column."""
    sql_type = _SQL_TYPES.get(column.edm_type, "INTEGER")
    return f"{quote(column.name)} {sql_type} DEFAULT {sql_literal(column_default(column))}"


def table_ddl(table: Table) -> Iterator[str]:
    """Yield the statements that make an empty table, indexed by key and by company and SysRevID."""
    names = dict.fromkeys([*table.key, *SYSTEM_COLUMNS])
    if table.company_column:
        names.setdefault(table.company_column)
    columns = ", ".join(column_ddl(column_of(table, name)) for name in names)
    yield f"CREATE TABLE {quote(table.name)} ({columns})"
    key = ", ".join(map(quote, table.key))
    yield f"CREATE UNIQUE INDEX {quote(table.name + '_key')} ON {quote(table.name)} ({key})"
    order = ", ".join(quote(name) for name in (table.company_column, "SysRevID") if name)
    yield f"CREATE INDEX {quote(table.name + '_rev')} ON {quote(table.name)} ({order})"


def column_term(column: Column, present: frozenset[str]) -> str:
    """Return the SQL for a column that may not be in the database yet."""
    return (
        quote(column.db_name) if column.db_name in present else sql_literal(column_default(column))
    )


def key_condition(table: Table, key: dict[str, Any]) -> tuple[str, list[Any]]:
    """Return the condition that finds one row, and its values.

    Raises:
        ValueError: The key is not complete, or more than the key.
    """
    if set(key) != set(table.key):
        msg = (
            f"The key of {table.name} is {', '.join(table.key)}, not {', '.join(key) or 'nothing'}."
        )
        raise ValueError(msg)
    values = [converter(column_of(table, part))(key[part]) for part in table.key]
    return " AND ".join(f"{quote(part)} = ?" for part in table.key), values


def company_condition(table: Table, company: str | None) -> tuple[str, list[Any]]:
    """Return the WHERE for a company's rows; nothing for all, or where a table knows no company."""
    if company is None or table.company_column is None:
        return "", []
    return f" WHERE {quote(table.company_column)} = ?", [company]

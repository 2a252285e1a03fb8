"""From a query to the bytes of a page.

SQLite reads, formats and joins the rows, so that no cell passes through Python.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sandbox.epicor.errors import internal_error, unknown_property
from sandbox.epicor.filter_terms import Field, order_term
from sandbox.epicor.filters import Dialect, filter_sql
from sandbox.epicor.projection import object_sql, value_json
from sandbox.epicor.statements import quote
from sandbox.epicor.values import column_default, sql_literal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from sandbox.epicor.model import Column
    from sandbox.epicor.projection import ValueFormat
    from sandbox.epicor.query import Query

_UNFILTERABLE = ("RowMod", "BitFlag")


@dataclass(frozen=True)
class Source:
    """Rows that can be queried: an entity set of one company, or the result of a BAQ.

    Attributes:
        type_name: The entity type as error messages name it.
        columns: The properties, in the order of a row.
        terms: The SQL of each property by name; a property without one has its default in every
            row.
        from_sql: What stands behind FROM, with `alias`.
        from_values: The values bound in `from_sql`.
        alias: The alias of the rows.
        condition: SQL that always holds, and its values.
        has_rowid: Whether `from_sql` is a plain table, of which pages are cut by rowid before any
            row is formatted.
        key: The key properties; empty for a BAQ.
    """

    type_name: str
    columns: tuple[Column, ...]
    terms: dict[str, str]
    from_sql: str
    alias: str = "t"
    from_values: tuple[Any, ...] = ()
    condition: str = "1"
    condition_values: tuple[Any, ...] = ()
    has_rowid: bool = True
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Return a property.

        Raises:
            errors.RefusalError: 400, there is none of this name.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise unknown_property(name, self.type_name)

    def field(self, name: str) -> Field:
        """Return a property as filters and orders see it; raises as `column` does."""
        column = self.column(name)
        stored = column.stored and name not in _UNFILTERABLE
        return Field(
            self.terms.get(name) or sql_literal(column_default(column)), column.edm_type, stored
        )

    def narrowed(self, condition: str, values: Sequence[Any]) -> Source:
        """Return the same source with one more condition."""
        return replace(
            self,
            condition=f"{self.condition} AND {condition}",
            condition_values=(*self.condition_values, *values),
        )


@dataclass(frozen=True, slots=True)
class Nested:
    """Child rows inside each row: property, children of one parent, and what to show of them."""

    name: str
    source: Source
    query: Query
    nested: tuple[Nested, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page as JSON without the brackets, their number, and that of all if asked."""

    text: bytes
    rows: int
    count: int | None


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads pages in one server's manner."""

    dialect: Dialect
    value_format: ValueFormat
    ignores_order: bool = False
    order_seed: int | None = None

    def page(
        self,
        connection: sqlite3.Connection,
        source: Source,
        query: Query,
        limit: int,
        nested: tuple[Nested, ...] = (),
    ) -> Page:
        """Return at most `limit` rows of `source`.

        Raises:
            errors.RefusalError: The query names what is not there, or what the server cannot filter
                or order by.
        """
        rows_sql, values = self._rows_sql(source, query, nested)
        sql = f"SELECT CAST(group_concat(j, ',') AS BLOB), count(*) FROM ({rows_sql})"
        text, rows = connection.execute(sql, (*values, limit, query.skip)).fetchone()
        total = self.count(connection, source, query) if query.count else None
        return Page(text or b"", rows, total)

    def count(self, connection: sqlite3.Connection, source: Source, query: Query) -> int:
        """Return how many rows match, `$top` and `$skip` aside."""
        where, values = self._where(source, query)
        sql = f"SELECT count(*) FROM {source.from_sql} WHERE {where}"
        found: int = connection.execute(sql, (*source.from_values, *values)).fetchone()[0]
        return found

    def holds(
        self,
        connection: sqlite3.Connection,
        source: Source,
        query: Query,
        limit: int,
        condition: str,
    ) -> bool:
        """Tell whether a page would hold a row for which a filter is true."""
        where, values = self._where(source, query)
        found, found_values = filter_sql(condition, source.field, self.dialect)
        sql = (
            f"SELECT count(*) FROM (SELECT {found} AS hit FROM {source.from_sql} "
            f"WHERE {where}{self._order(source, query)} LIMIT ? OFFSET ?) WHERE hit"
        )
        bound = (*found_values, *source.from_values, *values, limit, query.skip)
        return bool(connection.execute(sql, bound).fetchone()[0])

    def _rows_sql(
        self, source: Source, query: Query, nested: tuple[Nested, ...]
    ) -> tuple[str, tuple[Any, ...]]:
        where, where_values = self._where(source, query)
        row, row_values = self._row(source, query, nested)
        order = self._order(source, query)
        if not source.has_rowid:
            inner = f"SELECT * FROM {source.from_sql} WHERE {where}{order} LIMIT ? OFFSET ?"
            return (
                f"SELECT {row} AS j FROM ({inner}) AS {source.alias}",
                (*row_values, *source.from_values, *where_values),
            )
        alias = source.alias
        join = f" CROSS JOIN {source.from_sql} ON {alias}.rowid = page.r"
        rowids = f"SELECT {alias}.rowid AS r FROM {source.from_sql}"
        inner = f"{rowids} WHERE {where}{order} LIMIT ? OFFSET ?"
        return (
            f"SELECT {row} AS j FROM ({inner}) AS page{join}",
            (*row_values, *where_values),
        )

    def _where(self, source: Source, query: Query) -> tuple[str, tuple[Any, ...]]:
        if query.filter is None:
            return source.condition, source.condition_values
        sql, values = filter_sql(query.filter, source.field, self.dialect)
        return f"{source.condition} AND {sql}", (*source.condition_values, *values)

    def _order(self, source: Source, query: Query) -> str:
        terms = []
        for name, descending in query.order:
            field = source.field(name)
            if not field.stored:
                raise internal_error()
            terms.append(order_term(field) + (" DESC" if descending else ""))
        if self.ignores_order or not terms:
            terms = (
                []
                if self.order_seed is None or not source.has_rowid
                else [_shuffled(source.alias, self.order_seed)]
            )
        return f" ORDER BY {', '.join(terms)}" if terms else ""

    def _row(
        self, source: Source, query: Query, nested: tuple[Nested, ...]
    ) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL of one row's JSON text."""
        columns = selected(source, query, nested)
        pieces = [
            (column.name, *value_json(column, source.terms.get(column.name), self.value_format))
            for column in columns
        ]
        values: tuple[Any, ...] = ()
        for child in nested:
            sql, child_values = self._children(child)
            pieces.append((child.name, sql, True))
            values += child_values
        return object_sql(pieces), values

    def _children(self, child: Nested) -> tuple[str, tuple[Any, ...]]:
        where, where_values = self._where(child.source, child.query)
        row, row_values = self._row(child.source, child.query, child.nested)
        order = self._order(child.source, child.query)
        if not child.query.order:
            order = " ORDER BY " + ", ".join(
                child.source.field(name).sql for name in child.source.key
            )
        inner = f"SELECT {row} AS j FROM {child.source.from_sql} WHERE {where}{order} LIMIT -1"
        sql = f"'[' || ifnull((SELECT group_concat(j, ',') FROM ({inner})), '') || ']'"
        return sql, (*row_values, *where_values)


def selected(source: Source, query: Query, nested: tuple[Nested, ...] = ()) -> list[Column]:
    """Return the columns to show; names of expanded children in `$select` are passed over."""
    if query.select is None:
        return list(source.columns)
    children = {child.name for child in nested}
    return [source.column(name) for name in dict.fromkeys(query.select) if name not in children]


def _shuffled(alias: str, seed: int) -> str:
    return f"{alias}.rowid * {7919 * (2 * seed + 1)} % 9973"


def table_terms(columns: Sequence[Column], present: frozenset[str], alias: str) -> dict[str, str]:
    """Return the SQL of each column that the database has."""
    return {
        column.name: f"{alias}.{quote(column.db_name)}"
        for column in columns
        if column.db_name in present
    }

"""What is staged: tables and columns from Postgres' catalogue, chart segments from the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.lookml.names import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_looker_staging.postgres.types import Cursor


# What the names of chart segments are made of.
_SEGMENT_SOURCES = {
    "coa_segments": {"segmentnbr", "segmentname"},
    "coa_segment_values": {"company", "coacode", "segmentnbr", "segmentcode", "segmentname"},
    "gl_transactions": {"company", "coacode"},
}


@dataclass(frozen=True, slots=True)
class StagedColumn:
    """A column of a staging table.

    Attributes:
        name: As in Postgres.
        type: As `format_type` spells it.
        comment: The property's name in the source, where the column has it as its comment.
    """

    name: str
    type: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class StagedTable:
    """A staging table.

    Attributes:
        key: Columns of the primary key in its order; empty if rows are only appended.
        unique_source_id: Whether `_source_id` alone names a row.
    """

    name: str
    columns: tuple[StagedColumn, ...]
    key: tuple[str, ...]
    unique_source_id: bool


_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       col_description(c.oid, a.attnum),
       array_position(i.indkey::int2[], a.attnum),
       EXISTS (SELECT FROM pg_index u WHERE u.indrelid = c.oid AND u.indisunique
               AND u.indnatts = 1 AND u.indkey[0] = a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND c.relname NOT LIKE '\\_%%'
ORDER BY c.relname COLLATE "C", a.attname COLLATE "C"
"""


def read_tables(cursor: Cursor, schema: str) -> list[StagedTable]:
    """Return the staging tables of a schema by name, columns by name.

    Tables whose name begins with an underscore (the run log) and tables without `_source_id`
    (not made by this target) are left out.
    """
    cursor.execute(_COLUMNS, (schema,))
    rows: dict[str, list[tuple[str, str, str | None, int | None, bool]]] = {}
    for table, *column in cursor.fetchall():
        rows.setdefault(table, []).append(tuple(column))
    tables = [_table(name, columns) for name, columns in rows.items()]
    return [table for table in tables if any(c.name == "_source_id" for c in table.columns)]


def _table(name: str, rows: list[tuple[str, str, str | None, int | None, bool]]) -> StagedTable:
    key = sorted((place, column) for column, _, _, place, _ in rows if place is not None)
    return StagedTable(
        name=name,
        columns=tuple(StagedColumn(column, type_, text) for column, type_, text, _, _ in rows),
        key=tuple(column for _, column in key),
        unique_source_id=any(row[0] == "_source_id" and row[4] for row in rows),
    )


def read_segments(
    cursor: Cursor, schema: str, tables: Iterable[StagedTable]
) -> dict[int, str] | None:
    """Return segment number to name, of all charts of all companies, or None if none are staged.

    Where companies name a segment differently, its names are joined by a slash, in order. Only
    segments that general ledger transactions have are told.
    """
    staged = {table.name: {column.name for column in table.columns} for table in tables}
    if any(not needed <= staged.get(name, set()) for name, needed in _SEGMENT_SOURCES.items()):
        return None
    cursor.execute(
        sql.SQL(
            "SELECT segmentnbr::int, string_agg(DISTINCT trim(segmentname), ' / ' "
            "ORDER BY trim(segmentname)) FROM {} "
            "WHERE trim(segmentname) <> '' AND _sdc_deleted_at IS NULL "
            "GROUP BY 1 ORDER BY 1"
        ).format(sql.Identifier(schema, "coa_segments"))
    )
    return {
        number: words(name)
        for number, name in cursor.fetchall()
        if f"segvalue{number}" in staged["gl_transactions"]
    }

"""Staging tables in Postgres: made, widened and adopted, with only the changes that are needed."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from psycopg2 import errors as pg_errors
from psycopg2 import sql

from target_looker_staging.exceptions import StagingSchemaError
from target_looker_staging.staging.adoption import adopt_rows
from target_looker_staging.staging.existing_tables import FLOATS, MONEY, columns_of, look_up
from target_looker_staging.staging.obstacles import check_usable
from target_looker_staging.staging.types import PgType, widest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.columns import Column
    from target_looker_staging.staging.existing_tables import ExistingColumn, ExistingTable
    from target_looker_staging.staging.shape import TableShape

logger = logging.getLogger("target-looker-staging")


def prepare(cursor: Cursor, schema: str, shape: TableShape, *, unique: bool) -> TableShape:
    """Make the table take what the stream sends, and return it with the types it really has.

    Columns are added and widened, never dropped or narrowed.

    Args:
        cursor: In a transaction that the caller commits.
        schema: Name of the Postgres schema, which exists.
        shape: What the stream's schema asks for.
        unique: Whether the table holds one row per key, so that key and `_source_id` are unique.

    Raises:
        StagingSchemaError: If the table has another key, or cannot be loaded as it is.
    """
    existing = look_up(cursor, schema, shape.name)
    if existing is None:
        cursor.execute(_create_statement(schema, shape, unique=unique))
        _comment_columns(cursor, schema, shape.name, shape.all_columns)
        return shape
    check_usable(existing, schema, shape, unique=unique)
    changes, all_columns, wider = _changes(existing, schema, shape)
    if wider:
        _check_views(cursor, schema, shape.name, wider)
    _alter(cursor, schema, shape.name, changes)
    added = [column for column in shape.all_columns if column.name not in existing.columns]
    _comment_columns(cursor, schema, shape.name, added)
    count = len(shape.columns)
    shape = replace(shape, columns=all_columns[:count], own_columns=all_columns[count:])
    _adopt(cursor, schema, shape, existing, unique=unique)
    return shape


def _adopt(
    cursor: Cursor, schema: str, shape: TableShape, existing: ExistingTable, *, unique: bool
) -> None:
    """Make sure that each row that was there before can be told by its `_source_id`.

    Raises:
        StagingSchemaError: If two rows have the same one.
    """
    row_id = existing.columns.get("_source_id")
    # Where there is an index, looking for rows without one costs nothing.
    if row_id is None or (unique and not row_id.required):
        adopted = adopt_rows(cursor, schema, shape)
        if adopted:
            logger.info("Table %s.%s: %d rows were there before", schema, shape.name, adopted)
    if not unique or existing.unique_source_id:
        return
    # What a deferred trigger still has to do would keep the table from being changed.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    try:
        _alter(cursor, schema, shape.name, [sql.SQL("ADD UNIQUE (_source_id)")])
    except pg_errors.UniqueViolation:
        raise StagingSchemaError(
            f"Table {schema}.{shape.name}: rows that were there before have the same "
            f"`_source_id`, which is made of '{shape.source.id_property or 'the key'}'. Remove "
            "the double rows, or empty the table and load it anew."
        ) from None


def _alter(cursor: Cursor, schema: str, table: str, changes: Sequence[sql.Composable]) -> None:
    if changes:
        cursor.execute(
            sql.SQL("ALTER TABLE {} {}").format(
                sql.Identifier(schema, table), sql.SQL(", ").join(changes)
            )
        )


def alter_temporary(cursor: Cursor, table: str, wanted: Iterable[Column]) -> None:
    """Give a temporary table the columns that another schema of its stream has made of them.

    Args:
        cursor: In a transaction that the caller commits.
        table: Name of the temporary table.
        wanted: The columns as they are to be; those that the table lacks are added.
    """
    cursor.execute("SELECT to_regclass(format('pg_temp.%%I', %s::text))::oid::int8", (table,))
    [relation] = cursor.fetchone() or (0,)
    existing = columns_of(cursor, relation)
    changes = [
        _widen(column, existing[column.name])
        if column.name in existing
        else sql.SQL("ADD COLUMN {}").format(_definition(replace(column, required=False)))
        for column in wanted
        if column.name not in existing or not _is_same(column, existing[column.name])
    ]
    _alter(cursor, "pg_temp", table, changes)


def _is_same(column: Column, existing: ExistingColumn) -> bool:
    same = existing.pg_type is column.pg_type and existing.declared == column.declared
    return existing.fits and same


def _create_statement(schema: str, shape: TableShape, *, unique: bool) -> sql.Composed:
    parts: list[sql.Composable] = [_definition(column) for column in shape.all_columns]
    if unique:
        key = sql.SQL(", ").join(map(sql.Identifier, shape.key))
        parts += [sql.SQL("PRIMARY KEY ({})").format(key), sql.SQL("UNIQUE (_source_id)")]
    return sql.SQL("CREATE TABLE {} ({})").format(
        sql.Identifier(schema, shape.name), sql.SQL(", ").join(parts)
    )


def _definition(column: Column) -> sql.Composed:
    """Return a column's line of DDL."""
    return sql.SQL("{} {}{}").format(
        sql.Identifier(column.name),
        sql.SQL(column.sql_type),
        sql.SQL(" NOT NULL" if column.required else ""),
    )


def _comment_columns(cursor: Cursor, schema: str, table: str, columns: Iterable[Column]) -> None:
    r"""Write the property's own name as the comment of each column whose name lost its capitals.

    Labels are made of it (`VendorNum` is "Vendor Num"), and `\d+` in psql shows it. Only new
    columns get one, so that a comment which somebody wrote stays.
    """
    statement = sql.SQL("COMMENT ON COLUMN {} IS {}")
    comments = [
        statement.format(
            sql.Identifier(schema, table, column.name), sql.Literal(column.property_name)
        )
        for column in columns
        if column.property_name not in {"", column.name}
    ]
    if comments:
        cursor.execute(sql.SQL("; ").join(comments))


def _changes(
    existing: ExistingTable, schema: str, shape: TableShape
) -> tuple[list[sql.Composable], tuple[Column, ...], list[str]]:
    """Return what to alter, all columns as they then are, and whose type changes."""
    changes: list[sql.Composable] = []
    columns = []
    widened = []
    for column in shape.all_columns:
        found = existing.columns.get(column.name)
        if found is None:
            # A new column of a table with rows cannot be NOT NULL: the old rows have no value.
            changes.append(
                sql.SQL("ADD COLUMN {}").format(_definition(replace(column, required=False)))
            )
            columns.append(column)
            continue
        wider = widest(found.pg_type, column.pg_type)
        if wider is found.pg_type and found.fits:
            columns.append(replace(column, pg_type=wider, declared=found.declared))
            continue
        if found.inherited:
            raise StagingSchemaError(
                f"Table {schema}.{shape.name}: the type of {column.name} has to change, but the "
                "column is inherited from another table. Run ALTER TABLE ... NO INHERIT, or "
                f"change it there to {wider.value}."
            )
        column = replace(column, pg_type=wider)  # noqa: PLW2901 the same column, wider
        changes.append(_widen(column, found))
        widened.append(column.name)
        columns.append(column)
    return changes, tuple(columns), widened


_READING_VIEWS = """
SELECT DISTINCT a.attname, r.ev_class::regclass::text
FROM pg_depend d
JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.refclassid = 'pg_class'::regclass AND a.attname = ANY (%s)
AND d.refobjid = (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = %s AND c.relname = %s)
ORDER BY 1, 2
"""


def _check_views(cursor: Cursor, schema: str, table: str, columns: list[str]) -> None:
    """Name the views that keep columns from being widened; Postgres does not look through them.

    Raises:
        StagingSchemaError: If there are such views.
    """
    cursor.execute(_READING_VIEWS, (columns, schema, table))
    found = cursor.fetchall()
    if found:
        names = ", ".join(sorted({name for name, _ in found}))
        views = ", ".join(sorted({view for _, view in found}))
        raise StagingSchemaError(
            f"Table {schema}.{table}: the type of {names} has to change, for the stream now sends "
            f"something else, but Postgres does not allow that while {views} reads it. Drop the "
            "view, run again, and make it anew."
        )


def _widen(column: Column, existing: ExistingColumn) -> sql.Composed:
    """Return the change of a column's type that keeps what its values say."""
    value: sql.Composable = sql.Identifier(column.name)
    if existing.oid in FLOATS:
        # A cast to numeric keeps 15 digits of the 17 that may count, and 6 of a real's 9.
        value = sql.SQL("{}::text::numeric").format(value)
    elif existing.oid == MONEY:
        value = sql.SQL("{}::numeric").format(value)
    # to_jsonb keeps a text as a JSON string; a cast would read it as JSON.
    is_document = column.pg_type is PgType.JSONB and existing.pg_type is not PgType.JSONB
    using = sql.SQL("to_jsonb({0})" if is_document else "{0}::{1}")
    type_ = sql.SQL(column.sql_type)
    return sql.SQL("ALTER COLUMN {} TYPE {} USING {}").format(
        sql.Identifier(column.name), type_, using.format(value, type_)
    )

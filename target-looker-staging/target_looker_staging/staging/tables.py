"""Staging tables in Postgres: one look at the catalogue, then only the changes that are needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.exceptions import StagingSchemaError
from target_looker_staging.staging.columns import Column
from target_looker_staging.staging.types import PgType, widest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.shape import TableShape


# Types that other tools give to columns and that ours include: the type of ours that a column of
# such a type is taken for, and whether it has to be changed to that before anything is loaded.
_FOREIGN_TYPES = {
    "smallint": PgType.BIGINT,
    "integer": PgType.BIGINT,
    "double precision": PgType.NUMERIC,
    "real": PgType.NUMERIC,
    "timestamp without time zone": PgType.TIMESTAMPTZ,
    "json": PgType.JSONB,
}


@dataclass(frozen=True, slots=True)
class ExistingTable:
    """What the catalogue says about a table.

    Attributes:
        types: Column name to type, as `format_type` spells it.
        key: Columns of the primary key, in its order; empty if there is none.
        unique_source_id: Whether `_source_id` alone is unique.
    """

    types: Mapping[str, str]
    key: tuple[str, ...]
    unique_source_id: bool


_LOOK = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod),
       array_position(i.indkey::int2[], a.attnum),
       EXISTS (SELECT FROM pg_index u WHERE u.indrelid = c.oid AND u.indisunique
               AND u.indnatts = 1 AND u.indkey[0] = a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""


def look_up(cursor: Cursor, schema: str, table: str) -> ExistingTable | None:
    """Return the table as it is, or None if there is none. One query, however wide the table."""
    cursor.execute(_LOOK, (schema, table))
    rows = cursor.fetchall()
    if not rows:
        return None
    key = sorted((place, name) for name, _, place, _ in rows if place is not None)
    return ExistingTable(
        types={name: type_ for name, type_, _, _ in rows if name is not None},
        key=tuple(name for _, name in key),
        unique_source_id=any(name == "_source_id" and unique for name, _, _, unique in rows),
    )


def prepare(cursor: Cursor, schema: str, shape: TableShape, *, unique: bool) -> TableShape:
    """Make the table take what the stream sends, and return it with the types it really has.

    Columns are added and widened, never dropped or narrowed.

    Args:
        cursor: In a transaction that the caller commits.
        schema: Name of the Postgres schema, which exists.
        shape: What the stream's schema asks for.
        unique: Whether the table holds one row per key, so that key and `_source_id` are unique.

    Raises:
        StagingSchemaError: If the table has another key.
    """
    existing = look_up(cursor, schema, shape.name)
    if existing is None:
        cursor.execute(_create_statement(schema, shape, unique=unique))
        _comment_columns(cursor, schema, shape.name, shape.all_columns)
        return shape
    if unique and existing.key != shape.key:
        raise StagingSchemaError(
            f"Table {schema}.{shape.name} has the primary key {list(existing.key)}, its stream the "
            f"key {list(shape.key)}. Rename or drop the table, or correct the stream's key."
        )
    if not unique and existing.key:
        raise StagingSchemaError(
            f"Table {schema}.{shape.name} has a primary key, so rows cannot be appended to it. "
            "Rename or drop the table, or use `load_method` upsert."
        )
    changes, columns, wider = _changes(existing, shape)
    if wider:
        _check_views(cursor, schema, shape.name, wider)
    if unique and not existing.unique_source_id:
        changes.append(sql.SQL("ADD UNIQUE (_source_id)"))
    if changes:
        statement = sql.SQL("ALTER TABLE {} {}").format(
            sql.Identifier(schema, shape.name), sql.SQL(", ").join(changes)
        )
        cursor.execute(statement)
    added = [column for column in shape.all_columns if column.name not in existing.types]
    _comment_columns(cursor, schema, shape.name, added)
    own = len(shape.columns)
    return replace(shape, columns=columns[:own], own_columns=columns[own:])


def alter_temporary(cursor: Cursor, table: str, wanted: Mapping[str, PgType]) -> None:
    """Give a temporary table the columns that another schema of its stream has made of them.

    Args:
        cursor: In a transaction that the caller commits.
        table: Name of the temporary table.
        wanted: Column to type; those that the table lacks are added.
    """
    cursor.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = to_regclass(format('pg_temp.%%I', %s::text)) "
        "AND attnum > 0 AND NOT attisdropped",
        (table,),
    )
    types = {name: PgType(type_) for name, type_ in cursor.fetchall()}
    changes: list[sql.Composable] = [
        sql.SQL("ADD COLUMN {}").format(_definition(Column(name, type_)))
        if name not in types
        else _widen(name, type_, from_json=types[name] is PgType.JSONB)
        for name, type_ in wanted.items()
        if types.get(name) is not type_
    ]
    if changes:
        cursor.execute(
            sql.SQL("ALTER TABLE {} {}").format(
                sql.Identifier("pg_temp", table), sql.SQL(", ").join(changes)
            )
        )


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
        sql.SQL(column.pg_type.value),
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
    existing: ExistingTable, shape: TableShape
) -> tuple[list[sql.Composable], tuple[Column, ...], list[str]]:
    """Return what to alter, the columns as they then are, and whose type changes."""
    changes: list[sql.Composable] = []
    columns = []
    widened = []
    for column in shape.all_columns:
        type_ = existing.types.get(column.name)
        if type_ is None:
            # A new column of a table with rows cannot be NOT NULL: the old rows have no value.
            changes.append(
                sql.SQL("ADD COLUMN {}").format(_definition(replace(column, required=False)))
            )
            columns.append(column)
            continue
        current, is_ours = _our_type(type_)
        wider = widest(current, column.pg_type)
        if wider is not current or not is_ours:
            changes.append(_widen(column.name, wider, from_json=current is PgType.JSONB))
            widened.append(column.name)
        columns.append(replace(column, pg_type=wider))
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


def _our_type(type_: str) -> tuple[PgType, bool]:
    """Return the type of ours that holds a column's values, and whether it has it already."""
    if type_ in _FOREIGN_TYPES:
        return _FOREIGN_TYPES[type_], False
    try:
        return PgType(type_), True
    except ValueError:
        # numeric(18,2) and varchar(30) would round or refuse what the source sends.
        return (PgType.NUMERIC if type_.startswith("numeric(") else PgType.TEXT), False


def _widen(name: str, to: PgType, *, from_json: bool) -> sql.Composed:
    # to_jsonb keeps a text as a JSON string; a cast would read it as JSON.
    using = sql.SQL("to_jsonb({0})" if to is PgType.JSONB and not from_json else "{0}::{1}")
    column, type_ = sql.Identifier(name), sql.SQL(to.value)
    return sql.SQL("ALTER COLUMN {0} TYPE {1} USING {2}").format(
        column, type_, using.format(column, type_)
    )

"""Whether a staging table holds rows, of one company or at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg2 import errors as pg_errors
from psycopg2 import sql

from target_looker_staging.staging.existing_tables import look_up
from target_looker_staging.staging.shape import column_name
from target_looker_staging.staging.types import PgType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.existing_tables import ExistingTable

_EQUALS = "{}::text = %s"
_AT_OR_BEHIND = "{} >= %s"
_FILE = """
SELECT c.oid::bigint, pg_relation_filenode(c.oid)::bigint FROM pg_class c
WHERE c.relnamespace = to_regnamespace(quote_ident(%s)) AND c.relname = %s
"""


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a row has to be, as text with a place for the column and one for the value."""

    column: str
    form: str
    value: str


def has_rows(cursor: Cursor, schema: str, table: str, context: Mapping[str, Any]) -> bool | None:
    """Return whether a table holds a row of a partition; None if there is no such table.

    Rows that are marked as deleted count.

    Args:
        cursor: In a transaction.
        schema: Name of the Postgres schema.
        table: Name of the table.
        context: What the partition is of. Where the table lacks one of its properties any row
            counts.
    """
    existing = look_up(cursor, schema, table)
    if existing is None:
        return None
    return _exists(cursor, schema, table, _of_context(existing, context))


def has_reached(
    cursor: Cursor, schema: str, table: str, context: Mapping[str, Any], key: str, value: object
) -> bool | None:
    """Return whether a row of a partition is at or behind a cursor's value; a look at every row.

    Args:
        cursor: In a transaction.
        schema: Name of the Postgres schema.
        table: Name of a table that is there.
        context: What the partition is of.
        key: The property that is the cursor.
        value: The value.

    Returns:
        None if that cannot be told, since the table lacks the cursor or keeps it as text.
    """
    existing, name = look_up(cursor, schema, table), column_name(key)
    column = existing.columns.get(name) if existing else None
    if existing is None or column is None or column.pg_type is PgType.TEXT:
        return None
    conditions = [*_of_context(existing, context), _Condition(name, _AT_OR_BEHIND, str(value))]
    cursor.execute("SAVEPOINT reached")
    try:
        return _exists(cursor, schema, table, conditions)
    except (pg_errors.DataError, pg_errors.UndefinedFunction):
        cursor.execute("ROLLBACK TO SAVEPOINT reached")
        return None


def file_of(cursor: Cursor, schema: str, table: str) -> list[int]:
    """Return what a table is to the server: other numbers after it was made anew or rewritten."""
    cursor.execute(_FILE, (schema, table))
    found = cursor.fetchone()
    return [int(number or 0) for number in found] if found else []


def _of_context(existing: ExistingTable, context: Mapping[str, Any]) -> list[_Condition]:
    values = {column_name(name): value for name, value in context.items()}
    if not values.keys() <= existing.columns.keys():
        return []
    return [_Condition(name, _EQUALS, _text(value)) for name, value in values.items()]


def _exists(cursor: Cursor, schema: str, table: str, conditions: Sequence[_Condition]) -> bool:
    parts = [sql.SQL(each.form).format(_name(each.column)) for each in conditions]
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {}.{}{})").format(
        _name(schema),
        _name(table),
        sql.SQL(" WHERE ") + sql.SQL(" AND ").join(parts) if parts else sql.SQL(""),
    )
    cursor.execute(statement, [each.value for each in conditions])
    return bool(cursor.fetchone() == (True,))


def _name(name: str) -> sql.Identifier:
    # psycopg2 looks for its placeholders in names as well, and reads `%%` as `%`.
    return sql.Identifier(name.replace("%", "%%"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value).lower()

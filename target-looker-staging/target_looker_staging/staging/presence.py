"""Whether a staging table holds rows, of one company or at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from target_looker_staging.staging.shape import column_name
from target_looker_staging.staging.tables import look_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_looker_staging.postgres.types import Cursor


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
    values = {column_name(name): value for name, value in context.items()}
    if not values.keys() <= existing.types.keys():
        values = {}
    conditions = [
        sql.SQL("{}::text = %s").format(sql.Identifier(name.replace("%", "%%"))) for name in values
    ]
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {}{})").format(
        sql.Identifier(schema.replace("%", "%%"), table.replace("%", "%%")),
        sql.SQL(" WHERE ") + sql.SQL(" AND ").join(conditions) if conditions else sql.SQL(""),
    )
    cursor.execute(statement, [_text(value) for value in values.values()])
    return bool(cursor.fetchone() == (True,))


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value).lower()

"""Rows that another tool loaded before: they get the columns that every staging row has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.exceptions import StagingSchemaError
from target_looker_staging.staging.types import URL_SAFE

if TYPE_CHECKING:
    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.shape import TableShape

# As the encoder writes a key into `_source_id`: letters, digits and `-._` stay as they are.
_QUOTED = (
    "(SELECT coalesce(string_agg(CASE WHEN part ~ '^[A-Za-z0-9_.-]$' THEN part ELSE "
    "regexp_replace(upper(encode(convert_to(part, 'UTF8'), 'hex')), '(..)', '%\\1', 'g') END, '' "
    "ORDER BY place), '') FROM regexp_split_to_table({}::text COLLATE \"C\", '') "
    "WITH ORDINALITY AS parts (part, place))"
)
_IS_LACKING = "SELECT EXISTS (SELECT FROM ONLY {table} WHERE _source_id IS NULL)"
_ADOPT = (
    "UPDATE ONLY {table} SET _source_id = {row_id}, "
    "_source_entity = coalesce(_source_entity, {entity}), "
    "_source_company = coalesce(_source_company, {company}) WHERE _source_id IS NULL"
)


def adopt_rows(cursor: Cursor, schema: str, shape: TableShape) -> int:
    """Give rows without `_source_id` the one that their next version will have; return how many.

    Args:
        cursor: In a transaction that the caller commits.
        schema: Name of the Postgres schema.
        shape: The table, which has all these columns.

    Raises:
        StagingSchemaError: If a trigger of the table keeps them from it.
    """
    names = {
        "table": sql.Identifier(schema, shape.name),
        "row_id": _row_id(shape),
        "entity": sql.Literal(shape.source.entity),
        "company": _company(shape),
    }
    is_lacking = sql.SQL(_IS_LACKING).format(**names)
    cursor.execute(is_lacking)
    if cursor.fetchone() != (True,):
        return 0
    cursor.execute(sql.SQL(_ADOPT).format(**names))
    adopted = cursor.rowcount
    cursor.execute(is_lacking)
    if cursor.fetchone() == (True,):
        raise StagingSchemaError(
            f"Table {schema}.{shape.name}: a trigger of the table keeps rows that were there "
            "before from getting their `_source_id`. Disable it for the first run."
        )
    return adopted


def _row_id(shape: TableShape) -> sql.Composable:
    """Return the expression of the row id: the source's own, else the key, else any."""
    types = {column.name: column.value_type for column in shape.columns}
    if not shape.key:
        key: sql.Composable = sql.SQL("'adopted~' || gen_random_uuid()")
    else:
        is_safe = all(types[name] in URL_SAFE for name in shape.key)
        part = sql.SQL("{}::text" if is_safe else _QUOTED)
        key = sql.SQL(" || '~' || ").join(part.format(sql.Identifier(name)) for name in shape.key)
    own = _column(shape, shape.source.id_property)
    return sql.SQL("coalesce({}::text, {})").format(own, key)


def _company(shape: TableShape) -> sql.Composable:
    return sql.SQL("{}::text").format(_column(shape, shape.source.company_property))


def _column(shape: TableShape, property_name: str | None) -> sql.Composable:
    found = [c.name for c in shape.columns if c.property_name == property_name]
    return sql.Identifier(found[0]) if found else sql.SQL("NULL")

"""The report's figures: SQL on the staging schema, the same definitions as the LookML block's.

Amounts are in one currency: each company's base currency at the latest staged exchange rate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from psycopg2 import errors, sql

from target_looker_staging.exceptions import StagingError

if TYPE_CHECKING:
    from datetime import date

    from target_looker_staging.postgres.types import Cursor


Row = dict[str, Any]

_SECTION = re.compile(r"^-- (part|figure): (\w+)\n((?:-- \w+: .*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A query of the report.

    Attributes:
        tables: Tables that it reads.
    """

    statement: str
    tables: frozenset[str]


@lru_cache(maxsize=1)
def statements() -> dict[str, Figure]:
    """Return the report's queries by name, in order."""
    text = files(__package__).joinpath("figures.sql").read_text(encoding="utf-8")
    _, *pieces = _SECTION.split(text)
    parts: dict[str, Figure] = {}
    found: dict[str, Figure] = {}
    for kind, name, notes, body in zip(*[iter(pieces)] * 4, strict=True):
        noted = dict(line[3:].split(": ", 1) for line in notes.splitlines())
        beginning = [parts[part] for part in noted.get("with", "").split()]
        (parts if kind == "part" else found)[name] = Figure(
            "".join([*(part.statement for part in beginning), body]),
            frozenset(noted.get("tables", "").split()).union(*(part.tables for part in beginning)),
        )
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """What the report shows.

    Attributes:
        rows: Figure to its rows; figures whose tables or columns are not staged are absent.
        missing: Tables and columns that are not staged and left a figure out.
        unconverted: Companies without a rate, whose amounts are in no figure.
    """

    as_of: date
    currency: str
    companies: tuple[str, ...]
    rows: dict[str, list[Row]]
    missing: tuple[str, ...]
    unconverted: tuple[str, ...]


def read(cursor: Cursor, schema: str, as_of: date, currency: str | None) -> Figures:
    """Return the figures as of a day.

    Args:
        cursor: In a transaction that only reads.
        schema: Postgres schema of the staging tables.
        as_of: The day that balances and ageing are as of.
        currency: Into what amounts are converted; none: the first company's own.

    Raises:
        StagingError: If there is nothing to show at all, or the role may not see it.
    """
    if _query(cursor, _CLOSED, {"schema": schema}):
        raise StagingError(
            f"The role may not use schema {schema}. It needs USAGE on it and SELECT on its tables; "
            "`grant_select_to` in the settings of the load grants both."
        )
    cursor.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
    staged = {row["tablename"] for row in _query(cursor, _TABLES, {"schema": schema})}
    missing: set[str] = set()
    rows: dict[str, list[Row]] = {}
    companies = _look(cursor, _COMPANIES, {}, missing) or [] if "companies" in staged else []
    chosen = currency or (companies[0]["currency"] if companies else "")
    for name, figure in statements().items():
        missing |= figure.tables - staged
        if figure.tables <= staged:
            values = {"as_of": as_of, "currency": chosen}
            found = _look(cursor, figure.statement, values, missing)
            if found is not None:
                rows[name] = found
    if not rows:
        raise StagingError(
            f"Schema {schema} holds nothing that the report shows. Run the load once, or correct "
            "`database` and `default_target_schema` in the settings."
        )
    return Figures(
        as_of=as_of,
        currency=chosen,
        companies=tuple(row["name"] for row in companies),
        rows=rows,
        missing=tuple(sorted(missing)),
        unconverted=tuple(row["company"] for row in rows.get("unconverted", [])),
    )


_CLOSED = (
    "SELECT FROM pg_namespace WHERE nspname = %(schema)s AND NOT has_schema_privilege(oid, 'USAGE')"
)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %(schema)s"
_COMPANIES = (
    "SELECT name, basecurrcode AS currency FROM companies "
    "WHERE _sdc_deleted_at IS NULL ORDER BY company1"
)


def _look(
    cursor: Cursor, statement: str, values: dict[str, Any], missing: set[str]
) -> list[Row] | None:
    """Return the rows, or None if a column is not staged, which is added to `missing`."""
    cursor.execute("SAVEPOINT look")
    try:
        return _query(cursor, statement, values)
    except errors.UndefinedColumn as error:
        cursor.execute("ROLLBACK TO SAVEPOINT look")
        named = re.search(r'column "?([\w.]+)"?', error.diag.message_primary or "")
        missing.add(f"column {named[1].rpartition('.')[2] if named else '?'}")
        return None


def _query(cursor: Cursor, statement: str, values: dict[str, Any]) -> list[Row]:
    cursor.execute(statement, values)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

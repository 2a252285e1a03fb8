"""What the source holds, read straight from its database, and the same of the staging tables.

Both sides come as one dictionary per stream, from key to values by column name. Values are of the
types that the column of Postgres has: Decimal, int, bool, date, datetime, str, None. Nothing here
goes through the OData service, the tap or the target.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sandbox.epicor.model import load_model
from sandbox.epicor.values import column_default

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sandbox.epicor.model import EntitySet
    from tests.line.line import Line

Key = tuple[Any, ...]
Rows = dict[Key, dict[str, Any]]


def _zoned(text: str) -> datetime:
    # Epicor writes no zone; the target reads such a time as UTC.
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=timezone.utc)


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "numeric": lambda value: Decimal(str(value)),
    "bigint": int,
    "boolean": bool,
    "date": lambda text: date.fromisoformat(text[:10]),
    "timestamp with time zone": _zoned,
    "uuid": UUID,
    "text": str,
}


@dataclass(frozen=True, slots=True)
class StagedTable:
    """A staging table and the entity set that it was filled from.

    Attributes:
        columns: Postgres column to its type, without the columns that the target adds.
    """

    name: str
    entity_set: EntitySet
    columns: Mapping[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        """The key columns, named as in Postgres."""
        return tuple(name.lower() for name in self.entity_set.key)


def list_staged_tables(line: Line) -> list[StagedTable]:
    """Return every staging table of entity sets, found by what its rows say they are."""
    names = line.query(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_%%' "
        "ORDER BY table_name, ordinal_position"
    )
    columns: dict[str, dict[str, str]] = {}
    for table, column, data_type in names:
        if not column.startswith("_"):
            columns.setdefault(table, {})[column] = data_type
    services = load_model(updated_on=True).services
    found = []
    for table, of_table in columns.items():
        entities = line.query(f"SELECT DISTINCT _source_entity FROM {table}")
        for (entity,) in entities:
            service, _, name = entity.partition("/")
            found.append(StagedTable(table, services[service][name], of_table))
    return found


def read_staging(line: Line, table: StagedTable) -> Rows:
    """Return all rows of a staging table."""
    names = list(table.columns)
    listed = ", ".join(f'"{name}"' for name in names)
    rows = line.query(f"SELECT {listed} FROM {table.name}")
    return _by_key(table, (dict(zip(names, map(_in_utc, row), strict=True)) for row in rows))


def read_source(path: Path, table: StagedTable) -> Rows:
    """Return all rows of the source's own table, in the columns that were staged."""
    by_name = {column.name.lower(): column for column in table.entity_set.columns}
    wanted = {name: by_name[name] for name in table.columns}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        source = table.entity_set.table
        there = {row[1] for row in connection.execute(f'PRAGMA table_info("{source}")')}
        listed = ", ".join(
            f'"{column.db_name}"' if column.db_name in there else "NULL"
            for column in wanted.values()
        )
        cursor = connection.execute(f'SELECT {listed} FROM "{source}"')
        rows = []
        for values in cursor:
            row = {}
            for (name, column), value in zip(wanted.items(), values, strict=True):
                stored = value if column.db_name in there else column_default(column)
                convert = CONVERTERS[table.columns[name]]
                row[name] = None if stored is None else convert(stored)
            rows.append(row)
    return _by_key(table, rows)


def difference(key: Key, row: dict[str, Any], staging: Rows) -> str:
    """Return what is wrong in staging with a row of the source; nothing if it is there as it is."""
    if key not in staging:
        return f"{key} is not staged"
    staged = staging[key]
    wrong = [
        f"{name}: {value!r} became {staged[name]!r}"
        for name, value in row.items()
        # As text: 1.50 is not what was written if the source says 1.5, and 1 is not True.
        if repr(value) != repr(staged[name])
    ]
    return f"{key}: {'; '.join(wrong[:3])}" if wrong else ""


def _in_utc(value: Any) -> Any:
    """Return a value, a point in time in UTC whatever the zone of the server's session."""
    return value.astimezone(timezone.utc) if isinstance(value, datetime) else value


def _by_key(table: StagedTable, rows: Any) -> Rows:
    found: Rows = {}
    for row in rows:
        if isinstance(uuid := row.get("sysrowid"), str):
            row["sysrowid"] = UUID(uuid)
        key = tuple(row[name] for name in table.key)
        assert key not in found, f"{table.name}: two rows with one key"
        found[key] = row
    return found

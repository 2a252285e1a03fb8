"""What every test of the target needs: a staging area of its own, and Singer messages."""

from __future__ import annotations

import io
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from psycopg2 import sql

from target_looker_staging.target import TargetLookerStaging

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.fixtures.postgres import DatabaseSettings

VENDORS: dict[str, Any] = {
    "type": "object",
    "x-source": {
        "system": "epicor-kinetic",
        "entity": "Erp.BO.VendorSvc/Vendors",
        "id": "SysRowID",
        "company": "Company",
    },
    "properties": {
        "Company": {"type": ["string", "null"]},
        "VendorNum": {"type": ["integer", "null"]},
        "Name": {"type": ["string", "null"]},
        "CreditLimit": {"type": ["number", "null"]},
        "Inactive": {"type": ["boolean", "null"]},
        "SysRowID": {"type": ["string", "null"], "format": "uuid"},
    },
}
VENDOR_KEY = ("Company", "VendorNum")


def schema(
    stream: str = "vendors",
    definition: dict[str, Any] | None = None,
    key: Sequence[str] = VENDOR_KEY,
) -> dict[str, Any]:
    """Return a SCHEMA message, by default of vendors."""
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": definition or VENDORS,
        "key_properties": list(key),
    }


def record(stream: str = "vendors", **values: Any) -> dict[str, Any]:
    """Return a RECORD message in the order of keys that the SDK's taps use."""
    return {
        "type": "RECORD",
        "stream": stream,
        "record": values,
        "time_extracted": "2026-11-23T10:00:00.000000Z",
    }


def vendor(number: int, name: str = "Müller", **changes: Any) -> dict[str, Any]:
    """Return a RECORD message of a whole vendor."""
    values = {
        "Company": "EPIC06",
        "VendorNum": number,
        "Name": name,
        "CreditLimit": 10,
        "Inactive": False,
        "SysRowID": f"00000000-0000-0000-0000-{number:012}",
    }
    return record("vendors", **{**values, **changes})


def state(**bookmarks: Any) -> dict[str, Any]:
    """Return a STATE message."""
    return {"type": "STATE", "value": {"bookmarks": bookmarks}}


def wire(*messages: dict[str, Any] | str) -> bytes:
    """Return messages as lines; text goes out as it is, U+DCxx as the byte xx."""
    lines = [
        message
        if isinstance(message, str)
        else json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        for message in messages
    ]
    return "".join(f"{line}\n" for line in lines).encode(errors="surrogateescape")


class Staging:
    """A fresh database, what is synced into it, and what then lies there."""

    def __init__(self, database: DatabaseSettings) -> None:
        """Take where the database is."""
        self.config: dict[str, Any] = {**database}
        self.database = database
        self.login: dict[str, Any] = {**database}
        self._connection = psycopg2.connect(
            **self.login, options="-c search_path=epicor_staging -c timezone=UTC"
        )
        self._connection.autocommit = True

    def set(self, name: str, value: str) -> None:
        """Give a setting to every later session of the database."""
        self.rows(
            sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                sql.Identifier(self.config["database"]), sql.Identifier(name), sql.Literal(value)
            )
        )

    def sync(self, *messages: dict[str, Any] | str, **settings: Any) -> TargetLookerStaging:
        """Run the target on messages; its states go to standard output."""
        target = TargetLookerStaging(config={**self.config, **settings})
        target.listen(io.BytesIO(wire(*messages)))  # type: ignore[arg-type]  # bytes, as stdin's
        return target

    def rows(self, statement: str | sql.Composable, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query finds; without a result, nothing."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement: str, *values: object) -> Any:
        """Return the one value that a query finds."""
        [[value]] = self.rows(statement, *values)
        return value

    def types(self, table: str) -> dict[str, str]:
        """Return the columns of a table with their types, by name."""
        return dict(
            self.rows(
                "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
                "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
                "ORDER BY attnum",
                table,
            )
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@pytest.fixture
def staging(database: DatabaseSettings) -> Iterator[Staging]:
    """Give a staging area in a fresh database."""
    with closing(Staging(database)) as area:
        yield area

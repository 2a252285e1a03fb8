"""The Postgres server that every contender of a benchmark loads into, each into its own schema."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import sql

from sandbox import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.postgres import Postgres


class Warehouse:
    """A server with durable commits, as a warehouse has, and a folder for what is made."""

    def __init__(self, server: Postgres, folder: Path) -> None:
        """Take where to work."""
        self.folder = folder
        self.server = server
        self._connection = psycopg2.connect(server.dsn)
        self._connection.autocommit = True

    def execute(self, statement: str | sql.Composable) -> list[tuple[Any, ...]]:
        """Run a statement, commit, and return its rows."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def copy_out(self, statement: sql.Composable, path: Path) -> None:
        """Write what a COPY TO STDOUT returns into a file."""
        with self._connection.cursor() as cursor, path.open("wb") as out:
            cursor.copy_expert(statement, out)

    def empty(self, schema: str) -> None:
        """Make a schema anew, and let nothing that came before be written during what follows."""
        name = sql.Identifier(schema)
        self.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        self.execute(sql.SQL("CREATE SCHEMA {}").format(name))
        self.execute("CHECKPOINT")

    def count(self, schema: str, table: str) -> int:
        """Return how many rows a table holds."""
        [(rows,)] = self.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        )
        return int(rows)

    def config(self, schema: str, **settings: Any) -> Path:
        """Return a Singer target's configuration file for a schema."""
        server = asdict(self.server)
        login = {name: server[name] for name in ("host", "port", "user", "password", "database")}
        path = self.folder / f"{schema}.json"
        path.write_text(json.dumps({**login, "default_target_schema": schema, **settings}))
        return path


@contextmanager
def warehouse() -> Iterator[Warehouse]:
    """Start a server, and stop it."""
    with tempfile.TemporaryDirectory(prefix="bench-postgres-") as folder:
        server = postgres.start(Path(folder, "data"))
        try:
            yield Warehouse(server, Path(folder))
        finally:
            server.stop()

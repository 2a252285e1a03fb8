"""The embedded PostgreSQL is a real server that only its user reaches, and keeps what it holds."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from sandbox import postgres as embedded
from sandbox.postgres_programs import PostgresError

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.postgres import Postgres
    from tests.fixtures.postgres import DatabaseSettings

needs_embedded = pytest.mark.skipif(
    "PGHOST" in os.environ, reason="PGHOST names a server, so none is embedded"
)


def ask(server: Postgres, statement: str) -> Any:
    """Return the single value that `statement` yields."""
    with contextlib.closing(psycopg2.connect(server.dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]


@needs_embedded
def test_safe_and_private_by_default(server_directory: Path, postgres: Postgres) -> None:
    """A durable server is crash-safe, listens on loopback alone, and wants its password."""
    server = embedded.start(server_directory / "pg")
    try:
        assert ask(server, "SHOW server_version").startswith("18.")
        assert ask(server, "SHOW fsync") == "on"
        assert ask(server, "SHOW listen_addresses") == "127.0.0.1"
        assert ask(server, "SHOW unix_socket_directories") == ""
        assert server.password != postgres.password
        with pytest.raises(psycopg2.OperationalError, match="password"):
            ask(dataclasses.replace(server, password="wrong"), "SELECT 1")
    finally:
        server.stop()


@needs_embedded
def test_stops_and_starts_with_its_data(server_directory: Path) -> None:
    """After a stop nobody answers; after a start in the same folder data and password are there."""
    folder = server_directory / "pg"
    first = embedded.start(folder, durable=False)
    try:
        ask(first, "CREATE TABLE kept AS SELECT 7 AS value")
        assert embedded.start(folder, durable=False) == first
        first.stop()
        with pytest.raises(psycopg2.OperationalError):
            ask(first, "SELECT 1")
        again = embedded.start(folder, durable=False)
        assert ask(again, "SELECT value FROM kept") == 7
        assert again.password == first.password
    finally:
        embedded.stop(folder)


@needs_embedded
@pytest.mark.parametrize("crash", [False, True])
def test_restarts_where_it_was(server_directory: Path, *, crash: bool) -> None:
    """After a restart, and after a crash, clients find the server at its port with its data."""
    folder = server_directory / "pg"
    server = embedded.start(folder)
    try:
        ask(server, "CREATE TABLE kept AS SELECT 7 AS value")
        embedded.restart(folder, crash=crash)
        assert ask(server, "SELECT value FROM kept") == 7
    finally:
        server.stop()


def test_own_server_although_another_is_named(
    server_directory: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who must break a server gets one of its own."""
    monkeypatch.setenv("PGHOST", postgres.host)
    server = embedded.start(server_directory / "pg", durable=False, own=True)
    assert server.port != postgres.port
    server.stop()


def test_pghost_wins(
    server_directory: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that the environment names is used, and not stopped."""
    for name, value in postgres.environ.items():
        monkeypatch.setenv(name, value)
    named = embedded.start(server_directory / "pg")
    named.stop()
    assert ask(named, "SELECT 1") == 1
    assert not (server_directory / "pg").exists()


def test_pghost_that_does_not_answer(
    server_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that the environment names and that is not there is said so, with what to do."""
    monkeypatch.setenv("PGHOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", "1")
    with pytest.raises(PostgresError, match="Correct PGHOST"):
        embedded.start(server_directory / "pg")


def test_each_test_has_a_database_of_its_own(
    postgres: Postgres, database: DatabaseSettings
) -> None:
    """The database of a test is fresh and empty."""
    own = dataclasses.replace(postgres, database=database["database"])
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert ask(own, "SELECT current_database()") == database["database"]
    assert ask(own, tables) == 0


def test_dsn_survives_odd_characters() -> None:
    """Passwords and socket folders may hold any character."""
    server = embedded.Postgres("/var/run", 5432, "me", "p@ss/:w?", "a b")
    parsed = psycopg2.extensions.parse_dsn(server.dsn)
    assert (parsed["host"], parsed["password"], parsed["dbname"]) == ("/var/run", "p@ss/:w?", "a b")

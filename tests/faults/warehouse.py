"""Faults of Postgres: cut connections, restarts, locks, deadlocks, no room."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql

from sandbox import postgres
from tests.faults.kinds import Kind, timed
from tests.faults.scene import Moment
from tests.line.line import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.scene import Scene

_OURS = "FROM pg_stat_activity WHERE datname = %s AND application_name = 'target-looker-staging'"
_HELD = (
    "SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
    "JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.granted "
    "AND l.mode = 'ShareRowExclusiveLock' AND c.relkind = 'r' "
    "AND a.application_name = 'target-looker-staging' AND a.datname = current_database()"
)
_BRIEFLY_SECONDS = 0.3
_AT_ONCE = 0.6  # later than at the start there may be nothing large left to sort


def _signal_backends(function: str) -> Callable[[Scene], bool]:
    def action(scene: Scene) -> bool:
        return bool(scene.ask(f"SELECT {function}(pid) {_OURS}", scene.database))

    return action


def _restart(*, crash: bool) -> Callable[[Scene], bool]:
    def action(scene: Scene) -> bool:
        postgres.restart(scene.ground.server_directory, crash=crash)
        return True

    return action


def _tables(scene: Scene) -> list[str]:
    """Return the tables of staging and run log, as soon as there are any."""
    names = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1"
    while not (found := scene.ask(names, SCHEMA)):
        if scene.running.over.wait(0.01):
            return []
    return [name for (name,) in found]


def _hold_lock(scene: Scene, *, briefly: bool) -> bool:
    """Lock a table against the load, as a person's ALTER TABLE or VACUUM FULL would."""
    found = _tables(scene)
    if not found:
        return False
    with ExitStack() as stack:
        connection = scene.connect()
        stack.callback(connection.close)
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            table = sql.Identifier(SCHEMA, scene.dice.choice(found))
            cursor.execute(sql.SQL("LOCK TABLE {}").format(table))
        scene.running.over.wait(_BRIEFLY_SECONDS if briefly else None)
    return True


def _read(scene: Scene) -> bool:
    """Read all tables in one transaction that lasts until the run ends, as a report does."""
    found = _tables(scene)
    connection = scene.connect()
    scene.undo.callback(connection.close)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        for name in found:
            table = sql.Identifier(SCHEMA, name)
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(table))
    return bool(found)


def _deadlock(scene: Scene) -> bool:
    """Hold what a load needs last, and then want what it took first; the load is the victim."""
    if not _tables(scene):
        return False
    connection = scene.connect()
    scene.undo.callback(connection.close)
    with connection.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '60s'")
        cursor.execute("BEGIN")
        cursor.execute(f"LOCK TABLE {SCHEMA}._sync_run_streams IN ACCESS EXCLUSIVE MODE")
        cursor.execute(_HELD)
        while not (held := cursor.fetchone()):
            if scene.running.over.wait(0.002):
                return False
            cursor.execute(_HELD)
        with suppress(psycopg2.Error):
            cursor.execute(sql.SQL("LOCK TABLE {}").format(sql.Identifier(SCHEMA, held[0])))
            cursor.execute("ROLLBACK")
            return True
    return False


def _no_room_to_sort(scene: Scene) -> Callable[[], bool]:
    """Let sessions have no temporary file: the server's own limit, for who may fill the disk.

    A disk that is full can be made only by root; this fails in the same places of the load. Sorts
    are made to need a file by the least working memory there is.
    """
    _alter_database(scene, "work_mem", "64kB")

    def action() -> bool:
        scene.ground.administer("ALTER SYSTEM SET temp_file_limit = 0")
        scene.ground.administer("SELECT pg_reload_conf()")
        scene.undo.callback(scene.ground.administer, "SELECT pg_reload_conf()")
        scene.undo.callback(scene.ground.administer, "ALTER SYSTEM RESET temp_file_limit")
        return True

    if scene.dice.random() < _AT_ONCE:
        return scene.at(Moment("seconds", 0), action)
    return scene.at(scene.expected.draw(scene.dice), action)


def _no_scratch(scene: Scene) -> Callable[[], bool]:
    """Let the tablespace of temporary tables refuse new files."""
    _alter_database(scene, "temp_tablespaces", "scratch")

    def action() -> bool:
        for folder in scene.ground.scratch.glob("PG_*"):
            mode = folder.stat().st_mode
            for inner in (*folder.iterdir(), folder):
                inner.chmod(0o500)
                scene.undo.callback(inner.chmod, mode)
        return True

    return scene.at(scene.expected.draw(scene.dice), action)


def _read_only(scene: Scene) -> Callable[[], bool]:
    """Let the database take no writing, as a standby does before it is promoted."""
    _alter_database(scene, "default_transaction_read_only", "on")
    return lambda: True


def _closed(scene: Scene) -> bool:
    """Throw the load out and let nobody in until the run has ended."""
    name = sql.Identifier(scene.database)
    scene.undo.callback(
        scene.ground.administer, sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name)
    )
    scene.ground.administer(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
    scene.ground.administer(f"SELECT pg_terminate_backend(pid) {_OURS}", scene.database)
    return True


def _alter_database(scene: Scene, setting: str, value: str) -> None:
    """Change a setting of the sessions of the run's database that begin from now on."""
    names = {"database": sql.Identifier(scene.database), "setting": sql.Identifier(setting)}
    change = sql.SQL("ALTER DATABASE {database} SET {setting} TO {value}").format(
        **names, value=sql.Literal(value)
    )
    scene.ground.administer(change)
    reset = sql.SQL("ALTER DATABASE {database} RESET {setting}").format(**names)
    scene.undo.callback(scene.ground.administer, reset)


WAREHOUSE = (
    Kind("connection cut", timed(_signal_backends("pg_terminate_backend")), share=4),
    Kind("statement cancelled", timed(_signal_backends("pg_cancel_backend")), share=2),
    Kind("Postgres restarted", timed(_restart(crash=False)), share=3),
    Kind("Postgres crashed and recovered", timed(_restart(crash=True)), share=3),
    Kind("database closed", timed(_closed)),
    Kind("database read-only", _read_only),
    Kind("table locked for long", timed(lambda scene: _hold_lock(scene, briefly=False)), share=2),
    Kind(
        "table locked briefly",
        timed(lambda scene: _hold_lock(scene, briefly=True)),
        survivable=True,
    ),
    Kind("tables read all the while", timed(_read), survivable=True),
    Kind("deadlock", timed(_deadlock), share=2),
    Kind("no room for temporary files", _no_room_to_sort, needs="afresh", share=2),
    Kind("no room for temporary tables", _no_scratch, needs="loaded", share=2),
)

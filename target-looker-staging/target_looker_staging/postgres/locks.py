"""Advisory locks: which runs are alive, and what no two of them do at once.

Two runs that read one record at different times may commit it in the wrong order, and then the
older version stays. So a run holds a lock on the records that it loads: on the table where its tap
does not say more, else on each of its companies in the table. All locks belong to the session that
also loads, so they end with it, however it ends.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg2 import errors as pg_errors

from target_looker_staging.exceptions import StreamBusyError
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.schema_sql import SchemaSql

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from target_looker_staging.postgres.types import Connection, Cursor


logger = logging.getLogger("target-looker-staging")

# Tells our locks of runs from those of other applications in the same database.
LOCK_CLASS = 1_398_036_297

_DOING = "Locking the table"
_TRY = """
SELECT name, CASE WHEN shared THEN pg_try_advisory_lock_shared(hashtextextended(name, 0))
                  ELSE pg_try_advisory_lock(hashtextextended(name, 0)) END
FROM unnest(%s::text[], %s::boolean[]) AS wanted (name, shared)
"""
_WAIT = """
SELECT CASE WHEN %(shared)s THEN pg_advisory_lock_shared(hashtextextended(%(name)s, 0))
            ELSE pg_advisory_lock(hashtextextended(%(name)s, 0)) END
"""
_RELEASE = """
SELECT CASE WHEN shared THEN pg_advisory_unlock_shared(hashtextextended(name, 0))
            ELSE pg_advisory_unlock(hashtextextended(name, 0)) END
FROM unnest(%s::text[], %s::boolean[]) AS held (name, shared)
"""
# A lock on one bigint has its upper half as classid and objsubid 1, one on two integers objsubid 2
# (PostgreSQL manual, pg_locks). The session that has the records also has the lock of its run.
_HOLDER = """
SELECT taken.pid, r.run_id, r.started_at, r.invoked_by
FROM pg_locks taken
LEFT JOIN pg_locks alive ON alive.pid = taken.pid AND alive.locktype = 'advisory'
    AND alive.database = taken.database AND alive.objsubid = 2 AND alive.classid = %(class)s
LEFT JOIN {schema}._sync_runs r ON hashtext(r.run_id)::bigint & 4294967295 = alive.objid::bigint
WHERE taken.locktype = 'advisory' AND taken.objsubid = 1 AND taken.granted
AND taken.database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND taken.pid <> pg_backend_pid()
AND (taken.classid::bigint << 32) | taken.objid::bigint = hashtextextended(%(name)s, 0)
ORDER BY r.started_at LIMIT 1
"""


def lock_run(cursor: Cursor, run_id: str) -> None:
    """Show for the life of the session that a run is alive.

    Raises:
        StreamBusyError: If a run of this id is alive elsewhere.
    """
    try:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (LOCK_CLASS, run_id))
    except pg_errors.LockNotAvailable:
        raise StreamBusyError(
            f"Run {run_id} is still going on in another process. Wait for its end, or give "
            "this run an id of its own (`run_id`)."
        ) from None


def lock_definitions(cursor: Cursor, schema: str) -> None:
    """Keep other runs from changing tables of the schema until the transaction ends.

    Two that create one table at a time fail, even with IF NOT EXISTS.
    """
    name = f"definitions {schema}"
    cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK_CLASS, name))


def lock_conclusions(cursor: Cursor, schema: str) -> None:
    """Keep other runs on the schema from being closed until the transaction ends.

    To be called first in a transaction, whose statements then see every run that was closed.
    """
    cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
    # It is held for moments; a load must not be lost for want of it.
    cursor.execute("SET LOCAL lock_timeout = 0")
    name = f"conclusion {schema}"
    cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK_CLASS, name))


def lock_refreshes(cursor: Cursor, schema: str) -> None:
    """Wait until no other session tells Looker about the schema, and keep others from it."""
    # A refresh may build tables in Looker for an hour: this lock is waited for without end.
    cursor.execute("SET LOCAL lock_timeout = 0")
    name = f"refresh {schema}"
    cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (LOCK_CLASS, name))


@dataclass(frozen=True, slots=True)
class _Lock:
    """A lock by its name; `of` says in a message what it is on."""

    name: str
    of: str
    shared: bool = False


class RecordLocks:
    """The locks of one run on the records that it loads."""

    def __init__(self, connection: Connection, schema: str, wait_seconds: int) -> None:
        self._connection = connection
        self._schema = schema
        self._wait_seconds = wait_seconds
        self._held: list[_Lock] = []

    def take(self, table: str, companies: Sequence[str] | None) -> None:
        """Lock records until `release`, or until the session ends.

        Args:
            table: The staging table.
            companies: Whose records are loaded; None for any that may come.

        Raises:
            StreamBusyError: If another run has them and keeps them.
        """
        known = {lock.name for lock in self._held}
        wanted = [lock for lock in _locks(self._schema, table, companies) if lock.name not in known]
        with transaction(self._connection, _DOING) as cursor:
            cursor.execute(_TRY, _columns(wanted))
            free = dict(cursor.fetchall())
        self._held += [lock for lock in wanted if free[lock.name]]
        for lock in wanted:
            if not free[lock.name]:
                self._wait(lock)
                self._held.append(lock)

    def release(self) -> None:
        """Let other runs load."""
        with transaction(self._connection, _DOING) as cursor:
            cursor.execute(_RELEASE, _columns(self._held))
        self._held.clear()

    def _wait(self, lock: _Lock) -> None:
        holder = self._holder(lock)
        logger.warning(
            "%s: %s; waiting up to %d seconds for it", lock.of, holder, self._wait_seconds
        )
        try:
            with transaction(self._connection, _DOING) as cursor:
                try:
                    cursor.execute(_WAIT, {"name": lock.name, "shared": lock.shared})
                except (pg_errors.LockNotAvailable, pg_errors.DeadlockDetected):
                    raise StreamBusyError(lock.of) from None
        except StreamBusyError:
            raise StreamBusyError(
                f"{lock.of}: {self._holder(lock)}. Two runs at once could leave the older version "
                "of a record, so this one gives up. Run again when the other one has ended; if "
                "its process is gone, end its session by pg_terminate_backend()."
            ) from None

    def _holder(self, lock: _Lock) -> str:
        """Return who has a lock, as a sentence without its end."""
        values = {"class": LOCK_CLASS, "name": lock.name}
        with transaction(self._connection, _DOING) as cursor:
            SchemaSql(self._schema).execute(cursor, _HOLDER, values)
            found: tuple[int, str | None, datetime, str] | None = cursor.fetchone()
        if found is None:
            return "another session is loading it"
        pid, run_id, started_at, invoked_by = found
        if run_id is None:
            return f"another session (server process {pid}) is loading it"
        since = started_at.isoformat(sep=" ", timespec="seconds")
        return f"run {run_id} is loading it, begun {since} by {invoked_by} (server process {pid})"


def _locks(schema: str, table: str, companies: Sequence[str] | None) -> list[_Lock]:
    name, of = f"looker-staging {schema}.{table}", f"Table {schema}.{table}"
    if companies is None:
        return [_Lock(name, of)]
    # Ordered, so that two runs that want several do not wait for each other.
    each = [_Lock(f"{name} {company}", f"{of}, company {company}") for company in sorted(companies)]
    return [_Lock(name, of, shared=True), *each]


def _columns(locks: Sequence[_Lock]) -> tuple[list[str], list[bool]]:
    return [lock.name for lock in locks], [lock.shared for lock in locks]

"""Poolers between us and Postgres: one that keeps a session for us is welcome, another is not.

In transaction pooling each transaction may run in another session of the server: its advisory
locks, temporary tables and settings are not there in the next one, and stay for strangers.
"""

from __future__ import annotations

import select
import time
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import extensions

from target_looker_staging.exceptions import StagingConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_looker_staging.postgres.types import Connection, Cursor

_PID = "SELECT pg_catalog.pg_backend_pid()"
# A pooler that keeps our session may have no other one for the second connection.
_PROBE_SECONDS = 5.0
_REFUSAL = (
    "Postgres is reached through a pooler in transaction mode, where locks and temporary tables "
    "do not last from one transaction to the next: point `host` and `port` at Postgres itself, or "
    "at a pooler in session mode (PgBouncer: pool_mode = session)."
)


class ServerSession:
    """The session of the server that a connection has, and must keep.

    Attributes:
        pid: Of the server's process; None before the first transaction.
    """

    def __init__(self) -> None:
        self.pid: int | None = None

    def check(self, cursor: Cursor) -> None:
        """Make sure that a transaction, at its beginning, is in the session of those before it.

        Raises:
            StagingConnectionError: If it is in another one.
        """
        cursor.execute(_PID)
        [pid] = cursor.fetchone() or (None,)
        if self.pid not in {None, pid}:
            raise StagingConnectionError(_REFUSAL)
        self.pid = pid


def refuse_shared_session(
    connection: Connection, session: ServerSession, open_other: Callable[[], Connection]
) -> None:
    """Make sure that nobody else gets the connection's session while it has no transaction.

    Nothing is locked for it. Where the server itself answers there is nothing to find out. A pooler
    gives its clients process ids of its own making, whatever its mode; so another connection
    asks for a session, and in transaction mode it gets the one that is free: ours.

    Args:
        connection: New.
        session: What is known of its session: nothing yet.
        open_other: Begins an asynchronous connection by the same way.

    Raises:
        StagingConnectionError: If the session is shared.
    """
    with connection, connection.cursor() as cursor:
        session.check(cursor)
    if connection.info.backend_pid != session.pid and _probe(open_other) == session.pid:
        raise StagingConnectionError(_REFUSAL)


def _probe(open_other: Callable[[], Connection]) -> int | None:
    """Return the process that serves another connection; None if none does in time."""
    deadline = time.monotonic() + _PROBE_SECONDS
    try:
        with closing(open_other()) as other:
            if not _wait(other, deadline):
                return None
            cursor = other.cursor()
            cursor.execute(_PID)
            if not _wait(other, deadline):
                return None
            pid: int | None
            [pid] = cursor.fetchone() or (None,)
            return pid
    except psycopg2.Error:
        # Such as a limit of connections, which this one has reached.
        return None


def _wait(connection: Connection, deadline: float) -> bool:
    """Return whether an asynchronous connection has done what it was asked to in time."""
    while (state := connection.poll()) != extensions.POLL_OK:
        left = deadline - time.monotonic()
        reads = [connection] if state == extensions.POLL_READ else []
        writes = [connection] if state == extensions.POLL_WRITE else []
        if left <= 0 or not any(select.select(reads, writes, [], left)):
            return False
    return True

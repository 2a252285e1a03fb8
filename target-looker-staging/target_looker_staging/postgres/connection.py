"""Connections to Postgres and transactions on them."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import extensions

from target_looker_staging.postgres.errors import staging_error
from target_looker_staging.postgres.pooling import ServerSession, refuse_shared_session
from target_looker_staging.postgres.session_settings import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.postgres.types import Connection, Cursor


class _Connection(extensions.connection):
    """A connection that knows which session of the server it has."""

    server_session: ServerSession | None = None


def connect(settings: PostgresSettings, application: str = "target-looker-staging") -> Connection:
    """Return a new connection, whose session has our settings and is nobody else's.

    Raises:
        StagingConnectionError: If the server is not there or refuses, or a pooler shares sessions.
    """
    options: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "user": settings.user,
        "dbname": settings.database,
        "password": settings.password,
        "sslmode": settings.sslmode,
        "sslrootcert": settings.ca_bundle,
        "connect_timeout": settings.connect_timeout_seconds,
        "application_name": application,
        "client_encoding": "UTF8",
        # A dead network is noticed within about a minute and a half.
        "keepalives_idle": 30,
        "keepalives_interval": 15,
        "keepalives_count": 4,
    }
    given = {name: value for name, value in options.items() if value is not None}
    where = f"Connecting to Postgres at {settings.host}:{settings.port}"
    try:
        connection: _Connection = psycopg2.connect(connection_factory=_Connection, **given)
    except psycopg2.Error as error:
        raise staging_error(where, error) from None
    try:
        session = connection.server_session = ServerSession()
        # Before anything is set: a setting would stay for those who share the session.
        refuse_shared_session(connection, session, lambda: psycopg2.connect(async_=True, **given))
        with connection, connection.cursor() as cursor:
            session.check(cursor)
            settle(cursor, settings.lock_timeout_seconds)
    except psycopg2.Error as error:
        connection.close()
        raise staging_error(where, error) from None
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: Connection, doing: str) -> Iterator[Cursor]:
    """Yield a cursor whose work is committed at the end, or rolled back on any exception.

    Args:
        connection: Not within a transaction.
        doing: What is done, for error messages.

    Raises:
        StagingError: In place of any driver error.
    """
    try:
        with connection.cursor() as cursor:
            if isinstance(connection, _Connection) and connection.server_session:
                connection.server_session.check(cursor)
            yield cursor
        connection.commit()
    except psycopg2.Error as error:
        _roll_back(connection)
        raise staging_error(doing, error) from None
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: Connection) -> None:
    """Roll back, unless there is no connection left and so nothing to roll back."""
    with suppress(psycopg2.Error):
        connection.rollback()

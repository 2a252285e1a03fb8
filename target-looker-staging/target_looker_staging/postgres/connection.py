"""Connections to Postgres and transactions on them."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg2

from target_looker_staging.postgres.errors import staging_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.postgres.types import Connection, Cursor

# Zone-less times are read as UTC, ambiguous dates never; a staged batch fits into temp_buffers.
# random_page_cost: a merge looks its rows up one by one; at the cost of a spinning disk the planner
# would rather scan the whole table for each batch.
_SESSION = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET temp_buffers = '32MB'; "
    "SET random_page_cost = 1.1; "
    "SET client_min_messages = 'warning'; SET lock_timeout = %s; "
    # A client whose machine is gone holds its locks until the server notices.
    "SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 15"
)


def connect(settings: PostgresSettings, application: str = "target-looker-staging") -> Connection:
    """Return a new connection whose session reads zone-less times as UTC.

    Raises:
        StagingConnectionError: If the server is not there or refuses.
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
    try:
        connection: Connection = psycopg2.connect(**given)
        with connection, connection.cursor() as cursor:
            cursor.execute(_SESSION, (f"{settings.lock_timeout_seconds}s",))
    except psycopg2.Error as error:
        where = f"Connecting to Postgres at {settings.host}:{settings.port}"
        raise staging_error(where, error) from None
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

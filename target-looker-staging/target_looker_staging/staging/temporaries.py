"""The temporary tables of a connection, of which one stage is there at a time.

Every commit of a session empties each of its tables that are declared ON COMMIT DELETE ROWS, those
that nobody used as well. With a stage for each of 400 streams a commit would cost 400 times as much
as with one. So a loader whose turn it is drops the stage of the one before it. As long as it is its
turn the stage stays, for making a table of many columns writes as many rows of the catalogue.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.postgres.connection import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_looker_staging.postgres.types import Connection, Cursor


class Temporaries:
    """Knows which temporary tables a connection has, also after a transaction was rolled back."""

    def __init__(self) -> None:
        self._stage = ""
        self._noted: frozenset[str] = frozenset()

    @contextmanager
    def transaction(self, connection: Connection, doing: str) -> Iterator[Cursor]:
        """Yield a cursor whose work is committed at the end, or rolled back on any exception.

        Args:
            connection: The one with the temporary tables, not within a transaction.
            doing: What is done, for error messages.

        Raises:
            StagingError: In place of any driver error.
        """
        before = self._stage, self._noted
        try:
            with transaction(connection, doing) as cursor:
                yield cursor
        except BaseException:
            self._stage, self._noted = before
            raise

    @contextmanager
    def attempt(self, connection: Connection) -> Iterator[Cursor]:
        """Yield a cursor whose work is rolled back in any case.

        Raises:
            StagingError: In place of any driver error.
        """
        before = self._stage, self._noted
        try:
            with transaction(connection, "Looking for a record") as cursor:
                yield cursor
                connection.rollback()
        finally:
            self._stage, self._noted = before

    def take_turn(self, cursor: Cursor, stage: str, create: sql.Composed) -> None:
        """Make a stage, unless it is the one that is there, and drop the one before it.

        Args:
            cursor: Within `transaction`.
            stage: Name of the stage.
            create: Makes it.
        """
        if self._stage == stage:
            return
        if self._stage:
            cursor.execute(sql.SQL("DROP TABLE {}").format(temporary_name(self._stage)))
        cursor.execute(create)
        self._stage = stage

    def first_note_of(self, stage: str) -> bool:
        """Return whether the keys of a stage have not been noted before; from now on they have."""
        is_first = stage not in self._noted
        self._noted |= {stage}
        return is_first


def temporary_name(table: str) -> sql.Identifier:
    """Return the name of a temporary table, so that no other table can be meant."""
    return sql.Identifier("pg_temp", table)

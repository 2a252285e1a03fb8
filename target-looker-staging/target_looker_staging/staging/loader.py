"""Batches into Postgres: one transaction each, on one connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg2
from typing_extensions import override

from target_looker_staging.exceptions import RefusedRowError
from target_looker_staging.staging import tables
from target_looker_staging.staging.batch import Batch, LineReader, LoadCounts, LoadPlace, Note
from target_looker_staging.staging.refusals import copy_position, data_reason, refusal
from target_looker_staging.staging.statements import load_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from psycopg2 import sql

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.deletions import WholeReading
    from target_looker_staging.staging.shape import TableShape


class TableLoader:
    """Loads the batches of one stream; what it does with a key that the table has, subclasses say.

    Attributes:
        place: Where to.
        shape: The staging table with the types that it has.
        has_unique_key: Whether the table holds one row per key.
        merges: Whether what it loads is in the table at once, in place of earlier versions.
        copy_columns: The columns that a line of COPY text fills, in order.
    """

    has_unique_key = False
    merges = False

    def __init__(self, place: LoadPlace, shape: TableShape) -> None:
        self.place = place
        self.shape = shape

    def prepare(self, cursor: Cursor, copy_columns: Callable[[TableShape], Sequence[str]]) -> None:
        """Make or widen the table. The caller commits.

        Args:
            cursor: In a transaction.
            copy_columns: From the table as it is to the columns of a COPY line.
        """
        self.shape = tables.prepare(
            cursor, self.place.schema, self.shape, unique=self.has_unique_key
        )
        self.copy_columns = copy_columns(self.shape)
        self.statements = load_statements(
            self.place.schema,
            self.shape,
            self.copy_columns,
            self.place.stage,
            self.place.seen,
        )

    def load(self, batch: Batch, note: Note) -> LoadCounts:
        """Load a batch in one transaction, and commit.

        Args:
            batch: The rows.
            note: Writes the counts to the run log, in the same transaction.

        Raises:
            StagingDataError: If Postgres refuses a value; nothing of the batch is kept.
            StagingError: If anything else fails; nothing of the batch is kept.
        """
        with self.transaction(f"Loading stream '{self.place.stream}'") as cursor:
            try:
                counts = self.take(cursor, batch)
            except psycopg2.Error as error:
                self._raise_record_error(error, batch)
                raise
            note(cursor, counts)
        return counts

    def transaction(self, doing: str) -> AbstractContextManager[Cursor]:
        """Return a transaction of the connection, which also knows its temporary tables."""
        return self.place.temporaries.transaction(self.place.connection, doing)

    def always_stage(self) -> None:
        """Bring every row that comes from now on through the temporary table, where it has one."""

    def take(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        """Do the work of `load` within its transaction."""
        raise NotImplementedError

    def activate_version(self, reading: WholeReading, note: Note) -> LoadCounts:
        """Do nothing: without a key it is unknown which rows are gone."""
        _ = reading, note
        return LoadCounts()

    def copy(self, cursor: Cursor, statement: sql.Composed, batch: Batch) -> int:
        """Return how many lines were copied."""
        cursor.copy_expert(statement, LineReader(batch.lines))
        return cursor.rowcount

    def _raise_record_error(self, error: psycopg2.Error, batch: Batch) -> None:
        """Raise what is wrong with which record, if that is what Postgres complains about."""
        position, reason = copy_position(error), data_reason(error)
        # An internal error (class XX) may have any cause, unless it came while reading a line.
        if reason is None or (position is None and (error.pgcode or "").startswith("XX")):
            return
        line, name = position or (None, "")
        column = next((c for c in self.shape.all_columns if c.name == name), None)
        reason = reason if column else f"the record {reason}"
        first, last = batch.first_number, batch.first_number + len(batch.lines) - 1
        if line is None and first == last:
            line = 1
        numbers = (
            f"one of records {first} to {last}" if line is None else f"record {first + line - 1}"
        )
        keys = self.shape.key_properties
        message = refusal(self.place.stream, column, keys, numbers, reason)
        raise RefusedRowError(
            message, reason, column.property_name if column else "", line
        ) from None


class AppendLoader(TableLoader):
    """Adds every record as a row."""

    @override
    def take(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        inserted = self.copy(cursor, self.statements.copy_table, batch)
        return LoadCounts(received=inserted, inserted=inserted)

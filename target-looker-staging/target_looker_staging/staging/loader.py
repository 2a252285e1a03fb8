"""Batches into Postgres: one transaction each, on one connection."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg2
from typing_extensions import override

from target_looker_staging.exceptions import RefusedRowError, StagingError
from target_looker_staging.staging import tables
from target_looker_staging.staging.batch import Batch, LineReader, LoadCounts, LoadPlace, Note
from target_looker_staging.staging.refusals import record_fault, refusal
from target_looker_staging.staging.statements import load_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from psycopg2 import sql

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.deletions import WholeReading
    from target_looker_staging.staging.shape import TableShape

_TRIGGERS = """
SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND NOT t.tgisinternal AND t.tgenabled <> 'D'
AND t.tgtype & 3 = 3 ORDER BY 1
"""


class TableLoader:
    """Loads the batches of one stream; what it does with a key that the table has, subclasses say.

    Attributes:
        place: Where to.
        shape: The staging table with the types that it has.
        has_unique_key: Whether the table holds one row per key.
        merges: Whether what it loads is in the table at once, in place of earlier versions.
        copy_columns: The columns that a line of COPY text fills, in order.

    Its methods are the steps of one load, each of which a subclass may do in its own way.
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
            StagingDataError: If Postgres refuses a record, which the text names; nothing of the
                batch is kept.
            StagingError: If anything else fails; nothing of the batch is kept.
        """
        try:
            return self.try_load(batch, note)
        except RefusedRowError as error:
            refused = error if error.line is not None else self._first_refused(batch, error)
        raise refused

    def try_load(self, batch: Batch, note: Note) -> LoadCounts:
        """Do what `load` does, without a search for the record at fault where Postgres names none.

        Raises:
            RefusedRowError: If Postgres refuses a record.
            StagingError: If anything else fails.
        """
        # What a loader has learnt is as good as the transaction in which it did.
        before = dict(vars(self))
        doing = f"Loading stream '{self.place.stream}'"
        try:
            with self.transaction(doing) as cursor:
                counts = self._take(cursor, batch)
                note(cursor, counts)
        except BaseException:
            vars(self).update(before)
            raise
        return counts

    def transaction(self, doing: str) -> AbstractContextManager[Cursor]:
        """Return a transaction of the connection, which also knows its temporary tables."""
        return self.place.temporaries.transaction(self.place.connection, doing)

    def _take(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        """Take a batch, constraints that wait for the commit included."""
        try:
            counts = self.take(cursor, batch)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg2.Error as error:
            self._raise_record_error(error, batch)
            raise
        return counts

    def _first_refused(self, batch: Batch, error: RefusedRowError) -> RefusedRowError:
        """Return the error of the first record without which the records before it are taken.

        Each attempt is rolled back. It works on a copy of the loader, which must not believe what
        the attempt has learnt.
        """
        taken, refused = 0, len(batch.lines)
        while refused - taken > 1:
            middle = (taken + refused) // 2
            part = replace(batch, lines=batch.lines[:middle])
            try:
                with self.place.temporaries.attempt(self.place.connection) as cursor:
                    copy(self)._take(cursor, part)  # noqa: SLF001 its own method
            except RefusedRowError as found:
                refused, error = middle, found
            else:
                taken = middle
        return self._refusal(error.property_name, error.reason, batch, refused)

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
        """Return how many lines were copied: all of them.

        Raises:
            StagingError: If something kept lines out.
        """
        cursor.copy_expert(statement, LineReader(batch.lines))
        self.check_all_there(cursor, len(batch.lines), cursor.rowcount)
        return cursor.rowcount

    def check_all_there(self, cursor: Cursor, wanted: int, found: int) -> None:
        """Make sure that what was to be in the table is there.

        Raises:
            StagingError: If it is not, and which triggers may be why.
        """
        if wanted == found:
            return
        names = ", ".join(self._triggers(cursor)) or "none found"
        raise StagingError(
            f"Table {self.place.schema}.{self.shape.name}: of {wanted} rows that were to be "
            f"written, {found} were. A trigger of the table (BEFORE ... FOR EACH ROW: {names}) "
            "keeps rows out, and they would be missing without a word. Disable it, or let it "
            "return the row. Nothing of the batch was loaded."
        )

    def check_all_gone(self, cursor: Cursor, count: sql.Composed) -> None:
        """Make sure that no trigger kept what was to go, or to be marked as gone.

        Args:
            cursor: In the transaction.
            count: Counts what should be gone; it is asked only where there is a trigger.

        Raises:
            StagingError: If something is still there.
        """
        triggers = self._triggers(cursor)
        if not triggers:
            return
        cursor.execute(count)
        [left] = cursor.fetchone() or (0,)
        if left:
            raise StagingError(
                f"Table {self.place.schema}.{self.shape.name}: {left} rows that are gone from the "
                f"source were to go from it, but a trigger (BEFORE ... FOR EACH ROW: "
                f"{', '.join(triggers)}) keeps them. Disable it, or let it return the row."
            )

    def _triggers(self, cursor: Cursor) -> list[str]:
        """Return the names of the triggers that may keep a row as it is."""
        cursor.execute(_TRIGGERS, (self.place.schema, self.shape.name))
        return [name for (name,) in cursor.fetchall()]

    def _raise_record_error(self, error: psycopg2.Error, batch: Batch) -> None:
        """Raise what is wrong with which record, if that is what Postgres complains about."""
        fault = record_fault(error, self.place.schema, self.shape.name)
        if fault is None:
            return
        column = next((c for c in self.shape.columns if c.name == fault.column), None)
        name, reason = (column.property_name, fault.reason) if column else ("", fault.subject)
        # A context that names none of the columns was not understood.
        line = fault.line if column and (fault.line or 0) <= len(batch.lines) else None
        line = 1 if len(batch.lines) == 1 else line
        raise self._refusal(name, reason, batch, line) from None

    def _refusal(
        self, property_name: str, reason: str, batch: Batch, line: int | None
    ) -> RefusedRowError:
        first, last = batch.first_number, batch.first_number + len(batch.lines) - 1
        numbers = (
            f"one of records {first} to {last}" if line is None else f"record {first + line - 1}"
        )
        column = next(
            (c for c in self.shape.columns if property_name and c.property_name == property_name),
            None,
        )
        keys = self.shape.key_properties
        message = refusal(self.place.stream, column, keys, numbers, reason)
        return RefusedRowError(message, reason, property_name, line)


class AppendLoader(TableLoader):
    """Adds every record as a row."""

    @override
    def take(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        inserted = self.copy(cursor, self.statements.copy_table, batch)
        return LoadCounts(received=inserted, inserted=inserted)

"""Batches into Postgres: COPY and merge, one transaction each, on one connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import psycopg2
from psycopg2 import errors as pg_errors
from typing_extensions import override

from target_looker_staging.exceptions import RefusedRowError, StagingDataError
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import copy_position, data_reason, refusal
from target_looker_staging.staging import tables
from target_looker_staging.staging.statements import gone_statement, load_statements, seen_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg2 import sql

    from target_looker_staging.postgres.types import Connection, Cursor
    from target_looker_staging.staging.columns import TableShape


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one stream, ready for COPY.

    Attributes:
        lines: COPY text, one line per record.
        first_number: Which record of the stream in this run the first line is, from 1.
        version: The version that the tap gave the records, if it gives versions.
    """

    lines: Sequence[bytes]
    first_number: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What a load did to its table.

    Attributes:
        received: Records; the sum of all that follow but `deleted`.
        superseded: Records that a later one of the same batch and key made void.
        deleted: Rows removed or marked as deleted.
        rejected: Records that were set aside.
    """

    received: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    deleted: int = 0
    rejected: int = 0

    @property
    def changed(self) -> int:
        """Return how many rows of the table are different now."""
        return self.inserted + self.updated + self.deleted


Note: TypeAlias = "Callable[[Cursor, LoadCounts], None]"


class LineReader:
    """A file of COPY lines that need not be joined first."""

    _CHUNK_LINES = 2048

    def __init__(self, lines: Sequence[bytes]) -> None:
        """Read from the first line."""
        self._lines = lines
        self._next = 0

    def read(self, _size: int = -1) -> bytes:
        """Return some lines; psycopg2 sends what it gets, however long, and ends at nothing."""
        start, self._next = self._next, self._next + self._CHUNK_LINES
        return b"".join(self._lines[start : self._next])

    readline = read


@dataclass(frozen=True, slots=True)
class LoadPlace:
    """Where a stream's batches go.

    Attributes:
        connection: Used by one thread at a time.
        schema: Postgres schema of the staging table.
        stream: Name of the stream.
        stage: Name of the temporary table, not used by another loader of the connection.
        seen: Name of the temporary table of keys, shared by the loaders of a stream.
    """

    connection: Connection
    schema: str
    stream: str
    stage: str
    seen: str


class TableLoader:
    """Loads the batches of one stream; what it does with a key that the table has, subclasses say.

    Attributes:
        place: Where to.
        shape: The staging table with the types that it has.
        has_unique_key: Whether the table holds one row per key.
        merges: Whether what it loads is in the table at once, in place of earlier versions.
        has_stage: Whether the temporary table exists.
        copy_columns: The columns that a line of COPY text fills, in order.
    """

    has_unique_key = False
    merges = False

    def __init__(self, place: LoadPlace, shape: TableShape) -> None:
        """Take where to load and what the stream's schema asks for."""
        self.place = place
        self.shape = shape
        self.has_stage = False

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
        with transaction(self.place.connection, f"Loading stream '{self.place.stream}'") as cursor:
            try:
                counts = self.take(cursor, batch)
            except psycopg2.Error as error:
                self._raise_record_error(error, batch)
                raise
            note(cursor, counts)
        return counts

    def always_stage(self) -> None:
        """Bring every row that comes from now on through the temporary table, where it has one."""

    def take(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        """Do the work of `load` within its transaction."""
        raise NotImplementedError

    def activate_version(self, version: int, note: Note) -> LoadCounts:
        """Do nothing: without a key it cannot be told which rows are gone."""
        _ = version, note
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
        raise RefusedRowError(message, reason, column.source if column else "", line) from None


class AppendLoader(TableLoader):
    """Adds every record as a row."""

    @override
    def take(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        inserted = self.copy(cursor, self.statements.copy_table, batch)
        return LoadCounts(received=inserted, inserted=inserted)


class UpsertLoader(TableLoader):
    """Keeps one row per key: the last one that came."""

    has_unique_key = True
    merges = True

    def __init__(self, place: LoadPlace, shape: TableShape, *, hard_delete: bool) -> None:
        """Take the arguments of `TableLoader`, and what to do with rows that are gone."""
        super().__init__(place, shape)
        self._hard_delete = hard_delete
        self._has_seen = False
        # Until a clash of keys tells otherwise.
        self._only_new: bool | None = None

    @override
    def always_stage(self) -> None:
        self._only_new = False

    @override
    def take(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        cursor.execute(self.statements.lock)
        if self._only_new is None:
            cursor.execute(self.statements.is_empty)
            self._only_new = cursor.fetchone() == (True,)
        if self._only_new:
            copied = self._copy_new(cursor, batch)
            if copied is not None:
                return copied
        return self._copy_and_merge(cursor, batch)

    def _copy_new(self, cursor: Cursor, batch: Batch) -> LoadCounts | None:
        """Copy straight into a table that was empty when the run began.

        That halves the work of a first load. It fails, and everything goes through the stage from
        then on, when a key comes a second time.
        """
        cursor.execute("SAVEPOINT before_copy")
        try:
            inserted = self.copy(cursor, self.statements.copy_table, batch)
        except pg_errors.UniqueViolation:
            cursor.execute("ROLLBACK TO SAVEPOINT before_copy")
            self._only_new = False
            return None
        return LoadCounts(received=inserted, inserted=inserted)

    def _copy_and_merge(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        if not self.has_stage:
            cursor.execute(self.statements.create_stage)
        received = self.copy(cursor, self.statements.copy_stage, batch)
        counts = self.merge(cursor, received)
        if batch.version is not None:
            if not self._has_seen:
                self._create_seen(cursor)
            cursor.execute(self.statements.note_seen)
            self._has_seen = True
        self.has_stage = True
        return counts

    def _create_seen(self, cursor: Cursor) -> None:
        """Make the table of keys, unless a loader of an earlier schema has; types may differ."""
        cursor.execute(self.statements.create_seen)
        types = {column.name: column.pg_type for column in self.shape.all_columns}
        wanted = {name: types[name] for name in seen_columns(self.shape)}
        tables.alter_temporary(cursor, self.place.seen, wanted)

    def merge(self, cursor: Cursor, received: int) -> LoadCounts:
        """Bring the stage's rows into the table, whose lock is held."""
        superseded = 0
        cursor.execute(self.statements.has_earlier)
        if cursor.fetchone() == (True,):
            cursor.execute(self.statements.drop_earlier)
            superseded = cursor.rowcount
        cursor.execute("SAVEPOINT before_merge")
        moved = 0
        try:
            inserted, updated = self._insert_and_update(cursor, received - superseded)
        except pg_errors.UniqueViolation:
            cursor.execute("ROLLBACK TO SAVEPOINT before_merge")
            moved = self._drop_moved(cursor)
            inserted, updated = self._insert_and_update(cursor, received - superseded)
        return LoadCounts(
            received=received,
            inserted=inserted,
            updated=updated,
            unchanged=received - superseded - inserted - updated,
            superseded=superseded,
            deleted=moved,
        )

    def _insert_and_update(self, cursor: Cursor, staged: int) -> tuple[int, int]:
        """Return the numbers of rows inserted and updated."""
        cursor.execute(self.statements.update)
        known, updated = cursor.fetchone() or (0, 0)
        inserted = 0
        if known < staged:
            cursor.execute(self.statements.insert)
            inserted = cursor.rowcount
        return inserted, updated

    def _drop_moved(self, cursor: Cursor) -> int:
        """Make way for source records that come under a new key; return how many rows went.

        Raises:
            StagingDataError: If the clash has another cause: the row ids are not unique.
        """
        cursor.execute(self.statements.shared_source_id)
        if cursor.fetchone() == (True,):
            source = self.shape.source.id_property
            raise StagingDataError(
                f"Stream '{self.place.stream}': records with different keys "
                f"{list(self.shape.key_properties)} have the same row id '{source}'. Run again if "
                "records were given new keys in this moment; else correct the stream's key, or "
                f"deselect '{source}', so that the key tells rows apart."
            )
        cursor.execute(self.statements.drop_moved)
        return cursor.rowcount

    @override
    def activate_version(self, version: int, note: Note) -> LoadCounts:
        """Delete, or mark as deleted, the rows that did not come with the version, and commit.

        Rows that came unchanged have not been rewritten and bear an older version; they are among
        the keys that have been seen.
        """
        statements = self.statements
        with transaction(self.place.connection, f"Deleting from table {self.shape.name}") as cursor:
            cursor.execute(statements.lock)
            if not self.has_stage:
                cursor.execute(statements.create_stage)
            if not self._has_seen:
                self._create_seen(cursor)
            cursor.execute(
                gone_statement(
                    self.place.schema,
                    self.shape,
                    self.place.seen,
                    version,
                    hard_delete=self._hard_delete,
                )
            )
            counts = LoadCounts(deleted=cursor.rowcount)
            note(cursor, counts)
        self.has_stage = self._has_seen = True
        return counts

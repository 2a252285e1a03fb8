"""Tables with a row per key: COPY into a temporary table, then a merge."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from psycopg2 import errors as pg_errors
from typing_extensions import override

from target_looker_staging.exceptions import StagingDataError
from target_looker_staging.staging import tables
from target_looker_staging.staging.batch import Batch, LoadCounts, LoadPlace, Note
from target_looker_staging.staging.deletions import gone_statement
from target_looker_staging.staging.loader import TableLoader
from target_looker_staging.staging.marked_rows import has_marked, marked_row_statements
from target_looker_staging.staging.statements import seen_columns

if TYPE_CHECKING:
    from psycopg2 import sql

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.deletions import WholeReading
    from target_looker_staging.staging.shape import TableShape

logger = logging.getLogger("target-looker-staging")

_IS_ROW_ID = """
SELECT i.indnkeyatts = 1 AND a.attname = '_source_id' FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE n.nspname = %s AND c.relname = %s
"""


class UpsertLoader(TableLoader):
    """Keeps one row per key: of one run the last one that came, of several the one read last."""

    has_unique_key = True
    merges = True

    def __init__(self, place: LoadPlace, shape: TableShape, *, hard_delete: bool) -> None:
        super().__init__(place, shape)
        self._hard_delete = hard_delete
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
        if self._hard_delete and has_marked(batch, self.copy_columns):
            self._only_new = False
            return None
        cursor.execute("SAVEPOINT before_copy")
        try:
            inserted = self.copy(cursor, self.statements.copy_table, batch)
        except pg_errors.UniqueViolation:
            cursor.execute("ROLLBACK TO SAVEPOINT before_copy")
            self._only_new = False
            return None
        return LoadCounts(received=inserted, inserted=inserted)

    def _copy_and_merge(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        self.place.temporaries.take_turn(cursor, self.place.stage, self.statements.create_stage)
        received = self.copy(cursor, self.statements.copy_stage, batch)
        is_deleting = self._hard_delete and has_marked(batch, self.copy_columns)
        merge = self._merge_and_delete if is_deleting else self.merge
        counts = merge(cursor, received)
        if batch.version is not None:
            self._prepare_seen(cursor)
            cursor.execute(self.statements.note_seen)
        return counts

    def _prepare_seen(self, cursor: Cursor) -> None:
        """Make the table of keys, unless a loader of an earlier schema has; types may differ."""
        if not self.place.temporaries.first_note_of(self.place.stage):
            return
        cursor.execute(self.statements.create_seen)
        columns = {column.name: column for column in self.shape.all_columns}
        wanted = [columns[name] for name in seen_columns(self.shape)]
        tables.alter_temporary(cursor, self.place.seen, wanted)

    def merge(self, cursor: Cursor, received: int) -> LoadCounts:
        """Bring the stage's rows into the table, whose lock is held."""
        superseded = self._count(cursor, self.statements.has_earlier, self.statements.drop_earlier)
        cursor.execute("SAVEPOINT before_merge")
        outrun = moved = 0
        try:
            merged = self._insert_and_update(cursor, received - superseded)
        except pg_errors.UniqueViolation as error:
            cursor.execute("ROLLBACK TO SAVEPOINT before_merge")
            if not self._is_row_id(cursor, error.diag.constraint_name):
                raise
            outrun, moved = self._drop_moved(cursor)
            merged = self._insert_and_update(cursor, received - superseded - outrun)
        inserted, updated, older = merged
        self._report(outrun + older)
        superseded += outrun + older
        return LoadCounts(
            received=received,
            inserted=inserted,
            updated=updated,
            unchanged=received - superseded - inserted - updated,
            superseded=superseded,
            deleted=moved,
        )

    @staticmethod
    def _count(cursor: Cursor, are_there: sql.Composed, drop: sql.Composed) -> int:
        """Return how many rows were dropped, if there are any."""
        cursor.execute(are_there)
        if cursor.fetchone() != (True,):
            return 0
        cursor.execute(drop)
        return cursor.rowcount

    def _merge_and_delete(self, cursor: Cursor, received: int) -> LoadCounts:
        """Bring the stage's rows into the table, but for those that the source has deleted.

        They are merged first, so that what is newer in the table stays; a row that then is marked
        goes. One that was not there before counts as unchanged.
        """
        statements = marked_row_statements(self.place.schema, self.shape, self.place.stage)
        cursor.execute(statements.before)
        absent, stale = cursor.fetchone() or (0, 0)
        counts = self.merge(cursor, received)
        # Some may not have been added: the table has the record as it was read later.
        absent = min(absent, counts.inserted)
        cursor.execute(statements.drop)
        gone = cursor.rowcount - absent
        self.check_all_gone(cursor, statements.left)
        rewritten = max(0, min(counts.updated, gone - stale))
        return replace(
            counts,
            inserted=counts.inserted - absent,
            updated=counts.updated - rewritten,
            unchanged=counts.unchanged + absent + rewritten,
            deleted=counts.deleted + gone,
        )

    def _insert_and_update(self, cursor: Cursor, staged: int) -> tuple[int, int, int]:
        """Return the numbers of rows inserted, updated, and older than the table's."""
        cursor.execute(self.statements.update)
        known, newer, updated, older = cursor.fetchone() or (0, 0, 0, 0)
        inserted = 0
        if known < staged:
            cursor.execute(self.statements.insert)
            inserted = cursor.rowcount
        self.check_all_there(cursor, staged - known + newer, inserted + updated)
        return inserted, updated, older

    def _report(self, older: int) -> None:
        if older:
            logger.info(
                "Stream '%s': %d records were read before what the table has of them, which stays",
                self.place.stream,
                older,
            )

    def _is_row_id(self, cursor: Cursor, index: str | None) -> bool:
        """Return whether an index is the one of `_source_id`, and not somebody else's."""
        cursor.execute(_IS_ROW_ID, (self.place.schema, index))
        return cursor.fetchone() == (True,)

    def _drop_moved(self, cursor: Cursor) -> tuple[int, int]:
        """Make way for source records that come under a new key.

        Returns:
            How many records were dropped, for the table has them as they were read later, and how
            many rows.

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
        cursor.execute(self.statements.drop_outrun)
        outrun = cursor.rowcount
        cursor.execute(self.statements.drop_moved)
        return outrun, cursor.rowcount

    @override
    def activate_version(self, reading: WholeReading, note: Note) -> LoadCounts:
        """Delete, or mark as deleted, the rows that did not come with the version, and commit.

        Rows that came unchanged have not been rewritten and bear an older version; they are among
        the keys that have been seen.
        """
        with self.transaction(f"Deleting from table {self.shape.name}") as cursor:
            cursor.execute(self.statements.lock)
            self._prepare_seen(cursor)
            gone = partial(
                gone_statement,
                self.place.schema,
                self.shape,
                self.place.seen,
                reading,
                hard_delete=self._hard_delete,
            )
            cursor.execute(gone())
            counts = LoadCounts(deleted=cursor.rowcount)
            self.check_all_gone(cursor, gone(count=True))
            note(cursor, counts)
        return counts

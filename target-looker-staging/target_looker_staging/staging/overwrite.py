"""Tables that are made equal to what one run sent, in one step at its end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from typing_extensions import override

from target_looker_staging.staging.batch import Batch, LoadCounts, LoadPlace, Note
from target_looker_staging.staging.deletions import later_rows_statement, replace_statement
from target_looker_staging.staging.existing_tables import look_up
from target_looker_staging.staging.tables import alter_temporary
from target_looker_staging.staging.upsert import UpsertLoader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.deletions import WholeReading
    from target_looker_staging.staging.shape import TableShape


class OverwriteLoader(UpsertLoader):
    """Gathers a run's rows in a temporary table; `replace_table` puts them in place.

    Until then readers see the table as it was, and from then on as it is; it is never empty in
    between, and keeps its grants, its views and the rows that did not change.

    Attributes:
        has_stage: Whether anything came.
        read_at: When the first record was read, as the tap wrote it, if it says so.
    """

    merges = False

    def __init__(self, place: LoadPlace, shape: TableShape) -> None:
        super().__init__(place, shape, hard_delete=True)
        self.has_unique_key = bool(shape.key)
        self.has_stage = False
        self.read_at: str | None = None
        self._received = 0

    @override
    def take(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        if not self.has_stage:
            cursor.execute(self.statements.create_lasting_stage)
            self.has_stage, self.read_at = True, batch.read_at
        received = self.copy(cursor, self.statements.copy_stage, batch)
        self._received += received
        return LoadCounts(received=received)

    @override
    def activate_version(self, reading: WholeReading, note: Note) -> LoadCounts:
        """Do nothing: what did not come goes in any case."""
        _ = reading, note
        return LoadCounts()

    def put_in_place(self, cursor: Cursor) -> LoadCounts:
        """Bring the gathered rows into the table, whose lock is held."""
        if not self.has_stage:
            return LoadCounts()
        if self.has_unique_key:
            counts = self.merge(cursor, self._received)
        else:
            cursor.execute(self.statements.insert_all)
            self.check_all_there(cursor, self._received, cursor.rowcount)
            counts = LoadCounts(inserted=cursor.rowcount)
        # The records have been counted as they came.
        return replace(counts, received=0)

    def leave_out(self) -> LoadCounts:
        """Return what becomes of the gathered rows if they do not get into the table."""
        return LoadCounts(superseded=self._received)


def replace_table(loaders: Sequence[OverwriteLoader], note: Note, began_at: str | None) -> None:
    """Make a stream's table equal to what its loaders have gathered, in one transaction.

    Rows that another run read after this one had begun to read stay: they are newer.

    Args:
        loaders: The loaders of one stream in the order in which its schemas came.
        note: Writes the counts to the run log, in the same transaction.
        began_at: When the tap began, which counts if no record came.
    """
    last = loaders[-1]
    place, shape = last.place, last.shape
    staged = [loader for loader in loaders if loader.has_stage]
    since = staged[0].read_at if staged else began_at
    with last.transaction(f"Replacing table {place.schema}.{shape.name}") as cursor:
        cursor.execute(last.statements.lock)
        if not shape.key and _has_later_rows(cursor, last, since):
            # Without a key nobody can tell which rows are the same: the later reading stays alone.
            for loader in staged:
                note(cursor, loader.leave_out())
            return
        if len(loaders) > 1:
            _follow_table(cursor, staged)
        stages = [loader.place.stage for loader in staged]
        cursor.execute(replace_statement(place.schema, shape, stages, since))
        note(cursor, LoadCounts(deleted=cursor.rowcount))
        count = replace_statement(place.schema, shape, stages, since, count=True)
        last.check_all_gone(cursor, count)
        for loader in loaders:
            note(cursor, loader.put_in_place(cursor))


def _has_later_rows(cursor: Cursor, loader: OverwriteLoader, since: str | None) -> bool:
    cursor.execute(later_rows_statement(loader.place.schema, loader.shape, since))
    return cursor.fetchone() == (True,)


def _follow_table(cursor: Cursor, loaders: Sequence[OverwriteLoader]) -> None:
    """Give the stages of earlier schemas the types that later ones have widened the table to."""
    for loader in loaders:
        table = look_up(cursor, loader.place.schema, loader.shape.name)
        columns = table.columns if table else {}
        wanted = [
            replace(each, pg_type=columns[each.name].pg_type, declared=columns[each.name].declared)
            for each in loader.shape.all_columns
        ]
        alter_temporary(cursor, loader.place.stage, wanted)

"""Tables that are made equal to what one run sent, in one step at its end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from typing_extensions import override

from target_looker_staging.postgres.connection import transaction
from target_looker_staging.staging.batch import Batch, LoadCounts, LoadPlace, Note
from target_looker_staging.staging.existing_tables import look_up
from target_looker_staging.staging.statements import replace_statement
from target_looker_staging.staging.tables import alter_temporary
from target_looker_staging.staging.upsert import UpsertLoader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.shape import TableShape


class OverwriteLoader(UpsertLoader):
    """Gathers a run's rows in a temporary table; `replace_table` puts them in place.

    Until then readers see the table as it was, and from then on as it is; it is never empty in
    between, and keeps its grants, its views and the rows that did not change.
    """

    merges = False

    def __init__(self, place: LoadPlace, shape: TableShape) -> None:
        super().__init__(place, shape, hard_delete=True)
        self.has_unique_key = bool(shape.key)
        self._received = 0

    @override
    def take(self, cursor: Cursor, batch: Batch) -> LoadCounts:
        if not self.has_stage:
            cursor.execute(self.statements.create_lasting_stage)
            self.has_stage = True
        received = self.copy(cursor, self.statements.copy_stage, batch)
        self._received += received
        return LoadCounts(received=received)

    @override
    def activate_version(self, version: int, note: Note) -> LoadCounts:
        """Do nothing: what did not come goes in any case."""
        _ = version, note
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


def replace_table(loaders: Sequence[OverwriteLoader], note: Note) -> None:
    """Make a stream's table equal to what its loaders have gathered, in one transaction.

    Args:
        loaders: The loaders of one stream in the order in which its schemas came.
        note: Writes the counts to the run log, in the same transaction.
    """
    place, shape = loaders[-1].place, loaders[-1].shape
    with transaction(place.connection, f"Replacing table {place.schema}.{shape.name}") as cursor:
        cursor.execute(loaders[-1].statements.lock)
        staged = [loader for loader in loaders if loader.has_stage]
        if len(loaders) > 1:
            _follow_table(cursor, staged)
        stages = [loader.place.stage for loader in staged]
        cursor.execute(replace_statement(place.schema, shape, stages))
        note(cursor, LoadCounts(deleted=cursor.rowcount))
        count = replace_statement(place.schema, shape, stages, count=True)
        loaders[-1].check_all_gone(cursor, count)
        for loader in loaders:
            note(cursor, loader.put_in_place(cursor))


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

"""The streams of a run on their way into their tables: batches, counts, rejected records."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from target_looker_staging.exceptions import StagingSchemaError
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.postgres.grants import grant_select
from target_looker_staging.postgres.locks import RecordLocks, lock_definitions
from target_looker_staging.quarantine.loading import Quarantine
from target_looker_staging.quarantine.store import chosen
from target_looker_staging.run.log import BatchNotes
from target_looker_staging.staging.batch import LoadPlace
from target_looker_staging.staging.loader import AppendLoader
from target_looker_staging.staging.overwrite import OverwriteLoader, replace_table
from target_looker_staging.staging.temporaries import Temporaries
from target_looker_staging.staging.upsert import UpsertLoader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from singer_sdk.metrics import Timer

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.quarantine.records import Definition, Rejection
    from target_looker_staging.run.session import Session
    from target_looker_staging.staging.batch import Batch, LoadCounts, Note
    from target_looker_staging.staging.loader import TableLoader
    from target_looker_staging.staging.settings import LoadSettings
    from target_looker_staging.staging.shape import TableShape


@dataclass(slots=True)
class StreamTally:
    """What has become of a stream so far in this run, committed or not.

    Attributes:
        received: RECORD messages taken in.
        changed: Rows of the table that are different now, committed.
        inserted: Of these, rows that were not there.
        updated: Rows that were there.
        deleted: Rows that are gone or marked as gone.
        rejected: Records that were set aside.
        versions: Versions that records bore, and when the first record of each was read, as the tap
            wrote it.
        loaders: Made for the stream, one for each schema that came.
    """

    received: int = 0
    changed: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    rejected: int = 0
    versions: dict[int, str | None] = field(default_factory=dict)
    loaders: list[TableLoader] = field(default_factory=list)

    def add(self, counts: LoadCounts) -> None:
        """Add what a batch did."""
        self.changed += counts.changed
        self.inserted += counts.inserted
        self.updated += counts.updated
        self.deleted += counts.deleted
        self.rejected += counts.rejected


@dataclass(frozen=True, slots=True)
class BatchWork:
    """A batch and what it takes to load it.

    Attributes:
        loader: Loads it.
        definition: The schema that its stream has.
        batch: The rows.
        replaced: Characters in them that Postgres cannot hold.
    """

    loader: TableLoader
    definition: Definition
    batch: Batch
    replaced: int


class StreamLoads:
    """Hands what is to be loaded to a run's session, and counts.

    Attributes:
        tallies: Stream to what has become of it.
        quarantine: Takes the records that are set aside.
    """

    def __init__(self, session: Session, load: LoadSettings, lock_timeout_seconds: int) -> None:
        self.tallies: dict[str, StreamTally] = {}
        self.quarantine = Quarantine(
            session.connection, session.rejected, session.log.run_id, load.quarantine_limit
        )
        self._session = session
        self._load = load
        # Streams with rejected records of which a later version may come.
        self._watched = set(session.in_quarantine)
        self._locks = RecordLocks(session.connection, load.target_schema, lock_timeout_seconds)
        self._temporaries = Temporaries()
        self._stages = 0

    @property
    def run_id(self) -> str:
        """Return the id of this run in the run log."""
        return self._session.log.run_id

    def loader(
        self,
        stream: str,
        shape: TableShape,
        copy_columns: Callable[[TableShape], Sequence[str]],
    ) -> TableLoader:
        """Return what loads a stream, its table made or widened.

        Args:
            stream: Name of the stream.
            shape: What its schema asks for.
            copy_columns: From the table as it is to the columns of a COPY line.

        Raises:
            StagingSchemaError: If the table is another stream's, or cannot hold this one.
        """
        for other, tally in self.tallies.items():
            if other != stream and tally.loaders[0].shape.name == shape.name:
                raise StagingSchemaError(
                    f"Streams '{other}' and '{stream}' would both fill table '{shape.name}'. "
                    "Rename one with `stream_maps` and `__alias__`."
                )
        tally = self.tallies.setdefault(stream, StreamTally())
        loader = self._make_loader(stream, shape)
        tally.loaders.append(loader)
        self._prepare(loader, copy_columns)
        # Only now it is known what became of the records before.
        if stream in self._watched:
            loader.always_stage()
        return loader

    def _make_loader(self, stream: str, shape: TableShape) -> TableLoader:
        self._stages += 1
        place = LoadPlace(
            connection=self._session.connection,
            schema=self._load.target_schema,
            stream=stream,
            stage=f"stage_{self._stages}",
            seen=f"seen_{list(self.tallies).index(stream)}",
            temporaries=self._temporaries,
        )
        if self._load.load_method == "overwrite":
            return OverwriteLoader(place, shape)
        if self._load.load_method == "append-only" or not shape.key:
            return AppendLoader(place, shape)
        return UpsertLoader(place, shape, hard_delete=self._load.hard_delete)

    def _prepare(
        self, loader: TableLoader, copy_columns: Callable[[TableShape], Sequence[str]]
    ) -> None:
        """Make or widen a table, whose records no other run loads from now on."""
        schema, table, stream = self._load.target_schema, loader.shape.name, loader.place.stream
        identity = self._session.identity
        # A table that is made equal to what came has nothing of other companies beside it.
        whole = self._load.load_method == "overwrite"
        companies = None if whole else identity.companies

        def prepare(cursor: Cursor) -> None:
            lock_definitions(cursor, schema)
            loader.prepare(cursor, copy_columns)
            self._session.log.open_stream(cursor, stream, identity.bookmark(stream))
            grant_select(cursor, schema, self._load.grant_select_to)

        self._session.call(partial(self._locks.take, table, companies))
        self._session.transact(f"Preparing table {schema}.{table}", prepare)

    def load(self, work: BatchWork, timer: Timer) -> None:
        """Hand over a batch.

        Args:
            work: The batch.
            timer: Measures the loading.

        Raises:
            StagingError: If an earlier batch failed.
        """
        loader, batch = work.loader, work.batch
        tally = self.tallies[loader.place.stream]
        tally.received += len(batch.lines)
        if batch.version is not None:
            tally.versions.setdefault(batch.version, batch.read_at)

        def note(part: Batch) -> Note:
            # What was replaced in the whole batch is counted once.
            is_first = part.first_number == batch.first_number
            return self.note(loader, work.replaced if is_first else 0, batch.version)

        def do() -> None:
            with timer:
                if self._load.on_bad_record == "quarantine":
                    self.quarantine.load(loader, batch, work.definition, note)
                else:
                    loader.load(batch, note(batch))

        self._session.submit(do)

    def reject(self, loader: TableLoader, definition: Definition, rejection: Rejection) -> None:
        """Hand over a record that is to be set aside, after the batches before it.

        Raises:
            StagingError: If an earlier batch failed.
        """
        self.tallies[loader.place.stream].received += 1
        note = self.note(loader)
        self._session.submit(partial(self.quarantine.reject, loader, definition, rejection, note))

    def note(self, loader: TableLoader, replaced: int = 0, version: int | None = None) -> Note:
        """Return what writes a batch's counts to the run log, and resolves what it supersedes."""
        stream = loader.place.stream
        tally = self.tallies[stream]
        notes = BatchNotes(replaced, version, self._session.identity.bookmark(stream))

        def note(cursor: Cursor, counts: LoadCounts) -> None:
            self._session.log.note_batch(cursor, stream, counts, notes)
            tally.add(counts)
            if counts.rejected:
                self._watched.add(stream)
            elif stream in self._watched and loader.merges and counts.received:
                self._session.rejected.supersede_staged(cursor, self.run_id, loader)

        return note

    def replace_tables(self, began_at: str | None) -> None:
        """Make every stream's table equal to what came, with load method overwrite.

        Args:
            began_at: When the tap began, as it wrote it, if it says so.
        """
        for tally in self.tallies.values():
            loaders = [each for each in tally.loaders if isinstance(each, OverwriteLoader)]
            note = self._replacing_note(loaders[-1])
            self._session.submit(partial(replace_table, loaders, note, began_at))

    def _replacing_note(self, loader: OverwriteLoader) -> Note:
        """Return what notes that a table is made equal to what came, rejected records or not."""
        count = self.note(loader)

        def note(cursor: Cursor, counts: LoadCounts) -> None:
            count(cursor, counts)
            self._session.rejected.supersede_stream(cursor, self.run_id, loader.place.stream)

        return note

    def in_quarantine(self) -> dict[str, int]:
        """Return the records of this run's streams in quarantine, whichever run rejected them.

        Returns:
            Stream to number of records.

        Raises:
            StagingError: If some of what was handed over before failed.
        """
        counts = self._session.transact(READING_RUN_LOG, self._session.rejected.count_waiting)
        return chosen(counts, self.tallies)

    def release(self) -> None:
        """Let other runs load the same records."""
        self._session.call(self._locks.release)

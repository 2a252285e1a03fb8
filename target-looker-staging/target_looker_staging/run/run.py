"""One run against the warehouse: its connection, its loading thread, its page in the run log."""

from __future__ import annotations

import getpass
import logging
import socket
import sys
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg2
from singer_sdk.exceptions import SingerSDKError
from singer_sdk.singerlib.exceptions import InvalidInputLine
from singer_sdk.singerlib.json import serialize_json

from target_looker_staging.exceptions import RefusedRowError, StagingError, StagingSchemaError
from target_looker_staging.postgres.connection import connect, transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.postgres.grants import grant_select
from target_looker_staging.postgres.locks import RecordLocks
from target_looker_staging.postgres.worker import LoadWorker
from target_looker_staging.quarantine.loading import Quarantine
from target_looker_staging.quarantine.store import RejectedRecordStore, chosen
from target_looker_staging.run.log import BatchNotes, RunLog, RunStart
from target_looker_staging.run.refreshing import Refresher, judge_refresh
from target_looker_staging.staging.batch import LoadPlace
from target_looker_staging.staging.loader import AppendLoader
from target_looker_staging.staging.overwrite import OverwriteLoader, replace_table
from target_looker_staging.staging.refusals import BadRecordError
from target_looker_staging.staging.statements import stage_name
from target_looker_staging.staging.upsert import UpsertLoader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from singer_sdk.metrics import Timer

    from target_looker_staging.looker import Action, LookerSettings
    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.quarantine.records import Definition, RejectedRecord, Rejection
    from target_looker_staging.run.log import RunPage, RunStatus
    from target_looker_staging.staging.batch import Batch, LoadCounts, Note
    from target_looker_staging.staging.loader import TableLoader
    from target_looker_staging.staging.settings import LoadSettings
    from target_looker_staging.staging.shape import TableShape

logger = logging.getLogger("target-looker-staging")

# How long a run that is told to end waits for its statement to notice; then the connection is cut.
GRACE_SECONDS = 5.0
_THERE_ALREADY = (
    "would take the place of a row that is there, and which of the two is newer cannot be told, "
    "for its key was at fault or has been edited; delete its line here if the row is right, else "
    "the row"
)


@dataclass(slots=True)
class StreamTally:
    """What has become of a stream so far in this run, committed or not.

    Attributes:
        received: RECORD messages taken in.
        changed: Rows of the table that are different now, committed.
        versions: Versions that records bore.
        loaders: Made for the stream, one for each schema that came.
    """

    received: int = 0
    changed: int = 0
    versions: set[int] = field(default_factory=set)
    loaders: list[TableLoader] = field(default_factory=list)


@dataclass(slots=True)
class RunIdentity:
    """Who runs, as far as the tap and the settings say.

    Attributes:
        companies: Whose records the tap reads, if it says so before the first one.
        state_id: Where Meltano keeps the state, as far as that can be told.
        replay_of: Id of the run that this one does again.
    """

    run_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    tap: str | None = None
    state_before: Mapping[str, Any] | None = None
    companies: Sequence[str] | None = None
    state_id: str | None = None
    replay_of: str | None = None


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


class Run:
    """Does in the loading thread whatever needs Postgres, in the order of the input.

    The run log's page is opened at the first need, so that the tap's first state can name the run.
    """

    def __init__(
        self,
        postgres: PostgresSettings,
        load: LoadSettings,
        identity: RunIdentity,
        *,
        invoked_by: str | None,
        version: str,
    ) -> None:
        """Connect.

        Raises:
            StagingConnectionError: If Postgres is not there or refuses.
        """
        self._connection = connect(postgres)
        self._load = load
        self._log = RunLog(load.target_schema)
        self._rejected = RejectedRecordStore(load.target_schema)
        self._quarantine = Quarantine(
            self._connection, self._rejected, identity.run_id, load.quarantine_limit
        )
        # Streams with rejected records of which a later version may come.
        self._watched: set[str] = set()
        self._refresher = Refresher(self._connection, self._log)
        self._locks = RecordLocks(
            self._connection, load.target_schema, postgres.lock_timeout_seconds
        )
        self._worker = LoadWorker()
        self._started_at = datetime.now(tz=timezone.utc)
        self._invoked_by = invoked_by or f"{getpass.getuser()}@{socket.gethostname()}"
        self._version = version
        self._opened = False
        self._closed = False
        self._stages = 0
        self.identity = identity
        self.tallies: dict[str, StreamTally] = {}

    @property
    def run_id(self) -> str:
        """Return the id of this run in the run log."""
        return self.identity.run_id

    def open(self) -> None:
        """Make schema and run log, open this run's page, close those of runs that died."""
        if self._opened:
            return
        self._opened = True

        def begin() -> list[str]:
            with transaction(self._connection, "Opening the run log") as cursor:
                self._log.create_tables(cursor)
                self._rejected.create_tables(cursor)
                self.identity.run_id = self._log.page_id(cursor, self.run_id)
                dead = self._log.start(cursor, self._start())
                self._watched.update(self._rejected.count_waiting(cursor))
                grant_select(cursor, self._load.target_schema, self._load.grant_select_to)
            return dead

        dead = self._worker.call(begin)
        self._quarantine.run_id = self.run_id
        for run_id in dead:
            logger.warning("Run %s ended without a word; it now stands as interrupted", run_id)

    def _start(self) -> RunStart:
        return RunStart(
            run_id=self.run_id,
            started_at=self._started_at,
            invoked_by=self._invoked_by,
            tap=self.identity.tap,
            target=self._version,
            state_before=self.identity.state_before,
            state_id=self.identity.state_id,
            replay_of=self.identity.replay_of,
        )

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
        self.open()
        tally = self.tallies.setdefault(stream, StreamTally())
        loader = self._make_loader(stream, shape)
        tally.loaders.append(loader)
        if stream in self._watched:
            loader.always_stage()

        # A table that is made equal to what came has nothing of other companies beside it.
        whole = self._load.load_method == "overwrite"
        companies = None if whole else self.identity.companies

        def prepare() -> None:
            self._locks.take(shape.name, companies)
            doing = f"Preparing table {self._load.target_schema}.{shape.name}"
            with transaction(self._connection, doing) as cursor:
                self._log.lock_definitions(cursor)
                loader.prepare(cursor, copy_columns)
                before = _bookmark(self.identity.state_before, stream)
                self._log.open_stream(cursor, self.run_id, stream, before)
                grant_select(cursor, self._load.target_schema, self._load.grant_select_to)

        self._worker.call(prepare)
        return loader

    def _make_loader(self, stream: str, shape: TableShape) -> TableLoader:
        self._stages += 1
        place = LoadPlace(
            connection=self._connection,
            schema=self._load.target_schema,
            stream=stream,
            stage=f"stage_{self._stages}",
            seen=f"seen_{list(self.tallies).index(stream)}",
        )
        if self._load.load_method == "overwrite":
            return OverwriteLoader(place, shape)
        if self._load.load_method == "append-only" or not shape.key:
            return AppendLoader(place, shape)
        return UpsertLoader(place, shape, hard_delete=self._load.hard_delete)

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
            tally.versions.add(batch.version)
        first = batch.first_number

        def note(part: Batch) -> Note:
            # What was replaced in the whole batch is counted once.
            replaced = work.replaced if part.first_number == first else 0
            return self._note(loader, replaced, batch.version)

        def do() -> None:
            with timer:
                if self._load.on_bad_record == "quarantine":
                    self._quarantine.load(loader, batch, work.definition, note)
                else:
                    loader.load(batch, note(batch))

        self._worker.submit(do)

    def reject(self, loader: TableLoader, definition: Definition, rejection: Rejection) -> None:
        """Hand over a record that is to be set aside, after the batches before it.

        Raises:
            StagingError: If an earlier batch failed.
        """
        self.tallies[loader.place.stream].received += 1
        note = self._note(loader)
        self._worker.submit(partial(self._quarantine.reject, loader, definition, rejection, note))

    def _note(self, loader: TableLoader, replaced: int = 0, version: int | None = None) -> Note:
        """Return what writes a batch's counts to the run log, and resolves what it supersedes."""
        stream = loader.place.stream
        tally = self.tallies[stream]
        before = _bookmark(self.identity.state_before, stream)
        notes = BatchNotes(replaced, version, before)
        stage = stage_name(loader.place.stage)

        def note(cursor: Cursor, counts: LoadCounts) -> None:
            self._log.note_batch(cursor, self.run_id, stream, counts, notes)
            tally.changed += counts.changed
            if counts.rejected:
                self._watched.add(stream)
            elif stream in self._watched and loader.merges and counts.received:
                self._rejected.supersede_staged(cursor, self.run_id, stream, stage)

        return note

    def activate_version(self, stream: str, version: int) -> None:
        """Delete, or mark as deleted, the rows that did not come with a version.

        Not if an earlier run began the version: this one does not know what came in that run.
        """
        loader = self.tallies[stream].loaders[-1]
        note = self._note(loader, version=version)

        def work() -> None:
            if stream in self._quarantine.counts:
                logger.warning(
                    "Stream '%s': records of version %d are in quarantine, so it is not known "
                    "which rows are gone; none is deleted",
                    stream,
                    version,
                )
                return
            with transaction(self._connection, READING_RUN_LOG) as cursor:
                begun = self._log.is_version_begun(cursor, self.run_id, stream, version)
            if begun:
                logger.warning(
                    "Stream '%s': an earlier run began version %d, so it is not known which rows "
                    "are gone; none is deleted until the next full version",
                    stream,
                    version,
                )
                return
            loader.activate_version(version, note)

        self._worker.submit(work)

    def replace_tables(self) -> None:
        """Make every stream's table equal to what came, with load method overwrite."""
        for tally in self.tallies.values():
            loaders = [each for each in tally.loaders if isinstance(each, OverwriteLoader)]
            note = self._note_of_replacing(loaders[-1])
            self._worker.submit(partial(replace_table, loaders, note))

    def _note_of_replacing(self, loader: OverwriteLoader) -> Note:
        """Return what notes that a table is made equal to what came, rejected records or not."""
        count = self._note(loader)

        def note(cursor: Cursor, counts: LoadCounts) -> None:
            count(cursor, counts)
            self._rejected.supersede_stream(cursor, self.run_id, loader.place.stream)

        return note

    def waiting(self, stream: str) -> list[RejectedRecord]:
        """Return the records of a stream that wait in quarantine, by schema, oldest first."""

        def work() -> list[RejectedRecord]:
            with transaction(self._connection, READING_RUN_LOG) as cursor:
                return self._rejected.waiting(cursor, None, [stream])

        return self._worker.call(work)

    def readmit(
        self, loader: TableLoader, batch: Batch, record: RejectedRecord, *, may_update: bool
    ) -> None:
        """Load a record that waited in quarantine, and take it out, in one transaction.

        Args:
            loader: Loads it, through its temporary table.
            batch: The record's row.
            record: The record.
            may_update: Whether it may take the place of a row that is there.

        Raises:
            BadRecordError: If it would, but must not.
            RefusedRowError: If Postgres refuses it still.
        """
        self.tallies[loader.place.stream].received += 1
        count = self._note(loader, version=batch.version)

        def note(cursor: Cursor, counts: LoadCounts) -> None:
            if not may_update and (counts.updated or counts.deleted):
                raise BadRecordError("", _THERE_ALREADY)
            self._rejected.mark_loaded(cursor, self.run_id, record.id)
            count(cursor, counts)

        def work() -> BadRecordError | RefusedRowError | None:
            try:
                loader.load(batch, note)
            except (BadRecordError, RefusedRowError) as error:
                return error
            return None

        # The worker would take an error for the end of the run.
        if error := self._worker.call(work):
            raise error

    def reject_again(self, record: RejectedRecord, reason: str, source: str) -> None:
        """Write down why a record stays in quarantine."""

        def work() -> None:
            with transaction(self._connection, "Setting a record aside") as cursor:
                self._rejected.change_reason(cursor, record.id, reason, source)

        self._worker.call(work)

    def latest_page(self, run_id: str) -> RunPage | None:
        """Return the latest run that has the state of another one, replayed records aside."""

        def work() -> RunPage | None:
            with transaction(self._connection, READING_RUN_LOG) as cursor:
                return self._log.latest_page(cursor, run_id)

        return self._worker.call(work)

    def quarantined(self) -> dict[str, int]:
        """Return the records of this run's streams that wait in quarantine, of any run, by stream.

        Raises:
            StagingError: If some of what was handed over before failed.
        """
        self.open()

        def work() -> dict[str, int]:
            with transaction(self._connection, READING_RUN_LOG) as cursor:
                return chosen(self._rejected.count_waiting(cursor), self.tallies)

        return self._worker.call(work)

    def pass_on(self, state: Mapping[str, Any]) -> None:
        """Write a state to standard output once all that was handed over before is committed."""
        self.open()
        streams = list(self.tallies)
        line = serialize_json(state)

        def work() -> None:
            with transaction(self._connection, "Writing the state to the run log") as cursor:
                self._log.note_state(cursor, self.run_id, state, streams)
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

        self._worker.submit(work)

    def wait(self) -> None:
        """Return when everything that was handed over is committed.

        Raises:
            StagingError: If some of it failed.
        """
        self._worker.finish()

    def complete(self, looker: LookerSettings | None) -> frozenset[Action]:
        """Close the page of a whole load, and write down what Looker is to be told of it.

        Both in one transaction, so that a process that dies now leaves the refresh owed.

        Returns:
            What is owed, from this run and from earlier ones.
        """
        self.open()
        self._closed = True

        own = {stream for stream, tally in self.tallies.items() if tally.changed}

        def work() -> frozenset[Action]:
            if looker:
                self._refresher.take_turn()
            due: frozenset[Action] = frozenset()
            with transaction(self._connection, "Closing the run log's page") as cursor:
                if looker:
                    changed = own.union(self._log.changed_streams(cursor))
                    due = self._refresher.owe(cursor, looker, self.run_id, changed)
                self._log.finish(cursor, self.run_id, "complete", None)
            # Looker may build tables for an hour; the next load need not wait for that.
            self._locks.release()
            return due

        return self._worker.call(work)

    def leave_incomplete(self, reason: str) -> None:
        """Close the page of a load of which not everything came."""
        self.open()
        self._closed = True

        def work() -> None:
            with transaction(self._connection, "Closing the run log's page") as cursor:
                self._log.finish(cursor, self.run_id, "incomplete", reason)

        self._worker.call(work)

    def refresh(self, looker: LookerSettings, due: frozenset[Action]) -> None:
        """Tell Looker what `complete` returned.

        Raises:
            LookerRefreshError: If an action failed and `looker_on_error` is not `warn`.
        """
        judge_refresh(self._refresher.pay(looker, due), looker)

    def fail(self, error: BaseException) -> None:
        """Close the page of a run that failed, as far as the connection still allows."""
        if isinstance(error, Exception):
            # What came before the failure is whole: it is committed, and its state passed on.
            self._worker.close()
            known = isinstance(error, (SingerSDKError, InvalidInputLine))
            self._close("failed", str(error) if known else type(error).__name__)
        elif self._stop():
            self._close("interrupted", "The process was told to end (SIGTERM or SIGINT).")

    def _stop(self) -> bool:
        """Return whether the loading thread has ended, its statement cancelled if need be."""
        if self._worker.abort(0):
            return True
        with suppress(psycopg2.Error):
            self._connection.cancel()
        return self._worker.abort(GRACE_SECONDS)

    def _close(self, status: RunStatus, error: str) -> None:
        """Write the page's last line, if that can be done, and disconnect."""
        with suppress(StagingError, psycopg2.Error):
            self._connection.rollback()
            if self._opened and not self._closed:
                with transaction(self._connection, "Closing the run log's page") as cursor:
                    self._log.finish(cursor, self.run_id, status, error)
        self._closed = True
        self._connection.close()

    def disconnect(self) -> None:
        """Close the connection."""
        self._worker.close()
        self._connection.close()


def _bookmark(state: Mapping[str, Any] | None, stream: str) -> Mapping[str, Any] | None:
    bookmarks = (state or {}).get("bookmarks")
    return bookmarks.get(stream) if isinstance(bookmarks, dict) else None

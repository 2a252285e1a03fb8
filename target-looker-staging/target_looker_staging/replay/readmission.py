"""Records out of quarantine into their tables, by the loaders of any run.

A record that waits is the latest version of itself, since the transaction that loads a later one
takes it out of quarantine. That holds as long as its row id is what it was when it was rejected.
Where it is not, because the key was invalid or the record was edited, nobody can tell which
version is newer, and a row that is there already stays.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from target_looker_staging.exceptions import RefusedRowError
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.quarantine.store import in_words
from target_looker_staging.replay.findings import is_whole
from target_looker_staging.run.history import REPLAYED, RunHistory
from target_looker_staging.run.identity import RunIdentity
from target_looker_staging.run.run import Run
from target_looker_staging.staging.batch import Batch
from target_looker_staging.staging.links import placeholders
from target_looker_staging.staging.refusals import BadRecordError
from target_looker_staging.staging.rows import BatchStamp, RowEncoder
from target_looker_staging.staging.shape import table_shape
from target_looker_staging.staging.types import PgType
from target_looker_staging.staging.values import copy_field_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_looker_staging.looker import LookerSettings
    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.quarantine.records import RejectedRecord
    from target_looker_staging.staging.batch import LoadCounts
    from target_looker_staging.staging.columns import Column
    from target_looker_staging.staging.loader import TableLoader
    from target_looker_staging.staging.settings import LoadSettings
    from target_looker_staging.staging.shape import TableShape

logger = logging.getLogger("target-looker-staging")

_CONFLICT = (
    "conflicts with an existing row; which is newer is unknown, since the key was invalid or "
    "edited. Delete this record or that row"
)


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run of the operator's command needs to be a run like any other."""

    postgres: PostgresSettings
    load: LoadSettings
    looker: LookerSettings | None
    invoked_by: str | None
    version: str


def readmit(
    settings: RunSettings, run_id: str, records: Sequence[RejectedRecord]
) -> Mapping[str, int]:
    """Load a run's rejected records in a new run, and tell Looker if everything then is there.

    Returns:
        Stream to records that still wait in quarantine, whichever run rejected them.

    Raises:
        StagingError: If something other than the records is at fault.
        LookerRefreshError: If Looker could not be told.
    """
    load = settings.load
    if load.load_method == "overwrite":
        # A few records are no table to put in the place of the one that is there.
        load = replace(load, load_method="upsert")
    identity = RunIdentity(
        target=settings.version,
        invoked_by=settings.invoked_by,
        tap=REPLAYED,
        replay_of=run_id,
    )
    run = Run(settings.postgres, load, identity)
    try:
        readmission = _Readmission(run, load)
        for stream in sorted({each.stream for each in records}):
            readmission.readmit(stream, [each for each in records if each.stream == stream])
        quarantined = run.loads.in_quarantine()
        _conclude(run, settings, run_id, quarantined)
    except BaseException as error:
        run.fail(error)
        raise
    run.disconnect()
    return quarantined


def _conclude(run: Run, settings: RunSettings, run_id: str, quarantined: Mapping[str, int]) -> None:
    """Close the run, and tell Looker if neither it nor the load before left anything out."""
    reason = in_words(quarantined)
    history = RunHistory(settings.load.target_schema)
    latest = run.session.transact(
        READING_RUN_LOG, lambda cursor: history.latest_of_state(cursor, run_id)
    )
    if latest is not None and not is_whole(latest):
        reason = f"{reason} Run {latest.run_id} did not load everything ({latest.status}).".strip()
    # No load of its own: whether a stream is whole depends on the load before, and on quarantine.
    whole = dict.fromkeys(run.loads.tallies, True)
    looker = settings.looker
    if reason:
        logger.warning("Not everything is there, and Looker is not told of what lacks: %s", reason)
        debts = run.close("incomplete", whole, looker, reason)
    else:
        debts = run.close("complete", whole, looker)
    if looker and debts:
        run.refresh(looker, debts)


@dataclass(frozen=True, slots=True)
class _Readmission:
    """Loads waiting records in a run of their own, a transaction each."""

    run: Run
    load: LoadSettings

    def readmit(self, stream: str, streams_records: Sequence[RejectedRecord]) -> int:
        """Load the records of a stream that can be loaded, and return how many could.

        The reasons of the others are brought up to date.

        Raises:
            StagingError: If something other than the records is at fault.
        """
        loaded = 0
        alike = attrgetter("definition")
        for definition, group in groupby(sorted(streams_records, key=alike), key=alike):
            loaded += self._readmit_alike(stream, definition, {each.id for each in group})
        return loaded

    def _readmit_alike(self, stream: str, definition: str, ids: set[int]) -> int:
        """Load records that have one schema."""
        content = json.loads(definition)
        shape = table_shape(
            stream, content["schema"], content["key_properties"], metadata=self.load.metadata
        )
        encoders: list[RowEncoder] = []

        def make_encoder(shape: TableShape) -> Sequence[str]:
            encoders.append(self._encoder(stream, shape))
            return encoders[-1].copy_columns

        loader = self.run.loads.loader(stream, shape, make_encoder)
        loader.always_stage()
        # Only now, under the table's lock, is it sure that no later version comes between.
        waiting = [each for each in self._waiting(stream) if each.id in ids]
        return sum(self._readmit_one(loader, encoders[0], each) for each in waiting)

    def _encoder(self, stream: str, shape: TableShape) -> RowEncoder:
        columns = tuple(map(_as_in_table, shape.columns))
        template = self.load.link_template(stream)
        if placeholders(template or "") - {column.property_name for column in columns}:
            template = None
        return RowEncoder(
            stream, replace(shape, columns=columns), template, f"{self.run.loads.run_id}~replay"
        )

    def _readmit_one(
        self, loader: TableLoader, encoder: RowEncoder, record: RejectedRecord
    ) -> bool:
        now = datetime.now(tz=timezone.utc)
        stamp = int(now.timestamp() * 1000)
        suffix = encoder.suffix(BatchStamp(now.isoformat(), stamp, stamp))
        try:
            [row] = encoder.encode_lines([_message(record)], suffix)
            fields = dict(zip(encoder.copy_columns, row.split(b"\t"), strict=True))
            row_id = copy_field_value(fields["_source_id"]).decode()
            is_same = row_id == record.source_id and _has_its_key(record)
            self._load(loader, Batch([row], 1, record.version), record, may_update=is_same)
        except (BadRecordError, RefusedRowError) as error:
            where = f"property '{error.property_name}' " if error.property_name else ""
            logger.warning("Record %d of _rejected_records: %s%s", record.id, where, error.reason)
            self._keep(record, error)
            return False
        return True

    def _waiting(self, stream: str) -> list[RejectedRecord]:
        session = self.run.session
        return session.transact(
            READING_RUN_LOG, lambda cursor: session.rejected.waiting(cursor, None, [stream])
        )

    def _load(
        self, loader: TableLoader, batch: Batch, record: RejectedRecord, *, may_update: bool
    ) -> None:
        """Load a record and take it out of quarantine, in one transaction.

        Args:
            loader: Loads it, through its temporary table.
            batch: The record's row.
            record: The record.
            may_update: Whether it may take the place of a row that is there.

        Raises:
            BadRecordError: If it would, but must not.
            RefusedRowError: If Postgres refuses it still.
        """
        loads, session = self.run.loads, self.run.session
        loads.tallies[loader.place.stream].received += 1
        count = loads.note(loader, version=batch.version)

        def note(cursor: Cursor, counts: LoadCounts) -> None:
            is_superseded = bool(counts.superseded)
            if not may_update and (counts.updated or counts.deleted or is_superseded):
                raise BadRecordError("", _CONFLICT)
            session.rejected.mark_loaded(
                cursor, loads.run_id, record.id, is_superseded=is_superseded
            )
            count(cursor, counts)

        def work() -> BadRecordError | RefusedRowError | None:
            try:
                loader.load(batch, note)
            except (BadRecordError, RefusedRowError) as error:
                return error
            return None

        # The worker would take an error for the end of the run.
        if error := session.call(work):
            raise error

    def _keep(self, record: RejectedRecord, error: BadRecordError | RefusedRowError) -> None:
        """Write down why a record stays in quarantine."""
        rejected = self.run.session.rejected
        reason, name = error.reason, error.property_name
        self.run.session.transact(
            "Setting a record aside",
            lambda cursor: rejected.change_reason(cursor, record.id, reason, name),
        )


def _has_its_key(record: RejectedRecord) -> bool:
    """Return whether a record has the key that it had when it was rejected, and all of it."""
    content = json.loads(record.record)
    key = {name: content.get(name) for name in json.loads(record.definition)["key_properties"]}
    return record.key == key and None not in key.values()


def _as_in_table(column: Column) -> Column:
    """Return a column that takes all that the table takes, where that is more than the schema."""
    if column.pg_type is column.value_type:
        return column
    return replace(column, value_type=column.pg_type, mixed=column.pg_type is PgType.TEXT)


def _message(record: RejectedRecord) -> bytes:
    """Return a rejected record as the RECORD message of a tap."""
    parts = [f'"type":"RECORD","stream":{json.dumps(record.stream)},"record":{record.record}']
    if record.version is not None:
        parts.append(f'"version":{record.version}')
    if record.time_extracted is not None:
        parts.append(f'"time_extracted":{json.dumps(record.time_extracted)}')
    return f"{{{','.join(parts)}}}".encode()

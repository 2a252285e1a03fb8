"""The run log of one run: what it was asked to do, did, and left undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_looker_staging.looker import TEST_STREAM
from target_looker_staging.postgres.schema_sql import SchemaSql
from target_looker_staging.run.completeness import tap_streams
from target_looker_staging.run.json_text import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.run.identity import RunIdentity
    from target_looker_staging.run.tables import RunStatus
    from target_looker_staging.staging.batch import LoadCounts

_COUNT_COMPLETE = """
SELECT count(*) FROM {schema}._sync_runs
WHERE status = 'complete' AND (run_id = %(id)s OR starts_with(run_id, %(id)s || '/'))
"""
# A load that is done again is the first one's job, under whatever state it runs.
_START = """
INSERT INTO {schema}._sync_runs (run_id, started_at, status, invoked_by, tap, target, state_before,
    state_id, replay_of, meltano_run_id, companies, job)
VALUES (%(run_id)s, %(started_at)s, 'running', %(invoked_by)s, %(tap)s, %(target)s,
    %(state_before)s, %(state_id)s, %(replay_of)s, %(meltano_run_id)s, %(companies)s,
    coalesce(
        (SELECT job FROM {schema}._sync_runs WHERE run_id = %(replay_of)s), %(state_id)s, ''))
ON CONFLICT (run_id) DO UPDATE SET status = 'running', finished_at = NULL, error = NULL
"""
_OPEN_STREAM = """
INSERT INTO {schema}._sync_run_streams (run_id, stream, bookmark_before, opened_at)
VALUES (%s, %s, %s, clock_timestamp())
ON CONFLICT (run_id, stream) DO UPDATE SET opened_at = excluded.opened_at, is_whole = NULL
"""
_CLOSE_STREAMS = """
INSERT INTO {schema}._sync_run_streams AS s (run_id, stream, opened_at, is_whole)
SELECT %(run_id)s, stream, clock_timestamp(), is_whole
FROM unnest(%(streams)s::text[], %(whole)s::boolean[]) AS told (stream, is_whole)
ON CONFLICT (run_id, stream) DO UPDATE SET is_whole = excluded.is_whole
"""
# What an earlier attempt under the same id began, and this one did not end.
_CLOSE_OTHERS = """
UPDATE {schema}._sync_run_streams SET is_whole = false WHERE run_id = %s AND is_whole IS NULL
"""
_NOTE_BATCH = """
INSERT INTO {schema}._sync_run_streams AS s (run_id, stream, records_received, rows_inserted,
    rows_updated, rows_unchanged, rows_deleted, rows_superseded, rows_rejected, characters_replaced,
    table_version, bookmark_before, first_commit_at, last_commit_at, last_change_at)
VALUES (%(run_id)s, %(stream)s, %(received)s, %(inserted)s, %(updated)s, %(unchanged)s,
    %(deleted)s, %(superseded)s, %(rejected)s, %(replaced)s, %(version)s, %(before)s,
    clock_timestamp(), clock_timestamp(), CASE WHEN %(changed)s THEN clock_timestamp() END)
ON CONFLICT (run_id, stream) DO UPDATE SET
    records_received = s.records_received + excluded.records_received,
    rows_inserted = s.rows_inserted + excluded.rows_inserted,
    rows_updated = s.rows_updated + excluded.rows_updated,
    rows_unchanged = s.rows_unchanged + excluded.rows_unchanged,
    rows_deleted = s.rows_deleted + excluded.rows_deleted,
    rows_superseded = s.rows_superseded + excluded.rows_superseded,
    rows_rejected = s.rows_rejected + excluded.rows_rejected,
    characters_replaced = s.characters_replaced + excluded.characters_replaced,
    table_version = coalesce(excluded.table_version, s.table_version),
    first_commit_at = coalesce(s.first_commit_at, excluded.first_commit_at),
    last_commit_at = excluded.last_commit_at,
    last_change_at = coalesce(excluded.last_change_at, s.last_change_at)
"""
_NOTE_CHANGES = """
UPDATE {schema}._sync_runs SET rows_changed = rows_changed + %s WHERE run_id = %s
"""
_IS_VERSION_BEGUN = """
SELECT EXISTS (SELECT FROM {schema}._sync_run_streams
    WHERE stream = %s AND table_version = %s AND run_id <> %s)
"""
_NOTE_STATE = "UPDATE {schema}._sync_runs SET state_after = %s WHERE run_id = %s"
_NOTE_BOOKMARK = """
UPDATE {schema}._sync_run_streams SET bookmark_after = %s, records_sent = %s, source_count = %s,
    proofs = %s, tap_error = %s
WHERE run_id = %s AND stream = %s
"""
_FINISH = """
UPDATE {schema}._sync_runs SET status = %s, error = %s, finished_at = clock_timestamp()
WHERE run_id = %s
"""


@dataclass(frozen=True, slots=True)
class BatchNotes:
    """What the run log keeps of a batch beside its counts.

    Attributes:
        replaced: Characters that Postgres cannot hold.
        table_version: The version that the tap gave the records, if any.
        bookmark_before: The stream's bookmark when the run began.
    """

    replaced: int = 0
    table_version: int | None = None
    bookmark_before: Mapping[str, Any] | None = None


def free_run_id(cursor: Cursor, schema: str, run_id: str) -> str:
    """Return the id under which a run is logged: its own, unless a complete run has that.

    A run that comes again under its id (a repeat of the same job) goes on with its entry. A
    complete run was told to Looker, so its repeat is another run, `<id>/2`: otherwise all that had
    changed would be told again.
    """
    SchemaSql(schema).execute(cursor, _COUNT_COMPLETE, {"id": run_id})
    [(complete,)] = cursor.fetchall()
    return f"{run_id}/{complete + 1}" if complete else run_id


class RunLog:
    """Writes one run into the tables of the run log; whoever calls it commits.

    Attributes:
        run_id: The run, as `free_run_id` names it.
    """

    def __init__(self, schema: str, run_id: str) -> None:
        self.run_id = run_id
        self._sql = SchemaSql(schema)

    def start(
        self, cursor: Cursor, identity: RunIdentity, started_at: datetime, invoked_by: str
    ) -> None:
        """Make the run's entry, or take it up again."""
        values = {
            "run_id": self.run_id,
            "started_at": started_at,
            "invoked_by": invoked_by,
            "tap": identity.tap,
            "target": identity.target,
            "state_before": as_json(identity.state_before),
            "state_id": identity.state_id,
            "replay_of": identity.replay_of,
            "meltano_run_id": identity.meltano_run_id,
            # None at all would be a load of nothing, which nothing could ever make good.
            "companies": list(identity.companies) if identity.companies else None,
        }
        self._sql.execute(cursor, _START, values)

    def open_stream(self, cursor: Cursor, stream: str, bookmark: Mapping[str, Any] | None) -> None:
        """Enter a stream that has begun; one of which nothing comes is in the log as well."""
        self._sql.execute(cursor, _OPEN_STREAM, (self.run_id, stream, as_json(bookmark)))

    def close_streams(self, cursor: Cursor, whole: Mapping[str, bool]) -> None:
        """Write down of which streams all came that the tap had to send.

        Args:
            cursor: In the transaction that closes the run.
            whole: Stream to whether it did, also for those that the tap never got to.
        """
        values = {
            "run_id": self.run_id,
            "streams": list(whole),
            "whole": list(whole.values()),
        }
        self._sql.execute(cursor, _CLOSE_STREAMS, values)
        self._sql.execute(cursor, _CLOSE_OTHERS, (self.run_id,))

    def note_batch(
        self, cursor: Cursor, stream: str, counts: LoadCounts, notes: BatchNotes
    ) -> None:
        """Add a batch to its stream's counts, in the batch's own transaction."""
        values = {
            "run_id": self.run_id,
            "stream": stream,
            "received": counts.received,
            "inserted": counts.inserted,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "deleted": counts.deleted,
            "superseded": counts.superseded,
            "rejected": counts.rejected,
            "replaced": notes.replaced,
            "version": notes.table_version,
            "before": as_json(notes.bookmark_before),
            # What Meltano sends to test a loader is no news.
            "changed": counts.changed > 0 and stream != TEST_STREAM,
        }
        self._sql.execute(cursor, _NOTE_BATCH, values)
        if counts.changed:
            self._sql.execute(cursor, _NOTE_CHANGES, (counts.changed, self.run_id))

    def is_version_begun(self, cursor: Cursor, stream: str, version: int) -> bool:
        """Return whether records of a version came in another run already."""
        self._sql.execute(cursor, _IS_VERSION_BEGUN, (stream, version, self.run_id))
        return cursor.fetchone() == (True,)

    def note_state(self, cursor: Cursor, state: Mapping[str, Any], streams: Iterable[str]) -> None:
        """Write down a state that is about to be passed on."""
        bookmarks = state.get("bookmarks")
        bookmarks = bookmarks if isinstance(bookmarks, dict) else {}
        self._sql.execute(cursor, _NOTE_STATE, (as_json(state), self.run_id))
        by_tap, begun = tap_streams(state), list(streams)
        # A stream that failed before its schema has no entry yet, but a reason.
        failed = [name for name in by_tap if by_tap[name].get("error") and name not in begun]
        for stream in failed:
            self.open_stream(cursor, stream, bookmarks.get(stream))
        for stream in (*begun, *failed):
            told = by_tap.get(stream, {})
            sent, in_source = _count(told.get("records")), _count(told.get("source_count"))
            error = told.get("error")
            values = (
                as_json(bookmarks.get(stream)),
                *(sent, in_source),
                as_json(told.get("proofs")),
                str(error) if error else None,
                *(self.run_id, stream),
            )
            self._sql.execute(cursor, _NOTE_BOOKMARK, values)

    def finish(self, cursor: Cursor, status: RunStatus, error: str | None = None) -> None:
        """Close the run."""
        self._sql.execute(cursor, _FINISH, (status, error, self.run_id))


def _count(value: object) -> int | None:
    """Return the value if it is an int, else None."""
    return value if isinstance(value, int) else None

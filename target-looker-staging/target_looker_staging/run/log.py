"""The run log: what each run was asked to do, did, and left undone, in tables beside the data.

`_sync_runs` has a row per run, `_sync_run_streams` one per run and stream, written in the same
transactions as the rows that they count. A run that was killed keeps its status `running` until
the next one starts and finds that nobody holds the run's advisory lock any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from psycopg2 import errors as pg_errors
from psycopg2 import sql
from singer_sdk.singerlib.json import serialize_json

from target_looker_staging.exceptions import StreamBusyError
from target_looker_staging.postgres.locks import LOCK_CLASS
from target_looker_staging.staging.values import Replacements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from target_looker_staging.looker import ActionReport
    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.staging.batch import LoadCounts

RunStatus = Literal["running", "complete", "incomplete", "failed", "interrupted"]

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS {schema}._sync_runs (
        run_id text PRIMARY KEY,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        status text NOT NULL CHECK (status IN
            ('running', 'complete', 'incomplete', 'failed', 'interrupted')),
        invoked_by text,
        tap text,
        target text NOT NULL,
        state_before jsonb,
        state_after jsonb,
        rows_changed bigint NOT NULL DEFAULT 0,
        error text,
        state_id text,
        replay_of text
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS {schema}._sync_run_streams (
        run_id text NOT NULL REFERENCES {schema}._sync_runs ON DELETE CASCADE,
        stream text NOT NULL,
        records_sent bigint,
        records_received bigint NOT NULL DEFAULT 0,
        rows_inserted bigint NOT NULL DEFAULT 0,
        rows_updated bigint NOT NULL DEFAULT 0,
        rows_unchanged bigint NOT NULL DEFAULT 0,
        rows_deleted bigint NOT NULL DEFAULT 0,
        rows_rejected bigint NOT NULL DEFAULT 0,
        bookmark_before jsonb,
        bookmark_after jsonb,
        source_count bigint,
        first_commit_at timestamptz,
        last_commit_at timestamptz,
        rows_superseded bigint NOT NULL DEFAULT 0,
        characters_replaced bigint NOT NULL DEFAULT 0,
        table_version bigint,
        PRIMARY KEY (run_id, stream)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS {schema}._looker_refreshes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run_id text NOT NULL REFERENCES {schema}._sync_runs ON DELETE CASCADE,
        action text NOT NULL,
        target text NOT NULL,
        requested_at timestamptz,
        finished_at timestamptz,
        status text NOT NULL CHECK (status IN ('owed', 'begun', 'done', 'failed', 'unknown')),
        detail text,
        calls integer NOT NULL DEFAULT 0
    )
    """,
)


@dataclass(frozen=True, slots=True)
class RunStart:
    """What is known of a run when it begins.

    Attributes:
        run_id: Names it; from the tap if the tap names its runs.
        tap: The tap's name and version, if it tells them.
        target: The target's name and version.
        state_id: Where Meltano keeps the state, as far as that can be told.
        replay_of: Id of the run that this one does again.
    """

    run_id: str
    started_at: datetime
    invoked_by: str | None
    tap: str | None
    target: str
    state_before: Mapping[str, Any] | None
    state_id: str | None = None
    replay_of: str | None = None


@dataclass(frozen=True, slots=True)
class RunPage:
    """What the run log has of a run.

    Attributes:
        received: Stream to records that came.
    """

    run_id: str
    status: RunStatus
    state_before: Mapping[str, Any] | None
    state_after: Mapping[str, Any] | None
    state_id: str | None
    received: Mapping[str, int]


class RunLog:
    """Writes one run into the tables of the run log; whoever calls it commits."""

    def __init__(self, schema: str) -> None:
        """Take the Postgres schema of the staging tables."""
        self._names = {"schema": sql.Identifier(schema)}

    def create_tables(self, cursor: Cursor) -> None:
        """Make the schema and the run log's tables if they are not there."""
        self.lock_definitions(cursor)
        cursor.execute(
            "SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL", (self._names["schema"].string,)
        )
        # CREATE SCHEMA asks for the privilege even when there is nothing to create.
        if cursor.fetchone() != (True,):
            cursor.execute(self._compose("CREATE SCHEMA IF NOT EXISTS {schema}"))
        for statement in _TABLES:
            cursor.execute(self._compose(statement))

    def lock_definitions(self, cursor: Cursor) -> None:
        """Keep other runs from changing tables of the schema until the transaction ends.

        Two that create one table at a time fail, even with IF NOT EXISTS.
        """
        name = f"definitions {self._names['schema'].string}"
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK_CLASS, name))

    def page_id(self, cursor: Cursor, run_id: str) -> str:
        """Return the id under which a run is to be written down: its own, if that is free.

        A run that comes again under its id (a repeat of the same job) goes on with its page. But
        what is complete was told to Looker: a repeat of that is another run, `<id>/2`, or all that
        had changed would be news once more.
        """
        cursor.execute(
            self._compose(
                "SELECT count(*) FROM {schema}._sync_runs WHERE status = 'complete' "
                "AND (run_id = %(id)s OR starts_with(run_id, %(id)s || '/'))"
            ),
            {"id": run_id},
        )
        [(complete,)] = cursor.fetchall()
        return f"{run_id}/{complete + 1}" if complete else run_id

    def start(self, cursor: Cursor, run: RunStart) -> list[str]:
        """Open the run and return the ids of earlier runs that died without a word."""
        dead = self._close_dead_runs(cursor)
        self._take_run_lock(cursor, run.run_id)
        cursor.execute(
            self._compose(
                "INSERT INTO {schema}._sync_runs "
                "(run_id, started_at, status, invoked_by, tap, target, state_before, state_id, "
                "replay_of) VALUES (%s, %s, 'running', %s, %s, %s, %s, %s, %s) "
                "ON CONFLICT (run_id) DO UPDATE SET status = 'running', finished_at = NULL, "
                "error = NULL"
            ),
            (
                run.run_id,
                run.started_at,
                run.invoked_by,
                run.tap,
                run.target,
                _json(run.state_before),
                run.state_id,
                run.replay_of,
            ),
        )
        return dead

    def _take_run_lock(self, cursor: Cursor, run_id: str) -> None:
        """Show for the life of the session that the run is alive.

        Raises:
            StreamBusyError: If a run of this id is alive elsewhere.
        """
        try:
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (LOCK_CLASS, run_id))
        except pg_errors.LockNotAvailable:
            raise StreamBusyError(
                f"Run {run_id} is still going on in another process. Wait for its end, or give "
                "this run an id of its own (`run_id`)."
            ) from None

    def _close_dead_runs(self, cursor: Cursor) -> list[str]:
        cursor.execute(
            self._compose(
                "UPDATE {schema}._sync_runs SET status = 'interrupted', finished_at = now(), "
                "error = 'The process ended without a word; found at the start of a later run.' "
                "WHERE status = 'running' AND pg_try_advisory_xact_lock(%s, hashtext(run_id)) "
                "RETURNING run_id"
            ),
            (LOCK_CLASS,),
        )
        return [run_id for (run_id,) in cursor.fetchall()]

    def open_stream(
        self, cursor: Cursor, run_id: str, stream: str, bookmark: Mapping[str, Any] | None
    ) -> None:
        """Enter a stream that has begun; one of which nothing comes is in the log as well."""
        cursor.execute(
            self._compose(
                "INSERT INTO {schema}._sync_run_streams (run_id, stream, bookmark_before) "
                "VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
            ),
            (run_id, stream, _json(bookmark)),
        )

    def note_batch(
        self, cursor: Cursor, run_id: str, stream: str, counts: LoadCounts, notes: BatchNotes
    ) -> None:
        """Add a batch to its stream's counts, in the batch's own transaction."""
        cursor.execute(
            self._compose(_NOTE_BATCH),
            {
                "run_id": run_id,
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
                "before": _json(notes.bookmark_before),
            },
        )
        if counts.changed:
            cursor.execute(
                self._compose(
                    "UPDATE {schema}._sync_runs SET rows_changed = rows_changed + %s "
                    "WHERE run_id = %s"
                ),
                (counts.changed, run_id),
            )

    def is_version_begun(self, cursor: Cursor, run_id: str, stream: str, version: int) -> bool:
        """Return whether records of a version came in another run already."""
        cursor.execute(
            self._compose(
                "SELECT EXISTS (SELECT FROM {schema}._sync_run_streams "
                "WHERE stream = %s AND table_version = %s AND run_id <> %s)"
            ),
            (stream, version, run_id),
        )
        return cursor.fetchone() == (True,)

    def note_state(
        self, cursor: Cursor, run_id: str, state: Mapping[str, Any], streams: Iterable[str]
    ) -> None:
        """Write down a state that is about to be passed on."""
        bookmarks = state.get("bookmarks")
        bookmarks = bookmarks if isinstance(bookmarks, dict) else {}
        cursor.execute(
            self._compose("UPDATE {schema}._sync_runs SET state_after = %s WHERE run_id = %s"),
            (_json(state), run_id),
        )
        for stream in streams:
            told = tap_streams(state).get(stream, {})
            cursor.execute(
                self._compose(
                    "UPDATE {schema}._sync_run_streams SET bookmark_after = %s, records_sent = %s, "
                    "source_count = %s WHERE run_id = %s AND stream = %s"
                ),
                (
                    _json(bookmarks.get(stream)),
                    _count(told.get("records")),
                    _count(told.get("source_count")),
                    run_id,
                    stream,
                ),
            )

    def finish(self, cursor: Cursor, run_id: str, status: RunStatus, error: str | None) -> None:
        """Close the run."""
        cursor.execute(
            self._compose(
                "UPDATE {schema}._sync_runs SET status = %s, error = %s, "
                "finished_at = clock_timestamp() WHERE run_id = %s"
            ),
            (status, error, run_id),
        )

    def lock_refreshes(self, cursor: Cursor) -> None:
        """Take this schema's turn to tell Looker, for the life of the connection."""
        # A refresh may build tables in Looker for an hour: this lock is waited for without end.
        cursor.execute("SET LOCAL lock_timeout = 0")
        name = f"refresh {self._names['schema'].string}"
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (LOCK_CLASS, name))

    def latest_complete_run(self, cursor: Cursor) -> str | None:
        """Return the id of the last run that was complete."""
        cursor.execute(
            self._compose(
                "SELECT run_id FROM {schema}._sync_runs WHERE status = 'complete' "
                "ORDER BY finished_at DESC LIMIT 1"
            )
        )
        found = cursor.fetchone()
        return found[0] if found else None

    def changed_streams(self, cursor: Cursor) -> list[str]:
        """Return the streams that changed since the last complete run ended."""
        cursor.execute(
            self._compose(
                "SELECT DISTINCT stream FROM {schema}._sync_run_streams "
                "WHERE rows_inserted + rows_updated + rows_deleted > 0 "
                "AND last_commit_at > coalesce((SELECT max(finished_at) FROM {schema}._sync_runs "
                "WHERE status = 'complete'), '-infinity')"
            )
        )
        return [stream for (stream,) in cursor.fetchall()]

    def owed_actions(self, cursor: Cursor) -> list[tuple[str, str]]:
        """Return (action, target) of what Looker was to be told and still has to be.

        A scheduled plan that was begun is not owed, whatever became of it: it may have mailed.
        """
        cursor.execute(
            self._compose(
                "SELECT action, target FROM (SELECT DISTINCT ON (action, target) * "
                "FROM {schema}._looker_refreshes ORDER BY action, target, id DESC) latest "
                "WHERE status IN ('owed', 'failed') "
                "OR status = 'begun' AND action <> 'scheduled_plan'"
            )
        )
        return cursor.fetchall()

    def give_up_plans(self, cursor: Cursor) -> list[str]:
        """Return the plans whose process died while it asked; from now on they stand as unknown.

        The caller has this schema's turn to tell Looker, so nobody else is asking now.
        """
        cursor.execute(
            self._compose(
                "UPDATE {schema}._looker_refreshes SET status = 'unknown', "
                "detail = 'The process died while it asked; found by a later refresh.' "
                "WHERE status = 'begun' AND action = 'scheduled_plan' RETURNING target"
            )
        )
        return [target for (target,) in cursor.fetchall()]

    def owe(self, cursor: Cursor, run_id: str, actions: Iterable[tuple[str, str]]) -> None:
        """Write down what Looker is to be told, before it is."""
        for action, target in actions:
            cursor.execute(
                self._compose(
                    "INSERT INTO {schema}._looker_refreshes (run_id, action, target, status) "
                    "VALUES (%s, %s, %s, 'owed')"
                ),
                (run_id, action, target),
            )

    def begin_action(self, cursor: Cursor, action: str, target: str, at: datetime) -> None:
        """Write down that Looker is about to be told."""
        cursor.execute(
            self._compose(
                "UPDATE {schema}._looker_refreshes SET status = 'begun', requested_at = %s "
                "WHERE id = (SELECT max(id) FROM {schema}._looker_refreshes "
                "WHERE action = %s AND target = %s)"
            ),
            (at, action, target),
        )

    def end_action(self, cursor: Cursor, report: ActionReport) -> None:
        """Write down what became of it."""
        cursor.execute(
            self._compose(
                "UPDATE {schema}._looker_refreshes SET status = %s, requested_at = %s, "
                "finished_at = %s, detail = %s, calls = %s "
                "WHERE id = (SELECT max(id) FROM {schema}._looker_refreshes "
                "WHERE action = %s AND target = %s)"
            ),
            (
                report.status.value,
                report.requested_at,
                report.finished_at,
                report.detail,
                report.calls,
                report.action.value,
                report.target,
            ),
        )

    def page(self, cursor: Cursor, run_id: str) -> RunPage | None:
        """Return what there is of a run; one that is called running is alive."""
        self._close_dead_runs(cursor)
        cursor.execute(self._compose(_PAGE + "WHERE r.run_id = %s"), (run_id,))
        found = cursor.fetchone()
        return RunPage(*found) if found else None

    def latest_page(self, cursor: Cursor, run_id: str) -> RunPage | None:
        """Return the latest run that has the state of another one, replayed records aside."""
        self._close_dead_runs(cursor)
        cursor.execute(
            self._compose(
                _PAGE + "JOIN {schema}._sync_runs o ON o.run_id = %s "
                "AND o.state_id IS NOT DISTINCT FROM r.state_id "
                "WHERE r.tap IS DISTINCT FROM %s ORDER BY r.started_at DESC LIMIT 1"
            ),
            (run_id, REPLAYED),
        )
        found = cursor.fetchone()
        return RunPage(*found) if found else None

    def runs(self, cursor: Cursor, limit: int) -> list[tuple[Any, ...]]:
        """Return the latest runs, newest first.

        Each is run id, start, end, status, tap, records received, rows inserted, updated,
        unchanged, deleted, the run that it does again, and error.
        """
        cursor.execute(
            self._compose(
                "SELECT r.run_id, r.started_at, r.finished_at, r.status, r.tap, "
                "coalesce(sum(s.records_received), 0)::bigint, "
                "coalesce(sum(s.rows_inserted), 0)::bigint, "
                "coalesce(sum(s.rows_updated), 0)::bigint, "
                "coalesce(sum(s.rows_unchanged), 0)::bigint, "
                "coalesce(sum(s.rows_deleted), 0)::bigint, r.replay_of, r.error "
                "FROM {schema}._sync_runs r LEFT JOIN {schema}._sync_run_streams s USING (run_id) "
                "GROUP BY r.run_id ORDER BY r.started_at DESC LIMIT %s"
            ),
            (limit,),
        )
        return cursor.fetchall()

    def has_run(self, cursor: Cursor, run_id: str) -> bool:
        """Return whether there is a run of that id."""
        cursor.execute(
            self._compose("SELECT EXISTS (SELECT FROM {schema}._sync_runs WHERE run_id = %s)"),
            (run_id,),
        )
        return cursor.fetchone() == (True,)

    def streams(self, cursor: Cursor, run_id: str) -> list[tuple[Any, ...]]:
        """Return a run's streams by name.

        Each is stream, records sent, received, rows inserted, updated, unchanged, deleted,
        rejected, source count and last commit.
        """
        cursor.execute(
            self._compose(
                "SELECT stream, records_sent, records_received, rows_inserted, rows_updated, "
                "rows_unchanged, rows_deleted, rows_rejected, source_count, last_commit_at "
                "FROM {schema}._sync_run_streams WHERE run_id = %s ORDER BY stream"
            ),
            (run_id,),
        )
        return cursor.fetchall()

    def _compose(self, text: str) -> sql.Composed:
        return sql.SQL(text).format(**self._names)


_PAGE = (
    "SELECT r.run_id, r.status, r.state_before, r.state_after, r.state_id, coalesce("
    "(SELECT jsonb_object_agg(s.stream, s.records_received) "
    "FROM {schema}._sync_run_streams s WHERE s.run_id = r.run_id), '{{}}') "
    "FROM {schema}._sync_runs r "
)
# The "tap" of a run whose records come from quarantine.
REPLAYED = "looker-staging replay"


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


_NOTE_BATCH = """
INSERT INTO {schema}._sync_run_streams AS s (run_id, stream, records_received, rows_inserted,
    rows_updated, rows_unchanged, rows_deleted, rows_superseded, rows_rejected, characters_replaced,
    table_version, bookmark_before, first_commit_at, last_commit_at)
VALUES (%(run_id)s, %(stream)s, %(received)s, %(inserted)s, %(updated)s, %(unchanged)s,
    %(deleted)s, %(superseded)s, %(rejected)s, %(replaced)s, %(version)s, %(before)s,
    clock_timestamp(), clock_timestamp())
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
    last_commit_at = excluded.last_commit_at
"""


def tap_streams(state: Mapping[str, Any] | None) -> Mapping[str, Mapping[str, Any]]:
    """Return what the tap's run record says of each stream; nothing if there is no record."""
    run = (state or {}).get("run")
    streams = run.get("streams") if isinstance(run, dict) else None
    if not isinstance(streams, dict):
        return {}
    return {name: told for name, told in streams.items() if isinstance(told, dict)}


def _count(value: object) -> int | None:
    """Return a number that the tap told, None if it is none: another tap's record may hold all."""
    return value if isinstance(value, int) else None


def _json(value: object) -> str | None:
    """Return a value as the type jsonb takes it."""
    if value is None:
        return None
    return Replacements().in_json(serialize_json(value).encode()).decode()

"""Earlier runs, as the run log has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_looker_staging.postgres.schema_sql import SchemaSql
from target_looker_staging.run.tables import close_dead_runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.run.tables import RunStatus

# The "tap" of a run whose records come from quarantine.
REPLAYED = "looker-staging replay"

_RUN = """
SELECT r.run_id, r.status, r.state_before, r.state_after, r.state_id, coalesce(
    (SELECT jsonb_object_agg(s.stream, s.records_received)
    FROM {schema}._sync_run_streams s WHERE s.run_id = r.run_id), '{{}}')
FROM {schema}._sync_runs r
"""
_ONE_RUN = f"{_RUN} WHERE r.run_id = %s"
_LATEST_OF_STATE = f"""{_RUN}
JOIN {{schema}}._sync_runs o ON o.run_id = %s AND o.state_id IS NOT DISTINCT FROM r.state_id
WHERE r.tap IS DISTINCT FROM %s
ORDER BY r.started_at DESC LIMIT 1
"""
_LATEST_WITH_STATE = f"{_RUN} WHERE r.state_before IS NOT NULL ORDER BY r.started_at DESC LIMIT 1"
# A replay has a state of its own, which goes with it.
_STATE_IDS = """
SELECT state_id, bool_or(status = 'running') FROM {schema}._sync_runs
WHERE state_id IS NOT NULL AND state_id NOT LIKE '%%:replay-%%' GROUP BY 1 ORDER BY 1
"""
_RUNS = """
SELECT r.run_id, r.started_at, r.finished_at, r.status, r.tap,
    coalesce(sum(s.records_received), 0)::bigint, coalesce(sum(s.rows_inserted), 0)::bigint,
    coalesce(sum(s.rows_updated), 0)::bigint, coalesce(sum(s.rows_unchanged), 0)::bigint,
    coalesce(sum(s.rows_deleted), 0)::bigint, r.replay_of, to_jsonb(r) ->> 'meltano_run_id',
    r.error, string_agg(s.stream || ': ' || (to_jsonb(s) ->> 'tap_error'), '; ' ORDER BY s.stream)
FROM {schema}._sync_runs r LEFT JOIN {schema}._sync_run_streams s USING (run_id)
GROUP BY r.run_id ORDER BY r.started_at DESC LIMIT %s
"""
# Tables of an earlier version lack the later columns until a run has added them.
_ENTRY = """
SELECT status, started_at, finished_at, invoked_by, tap, target, state_id, replay_of,
    to_jsonb(r) ->> 'meltano_run_id', error
FROM {schema}._sync_runs r WHERE run_id = %s
"""
_HAS_RUN = "SELECT EXISTS (SELECT FROM {schema}._sync_runs WHERE run_id = %s)"
_STREAMS = """
SELECT stream, records_sent, records_received, rows_inserted, rows_updated, rows_unchanged,
    rows_deleted, rows_rejected, source_count, last_commit_at, to_jsonb(s) -> 'proofs',
    to_jsonb(s) ->> 'tap_error'
FROM {schema}._sync_run_streams s WHERE run_id = %s ORDER BY stream
"""


@dataclass(frozen=True, slots=True)
class LoggedRun:
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


class RunHistory:
    """Reads the run log of a schema."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._sql = SchemaSql(schema)

    def run(self, cursor: Cursor, run_id: str) -> LoggedRun | None:
        """Return what there is of a run; one that is `running` is alive. The caller commits."""
        close_dead_runs(cursor, self._schema)
        self._sql.execute(cursor, _ONE_RUN, (run_id,))
        found = cursor.fetchone()
        return LoggedRun(*found) if found else None

    def latest_of_state(self, cursor: Cursor, run_id: str) -> LoggedRun | None:
        """Return the latest run that has the state of another one, replayed records aside."""
        close_dead_runs(cursor, self._schema)
        self._sql.execute(cursor, _LATEST_OF_STATE, (run_id, REPLAYED))
        found = cursor.fetchone()
        return LoggedRun(*found) if found else None

    def latest_with_state(self, cursor: Cursor) -> LoggedRun | None:
        """Return the latest run that went on from a state."""
        self._sql.execute(cursor, _LATEST_WITH_STATE)
        found = cursor.fetchone()
        return LoggedRun(*found) if found else None

    def state_ids(self, cursor: Cursor) -> dict[str, bool]:
        """Return the state ids of all runs, and whether one of them goes on. The caller commits."""
        close_dead_runs(cursor, self._schema)
        self._sql.execute(cursor, _STATE_IDS)
        return dict(cursor.fetchall())

    def runs(self, cursor: Cursor, limit: int) -> list[tuple[Any, ...]]:
        """Return the latest runs, newest first.

        Each is run id, start, end, status, tap, records received, rows inserted, updated,
        unchanged, deleted, the run that it does again, Meltano's id of the run, error, and the
        tap's reasons.
        """
        self._sql.execute(cursor, _RUNS, (limit,))
        return cursor.fetchall()

    def entry(self, cursor: Cursor, run_id: str) -> tuple[Any, ...]:
        """Return what there is of a run that exists.

        That is status, start, end, who started it, tap, target, state id, the run that it does
        again, Meltano's id of the run, and error.
        """
        self._sql.execute(cursor, _ENTRY, (run_id,))
        [found] = cursor.fetchall()
        return found

    def has_run(self, cursor: Cursor, run_id: str) -> bool:
        """Return whether there is a run of that id."""
        self._sql.execute(cursor, _HAS_RUN, (run_id,))
        return cursor.fetchone() == (True,)

    def streams(self, cursor: Cursor, run_id: str) -> list[tuple[Any, ...]]:
        """Return a run's streams by name.

        Each is stream, records sent, received, rows inserted, updated, unchanged, deleted,
        rejected, source count, last commit, company to how it was proven that all of its rows were
        read, and the tap's reason if it could not read them.
        """
        self._sql.execute(cursor, _STREAMS, (run_id,))
        return cursor.fetchall()

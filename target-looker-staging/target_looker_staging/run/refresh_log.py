"""What Looker is to be told, in the run log: what is owed, what was begun, what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_looker_staging.looker import TEST_STREAM, Action, ActionKind
from target_looker_staging.postgres.schema_sql import SchemaSql

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from target_looker_staging.looker import ActionReport
    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.run.debts import Debt

_LATEST_COMPLETE_RUN = """
SELECT run_id FROM {schema}._sync_runs WHERE status = 'complete'
ORDER BY finished_at DESC LIMIT 1
"""
# Of a run of an earlier version the log has the moment of its last commit only.
_CHANGES = """
SELECT stream, max(changed_at) FILTER (WHERE changed_at <= %s)
FROM (
    SELECT stream, coalesce(last_change_at, CASE
        WHEN rows_inserted + rows_updated + rows_deleted > 0 THEN last_commit_at END) AS changed_at
    FROM {schema}._sync_run_streams WHERE stream <> %s) AS changes
GROUP BY stream
"""
# A plan that was begun may have mailed, so what it was to tell counts as told.
_TOLD = """
SELECT f.action, f.target, f.streams, max(coalesce(f.as_of, r.finished_at, f.requested_at))
FROM {schema}._looker_refreshes f JOIN {schema}._sync_runs r USING (run_id)
WHERE f.status = 'done' OR f.action = 'scheduled_plan' AND f.status IN ('begun', 'unknown')
GROUP BY f.action, f.target, f.streams
"""
_OWED = """
SELECT action, target, streams FROM (
    SELECT DISTINCT ON (action, target) * FROM {schema}._looker_refreshes
    ORDER BY action, target, id DESC) latest
WHERE status IN ('owed', 'failed') OR status = 'begun' AND action <> 'scheduled_plan'
"""
_MARK_UNKNOWN = """
UPDATE {schema}._looker_refreshes
SET status = 'unknown', detail = 'The process died while it asked; found by a later refresh.'
WHERE status = 'begun' AND action = 'scheduled_plan'
RETURNING target
"""
# What is owed already is owed once more: it keeps its entry.
_ENQUEUE_AGAIN = """
UPDATE {schema}._looker_refreshes
SET run_id = %(run_id)s, as_of = %(as_of)s, streams = %(streams)s, detail = %(detail)s
WHERE status = 'owed' AND id = (
    SELECT max(id) FROM {schema}._looker_refreshes
    WHERE action = %(action)s AND target = %(target)s)
"""
_ENQUEUE = """
INSERT INTO {schema}._looker_refreshes (run_id, action, target, status, as_of, streams, detail)
VALUES (%(run_id)s, %(action)s, %(target)s, 'owed', %(as_of)s, %(streams)s, %(detail)s)
"""
_BEGIN = """
UPDATE {schema}._looker_refreshes SET status = 'begun', requested_at = %s
WHERE id = (SELECT max(id) FROM {schema}._looker_refreshes WHERE action = %s AND target = %s)
"""
_END = """
UPDATE {schema}._looker_refreshes
SET status = %s, requested_at = %s, finished_at = %s, detail = %s, calls = %s
WHERE id = (SELECT max(id) FROM {schema}._looker_refreshes WHERE action = %s AND target = %s)
"""


class RefreshLog:
    """Reads and writes what Looker is told about a schema; whoever calls it commits.

    Attributes:
        schema: Postgres schema of the staging tables.
    """

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self._sql = SchemaSql(schema)

    def latest_complete_run(self, cursor: Cursor) -> str | None:
        """Return the id of the last run that was complete."""
        self._sql.execute(cursor, _LATEST_COMPLETE_RUN)
        found = cursor.fetchone()
        return found[0] if found else None

    def changes(self, cursor: Cursor, as_of: datetime) -> dict[str, datetime | None]:
        """Return each stream that was ever loaded, and when its rows last changed until then."""
        self._sql.execute(cursor, _CHANGES, (as_of, TEST_STREAM))
        return dict(cursor.fetchall())

    def told(self, cursor: Cursor) -> list[tuple[Action, Sequence[str] | None, datetime]]:
        """Return what Looker was told: the action, of which streams (None: all), up to when."""
        self._sql.execute(cursor, _TOLD)
        return [
            (Action(ActionKind(kind), target), streams, as_of)
            for kind, target, streams, as_of in cursor.fetchall()
        ]

    def owed(self, cursor: Cursor) -> list[tuple[str, str]]:
        """Return (action, target) of what Looker was to be told and still has to be.

        A scheduled plan that was begun is not owed, whatever became of it: it may have mailed.
        """
        return [(action.kind.value, action.target) for action in self.owed_streams(cursor)]

    def owed_streams(self, cursor: Cursor) -> dict[Action, frozenset[str]]:
        """Return what is owed, with the streams that it was to tell of, if they are named."""
        self._sql.execute(cursor, _OWED)
        return {
            Action(ActionKind(kind), target): frozenset(streams or ())
            for kind, target, streams in cursor.fetchall()
        }

    def mark_unknown(self, cursor: Cursor) -> list[str]:
        """Mark the scheduled plans whose process died while it asked, and return them.

        The caller holds `lock_refreshes`, so nobody else is asking now.
        """
        self._sql.execute(cursor, _MARK_UNKNOWN)
        return [target for (target,) in cursor.fetchall()]

    def enqueue(self, cursor: Cursor, run_id: str, debts: Iterable[Debt]) -> None:
        """Write down what Looker is to be told, before it is, or what it will be told later."""
        for debt in debts:
            values = {
                "run_id": run_id,
                "action": debt.action.kind.value,
                "target": debt.action.target,
                "as_of": debt.as_of,
                "streams": sorted(debt.streams) or None,
                "detail": debt.waits_for or None,
            }
            self._sql.execute(cursor, _ENQUEUE_AGAIN, values)
            if not cursor.rowcount:
                self._sql.execute(cursor, _ENQUEUE, values)

    def begin(self, cursor: Cursor, action: Action, requested_at: datetime) -> None:
        """Write down that Looker is about to be told."""
        self._sql.execute(cursor, _BEGIN, (requested_at, action.kind.value, action.target))

    def end(self, cursor: Cursor, report: ActionReport) -> None:
        """Write down what became of it."""
        values = (
            report.status.value,
            report.requested_at,
            report.finished_at,
            report.detail,
            report.calls,
            report.action.value,
            report.target,
        )
        self._sql.execute(cursor, _END, values)

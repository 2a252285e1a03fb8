"""What Looker is to be told, in the run log: what is owed, what was begun, what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_looker_staging.postgres.schema_sql import SchemaSql

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from target_looker_staging.looker import Action, ActionReport
    from target_looker_staging.postgres.types import Cursor

_LATEST_COMPLETE_RUN = """
SELECT run_id FROM {schema}._sync_runs WHERE status = 'complete'
ORDER BY finished_at DESC LIMIT 1
"""
_CHANGED_STREAMS = """
SELECT DISTINCT stream FROM {schema}._sync_run_streams
WHERE rows_inserted + rows_updated + rows_deleted > 0
AND last_commit_at > coalesce(
    (SELECT max(finished_at) FROM {schema}._sync_runs WHERE status = 'complete'), '-infinity')
"""
_OWED = """
SELECT action, target FROM (
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
_ENQUEUE = """
INSERT INTO {schema}._looker_refreshes (run_id, action, target, status)
VALUES (%s, %s, %s, 'owed')
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

    def changed_streams(self, cursor: Cursor) -> list[str]:
        """Return the streams that changed since the last complete run ended."""
        self._sql.execute(cursor, _CHANGED_STREAMS)
        return [stream for (stream,) in cursor.fetchall()]

    def owed(self, cursor: Cursor) -> list[tuple[str, str]]:
        """Return (action, target) of what Looker was to be told and still has to be.

        A scheduled plan that was begun is not owed, whatever became of it: it may have mailed.
        """
        self._sql.execute(cursor, _OWED)
        return cursor.fetchall()

    def mark_unknown(self, cursor: Cursor) -> list[str]:
        """Mark the scheduled plans whose process died while it asked, and return them.

        The caller holds `lock_refreshes`, so nobody else is asking now.
        """
        self._sql.execute(cursor, _MARK_UNKNOWN)
        return [target for (target,) in cursor.fetchall()]

    def enqueue(self, cursor: Cursor, run_id: str, actions: Iterable[Action]) -> None:
        """Write down what Looker is to be told, before it is."""
        for action in actions:
            self._sql.execute(cursor, _ENQUEUE, (run_id, action.kind.value, action.target))

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

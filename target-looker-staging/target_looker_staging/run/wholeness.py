"""Which streams of a schema are whole: looked at, in one moment, whenever a run ends.

A stream is loaded by jobs, and by each for some companies. It is whole when the latest load of each
of them brought all that the tap had to send, no run is loading it now, and none of its records is
in quarantine. A run that died never said that it was done, so it looks like one that still loads:
in both cases a later load of the same job and companies is what makes the stream whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_looker_staging.looker import TEST_STREAM
from target_looker_staging.postgres.schema_sql import SchemaSql
from target_looker_staging.run.history import REPLAYED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from target_looker_staging.postgres.types import Cursor

# A replay of rejected records adds to a load, and is none: its records count as long as they wait.
# A run of an earlier version says for all of its streams at once whether they are.
#
# Each load stands for each of its companies, '' for all that there are. One pass over the run log.
# The moment is that of the statement's beginning, which is before what it sees is fixed: a change
# that is older, and is not seen, is of a stream that is seen to be loaded.
_LOOK = """
WITH loads AS (
    SELECT s.stream, s.run_id, r.status, coalesce(r.job, r.state_id, '') AS job, company,
        coalesce(s.is_whole, r.status = 'complete') AS is_whole,
        coalesce(s.opened_at, r.started_at) AS opened_at
    FROM {schema}._sync_run_streams s JOIN {schema}._sync_runs r USING (run_id),
        unnest(coalesce(r.companies, ARRAY[''])) AS company
    WHERE s.stream <> %(test)s AND r.tap IS DISTINCT FROM %(replay)s),
latest AS (
    SELECT stream, job, company, max(opened_at) AS opened_at
    FROM loads WHERE is_whole GROUP BY stream, job, company),
open_loads AS (
    SELECT o.* FROM (SELECT * FROM loads WHERE NOT is_whole) o
    LEFT JOIN latest own USING (stream, job, company)
    LEFT JOIN latest every ON every.stream = o.stream AND every.job = o.job AND every.company = ''
    WHERE coalesce(o.opened_at >= greatest(own.opened_at, every.opened_at), true)),
waiting AS (
    SELECT stream, count(*) AS records FROM {schema}._rejected_records
    WHERE resolved_at IS NULL GROUP BY stream),
unwhole AS (
    SELECT DISTINCT ON (stream) stream, run_id, status, NULL::bigint AS records
    FROM open_loads WHERE stream NOT IN (SELECT stream FROM waiting)
    ORDER BY stream, opened_at DESC),
found AS (SELECT * FROM unwhole UNION ALL SELECT stream, NULL, NULL, records FROM waiting)
SELECT moment, stream, run_id, status, records
FROM (SELECT statement_timestamp() AS moment) AS now LEFT JOIN found ON true
ORDER BY stream
"""
_NOTE = """
UPDATE {schema}._sync_runs SET whole_as_of = %s, unwhole_streams = %s WHERE run_id = %s
"""
# Only what was not whole can be so now: in the place of the last look, or its moment was lost.
_NOTE_PROGRESS = """
UPDATE {schema}._sync_runs SET whole_as_of = %s, unwhole_streams = %s
WHERE whole_as_of = (SELECT max(whole_as_of) FROM {schema}._sync_runs)
AND unwhole_streams @> %s AND NOT unwhole_streams <@ %s
"""
_ACCEPT = """
UPDATE {schema}._sync_run_streams SET is_whole = true
WHERE run_id = %s AND is_whole IS NOT TRUE AND EXISTS (
    SELECT FROM {schema}._sync_runs r WHERE r.run_id = %s AND r.status <> 'running')
RETURNING stream
"""


@dataclass(frozen=True, slots=True)
class Wholeness:
    """Which streams are not whole.

    Attributes:
        as_of: When that was so.
        unwhole: Stream to why it is not whole, for people.
    """

    as_of: datetime
    unwhole: Mapping[str, str]


class WholenessLog:
    """Looks which streams of a schema are whole, and keeps it; whoever calls it commits."""

    def __init__(self, schema: str) -> None:
        self._sql = SchemaSql(schema)

    def look(self, cursor: Cursor) -> Wholeness:
        """Return which streams are not whole at this moment."""
        # Compiling the statement takes longer than running it on a log of years.
        cursor.execute("SET LOCAL jit = off")
        self._sql.execute(cursor, _LOOK, {"replay": REPLAYED, "test": TEST_STREAM})
        found = cursor.fetchall()
        unwhole = {row[1]: _reason(*row[2:]) for row in found if row[1] is not None}
        return Wholeness(found[0][0], unwhole)

    def note(self, cursor: Cursor, run_id: str) -> Wholeness:
        """Look, and keep it with a run that is being closed, for whoever reads the run log.

        The caller lets nobody else close a run until it commits: of two that end together, the
        second one has to see that the first has ended.
        """
        found = self.look(cursor)
        self._sql.execute(cursor, _NOTE, (found.as_of, list(found.unwhole), run_id))
        return found

    def note_progress(self, cursor: Cursor) -> Wholeness:
        """Look, and keep it where fewer streams lack something than when it was looked last."""
        found = self.look(cursor)
        streams = list(found.unwhole)
        self._sql.execute(cursor, _NOTE_PROGRESS, (found.as_of, streams, streams, streams))
        return found

    def accept(self, cursor: Cursor, run_id: str) -> list[str]:
        """Take a run's streams for whole, and return those that were not; none of a live run."""
        self._sql.execute(cursor, _ACCEPT, (run_id, run_id))
        return sorted(stream for (stream,) in cursor.fetchall())


def _reason(run_id: str | None, status: str | None, records: int | None) -> str:
    if records is not None:
        return f"{records} {'record is' if records == 1 else 'records are'} in quarantine"
    if status == "running":
        return f"run {run_id} is loading it"
    # A run may be complete, and a stream that it took up from a failed attempt not.
    if status in {"complete", "incomplete"}:
        return f"run {run_id} did not bring all of it"
    return f"run {run_id} ended before its end ({status})"

"""The tables of the run log, and the entries of runs that died.

`_sync_runs` has a row per run, `_sync_run_streams` one per run and stream, written in the same
transactions as the rows that they count. A run that was killed keeps its status `running` until
the next one starts and finds that nobody holds the run's advisory lock any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from target_looker_staging.postgres.locks import LOCK_CLASS, lock_definitions
from target_looker_staging.postgres.schema_sql import SchemaSql
from target_looker_staging.run.bookmark_log import BookmarkLog
from target_looker_staging.run.columns import add_columns

if TYPE_CHECKING:
    from target_looker_staging.postgres.types import Cursor

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
        replay_of text,
        meltano_run_id text
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
        proofs jsonb,
        tap_error text,
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
_CLOSE_DEAD_RUNS = """
UPDATE {schema}._sync_runs
SET status = 'interrupted', finished_at = now(),
    error = 'The process died; marked interrupted by a later run.'
WHERE status = 'running' AND pg_try_advisory_xact_lock(%s, hashtext(run_id))
RETURNING run_id
"""


def create_tables(cursor: Cursor, schema: str) -> None:
    """Make the schema and the run log's tables as far as they are not there. The caller commits."""
    lock_definitions(cursor, schema)
    tables = SchemaSql(schema)
    cursor.execute("SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL", (schema,))
    # CREATE SCHEMA asks for the privilege even when there is nothing to create.
    if cursor.fetchone() != (True,):
        tables.execute(cursor, "CREATE SCHEMA IF NOT EXISTS {schema}")
    for statement in _TABLES:
        tables.execute(cursor, statement)
    add_columns(cursor, schema)
    BookmarkLog(schema).create(cursor)


def close_dead_runs(cursor: Cursor, schema: str) -> list[str]:
    """Mark the runs whose process died as interrupted, and return their ids."""
    SchemaSql(schema).execute(cursor, _CLOSE_DEAD_RUNS, (LOCK_CLASS,))
    return [run_id for (run_id,) in cursor.fetchall()]

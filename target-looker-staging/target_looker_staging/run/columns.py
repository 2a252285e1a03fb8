"""Columns that the run log has got since its tables were first made.

A warehouse of an earlier version gets them with its next run, filled from what its rows say: a
load of a complete run was whole, and one of any other run has to be done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.postgres.schema_sql import SchemaSql

if TYPE_CHECKING:
    from target_looker_staging.postgres.types import Cursor

# Table, column and type.
_COLUMNS = (
    ("_sync_runs", "meltano_run_id", "text"),
    # How the tap proved a stream, or why it failed.
    ("_sync_run_streams", "proofs", "jsonb"),
    ("_sync_run_streams", "tap_error", "text"),
    # Whose load a run is: a later one of the same job and companies takes its place.
    ("_sync_runs", "job", "text"),
    ("_sync_runs", "companies", "text[]"),
    # When it was looked last which streams of the schema are whole, and which were not.
    ("_sync_runs", "whole_as_of", "timestamptz"),
    ("_sync_runs", "unwhole_streams", "text[]"),
    ("_sync_run_streams", "opened_at", "timestamptz"),
    # Whether all came that the tap had to send; null while it is loaded, and if the run died.
    ("_sync_run_streams", "is_whole", "boolean"),
    ("_sync_run_streams", "last_change_at", "timestamptz"),
    # Up to when changes are told, and of which streams; null is all of them.
    ("_looker_refreshes", "as_of", "timestamptz"),
    ("_looker_refreshes", "streams", "text[]"),
)
# Where it is lacking, nothing of what these columns hold was kept.
_NEW = ("_sync_run_streams", "is_whole", "boolean")
_THERE = """
SELECT c.relname, coalesce(array_agg(a.attname::text), '{{}}')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = %s AND c.relname = ANY(%s)
GROUP BY c.relname
"""
_FILL = (
    """
    UPDATE {schema}._sync_runs SET job = coalesce(state_id, ''),
        companies = (
            SELECT array_agg(company) FROM jsonb_array_elements_text(
                CASE jsonb_typeof(state_before -> 'run' -> 'companies')
                    WHEN 'array' THEN state_before -> 'run' -> 'companies' END) company),
        whole_as_of = CASE status WHEN 'complete' THEN finished_at END,
        unwhole_streams = CASE status WHEN 'complete' THEN ARRAY[]::text[] END
    """,
    """
    UPDATE {schema}._sync_run_streams s SET opened_at = r.started_at,
        is_whole = CASE r.status WHEN 'running' THEN NULL ELSE r.status = 'complete' END,
        last_change_at = CASE WHEN s.rows_inserted + s.rows_updated + s.rows_deleted > 0
            THEN s.last_commit_at END
    FROM {schema}._sync_runs r WHERE r.run_id = s.run_id
    """,
    # Looker's triggers ask for the last change every few minutes.
    "CREATE INDEX ON {schema}._sync_run_streams (last_change_at)",
)


def add_columns(cursor: Cursor, schema: str) -> None:
    """Add the columns that the tables of the run log lack. The caller commits.

    Looked up first: ALTER TABLE waits for every reader, also where there is nothing to add.

    Args:
        cursor: In a transaction in which nobody else changes the schema's definitions.
        schema: The schema; of one without a run log nothing is changed.
    """
    there = _columns_there(cursor, schema)
    lacking = [
        (table, column, kind)
        for table, column, kind in _COLUMNS
        if table in there and column not in there[table]
    ]
    statements = SchemaSql(schema)
    for table, column, kind in lacking:
        statements.execute(
            cursor,
            "ALTER TABLE {schema}.{table} ADD COLUMN {column} {kind}",
            table=sql.Identifier(table),
            column=sql.Identifier(column),
            kind=sql.SQL(kind),
        )
    if _NEW in lacking:
        for statement in _FILL:
            statements.execute(cursor, statement)


def _columns_there(cursor: Cursor, schema: str) -> dict[str, set[str]]:
    """Return the columns of the tables of the run log, by table."""
    tables = sorted({table for table, *_ in _COLUMNS})
    SchemaSql(schema).execute(cursor, _THERE, (schema, tables))
    return {table: set(columns) for table, columns in cursor.fetchall()}

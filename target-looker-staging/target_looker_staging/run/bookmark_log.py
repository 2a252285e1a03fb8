"""The bookmarks that this warehouse has committed, by which it knows a state that is not its own.

A bookmark is written down in the transaction that comes right before it is passed on, so what is
here was committed with the rows before it, and a dump or a standby has both or neither. The run
log's own rows may be deleted by whoever finds them too many; these are few and stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from psycopg2 import sql

from target_looker_staging.postgres.schema_sql import SchemaSql
from target_looker_staging.run.bookmarks import PASSING, Part
from target_looker_staging.run.json_text import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_looker_staging.postgres.types import Cursor

# A state that is older than so many checkpoints of a stream is still known by its order.
KEPT = 100

_KEY = "(stream, hashtextextended(context::text, 0), hashtextextended(bookmark::text, 0))"
_CREATE = """
CREATE TABLE {schema}._sync_bookmarks (
    stream text NOT NULL,
    context jsonb NOT NULL,
    bookmark jsonb NOT NULL,
    run_id text NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tables jsonb
)
"""
_INDEX = "CREATE UNIQUE INDEX ON {schema}._sync_bookmarks {key}"
# What earlier versions wrote down; which tables had rows by then is not known.
_TAKE_OVER = """
INSERT INTO {schema}._sync_bookmarks (stream, context, bookmark, run_id, committed_at)
SELECT stream.key, part.context, part.bookmark, r.run_id, coalesce(r.finished_at, r.started_at)
FROM (SELECT * FROM {schema}._sync_runs ORDER BY started_at DESC LIMIT %(kept)s) r
CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(r.state_after -> 'bookmarks')
    WHEN 'object' THEN r.state_after -> 'bookmarks' ELSE jsonb_build_object() END) stream
CROSS JOIN LATERAL (
    SELECT jsonb_build_object(), stream.value - 'partitions' - %(passing)s::text[]
    WHERE jsonb_typeof(stream.value) = 'object'
    UNION ALL
    SELECT partition -> 'context', partition - 'context' - %(passing)s::text[]
    FROM jsonb_array_elements(CASE jsonb_typeof(stream.value -> 'partitions')
        WHEN 'array' THEN stream.value -> 'partitions' ELSE '[]' END) partition
    WHERE jsonb_typeof(partition -> 'context') = 'object'
) part (context, bookmark)
WHERE part.bookmark <> jsonb_build_object()
ORDER BY r.started_at DESC
ON CONFLICT DO NOTHING
"""
_PARTS = """
jsonb_to_recordset(%(parts)s) AS w (place int, stream text, context jsonb, bookmark jsonb,
    tables jsonb)
"""
_SAME_PLACE = """
b.stream = w.stream
AND hashtextextended(b.context::text, 0) = hashtextextended(w.context::text, 0)
"""
_NOTE = """
INSERT INTO {schema}._sync_bookmarks AS b (stream, context, bookmark, run_id, tables)
SELECT DISTINCT ON (stream, context, bookmark) stream, context, bookmark, %(run_id)s, tables
FROM {parts}
ON CONFLICT {key} DO UPDATE SET run_id = excluded.run_id,
    committed_at = excluded.committed_at, tables = excluded.tables
"""
_FORGET_OLD = """
DELETE FROM {schema}._sync_bookmarks b USING {parts}
WHERE {same_place} AND b.bookmark <> jsonb_build_object() AND b.committed_at < (
    SELECT committed_at FROM {schema}._sync_bookmarks k
    WHERE k.stream = b.stream
    AND hashtextextended(k.context::text, 0) = hashtextextended(b.context::text, 0)
    ORDER BY committed_at DESC OFFSET %(kept)s - 1 LIMIT 1)
"""
_OPEN = """
INSERT INTO {schema}._sync_bookmarks (stream, context, bookmark, run_id)
VALUES (%s, jsonb_build_object(), jsonb_build_object(), %s) ON CONFLICT DO NOTHING
"""
_LOOK_UP = """
SELECT w.place,
    EXISTS (SELECT FROM {schema}._sync_bookmarks b WHERE {same_place}
        AND b.bookmark = w.bookmark),
    EXISTS (SELECT FROM {schema}._sync_bookmarks b WHERE b.stream = w.stream),
    latest.bookmark, latest.tables
FROM {parts}
LEFT JOIN LATERAL (
    SELECT b.bookmark, b.tables FROM {schema}._sync_bookmarks b
    WHERE {same_place} AND b.bookmark <> jsonb_build_object()
    ORDER BY b.committed_at DESC LIMIT 1) latest ON true
ORDER BY w.place
"""


class TableThen(TypedDict):
    """How a table was when a bookmark was committed.

    Attributes:
        filled: Whether it held rows of the partition.
        file: What the table was to the server, and the table of bookmarks beside it.
    """

    filled: bool
    file: list[int]


@dataclass(frozen=True, slots=True)
class Known:
    """What a warehouse knows about the place from which a tap goes on.

    Attributes:
        was_committed: It has passed on this very bookmark.
        has_stream: A run that wrote down its bookmarks has loaded the stream.
        latest: The bookmark that it passed on last for the same partition, if any.
        tables: Table to how it was then; None if not known.
    """

    was_committed: bool
    has_stream: bool
    latest: Part | None
    tables: Mapping[str, TableThen] | None


class BookmarkLog:
    """Reads and writes the bookmarks that a warehouse has committed; whoever calls it commits."""

    def __init__(self, schema: str) -> None:
        self._sql = SchemaSql(schema)

    def _execute(
        self, cursor: Cursor, statement: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> None:
        names = {"key": _KEY, "parts": _PARTS, "same_place": _SAME_PLACE}
        fragments = {
            name: sql.SQL(text) for name, text in names.items() if f"{{{name}}}" in statement
        }
        self._sql.execute(cursor, statement, values, **fragments)

    def create(self, cursor: Cursor) -> None:
        """Make the table if it is not there, with what the run log has of earlier runs.

        The run log's own tables are there, and no other run changes tables now.
        """
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_class WHERE relname = '_sync_bookmarks' "
            "AND relnamespace = to_regnamespace(quote_ident(%s)))",
            (self._sql.schema,),
        )
        if cursor.fetchone() == (True,):
            return
        self._execute(cursor, _CREATE)
        self._execute(cursor, _INDEX)
        self._execute(cursor, _TAKE_OVER, {"passing": sorted(PASSING), "kept": KEPT})

    def open_stream(self, cursor: Cursor, stream: str, run_id: str) -> None:
        """Write down that the bookmarks of a stream are written down from now on."""
        self._execute(cursor, _OPEN, (stream, run_id))

    def note(
        self,
        cursor: Cursor,
        run_id: str,
        parts: Sequence[Part],
        tables: Sequence[Mapping[str, TableThen]],
    ) -> None:
        """Write down bookmarks that are about to be passed on.

        Args:
            cursor: In a transaction.
            run_id: The run that loaded up to them.
            parts: The bookmarks.
            tables: For each, table to how it is.
        """
        if parts:
            values = {"run_id": run_id, "parts": _as_rows(parts, tables), "kept": KEPT}
            self._execute(cursor, _NOTE, values)
            self._execute(cursor, _FORGET_OLD, values)

    def look_up(self, cursor: Cursor, parts: Sequence[Part]) -> list[Known]:
        """Return what is known of the places from which a tap goes on, one for each."""
        self._execute(cursor, _LOOK_UP, {"parts": _as_rows(parts)})
        return [
            Known(seen, kept, latest and Part(part.stream, part.context, latest), tables)
            for part, (_, seen, kept, latest, tables) in zip(parts, cursor.fetchall(), strict=True)
        ]


def _as_rows(parts: Sequence[Part], tables: Sequence[Mapping[str, TableThen]] = ()) -> str | None:
    return as_json(
        [
            {
                "place": place,
                "stream": part.stream,
                "context": part.context,
                "bookmark": part.bookmark,
                "tables": tables[place] if tables else None,
            }
            for place, part in enumerate(parts)
        ]
    )

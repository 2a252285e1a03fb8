"""Rejected records in the warehouse: kept until they are loaded, or a later version of them is.

`_rejected_records` holds what the source wrote, personal data included, so nobody but the loader
may read it unless a person says so. Once a record is resolved only its line remains, without the
content. `_rejected_schemas` holds the streams' schemas, by which a record can be loaded later.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import errors as pg_errors
from psycopg2 import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from target_looker_staging.postgres.types import Cursor


TABLE = "_rejected_records"

_CREATE = (
    """
    CREATE TABLE {schemas} (
        digest text PRIMARY KEY,
        stream text NOT NULL,
        definition jsonb NOT NULL
    )
    """,
    """
    CREATE TABLE {records} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        run_id text NOT NULL,
        stream text NOT NULL,
        rejected_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        reason text NOT NULL,
        property text,
        key jsonb,
        source_id text,
        record jsonb,
        record_text text,
        number bigint NOT NULL,
        version bigint,
        time_extracted text,
        definition text NOT NULL REFERENCES {schemas},
        resolved_at timestamptz,
        resolution text CHECK (resolution IN ('loaded', 'superseded')),
        resolved_by text
    )
    """,
    "CREATE INDEX ON {records} (stream, source_id) WHERE resolved_at IS NULL",
)
_RESOLVE = (
    "UPDATE {records} AS r SET resolved_at = clock_timestamp(), resolution = %(resolution)s, "
    "resolved_by = %(run_id)s, record = NULL, record_text = NULL "
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A stream's schema and key, as its sink has them."""

    stream: str
    schema: Mapping[str, Any]
    key_properties: Sequence[str]

    @property
    def text(self) -> str:
        """Return both as JSON."""
        content = {"schema": self.schema, "key_properties": list(self.key_properties)}
        return json.dumps(content, default=str, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that its table does not take.

    Attributes:
        reason: What is wrong, without content.
        source: The property at fault, if it is one.
        number: Which record of the stream in its run it was, from 1.
        record: JSON; or else whatever the tap wrote.
        key: JSON of the key properties, as far as they are there.
        source_id: The row id that it would have, if that can be told.
        version: The version that the tap gave it.
        time_extracted: When the tap read it.
    """

    reason: str
    source: str
    number: int
    record: str
    key: str | None = None
    source_id: str | None = None
    version: int | None = None
    time_extracted: str | None = None


@dataclass(frozen=True, slots=True)
class WaitingRecord:
    """A rejected record that is not resolved yet.

    Attributes:
        definition: Its stream's schema and key, as `Definition.text` gives them.
    """

    id: int
    run_id: str
    stream: str
    key: Mapping[str, Any] | None
    source_id: str | None
    record: str
    version: int | None
    time_extracted: str | None
    definition: str


class RejectedRecords:
    """Writes and reads rejected records; whoever calls it commits."""

    def __init__(self, schema: str) -> None:
        """Take the Postgres schema of the staging tables."""
        self._schema = schema
        self._names = {
            "records": sql.Identifier(schema, TABLE),
            "schemas": sql.Identifier(schema, "_rejected_schemas"),
        }

    def create_tables(self, cursor: Cursor) -> None:
        """Make the tables if they are not there, for nobody else to read."""
        cursor.execute("SELECT to_regclass(format('%%I.%%I', %s, %s))", (self._schema, TABLE))
        if cursor.fetchone() != (None,):
            return
        for statement in _CREATE:
            cursor.execute(self._compose(statement))
        # Default privileges let the schema's readers see every table that is made in it.
        cursor.execute(
            "SELECT DISTINCT CASE grantee WHEN 0 THEN NULL ELSE grantee::regrole::text END "
            "FROM pg_class c, aclexplode(c.relacl) WHERE grantee <> c.relowner "
            "AND c.oid = to_regclass(format('%%I.%%I', %s, %s))",
            (self._schema, TABLE),
        )
        for (role,) in cursor.fetchall():
            # regrole has quoted the name already, if it must be.
            reader = sql.SQL(role or "PUBLIC")
            cursor.execute(self._compose("REVOKE ALL ON {records} FROM {reader}", reader=reader))

    def add(self, cursor: Cursor, run_id: str, definition: Definition, rejection: Rejection) -> int:
        """Write a record down and return its id; earlier versions of it are superseded."""
        text = definition.text
        digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
        cursor.execute(
            self._compose("INSERT INTO {schemas} VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"),
            (digest, definition.stream, _storable(text)),
        )
        values = {
            "run_id": run_id,
            "stream": definition.stream,
            "reason": rejection.reason,
            "property": rejection.source or None,
            "key": rejection.key,
            "source_id": rejection.source_id,
            "number": rejection.number,
            "version": rejection.version,
            "time_extracted": rejection.time_extracted,
            "definition": digest,
        }
        record_id = self._insert(cursor, values, rejection.record)
        self._supersede_earlier(cursor, run_id, record_id)
        return record_id

    def _insert(self, cursor: Cursor, values: Mapping[str, object], record: str) -> int:
        """Write a record down as JSON where jsonb takes it, else as text."""
        cursor.execute("SAVEPOINT before_record")
        try:
            # A character U+0000 as such is not JSON, and psycopg2 takes it in no text.
            return self._insert_as(cursor, {**values, "record": record.replace("\0", "\\")})
        except (psycopg2.DataError, pg_errors.ProgramLimitExceeded, pg_errors.StatementTooComplex):
            cursor.execute("ROLLBACK TO SAVEPOINT before_record")
        # The key may be what jsonb refuses.
        text = {**values, "key": None, "record_text": record.replace("\0", "\ufffd")}
        return self._insert_as(cursor, text)

    def _insert_as(self, cursor: Cursor, values: Mapping[str, object]) -> int:
        statement = self._compose(
            "INSERT INTO {records} ({columns}) VALUES ({values}) RETURNING id",
            columns=sql.SQL(", ").join(map(sql.Identifier, values)),
            values=sql.SQL(", ").join(map(sql.Placeholder, values)),
        )
        cursor.execute(statement, values)
        record_id: int
        [record_id] = cursor.fetchone() or (0,)
        return record_id

    def _supersede_earlier(self, cursor: Cursor, run_id: str, record_id: int) -> None:
        """Resolve what the same record was rejected as before.

        A record that cannot be told from others is the same if it looks the same in another run.
        """
        cursor.execute(
            self._compose(
                _RESOLVE + "FROM {records} AS n WHERE n.id = %(id)s AND r.id < n.id "
                "AND r.stream = n.stream AND r.resolved_at IS NULL AND (r.source_id = n.source_id "
                "OR n.source_id IS NULL AND r.run_id <> n.run_id AND "
                "(r.record = n.record OR r.record_text = n.record_text))"
            ),
            {"resolution": "superseded", "run_id": run_id, "id": record_id},
        )

    def supersede_staged(
        self, cursor: Cursor, run_id: str, stream: str, stage: sql.Identifier
    ) -> None:
        """Resolve the records of which a later version is about to be committed.

        Args:
            cursor: In the transaction that loads the version.
            run_id: Of the run that brings it.
            stream: Name of the stream.
            stage: The temporary table with the rows that came.
        """
        cursor.execute(
            self._compose(
                _RESOLVE + "FROM {stage} AS s WHERE r.stream = %(stream)s "
                "AND r.resolved_at IS NULL AND r.source_id = s._source_id",
                stage=stage,
            ),
            {"resolution": "superseded", "run_id": run_id, "stream": stream},
        )

    def supersede_stream(self, cursor: Cursor, run_id: str, stream: str) -> None:
        """Resolve all records of a stream whose table is being replaced as a whole."""
        cursor.execute(
            self._compose(_RESOLVE + "WHERE r.stream = %(stream)s AND r.resolved_at IS NULL"),
            {"resolution": "superseded", "run_id": run_id, "stream": stream},
        )

    def mark_loaded(self, cursor: Cursor, run_id: str, ids: Sequence[int]) -> None:
        """Resolve records that are being loaded."""
        cursor.execute(
            self._compose(
                _RESOLVE + "WHERE r.id = ANY(%(ids)s::bigint[]) AND r.resolved_at IS NULL"
            ),
            {"resolution": "loaded", "run_id": run_id, "ids": list(ids)},
        )

    def note_reason(self, cursor: Cursor, record_id: int, reason: str, source: str) -> None:
        """Write down why a record cannot be loaded even now."""
        cursor.execute(
            self._compose("UPDATE {records} SET reason = %s, property = %s WHERE id = %s"),
            (reason, source or None, record_id),
        )

    def outstanding(self, cursor: Cursor) -> dict[str, int]:
        """Return stream to records that wait; streams without any are not there."""
        cursor.execute(
            self._compose(
                "SELECT stream, count(*) FROM {records} WHERE resolved_at IS NULL "
                "GROUP BY stream ORDER BY stream"
            )
        )
        return dict(cursor.fetchall())

    def waiting(
        self, cursor: Cursor, run_id: str | None, streams: Sequence[str]
    ) -> list[WaitingRecord]:
        """Return the records that wait, by stream and schema, oldest first.

        Args:
            cursor: In a transaction.
            run_id: Only those that this run rejected.
            streams: Only those of these streams, if there are any.
        """
        cursor.execute(
            self._compose(
                "SELECT r.id, r.run_id, r.stream, r.key, r.source_id, "
                "coalesce(r.record::text, r.record_text), r.version, r.time_extracted, "
                "d.definition::text FROM {records} r "
                "JOIN {schemas} d ON d.digest = r.definition WHERE r.resolved_at IS NULL "
                "AND (%(run_id)s IS NULL OR r.run_id = %(run_id)s) "
                "AND (%(streams)s::text[] = '{{}}' OR r.stream = ANY(%(streams)s::text[])) "
                "ORDER BY r.stream, r.definition, r.id"
            ),
            {"run_id": run_id, "streams": list(streams)},
        )
        return [WaitingRecord(*row) for row in cursor.fetchall()]

    def _compose(self, text: str, **names: sql.Composable) -> sql.Composed:
        return sql.SQL(text).format(**self._names, **names)


def in_words(counts: Mapping[str, int]) -> str:
    """Return counts of rejected records by stream as a sentence, nothing if there are none."""
    if not counts:
        return ""
    total = sum(counts.values())
    each = ", ".join(f"{stream} {count}" for stream, count in counts.items())
    return f"{total} {'record is' if total == 1 else 'records are'} in quarantine ({each})."


def _storable(text: str) -> str:
    r"""Return JSON without the one escape that jsonb refuses; only a description can have it."""
    return text.replace(r"\u0000", r"\ufffd")


def chosen(counts: Mapping[str, int], streams: Iterable[str]) -> dict[str, int]:
    """Return the counts of some streams."""
    wanted = set(streams)
    return {stream: count for stream, count in counts.items() if stream in wanted}

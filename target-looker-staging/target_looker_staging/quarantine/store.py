"""Rejected records in the warehouse: kept until they are loaded, or a later version of them is.

`_rejected_records` holds what the source wrote, personal data included, so nobody but the loader
may read it unless a person says so. Once a record is resolved only its line remains, without the
content. `_rejected_schemas` holds the streams' schemas, by which a record can be loaded later.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import errors as pg_errors
from psycopg2 import sql

from target_looker_staging.postgres.schema_sql import SchemaSql
from target_looker_staging.quarantine.records import RejectedRecord, fits_jsonb
from target_looker_staging.staging.characters import copy_escape
from target_looker_staging.staging.temporaries import temporary_name
from target_looker_staging.staging.values import NULL
from target_looker_staging.staging.versions import READ_AT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.quarantine.records import Definition, Rejection
    from target_looker_staging.staging.loader import TableLoader

TABLE = "_rejected_records"

_CREATE = (
    """
    CREATE TABLE {schema}._rejected_schemas (
        digest text PRIMARY KEY,
        stream text NOT NULL,
        definition jsonb NOT NULL
    )
    """,
    """
    CREATE TABLE {schema}._rejected_records (
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
        definition text NOT NULL REFERENCES {schema}._rejected_schemas,
        resolved_at timestamptz,
        resolution text CHECK (resolution IN ('loaded', 'superseded')),
        resolved_by text
    )
    """,
    "CREATE INDEX ON {schema}._rejected_records (stream, source_id) WHERE resolved_at IS NULL",
)
_READERS = """
SELECT DISTINCT CASE grantee WHEN 0 THEN NULL ELSE grantee::regrole::text END
FROM pg_class c, aclexplode(c.relacl)
WHERE grantee <> c.relowner AND c.oid = to_regclass(format('%%I.%%I', %s, %s))
"""
# By COPY, which leaves the content out of the statement: the server logs statements that fail.
_ADD = "COPY {schema}._rejected_records ({columns}) FROM STDIN"
_NEXT_ID = "SELECT nextval(pg_get_serial_sequence(format('%%I.%%I', %s, %s), 'id'))"
_ADD_DEFINITION = (
    "INSERT INTO {schema}._rejected_schemas VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
)
_RESOLVE = """
UPDATE {schema}._rejected_records AS r
SET resolved_at = clock_timestamp(), resolution = %(resolution)s, resolved_by = %(run_id)s,
    record = NULL, record_text = NULL
"""
_RESOLVE_EARLIER = f"""{_RESOLVE}
FROM {{schema}}._rejected_records AS n
WHERE n.id = %(id)s AND r.id < n.id AND r.stream = n.stream AND r.resolved_at IS NULL
AND (r.source_id = n.source_id
    OR n.source_id IS NULL AND r.run_id <> n.run_id
    AND (r.record = n.record OR r.record_text = n.record_text))
AND NOT {{was_read_later}}
"""
_RESOLVE_STAGED = f"""{_RESOLVE}
FROM {{stage}} AS s
WHERE r.stream = %(stream)s AND r.resolved_at IS NULL AND r.source_id = s._source_id
AND NOT {{was_read_later}}
"""
# Times are kept as the tap wrote them, be they times or not. Two that look alike and are in UTC are
# in order as texts; others are not compared, and then what comes later counts as the later version.
_WAS_READ_LATER = """
(r.time_extracted > {other} COLLATE "C" AND length(r.time_extracted) = length({other})
AND r.time_extracted ~ {utc} AND {other} ~ {utc}) IS TRUE
"""
_UTC = r"^[-0-9]{10}T[0-9:.]*(Z|\+00:00)$"
_RESOLVE_STREAM = f"{_RESOLVE} WHERE r.stream = %(stream)s AND r.resolved_at IS NULL"
_RESOLVE_ONE = f"{_RESOLVE} WHERE r.id = %(id)s AND r.resolved_at IS NULL"
_CHANGE_REASON = "UPDATE {schema}._rejected_records SET reason = %s, property = %s WHERE id = %s"
_COUNT_WAITING = """
SELECT stream, count(*) FROM {schema}._rejected_records WHERE resolved_at IS NULL
GROUP BY stream ORDER BY stream
"""
_WAITING = """
SELECT r.id, r.run_id, r.stream, r.key, r.source_id, coalesce(r.record::text, r.record_text),
    r.version, r.time_extracted, d.definition::text
FROM {schema}._rejected_records r JOIN {schema}._rejected_schemas d ON d.digest = r.definition
WHERE r.resolved_at IS NULL AND (%(run_id)s IS NULL OR r.run_id = %(run_id)s)
AND (%(streams)s::text[] = '{{}}' OR r.stream = ANY(%(streams)s::text[]))
ORDER BY r.stream, r.definition, r.id
"""


class RejectedRecordStore:
    """Writes and reads rejected records; whoever calls it commits."""

    def __init__(self, schema: str) -> None:
        self._sql = SchemaSql(schema)

    def create_tables(self, cursor: Cursor) -> None:
        """Make the tables if they are not there, for nobody else to read."""
        name = (self._sql.schema, TABLE)
        cursor.execute("SELECT to_regclass(format('%%I.%%I', %s, %s))", name)
        if cursor.fetchone() != (None,):
            return
        for statement in _CREATE:
            self._sql.execute(cursor, statement)
        # Default privileges let the schema's readers see every table that is made in it.
        cursor.execute(_READERS, name)
        for (role,) in cursor.fetchall():
            # regrole has quoted the name already, if it must be.
            quoted = (role or "PUBLIC").replace("%", "%%")
            self._sql.execute(
                cursor,
                "REVOKE ALL ON {schema}._rejected_records FROM {reader}",
                reader=sql.SQL(quoted),
            )

    def add(self, cursor: Cursor, run_id: str, definition: Definition, rejection: Rejection) -> int:
        """Write a record down and return its id; earlier versions of it are superseded."""
        text = definition.text
        digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
        stored = _without_nul(text)
        self._sql.execute(cursor, _ADD_DEFINITION, (digest, definition.stream, stored))
        values = {
            "run_id": run_id,
            "stream": definition.stream,
            "reason": rejection.reason,
            "property": rejection.property_name or None,
            "key": rejection.key,
            "source_id": rejection.source_id,
            "number": rejection.number,
            "version": rejection.version,
            "time_extracted": rejection.time_extracted,
            "definition": digest,
        }
        record_id = self._add(cursor, values, rejection.record)
        self._supersede_earlier(cursor, run_id, record_id)
        return record_id

    def _add(self, cursor: Cursor, values: Mapping[str, object], record: str) -> int:
        """Write a record down as JSON where jsonb takes it, else as text.

        A row id that is too long for the index is left out: no row can ever have it.
        """
        cursor.execute(_NEXT_ID, (self._sql.schema, TABLE))
        record_id: int
        [record_id] = cursor.fetchone() or (0,)
        values = {**values, "id": record_id}
        # The key may be what jsonb refuses.
        forms = [{**values, "key": None, "record_text": record.replace("\0", "\ufffd")}]
        if fits_jsonb(record) and fits_jsonb(str(values["key"] or "{}")):
            forms.insert(0, {**values, "record": record})
        cursor.execute("SAVEPOINT before_record")
        for form in forms:
            for each in (form, {**form, "source_id": None}):
                try:
                    self._add_row(cursor, each)
                except (psycopg2.DataError, pg_errors.ProgramLimitExceeded,
                        pg_errors.StatementTooComplex) as error:  # fmt: skip
                    cursor.execute("ROLLBACK TO SAVEPOINT before_record")
                    refusal = error
                else:
                    return record_id
        raise refusal

    def _add_row(self, cursor: Cursor, values: Mapping[str, object]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, values))
        schema = sql.Identifier(self._sql.schema)
        fields = (NULL if value is None else copy_escape(str(value)) for value in values.values())
        line = b"\t".join(fields) + b"\n"
        cursor.copy_expert(sql.SQL(_ADD).format(schema=schema, columns=names), BytesIO(line))

    def _supersede_earlier(self, cursor: Cursor, run_id: str, record_id: int) -> None:
        """Resolve what the same record was rejected as before.

        A record without a row id is the same if it has the same content in another run.
        """
        values = {"resolution": "superseded", "run_id": run_id, "id": record_id}
        later = _was_read_later("n.time_extracted")
        self._sql.execute(cursor, _RESOLVE_EARLIER, values, was_read_later=later)

    def supersede_staged(self, cursor: Cursor, run_id: str, loader: TableLoader) -> None:
        """Resolve the records of which a later version is about to be committed.

        Args:
            cursor: In the transaction that loads the version.
            run_id: Of the run that brings it.
            loader: Has the rows that came in its temporary table.
        """
        place, has_times = loader.place, READ_AT in loader.copy_columns
        values = {"resolution": "superseded", "run_id": run_id, "stream": place.stream}
        later = _was_read_later(f"s.{READ_AT}" if has_times else "NULL::text")
        stage = temporary_name(place.stage)
        self._sql.execute(cursor, _RESOLVE_STAGED, values, stage=stage, was_read_later=later)

    def supersede_stream(self, cursor: Cursor, run_id: str, stream: str) -> None:
        """Resolve all records of a stream whose table is being replaced as a whole."""
        values = {"resolution": "superseded", "run_id": run_id, "stream": stream}
        self._sql.execute(cursor, _RESOLVE_STREAM, values)

    def mark_loaded(
        self, cursor: Cursor, run_id: str, record_id: int, *, is_superseded: bool = False
    ) -> None:
        """Resolve a record that is being loaded, or that the table has as it was read later."""
        resolution = "superseded" if is_superseded else "loaded"
        values = {"resolution": resolution, "run_id": run_id, "id": record_id}
        self._sql.execute(cursor, _RESOLVE_ONE, values)

    def change_reason(
        self, cursor: Cursor, record_id: int, reason: str, property_name: str
    ) -> None:
        """Write down why a record cannot be loaded even now."""
        self._sql.execute(cursor, _CHANGE_REASON, (reason, property_name or None, record_id))

    def count_waiting(self, cursor: Cursor) -> dict[str, int]:
        """Return stream to records in quarantine; streams without any are not there."""
        self._sql.execute(cursor, _COUNT_WAITING)
        return dict(cursor.fetchall())

    def waiting(
        self, cursor: Cursor, run_id: str | None, streams: Sequence[str]
    ) -> list[RejectedRecord]:
        """Return the records in quarantine, by stream and schema, oldest first.

        Args:
            cursor: In a transaction.
            run_id: Only those that this run rejected.
            streams: Only those of these streams, if there are any.
        """
        self._sql.execute(cursor, _WAITING, {"run_id": run_id, "streams": list(streams)})
        return [RejectedRecord(*row) for row in cursor.fetchall()]


def _was_read_later(other: str) -> sql.Composed:
    """Return the condition that the rejected record was read after the other one."""
    return sql.SQL(_WAS_READ_LATER).format(other=sql.SQL(other), utc=sql.Literal(_UTC))


def _without_nul(text: str) -> str:
    r"""Return JSON without the one escape that jsonb refuses; only a description can have it."""
    return text.replace(r"\u0000", r"\ufffd")


def in_words(counts: Mapping[str, int]) -> str:
    """Return counts of rejected records by stream as a sentence, nothing if there are none."""
    if not counts:
        return ""
    total = sum(counts.values())
    each = ", ".join(f"{stream} {count}" for stream, count in counts.items())
    return f"{total} {'record is' if total == 1 else 'records are'} in quarantine ({each})."


def chosen(counts: Mapping[str, int], streams: Iterable[str]) -> dict[str, int]:
    """Return the counts of some streams."""
    wanted = set(streams)
    return {stream: count for stream, count in counts.items() if stream in wanted}

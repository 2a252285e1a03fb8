"""Whether the role that loads may do what a load does, by what the server's catalogue says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_looker_staging.check.findings import Answer, Finding
from target_looker_staging.postgres.connection import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.postgres.types import Connection, Cursor
    from target_looker_staging.staging.settings import LoadSettings

_SERVER = """
SELECT current_setting('server_version'), current_user, current_database(),
    pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on',
    current_setting('server_encoding'),
    has_database_privilege(current_database(), 'TEMPORARY'),
    has_database_privilege(current_database(), 'CREATE')
"""
_SCHEMA = """
SELECT has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')
FROM pg_namespace WHERE nspname = %s
"""
# Tables that a load made have `_source_id`; the others of the schema are somebody else's affair.
_FOREIGN_TABLES = """
SELECT c.relname, pg_get_userbyid(c.relowner) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT pg_has_role(c.relowner, 'USAGE')
AND (c.relname IN ('_sync_runs', '_sync_run_streams', '_sync_bookmarks', '_looker_refreshes',
        '_rejected_records')
    OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = '_source_id'))
ORDER BY 1
"""
# A schema that is not there yet will be the role's own.
_READERS = """
SELECT wanted.name, r.oid IS NOT NULL,
    n.oid IS NULL OR pg_has_role(n.nspowner, 'USAGE') OR has_schema_privilege(r.oid, n.oid, 'USAGE')
FROM unnest(%s::text[]) WITH ORDINALITY AS wanted (name, place)
LEFT JOIN pg_roles r ON r.rolname = wanted.name
LEFT JOIN pg_namespace n ON n.nspname = %s
ORDER BY wanted.place
"""
SHOWN_TABLES = 6


def inspect_warehouse(
    connection: Connection, postgres: PostgresSettings, load: LoadSettings
) -> list[Finding]:
    """Return what stands in the way of a load, and what does not.

    Args:
        connection: To the warehouse, as the role that loads.
        postgres: How it was reached.
        load: What a load will do.

    Raises:
        StagingError: If the catalogue cannot be read.
    """
    with transaction(connection, "Reading the server's catalogue") as cursor:
        cursor.execute(_SERVER)
        [(version, role, database, read_only, encoding, temporary, create)] = cursor.fetchall()
        tls = "TLS" if connection.info.ssl_in_use else "no TLS"
        where = f"warehouse {postgres.host}:{postgres.port}/{database}"
        what = Finding(where, Answer.YES, f"PostgreSQL {version}, role {role}, {tls}")
        if read_only:
            what = Finding(where, Answer.NO, "it takes no changes: is it a standby?")
        elif encoding != "UTF8":
            note = f"its encoding is {encoding}: make a database with ENCODING 'UTF8'"
            what = Finding(where, Answer.NO, note)
        return [
            what,
            _right(
                "temporary tables",
                f"ask the database's owner for: GRANT TEMPORARY ON DATABASE {database} TO {role}",
                granted=temporary,
            ),
            _schema(cursor, load.target_schema, role, create=create),
            _tables(cursor, load.target_schema, role),
            *_readers(cursor, load),
        ]


def _schema(cursor: Cursor, schema: str, role: str, *, create: bool) -> Finding:
    subject = f"schema {schema}"
    cursor.execute(_SCHEMA, (schema,))
    found = cursor.fetchone()
    if found is not None:
        advice = f"ask its owner for: GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}"
        return _right(subject, advice, granted=found[0])
    if create:
        return Finding(subject, Answer.YES, "not there yet; the first load makes it")
    advice = f"not there; ask the database's owner for: CREATE SCHEMA {schema} AUTHORIZATION {role}"
    return Finding(subject, Answer.NO, advice)


def _tables(cursor: Cursor, schema: str, role: str) -> Finding:
    cursor.execute(_FOREIGN_TABLES, (schema,))
    foreign = cursor.fetchall()
    names = ", ".join(f"{table} (of {owner})" for table, owner in foreign[:SHOWN_TABLES])
    more = f" and {len(foreign) - SHOWN_TABLES} more" if len(foreign) > SHOWN_TABLES else ""
    advice = f"only its owner may widen a table: ask for ALTER TABLE ... OWNER TO {role} on"
    return _right("staging tables", f"{advice} {names}{more}", granted=not foreign)


def _readers(cursor: Cursor, load: LoadSettings) -> Iterator[Finding]:
    schema = load.target_schema
    cursor.execute(_READERS, (list(load.grant_select_to), schema))
    for reader, exists, may_read in cursor.fetchall():
        subject = f"reader {reader}"
        if not exists:
            yield Finding(subject, Answer.NO, "grant_select_to names it; there is no such role")
        else:
            advice = f"ask the schema's owner for: GRANT USAGE ON SCHEMA {schema} TO {reader}"
            yield _right(subject, advice, granted=may_read)


def _right(subject: str, advice: str, *, granted: bool) -> Finding:
    return Finding(subject, Answer.YES) if granted else Finding(subject, Answer.NO, advice)

"""What a driver error means to the reader of a log, without the values it quotes."""

from __future__ import annotations

import psycopg2
from psycopg2 import errorcodes

from target_looker_staging.exceptions import (
    StagingConnectionError,
    StagingError,
    StagingSchemaError,
)

READING_RUN_LOG = "Reading the run log"

_ADVICE = {
    errorcodes.INSUFFICIENT_PRIVILEGE: "the role lacks a privilege, or row-level security hides "
    "rows from it; see the README, 'Privileges'",
    errorcodes.LOCK_NOT_AVAILABLE: "another session holds a lock on the table for longer than "
    "`lock_timeout_seconds`; run again when it is done",
    errorcodes.TOO_MANY_COLUMNS: "a table holds 1,600 columns, dropped ones included; deselect "
    "some in the tap's catalog, or drop the table and load it anew",
    errorcodes.PROGRAM_LIMIT_EXCEEDED: "a key is longer than an index takes (about 2,700 bytes), "
    "or a row larger than a page (about 8,000 bytes)",
    errorcodes.DUPLICATE_TABLE: "a sequence, index or other object has that name already",
    errorcodes.DUPLICATE_OBJECT: "a type or other object has that name already; rename it, or the "
    "stream with `stream_maps` and `__alias__`",
    errorcodes.DISK_FULL: "the server's disk is full",
    errorcodes.CONFIGURATION_LIMIT_EXCEEDED: "the server allows a session no more of something, "
    "such as temporary files (`temp_file_limit`); see its log",
    errorcodes.READ_ONLY_SQL_TRANSACTION: "the database takes no writing, as a standby does, or "
    "one whose `default_transaction_read_only` is on; point `host` at the primary",
    errorcodes.DEADLOCK_DETECTED: "two sessions blocked each other; run again",
    errorcodes.QUERY_CANCELED: "the statement was cancelled or took longer than the server allows",
    errorcodes.ADMIN_SHUTDOWN: "the server was shut down; run again when it is back",
    errorcodes.DEPENDENT_OBJECTS_STILL_EXIST: "a view or other object depends on the column",
    errorcodes.FEATURE_NOT_SUPPORTED: "a view or other object depends on the column, or the table "
    "is of a kind that does not allow this",
    errorcodes.OBJECT_NOT_IN_PREREQUISITE_STATE: "if the table is published, it needs a replica "
    "identity: ALTER TABLE ... REPLICA IDENTITY FULL, or DEFAULT where it has a primary key",
    errorcodes.INVALID_COLUMN_REFERENCE: "if a publication of the table has a column list or a row "
    "filter, its columns must be in the replica identity: ALTER TABLE ... REPLICA IDENTITY FULL",
    errorcodes.INVALID_TABLE_DEFINITION: "the table is inherited or partitioned, or a column of it "
    "may not be changed; rename or drop it, or rename the stream with `stream_maps`",
    errorcodes.DATATYPE_MISMATCH: "a default, index or constraint does not fit the column's wider "
    "type; drop it, run again, and make it anew",
    errorcodes.UNDEFINED_FUNCTION: "an index, constraint or trigger of the table does not work "
    "with the column's type",
    errorcodes.NOT_NULL_VIOLATION: "the column is NOT NULL; drop that, or give it a default",
    errorcodes.CHECK_VIOLATION: "rows break the constraint; change it, or correct the source",
    errorcodes.EXCLUSION_VIOLATION: "rows break the constraint; change it, or correct the source",
    errorcodes.UNIQUE_VIOLATION: "rows break the constraint; change it, or correct the source",
    errorcodes.FOREIGN_KEY_VIOLATION: "another table refers to rows that are to go; drop its "
    "foreign key or make it ON DELETE CASCADE, or set `hard_delete` to false",
    errorcodes.RAISE_EXCEPTION: "a trigger of the table raised an error; see the server's log",
}
_IN_FUNCTION = (
    "a trigger or function of the database failed; where it names something without its schema, "
    "give it a path of its own (ALTER FUNCTION ... SET search_path), since the session has none"
)
# Classes of errors that are about definitions, so that the server's words name these only.
_ABOUT_DEFINITIONS = ("0A", "2B", "42", "55")


def staging_error(doing: str, error: psycopg2.Error) -> StagingError:
    """Return a driver error as one of ours: what was being done, SQLSTATE, what to check."""
    code = error.pgcode
    is_cut = isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError))
    if is_cut and (code is None or code.startswith("08")):
        return StagingConnectionError(
            f"{doing}: the connection to Postgres failed or was cut. Check host, port, user, "
            f"password, TLS settings and the server's log. {_first_line(error)}"
        )
    if code == errorcodes.UNDEFINED_TABLE and doing == READING_RUN_LOG:
        return StagingError(f"{doing}: there is no run log yet. Run the target once.")
    kind = StagingSchemaError if code and code.startswith("42") else StagingError
    advice = _ADVICE.get(code or "", "see the server's log for details")
    if error.diag.context and code and code.startswith("42"):
        advice = _IN_FUNCTION
    name = type(error).__name__
    return kind(f"{doing}: {name} (SQLSTATE {code}){_about(error)}: {advice}.{_said(error)}")


def _about(error: psycopg2.Error) -> str:
    """Return the objects that the server names, for the middle of a sentence."""
    diagnostics = error.diag
    names = {
        "table": ".".join(filter(None, (diagnostics.schema_name, diagnostics.table_name))),
        "column": diagnostics.column_name,
        "constraint": diagnostics.constraint_name,
        "type": diagnostics.datatype_name,
    }
    return "".join(f", {kind} {name}" for kind, name in names.items() if name)


def _said(error: psycopg2.Error) -> str:
    """Return the server's own words, where they can quote nothing but names.

    What was raised within a function, or while rows were copied, has a context.
    """
    said = error.diag.message_primary
    if not said or error.diag.context or not (error.pgcode or "").startswith(_ABOUT_DEFINITIONS):
        return ""
    more = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
    return f" The server says: {said}{more}.".replace("\n", " ")


def _first_line(error: psycopg2.Error) -> str:
    """Return libpq's reason for a connection that failed; it quotes no data and no password."""
    return str(error).strip().partition("\n")[0]

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
    errorcodes.INSUFFICIENT_PRIVILEGE: "the role lacks a privilege; see the README, 'Privileges'",
    errorcodes.LOCK_NOT_AVAILABLE: "another session holds a lock on the table for longer than "
    "`lock_timeout_seconds`; run again when it is done",
    errorcodes.TOO_MANY_COLUMNS: "a table holds 1,600 columns, dropped ones included; deselect "
    "some in the tap's catalog, or drop the table and load it anew",
    errorcodes.PROGRAM_LIMIT_EXCEEDED: "a key is longer than an index takes (about 2,700 bytes), "
    "or a row larger than a page (about 8,000 bytes)",
    errorcodes.DUPLICATE_TABLE: "a sequence, index or other object has that name already",
    errorcodes.DISK_FULL: "the server's disk is full",
    errorcodes.CONFIGURATION_LIMIT_EXCEEDED: "the server allows a session no more of something, "
    "such as temporary files (`temp_file_limit`); see its log",
    errorcodes.READ_ONLY_SQL_TRANSACTION: "the database takes no writing, as a standby does; point "
    "`host` at the primary",
    errorcodes.DEADLOCK_DETECTED: "two sessions blocked each other; run again",
    errorcodes.QUERY_CANCELED: "the statement was cancelled or took longer than the server allows",
    errorcodes.ADMIN_SHUTDOWN: "the server was shut down; run again when it is back",
    errorcodes.DEPENDENT_OBJECTS_STILL_EXIST: "a view or other object depends on the column",
    errorcodes.FEATURE_NOT_SUPPORTED: "a view or other object depends on the column",
}


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
    name = type(error).__name__
    return kind(f"{doing}: {name} (SQLSTATE {code}): {advice}.")


def _first_line(error: psycopg2.Error) -> str:
    """Return libpq's reason for a connection that failed; it quotes no data and no password."""
    return str(error).strip().partition("\n")[0]

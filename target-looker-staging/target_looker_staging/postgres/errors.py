"""What a driver error means to the reader of a log, without the values it quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import errorcodes

from target_looker_staging.exceptions import (
    StagingConnectionError,
    StagingError,
    StagingSchemaError,
)

if TYPE_CHECKING:
    from target_looker_staging.staging.columns import Column

READING_RUN_LOG = "Reading the run log"

_DATA_REASONS = {
    errorcodes.INVALID_TEXT_REPRESENTATION: "is not a valid value for the column's type",
    errorcodes.INVALID_DATETIME_FORMAT: "is not a valid date or time",
    errorcodes.DATETIME_FIELD_OVERFLOW: "is a date or time that does not exist",
    errorcodes.NUMERIC_VALUE_OUT_OF_RANGE: "is a number out of the column's range",
    errorcodes.CHARACTER_NOT_IN_REPERTOIRE: "is not valid UTF-8",
    errorcodes.UNTRANSLATABLE_CHARACTER: "holds a character that Postgres cannot store",
    errorcodes.PROGRAM_LIMIT_EXCEEDED: "is too large for Postgres, or its key longer than an "
    "index takes (about 2,700 bytes)",
    errorcodes.STATEMENT_TOO_COMPLEX: "is nested too deeply for Postgres",
    errorcodes.NOT_NULL_VIOLATION: "is null, but part of the key",
}
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
_COPY_CONTEXT = re.compile(r"^COPY .*?, line (\d+)(?:, column (.*?): )?", re.MULTILINE)


def copy_position(error: psycopg2.Error) -> tuple[int, str] | None:
    """Return line (from 1) and column of the COPY data at fault, if that is what went wrong.

    The column is empty where Postgres does not name one, as for bytes that are not UTF-8.
    """
    found = _COPY_CONTEXT.search(error.diag.context or "")
    return (int(found[1]), found[2] or error.diag.column_name or "") if found else None


def data_reason(error: psycopg2.Error) -> str | None:
    """Return why a value was refused; None if the error is not about a value."""
    code = error.pgcode or ""
    if code in _DATA_REASONS:
        return _DATA_REASONS[code]
    # XX000 is how Postgres puts, for example, a document that is too large for it.
    return f"was refused (SQLSTATE {code})" if code.startswith(("22", "XX")) else None


def refusal(
    stream: str, column: Column | None, keys: tuple[str, ...], numbers: str, reason: str
) -> str:
    """Return what to say of a record that its stream's table does not take.

    Args:
        stream: Its stream.
        column: The column at fault, if it is one.
        keys: The stream's key properties.
        numbers: Which record of the stream in this run it is, such as `record 17`.
        reason: What is wrong with it.
    """
    where = f"property '{column.source or column.name}' " if column else ""
    key = f", key properties {', '.join(keys)}" if keys else ", which has no key"
    return (
        f"Stream '{stream}'{key}: {where}{reason} ({numbers} of the stream in this run). "
        "Nothing of its batch was loaded. Correct the record or the schema and run again, or set "
        "`on_bad_record` to quarantine."
    )


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

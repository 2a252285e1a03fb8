"""Why a record does not become a row, said without its content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from psycopg2 import errorcodes

if TYPE_CHECKING:
    import psycopg2

    from target_looker_staging.staging.columns import Column

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
_COPY_CONTEXT = re.compile(r"^COPY .*?, line (\d+)(?:, column (.*?): )?", re.MULTILINE)


class BadRecordError(ValueError):
    """A record that does not fit its stream's schema; the text never quotes the record.

    Attributes:
        property_name: The property at fault; empty if it is the record as a whole.
        reason: What is wrong with it.
    """

    def __init__(self, property_name: str, reason: str) -> None:
        super().__init__(f"property '{property_name}' {reason}" if property_name else reason)
        self.property_name = property_name
        self.reason = reason


class MissingKeyError(BadRecordError):
    """A record that lacks one of its key properties."""


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
    where = f"property '{column.property_name or column.name}' " if column else ""
    key = f", key properties {', '.join(keys)}" if keys else ", which has no key"
    return (
        f"Stream '{stream}'{key}: {where}{reason} ({numbers} of the stream in this run). "
        "Nothing of its batch was loaded. Correct the record or the schema and run again, or set "
        "`on_bad_record` to quarantine."
    )

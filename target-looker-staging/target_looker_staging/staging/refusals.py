"""Why a record does not become a row, said without its content."""

from __future__ import annotations

import re
from dataclasses import dataclass
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
    errorcodes.PROGRAM_LIMIT_EXCEEDED: "is too large for Postgres",
    errorcodes.STATEMENT_TOO_COMPLEX: "is nested too deeply for Postgres",
    errorcodes.NOT_NULL_VIOLATION: "is null, but its column is NOT NULL in the table",
    errorcodes.RAISE_EXCEPTION: "was refused by a trigger of the table",
}
# What a constraint of the table, or of a domain, says of a record.
_CONSTRAINT_REASONS = {
    errorcodes.CHECK_VIOLATION: "breaks the check constraint '{}'",
    errorcodes.EXCLUSION_VIOLATION: "conflicts with another row by the exclusion constraint '{}'",
    errorcodes.FOREIGN_KEY_VIOLATION: "refers to a row that is not there, by the foreign key '{}'",
    errorcodes.UNIQUE_VIOLATION: "is like another row in what the unique constraint '{}' covers",
    errorcodes.PROGRAM_LIMIT_EXCEEDED: "is too long for the index '{}', with a key longer than an "
    "index takes (about 2,700 bytes)",
}
_ROW_TOO_LARGE = (
    "has too many long values for one row: with all its columns it is larger than a page (about "
    "8,000 bytes); deselect some in the tap's catalog"
)
_ROW_OR_KEY_TOO_LARGE = (
    "is larger than a page takes (about 8,000 bytes), or its key longer than an index takes "
    "(about 2,700 bytes)"
)
# The words around the numbers and names are in the server's language.
_COPY_CONTEXT = re.compile(r"^COPY .*?, \D*?(\d+)(?:, \S+ (.*?) ?: )?", re.MULTILINE)


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


@dataclass(frozen=True, slots=True)
class Fault:
    """What Postgres says is wrong with a record.

    Attributes:
        reason: What it is.
        column: The column at fault; empty if Postgres names none.
        line: Which line of the COPY data it is, from 1; None where that is not sure.
    """

    reason: str
    column: str
    line: int | None

    @property
    def subject(self) -> str:
        """Return the reason as a sentence's end, where no property of the record is at fault."""
        of = f"'s column '{self.column}'" if self.column else ""
        return f"the record{of} {self.reason}"


def record_fault(error: psycopg2.Error, schema: str, table: str) -> Fault | None:
    """Return what is wrong with a record; None if the error is not about one.

    Only an error that names the column of a line arose while that line was read. Others come when
    Postgres writes lines out, many at a time, and may name the last one of them.

    Args:
        error: While rows were loaded.
        schema: The table's schema.
        table: The staging table.
    """
    found = _COPY_CONTEXT.search(error.diag.context or "")
    line, column = (int(found[1]), found[2]) if found and found[2] else (None, "")
    code = error.pgcode or ""
    # An internal error (class XX) may have any cause, unless it came while reading a value.
    if code.startswith("XX") and line is None:
        return None
    if code == errorcodes.FOREIGN_KEY_VIOLATION and (
        (error.diag.schema_name, error.diag.table_name) != (schema, table)
    ):
        # A row of another table refers to one that would go.
        return None
    reason = _reason(error, code, is_read=line is not None)
    return Fault(reason, column or error.diag.column_name or "", line) if reason else None


def _reason(error: psycopg2.Error, code: str, *, is_read: bool) -> str | None:
    constraint = error.diag.constraint_name
    if constraint and code in _CONSTRAINT_REASONS:
        of = f" of the type {error.diag.datatype_name}" if error.diag.datatype_name else ""
        return _CONSTRAINT_REASONS[code].format(constraint) + of
    if code == errorcodes.PROGRAM_LIMIT_EXCEEDED and not is_read:
        # A server that speaks another language leaves it open which of the two it is.
        said = error.diag.message_primary or ""
        return _ROW_TOO_LARGE if said.startswith("row is too big") else _ROW_OR_KEY_TOO_LARGE
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

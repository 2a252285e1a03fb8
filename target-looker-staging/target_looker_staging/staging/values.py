r"""JSON values to fields of COPY text: pure functions, no connection.

The bytes of a value go from the tap's line into the COPY line as they are; nothing passes through
a float, a Decimal or a datetime. That works because what JSON writes inside a string is, but for
`\uXXXX`, also what COPY's text format reads: `\n`, `\t`, `\\`, `\/` and `\"` mean the same in both
(PostgreSQL manual, COPY, "Text Format").
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from target_looker_staging.staging.characters import copy_escape
from target_looker_staging.staging.types import PgType

if TYPE_CHECKING:
    from target_looker_staging.staging.characters import Replacements
    from target_looker_staging.staging.columns import Column

NULL = rb"\N"

_ESCAPE = rb'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
_STRING = rb'[^"\\\x00-\x1f]*(?:' + _ESCAPE + rb'[^"\\\x00-\x1f]*)*'
_INTEGER = rb"-?(?:0|[1-9][0-9]*)"
_NUMBER = _INTEGER + rb"(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_DAY = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OFFSET = rb"(?:[Zz]|[-+][0-9]{2}(?::?[0-9]{2})?)"

_MINUTE = rb"[Tt ][0-9]{2}:[0-9]{2}"

TIMESTAMP = _DAY + rb"(?:" + _MINUTE + rb"(?::[0-9]{2}(?:\.[0-9]+)?)?" + _OFFSET + rb"?)?"
# The same at the end of a JSON string; the group ends after six digits of a second. Postgres would
# round the seventh, which makes tomorrow of 23:59:59.9999999, and the year 10000 of the last 9999.
# The session reads zone-less times as UTC, so `Z` may stay behind with the digits; a time with more
# digits and another zone is not matched.
CUT_TIMESTAMP = (
    rb"(" + _DAY + rb"(?:" + _MINUTE + rb"(?::[0-9]{2}(?:\.[0-9]{6}(?=[0-9]+[Zz]?\")|"
    rb"(?:\.[0-9]{1,6})?" + _OFFSET + rb"?)|" + _OFFSET + rb"?))?)"
    rb"(?:(?<=\.[0-9]{6})[0-9]+[Zz]?)?"
)  # fmt: skip
SCALAR = rb'(?:"' + _STRING + rb'"|true|false|null|' + _NUMBER + rb")"

# A value in JSON; the group is what goes to Postgres.
_PATTERNS = {
    PgType.BOOLEAN: rb"(true|false)",
    PgType.BIGINT: rb"(" + _INTEGER + rb")",
    PgType.NUMERIC: rb"(" + _NUMBER + rb")",
    # A midnight after the date is how .NET and OData 2 write dates; its zone never moves the day.
    PgType.DATE: rb'"(' + _DAY + rb")(?:[Tt ]00:00(?::00(?:\.0+)?)?" + _OFFSET + rb'?)?"',
    PgType.TIMESTAMPTZ: rb'"' + CUT_TIMESTAMP + rb'"',
    PgType.UUID: rb'"([0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12})"',
    PgType.TEXT: rb'"(' + _STRING + rb')"',
    # The values that are the same in COPY text; the rest is left to `converter`.
    PgType.JSONB: rb"(\{\}|\[\]|true|false|" + _NUMBER + rb")",
}
# How nearly all values look, quick to match. Where it is looser than the patterns above, the
# column's type refuses what is none of its values.
_USUAL_PATTERNS = {
    PgType.BIGINT: rb"(-?[0-9]+)",
    PgType.NUMERIC: rb"(-?[0-9.]+)",
    PgType.DATE: rb'"(' + _DAY + rb')"',
    PgType.TIMESTAMPTZ: rb'"(' + _DAY + rb'T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z?)"',
    PgType.UUID: rb'"([0-9a-fA-F-]{36})"',
    PgType.TEXT: rb'"([^"\\\x00-\x1f]*)"',
}
# What JSON writes without quotes.
_BARE = frozenset({PgType.BOOLEAN, PgType.BIGINT, PgType.NUMERIC})
_QUOTED_NUMBER = rb'"(' + _NUMBER + rb')"'
# In a column that is text already, a time stays as it was written.
_WHOLE_TIMESTAMP = rb'"(' + TIMESTAMP + rb')"'
_MORE_DIGITS = re.compile(rb"(\.[0-9]{6})[0-9]+")

_EXPECTED = {
    PgType.BOOLEAN: "true or false",
    PgType.BIGINT: "a whole number",
    PgType.NUMERIC: "a number",
    PgType.DATE: "a date (YYYY-MM-DD, at most followed by midnight)",
    PgType.TIMESTAMPTZ: "a date-time (ISO 8601)",
    PgType.UUID: "a UUID",
    PgType.TEXT: "a string",
    PgType.JSONB: "JSON",
}
_FOUND = {
    ord('"'): "a string that is not",
    ord("t"): "a boolean, not",
    ord("f"): "a boolean, not",
    ord("{"): "an object, not",
    ord("["): "an array, not",
}
# A whole number written with a decimal point or an exponent is still an integer to JSON Schema.
_INTEGRAL_DIGITS = 40

_COPY_TOKENS = re.compile(rb"\\(.)", re.DOTALL)
_COPY_CONTROLS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_BLANKS = bytes.maketrans(b"\t\r\n", b"   ")

# The engine of regular expressions keeps some 200 bytes for every escape of a string it matches.
LONG_BYTES = 1 << 18

Converter = Callable[[bytes], bytes]


class BadValueError(ValueError):
    """A value that its column does not take; the text never quotes the value."""


def field_pattern(column: Column) -> bytes:
    """Return a regular expression for the JSON values of a column that need no further work.

    It has one group, which takes part unless the value is null. A value that it does not match may
    still be good: `converter` decides.
    """
    return _or_null(column, _pattern(column))


def usual_pattern(column: Column) -> bytes:
    r"""Return what `field_pattern` does, for values without escapes and in the common form only.

    Nothing that it matches holds a backslash.
    """
    checked = column.pg_type is column.value_type and not column.quoted
    pattern = (_USUAL_PATTERNS if checked else {}).get(column.value_type) or _pattern(column)
    return _or_null(column, pattern)


def _or_null(column: Column, pattern: bytes) -> bytes:
    return pattern if column.required else rb"(?:" + pattern + rb"|null)"


def _pattern(column: Column) -> bytes:
    if column.pg_type is PgType.JSONB:
        return _PATTERNS[PgType.JSONB]
    if column.quoted:
        return _QUOTED_NUMBER
    if column.pg_type is PgType.TEXT and column.value_type is PgType.TIMESTAMPTZ:
        return _WHOLE_TIMESTAMP
    return _PATTERNS[column.value_type]


def converter(column: Column, replacements: Replacements) -> Converter:
    r"""Return a function from a column's JSON value to its field of COPY text.

    The function raises `BadValueError` for a value that does not fit the column's schema. Escapes
    that COPY does not know (`\uXXXX`) are left in text for `Replacements.in_copy_text`.
    """
    match = re.compile(field_pattern(column)).fullmatch
    rescue = _rescue(column, replacements)
    takes_strings = column.mixed or column.value_type is PgType.TEXT

    def convert(value: bytes) -> bytes:
        if len(value) > LONG_BYTES and takes_strings and value.startswith(b'"'):
            return _long_text(value, replacements)
        found = match(value)
        if found is None:
            return rescue(value)
        return NULL if found[1] is None else found[1]

    return convert


def _long_text(value: bytes, replacements: Replacements) -> bytes:
    try:
        return copy_escape(replacements.in_text(json.loads(value)))
    except ValueError:
        raise BadValueError("is not a string in UTF-8") from None


def _rescue(column: Column, replacements: Replacements) -> Converter:
    """Return what reads the values that `field_pattern` leaves out."""
    if column.pg_type is PgType.JSONB:
        return partial(_document, column, replacements)
    if column.mixed:
        return partial(_matching, column, SCALAR)
    if column.quoted:
        return partial(_matching, column, _NUMBER)
    if column.value_type is PgType.BIGINT:
        return partial(_whole_number, column)
    if column.value_type is PgType.UUID:
        return partial(_unset_uuid, column)
    if column.value_type is PgType.TIMESTAMPTZ:
        return partial(_moment, column)
    return partial(_refuse, column)


def _document(column: Column, replacements: Replacements, value: bytes) -> bytes:
    if value == b"null":
        raise _bad_value(column, value)
    return replacements.in_json(value).replace(b"\\", rb"\\").translate(_BLANKS)


def _matching(column: Column, pattern: bytes, value: bytes) -> bytes:
    if re.fullmatch(pattern, value) and value != b"null":
        return value
    raise _bad_value(column, value)


def _whole_number(column: Column, value: bytes) -> bytes:
    if re.fullmatch(_NUMBER, value):
        # An exponent that Decimal does not take makes no number that a bigint could hold.
        with suppress(InvalidOperation):
            number = Decimal(value.decode())
            digits = abs(number.adjusted())
            if digits < _INTEGRAL_DIGITS and number == number.to_integral_value():
                return b"%d" % int(number)
    raise _bad_value(column, value)


def _unset_uuid(column: Column, value: bytes) -> bytes:
    """Return NULL for an empty string: Epicor, for one, writes an identifier so that is not set."""
    if value == b'""' and not column.required:
        return NULL
    raise _bad_value(column, value)


def _moment(column: Column, value: bytes) -> bytes:
    text = value[1:-1]
    if value[:1] + value[-1:] == b'""' and re.fullmatch(TIMESTAMP, text):
        return cut_fraction(text)
    raise _bad_value(column, value)


def cut_fraction(time: bytes) -> bytes:
    """Return an ISO 8601 time with at most six digits of a second."""
    return _MORE_DIGITS.sub(rb"\1", time)


def _refuse(column: Column, value: bytes) -> bytes:
    raise _bad_value(column, value)


def _bad_value(column: Column, value: bytes) -> BadValueError:
    if value == b"null":
        return BadValueError("is null, but part of the key")
    expected = _EXPECTED[column.value_type]
    return BadValueError(f"is {_FOUND.get(value[0], 'a number, not')} {expected}")


def copy_field_value(field: bytes) -> bytes:
    """Return the value that a field of COPY text stands for."""
    if b"\\" not in field:
        return field
    return _COPY_TOKENS.sub(lambda match: _COPY_CONTROLS.get(match[1], match[1]), field)


def json_value(column: Column, field: bytes) -> str:
    """Return a field of COPY text as the JSON that it was made of."""
    if field == NULL:
        return "null"
    text = copy_field_value(field).decode(errors="replace")
    is_bare = column.value_type in _BARE and not (column.quoted or column.mixed)
    return text if column.pg_type is PgType.JSONB or is_bare else json.dumps(text)


def url_quote(field: bytes) -> bytes:
    """Return a field of COPY text as part of a URL: all but letters, digits, `-._` is escaped."""
    return quote(copy_field_value(field), safe="").replace("~", "%7E").encode()

"""Values of numbers and times in a form that Python orders as the server does.

How a server sorts text is its own affair, so text is never compared here.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from tap_epicor_kinetic.odata.records import value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_epicor_kinetic.odata.properties import KeyValue, Property

Comparable: TypeAlias = "int | Decimal | str"
"""A whole number, a decimal, or a time in UTC as `2026-01-31T08:00:00.5`."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?)?\Z")
_SECONDS_LENGTH = len('"2026-01-31T08:00:00"')


def comparable(prop: Property, value: KeyValue) -> Comparable | None:
    """Return a value that can be compared with others of its property; `None` for null.

    A time without a zone counts as UTC: one server writes all times of a column alike.

    Raises:
        ValueError: If the value is not of the property's type.
        TypeError: Likewise.
        ArithmeticError: Likewise.
    """
    if value is None:
        return None
    if prop.is_integer:
        return int(str(value))
    if prop.is_number:
        return Decimal(str(value))
    if not isinstance(value, str):
        raise TypeError("a time must be text")
    return _time(value)


def comparables(prop: Property, written: Sequence[bytes]) -> list[Comparable | None]:
    """Return the values of a column in many records, from the JSON of each."""
    if prop.is_integer:
        try:
            # The common case: no quotes, no nulls.
            return list(map(int, written))
        except ValueError:
            pass
    if prop.is_temporal:
        return list(map(_written_time, written))
    return [comparable(prop, value_of(each)) for each in written]


def _written_time(written: bytes) -> str | None:
    if len(written) == _SECONDS_LENGTH:
        return written[1:-1].decode()
    value = value_of(written)
    return _time(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _time(text: str) -> str:
    found = _TIME.match(text)
    if found is None:
        raise ValueError("no date or date-time")
    day, seconds, fraction, zone = found.groups()
    moment = f"{day}T{seconds or '00:00:00'}"
    if zone and zone != "Z":
        # Python 3.10 reads neither `Z` nor every number of digits.
        try:
            moved = datetime.fromisoformat(moment + zone).astimezone(timezone.utc)
        except OverflowError:
            pass  # within a day of the calendar's ends, where nothing is but placeholders
        else:
            moment = f"{moved.year:04}{moved:-%m-%dT%H:%M:%S}"
    return moment + (fraction or "").rstrip("0").rstrip(".")


def column_pattern(name: str) -> Callable[[bytes], re.Match[bytes] | None]:
    """Return a search for the JSON of one column in a record.

    A quote inside of a text is escaped, so a text that looks like the column cannot match.
    """
    value = rb'("(?:[^"\\]|\\.)*"|[^\s,}]+)'
    return re.compile(rb'"%s":\s*%s' % (re.escape(name).encode(), value)).search

"""Cursors: the column that orders the changes of a source, and the filters over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import Answer, EpicorStreamError
from tap_epicor_kinetic.odata.literals import literal
from tap_epicor_kinetic.reading.bound import Bound
from tap_epicor_kinetic.reading.comparison import comparable

if TYPE_CHECKING:
    from tap_epicor_kinetic.odata.properties import KeyValue, Property
    from tap_epicor_kinetic.reading.comparison import Comparable

ROW_VERSION = "SysRevID"

_DAY = timedelta(days=1)
_WIDEST_ZONE = timedelta(hours=14)
_REPEATED_HOUR = timedelta(hours=1)
_FIRST_MOMENT = "0001-01-01T00:00:00"
# Not the first moment of the calendar: SQL Server has a type of column that begins in 1753.
_BEFORE_ALL = "1900-01-01T00:00:00"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The column that orders the changes of a source.

    Attributes:
        name: The stream's name of the column.
        prop: The column, under the name that filters use.
        is_unique: Whether no two rows share a value, so that it is a total order by itself.
    """

    name: str
    prop: Property
    is_unique: bool = False

    @property
    def is_comparable(self) -> bool:
        """Whether it can be told here which of two values is the higher one.

        How a server sorts text is its own affair.
        """
        return self.prop.is_temporal or self.prop.is_number

    @property
    def may_be_null(self) -> bool:
        """Whether rows may have no value; the row version never lacks one."""
        return self.prop.nullable and self.name != ROW_VERSION

    def from_the_start(self) -> str:
        """Return a filter that every row with a value meets, in the form of `since`."""
        earliest: KeyValue = _BEFORE_ALL if self.prop.is_temporal else 0
        if not self.is_comparable:
            earliest = ""
        return f"{self.prop.name} ge {self._literal(earliest)}"

    def since(self, start: KeyValue) -> str:
        """Return the filter for a value and all above it."""
        return f"{self.prop.name} ge {self._literal(start)}"

    @property
    def without_value(self) -> str | None:
        """The filter for rows without a value, `None` if there can be none.

        Those have no place among the changes, so they come each time.
        """
        return f"{self.prop.name} eq null" if self.may_be_null else None

    def within(self, low: KeyValue, high: KeyValue, *, includes_low: bool) -> str:
        """Return the filter for what stands above one value, and not above another one.

        Args:
            low: `None` for the start.
            high: The last value that belongs to it.
            includes_low: Whether `low` belongs to it.
        """
        least = "ge" if includes_low else "gt"
        above = "" if low is None else f"{self.prop.name} {least} {self._literal(low)} and "
        return f"{above}{self.prop.name} le {self._literal(high)}"

    def equal_to(self, value: KeyValue) -> str:
        """Return the filter for one value."""
        return f"{self.prop.name} eq {self._literal(value)}"

    def comparable(self, value: KeyValue) -> Comparable | None:
        """Return a value as it is compared; `None` for null or a value that is not compared.

        Raises:
            EpicorStreamError: If the value, from the state, is none of this column.
        """
        if not self.is_comparable:
            return None
        try:
            return comparable(self.prop, value)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise EpicorStreamError(
                Answer(self.name, message="the bookmark in the state is no value of this column"),
                "Remove the stream's bookmark from the state; it is then loaded anew.",
            ) from error

    def lower(self, one: KeyValue, other: KeyValue) -> KeyValue:
        """Return the lower one of two values; of two that are not compared, the first."""
        left, right = self.comparable(one), self.comparable(other)
        if left is None or right is None:
            return one if other is None else other if one is None else one
        return one if left <= right else other  # type: ignore[operator]

    def moved_back(self, value: KeyValue, margin: timedelta) -> KeyValue:
        """Return a time moved back, its zone kept as it was written; other values as they are.

        A day is moved back by whole days. A time without a zone goes back another hour: in autumn
        one hour comes twice.
        """
        self.comparable(value)
        if not (self.prop.is_temporal and isinstance(value, str)):
            return value
        digits, rest = value[:19], value[19:]
        if self.prop.date_only or len(value) <= len("2026-01-31"):
            margin = max(_DAY, -(-margin // _DAY) * _DAY)
        elif not _zone_of(value):
            margin += _REPEATED_HOUR
        try:
            moment = datetime.fromisoformat(digits) - margin
        except OverflowError:
            return _FIRST_MOMENT + rest
        return f"{_written(moment)}{rest}"

    def limit(self, like: KeyValue, server_time: datetime) -> Comparable | None:
        """Return the latest time that is no time to come for the server, as it is compared.

        One row stamped in the year 2206 must not end all later changes. Without a zone the server's
        local time may be ahead of UTC by as much as the widest zone.

        Args:
            like: A cursor of a row, for its form.
            server_time: The server's own time, aware.

        Returns:
            `None` for numbers and texts, which tell no time.
        """
        if not (self.prop.is_temporal and isinstance(like, str)):
            return None
        moment = server_time.astimezone(timezone.utc)
        return _written(moment if _zone_of(like) else moment + _WIDEST_ZONE)

    def bound(self, highest: KeyValue, server_time: datetime) -> Bound | None:
        """Return up to where rows can be counted, `None` if that cannot be told.

        Args:
            highest: The highest cursor before the first row is read.
            server_time: The server's own time then, aware.
        """
        value, limit = self.comparable(highest), self.limit(highest, server_time)
        if value is None:
            return None
        text, utc = self._literal(highest), server_time.astimezone(timezone.utc)
        is_to_come = isinstance(limit, str) and isinstance(value, str) and value > limit
        if is_to_come:
            # The earliest time of day that it can be for the server.
            value = _written(utc - _WIDEST_ZONE)
            zone = _zone_of(str(highest)) and "Z"
            text = self._literal(value[:10] if self.prop.date_only else f"{value}{zone}")
        settled = not isinstance(value, str) or value < _written(utc - 2 * _DAY)
        name = self.prop.name
        return Bound(
            value=value,
            below=f"{name} {'le' if settled else 'lt'} {text}",
            at=f"{name} eq {text}",
            above=f"{name} gt {text}",
            nulls=self.without_value,
            excludes_itself=not settled,
            has_rows_above=is_to_come,
        )

    def _literal(self, value: KeyValue) -> str:
        return literal(value, self.prop)


def _written(moment: datetime) -> str:
    """Return a time to the second, with four digits of the year on every system."""
    return f"{moment.year:04}{moment:-%m-%dT%H:%M:%S}"


def _zone_of(text: str) -> str:
    """Return the zone of a time as it is written, nothing without one."""
    return text[19:].lstrip(".0123456789")

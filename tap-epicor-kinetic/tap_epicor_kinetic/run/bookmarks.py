"""Where a stream stands in one company, kept in the Singer state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.reading.cursors import ROW_VERSION
from tap_epicor_kinetic.reading.route_search import RouteMemory
from tap_epicor_kinetic.run import high_waters

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tap_epicor_kinetic.catalog.extent import Extent
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.reading.cursors import Cursor
    from tap_epicor_kinetic.reading.route import Route
    from tap_epicor_kinetic.run.high_waters import HighWater

_KEY = "replication_key"
_VALUE = "replication_key_value"
_SOURCE = "source"
_OWN_COLUMNS = "own_columns"
_HIGH_WATER = "high_water"
_HIGH_WATERS = "high_waters"
_BEGAN = "began_at"
_FIRST_LOAD = "first_load"
_EXTENT = "extent"
_UNFINISHED = "reading_from"
_UNPROVEN = "unproven"
_ROWS_READ = "rows_read"
_ZONE = "literal_zone"
_LOOKED_AT = "source_checked_at"
_DOUBTFUL = "source_doubtful"
_OURS = (
    _KEY,
    _VALUE,
    _HIGH_WATER,
    _HIGH_WATERS,
    _BEGAN,
    _SOURCE,
    _OWN_COLUMNS,
    _FIRST_LOAD,
    _UNFINISHED,
    _LOOKED_AT,
    _DOUBTFUL,
    _UNPROVEN,
    _ROWS_READ,
    _ZONE,
)


@dataclass(frozen=True, slots=True)
class Unproven:
    """A part that a reading read before it was interrupted, and did not prove any more.

    Attributes:
        low: It begins behind this cursor, `None` for the start of everything.
        high: It ends with this cursor.
        rows: Rows that were read of it.
        includes_low: Whether it begins with `low`.
    """

    low: KeyValue
    high: KeyValue
    rows: int
    includes_low: bool


class Bookmark:
    """One stream's place in one company: a view on the SDK's state dictionary.

    `replication_key` and `replication_key_value` are the Singer SDK's own words; up to that value
    everything was sent. `began_at` is when the last reading began.
    For times, `high_water` is the highest that was known then: rows that changed while it went on
    lie above it, wherever the reading was by then, and are read again. For numbers, `high_waters`
    tells what was known when. `source` says which route was found and `own_columns` that it lacks
    some, `first_load` that the first load is under way, `reading_from` where a reading is that has
    not come to its end, and `unproven` what of it the source has not been asked to count yet.
    `extent` tells which columns and rows the bookmark covers. Nearly every method is one of these
    entries; they are in one class so that no other place knows their names.
    """

    def __init__(self, state: dict[str, Any]) -> None:
        """Look at a state; it is changed in place.

        Args:
            state: The partition's part of the state.
        """
        self._state = state

    @property
    def value(self) -> KeyValue:
        """The cursor up to which everything was sent, `None` before the first row."""
        value: KeyValue = self._state.get(_VALUE)
        return value

    @property
    def high_water(self) -> KeyValue:
        """The highest time that was known when the last reading began."""
        known: KeyValue = self._state.get(_HIGH_WATER)
        return known

    @property
    def high_waters(self) -> list[HighWater]:
        """What was known when, the oldest first."""
        return high_waters.from_state(self._state.get(_HIGH_WATERS))

    @property
    def began_at(self) -> datetime | None:
        """When the last reading began."""
        return high_waters.moment(self._state.get(_BEGAN))

    @property
    def is_first_load(self) -> bool:
        """Whether the first load has not come to its end yet."""
        return bool(self._state.get(_FIRST_LOAD))

    @property
    def is_by_row_version(self) -> bool:
        """Whether the value is one of the database's row versions."""
        return bool(self._state.get(_KEY) == ROW_VERSION)

    @property
    def route(self) -> RouteMemory | None:
        """The route that an earlier run found."""
        if _SOURCE not in self._state:
            return None
        return RouteMemory(
            self._state[_SOURCE],
            self._state.get(_KEY),
            bool(self._state.get(_OWN_COLUMNS)),
            high_waters.moment(self._state.get(_LOOKED_AT)),
            bool(self._state.get(_DOUBTFUL)),
            str(self._state.get(_ZONE, "Z")),
        )

    def cover(self, extent: Extent) -> str | None:
        """Note what the stream is to bring from now on.

        Args:
            extent: Columns, filter and the like.

        Returns:
            Why everything has to be read again, in words; the bookmark is then dropped.
        """
        earlier: dict[str, Any] | None = self._state.get(_EXTENT)
        reason = extent.exceeds(earlier) if earlier and self.value is not None else None
        if reason:
            self.forget()
        self._state[_EXTENT] = extent.as_state(None if self.value is None else earlier)
        return reason

    def is_of(self, cursor: Cursor | None) -> bool:
        """Return whether there is a place to go on from by a cursor."""
        return cursor is not None and self.value is not None and self._state[_KEY] == cursor.name

    def begin(self, route: Route) -> str | None:
        """Note how the stream is read now.

        Args:
            route: Source and cursor.

        Returns:
            The cursor whose bookmark had to be dropped, because the stream is read by another now.
        """
        dropped: str | None = None
        if self._state.get(_KEY) != route.cursor:
            if self.value is not None:
                dropped = self._state.get(_KEY)
            self.forget()
        if not route.is_provisional:
            self._note_route(route)
        if route.cursor:
            self._state[_KEY] = route.cursor
            if self.value is None:
                self._state[_FIRST_LOAD] = True
        return dropped

    def _note_route(self, route: Route) -> None:
        self._state[_SOURCE] = route.label
        if route.own_columns:
            self._state[_OWN_COLUMNS] = True
        if route.zone != "Z":
            self._state[_ZONE] = route.zone
        if route.looked_at is not None:
            self._state[_LOOKED_AT] = high_waters.written(route.looked_at)
            self._state.pop(_DOUBTFUL, None)
            if route.is_doubtful:
                self._state[_DOUBTFUL] = True

    def note_time(self, high_water: KeyValue, began_at: datetime) -> None:
        """Note the highest time that is known as a reading begins."""
        self._state[_HIGH_WATER] = high_water
        self._state[_BEGAN] = high_waters.written(began_at)

    def note_numbers(self, waters: Iterable[HighWater], began_at: datetime) -> None:
        """Note what was known when, as a reading begins."""
        self._state[_HIGH_WATERS] = [water.as_state() for water in waters]
        self._state[_BEGAN] = high_waters.written(began_at)

    @property
    def place(self) -> KeyValue:
        """Where to go on: the bookmark's value, or where the last reading was interrupted."""
        place: KeyValue = self._state.get(_UNFINISHED)
        return self.value if place is None else place

    @property
    def rows_read(self) -> int:
        """Rows that the first load has read so far, until it has come to its end."""
        rows = self._state.get(_ROWS_READ)
        return rows if isinstance(rows, int) else 0

    def go_on_from(self, start: KeyValue) -> None:
        """Note where a reading begins, until it has come to its end."""
        self._state[_UNFINISHED] = start
        self._state.setdefault(_UNPROVEN, {"from": start, "is_first": True})

    def copy(self) -> dict[str, Any]:
        """Return the state as it is now, to be restored."""
        return dict(self._state)

    def restore(self, copy: dict[str, Any]) -> None:
        """Go back to an earlier state."""
        self._state.clear()
        self._state.update(copy)

    def forget_route(self) -> None:
        """Let the next run look for the way to the rows."""
        self._state.pop(_SOURCE, None)

    def forget(self) -> None:
        """Drop everything, as before a first load."""
        for name in _OURS:
            self._state.pop(name, None)

    def forget_above(self, version: int) -> None:
        """Drop what is above a row version: the database's counter has gone back to it."""
        if self.is_by_row_version:
            waters = [water for water in self.high_waters if water.value <= version]
            self._state[_HIGH_WATERS] = [water.as_state() for water in waters]

    def advance(self, value: KeyValue, rows: int) -> None:
        """Move on to the cursor of a row up to which everything was sent.

        Args:
            value: The row's cursor; `None` stays where it was.
            rows: How many rows were sent since the place before.
        """
        if self.is_first_load:
            self._state[_ROWS_READ] = self.rows_read + rows
        if value is None:
            return
        if _UNFINISHED in self._state:
            self._state[_UNFINISHED] = value
        if isinstance(value, int) and isinstance(self.value, int):
            # Rows that are read again for late commits lie before the bookmark; it never goes back.
            value = max(value, self.value)
        self._state[_VALUE] = value

    @property
    def unproven(self) -> Unproven | None:
        """What was read without a proof, `None` if all was proven."""
        part = self._state.get(_UNPROVEN)
        if not isinstance(part, dict) or not isinstance(part.get("rows"), int):
            return None
        if not part["rows"] or part.get("to") is None:
            return None
        return Unproven(part.get("from"), part["to"], part["rows"], bool(part.get("is_first")))

    def note_unproven(self, rows: int, to: KeyValue) -> None:
        """Note how many rows were read since the last checkpoint, none at a checkpoint.

        Args:
            rows: How many.
            to: The cursor of the last one.
        """
        part = self._state.get(_UNPROVEN) or {"is_first": True}
        self._state[_UNPROVEN] = {**part, "to": to, "rows": rows} if rows else {"from": to}

    def finish(self) -> None:
        """Note that everything there was has been sent."""
        self._state.pop(_FIRST_LOAD, None)
        self._state.pop(_UNFINISHED, None)
        self._state.pop(_UNPROVEN, None)
        self._state.pop(_ROWS_READ, None)

"""Where a stream stands in one company, kept in the Singer state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.route_search import RouteMemory

if TYPE_CHECKING:
    from tap_epicor_kinetic.catalog.extent import Extent
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.reading.cursors import Cursor
    from tap_epicor_kinetic.reading.order import Position
    from tap_epicor_kinetic.reading.route import Route

_KEY = "replication_key"
_VALUE = "replication_key_value"
_SOURCE = "source"
_OWN_COLUMNS = "own_columns"
_HIGH_WATER = "high_water"
_FIRST_LOAD = "first_load"
_EXTENT = "extent"
_OURS = (_KEY, _VALUE, _HIGH_WATER, _SOURCE, _OWN_COLUMNS, _FIRST_LOAD)


class Bookmark:
    """One stream's place in one company: a view on the SDK's state dictionary.

    `replication_key` and `replication_key_value` are the Singer SDK's own words. `high_water` is
    the highest cursor that was known when the last reading began: rows that changed while it went
    on lie above it, wherever the reading was by then, and are read again. `source` says which route
    was found and `own_columns` that it lacks some, `first_load` that the first load is under way.
    `extent` tells which columns and rows it covers.
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
        """The highest cursor that was known when the last reading began."""
        known: KeyValue = self._state.get(_HIGH_WATER)
        return known

    @property
    def is_first_load(self) -> bool:
        """Whether the first load has not come to its end yet."""
        return bool(self._state.get(_FIRST_LOAD))

    @property
    def cursor(self) -> str | None:
        """The cursor that the value belongs to."""
        name: str | None = self._state.get(_KEY)
        return name

    @property
    def route(self) -> RouteMemory | None:
        """The route that an earlier run found."""
        if _SOURCE not in self._state:
            return None
        return RouteMemory(
            self._state[_SOURCE], self._state.get(_KEY), bool(self._state.get(_OWN_COLUMNS))
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

    def begin(self, route: Route, high_water: KeyValue) -> str | None:
        """Note how the stream is read now.

        Args:
            route: Source and cursor.
            high_water: The highest cursor that is known now.

        Returns:
            The cursor whose bookmark had to be dropped, because the stream is read by another now.
        """
        dropped: str | None = None
        if self._state.get(_KEY) != route.cursor:
            if self.value is not None:
                dropped = self._state.get(_KEY)
            self.forget()
        self._state[_SOURCE] = route.label
        if route.own_columns:
            self._state[_OWN_COLUMNS] = True
        if route.cursor:
            self._state[_KEY] = route.cursor
            self._state[_HIGH_WATER] = high_water
            if self.value is None:
                self._state[_FIRST_LOAD] = True
        return dropped

    def forget(self) -> None:
        """Drop everything, as before a first load."""
        for name in _OURS:
            self._state.pop(name, None)

    def advance(self, last: Position, cursor: Cursor | None) -> None:
        """Move on to the last row sent."""
        if cursor is None:
            # Half of a whole table is no place to go on from: what was read before the interruption
            # may have changed since, and nothing would show it.
            return
        value = value_of(last[0])
        if isinstance(value, int) and isinstance(self.value, int):
            # Rows inside the margin for late commits lie before the bookmark; it never goes back.
            value = max(value, self.value)
        if value is not None:
            self._state[_VALUE] = value

    def finish(self) -> None:
        """Note that everything there was has been sent."""
        self._state.pop(_FIRST_LOAD, None)

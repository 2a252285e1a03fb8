"""How far the database's counter of changes has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.run.bookmarks import Bookmark
from tap_epicor_kinetic.run.high_waters import HighWater

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


class RowVersions:
    """The highest row version of the database, as far as this run knows it.

    One counter serves all tables, so any stream's rows tell how far it has come. What is known when
    the run starts stays as it is until its end: rows that a first stream reads must not move the
    mark for a second one, which is read later.
    """

    def __init__(self) -> None:
        self.seen = 0
        self._known = 0
        self._at_start: HighWater | None = None

    @classmethod
    def of_state(cls, state: Mapping[str, Any]) -> RowVersions:
        """Return what earlier runs saw, by the state that they left."""
        versions = cls()
        for bookmark in bookmarks(state):
            if bookmark.is_by_row_version:
                for value in (bookmark.value, *(water.value for water in bookmark.high_waters)):
                    if isinstance(value, int):
                        versions._known = max(versions._known, value)
        return versions

    def note(self, version: object) -> None:
        """Take over what this run sees."""
        if isinstance(version, int):
            self.seen = max(self.seen, version)

    def freeze(self, now: datetime) -> None:
        """Let what is known now be what is known at the start."""
        self._at_start = HighWater(now, max(self._known, self.seen))

    def at_start(self, now: datetime) -> HighWater:
        """Return what was known when the run started, or is known now if that was not said."""
        return self._at_start or HighWater(now, max(self._known, self.seen))

    def latest(self, now: datetime) -> HighWater:
        """Return what is known now."""
        return HighWater(now, max(self._known, self.seen))

    def forget(self, state: Mapping[str, Any], now: datetime) -> None:
        """Drop what earlier runs saw, in all bookmarks: the counter has gone back."""
        self._known = self.seen
        self._at_start = HighWater(now, self.seen)
        for bookmark in bookmarks(state):
            bookmark.forget_above(self.seen)


def bookmarks(state: Mapping[str, Any]) -> Iterator[Bookmark]:
    """Yield the bookmarks of all streams and companies."""
    for entry in state.get("bookmarks", {}).values():
        for partition in entry.get("partitions", ()):
            yield Bookmark(partition)

"""How far the database's counter of changes has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.run.bookmarks import Bookmark

if TYPE_CHECKING:
    from collections.abc import Mapping


class RowVersions:
    """The highest row version of the database, as far as this run knows it.

    One counter serves all tables, so any stream's rows tell how far it has come.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.known = 0

    @classmethod
    def of_state(cls, state: Mapping[str, Any]) -> RowVersions:
        """Return what earlier runs saw, by the state that they left."""
        versions = cls()
        for bookmarks in state.get("bookmarks", {}).values():
            for partition in bookmarks.get("partitions", ()):
                bookmark = Bookmark(partition)
                versions.remember(bookmark.high_water)
                versions.remember(bookmark.value)
        return versions

    def remember(self, version: object) -> None:
        """Take over what an earlier run saw."""
        if isinstance(version, int):
            self.known = max(self.known, version)

    def note(self, version: object) -> None:
        """Take over what this run sees."""
        if isinstance(version, int):
            self.seen = max(self.seen, version)
            self.known = max(self.known, version)

    def forget(self) -> None:
        """Drop what earlier runs saw: the counter has gone back."""
        self.known = self.seen

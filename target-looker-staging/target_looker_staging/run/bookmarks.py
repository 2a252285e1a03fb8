"""What a Singer state says about where a tap goes on from, stream by stream.

A state is `{"bookmarks": {stream: bookmark}}`; a partitioned stream has a bookmark for each of its
partitions, in a list and with its `context` (Singer SDK 0.54, `helpers/_state.py`). Everything else
in a bookmark is the tap's own: it is compared as it stands.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_FRACTION = re.compile(r"\.(\d+)")
_PARTITIONS = "partitions"
_CONTEXT = "context"
_KEY = "replication_key"
_VALUE = "replication_key_value"
_BEGAN = "began_at"
_READING_FROM = "reading_from"
# What the SDK keeps only while it reads; it drops them before it goes on from a state.
PASSING = frozenset({"starting_replication_value", "replication_key_signpost", "progress_markers"})
# What this project's tap keeps beside the value; without a value none of it skips a row.
TAP_NOTES = frozenset(
    {
        "date_formats",
        "extent",
        "first_load",
        "high_water",
        "high_waters",
        "literal_zone",
        "own_columns",
        "rows_read",
        "source",
        "source_checked_at",
        "source_doubtful",
        "unproven",
        _BEGAN,
        _READING_FROM,
    }
)
# What other taps keep of a table that they read as a whole.
_OF_WHOLE_TABLES = frozenset(
    {"initial_full_table_complete", "last_replication_method", "replication_method", "version"}
)
# A page, a position or a version of another tap that stands for nothing read yet.
_AT_THE_BEGINNING: tuple[object, ...] = (None, {}, [], "", 0, "0")


@dataclass(frozen=True, slots=True)
class Part:
    """A stream's bookmark, or that of one of its partitions.

    Attributes:
        stream: As the tap calls it.
        context: What the partition is of, such as a company; empty for a whole stream.
        bookmark: Where the tap goes on from.
    """

    stream: str
    context: Mapping[str, Any]
    bookmark: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Return what tells this stream and partition from all others."""
        return json.dumps([self.stream, self.context], sort_keys=True, default=str)

    @property
    def cursor(self) -> tuple[str, object] | None:
        """Return the property by which the tap goes on, and up to which value; None without one."""
        key, value = self.bookmark.get(_KEY), self.bookmark.get(_VALUE)
        is_simple = isinstance(value, str) or _is_number(value)
        return (key, value) if isinstance(key, str) and is_simple else None

    @property
    def skips_rows(self) -> bool:
        """Return whether a tap that goes on from here leaves out rows that an earlier run sent."""
        if self.bookmark.get(_VALUE) is not None:
            return True
        # Another tap may keep anything: a page, a log position, the version of a table.
        own = self.bookmark.keys() - TAP_NOTES - {_KEY, _VALUE}
        return any(self.bookmark[name] not in _AT_THE_BEGINNING for name in own)

    def is_behind_or_at(self, other: Part) -> bool:
        """Return whether a tap that goes on from here sends all that it would send from another.

        It is the case of a bookmark that a person has set back. Bookmarks that cannot be compared
        are not behind one another.

        Args:
            other: The same stream and partition.
        """
        here, there = self.bookmark, other.bookmark
        if here.keys() - TAP_NOTES - {_KEY, _VALUE} or here.get(_KEY) != there.get(_KEY):
            return False
        if here.get(_BEGAN) is not None and not _is_at_most(here[_BEGAN], there.get(_BEGAN)):
            # The reading that led here began later: what it brought is not in the other.
            return False
        reached = [there.get(_VALUE), *_present(there.get(_READING_FROM))]
        return all(_is_at_most(here.get(_VALUE), value) for value in reached)


def parts(state: Mapping[str, Any] | None) -> Iterator[Part]:
    """Yield every bookmark of a state that tells the tap to leave out rows."""
    bookmarks = (state or {}).get("bookmarks")
    for stream, entry in bookmarks.items() if isinstance(bookmarks, dict) else ():
        if isinstance(entry, dict):
            for part in _parts(stream, entry):
                if part.skips_rows:
                    yield part


def resumed_streams(state: Mapping[str, Any]) -> list[str]:
    """Return the streams of which a tap with this state sends only what has changed since."""
    bookmarks = state.get("bookmarks")
    if not isinstance(bookmarks, dict):
        return []
    bare = [name for name, entry in bookmarks.items() if entry and not isinstance(entry, dict)]
    others = [
        part.stream
        for part in parts(state)
        if replace(part, bookmark=_without(part.bookmark, _OF_WHOLE_TABLES)).skips_rows
    ]
    return list(dict.fromkeys([*bare, *others]))


def _without(bookmark: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in bookmark.items() if name not in names}


def _parts(stream: str, entry: Mapping[str, Any]) -> Iterator[Part]:
    inner = entry.get(_PARTITIONS)
    if not _are_partitions(inner):
        yield Part(stream, {}, _lasting(entry))
        return
    yield Part(stream, {}, _lasting(entry, _PARTITIONS))
    for each in inner or ():
        yield Part(stream, each[_CONTEXT], _lasting(each, _CONTEXT))


def _are_partitions(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and isinstance(each.get(_CONTEXT), dict) for each in value
    )


def _lasting(bookmark: Mapping[str, Any], *others: str) -> dict[str, Any]:
    return {
        name: value
        for name, value in bookmark.items()
        if name not in PASSING and name not in others
    }


def with_bookmark(state: dict[str, Any], part: Part, bookmark: Mapping[str, Any] | None) -> None:
    """Put a bookmark in the place of another, or take that out.

    Args:
        state: Changed in place.
        part: Whose bookmark.
        bookmark: The new one; None for none, so that the tap reads everything.
    """
    entry = state["bookmarks"][part.stream]
    if not part.context:
        kept = {_PARTITIONS: entry[_PARTITIONS]} if _are_partitions(entry.get(_PARTITIONS)) else {}
        state["bookmarks"][part.stream] = {**kept, **(bookmark or {})}
        return
    entry[_PARTITIONS] = [
        each if each[_CONTEXT] != part.context else {_CONTEXT: part.context, **(bookmark or {})}
        for each in entry[_PARTITIONS]
    ]


def _present(value: object) -> list[object]:
    return [] if value is None else [value]


def _is_at_most(value: object, limit: object) -> bool:
    """Return whether a cursor's value is not above another; False if that cannot be told."""
    if _is_number(value) and _is_number(limit):
        return bool(value <= limit)  # type: ignore[operator]
    if isinstance(value, str) and isinstance(limit, str):
        first, second = _moment(value), _moment(limit)
        return first is not None and second is not None and first <= second
    return False


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _moment(text: str) -> datetime | None:
    """Return a date or time as a moment, one without a zone taken as UTC; None if it is neither."""
    # Python 3.10 reads three or six digits of a second, and no `Z`.
    normal = _FRACTION.sub(lambda found: f".{found[1][:6]:0<6}", re.sub("[Zz]$", "+00:00", text))
    try:
        found = datetime.fromisoformat(normal)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)

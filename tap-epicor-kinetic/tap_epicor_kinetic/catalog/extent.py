"""What a bookmark covers: a stream that is to bring more than before is read again in full.

A cursor brings the rows that changed. When columns join, or a filter lets other rows in, the rows
that did not change would never get their values.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MARK_BYTES = 4
_START = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?\Z", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Extent:
    """What a stream is to bring in one company, told short enough for a state.

    Attributes:
        columns: The columns that are asked for.
        rows: Source, filter, parameters and key, which say which rows there are.
        start: The date that bounds the first load, `None` for no bound.
    """

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    start: str | None = None

    def as_state(self, earlier: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the extent as it stands in a bookmark: hashes, since parameters may be secret.

        Args:
            earlier: The extent of what was read before, if that stays; it may begin earlier.
        """
        marks = b"".join(sorted(map(_mark, self.columns)))
        start = self.start if earlier is None else earlier.get("start")
        return {
            "columns": b64encode(marks).decode("ascii"),
            "rows": _digest(self.rows),
            **({"start": start} if start else {}),
        }

    def exceeds(self, earlier: Mapping[str, Any]) -> str | None:
        """Return in words what an earlier extent lacks of this one, `None` if nothing.

        Columns that are no longer asked for are no reason, nor is a later start.

        Args:
            earlier: An extent as it stands in a bookmark.
        """
        if earlier.get("rows") != _digest(self.rows):
            return "its filter, parameters, key or source changed"
        known = _marks(earlier.get("columns"))
        if joined := [name for name in self.columns if _mark(name) not in known]:
            return f"columns joined ({', '.join(joined)})"
        start = earlier.get("start")
        if isinstance(start, str) and (self.start is None or _moment(self.start) < _moment(start)):
            return "start_date is earlier than it was"
        return None


def _mark(name: str) -> bytes:
    """Return a few bytes that stand for a column; a state holds many columns and is sent often."""
    return hashlib.sha256(name.encode()).digest()[:_MARK_BYTES]


def _marks(text: object) -> set[bytes]:
    try:
        marks = b64decode(text if isinstance(text, str) else "", validate=True)
    except ValueError:
        return set()
    return {marks[at : at + _MARK_BYTES] for at in range(0, len(marks), _MARK_BYTES)}


def _moment(text: str) -> datetime:
    """Return the moment that a `start_date` says; without a zone it is UTC."""
    found = _START.match(text)
    if not found:
        return datetime.min.replace(tzinfo=timezone.utc)
    day, time, zone = found.groups()
    offset = (zone or "Z").replace("Z", "+00:00")
    return datetime.fromisoformat(f"{day}T{time or '00:00:00'}{offset}")


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

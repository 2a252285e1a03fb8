"""What the pages of a stream tell beside their records."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CHARACTERS = "characters"
NUMBERS = "numbers"

# Whether it stands in a record depends on what was known of its days by then.
_MIDNIGHT = re.compile(rb"T00:00:00(?:\.0+)?(?:Z|[+-]\d\d:\d\d)?")


class PageNotes:
    """Notes that the readers of one stream's pages share; safe for threads.

    Attributes:
        days: Date columns whose values are calendar days, as far as is known. A column in which a
            time of day was found is none any more.
    """

    def __init__(self, days: Iterable[str] = ()) -> None:
        """Begin with the columns that are taken for days."""
        self.days = frozenset(days)
        self._lock = threading.Lock()
        self._replaced: dict[tuple[str, str, int], int] = {}

    def choose_days(self, days: Iterable[str]) -> None:
        """Take these columns, and no others, for days."""
        self.days = frozenset(days)

    def found_times(self, column: str) -> None:
        """Note that a column holds times of day."""
        with self._lock:
            self.days -= {column}

    def replaced(self, kind: str, column: str, record: bytes, count: int = 1) -> None:
        """Note that some of a record had no meaning and was replaced.

        Pages overlap and are asked for again; a record that comes twice is noted once.

        Args:
            kind: `CHARACTERS` or `NUMBERS`.
            column: Where they stood.
            record: The record, by which it is known again.
            count: How many were replaced.
        """
        with self._lock:
            self._replaced[kind, column, hash(_MIDNIGHT.sub(b"", record))] = count

    def count(self, kind: str) -> int:
        """Return how many were replaced so far."""
        with self._lock:
            return sum(count for (of, _, _), count in self._replaced.items() if of == kind)

    def columns(self, kind: str) -> list[str]:
        """Return the columns in which something was replaced."""
        with self._lock:
            return sorted({column for of, column, _ in self._replaced if of == kind})

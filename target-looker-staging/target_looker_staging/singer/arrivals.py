"""What came from the tap so far, and whether it is time to commit it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# A state also makes a checkpoint when this many records came since the last one.
CHECKPOINT_ROWS = 100_000


class Arrivals:
    """Counts what comes.

    Attributes:
        records: Stream to RECORD messages, for every stream that sent a schema.
        end_with_state: Whether no record came after the last state.
        is_empty: Whether neither a schema nor a state has come.
    """

    def __init__(self) -> None:
        self.is_empty = True
        self.records: dict[str, int] = {}
        self.end_with_state = True
        self._goes_on: set[str] = set()
        self._checkpoint_at = time.monotonic()
        self._since_checkpoint = 0

    def begin_stream(self, stream: str) -> None:
        """Take note of a stream's schema."""
        self.records.setdefault(stream, 0)
        self.is_empty = False

    def note_resumed(self, streams: Iterable[str]) -> None:
        """Take note of the streams for which a state has a place to go on from.

        Those of which no record has come yet go on from it.
        """
        self._goes_on.update(name for name in streams if not self.records.get(name))

    @property
    def resumed(self) -> list[str]:
        """Return the streams that a state had a place for before their first record."""
        return [name for name in self.records if name in self._goes_on]

    def add(self, stream: str, count: int) -> None:
        """Count records of a stream."""
        self.records[stream] += count
        self._since_checkpoint += count
        self.end_with_state = False

    def is_checkpoint(self, seconds: int) -> bool:
        """Take note of a state; return whether it is one at which everything is committed.

        Args:
            seconds: From the last checkpoint on, after which the next state makes one.
        """
        self.end_with_state = True
        self.is_empty = False
        age = time.monotonic() - self._checkpoint_at
        enough = age >= seconds or self._since_checkpoint >= CHECKPOINT_ROWS
        return self._since_checkpoint > 0 and enough

    def begin_checkpoint(self) -> None:
        """Take note that everything which came is being committed."""
        self._checkpoint_at = time.monotonic()
        self._since_checkpoint = 0

"""Time, so that whoever waits for Looker can be given another one."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """The time of day, a time that never jumps, and a way to wait."""

    def now(self) -> float:
        """Return the time of day in UNIX seconds."""

    def monotonic(self) -> float:
        """Return seconds that only grow, from an arbitrary start."""

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Return the time of day in UNIX seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that only grow, from an arbitrary start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        time.sleep(seconds)

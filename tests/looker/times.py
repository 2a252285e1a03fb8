"""A time for tests: nobody waits, and everybody can see who would have."""

from __future__ import annotations


class FakeClock:
    """A clock that only moves when somebody sleeps.

    Attributes:
        seconds: The time of day, in UNIX seconds.
        waits: Every wait, in order.
    """

    def __init__(self, seconds: float = 1_790_000_000.25) -> None:
        self.seconds = seconds
        self.waits: list[float] = []

    def now(self) -> float:
        """Return the time of day."""
        return self.seconds

    def monotonic(self) -> float:
        """Return what has been slept so far."""
        return sum(self.waits)

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.waits.append(seconds)
        self.seconds += seconds

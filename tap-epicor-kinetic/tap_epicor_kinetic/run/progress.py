"""Lines for people who watch a long load."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

_EVERY_SECONDS = 10.0


class Progress:
    """Says now and then how far a stream is, and at its end what it read."""

    def __init__(
        self, label: str, logger: logging.Logger, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin; nothing is said yet.

        Args:
            label: Stream and company.
            logger: Gets the lines.
            clock: Monotonic seconds.
        """
        self._label = label
        self._logger = logger
        self._clock = clock
        self._started = self._said = clock()
        self.rows = 0
        self.total: int | None = None

    def advance(self, rows: int, remaining: int | None) -> None:
        """Count rows and what the server says is still to come; log a line every few seconds."""
        self.rows += rows
        if remaining is not None:
            self.total = max(self.total or 0, self.rows + remaining)
        moment = self._clock()
        if moment - self._said >= _EVERY_SECONDS:
            self._said = moment
            self._logger.info("%s: %s, %s", self._label, self._share(remaining), self._rate(moment))

    def finish(self) -> None:
        """Log what was read."""
        if not self.rows:
            self.total = 0
        moment = self._clock()
        seconds = moment - self._started
        self._logger.info(
            "%s: %s rows in %.1f s (%s)", self._label, f"{self.rows:,}", seconds, self._rate(moment)
        )

    def _share(self, remaining: int | None) -> str:
        if remaining is None:
            return f"{self.rows:,} rows"
        total = self.rows + remaining
        percent = 100 * self.rows // total if total else 100
        return f"{self.rows:,} of {total:,} rows ({percent} %)"

    def _rate(self, moment: float) -> str:
        seconds = max(moment - self._started, 0.001)
        return f"{self.rows / seconds:,.0f} rows/s"

"""How often a request is repeated, and after which pauses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    AnswerTooSlowError,
    EpicorPageError,
    EpicorRetriableError,
    LicenseShortageError,
    TokenRejectedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

TRIES = 6
HEAVY_TRIES = 3
"""Of a page that the server failed on, before a smaller one is asked for, and of an answer too slow
in coming: the server may be well, and the request too heavy for it."""
FIRST_ANSWER_SECONDS = 45.0
"""How long a server that has not answered once is waited for. Each try may take another
`CONNECT_SECONDS` for the name and as many for the connection, all of it less than 90 seconds."""
_TOKEN_RENEWALS = 1
_LONGEST_WAIT_SECONDS = 480.0
_LICENSE_WAIT_FACTOR = 15


class Patience:
    """How long one request is worth waiting for."""

    def __init__(
        self,
        first_wait: float,
        answered: Callable[[], bool],
        heavy_tries: int = HEAVY_TRIES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with the first try.

        Args:
            first_wait: Seconds before the first repetition; each further wait is twice as long.
            answered: Tells whether the server has answered anything yet.
            heavy_tries: Tries of a page that the server fails on.
            clock: Monotonic seconds.
        """
        self._pauses = waits(first_wait)
        next(self._pauses)
        self._answered = answered
        self._clock = clock
        self._heavy_tries = heavy_tries
        self._until = clock() + FIRST_ANSWER_SECONDS
        self._refusals = 0
        self.tries = 0

    def pause_after(self, error: EpicorRetriableError | EpicorPageError) -> float | None:
        """Return the seconds to wait before the next try, `None` if there should be none."""
        self.tries += 1
        if isinstance(error, TokenRejectedError):
            self._refusals += 1
            if self._refusals > _TOKEN_RENEWALS:
                return None
        if self.tries >= self.most_tries(error):
            return None
        pause = self._pauses.send(error)
        if error.answer.status is not None or self._answered():
            return pause
        left = self._until - self._clock()
        return min(pause, left) if left > 0 else None

    def most_tries(self, error: EpicorRetriableError | EpicorPageError) -> int:
        """Return how often a request is sent that fails in this way."""
        if isinstance(error, EpicorPageError):
            # Without a status the server was too slow, and would only be too slow again.
            return 1 if error.answer.status is None else self._heavy_tries
        return HEAVY_TRIES if isinstance(error, AnswerTooSlowError) else TRIES


def waits(first: float) -> Generator[float, EpicorRetriableError | EpicorPageError, None]:
    """Yield the seconds before each repetition: `Retry-After`, else doubling from `first`.

    It is sent the errors, once it was advanced to its first `yield`.
    """
    error = yield 0.0
    doublings = 0
    while True:
        pause = min(first * 2**doublings, _LONGEST_WAIT_SECONDS)
        if isinstance(error, TokenRejectedError):
            pause = 0.0
        elif isinstance(error, LicenseShortageError):
            pause = min(pause * _LICENSE_WAIT_FACTOR, _LONGEST_WAIT_SECONDS)
        if error.answer.retry_after_seconds is not None:
            pause = min(error.answer.retry_after_seconds, _LONGEST_WAIT_SECONDS)
        doublings += 1
        error = yield pause

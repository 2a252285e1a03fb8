"""How often a request is repeated, and after which pauses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    LicenseShortageError,
    TokenRejectedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tap_epicor_kinetic.exceptions import EpicorRetriableError

TRIES = 6
_TOKEN_RENEWALS = 1
_LONGEST_WAIT_SECONDS = 480.0
_LICENSE_WAIT_FACTOR = 15


def stop_after_second_refusal() -> Callable[[Exception], bool]:
    """Return a test, for one call, that is true when a fresh token was refused too."""
    refusals = 0

    def giveup(error: Exception) -> bool:
        nonlocal refusals
        refusals += isinstance(error, TokenRejectedError)
        return refusals > _TOKEN_RENEWALS

    return giveup


def waits(first: float) -> Generator[float, EpicorRetriableError, None]:
    """Yield the seconds before each repetition: `Retry-After`, else doubling from `first`."""
    error = yield 0.0  # backoff advances a new generator once before the first error
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

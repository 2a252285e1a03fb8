"""What is known of the server before it has answered well once.

Until then requests go out one at a time, and what the first of them meets may be decided for the
whole run: forty streams would each find out for themselves that there is no server, and a wrong
password that is tried on every service locks the account.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from tap_epicor_kinetic.exceptions import (
    EpicorAccessError,
    EpicorError,
    EpicorPageError,
    EpicorRetriableError,
    IdentityRefusedError,
    ServerUnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

_REFUSALS = 2
"""A second service is asked, since some servers answer 401 for a service that is closed to the
user."""
_SILENCES = 2
"""A second service is asked, since only the first one may be slow or break its connection."""


class FirstAnswer:
    """Lets the first requests through one at a time, and remembers what they met."""

    def __init__(self, answered: Callable[[], bool]) -> None:
        """Begin without any request.

        Args:
            answered: Tells whether the server has answered anything yet.
        """
        self._answered = answered
        self._lock = threading.Lock()
        self._let_in = threading.Event()
        self._refused: list[IdentityRefusedError] = []
        self._silent: set[str] = set()
        self._verdict: EpicorError | None = None
        self.has_succeeded = False

    def note_success(self) -> None:
        """Note that what a request asked for has come."""
        self.has_succeeded = True

    def guarded(self, service: str, ask: Callable[[], _T]) -> _T:
        """Return what a request gives; raise what others have met, if that holds for all.

        Args:
            service: What the log calls the request.
            ask: Sends it, and repeats it as often as is worth while.
        """
        if self._let_in.is_set():
            return ask()
        with self._lock:
            if not self._let_in.is_set():
                return self._one_of_the_first(service, ask)
        return ask()

    def _one_of_the_first(self, service: str, ask: Callable[[], _T]) -> _T:
        if self._verdict is not None:
            raise type(self._verdict)(self._verdict.answer, self._verdict.advice)
        if len(self._refused) >= _REFUSALS:
            first = self._refused[0]
            raise IdentityRefusedError(replace(first.answer, service=service), first.advice)
        try:
            found = ask()
        except IdentityRefusedError as error:
            self._refused.append(error)
            raise
        except EpicorError as error:
            if self._answered():
                self._let_in.set()
                raise
            self._verdict = self._decided(service, error)
            if self._verdict is None:
                raise
            raise self._verdict from error
        self._let_in.set()
        return found

    def _decided(self, service: str, error: EpicorError) -> EpicorError | None:
        """Return what a failure without any answer means for the run, `None` if it may pass."""
        if not isinstance(error, (EpicorRetriableError, EpicorPageError)):
            return error
        if not isinstance(error, ServerUnreachableError):
            self._silent.add(service)
            if len(self._silent) < _SILENCES:
                return None
        return ServerUnreachableError(error.answer, error.advice)


def without_instance(error: EpicorError, base_url: str) -> EpicorError:
    """Return an error with what is missing, if it is that `base_url` names no instance.

    A site's root may be all of the address; but where nothing, a web page or a redirect answers
    there, the instance behind the host is missing.
    """
    if urlsplit(base_url).path.strip("/"):
        return error
    status = error.answer.status or 0
    is_page = status == 200 and isinstance(error, EpicorRetriableError)  # noqa: PLR2004
    if not is_page and status not in {403, 404, 405, *range(300, 400)}:
        return error
    return EpicorAccessError(
        error.answer,
        f"base_url names a host without an instance, and Kinetic does not answer there. Write "
        f"{base_url}/<instance>, such as {base_url}/SaaS123: it stands in the browser's address of "
        "Kinetic, between the host and /Apps/.",
    )

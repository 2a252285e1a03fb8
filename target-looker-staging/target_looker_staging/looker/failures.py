"""Calls to Looker that failed, told apart by what may be done next."""

from __future__ import annotations

from enum import Enum


class Failure(Enum):
    """Why a call has no usable answer."""

    UNREACHABLE = "the request was never sent"
    UNTRUSTED = "the connection could not be made secure, so the request was never sent"
    NO_ANSWER = "the request was sent and no whole answer came"
    REFUSED = "Looker answered with an error status"
    UNREADABLE = "the answer is not what the API promises"


BAD_REQUEST = 400
UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
UNPROCESSABLE = 422
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500


class LookerCallError(Exception):
    """One request to Looker failed.

    Not an `OSError`: the SDK would take it for a network failure and drop all but its text.

    Attributes:
        failure: Why.
        status: The HTTP status, if there was an answer.
        retry_after: How many seconds Looker wants to be left alone, if it said so.
        at_login: The log-in failed, so the call itself was never made.
    """

    def __init__(
        self,
        failure: Failure,
        detail: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        at_login: bool = False,
    ) -> None:
        super().__init__(detail)
        self.failure = failure
        self.status = status
        self.retry_after = retry_after
        self.at_login = at_login

    @property
    def is_transient(self) -> bool:
        """Return whether the same request may succeed later."""
        if self.failure is Failure.REFUSED:
            status = self.status or 0
            return status == TOO_MANY_REQUESTS or status >= SERVER_ERROR
        return self.failure is not Failure.UNTRUSTED

    @property
    def is_ambiguous(self) -> bool:
        """Return whether Looker may have done what it was asked all the same."""
        if self.at_login or self.failure in {Failure.UNREACHABLE, Failure.UNTRUSTED}:
            return False
        if self.failure is Failure.REFUSED:
            return (self.status or 0) >= SERVER_ERROR
        return True

"""All errors of the tap, by what the caller can do about them.

```
EpicorError
├── EpicorRetriableError        try the same request again, later
│   ├── LicenseShortageError    every licence is taken: wait long
│   ├── TokenRejectedError      renew the token once, then repeat
│   ├── AnswerTooSlowError      no whole answer in time, and nothing smaller to ask for
│   └── ServerUnreachableError  no connection: as long as there was none at all, for the whole run
├── EpicorPageError             the page is too heavy: ask for a smaller one
└── EpicorStreamError           fatal to one stream; the others go on
    ├── EpicorAccessError       403, 404: this user, key or server does not offer it
    │   └── IdentityRefusedError    401, or no token: the server does not let this identity in
    ├── ODataQueryError         400: the server does not accept the query
    └── ODataResponseError      the answer is not what OData promises
        ├── OrderIgnoredError   the rows are not in the order that was asked for
        ├── RepeatedCursorError rows share a value of a cursor that should be unique
        └── NotWholeError       the source counts more rows than it returned
```
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a failed request, free of secrets and record content."""

    service: str
    status: int | None = None
    message: str = ""
    error_type: str = ""
    correlation_id: str = ""
    retry_after_seconds: float | None = None
    details: str = ""

    def __str__(self) -> str:
        """Return service, status, Epicor's own words and the server log's key in one line."""
        parts = [self.service]
        if self.status is not None:
            parts.append(f"HTTP {self.status}")
        if self.error_type:
            parts.append(self.error_type)
        line = " ".join(parts)
        if self.message:
            line = f"{line}: {self.message}"
        if self.details:
            line = f"{line} [{self.details}]"
        if self.correlation_id:
            line = f"{line} (CorrelationId {self.correlation_id})"
        return line


class EpicorError(Exception):
    """Base of every error that this tap raises about the server."""

    def __init__(self, answer: Answer, advice: str = "") -> None:
        """Keep the answer and say what to do.

        Args:
            answer: What the server said, already redacted.
            advice: One sentence for the reader of the log.
        """
        super().__init__(f"{answer}. {advice}" if advice else str(answer))
        self.answer = answer
        self.advice = advice


class EpicorRetriableError(EpicorError):
    """The same request may succeed later: 408, 429, 502 to 504, a broken connection or body."""


class LicenseShortageError(EpicorRetriableError):
    """Every licence of the kind this call needs is taken at the moment."""


class TokenRejectedError(EpicorRetriableError):
    """The server refused a bearer token; a new one may do."""


class AnswerTooSlowError(EpicorRetriableError):
    """The whole answer did not come in time, and there is nothing smaller to ask for."""


class ServerUnreachableError(EpicorRetriableError):
    """No connection came about; if none ever did, this ends the run and not one stream."""


class EpicorPageError(EpicorError):
    """The server failed on a page (500 or time-out) that may succeed when it is smaller.

    The request was repeated already, with waits, unless the server was only too slow.
    """


class EpicorStreamError(EpicorError):
    """One stream cannot be read; the run goes on with the others."""


class EpicorAccessError(EpicorStreamError):
    """The user, the API key's access scope or the server's version does not offer this service."""


class IdentityRefusedError(EpicorAccessError):
    """The server, or its token endpoint, does not let this identity in."""


class ODataQueryError(EpicorStreamError):
    """The server does not accept the query (400)."""


class ODataResponseError(EpicorStreamError):
    """The answer is no OData page: wrong content type, no `value`, endless pages."""


class OrderIgnoredError(ODataResponseError):
    """The server returned rows in another order than `$orderby` asked for."""


class RepeatedCursorError(ODataResponseError):
    """Rows share a value of a cursor that should tell them apart: the key must join the order."""


class NotWholeError(ODataResponseError):
    """By its own count the source has rows that it did not return."""


class SyncIncompleteError(Exception):
    """Some streams could not be read; the others were."""

"""Where the SDK's requests leave and answers arrive: only whole good answers pass.

The SDK makes of an answer with an error status a text without status and headers, asks a CDN for a
page about it, and takes its own failure to read that for the error (looker-sdk 26.22,
`looker_sdk/rtl/api_methods.py`, `_return`; `looker_sdk/error.py`). An exception raised here, below
it, keeps what is known and spares all of that.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from target_looker_staging.looker.failures import (
    NOT_FOUND,
    SERVER_ERROR,
    Failure,
    LookerCallError,
)
from target_looker_staging.looker.loopback import is_loopback

if TYPE_CHECKING:
    from target_looker_staging.looker.clock import Clock

ERROR_TEXT_LENGTH = 200
# Far more than the longest list that is asked for.
ANSWER_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
NO_CONTENT = 204
REDIRECT = 300
CLIENT_ERROR = 400


class GuardedAdapter(HTTPAdapter):
    """Sends requests; raises `LookerCallError` for everything that is not a whole good answer.

    Attributes:
        calls: Requests sent so far.
        at_login: The latest request was to log in.
        date: Looker's time in its latest answer, and when that arrived by the monotonic clock.
    """

    def __init__(self, ca_bundle: str | None, clock: Clock, timeout_seconds: float) -> None:
        """Take what to trust, the time to go by, and for how long to wait.

        Args:
            ca_bundle: A file with the certificates to trust; `None`: those of the machine.
            clock: The time to go by.
            timeout_seconds: After twice this time an answer that is not whole is none.
        """
        super().__init__()
        self._seconds = 2 * timeout_seconds
        self.calls = 0
        self.at_login = False
        self.date: tuple[float, float] | None = None
        self._ca_bundle = ca_bundle
        self._clock = clock

    @override
    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the answer with its whole body read."""
        if self._ca_bundle:
            # Here, because requests prefers REQUESTS_CA_BUNDLE to what its session was told.
            kwargs["verify"] = self._ca_bundle
        if is_loopback(urlsplit(request.url or "").hostname or ""):
            # A proxy for the world outside knows another machine by this name.
            kwargs["proxies"] = {}
        self.calls += 1
        self.at_login = at_login = (request.path_url or "").endswith("/login")
        try:
            response = self._whole_answer(request, args, kwargs)
        except requests.RequestException as error:
            raise _network_failure(error, at_login=at_login) from error
        if response is None:
            detail = f"no whole answer from Looker within {self._seconds:.0f} s"
            raise LookerCallError(Failure.NO_ANSWER, detail, at_login=at_login)
        self._note_date(response)
        if response.status_code >= REDIRECT:
            raise _refusal(response, at_login=at_login)
        _require_size(response, at_login=at_login)
        _require_json(response, at_login=at_login)
        return response

    def _whole_answer(
        self, request: requests.PreparedRequest, args: Any, kwargs: Any
    ) -> requests.Response | None:
        """Return the answer with its body read as far as it may go; None if that takes too long.

        A time-out of requests is one for each piece of an answer, so pieces could come for ever.

        Raises:
            RequestException: If the network fails, also in the middle of the body.
        """
        done: list[requests.Response | BaseException] = []

        def work() -> None:
            try:
                response = super(GuardedAdapter, self).send(request, *args, **kwargs)
                _read_body(response)
                done.append(response)
            except BaseException as error:  # noqa: BLE001 the caller raises it again
                done.append(error)

        thread = threading.Thread(target=work, name="looker", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if not done:
            return None
        [outcome] = done
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _note_date(self, response: requests.Response) -> None:
        with suppress(KeyError, ValueError):
            date = parsedate_to_datetime(response.headers["Date"])
            self.date = date.timestamp(), self._clock.monotonic()


def _read_body(response: requests.Response) -> None:
    """Read a body into its response, one byte more than it may have at most.

    That of an error page is read only if it is Looker's own JSON.

    Raises:
        RequestException: If it breaks off.
    """
    if response.status_code >= REDIRECT and not _is_json(response):
        response.close()
        return
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_CHUNK_BYTES):
        parts.append(part)
        size += len(part)
        if size > ANSWER_BYTES:
            response.close()
            break
    # What requests itself keeps of a body that it has read (requests 2.32, `models.py`).
    response._content = b"".join(parts)  # noqa: SLF001


def _require_size(response: requests.Response, *, at_login: bool) -> None:
    if len(response.content) > ANSWER_BYTES:
        detail = f"the answer is longer than {ANSWER_BYTES // 1024 // 1024} MB"
        raise LookerCallError(Failure.UNREADABLE, detail, at_login=at_login)


def _refusal(response: requests.Response, *, at_login: bool) -> LookerCallError:
    status = response.status_code
    detail = f"HTTP {status}"
    if at_login and status == NOT_FOUND and not _is_json(response):
        # Looker's own "not found", which stands for a wrong secret, is JSON.
        detail += ": no Looker API answers there; is looker_base_url its API host URL?"
    elif at_login and CLIENT_ERROR <= status < SERVER_ERROR:
        detail += ": Looker refused the client id and secret, or their user is disabled"
    elif status < CLIENT_ERROR:
        detail += ": Looker sends the request elsewhere; is looker_base_url its API host URL?"
    elif not at_login and (text := _error_text(response)):
        detail += f": {text}"
    retry_after = _retry_after(response)
    response.close()
    return LookerCallError(
        Failure.REFUSED, detail, status=status, retry_after=retry_after, at_login=at_login
    )


def _is_json(response: requests.Response) -> bool:
    return "json" in response.headers.get("Content-Type", "")


def _error_text(response: requests.Response) -> str:
    """Return the message of Looker's own error JSON; other bodies are not even read."""
    if not _is_json(response):
        return ""
    with suppress(requests.RequestException, ValueError, AttributeError, TypeError, RecursionError):
        body = json.loads(response.content)
        parts = [body.get("message")]
        parts += [f"{each.get('field')} {each.get('message')}" for each in body.get("errors") or []]
        text = ", ".join(str(part) for part in parts if part)
        return _without_token(text, response.request)[:ERROR_TEXT_LENGTH]
    return ""


def _without_token(text: str, request: requests.PreparedRequest) -> str:
    """Return words of Looker as they may stand in a log, though they repeat what was sent."""
    token = (request.headers.get("Authorization") or "").rpartition(" ")[2]
    shown = text.replace(token, "***") if token else text
    return "".join(filter(str.isprintable, " ".join(shown.split())))


def _retry_after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    if value.isdigit():
        return float(value)
    with suppress(KeyError, TypeError, ValueError):
        until = parsedate_to_datetime(value)
        return max(0.0, (until - parsedate_to_datetime(response.headers["Date"])).total_seconds())
    return None


def _network_failure(error: requests.RequestException, *, at_login: bool) -> LookerCallError:
    kind = type(error).__name__
    if isinstance(error, requests.exceptions.SSLError):
        failure = Failure.UNTRUSTED
        detail = (
            f"no trusted connection to Looker ({kind}): if an authority of your own signed its "
            "certificate, name that in looker_ca_bundle"
        )
    elif (reason := _why_never_sent(error)) is not None:
        failure = Failure.UNREACHABLE
        detail = f"Looker cannot be reached ({type(reason).__name__})"
    else:
        failure, detail = Failure.NO_ANSWER, f"no whole answer from Looker ({kind})"
    return LookerCallError(failure, detail, at_login=at_login)


def _why_never_sent(error: requests.RequestException) -> Exception | None:
    """Return why no connection was made, so that no request can have arrived; `None` if one was."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    never_sent = isinstance(reason, NewConnectionError | ConnectTimeoutError | ProxyError)
    return reason if never_sent else None


def _require_json(response: requests.Response, *, at_login: bool) -> None:
    if response.status_code == NO_CONTENT:
        return
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if not kind.endswith("json"):
        # A maintenance or log-in page, say, which the SDK would try to read as JSON.
        detail = f"HTTP {response.status_code} with {kind or 'no content type'} instead of JSON"
        raise LookerCallError(Failure.UNREADABLE, detail, at_login=at_login)

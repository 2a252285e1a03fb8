"""One GET: send it, judge the answer, repeat what may be repeated."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import backoff
import requests
import urllib3

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorAccessError,
    EpicorError,
    EpicorPageError,
    EpicorRetriableError,
    IdentityRefusedError,
    LicenseShortageError,
    ODataQueryError,
    ODataResponseError,
    TokenRejectedError,
)
from tap_epicor_kinetic.http.auth import authenticator, untrusted
from tap_epicor_kinetic.http.bodies import (
    MEBIBYTE,
    METADATA_LIMIT,
    PAGE_LIMIT,
    SMALL_LIMIT,
    json_fields,
    read_body,
    xml_fields,
)

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Generator, Mapping

    from tap_epicor_kinetic.settings import ServerSettings

_T = TypeVar("_T")

JSON = "application/json"
XML = "application/xml"
QUERY_LIMIT = 2_048
"""Characters of a query string that IIS accepts by default."""

_TRIES = 6
_TOKEN_RENEWALS = 1
_REFUSALS = 2
_LONGEST_WAIT_SECONDS = 480.0
_LICENSE_WAIT_FACTOR = 15
_CONNECT_SECONDS = 15.0
_MESSAGE_LIMIT = 300
_WORD_LIMIT = 100
_GOOD_LIMITS = {JSON: PAGE_LIMIT, XML: METADATA_LIMIT}
_LICENSE_TEXT = re.compile(
    r"maximum (number of )?users|licen[sc]es? .*(exceed|in use|available)", re.IGNORECASE
)


class EpicorClient:
    """A connection pool to one server; safe for threads.

    Every answer is judged here, so that callers see either a body or one of the package's errors.
    """

    def __init__(self, settings: ServerSettings, logger: logging.Logger) -> None:
        """Prepare the pool; nothing is sent yet.

        Args:
            settings: Where the server is and how to speak to it.
            logger: Gets a line for each repetition.
        """
        self.settings = settings
        self._logger = logger
        self._session = _session(settings)
        self._authenticator = authenticator(settings, self._session)
        self._template = requests.Request(
            "GET", settings.base_url, headers=settings.headers
        ).prepare()
        # Once for all requests: proxies, and the authorities that the environment may name.
        environment = self._session.merge_environment_settings(
            settings.base_url, {}, stream=None, verify=settings.verify, cert=None
        )
        self._proxies, self._verify = environment["proxies"], environment["verify"]
        self._timeout = (min(_CONNECT_SECONDS, settings.timeout_seconds), settings.timeout_seconds)
        self._door = threading.Lock()
        self._let_in = threading.Event()
        self._refused: list[IdentityRefusedError] = []
        # In the form that words of the server take in an error.
        self._secrets = [
            _one_line(secret)
            for secret in (
                settings.identity.password,
                settings.identity.api_key,
                settings.identity.client_secret,
            )
            if secret
        ]

    def get(
        self,
        path: str,
        read: Callable[[bytes], _T],
        *,
        service: str,
        query: str = "",
        accept: str = JSON,
    ) -> _T:
        """Return what `read` makes of the body of `base_url/path?query`.

        Args:
            path: Percent-encoded path below the base URL.
            read: Reads a body; if it raises `EpicorRetriableError`, the request is repeated.
            service: What the log calls it: `Erp.BO.VendorSvc/Vendors`.
            query: Encoded query string, sent as it is.
            accept: Media type to ask for.

        Raises:
            EpicorPageError: If the server failed on the page, or did not answer in time.
            EpicorRetriableError: If it kept failing in a way that usually passes.
            EpicorStreamError: If the answer is final.
        """
        ask = partial(self._repeated, path, read, service=service, query=query, accept=accept)
        # One at a time until the server has let this identity in: a wrong password that is tried on
        # every service locks the account. A second service is asked, since some servers answer 401
        # for a service that is closed to the user.
        if not self._let_in.is_set():
            with self._door:
                if not self._let_in.is_set():
                    return self._at_the_door(ask, service)
        return ask()

    def _at_the_door(self, ask: Callable[[], _T], service: str) -> _T:
        """Ask while it is not known whether the server lets this identity in."""
        if len(self._refused) >= _REFUSALS:
            first = self._refused[0]
            raise IdentityRefusedError(replace(first.answer, service=service), first.advice)
        try:
            found = ask()
        except IdentityRefusedError as error:
            self._refused.append(error)
            raise
        except EpicorError:
            self._let_in.set()
            raise
        self._let_in.set()
        return found

    def _repeated(
        self, path: str, read: Callable[[bytes], _T], *, service: str, query: str, accept: str
    ) -> _T:
        """Return what `get` promises, whether or not the identity is known to be good."""
        url = f"{self.settings.base_url}/{path}" + (f"?{query}" if query else "")
        repeated = backoff.on_exception(
            _waits,
            EpicorRetriableError,
            max_tries=_TRIES,
            giveup=_renewed_in_vain(),
            jitter=None,
            logger=None,
            on_backoff=self._log_repetition,
            first=self.settings.retry_wait_seconds,
        )
        try:
            return repeated(lambda: read(self._get_once(url, service, accept)))()
        except TokenRejectedError as error:
            raise IdentityRefusedError(error.answer, error.advice) from None

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def _get_once(self, url: str, service: str, accept: str) -> bytes:
        identity = self._authenticator.headers()
        request = self._template.copy()
        request.url = url
        request.headers.update(identity)
        request.headers["Accept"] = accept
        try:
            with self._session.send(
                request,
                stream=True,
                timeout=self._timeout,
                verify=self._verify,
                proxies=self._proxies,
                allow_redirects=False,
            ) as response:
                good = response.status_code == requests.codes.ok
                limit = _GOOD_LIMITS[accept] if good else SMALL_LIMIT
                taken = read_body(response, limit)
        except requests.exceptions.SSLError as error:
            raise untrusted(service, "its certificate cannot be verified") from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            answer = Answer(
                service, message=f"no answer within {self.settings.timeout_seconds:g} seconds"
            )
            if accept == XML:
                raise EpicorRetriableError(answer, "Raise timeout_seconds.") from error
            raise EpicorPageError(
                answer, "Ask for fewer records or raise timeout_seconds."
            ) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            answer = Answer(service, message=f"the connection broke ({type(error).__name__})")
            raise EpicorRetriableError(
                answer, f"Check that {urlsplit(url).netloc} can be reached."
            ) from error
        except OSError as error:
            raise untrusted(service) from error
        if good and taken is None:
            raise ODataResponseError(
                Answer(service, message=f"the answer exceeds {limit // MEBIBYTE} MiB"),
                "Lower page_size or select fewer columns.",
            )
        body = taken or b""
        try:
            judge(service, response.status_code, response.headers, body, accept)
        except TokenRejectedError as error:
            if not self._authenticator.renew(identity):
                refused = IdentityRefusedError(error.answer, error.advice)
                raise self._redacted(refused, identity) from None
            raise self._redacted(error, identity) from None
        except EpicorError as error:
            raise self._redacted(error, identity) from None
        return body

    def _redacted(self, error: EpicorError, identity: Mapping[str, str]) -> EpicorError:
        """Return the error without any secret: a server may echo the API key in its 401.

        Shortened here and not before, so that no part of a secret is left at the end.
        """
        sent = {*self._secrets, *(value.rpartition(" ")[2] for value in identity.values())}
        # The longest first: of one that begins with another one nothing must be left.
        secrets = sorted(sent - {""}, key=len, reverse=True)

        def shown(text: str, limit: int) -> str:
            for secret in secrets:
                text = text.replace(secret, "***")
            return text[:limit]

        answer = replace(
            error.answer,
            message=shown(error.answer.message, _MESSAGE_LIMIT),
            error_type=shown(error.answer.error_type, _WORD_LIMIT),
            correlation_id=shown(error.answer.correlation_id, _WORD_LIMIT),
        )
        return type(error)(answer, shown(error.advice, _MESSAGE_LIMIT))

    def _log_repetition(self, details: Mapping[str, Any]) -> None:
        self._logger.warning(
            "%s; try %d of %d in %.0f s",
            details["exception"],
            details["tries"] + 1,
            _TRIES,
            details["wait"],
        )


def _session(settings: ServerSettings) -> requests.Session:
    session = requests.Session()
    size = settings.max_concurrent_requests
    adapter = requests.adapters.HTTPAdapter(pool_connections=2, pool_maxsize=size, pool_block=True)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.headers.clear()
    session.headers["Accept-Encoding"] = "gzip, deflate"
    # A .netrc entry must not replace the identity that the settings name.
    session.auth = _keep_headers
    return session


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _renewed_in_vain() -> Callable[[Exception], bool]:
    """Return a test, for one call, that is true when a fresh token was refused too."""
    refusals = 0

    def giveup(error: Exception) -> bool:
        nonlocal refusals
        refusals += isinstance(error, TokenRejectedError)
        return refusals > _TOKEN_RENEWALS

    return giveup


def _waits(first: float) -> Generator[float, EpicorRetriableError, None]:
    """Yield the pause before each repetition.

    In seconds: `Retry-After`, else doubling from `first`.
    """
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


_ADVICE = {
    401: "Check user, password and API key; they must belong to this environment, and the key "
    "to this company.",
    403: "Let the user's security groups and the API key's access scope include this service.",
    404: "Check name and letter case; this version of Kinetic may lack it, or the query may "
    "exceed the server's limit.",
    414: "Select fewer columns.",
}


def judge(service: str, status: int, headers: Mapping[str, str], body: bytes, accept: str) -> None:
    """Raise the error that an answer stands for; return if it is a good one.

    Args:
        service: What the log calls the request.
        status: HTTP status.
        headers: Response headers, any case.
        body: Decoded body; only Epicor's error fields are ever quoted from it.
        accept: Media type that was asked for.
    """
    if status == requests.codes.ok:
        _judge_content(service, headers, body, accept)
        return
    answer = _answer(service, status, headers, body)
    if status == requests.codes.unauthorized:
        raise TokenRejectedError(answer, _ADVICE[401])
    if status == requests.codes.bad_request and _is_license_shortage(answer):
        raise LicenseShortageError(answer, "All licences are in use; it is asked for again later.")
    if status == requests.codes.bad_request:
        raise ODataQueryError(answer, "The server does not accept this query.")
    if status in {requests.codes.too_many, 502, 503, 504}:
        raise EpicorRetriableError(answer, "The server is busy or restarting.")
    if status >= requests.codes.server_error:
        # Metadata has no pages that could be smaller; all that is left is to ask again.
        kind = EpicorRetriableError if accept == XML else EpicorPageError
        raise kind(answer, "Give the CorrelationId to an Epicor administrator.")
    if status in _ADVICE:
        raise EpicorAccessError(answer, _ADVICE[status])
    if status in range(300, 400):
        raise EpicorAccessError(
            answer,
            f"It points to {_place(headers.get('Location', ''))}, which is not followed; correct "
            "base_url.",
        )
    raise EpicorAccessError(answer)


def _place(location: str) -> str:
    """Return where a redirect points, without the secrets that user or query may be."""
    try:
        url = urlsplit(_one_line(location))
    except ValueError:
        return "no address"
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"


def _judge_content(service: str, headers: Mapping[str, str], body: bytes, accept: str) -> None:
    content_type = headers.get("Content-Type", "")
    if accept == XML:
        if "html" in content_type or not body.rstrip().endswith(b">"):
            raise EpicorRetriableError(
                Answer(service, requests.codes.ok, "the answer is no XML, or cut off"),
                "A login or maintenance page may stand in between.",
            )
        return
    if "json" not in content_type:
        answer = Answer(
            service,
            requests.codes.ok,
            f"the answer is {_one_line(content_type) or 'of no stated type'}, not JSON",
        )
        raise EpicorRetriableError(answer, "A login or maintenance page may stand in between.")
    if not body:
        raise EpicorRetriableError(Answer(service, requests.codes.ok, "the answer is empty"))


def _is_license_shortage(answer: Answer) -> bool:
    return "License" in answer.error_type or bool(_LICENSE_TEXT.search(answer.message))


def _answer(service: str, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Return what an error body says.

    From Epicor's own shape (XML where XML was asked for) or OData's; other bodies say nothing.
    """
    fields = json_fields(body) or xml_fields(body)
    nested = fields.get("error")
    if isinstance(nested, dict):
        fields = {"ErrorMessage": nested.get("message"), "ErrorType": nested.get("code"), **nested}
    message = _one_line(fields.get("ErrorMessage") or fields.get("ReasonPhrase"))
    return Answer(
        service=service,
        status=status,
        message=message,
        error_type=_one_line(fields.get("ErrorType")),
        correlation_id=_one_line(fields.get("CorrelationId")),
        retry_after_seconds=retry_after_seconds(headers.get("Retry-After")),
    )


def _one_line(text: object) -> str:
    """Return text as it may stand in a log: one line, nothing that steers a terminal."""
    if not isinstance(text, str):
        return ""
    return "".join(filter(str.isprintable, " ".join(text.split())))


def retry_after_seconds(header: str | None, now: datetime | None = None) -> float | None:
    """Return the pause that a `Retry-After` header asks for.

    In seconds or as a date (RFC 9110, 10.2.3).
    """
    if header is None:
        return None
    if header.isascii() and header.strip().isdigit():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=timezone.utc)
    return max(0.0, (until - (now or datetime.now(timezone.utc))).total_seconds())

"""One GET: send it, judge the answer, repeat what may be repeated."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import backoff
import requests

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorError,
    EpicorPageError,
    EpicorRetriableError,
    IdentityRefusedError,
    ODataResponseError,
    TokenRejectedError,
)
from tap_epicor_kinetic.http.answers import JSON, XML, judge
from tap_epicor_kinetic.http.auth import authenticator
from tap_epicor_kinetic.http.bodies import (
    MEBIBYTE,
    METADATA_LIMIT,
    PAGE_LIMIT,
    SMALL_LIMIT,
    read_body,
)
from tap_epicor_kinetic.http.redaction import Redaction
from tap_epicor_kinetic.http.repetition import TRIES, stop_after_second_refusal, waits
from tap_epicor_kinetic.http.transport import Place, broken_connections, open_session

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from tap_epicor_kinetic.http.server_settings import ServerSettings

_T = TypeVar("_T")

QUERY_LIMIT = 2_048
"""Characters of a query string that IIS accepts by default."""

_REFUSALS = 2
_CONNECT_SECONDS = 15.0
_GOOD_LIMITS = {JSON: PAGE_LIMIT, XML: METADATA_LIMIT}


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
        self._session = open_session(settings)
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
        self._first_login_lock = threading.Lock()
        self._logged_in = threading.Event()
        self._refused: list[IdentityRefusedError] = []
        self._redaction = Redaction(settings.identity)

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
        if not self._logged_in.is_set():
            with self._first_login_lock:
                if not self._logged_in.is_set():
                    return self._first_request(ask, service)
        return ask()

    def _first_request(self, ask: Callable[[], _T], service: str) -> _T:
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
            self._logged_in.set()
            raise
        self._logged_in.set()
        return found

    def _repeated(
        self, path: str, read: Callable[[bytes], _T], *, service: str, query: str, accept: str
    ) -> _T:
        """Return what `get` promises, whether or not the identity is known to be good."""
        url = f"{self.settings.base_url}/{path}" + (f"?{query}" if query else "")
        repeated = backoff.on_exception(
            waits,
            EpicorRetriableError,
            max_tries=TRIES,
            giveup=stop_after_second_refusal(),
            jitter=None,
            logger=None,
            on_backoff=self._log_repetition,
            first=self.settings.retry_wait_seconds,
        )
        try:
            return repeated(lambda: read(self._get_once(url, service, accept)))()
        except TokenRejectedError as error:
            raise IdentityRefusedError(error.answer, error.advice) from None

    def server_time(self) -> datetime | None:
        """Return the server's own time, `None` before its first answer."""
        return None

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def _get_once(self, url: str, service: str, accept: str) -> bytes:
        identity = self._authenticator.headers()
        request = self._template.copy()
        request.url = url
        request.headers.update(identity)
        request.headers["Accept"] = accept
        with (
            broken_connections(self._place(url, service), self._too_slow(service, accept)),
            self._session.send(
                request,
                stream=True,
                timeout=self._timeout,
                verify=self._verify,
                proxies=self._proxies,
                allow_redirects=False,
            ) as response,
        ):
            good = response.status_code == requests.codes.ok
            limit = _GOOD_LIMITS[accept] if good else SMALL_LIMIT
            taken = read_body(response, limit)
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
                raise self._redaction.of(refused, identity) from None
            raise self._redaction.of(error, identity) from None
        except EpicorError as error:
            raise self._redaction.of(error, identity) from None
        return body

    def _place(self, url: str, service: str) -> Place:
        return Place(service, f"Check that {urlsplit(url).netloc} can be reached.")

    def _too_slow(self, service: str, accept: str) -> EpicorError:
        """Return the error of an answer that did not come in time: a page may be smaller."""
        answer = Answer(
            service, message=f"no answer within {self.settings.timeout_seconds:g} seconds"
        )
        if accept == XML:
            return EpicorRetriableError(answer, "Raise timeout_seconds.")
        return EpicorPageError(answer, "Ask for fewer records or raise timeout_seconds.")

    def _log_repetition(self, details: Mapping[str, Any]) -> None:
        self._logger.warning(
            "%s; try %d of %d in %.0f s",
            details["exception"],
            details["tries"] + 1,
            TRIES,
            details["wait"],
        )

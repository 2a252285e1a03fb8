"""One GET: send it, judge the answer, repeat what may be repeated."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import requests

from tap_epicor_kinetic.exceptions import (
    Answer,
    AnswerTooSlowError,
    EpicorError,
    EpicorPageError,
    EpicorRetriableError,
    IdentityRefusedError,
    ODataResponseError,
    TokenRejectedError,
)
from tap_epicor_kinetic.http.answers import JSON, XML, error_document, judge
from tap_epicor_kinetic.http.auth import authenticator
from tap_epicor_kinetic.http.bodies import (
    MEBIBYTE,
    METADATA_LIMIT,
    PAGE_LIMIT,
    SMALL_LIMIT,
    read_body,
)
from tap_epicor_kinetic.http.connections import bounded
from tap_epicor_kinetic.http.failures import Place, broken_connections
from tap_epicor_kinetic.http.first_answer import FirstAnswer, without_instance
from tap_epicor_kinetic.http.observations import Observations
from tap_epicor_kinetic.http.redaction import Redaction
from tap_epicor_kinetic.http.repetition import HEAVY_TRIES, Patience
from tap_epicor_kinetic.http.transport import open_session, way_to
from tap_epicor_kinetic.odata.encodings import in_utf_8

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from tap_epicor_kinetic.http.server_settings import ServerSettings

_T = TypeVar("_T")

QUERY_LIMIT = 2_048
"""Characters of a query string that IIS accepts by default."""

_GOOD_LIMITS = {JSON: PAGE_LIMIT, XML: METADATA_LIMIT}


class EpicorClient:
    """A connection pool to one server; safe for threads.

    Every answer is judged here, so that callers see either what they read from a body or one of the
    package's errors.
    """

    def __init__(
        self,
        settings: ServerSettings,
        logger: logging.Logger,
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Prepare the pool; nothing is sent yet.

        Args:
            settings: Where the server is and how to speak to it.
            logger: Gets a line for each repetition.
            waiting: Surrounds each request with its pauses; a place to leave when the run is to
                stop.
        """
        self.settings = settings
        self._logger = logger
        self._waiting = waiting
        self._session = open_session(settings)
        self._authenticator = authenticator(settings, self._session, logger)
        # No cache between here and the server may answer with what it answered before.
        headers = {"Cache-Control": "no-cache", **settings.headers}
        self._template = requests.Request("GET", settings.base_url, headers=headers).prepare()
        self._way = way_to(self._session, settings, settings.base_url)
        self._seen = Observations(logger)
        self._first = FirstAnswer(lambda: self._seen.answers > 0)
        self._closed = threading.Event()
        self._redaction = Redaction(settings.identity)

    @property
    def answers(self) -> int:
        """How many answers have come, errors among them."""
        return self._seen.answers

    def server_time(self) -> datetime | None:
        """Return what the server's clock shows now, in UTC; `None` before its first answer.

        It is the last answer's `Date`, by the second, and the time since then.
        """
        return self._seen.server_time()

    def get(
        self,
        path: str,
        read: Callable[[bytes], _T],
        *,
        service: str,
        query: str = "",
        accept: str = JSON,
        heavy_tries: int = HEAVY_TRIES,
    ) -> _T:
        """Return what `read` makes of the body of `base_url/path?query`.

        Args:
            path: Percent-encoded path below the base URL.
            read: Reads a body; if it raises `EpicorRetriableError`, the request is repeated.
            service: What the log calls it: `Erp.BO.VendorSvc/Vendors`.
            query: Encoded query string, sent as it is.
            accept: Media type to ask for.
            heavy_tries: Tries before a page that the server fails on is given up as too heavy.

        Raises:
            EpicorPageError: If the server kept failing on the page, or did not answer in time.
            ServerUnreachableError: If the server cannot be reached; at once, if that is known.
            EpicorRetriableError: If it kept failing in a way that usually passes.
            EpicorStreamError: If the answer is final.
        """
        url = f"{self.settings.base_url}/{path}" + (f"?{query}" if query else "")
        ask = partial(self._read_once, url, read, service, accept)
        with self._waiting():
            return self._first.guarded(service, partial(self._repeated, ask, heavy_tries))

    def close(self) -> None:
        """Send nothing more, end the pauses before repetitions, and close idle connections."""
        self._closed.set()
        self._session.close()

    def _repeated(self, ask: Callable[[], _T], heavy_tries: int) -> _T:
        """Return what an attempt gives, after as many as are worth while."""
        patience = Patience(
            self.settings.retry_wait_seconds, lambda: self._seen.answers > 0, heavy_tries
        )
        while True:
            try:
                return ask()
            except (EpicorRetriableError, EpicorPageError) as error:
                pause = patience.pause_after(error)
                if pause is None and isinstance(error, TokenRejectedError):
                    raise IdentityRefusedError(error.answer, error.advice) from None
                if pause is None:
                    raise
                self._logger.warning(
                    "%s; try %d of %d in %.0f s",
                    str(error).rstrip("."),
                    patience.tries + 1,
                    patience.most_tries(error),
                    pause,
                )
                if self._closed.wait(pause):
                    raise

    def _read_once(self, url: str, read: Callable[[bytes], _T], service: str, accept: str) -> _T:
        headers, body = self._get_once(url, service, accept)
        try:
            found = read(body)
        except EpicorError:
            told = error_document(service, headers, body, accept)
            if told is None:
                raise
            raise self._redaction.of(told, {}) from None
        self._first.note_success()
        return found

    def _get_once(self, url: str, service: str, accept: str) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body of a good answer to one request."""
        identity = self._authenticator.headers()
        request = self._template.copy()
        request.url = url
        request.headers.update(identity)
        request.headers["Accept"] = accept
        with (
            broken_connections(self._place(url, service), self._too_slow(service, accept)),
            bounded(self._way.seconds),
            self._session.send(request, **self._way.options()) as response,
        ):
            good = response.status_code == requests.codes.ok
            limit = _GOOD_LIMITS[accept] if good else SMALL_LIMIT
            taken = read_body(response, limit)
        self._seen.note(service, response.headers)
        if good and taken is None:
            raise ODataResponseError(
                Answer(service, message=f"the answer exceeds {limit // MEBIBYTE} MiB"),
                "Lower page_size or select fewer columns.",
            )
        body = taken or b""
        if accept == JSON:
            body = in_utf_8(body, response.headers.get("Content-Type", ""))
        try:
            judge(service, response.status_code, response.headers, body, accept)
        except EpicorError as error:
            raise self._judged(error, identity) from None
        return response.headers, body

    def _judged(self, error: EpicorError, identity: Mapping[str, str]) -> EpicorError:
        """Return the error that an answer stands for, as it may be shown."""
        if isinstance(error, TokenRejectedError) and not self._authenticator.renew(identity):
            error = IdentityRefusedError(error.answer, error.advice)
        elif not self._first.has_succeeded:
            error = without_instance(error, self.settings.base_url)
        return self._redaction.of(error, identity)

    def _place(self, url: str, service: str) -> Place:
        return Place(
            service, f"Check base_url and that {urlsplit(url).netloc} can be reached from here."
        )

    def _too_slow(self, service: str, accept: str) -> EpicorError:
        """Return the error of an answer that did not come in time: a page may be smaller."""
        answer = Answer(
            service, message=f"no whole answer within {self.settings.timeout_seconds:g} seconds"
        )
        if accept == XML:
            return AnswerTooSlowError(answer, "Raise timeout_seconds.")
        return EpicorPageError(answer, "Ask for fewer records or raise timeout_seconds.")

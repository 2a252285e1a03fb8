"""What the answers of a run say of the server beside their content: its clock, and caches."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from tap_epicor_kinetic.http.answers import http_date

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping
    from datetime import datetime

_AGE = re.compile(r"\s*0*[1-9]\d{0,9}\s*\Z", re.ASCII)


class Observations:
    """Notes the headers of every answer; safe for threads."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without any answer.

        Args:
            logger: Hears once of answers from a cache.
            clock: Monotonic seconds.
        """
        self._logger = logger
        self._clock = clock
        self._lock = threading.Lock()
        self._server_clock: tuple[datetime, float] | None = None
        self._cache_noticed = False
        self.answers = 0

    def note(self, service: str, headers: Mapping[str, str]) -> None:
        """Note an answer that has come.

        Args:
            service: What the log calls the request.
            headers: The answer's, any case.
        """
        cached = bool(_AGE.match(headers.get("Age", ""))) or "HIT" in (
            headers.get("X-Cache", "").upper()
        )
        with self._lock:
            self.answers += 1
            says_so = cached and not self._cache_noticed
            self._cache_noticed |= cached
            # What a cache kept bears the date of an earlier moment.
            moment = None if cached else http_date(headers.get("Date"))
            if moment is not None:
                self._server_clock = (moment, self._clock())
        if says_so:
            self._logger.warning(
                "%s: an answer came from a cache between here and the server, although none was "
                "to be used; it may be older than the data. Exempt the server's address from it",
                service,
            )

    def server_time(self) -> datetime | None:
        """Return what the server's clock shows now, `None` before it was seen."""
        if self._server_clock is None:
            return None
        moment, since = self._server_clock
        try:
            return moment + timedelta(seconds=self._clock() - since)
        except OverflowError:
            return moment

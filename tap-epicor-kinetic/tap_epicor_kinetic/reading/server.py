"""The server as readings see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable
    from concurrent.futures import Executor, Future
    from datetime import datetime

    from tap_epicor_kinetic.http.client import EpicorClient
    from tap_epicor_kinetic.odata.pages import Page

THREADS = "epicor"
"""What the names of the threads begin with that send requests."""


@dataclass(frozen=True, slots=True)
class Server:
    """What every reading shares.

    Attributes:
        client: Sends requests.
        executor: Runs them, as many at a time as may be in flight.
        wait: Returns the result of a request; a place to leave when the run is to stop.
        page_size: Rows per request.
        in_flight: Requests at a time.
        logger: Gets what people should know.
        clock: Tells the server's own time, as far as it is known.
        companies: The companies that the run reads.
    """

    client: EpicorClient
    executor: Executor
    wait: Callable[[Future[Page]], Page]
    page_size: int
    in_flight: int
    logger: logging.Logger
    clock: Callable[[], datetime]
    companies: tuple[str, ...] = ()

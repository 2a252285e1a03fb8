"""The server as readings see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable
    from concurrent.futures import Executor, Future

    from tap_epicor_kinetic.http.client import EpicorClient
    from tap_epicor_kinetic.odata.pages import Page

THREADS = "epicor"
"""What the names of the threads begin with that send requests."""


@dataclass(frozen=True, slots=True)
class Server:
    """What every reading shares: HTTP client, thread pool, page size, logger."""

    client: EpicorClient
    executor: Executor
    wait: Callable[[Future[Page]], Page]
    page_size: int
    in_flight: int
    logger: logging.Logger

"""The rows of one reading, as they are asked for, and how many at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable
    from concurrent.futures import Executor, Future

    from tap_epicor_kinetic.odata.page_request import PageRequest
    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.order import Order, Position
    from tap_epicor_kinetic.reading.page_check import PageCheck

_DEEPEST_SKIP = 20_000


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one reading, as they are asked for.

    Attributes:
        fetch: Sends one request and returns its page; called from the executor's threads.
        position: Returns where a record stands in `order`.
        order: The total order that `fetch` asks the server for.
        check: Looks whether a page can be the one that was asked for.
        source: Name for errors and the log.
        is_unique: Whether no two rows share the first value of the order.
        are_expected: Whether there must be rows, so that an empty answer is asked for again.
    """

    fetch: Callable[[PageRequest], Page]
    position: Callable[[RawRecord], Position]
    order: Order
    check: PageCheck
    source: str
    is_unique: bool = False
    are_expected: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """How a reading goes on.

    Attributes:
        page_size: Rows per request.
        ahead: Pages to ask for before they are needed; the executor bounds how many at a time.
        executor: Runs the requests.
        wait: Returns the result of a request; a place to leave when the run is to stop.
        logger: Hears of moved rows, short pages and smaller requests.
        deepest_skip: Rows after which a window ends, since deep `$skip` is slow on the server.
    """

    page_size: int
    ahead: int
    executor: Executor
    wait: Callable[[Future[Page]], Page]
    logger: logging.Logger
    deepest_skip: int = _DEEPEST_SKIP

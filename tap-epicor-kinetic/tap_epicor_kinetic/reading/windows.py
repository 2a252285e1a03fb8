"""Reading a moving table by `$top`/`$skip` without losing a row.

Rows are read in a total order. A *window* is the part of the order at or behind an *anchor*, cut
off by a filter; inside it, pages are asked for by `$skip`, several at a time, each beginning with
the last row of the page before. While nothing moves, every page begins with that row. When a row
ahead of it was updated, deleted or inserted meanwhile, all positions behind shift and another row
stands there: the pages already fetched are thrown away and a new window is anchored at the last row
that fitted.

Why this loses nothing: each page is a contiguous stretch of the order at its moment. If row R ends
one page and begins the next, every row that did not change and sorts behind R is in that next page
or behind it, no matter when the two pages were fetched. Plain `$skip` has no such link: one update
ahead of the page border moves a row across it, unseen.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorPageError,
    EpicorStreamError,
    ODataQueryError,
    ODataResponseError,
    OrderIgnoredError,
)
from tap_epicor_kinetic.odata.page_request import PageRequest
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.order import Order, Stretch
from tap_epicor_kinetic.reading.page_fetch import SMALLEST_PAGE
from tap_epicor_kinetic.reading.window import Window

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.order import Position

_DEEPEST_SKIP = 20_000
_FRUITLESS_WINDOWS = 5


class WindowReader:
    """Reads one source from a position to its end; see the module's text for the method."""

    def __init__(  # noqa: PLR0913 - everything that a reading depends on, stated once
        self,
        fetch: Callable[[PageRequest], Page],
        position: Callable[[RawRecord], Position],
        order: Order,
        executor: Executor,
        *,
        source: str,
        page_size: int,
        ahead: int,
        logger: logging.Logger,
        wait: Callable[[Future[Page]], Page] = lambda pending: pending.result(),
        deepest_skip: int = _DEEPEST_SKIP,
    ) -> None:
        """Prepare a reading.

        Args:
            fetch: Sends one request and returns its page; called from the executor's threads.
            position: Returns where a record stands in `order`.
            order: The total order that `fetch` asks the server for.
            executor: Runs the requests.
            source: Name for errors and the log.
            page_size: Rows per request.
            ahead: Pages to ask for before they are needed; the executor bounds how many at a time.
            logger: Hears of moved rows, short pages and smaller requests.
            wait: Returns the result of a request; a place to leave when the run is to stop.
            deepest_skip: Rows after which a window ends, since deep `$skip` is slow on the server.
        """
        self._fetch = fetch
        self._position = position
        self._order = order
        self._executor = executor
        self._source = source
        self._top = page_size
        self._ahead = ahead
        self._logger = logger
        self._wait = wait
        self._deepest_skip = deepest_skip
        self._anchors_proven = False
        self._counts_proven = False
        self._server_counts = True
        self._links_noticed = False

    def read(self, anchor: Position | None = None) -> Iterator[Stretch]:
        """Yield all rows behind `anchor` (or all rows), in order.

        Raises:
            EpicorStreamError: If the server's pages cannot be made to fit, or a request fails for
                good.
        """
        last, estimate, moves, fruitless = anchor, None, 0, 0
        begun: tuple[str | None, Position] | None = None
        while fruitless <= _FRUITLESS_WINDOWS:
            window = Window(last, estimate, ask_count=self._server_counts)
            fruitless += 1
            for request, page in self._pages(window):
                if not request.skip and page.records:
                    if begun is None:
                        self._check_order(page)
                    begun = self._begun(begun, request, page, last)
                records = self._joined(page, request, last)
                if records is None or _denies_rows(request, page):
                    moves += 1
                    break
                window.advance(request, page)
                if records:
                    last, fruitless = self._position(records[-1]), 0
                    yield Stretch(records, last, window.remaining)
                if window.is_finished(request, page, records):
                    if self._hides_more(request, page):
                        break
                    self._report(moves)
                    return
                self._notice_next_link(page)
                self._notice_short_page(request, page)
                if window.skip >= self._deepest_skip and self._lies_beyond(window.anchor, last):
                    break
            estimate = window.remaining
        raise self._misfit()

    def _check_order(self, page: Page) -> None:
        """Raise if the first page is not in order.

        Only integers are compared: how a server sorts text is its own affair, and dates come in
        several forms.
        """
        if not self._order.terms[0].is_integer:
            return
        values = [value_of(self._position(record)[0]) for record in page.records]
        numbers = [int(value) for value in values if value is not None]
        if numbers != sorted(numbers):
            raise OrderIgnoredError(
                Answer(self._source, message="the server ignores $orderby"),
                "Read it through a search service or a BAQ.",
            )

    def _begun(
        self,
        before: tuple[str | None, Position] | None,
        request: PageRequest,
        page: Page,
        last: Position | None,
    ) -> tuple[str | None, Position]:
        """Return filter and first place of a window; raise if another filter gave the same place.

        Only a server that ignores the filter does that, and reading on would never end.
        """
        place = self._position(page.records[0])
        repeated = before is not None and before[0] != request.anchor and before[1] == place
        if repeated and last and place != last and (self._order.compound or place[0] != last[0]):
            raise self._misfit()
        return request.anchor, place

    def _misfit(self) -> ODataResponseError:
        return ODataResponseError(
            Answer(self._source, message="the server's pages do not fit together"),
            "It may ignore $filter or $orderby on this set, or return none of the rows that it "
            "counts; read it through a search service or a BAQ.",
        )

    def _pages(self, window: Window) -> Iterator[tuple[PageRequest, Page]]:
        """Yield the window's pages in order, with others on their way, until the caller stops."""
        anchor = self._order.anchored(window.anchor) if window.anchor else None
        queue: deque[tuple[PageRequest, Future[Page]]] = deque()
        try:
            while True:
                for request in window.plan(anchor, self._top, self._ahead)[len(queue) :]:
                    queue.append((request, self._executor.submit(self._fetch, request)))
                request, pending = queue.popleft()
                try:
                    page = self._wait(pending)
                except (EpicorPageError, ODataQueryError) as error:
                    # A refusal has a status; without one the server was only too slow.
                    if error.answer.status and self._can_do_without(request, window):
                        return
                    if isinstance(error, ODataQueryError):
                        raise
                    self._halve(error, request)
                    _discard(queue)
                    continue
                self._anchors_proven |= window.anchor is not None
                self._counts_proven |= request.count
                yield request, page
                if len(page.records) < request.top:
                    _discard(queue)
        finally:
            _discard(queue)

    def _joined(
        self, page: Page, request: PageRequest, last: Position | None
    ) -> Sequence[RawRecord] | None:
        """Return the page's records behind `last`, or `None` if the page does not join it."""
        records = page.records
        if last is None or (not records and not request.skip):
            return records
        if not records:
            return None
        if self._position(records[0]) == last:
            return records[1:]
        if request.skip:
            return None
        # A window's first page joins by its filter. Its anchor row may have moved away meanwhile
        # or, when windows are anchored on the first term alone, stand behind others with an equal
        # value.
        if not self._order.compound:
            for index, record in enumerate(records):
                if self._position(record) == last:
                    return records[index + 1 :]
        return records

    def _lies_beyond(self, anchor: Position | None, last: Position | None) -> bool:
        """Return whether a window anchored at `last` begins behind one anchored at `anchor`."""
        if anchor is None or last is None or self._order.compound:
            return True
        return anchor[0] != last[0]

    def _can_do_without(self, request: PageRequest, window: Window) -> bool:
        """Give up what the server may have refused; return whether there was anything to try."""
        if request.count and not self._counts_proven:
            self._logger.info("%s: the server does not count; going on without", self._source)
            self._server_counts = False
            return True
        return self._can_simplify(window)

    def _can_simplify(self, window: Window) -> bool:
        """Fall back on filters over the first term; return whether that was still to be tried."""
        if (
            self._anchors_proven
            or window.anchor is None
            or not self._order.compound
            or len(self._order.terms) == 1
        ):
            return False
        self._logger.info(
            "%s: the server refuses a filter over the whole key; rows with an equal %s are read "
            "again when needed",
            self._source,
            self._order.names[0],
        )
        self._order = Order(self._order.terms, compound=False)
        return True

    def _hides_more(self, request: PageRequest, page: Page) -> bool:
        """Return whether a window of one row is one because the server returns no more at a time.

        Only asked of servers that do not count; one that does has said so already.
        """
        if request.skip or page.count is not None or len(page.records) != 1:
            return False
        behind = self._executor.submit(self._fetch, PageRequest(request.anchor, 1, request.top))
        return bool(self._wait(behind).records)

    def _notice_next_link(self, page: Page) -> None:
        """Say once that the server offers links of its own.

        They would be plain offsets again, without the row of overlap; and a link may lead anywhere,
        so it only tells that more is to come.
        """
        if page.next_link is not None and not self._links_noticed:
            self._links_noticed = True
            self._logger.info(
                "%s: the server offers a next link; it is not followed, pages go on by $skip",
                self._source,
            )

    def _notice_short_page(self, request: PageRequest, page: Page) -> None:
        """Go on with the server's own limit when it is below the page size."""
        length = len(page.records)
        if request.skip or length >= request.top:
            return
        if length == 1 and page.count is not None:
            raise ODataResponseError(
                Answer(self._source, message="the server returns one row at a time"),
                "Ask its administrator to raise the row limit of REST calls.",
            )
        if length == 1:
            return
        self._logger.info(
            "%s: the server returns %d rows where %d were asked for; going on with that",
            self._source,
            length,
            request.top,
        )
        self._top = length

    def _halve(self, error: EpicorPageError, request: PageRequest) -> None:
        """Halve the page after the server failed on it; raise when it is small already."""
        if request.top <= SMALLEST_PAGE:
            raise EpicorStreamError(
                error.answer,
                f"It failed even on {request.top} rows. Deselect derived columns, or read this "
                "stream through a "
                "search service or a BAQ.",
            ) from error
        self._top = max(SMALLEST_PAGE, request.top // 2)
        self._logger.warning("%s; asking for %d rows instead of %d", error, self._top, request.top)

    def _report(self, moves: int) -> None:
        if moves:
            self._logger.info(
                "%s: rows moved %d times while being read; none was lost", self._source, moves
            )


def _denies_rows(request: PageRequest, page: Page) -> bool:
    """Return whether a window's first page has none of the rows that it counts itself.

    Taken for the end, such an answer would lose them all.
    """
    return not request.skip and not page.records and bool(page.count)


def _discard(queue: deque[tuple[PageRequest, Future[Page]]]) -> None:
    """Forget what is under way; a request that already runs ends unheard."""
    for _, pending in queue:
        pending.cancel()
    queue.clear()

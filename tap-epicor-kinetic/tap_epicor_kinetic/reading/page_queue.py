"""The requests of a reading: several under way at a time, in forms that this server accepts."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorPageError,
    EpicorStreamError,
    ODataQueryError,
    ODataResponseError,
)
from tap_epicor_kinetic.reading.page_fetch import SMALLEST_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from tap_epicor_kinetic.odata.page_request import PageRequest
    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.reading.rows import Pace, Rows
    from tap_epicor_kinetic.reading.window import Window


class PageQueue:
    """Asks for the pages of windows, and gives up what the server turns out to refuse.

    Attributes:
        order: The order, and whether filters over all of its terms are accepted.
        server_counts: Whether the server answers `$count`, as far as is known.
    """

    def __init__(self, rows: Rows, pace: Pace) -> None:
        self.order = rows.order
        self.server_counts = True
        self._rows = rows
        self._pace = pace
        self._source = rows.source
        self._logger = pace.logger
        self._top = pace.page_size
        self._anchors_proven = False
        self._counts_proven = False
        self._links_noticed = False

    def ask(self, request: PageRequest) -> Page:
        """Return the page of one request."""
        return self._pace.wait(self._pace.executor.submit(self._rows.fetch, request))

    def pages(self, window: Window) -> Iterator[tuple[PageRequest, Page]]:
        """Yield the window's pages in order, with others on their way, until the caller stops."""
        anchor = self.order.anchored(window.anchor) if window.anchor else None
        queue: deque[tuple[PageRequest, Future[Page]]] = deque()
        try:
            while True:
                for request in window.plan(anchor, self._top, self._pace.ahead)[len(queue) :]:
                    pending = self._pace.executor.submit(self._rows.fetch, request)
                    queue.append((request, pending))
                request, pending = queue.popleft()
                try:
                    page = self._pace.wait(pending)
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

    def notice(self, request: PageRequest, page: Page) -> None:
        """Follow the server's own limit of rows, and say once that it offers links.

        Raises:
            ODataResponseError: If the limit leaves no room for the row of overlap.
        """
        self._notice_next_link(page)
        self._notice_short_page(request, page)

    def _can_do_without(self, request: PageRequest, window: Window) -> bool:
        """Give up what the server may have refused; return whether there was anything to try."""
        if request.count and not self._counts_proven:
            self._logger.info("%s: the server does not count; going on without", self._source)
            self.server_counts = False
            return True
        return self._can_simplify(window)

    def _can_simplify(self, window: Window) -> bool:
        """Fall back on filters over the first term; return whether that was still to be tried."""
        if (
            self._anchors_proven
            or window.anchor is None
            or not self.order.compound
            or len(self.order.terms) == 1
        ):
            return False
        self._logger.info(
            "%s: the server refuses a filter over the whole key; rows with an equal %s are read "
            "again when needed",
            self._source,
            self.order.first.name,
        )
        self.order = replace(self.order, compound=False)
        return True

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
                "stream through a search service or a BAQ.",
            ) from error
        self._top = max(SMALLEST_PAGE, request.top // 2)
        self._logger.warning("%s; asking for %d rows instead of %d", error, self._top, request.top)


def _discard(queue: deque[tuple[PageRequest, Future[Page]]]) -> None:
    """Forget what is under way; a request that already runs ends unheard."""
    for _, pending in queue:
        pending.cancel()
    queue.clear()

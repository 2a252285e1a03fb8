"""Reading a moving table by `$top`/`$skip` without losing a row.

Rows are read in a total order. A *window* is the part of the order at or behind an *anchor*, cut
off by a filter; inside it, pages are asked for by `$skip`, several at a time, each beginning with
the last row of the page before. While nothing moves, every page begins with that row. When a row
ahead of it was updated, deleted or inserted meanwhile, all positions behind shift and another row
stands there: the pages already fetched are thrown away and a new window is anchored at one of the
last rows that fitted.

Why this loses nothing: each page is a contiguous stretch of the order at its moment. If row R ends
one page and begins the next, every row that did not change and sorts behind R is in that next page
or behind it, no matter when the two pages were fetched. Plain `$skip` has no such link: one update
ahead of the page border moves a row across it, unseen.

A window's first page must begin with one of the last rows read. If all of them moved, or there are
none yet and the server does not count, the same answer must come twice. Pages out of order, outside
their filter or of another company are never taken, whatever else fits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorPageError,
    ODataResponseError,
    OrderIgnoredError,
    RepeatedCursorError,
)
from tap_epicor_kinetic.reading.order import Stretch
from tap_epicor_kinetic.reading.page_queue import PageQueue
from tap_epicor_kinetic.reading.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_epicor_kinetic.odata.page_request import PageRequest
    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.comparison import Comparable
    from tap_epicor_kinetic.reading.order import Order, Position
    from tap_epicor_kinetic.reading.rows import Pace, Rows

_FRUITLESS_WINDOWS = 10
_SAME_ANSWER_TRIES = 4
_TAIL_ROWS = 8


class WindowReader:
    """Reads one source from a position to its end; see the module's text for the method.

    Its many small methods are the conditions of one proof, and share the tail of what was read.
    """

    def __init__(self, rows: Rows, pace: Pace) -> None:
        """Prepare a reading.

        Args:
            rows: What is read.
            pace: How many rows and requests at a time, and who waits for them.
        """
        self._rows = rows
        self._pace = pace
        self._queue = PageQueue(rows, pace)
        self._tail: list[Position] = []
        self._page_end: Position = ()
        self._latest_value: Comparable | None = None
        self._disorders = 0
        self._counted = False

    @property
    def may_count(self) -> bool:
        """Whether the server has not refused to say how many rows there are."""
        return self._queue.server_counts

    @property
    def counts(self) -> bool:
        """Whether the server said how many rows there are."""
        return self._counted and self._queue.server_counts

    @property
    def order(self) -> Order:
        """The order, with what this server turned out to accept."""
        return self._queue.order

    def read(self) -> Iterator[Stretch]:
        """Yield all rows, in order.

        Raises:
            EpicorStreamError: If the server's pages cannot be made to fit, or a request fails for
                good.
        """
        estimate, moves, fruitless = None, 0, 0
        while fruitless <= _FRUITLESS_WINDOWS:
            anchor = self._tail[0] if self._tail else None
            window = Window(anchor, estimate, ask_count=self._queue.server_counts)
            fruitless += 1
            for request, page in self._queue.pages(window):
                self._counted |= page.count is not None
                stretch = self._joined(request, page, window)
                if stretch is None:
                    moves += 1
                    break
                window.advance(request, page)
                self._remember(page, stretch)
                if stretch.records:
                    fruitless = 0
                    yield replace(
                        stretch,
                        asked_at=page.asked_at,
                        remaining=window.remaining,
                        is_all=window.is_whole(request, page),
                    )
                if window.is_finished(request, page, stretch.records):
                    if self._hides_more(request, page):
                        break
                    self._report(moves)
                    return
                self._queue.notice(request, page)
                if window.skip >= self._pace.deepest_skip and self._lies_beyond(anchor):
                    self._tail = self._tail[-1:]
                    break
            estimate = window.remaining
        raise misfit(self._rows.source)

    def _joined(self, request: PageRequest, page: Page, window: Window) -> Stretch | None:
        """Return the page's rows that are new, or `None` if it is not the page asked for."""
        check = self._rows.check
        if page.records and (
            check.is_of_another_set(page.records) or check.is_of_another_company(page.records)
        ):
            return None
        values = check.values(page.records)
        if not self._fits(page, values, window):
            return None
        if request.skip:
            if not page.records or self._position(page.records[0]) != self._page_end:
                return None
            if self._page_end == self._tail[-1]:
                return self._stretch(page.records[1:], values[1:])
        elif page.count and not page.records:
            return None  # It denies the rows that it counts itself.
        places = [self._position(record) for record in page.records] if self._tail else []
        latest = max((n for n, place in enumerate(places) if place in self._tail), default=-1)
        if not request.skip and not (
            self._proves_itself(page, places, latest) or self._comes_again(request, page)
        ):
            return None
        # Late commits may stand between rows that were read before.
        new = [
            nth
            for nth in range(len(page.records))
            if nth > latest or (self.order.compound and places[nth] not in self._tail)
        ]
        return self._stretch(
            [page.records[nth] for nth in new], [values[nth] for nth in new if values]
        )

    def _fits(self, page: Page, values: Sequence[Comparable | None], window: Window) -> bool:
        """Return whether nothing in a page contradicts that it was asked for.

        Raises:
            OrderIgnoredError: If it keeps being out of order.
        """
        check = self._rows.check
        if not page.records:
            return True
        if not check.is_in_order(values):
            self._disorders += 1
            if self._disorders > 1:
                raise OrderIgnoredError(
                    Answer(self._rows.source, message="the server ignores $orderby"),
                    "Read it through a search service or a BAQ.",
                )
            return False
        self._disorders = 0
        return check.is_inside(values, window.anchor)

    def _proves_itself(self, page: Page, places: Sequence[Position], latest: int) -> bool:
        """Return whether a window's first page can only be the one that was asked for."""
        if not self._tail:
            return page.count is not None and (bool(page.records) or not self._rows.are_expected)
        if latest < 0:
            return False
        # Where only the first term can be filtered, rows with an equal value stand before.
        return places[0] in self._tail or (
            not self.order.compound and places[0][0] == self._tail[0][0]
        )

    def _comes_again(self, request: PageRequest, page: Page) -> bool:
        """Return whether the same answer comes twice; the first row stands for it."""
        for _ in range(_SAME_ANSWER_TRIES):
            try:
                again = self._queue.ask(request)
            except EpicorPageError:
                return False
            if _first(again) == _first(page):
                # A page in which a row moved meanwhile is as good as the one before.
                return True
            page = again
        return False

    def _stretch(
        self, records: Sequence[RawRecord], values: Sequence[Comparable | None]
    ) -> Stretch:
        if self._rows.is_unique and values:
            if len({*values, self._latest_value}) <= len(values):
                raise RepeatedCursorError(
                    Answer(self._rows.source, message=f"rows share a {self.order.first.name}")
                )
            self._latest_value = values[-1]
        last = self._position(records[-1]) if records else ()
        return Stretch(records, last, None, values)

    def _remember(self, page: Page, stretch: Stretch) -> None:
        """Keep the last places, of which one will still be there when others have moved."""
        if page.records:
            self._page_end = self._position(page.records[-1])
        if stretch.records:
            rows = max(1, min(_TAIL_ROWS, len(page.records) // 2))
            self._tail = [self._position(record) for record in page.records[-rows:]]

    def _position(self, record: RawRecord) -> Position:
        return self._rows.position(record)

    def _lies_beyond(self, anchor: Position | None) -> bool:
        """Return whether the next window begins behind the one anchored at `anchor`."""
        if anchor is None or self.order.compound:
            return True
        return anchor[0] != self._tail[-1][0]

    def _hides_more(self, request: PageRequest, page: Page) -> bool:
        """Return whether rows stand behind a page of one known row, which looks like the end.

        The server may return one row at a time, or have left out the others. Only asked of servers
        that do not count; those that do are held to their counts.
        """
        if self.counts or len(page.records) != 1:
            return False
        behind = replace(request, skip=request.skip + 1, count=False)
        return bool(self._queue.ask(behind).records)

    def _report(self, moves: int) -> None:
        if moves:
            self._pace.logger.info(
                "%s: rows moved %d times while being read; none was lost", self._rows.source, moves
            )


def misfit(source: str) -> ODataResponseError:
    """Return the error of pages that contradict each other."""
    return ODataResponseError(
        Answer(source, message="the server's pages do not fit together"),
        "It may ignore $filter or $orderby on this set, or return none of the rows that it "
        "counts; read it through a search service or a BAQ.",
    )


def _first(page: Page) -> tuple[bytes | None, bool]:
    """Return what tells one answer from another: its first row, and whether it is empty."""
    if not page.records:
        return None, True
    return bytes(page.records[0]), False

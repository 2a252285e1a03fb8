"""What one request tells of a stream in a company, by one route."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import EpicorError, EpicorPageError, ODataQueryError
from tap_epicor_kinetic.odata.page_request import PageRequest
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.order import Stretch
from tap_epicor_kinetic.reading.page_fetch import PageFetcher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_epicor_kinetic.odata.pages import Page, PageReader
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.odata.queries import Query
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.cursors import Cursor
    from tap_epicor_kinetic.reading.route import Route
    from tap_epicor_kinetic.reading.row_query import RowQuery
    from tap_epicor_kinetic.reading.server import Server


class SingleQuestions:
    """Asks for one row, or for a number: the highest cursor, a count, a row by its own time.

    A method for each question, and short ones for what is known without asking.
    """

    def __init__(self, server: Server, asked: RowQuery) -> None:
        """Prepare to ask; nothing is requested yet.

        Args:
            server: HTTP client, thread pool, page size, logger.
            asked: What all requests have in common.
        """
        self._server = server
        self._asked = asked

    @property
    def company(self) -> str:
        """Company in the path."""
        return self._asked.company

    @property
    def columns(self) -> tuple[str, ...]:
        """The stream's columns that are asked for, which may be fewer by a way round."""
        return self._asked.selected

    @property
    def route(self) -> Route:
        """Source and cursor."""
        return self._asked.route

    @property
    def cursor(self) -> Cursor | None:
        """The column that orders the changes, `None` to read the whole table."""
        return self._asked.cursor

    @property
    def lacks_company(self) -> bool:
        """Whether records do not say themselves which company they are of."""
        return self._asked.lacks_company

    def _nested_rows(self, stretch: Stretch, pages: PageReader) -> Stretch:
        """Return the rows below those of a stretch, where `$expand` put them there."""
        if not self.route.navigation:
            return stretch
        rows: list[RawRecord] = [
            row for above in stretch.records for row in pages.below(above, self.route.navigation)
        ]
        return replace(stretch, records=rows)

    def highest(self, heavy_tries: int | None = None) -> KeyValue:
        """Return the cursor's highest value, `None` without rows or cursor.

        Args:
            heavy_tries: As of `first`.
        """
        page = self.first(heavy_tries=heavy_tries)
        if not page.records or self.cursor is None:
            return None
        names = self._asked.order_names()
        value = value_of(self._asked.pages().position(page.records[0], names)[0])
        return int(str(value)) if self.cursor.prop.is_integer and value is not None else value

    def first(self, rows: int = 1, *, heavy_tries: int | None = None) -> Page:
        """Return one row, or a few: asked for as a page is, what a route must be able to do.

        By a cursor they are those with the highest values.

        Args:
            rows: How many at most.
            heavy_tries: How often to ask a server that fails on it; `None`: as often as usual.
        """
        query = self._asked.query(self.cursor.from_the_start() if self.cursor else None)
        if self.cursor:
            query = replace(query, order=tuple(f"{name} desc" for name in query.order))
        return self._fetcher(query, heavy_tries=heavy_tries)(PageRequest(None, 0, rows))

    def latest(self, rows: int) -> Sequence[RawRecord]:
        """Return some of the stream's rows, by a cursor the latest."""
        records = self.first(rows).records
        return self._nested_rows(Stretch(records, (), None), self._asked.pages()).records

    def fails_only_in_order(self) -> bool:
        """Return whether the server fails on this order and filter, and on nothing else.

        Some servers refuse them by an internal error (500). That is told from a failure that passes
        by asking for a row without them in between.
        """
        fetch = self._fetcher(self._asked.plain_query(), heavy_tries=1)
        try:
            fetch(PageRequest(None, 0, 1))
        except EpicorError:
            return False
        try:
            self.first(heavy_tries=1)
        except EpicorPageError as error:
            return error.answer.status is not None
        return False

    def count(self, condition: str | None) -> int | None:
        """Return how many rows meet a condition, `None` if the server does not say."""
        try:
            request = PageRequest(None, 0, 1, count=True)
            return self._count_fetcher(condition)(request).count
        except (ODataQueryError, EpicorPageError):
            return None

    def cursor_of(self, record: RawRecord) -> KeyValue:
        """Return the cursor of a record."""
        return value_of(self._asked.pages().position(record, self._asked.order_names())[0])

    def finds_own_row(self, value: KeyValue) -> bool:
        """Return whether the server finds a row by its own cursor, as filters write it.

        Raises:
            ODataQueryError: If it does not accept the filter.
        """
        if self.cursor is None:
            return True
        fetch = self._fetcher(self._asked.count_query(self.cursor.equal_to(value)))
        # A filter that the server moves may find another row.
        return [value] == [self.cursor_of(row) for row in fetch(PageRequest(None, 0, 1)).records]

    def _count_fetcher(self, condition: str | None) -> Callable[[PageRequest], Page]:
        """Return what asks for a count, with no column but those that tell where a row stands."""
        fetch = self._fetcher(self._asked.count_query(condition))
        wait, executor = self._server.wait, self._server.executor
        return lambda request: wait(executor.submit(fetch, request))

    def _fetcher(
        self, query: Query, pages: PageReader | None = None, heavy_tries: int | None = None
    ) -> PageFetcher:
        """Return what fetches the pages of a query."""
        pages = pages or self._asked.pages()
        client, company = self._server.client, self._asked.company
        return PageFetcher(client, company, query, pages, heavy_tries=heavy_tries)

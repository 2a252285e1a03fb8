"""One stream of one company, read by one route."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    EpicorError,
    EpicorPageError,
    ODataQueryError,
    OrderIgnoredError,
    RepeatedCursorError,
)
from tap_epicor_kinetic.odata.page_request import PageRequest
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.order import Stretch
from tap_epicor_kinetic.reading.page_check import PageCheck
from tap_epicor_kinetic.reading.page_fetch import PageFetcher
from tap_epicor_kinetic.reading.proven import COUNTED, ProvenReader, Questions
from tap_epicor_kinetic.reading.ranges import RangeReader
from tap_epicor_kinetic.reading.rows import Pace, Rows
from tap_epicor_kinetic.reading.wanted import Wanted
from tap_epicor_kinetic.reading.windows import WindowReader, misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_epicor_kinetic.odata.pages import Page, PageReader
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.odata.queries import Query
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.bound import Bound
    from tap_epicor_kinetic.reading.cursors import Cursor
    from tap_epicor_kinetic.reading.order import Position
    from tap_epicor_kinetic.reading.route import Route
    from tap_epicor_kinetic.reading.row_query import RowQuery
    from tap_epicor_kinetic.reading.server import Server


class Reading:
    """The rows of one stream in one company by one route.

    Attributes:
        proof: How the last reading was proven, empty before its end.
    """

    def __init__(self, server: Server, asked: RowQuery) -> None:
        """Prepare a reading; nothing is requested yet.

        Args:
            server: HTTP client, thread pool, page size, logger.
            asked: What all requests have in common.
        """
        self._server = server
        self._asked = asked
        self.proof = ""

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

    # What comes

    def stretches(self, wanted: Wanted, *, checkpoint_rows: int) -> Iterator[Stretch]:
        """Yield the wanted rows in order, and checkpoints up to which they are proven.

        Raises:
            NotWholeError: If the source counts rows that it does not return.
            EpicorStreamError: If they cannot be read for another reason.
        """
        try:
            yield from self._with_nulls(wanted, checkpoint_rows)
        except OrderIgnoredError as error:
            if not (self.cursor and self.cursor.is_unique):
                raise
            self._server.logger.warning("%s; reading by ranges of the cursor", error.answer)
            yield from self._by_ranges(wanted)
        except RepeatedCursorError as error:
            if not self.route.key:
                raise
            self._server.logger.warning(
                "%s: %s; the key joins the order", self._asked.source, error.answer.message
            )
            self._asked.let_key_join_the_order()
            yield from self._with_nulls(wanted, checkpoint_rows)

    def sample(self, condition: str | None, limit: int) -> Iterator[Stretch]:
        """Yield some rows that meet a condition, without any proof."""
        pages = self._asked.pages()
        rows = self._rows(Wanted(condition), pages)
        for stretch in WindowReader(
            rows, self._pace(min(self._server.page_size, limit + 1))
        ).read():
            yield self._nested_rows(stretch, pages)
            return

    def _with_nulls(self, wanted: Wanted, checkpoint_rows: int) -> Iterator[Stretch]:
        """Yield the wanted rows, and those without a cursor.

        One request does for both, where one page holds them all. Else they are read apart: a filter
        that says `or` cannot be narrowed further on every server.
        """
        if wanted.nulls is None:
            yield from self._in_order(wanted, checkpoint_rows)
            return
        pages = self._asked.pages()
        rows = self._rows(
            replace(wanted, filter=f"({wanted.filter}) or {wanted.nulls}", nulls=None), pages
        )
        try:
            first = next(WindowReader(rows, self._pace(self._server.page_size)).read(), None)
        except (ODataQueryError, EpicorPageError):
            first = None
        if first is not None and first.is_all and wanted.unproven is None:
            yield replace(first, is_checkpoint=True)
            self.proof = COUNTED
            return
        yield from self._in_order(Wanted(wanted.nulls), checkpoint_rows)
        came = False
        for stretch in self._in_order(replace(wanted, nulls=None), checkpoint_rows):
            came = came or bool(stretch.records)
            yield stretch
        if not came and first is not None and any(value is not None for value in first.values):
            raise misfit(self._asked.source)

    def _in_order(self, wanted: Wanted, checkpoint_rows: int) -> Iterator[Stretch]:
        pages = self._asked.pages()
        if wanted.unproven is not None:
            # The part has a filter of its own, whatever is wanted now.
            earlier = self._proven_reader(Wanted(), pages, None)
            for stretch in earlier.prove_earlier(wanted.unproven):
                yield self._nested_rows(stretch, pages)
        # Half of a whole table is no place to go on from, so no checkpoint is of use.
        reader = self._proven_reader(wanted, pages, checkpoint_rows if self.cursor else None)
        for stretch in reader.read():
            yield self._nested_rows(stretch, pages)
        self.proof = reader.proof

    def _proven_reader(
        self, wanted: Wanted, pages: PageReader, checkpoint_rows: int | None
    ) -> ProvenReader:
        questions = Questions(
            self._count_fetcher(wanted.filter),
            lambda: self._bound(wanted.highest),
            is_bound_known=wanted.highest is not None or self.cursor is None,
        )
        return ProvenReader(
            self._rows(wanted, pages),
            self._pace(self._server.page_size),
            questions,
            checkpoint_rows=checkpoint_rows,
        )

    def _by_ranges(self, wanted: Wanted) -> Iterator[Stretch]:
        pages = self._asked.pages()
        rows = self._rows(wanted, pages)
        ranges = RangeReader(
            rows.fetch,
            rows.position,
            rows.order.first,
            source=self._asked.source,
            page_size=self._server.page_size,
        )
        for stretch in ranges.read():
            yield stretch
            yield Stretch((), stretch.last, None, is_checkpoint=True)
        self.proof = COUNTED

    def _rows(self, wanted: Wanted, pages: PageReader) -> Rows:
        names, order = self._asked.order_names(), self._asked.order()

        def position(record: RawRecord) -> Position:
            return pages.position(record, names)

        lowest = None if self.cursor is None else self.cursor.comparable(wanted.lowest)
        return Rows(
            fetch=self._fetcher(self._asked.query(wanted.filter), pages),
            position=position,
            order=order,
            check=PageCheck(
                order.first,
                names[0],
                position,
                lowest=lowest,
                key=self._asked.identifying(),
                foreign_companies=self._asked.foreign(self._server.companies),
            ),
            source=self._asked.source,
            is_unique=bool(self.cursor and self.cursor.is_unique),
            are_expected=wanted.are_expected,
        )

    def _pace(self, page_size: int) -> Pace:
        return Pace(
            page_size=page_size,
            # As many again wait in line, so that no thread idles while a page is being written.
            ahead=2 * self._server.in_flight,
            executor=self._server.executor,
            wait=self._server.wait,
            logger=self._server.logger,
        )

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

    def _bound(self, highest: KeyValue) -> Bound | None:
        """Return up to where rows are counted; the server is asked if nobody knows yet."""
        if self.cursor is None or not self.cursor.is_comparable:
            return None
        top = self.highest() if highest is None else highest
        return self.cursor.bound(top, self._server.clock())

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

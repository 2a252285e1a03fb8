"""One stream of one company, read by one route."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    EpicorPageError,
    ODataQueryError,
    OrderIgnoredError,
    RepeatedCursorError,
)
from tap_epicor_kinetic.reading.order import Stretch
from tap_epicor_kinetic.reading.page_check import PageCheck
from tap_epicor_kinetic.reading.proven import COUNTED, ProvenReader, Questions
from tap_epicor_kinetic.reading.ranges import RangeReader
from tap_epicor_kinetic.reading.rows import Pace, Rows
from tap_epicor_kinetic.reading.single_questions import SingleQuestions
from tap_epicor_kinetic.reading.wanted import Wanted
from tap_epicor_kinetic.reading.windows import WindowReader, misfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_epicor_kinetic.odata.pages import PageReader
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.bound import Bound
    from tap_epicor_kinetic.reading.order import Position
    from tap_epicor_kinetic.reading.row_query import RowQuery
    from tap_epicor_kinetic.reading.server import Server


class Reading(SingleQuestions):
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
        super().__init__(server, asked)
        self.proof = ""

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

    def _bound(self, highest: KeyValue) -> Bound | None:
        """Return up to where rows are counted; the server is asked if nobody knows yet."""
        if self.cursor is None or not self.cursor.is_comparable:
            return None
        top = self.highest() if highest is None else highest
        return self.cursor.bound(top, self._server.clock())

"""One stream of one company, read by one route."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorError,
    EpicorPageError,
    ODataQueryError,
    ODataResponseError,
    OrderIgnoredError,
    RepeatedCursorError,
)
from tap_epicor_kinetic.http.answers import XML
from tap_epicor_kinetic.odata.metadata import parse_metadata
from tap_epicor_kinetic.odata.page_request import PageRequest
from tap_epicor_kinetic.odata.pages import PageReader
from tap_epicor_kinetic.odata.properties import Property
from tap_epicor_kinetic.odata.queries import COMPANY, Query
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.cursors import ROW_VERSION, Cursor
from tap_epicor_kinetic.reading.order import Order, Stretch
from tap_epicor_kinetic.reading.page_check import PageCheck
from tap_epicor_kinetic.reading.page_fetch import PageFetcher
from tap_epicor_kinetic.reading.proven import COUNTED, ProvenReader, Questions
from tap_epicor_kinetic.reading.ranges import RangeReader
from tap_epicor_kinetic.reading.rows import Pace, Rows
from tap_epicor_kinetic.reading.windows import WindowReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.bound import Bound
    from tap_epicor_kinetic.reading.order import Position
    from tap_epicor_kinetic.reading.prover import Part
    from tap_epicor_kinetic.reading.route import Route
    from tap_epicor_kinetic.reading.server import Server


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are wanted, and what is known of them.

    Attributes:
        filter: Condition over the source's rows, `None` for all.
        nulls: Condition for further rows, those without a cursor.
        lowest: The lowest cursor that the filter lets through.
        highest: The highest cursor that there is, if it was asked for already.
        are_expected: Whether there must be some.
        unproven: A part that an interrupted reading read, but could not prove any more.
    """

    filter: str | None = None
    nulls: str | None = None
    lowest: KeyValue = None
    highest: KeyValue = None
    are_expected: bool = False
    unproven: Part | None = None


class Reading:
    """The rows of one stream in one company by one route.

    Attributes:
        route: Source and cursor.
        cursor: The column that orders the changes, `None` to read the whole table.
        lacks_company: Whether records do not say themselves which company they are of.
        proof: How the last reading was proven, empty before its end.
    """

    def __init__(
        self,
        server: Server,
        company: str,
        route: Route,
        properties: Mapping[str, Property],
        selected: Sequence[str],
        key: Sequence[str],
    ) -> None:
        """Prepare a reading; nothing is requested yet.

        Args:
            server: HTTP client, thread pool, page size, logger.
            company: Company in the path.
            route: Source and cursor.
            properties: The stream's columns by name.
            selected: The columns to ask for, key and cursor among them.
            key: The stream's key columns.
        """
        self._server = server
        self._company = company
        self.route = route
        self._properties = properties
        self._selected = tuple(selected)
        self._key = tuple(key)
        self.cursor = (
            Cursor(properties[route.cursor], is_unique=route.cursor == ROW_VERSION)
            if route.cursor
            else None
        )
        self.proof = ""
        self._names = dict(route.columns)
        # A BAQ's company stands in its address, and seldom in a column.
        self.lacks_company = (
            COMPANY in self._selected
            and (route.source.is_baq or properties[COMPANY].is_of_call)
            and COMPANY not in self._names
        )

    # What is asked for

    @property
    def columns(self) -> tuple[str, ...]:
        """The stream's columns that are asked for, which may be fewer by a way round."""
        return self._selected

    def _order_names(self) -> tuple[str, ...]:
        """Return the columns of the total order: the cursor, and the key unless it never ties."""
        if self.cursor is None:
            return self.route.key
        if self.cursor.is_unique:
            return (self.cursor.name,)
        return (self.cursor.name, *(name for name in self.route.key if name != self.cursor.name))

    @property
    def _source(self) -> str:
        """What errors and the log call it."""
        return f"{self.route.label} in {self._company}"

    def _written(self, name: str) -> str:
        """Return the source's name of a column."""
        return self._names.get(name, name)

    def _query(self, condition: str | None) -> Query:
        order = self._order_names()
        asked = [name for name in self._selected if name != COMPANY or not self.lacks_company]
        if self.route.navigation:
            anchors, columns = order, tuple(asked)
            row_key = tuple(name for name in self._key if name in asked)
        else:
            places = dict.fromkeys((*order, *self._key))
            anchors = tuple(self._written(name) for name in places if name in asked)
            columns = tuple(self._written(name) for name in asked if name not in places)
            row_key = ()
        return Query(
            source=self.route.source,
            anchors=anchors,
            columns=columns,
            order=tuple(self._written(name) for name in order),
            filter=condition,
            navigation=self.route.navigation,
            row_key=row_key,
        )

    def _pages(self) -> PageReader:
        return PageReader(
            self.route.source.label,
            [self._properties[name] for name in self._selected],
            renames={written: name for name, written in self._names.items()},
            nested=bool(self.route.navigation),
        )

    def _order(self) -> Order:
        """Return the order with the source's own column names, as filters need them."""
        return Order(
            tuple(
                # A parent's key is no column of the stream; its values tell how to write them.
                replace(
                    self._properties.get(name) or Property(name, "Edm.String"),
                    name=self._written(name),
                )
                for name in self._order_names()
            )
        )

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
                "%s: %s; the key joins the order", self._source, error.answer.message
            )
            self.cursor = replace(self.cursor, is_unique=False) if self.cursor else None
            yield from self._with_nulls(wanted, checkpoint_rows)

    def sample(self, condition: str | None, limit: int) -> Iterator[Stretch]:
        """Yield some rows that meet a condition, without any proof."""
        pages = self._pages()
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
        pages = self._pages()
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
        apart = Wanted(wanted.nulls)
        yield from self._in_order(apart, checkpoint_rows)
        yield from self._in_order(replace(wanted, nulls=None), checkpoint_rows)

    def _in_order(self, wanted: Wanted, checkpoint_rows: int) -> Iterator[Stretch]:
        pages = self._pages()
        rows = self._rows(wanted, pages)
        questions = Questions(
            self._count_fetcher(wanted.filter),
            lambda: self._bound(wanted.highest),
            is_bound_known=wanted.highest is not None or self.cursor is None,
        )
        reader = ProvenReader(
            rows,
            self._pace(self._server.page_size),
            questions,
            # Half of a whole table is no place to go on from, so no checkpoint is of use.
            checkpoint_rows=checkpoint_rows if self.cursor else None,
        )
        if wanted.unproven is not None:
            yield from reader.prove_earlier(wanted.unproven)
        for stretch in reader.read():
            yield self._nested_rows(stretch, pages)
        self.proof = reader.proof

    def _by_ranges(self, wanted: Wanted) -> Iterator[Stretch]:
        pages = self._pages()
        rows = self._rows(wanted, pages)
        ranges = RangeReader(
            rows.fetch,
            rows.position,
            rows.order.first,
            source=self._source,
            page_size=self._server.page_size,
        )
        for stretch in ranges.read():
            yield stretch
            yield Stretch((), stretch.last, None, is_checkpoint=True)
        self.proof = COUNTED

    def _rows(self, wanted: Wanted, pages: PageReader) -> Rows:
        names, order = self._order_names(), self._order()

        def position(record: RawRecord) -> Position:
            return pages.position(record, names)

        lowest = None if self.cursor is None else self.cursor.comparable(wanted.lowest)
        return Rows(
            fetch=PageFetcher(
                self._server.client, self._company, self._query(wanted.filter), pages
            ),
            position=position,
            order=order,
            check=PageCheck(
                order.first,
                names[0],
                position,
                lowest=lowest,
                foreign_companies=self._foreign_companies(),
            ),
            source=self._source,
            is_unique=bool(self.cursor and self.cursor.is_unique),
            are_expected=wanted.are_expected,
        )

    def _foreign_companies(self) -> frozenset[str]:
        """Return the companies whose rows must not come here."""
        if COMPANY not in self._key or self.route.source.is_baq:
            return frozenset()
        return frozenset(self._server.companies) - {self._company}

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
        query = replace(self._query(condition), columns=(), row_key=())
        if self.route.navigation:
            # Rows of the parent are counted, and the filter is on those below.
            source = replace(query.source, filter=None)
            query = replace(query, source=source, navigation=())
        fetch = PageFetcher(self._server.client, self._company, query, self._pages())
        wait, executor = self._server.wait, self._server.executor
        return lambda request: wait(executor.submit(fetch, request))

    def _bound(self, highest: KeyValue) -> Bound | None:
        """Return up to where rows are counted; the server is asked if nobody knows yet."""
        if self.cursor is None or not self.cursor.is_comparable:
            return None
        top = self.highest() if highest is None else highest
        cursor = replace(self.cursor, prop=self._order().first)
        return cursor.bound(top, self._server.clock())

    def _nested_rows(self, stretch: Stretch, pages: PageReader) -> Stretch:
        """Return the rows below those of a stretch, where `$expand` put them there."""
        if not self.route.navigation:
            return stretch
        rows: list[RawRecord] = [
            row for above in stretch.records for row in pages.below(above, self.route.navigation)
        ]
        return replace(stretch, records=rows)

    def highest(self) -> KeyValue:
        """Return the cursor's highest value, `None` without rows or cursor."""
        page = self.first()
        if not page.records or self.cursor is None:
            return None
        names = self._order_names()
        value = value_of(self._pages().position(page.records[0], names)[0])
        return int(str(value)) if self.cursor.prop.is_integer and value is not None else value

    def first(self) -> Page:
        """Return one row, asked for as a page is: what a route must be able to do.

        By a cursor it is the row with the highest value.
        """
        query = self._query(self.cursor.from_the_start() if self.cursor else None)
        if self.cursor:
            query = replace(query, order=tuple(f"{name} desc" for name in query.order))
        fetch = PageFetcher(self._server.client, self._company, query, self._pages())
        return fetch(PageRequest(None, 0, 1))

    def fails_only_in_order(self) -> bool:
        """Return whether the server fails on this order and filter, and on nothing else.

        Some servers refuse them by an internal error (500). That is told from a failure that passes
        by asking for a row without them in between.
        """
        query = self._query(None)
        plain = replace(query, order=(), source=replace(query.source, filter=None))
        fetch = PageFetcher(self._server.client, self._company, plain, self._pages())
        try:
            fetch(PageRequest(None, 0, 1))
        except EpicorError:
            return False
        try:
            self.first()
        except EpicorPageError as error:
            return error.answer.status is not None
        return False

    # What another source offers

    def adapted(self) -> Reading:
        """Return the reading by its route's own columns, as that source's metadata lists them.

        Columns that it lacks are left out; a BAQ's `Alias_Column` stands for `Column`.

        Raises:
            ODataResponseError: If it lacks a key column or the cursor.
        """
        source = self.route.source
        metadata = self._server.client.get(
            source.metadata_path(self._company),
            lambda body: parse_metadata(source.service, body),
            service=f"{source.service}/$metadata",
            accept=XML,
        )
        entity_type = metadata.entity_set(source.entity_set, is_baq=source.is_baq)
        return self._with_columns(_matched(self._selected, entity_type.properties))

    def _with_columns(self, matched: Mapping[str, str]) -> Reading:
        needed = [*self._key, *([self.route.cursor] if self.route.cursor else [])]
        missing = [name for name in needed if name not in matched and name != COMPANY]
        if missing:
            raise ODataResponseError(
                Answer(self.route.source.label, message=f"it lacks {', '.join(missing)}")
            )
        kept = [name for name in self._selected if name in matched or name == COMPANY]
        left_out = [name for name in self._selected if name not in kept]
        if left_out:
            self._server.logger.info("%s lacks %s", self.route.label, ", ".join(left_out))
        renamed = tuple((name, written) for name, written in matched.items() if name != written)
        route = replace(self.route, columns=renamed)
        return Reading(self._server, self._company, route, self._properties, kept, self._key)


def _matched(names: Sequence[str], available: Mapping[str, object]) -> dict[str, str]:
    """Return the source's name of each column that it has."""
    by_suffix: dict[str, list[str]] = {}
    for written in available:
        by_suffix.setdefault(written.partition("_")[2], []).append(written)
    matched = {}
    for name in names:
        if name in available:
            matched[name] = name
        elif len(by_suffix.get(name, ())) == 1:
            matched[name] = by_suffix[name][0]
    return matched

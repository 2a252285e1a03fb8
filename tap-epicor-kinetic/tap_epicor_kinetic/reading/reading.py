"""One stream of one company, read by one route."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorPageError,
    ODataResponseError,
    OrderIgnoredError,
)
from tap_epicor_kinetic.http.answers import XML
from tap_epicor_kinetic.odata.metadata import parse_metadata
from tap_epicor_kinetic.odata.page_request import PageRequest
from tap_epicor_kinetic.odata.pages import PageReader
from tap_epicor_kinetic.odata.properties import Property
from tap_epicor_kinetic.odata.queries import COMPANY, Query
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.cursors import Cursor
from tap_epicor_kinetic.reading.order import Order
from tap_epicor_kinetic.reading.page_fetch import PageFetcher
from tap_epicor_kinetic.reading.ranges import RangeReader
from tap_epicor_kinetic.reading.windows import WindowReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.order import Position, Stretch
    from tap_epicor_kinetic.reading.route import Route
    from tap_epicor_kinetic.reading.server import Server


class Reading:
    """The rows of one stream in one company by one route."""

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
        self.cursor = Cursor(properties[route.cursor]) if route.cursor else None
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

    def stretches(self, condition: str | None, limit: int | None = None) -> Iterator[Stretch]:
        """Yield the rows that meet a condition, in order.

        Args:
            condition: Filter over the source's rows.
            limit: Rows after which to stop, `None` for all.
        """
        pages, names = self._pages(), self._order_names()
        fetch = PageFetcher(self._server.client, self._company, self._query(condition), pages)
        source = f"{self.route.label} in {self._company}"
        page_size = min(self._server.page_size, limit + 1) if limit else self._server.page_size

        def position(record: RawRecord) -> Position:
            return pages.position(record, names)

        windows = WindowReader(
            fetch,
            position,
            self._order(),
            self._server.executor,
            source=source,
            page_size=page_size,
            # As many again wait in line, so that no thread idles while a page is being written.
            ahead=1 if limit else 2 * self._server.in_flight,
            logger=self._server.logger,
            wait=self._server.wait,
        )
        stretches = windows.read()
        if self.cursor and self.cursor.is_unique:
            ranges = RangeReader(
                fetch, position, self.cursor.prop, source=source, page_size=page_size
            )
            stretches = self._in_order_or_ranges(stretches, ranges)
        for stretch in stretches:
            yield self._nested_rows(stretch, pages) if self.route.navigation else stretch
            if limit:
                return

    def _in_order_or_ranges(
        self, stretches: Iterator[Stretch], ranges: RangeReader
    ) -> Iterator[Stretch]:
        """Yield the windows' stretches or, when the server ignores the order, the ranges'."""
        try:
            yield from stretches
        except OrderIgnoredError as error:
            self._server.logger.warning("%s; reading by ranges of the cursor", error.answer)
            yield from ranges.read()

    def _nested_rows(self, stretch: Stretch, pages: PageReader) -> Stretch:
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
        try:
            return fetch(PageRequest(None, 0, 1))
        except EpicorPageError:
            # A server error may be a passing one; a route is not given up for it.
            return fetch(PageRequest(None, 0, 1))

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

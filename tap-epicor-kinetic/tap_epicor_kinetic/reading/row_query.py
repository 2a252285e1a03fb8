"""What is asked for by one route in one company: columns, order, and how answers are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.odata.pages import PageReader
from tap_epicor_kinetic.odata.properties import Property
from tap_epicor_kinetic.odata.queries import COMPANY, Query
from tap_epicor_kinetic.reading.cursors import ROW_VERSION, Cursor
from tap_epicor_kinetic.reading.order import Order

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tap_epicor_kinetic.odata.notes import PageNotes
    from tap_epicor_kinetic.reading.route import Route


class RowQuery:
    """The question that all requests of a reading have in common.

    Attributes:
        company: Company in the path.
        route: Source and cursor.
        cursor: The column that orders the changes, `None` to read the whole table.
        lacks_company: Whether records do not say themselves which company they are of.
    """

    def __init__(
        self,
        company: str,
        route: Route,
        properties: Mapping[str, Property],
        selected: Sequence[str],
        key: Sequence[str],
        notes: PageNotes | None = None,
    ) -> None:
        """Prepare the question.

        Args:
            company: Company in the path.
            route: Source and cursor.
            properties: The stream's columns by name.
            selected: The columns to ask for, key and cursor among them.
            key: The stream's key columns.
            notes: What the stream's pages tell beside their records.
        """
        self.company = company
        self.route = route
        self.properties = {
            name: replace(prop, zone=route.zone) if prop.is_temporal else prop
            for name, prop in properties.items()
        }
        self.selected = tuple(selected)
        self.key = tuple(key)
        self._notes = notes
        self._names = dict(route.columns)
        self.cursor: Cursor | None = None
        if route.cursor:
            prop = self.properties[route.cursor]
            self.cursor = Cursor(
                route.cursor,
                replace(prop, name=self._written(route.cursor)),
                is_unique=route.cursor == ROW_VERSION,
            )
        # A BAQ's company stands in its address, and seldom in a column.
        self.lacks_company = (
            COMPANY in self.selected
            and (route.source.is_baq or properties[COMPANY].is_of_call)
            and COMPANY not in self._names
        )

    @property
    def source(self) -> str:
        """What errors and the log call it."""
        return f"{self.route.label} in {self.company}"

    def let_key_join_the_order(self) -> None:
        """Order by the key as well, where the cursor turned out not to be unique."""
        if self.cursor:
            self.cursor = replace(self.cursor, is_unique=False)

    def order_names(self) -> tuple[str, ...]:
        """Return the columns of the total order: the cursor, and the key unless it never ties."""
        if self.cursor is None:
            return self.route.key
        if self.cursor.is_unique:
            return (self.cursor.name,)
        return (self.cursor.name, *(name for name in self.route.key if name != self.cursor.name))

    def _written(self, name: str) -> str:
        """Return the source's name of a column."""
        return self._names.get(name, name)

    def query(self, condition: str | None) -> Query:
        """Return the query for rows that meet a condition."""
        order = self.order_names()
        asked = [name for name in self.selected if name != COMPANY or not self.lacks_company]
        if self.route.navigation:
            anchors, columns = order, tuple(asked)
            row_key = tuple(name for name in self.key if name in asked)
        else:
            places = dict.fromkeys((*order, *self.key))
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

    def count_query(self, condition: str | None) -> Query:
        """Return the query with no column but those that tell where a row stands.

        Where rows stand below others, those are counted, and the settings' filter is on the rows.
        """
        query = replace(self.query(condition), columns=(), row_key=())
        if not self.route.navigation:
            return query
        return replace(query, source=replace(query.source, filter=None), navigation=())

    def plain_query(self) -> Query:
        """Return the query for any rows, in no order."""
        query = self.query(None)
        return replace(query, order=(), source=replace(query.source, filter=None))

    def identifying(self) -> tuple[str, ...]:
        """Return the columns by which a row of this source is known, as records name them."""
        if self.route.navigation:
            return self.order_names()
        return tuple(name for name in self.key if name in self.selected and not self._lacks(name))

    def foreign(self, companies: Collection[str]) -> frozenset[str]:
        """Return those of the run's companies whose rows must not come here."""
        if COMPANY not in self.key or self.route.source.is_baq:
            return frozenset()
        return frozenset(companies) - {self.company}

    def _lacks(self, name: str) -> bool:
        return name == COMPANY and self.lacks_company

    def pages(self) -> PageReader:
        """Return what reads the answers."""
        return PageReader(
            self.route.source.label,
            [self.properties[name] for name in self.selected],
            renames={written: name for name, written in self._names.items()},
            nested=bool(self.route.navigation),
            notes=self._notes,
        )

    def order(self) -> Order:
        """Return the order with the source's own column names, as filters need them."""
        return Order(
            tuple(
                # A parent's key is no column of the stream; its values tell how to write them.
                replace(
                    self.properties.get(name) or Property(name, "Edm.String"),
                    name=self._written(name),
                )
                for name in self.order_names()
            )
        )

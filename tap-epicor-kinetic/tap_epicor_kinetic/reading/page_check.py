"""Whether a page can be the one that was asked for: in order, inside its filter, of its company.

A cache, or a server under load, may answer a request with the page of another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_epicor_kinetic.odata.queries import COMPANY
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.comparison import column_pattern, comparable, comparables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from tap_epicor_kinetic.odata.properties import Property
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.comparison import Comparable
    from tap_epicor_kinetic.reading.order import Position


class PageCheck:
    """Looks at the first term of a reading's order in every record of a page."""

    def __init__(
        self,
        prop: Property,
        column: str,
        position: Callable[[RawRecord], Position],
        *,
        lowest: Comparable | None = None,
        key: Collection[str] = (),
        foreign_companies: Collection[str] = (),
    ) -> None:
        """Prepare the checks.

        Args:
            prop: The first term of the order.
            column: Its name in the records.
            position: Returns where a record stands in the order.
            lowest: The lowest value of the first term that the reading's filter lets through.
            key: Columns that every row has.
            foreign_companies: Companies that the run reads too, but not in this reading.
        """
        self._prop = prop
        self._position = position
        self._lowest = lowest
        self._find = column_pattern(column)
        self._can_compare = prop.is_number or prop.is_temporal
        self._find_key = [column_pattern(name) for name in key]
        self._find_company = column_pattern(COMPANY)
        self._foreign = {f'"{company}"'.encode() for company in foreign_companies}

    def values(self, records: Sequence[RawRecord]) -> list[Comparable | None]:
        """Return the first term of each record, nothing if such values cannot be compared.

        Raises:
            ODataResponseError: If a record lacks it.
        """
        if not self._can_compare:
            return []
        found = list(map(self._find, records))
        written = [
            self._position(record)[0] if match is None else match[1]
            for match, record in zip(found, records, strict=True)
        ]
        try:
            return comparables(self._prop, written)
        except (ValueError, TypeError, ArithmeticError):
            # Let it be said which record is not of its declared type.
            for record in records:
                self._position(record)
            raise

    @staticmethod
    def is_in_order(values: Sequence[Comparable | None]) -> bool:
        """Return whether values rise, nulls first, as SQL Server sorts them."""
        present = [value for value in values if value is not None]
        nulls = len(values) - len(present)
        return all(value is None for value in values[:nulls]) and present == sorted(present)

    def is_inside(self, values: Sequence[Comparable | None], anchor: Position | None) -> bool:
        """Return whether the filter of the reading and that of its window let all values through.

        Args:
            values: In order.
            anchor: Where the window begins.
        """
        if not values:
            return True
        lowest = next((value for value in values if value is not None), None)
        if lowest is not None and self._lowest is not None and lowest < self._lowest:  # type: ignore[operator]
            return False
        bound = None if anchor is None else comparable(self._prop, value_of(anchor[0]))
        if bound is None:
            return True
        return values[0] is not None and values[0] >= bound  # type: ignore[operator]

    def is_of_another_set(self, records: Sequence[RawRecord]) -> bool:
        """Return whether the first row lacks a column that every row of this set has."""
        first = bytes(records[0])
        return any(find(first) is None for find in self._find_key)

    def is_of_another_company(self, records: Sequence[RawRecord]) -> bool:
        """Return whether a page begins or ends with a row of another company that is read too."""
        if not self._foreign:
            return False
        ends = (self._find_company(bytes(record)) for record in (records[0], records[-1]))
        return any(match is not None and match[1] in self._foreign for match in ends)

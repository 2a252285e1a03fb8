"""Reading by ranges of the cursor, for a server that ignores `$orderby`.

Without an order there are no pages, but a filter still cuts the rows into sets. A range that has
more rows than one answer holds is cut in two at a value out of its middle; ranges are read from low
to high. A row that changes moves to a higher cursor, so to a range that is still to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import Answer, ODataResponseError
from tap_epicor_kinetic.odata.page_request import PageRequest
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.order import Stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.odata.properties import Property
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.order import Position


class RangeReader:
    """Reads one source by ranges of an integer cursor that no two rows share."""

    def __init__(
        self,
        fetch: Callable[[PageRequest], Page],
        position: Callable[[RawRecord], Position],
        cursor: Property,
        *,
        source: str,
        page_size: int,
    ) -> None:
        """Prepare a reading.

        Args:
            fetch: Sends one request and returns its page.
            position: Returns a record's cursor, as bytes, in a tuple of one.
            cursor: The cursor column.
            source: Name for errors.
            page_size: Rows per request.
        """
        self._fetch = fetch
        self._position = position
        self._cursor = cursor
        self._source = source
        self._page_size = page_size

    def read(self) -> Iterator[Stretch]:
        """Yield all rows, range by range, each range in the order of the cursor.

        Raises:
            ODataResponseError: If the server does not count, so that a range cannot be known to be
                complete, or ignores the filter too.
        """
        ranges: list[tuple[int | None, int | None]] = [(None, None)]
        while ranges:
            low, high = ranges.pop()
            page = self._fetch(
                PageRequest(self._between(low, high), 0, self._page_size, count=True)
            )
            if page.count is None:
                raise self._misfit("it neither orders nor counts rows")
            if not page.records:
                continue
            placed = sorted(
                (int(str(value_of(self._position(row)[0]))), row) for row in page.records
            )
            if page.count > len(placed):
                middle = self._middle([value for value, _ in placed], low, high)
                ranges += [(middle, high), (low, middle)]
                continue
            last = self._position(placed[-1][1])
            rows = [row for _, row in placed]
            yield Stretch(rows, last, None, asked_at=page.asked_at)

    def _middle(self, values: list[int], low: int | None, high: int | None) -> int:
        middle = values[len(values) // 2]
        inside = (low is None or middle > low) and (high is None or middle < high)
        if not inside or len(values) == 1:
            raise self._misfit("it ignores $orderby and does not answer a range completely")
        return middle

    def _between(self, low: int | None, high: int | None) -> str | None:
        name = self._cursor.name
        parts = [f"{name} ge {low}" if low is not None else "", f"{name} lt {high}" if high else ""]
        return " and ".join(part for part in parts if part) or None

    def _misfit(self, why: str) -> ODataResponseError:
        return ODataResponseError(
            Answer(self._source, message=why), "Read it through a search service or a BAQ."
        )

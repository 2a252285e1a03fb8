"""The proof that a reading is whole: afterwards the source counts no more rows than were read.

Counted is up to a bound that was known when the reading began. Rows that change meanwhile move
above it, and rows that are deleted go, so that the source can only count fewer. Where it counts
more, halves of the part are counted until the stretch is found in which rows are missing; that
stretch is read again, and the numbers must fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import Answer, EpicorPageError, NotWholeError, ODataQueryError
from tap_epicor_kinetic.odata.literals import both
from tap_epicor_kinetic.odata.page_request import PageRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.reading.order import Order, Position, Stretch
    from tap_epicor_kinetic.reading.tally import Tally

_ROUNDS = 3
_COUNT_TRIES = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the rows.

    Attributes:
        filter: What its rows meet beside the reading's own condition.
        read: Rows that were read of it.
    """

    filter: str | None
    read: int


class Prover:
    """Asks the source how many rows it has, and reads again where it has more than were read."""

    def __init__(
        self,
        count: Callable[[PageRequest], Page],
        read_again: Callable[[str | None], Iterator[Stretch]],
        source: str,
    ) -> None:
        """Prepare; nothing is requested yet.

        Args:
            count: Sends one request over the reading's own condition and returns its page.
            read_again: Reads what meets one more filter.
            source: Name for errors.
        """
        self._ask = count
        self._read_again = read_again
        self._source = source

    def prove(
        self, tally: Tally, order: Order, within: str | None, *, to_the_end: bool
    ) -> Iterator[Stretch]:
        """Yield what the reading missed of a part.

        Args:
            tally: What was read of it.
            order: The order of the reading, with what the server accepts of it.
            within: Filter over all that is counted.
            to_the_end: Whether the part goes on behind the last row that was read of it.

        Raises:
            NotWholeError: If the source goes on counting rows that it does not return.
            ODataQueryError: If the server refuses to count.
        """
        try:
            yield from self._proven(tally, order, within, to_the_end=to_the_end)
        except (ODataQueryError, EpicorPageError):
            if not order.compound or len(order.terms) == 1:
                raise
            # Some servers refuse filters over several columns; one column tells as much.
            simple = replace(order, compound=False)
            yield from self._proven(tally, simple, within, to_the_end=to_the_end)

    def _proven(
        self, tally: Tally, order: Order, within: str | None, *, to_the_end: bool
    ) -> Iterator[Stretch]:
        marks = tally.marks

        def part(low: int, high: int) -> Part:
            """Return what stands behind mark `low` and not behind mark `high`."""
            begin = tally.begin if low < 0 else marks[low].place
            place: Position | None = marks[high].place if high < len(marks) else None
            before = 0 if low < 0 else marks[low].rows
            upto = marks[high].rows if high < len(marks) else tally.rows
            return Part(both(order.between(begin, place), within), upto - before)

        if not (marks or to_the_end):
            return
        last = len(marks) if to_the_end else len(marks) - 1
        missing: Part | None = None
        for _ in range(_ROUNDS):
            missing = self._missing(part(-1, last))
            if missing is None:
                return
            found = list(self._narrowed(part, -1, last))
            for each in found:
                yield from self._filled(each)
            if found:
                return
        # Rows moved between the counts, again and again.
        if missing is not None:
            yield from self._filled(missing)

    def prove_alone(self, part: Part) -> Iterator[Stretch]:
        """Yield a part again that has more rows than were read of it."""
        if self._missing(part) is not None:
            yield from self._filled(part)

    def _narrowed(self, part: Callable[[int, int], Part], low: int, high: int) -> Iterator[Part]:
        """Yield the smallest known parts in which rows are missing."""
        if high - low <= 1:
            yield part(low, high)
            return
        middle = (low + high) // 2
        halves = ((low, middle), (middle, high))
        for half in [each for each in halves if self._missing(part(*each)) is not None]:
            yield from self._narrowed(part, *half)

    def _missing(self, part: Part) -> Part | None:
        """Return the part if the source counts more rows in it than were read."""
        return part if self._count(part.filter, part.read) > part.read else None

    def _filled(self, part: Part) -> Iterator[Stretch]:
        """Yield a part again, until as many rows came as the source counts.

        Raises:
            NotWholeError: If they never do.
        """
        counted = came = 0
        for _ in range(_ROUNDS):
            came = 0
            for stretch in self._read_again(part.filter):
                came += len(stretch.records)
                yield stretch
            counted = self._count(part.filter, came)
            if counted <= came:
                return
        raise NotWholeError(
            Answer(
                self._source,
                message=f"the server counts {counted:,} rows of which it returns {came:,}",
            ),
            "The stream is not whole. Run again; if it stays so, read it through a search service "
            "or a BAQ.",
        )

    def _count(self, condition: str | None, expected: int) -> int:
        """Return how many rows the source has.

        An answer without a count, or with more rows than were asked for, is one to another request.
        Where fewer rows are counted than were read the question is asked once more, and the
        greater number taken.

        Raises:
            ODataQueryError: If the server refuses to count.
        """
        counts: list[int] = []
        request = PageRequest(condition, 0, 1, count=True)
        for _ in range(_COUNT_TRIES):
            page = self._ask(request)
            if page.count is None or len(page.records) > 1:
                continue
            counts.append(page.count)
            if page.count >= expected or len(counts) == 2:  # noqa: PLR2004
                return max(counts)
        if counts:
            return max(counts)
        raise ODataQueryError(Answer(self._source, message="the server does not count"))

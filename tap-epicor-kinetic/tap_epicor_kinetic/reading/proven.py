"""A reading with its proof: stretches as they come, and checkpoints up to which it is proven."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import EpicorAccessError, ODataQueryError
from tap_epicor_kinetic.odata.literals import both
from tap_epicor_kinetic.reading.order import Stretch
from tap_epicor_kinetic.reading.prover import Part, Prover
from tap_epicor_kinetic.reading.tally import Tally
from tap_epicor_kinetic.reading.windows import WindowReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_epicor_kinetic.odata.page_request import PageRequest
    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.reading.bound import Bound
    from tap_epicor_kinetic.reading.order import Order, Position
    from tap_epicor_kinetic.reading.rows import Pace, Rows

COUNTED = "counted"
NOT_COUNTED = "not counted: the server refuses $count"

_FIRST_CHECKPOINT_PAGES = 8


@dataclass(frozen=True, slots=True)
class Questions:
    """What a proof asks the server beside the pages.

    Attributes:
        count: Sends a request over the reading's own condition, without the heavy columns.
        bound: Returns up to where rows are counted, as known before the first of them is read.
        is_bound_known: Whether that costs no request.
    """

    count: Callable[[PageRequest], Page]
    bound: Callable[[], Bound | None]
    is_bound_known: bool


class ProvenReader:
    """Reads the rows of a source, and lets the source say that none is missing.

    Attributes:
        proof: How the reading was proven, empty before its end.
    """

    def __init__(
        self, rows: Rows, pace: Pace, questions: Questions, *, checkpoint_rows: int | None
    ) -> None:
        """Prepare; nothing is requested yet.

        Args:
            rows: What is read.
            pace: How many rows and requests at a time, and who waits for them.
            questions: How to count, and up to where.
            checkpoint_rows: Rows after which a part is proven by itself; `None` for all at once.
        """
        self._rows = rows
        self._pace = pace
        self._questions = questions
        self._checkpoint_rows = checkpoint_rows
        self._counts = True
        self.proof = ""

    def read(self) -> Iterator[Stretch]:
        """Yield all rows in order, and a stretch without rows at each checkpoint.

        Raises:
            NotWholeError: If the source counts rows that it does not return.
            EpicorStreamError: If it cannot be read for another reason.
        """
        windows, stretches, first = self._begin()
        if first is not None and first.is_all:
            yield replace(first, is_checkpoint=True)
        elif first is not None:
            bound = None
            if windows.counts:
                bound = self._questions.bound()
                if not self._questions.is_bound_known:
                    # What was read before the bound was known may move below it: read it again.
                    windows, stretches, first = self._begin()
            yield from self._read_on(windows, stretches, first, bound)
        self.proof = COUNTED if windows.counts and self._counts else NOT_COUNTED

    def prove_earlier(self, part: Part) -> Iterator[Stretch]:
        """Yield what an interrupted reading missed of a part that it could not prove any more.

        Raises:
            NotWholeError: If the source counts rows that it does not return.
        """
        windows = WindowReader(self._rows, self._pace)
        yield from self._proven(windows, self._prover().prove_alone(part))

    def _begin(self) -> tuple[WindowReader, Iterator[Stretch], Stretch | None]:
        windows = WindowReader(self._rows, self._pace)
        stretches = windows.read()
        return windows, stretches, next(stretches, None)

    def _read_on(
        self,
        windows: WindowReader,
        stretches: Iterator[Stretch],
        first: Stretch | None,
        bound: Bound | None,
    ) -> Iterator[Stretch]:
        """Yield a reading of several pages, and prove it part by part."""
        tally = Tally(bound.value if bound else None, bool(bound and bound.excludes_itself))
        within = bound.below if bound else None
        every = self._checkpoint_rows
        due = None if every is None else min(every, _FIRST_CHECKPOINT_PAGES * self._pace.page_size)
        prover, unproven = self._prover(), 0
        last: Position = ()
        stretch = first
        while stretch is not None:
            tally.note(stretch, self._places(stretch))
            last = stretch.last
            unproven += len(stretch.records)
            if windows.may_count:
                yield replace(stretch, unproven_rows=tally.rows)
            else:
                yield replace(stretch, is_checkpoint=True)
            if due is not None and unproven >= due:
                proof = prover.prove(tally, self._order(windows, bound), within, to_the_end=False)
                yield from self._proven(windows, proof)
                yield Stretch((), stretch.last, stretch.remaining, is_checkpoint=True)
                tally.close()
                unproven, due = 0, every
            stretch = next(stretches, None)
        yield from self._proven(windows, self._end_proven(prover, windows, tally, bound))
        yield Stretch((), last, None, is_checkpoint=True)

    def _end_proven(
        self, prover: Prover, windows: WindowReader, tally: Tally, bound: Bound | None
    ) -> Iterator[Stretch]:
        """Yield what is missing of the last part, and at the bound and above it."""
        within = bound.below if bound else None
        yield from prover.prove(tally, self._order(windows, bound), within, to_the_end=True)
        if bound and bound.nulls:
            yield from prover.prove_alone(Part(bound.nulls, tally.nulls))
        if bound and bound.excludes_itself:
            yield from prover.prove_alone(Part(bound.at, tally.at_bound))
        if bound and bound.has_rows_above:
            yield from prover.prove_alone(Part(bound.above, tally.above))

    def _proven(self, windows: WindowReader, proof: Iterator[Stretch]) -> Iterator[Stretch]:
        """Yield what a proof brings, unless the server does not count."""
        if not (windows.may_count and self._counts):
            return
        try:
            for stretch in proof:
                yield replace(stretch, remaining=None)
        except (ODataQueryError, EpicorAccessError) as error:
            self._counts = False
            self._pace.logger.info("%s: not counted (%s)", self._rows.source, error.answer)

    @staticmethod
    def _order(windows: WindowReader, bound: Bound | None) -> Order:
        """Return the order of what is counted; where there is a bound, nulls are not."""
        return windows.order.without_nulls() if bound else windows.order

    def _prover(self) -> Prover:
        def read_again(condition: str | None) -> Iterator[Stretch]:
            def fetch(request: PageRequest) -> Page:
                anchor = both(condition, request.anchor)
                return self._rows.fetch(replace(request, anchor=anchor))

            yield from WindowReader(replace(self._rows, fetch=fetch), self._pace).read()

        return Prover(self._questions.count, read_again, self._rows.source)

    def _places(self, stretch: Stretch) -> Callable[[int], tuple[bytes, ...]]:
        return lambda nth: self._rows.position(stretch.records[nth])

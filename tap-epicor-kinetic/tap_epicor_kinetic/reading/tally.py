"""What was read of a part of the order, to be compared with what the source counts there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_epicor_kinetic.reading.comparison import Comparable
    from tap_epicor_kinetic.reading.order import Position, Stretch


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the order, and how many rows of the part stand up to it."""

    place: Position
    rows: int


@dataclass(slots=True)
class Tally:
    """Rows of one part of the order, from a checkpoint to the next.

    Attributes:
        bound: The highest value of the order's first term that counts, `None` for all. Rows that
            change while the reading goes on move above it.
        excludes_bound: Whether rows at the bound are counted by themselves.
        begin: The part begins behind this place, `None` from the start of the order.
        marks: A place for each stretch that was read.
        at_bound: Rows read at the bound, in all parts.
        above: Rows read above it, in all parts.
        nulls: Rows read without a value, in all parts; there is a bound only for the others.
    """

    bound: Comparable | None = None
    excludes_bound: bool = False
    begin: Position | None = None
    marks: list[Mark] = field(default_factory=list)
    at_bound: int = 0
    above: int = 0
    nulls: int = 0

    @property
    def rows(self) -> int:
        """Rows read of the part."""
        return self.marks[-1].rows if self.marks else 0

    def note(self, stretch: Stretch, place: Callable[[int], Position]) -> None:
        """Count a stretch.

        Args:
            stretch: The rows that were just read.
            place: Returns where the n-th of them stands.
        """
        rows, nulls = len(stretch.records), 0
        if self.bound is not None and stretch.values:
            nulls = sum(value is None for value in stretch.values)
            present: Sequence[Comparable] = stretch.values[nulls:]  # type: ignore[assignment]
            below, inside = bisect_left(present, self.bound), bisect_right(present, self.bound)
            self.nulls += nulls
            self.at_bound += inside - below
            self.above += len(present) - inside
            rows = below if self.excludes_bound else inside
        if rows:
            self.marks.append(Mark(place(nulls + rows - 1), self.rows + rows))

    def close(self) -> None:
        """Begin the next part where this one ends."""
        if self.marks:
            self.begin = self.marks[-1].place
            self.marks.clear()

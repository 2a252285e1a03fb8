"""Up to where the rows of a reading are counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_epicor_kinetic.reading.comparison import Comparable


@dataclass(frozen=True, slots=True)
class Bound:
    """The highest cursor that was known before the first row was read.

    A time has the resolution of a day, a second or less, so that a row which changes while the
    reading goes on may come to stand at the bound once more. Then the rows at the bound are counted
    by themselves.

    Attributes:
        value: The cursor's value, as it is compared.
        below: Filter for what is counted up to it.
        at: Filter for the rows at it.
        above: Filter for the rows above it.
        nulls: Filter for the rows without a value, `None` if there can be none.
        excludes_itself: Whether `below` leaves out the rows at the bound.
        has_rows_above: Whether there are rows above it that do not move: those with a time to come.
    """

    value: Comparable
    below: str
    at: str
    above: str
    nulls: str | None
    excludes_itself: bool = False
    has_rows_above: bool = False

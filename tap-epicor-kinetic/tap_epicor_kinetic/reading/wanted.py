"""Which rows a reading is to bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.reading.prover import Part


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are wanted, and what is known of them.

    Attributes:
        filter: Condition over the source's rows, `None` for all.
        nulls: Condition for further rows, those without a cursor.
        lowest: The lowest cursor that the filter lets through.
        highest: The highest cursor that there is, if it was asked for already.
        are_expected: Whether there must be some.
        own: The cursor of the last row that was read before; that row comes again.
        unproven: A part that an interrupted reading read, but could not prove any more.
    """

    filter: str | None = None
    nulls: str | None = None
    lowest: KeyValue = None
    highest: KeyValue = None
    are_expected: bool = False
    unproven: Part | None = None
    own: KeyValue = None

"""Where rows stand in the order of a source, and the stretches of it that are handed on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from tap_epicor_kinetic.odata.literals import both, from_position, up_to_position
from tap_epicor_kinetic.odata.records import value_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tap_epicor_kinetic.odata.properties import KeyValue, Property
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.comparison import Comparable

Position: TypeAlias = tuple[bytes, ...]
"""The JSON bytes of a record's order properties; equal bytes, same place."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Verified records, in order, that no earlier stretch of this reading ended with.

    Attributes:
        records: The new records; a record that changed meanwhile may come again in a later stretch.
        last: Position of the last one.
        remaining: Rows still expected behind it, when the server counts.
        values: The order's first value in each record, where such values can be compared.
        is_all: Whether one counted answer held all rows, so that it is its own proof.
        is_checkpoint: Whether all rows up to `last` are proven to have been read, or no proof can
            be had.
        unproven_rows: Rows that were read since the last checkpoint, this stretch included.
        asked_at: When the records were asked for.
    """

    records: Sequence[RawRecord]
    last: Position
    remaining: int | None
    values: Sequence[Comparable | None] = field(default=(), repr=False)
    is_all: bool = False
    is_checkpoint: bool = False
    unproven_rows: int = 0
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A total order over the rows of a source, and how its filter can be written.

    Attributes:
        terms: Properties to order by: the cursor, then the key where the cursor alone can tie.
        compound: Whether the server accepts a filter over all terms; else windows are anchored on
            the first term alone, which reads rows with equal values again rather than losing one.
    """

    terms: tuple[Property, ...]
    compound: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the order's properties."""
        return tuple(prop.name for prop in self.terms)

    @property
    def first(self) -> Property:
        """The first term."""
        return self.terms[0]

    def anchored(self, position: Position) -> str | None:
        """Return the filter for everything at or behind a position; `None` stands for all."""
        return from_position(self._filterable(position))

    def between(self, low: Position | None, high: Position | None) -> str | None:
        """Return the filter for what stands behind `low` and not behind `high`.

        `None` stands for the start, or the end, of the order.
        """
        above = below = None
        if low is not None:
            above = from_position(self._filterable(low), inclusive=False)
        if high is not None:
            below = up_to_position(self._filterable(high))
        return both(above, below)

    def without_nulls(self) -> Order:
        """Return the order of those rows that have a value in the first term."""
        first, *others = self.terms
        return replace(self, terms=(replace(first, nullable=False), *others))

    def _filterable(self, position: Position) -> list[tuple[Property, KeyValue]]:
        """Return the terms that filters may name, each with its value."""
        pairs = list(zip(self.terms, map(value_of, position), strict=True))
        return pairs if self.compound else pairs[:1]

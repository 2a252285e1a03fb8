"""Where rows stand in the order of a source, and the stretches of it that are handed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tap_epicor_kinetic.odata.literals import after
from tap_epicor_kinetic.odata.records import value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_epicor_kinetic.odata.properties import Property
    from tap_epicor_kinetic.odata.records import RawRecord

Position: TypeAlias = tuple[bytes, ...]
"""The JSON bytes of a record's order properties; equal bytes, same place."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Verified records, in order, that no earlier stretch of this reading ended with.

    Attributes:
        records: The new records; a record that changed meanwhile may come again in a later stretch.
        last: Position of the last one.
        remaining: Rows still expected behind it, when the server counts.
    """

    records: Sequence[RawRecord]
    last: Position
    remaining: int | None


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

    def anchored(self, position: Position) -> str | None:
        """Return the filter for everything at or behind a position; `None` stands for all."""
        values = [value_of(part) for part in position]
        pairs = list(zip(self.terms, values, strict=True))
        return after(pairs if self.compound else pairs[:1])

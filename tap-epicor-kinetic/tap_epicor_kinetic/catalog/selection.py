"""What one run reads of a stream, as the catalog in use says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_epicor_kinetic.catalog.cursor_columns import candidates
from tap_epicor_kinetic.catalog.extent import Extent
from tap_epicor_kinetic.odata.notes import PageNotes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tap_epicor_kinetic.catalog.declarations import Declaration
    from tap_epicor_kinetic.odata.properties import Property


@dataclass(frozen=True, slots=True)
class Selection:
    """A stream's source, columns, key and cursors.

    Attributes:
        declaration: Where the stream is read.
        properties: The offered columns by name.
        columns: The columns to ask for: those selected, and key and cursor in any case.
        key: Key columns.
        cursor: Cursor column that the catalog names, `None` for a full table.
        notes: What the stream's pages tell beside their records.
    """

    declaration: Declaration
    properties: Mapping[str, Property]
    columns: tuple[str, ...]
    key: tuple[str, ...]
    cursor: str | None
    notes: PageNotes = field(default_factory=PageNotes, compare=False)

    @property
    def name(self) -> str:
        """Name of the stream."""
        return self.declaration.name

    @property
    def cursors(self) -> tuple[str, ...]:
        """Cursor columns to try, best first; one that was chosen by hand stands alone."""
        offered = candidates(self.properties)
        if not self.cursor:
            return ()
        if self.declaration.cursor or offered[:1] != (self.cursor,):
            return (self.cursor,)
        return offered

    @property
    def cursor_is_unusual(self) -> bool:
        """Whether a person chose another cursor than the tap would take by itself."""
        return bool(self.cursor) and candidates(self.properties)[:1] != (self.cursor,)

    def extent(self, columns: Iterable[str], start: str | None) -> Extent:
        """Return what the stream is to bring.

        Args:
            columns: The columns that are asked for, by the route that was found.
            start: The date that bounds its first load, `None` for no bound.
        """
        source = self.declaration.source
        parameters = (f"{name}={value}" for name, value in sorted(source.parameters))
        rows = (source.label, source.filter or "", *self.key, *parameters)
        return Extent(tuple(columns), rows, start)

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with key and cursor of the catalog in use."""
        if self.cursor and self.cursor not in self.properties:
            has = ", ".join(candidates(self.properties)) or "none; use FULL_TABLE"
            yield (
                f"stream {self.name}: the replication key {self.cursor} is no column of it; "
                f"candidates: {has}"
            )
        missing = [name for name in self.key if name not in self.properties]
        if missing:
            yield f"stream {self.name}: the catalog lacks its key {', '.join(missing)}"

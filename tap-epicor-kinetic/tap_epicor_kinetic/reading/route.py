"""Ways to a stream's rows: which source, which cursor, in which form this server gives them.

Some servers refuse `$filter` or `$orderby` on a child set, some a whole service. The ways round are
tried in a fixed order with one row each, and what worked is remembered in the state.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.odata.queries import COMPANY, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from tap_epicor_kinetic.catalog.declarations import Declaration


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a stream's rows.

    Attributes:
        source: Set or BAQ to ask.
        cursor: Cursor column, `None` to read the whole table in the order of its key.
        key: Columns, besides the cursor, that complete the order of the source's rows.
        navigation: Navigation properties from the source's rows down to the stream's, for
            `$expand`; empty when they are the same.
        columns: The source's name of each of the stream's columns, where they differ.
        own_columns: Whether the source's own metadata must tell which of the stream's columns it
            has, and under which names.
        is_doubtful: Whether a better one was given up though the server only failed on it.
        is_provisional: Whether a better source was only down; it is taken for this run alone.
        zone: What stands behind times without zone in filters.
        looked_at: When the ways were tried, `None` if an earlier run did that.
    """

    source: Source
    cursor: str | None
    key: tuple[str, ...]
    navigation: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    own_columns: bool = False
    is_doubtful: bool = False
    is_provisional: bool = False
    zone: str = "Z"
    looked_at: datetime | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """What log and state call it."""
        return "/".join((self.source.label, *self.navigation))

    def describe(self) -> str:
        """Return the route in words."""
        how = f"by {self.cursor}" if self.cursor else "as a whole"
        return f"{self.label} {how}"


def routes(
    declaration: Declaration, key: tuple[str, ...], cursors: Iterable[str]
) -> Iterator[Route]:
    """Yield the ways to try, best first.

    The set itself by each cursor, the twin search service by each cursor, then both as a whole
    table, then the parent's `$expand`, then the BAQ that the settings name.

    Args:
        declaration: The stream.
        key: Its key columns.
        cursors: Cursor columns, best first; none for a full table.
    """
    order = tuple(name for name in key if name != COMPANY)
    direct = declaration.source
    flat = [direct]
    if declaration.twin:
        flat.append(replace(direct, service=declaration.twin[0], entity_set=declaration.twin[1]))
    cursors = tuple(cursors)
    for source in flat:
        for cursor in cursors:
            yield Route(source, cursor, order)
    if order:
        for source in flat:
            yield Route(source, None, order)
    if parent := declaration.parent:
        source = Source(direct.service, parent.entity_set, filter=direct.filter)
        yield Route(source, None, parent.key, parent.navigation)
    if declaration.last_resort:
        source = Source(f"BaqSvc/{declaration.last_resort}", "Data", filter=direct.filter)
        for by in (*cursors, None):
            yield Route(source, by, order, own_columns=True)

"""Which page of a query is asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page to ask for.

    Attributes:
        anchor: Filter that begins the window, or `None` from the start of the order.
        skip: Rows of the window to pass over.
        top: Rows to return at most.
        count: Whether to ask how many rows the window has.
    """

    anchor: str | None
    skip: int
    top: int
    count: bool = False

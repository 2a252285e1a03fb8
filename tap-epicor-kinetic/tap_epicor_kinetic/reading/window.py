"""One window on the order of a source; `windows` tells the method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_epicor_kinetic.odata.page_request import PageRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_epicor_kinetic.odata.pages import Page
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.order import Position


class Window:
    """Where a window begins, how far it has been read, how many rows it has."""

    def __init__(self, anchor: Position | None, estimate: int | None, *, ask_count: bool) -> None:
        """Begin a window.

        Args:
            anchor: Row that it begins with, `None` for the start of the order.
            estimate: What the window before had left, if it counted.
            ask_count: Whether the first page asks how many rows there are.
        """
        self.anchor = anchor
        self._ask_count = ask_count
        self.skip = 0
        self._total: int | None = None
        self._estimate = estimate
        self._counted = False

    @property
    def remaining(self) -> int | None:
        """Rows behind the last one read, as counted when the window began."""
        total = self._total if self._counted else self._estimate
        return None if total is None else max(0, total - self.skip - 1)

    def plan(self, anchor: str | None, top: int, ahead: int) -> list[PageRequest]:
        """Return the requests that should be under way, the next one first.

        Each begins with the last row of the one before. A window of unknown size is asked for one
        page first, so that a small table costs one request.
        """
        total = self._total if self._counted else self._estimate
        count = self._ask_count and not self._counted
        requests = [PageRequest(anchor, self.skip, top, count=count)]
        if total is None and not self._counted:
            return requests
        while len(requests) < ahead:
            skip = requests[-1].skip + top - 1
            if total is not None and skip + 1 >= total:
                break
            requests.append(PageRequest(anchor, skip, top))
        return requests

    def advance(self, request: PageRequest, page: Page) -> None:
        """Move on to the last row of a page that joined."""
        if not request.skip:
            self._counted, self._total = True, page.count
        self.skip = max(0, request.skip + len(page.records) - 1)

    def is_whole(self, request: PageRequest, page: Page) -> bool:
        """Return whether one counted page holds everything from the start of the order."""
        return (
            self.anchor is None
            and not request.skip
            and page.next_link is None
            and len(page.records) < request.top
            and page.count == len(page.records)
        )

    def is_finished(self, request: PageRequest, page: Page, new: Sequence[RawRecord]) -> bool:
        """Return whether nothing stands behind the page.

        A full page never ends a window, even when the count is reached: a row inserted meanwhile
        may have pushed another one behind it.
        """
        if not new and len(page.records) <= 1:
            return True
        if len(page.records) >= request.top or page.next_link is not None:
            return False
        return self._total is not None and request.skip + len(page.records) >= self._total

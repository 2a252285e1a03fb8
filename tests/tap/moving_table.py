"""A table that moves while it is read, held in memory: the smallest server that can lose a row."""

from __future__ import annotations

import re
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from tap_epicor_kinetic.odata.pages import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_epicor_kinetic.odata.page_request import PageRequest

_OPERATORS = {" gt ": " > ", " ge ": " >= ", " eq ": " == "}


@dataclass
class MovingTable:
    """Rows by key, ordered by (Cursor, Key); `before_request` may change them.

    Attributes:
        rows: Cursor of each key.
        cap: Most rows the server returns, whatever `$top` says.
        counts: Whether the server answers `$count`.
        compound: Whether it accepts filters with `or`.
        ordered: Whether it honours `$orderby`.
        unique: Whether the cursor is the whole order.
    """

    rows: dict[int, int]
    cap: int | None = None
    counts: bool = True
    compound: bool = True
    ordered: bool = True
    unique: bool = True
    before_request: Callable[[MovingTable], None] = lambda _table: None
    refuse: Callable[[PageRequest], Exception | None] = lambda _request: None
    requests: list[PageRequest] = field(default_factory=list)

    def change(self, key: int) -> None:
        """Insert or update a row as a database does: it moves to the end of the order."""
        self.rows[key] = max(self.rows.values(), default=0) + 1

    def answer(self, request: PageRequest) -> Page:
        """Return the page as the table stands now."""
        self.before_request(self)
        self.requests.append(request)
        if refusal := self.refuse(request):
            raise refusal
        ordered = [
            {"Cursor": cursor, "Key": key, "Twice": 2 * key}
            for cursor, key in (sorted if self.ordered else list)(
                (cursor, key) for key, cursor in self.rows.items()
            )
        ]
        matching = [row for row in ordered if matches(request.anchor, row)]
        top = min(request.top, self.cap or request.top)
        page = matching[request.skip : request.skip + top]
        return Page(
            [msgspec.Raw(msgspec.json.encode(row)) for row in page],
            count=len(matching) if request.count and self.counts else None,
        )


def matches(expression: str | None, row: dict[str, Any]) -> bool:
    """Evaluate the filters that the reader writes over integer columns."""
    if expression is None:
        return True
    text = expression
    for odata, python in _OPERATORS.items():
        text = text.replace(odata, python)
    assert re.fullmatch(r"[\w\s<>=()-]*", text), expression
    return bool(eval(text, {"__builtins__": {}}, row))  # noqa: S307 - an expression of this package over ints


class InOrder(Executor):
    """Runs each request at once.

    In the caller's thread: prefetched pages are older than their use.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Return a finished future."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the future carries it
            future.set_exception(error)
        return future

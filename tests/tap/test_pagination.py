"""Reading a moving table: nothing that stands still is ever missed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorPageError,
    EpicorStreamError,
    ODataQueryError,
    ODataResponseError,
)
from tap_epicor_kinetic.odata.page_request import PageRequest
from tap_epicor_kinetic.odata.pages import Page
from tap_epicor_kinetic.odata.properties import Property
from tap_epicor_kinetic.reading.order import Order, Position
from tap_epicor_kinetic.reading.page_check import PageCheck
from tap_epicor_kinetic.reading.rows import Pace, Rows
from tap_epicor_kinetic.reading.windows import WindowReader
from tests.tap.moving_table import InOrder, MovingTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CURSOR = Property("Cursor", "Edm.Int64", nullable=False)
KEY = Property("Key", "Edm.Int32", nullable=False)


def windows_over(
    answer: Callable[[PageRequest], Page], order: Order, **options: Any
) -> WindowReader:
    """Return a reading of pages that a server gives."""

    def place(record: Any) -> Position:
        return position(record, order)

    rows = Rows(answer, place, order, PageCheck(order.first, order.first.name, place), "test")
    pace = Pace(
        **{
            "page_size": 4,
            "ahead": 1,
            "executor": InOrder(),
            "wait": lambda pending: pending.result(),
            "logger": logging.getLogger("test"),
            **options,
        }
    )
    return WindowReader(rows, pace)


def reader(table: MovingTable, **options: Any) -> WindowReader:
    """Return a reader of the table."""
    order = Order((CURSOR,) if table.unique else (CURSOR, KEY))
    return windows_over(table.answer, order, **options)


def position(record: Any, order: Order) -> Position:
    """Return a record's place in the order."""
    fields = msgspec.json.decode(record, type=dict[str, msgspec.Raw])
    return tuple(bytes(fields[name]) for name in order.names)


def read(table: MovingTable, **options: Any) -> list[int]:
    """Return the keys in the order they were read."""
    return [
        msgspec.json.decode(record)["Key"]
        for stretch in reader(table, **options).read()
        for record in stretch.records
    ]


def plain_skip(table: MovingTable, page_size: int) -> Iterator[int]:
    """Read as taps do: `$top`/`$skip` to the first empty page."""
    skip = 0
    while page := table.answer(PageRequest(None, skip, page_size)).records:
        yield from (msgspec.json.decode(record)["Key"] for record in page)
        skip += len(page)


def test_table_at_rest_is_read_once_in_order() -> None:
    """Without movement every row comes exactly once."""
    table = MovingTable({key: 100 + key for key in range(23)})
    assert read(table) == list(range(23))


def test_small_table_costs_one_request() -> None:
    """A page that the count confirms as complete needs no second request."""
    table = MovingTable({key: key for key in range(3)})
    assert read(table, ahead=8) == [0, 1, 2]
    assert len(table.requests) == 1


def test_row_that_jumps_to_the_end_does_not_hide_the_next_one() -> None:
    """An update between two pages shifts all rows behind it.

    Plain `$skip` loses one, the reader none.
    """

    def touch_first_row(table: MovingTable) -> None:
        if len(table.requests) == 1:
            table.change(0)

    plain = MovingTable({key: key for key in range(10)}, before_request=touch_first_row)
    assert 4 not in list(plain_skip(plain, 4))
    moving = MovingTable({key: key for key in range(10)}, before_request=touch_first_row)
    assert sorted(set(read(moving))) == list(range(10))


@pytest.mark.parametrize(
    "in_flight", [pytest.param(1, id="one by one"), pytest.param(4, id="prefetched")]
)
def test_server_limit_below_page_size_is_followed(in_flight: int) -> None:
    """Pages shorter than asked for are no end of the data."""
    table = MovingTable({key: key for key in range(30)}, cap=7)
    assert read(table, page_size=10, ahead=in_flight) == list(range(30))


def test_server_limit_without_count_is_followed() -> None:
    """Without a count a short page is followed until only the overlap comes back."""
    table = MovingTable({key: key for key in range(30)}, cap=7, counts=False)
    assert read(table, page_size=10) == list(range(30))


def test_one_row_at_a_time_is_an_error() -> None:
    """A limit of one row leaves no room for the overlap; the message says what to change."""
    table = MovingTable({key: key for key in range(5)}, cap=1)
    with pytest.raises(ODataResponseError, match="raise the row limit"):
        read(table)


def test_deep_skip_is_avoided_by_a_new_window() -> None:
    """A window ends when `$skip` gets deep, and the next one begins behind it."""
    table = MovingTable({key: key for key in range(50)})
    assert read(table, deepest_skip=9) == list(range(50))
    assert max(request.skip for request in table.requests) <= 9


def test_ties_wider_than_a_window_are_read_completely() -> None:
    """Where only the first term can be filtered.

    Rows with equal values are paged by `$skip` to their end.
    """

    def refuse_or(request: PageRequest) -> Exception | None:
        if request.anchor and " or " in request.anchor:
            return ODataQueryError(Answer("test", 400))
        return None

    table = MovingTable({key: key // 20 for key in range(60)}, unique=False, refuse=refuse_or)
    assert sorted(set(read(table, deepest_skip=6))) == list(range(60))


def test_failing_page_is_halved() -> None:
    """A page on which the server fails is asked for again with half the rows."""

    def refuse_large(request: PageRequest) -> Exception | None:
        return EpicorPageError(Answer("test", 500)) if request.top > 25 else None

    table = MovingTable({key: key for key in range(100)}, refuse=refuse_large)
    assert read(table, page_size=100, ahead=3) == list(range(100))


def test_page_that_always_fails_ends_the_stream() -> None:
    """A page that fails at the smallest size is an error that says what to do."""
    table = MovingTable(
        {1: 1}, refuse=lambda _request: EpicorPageError(Answer("test", 500, "boom"))
    )
    with pytest.raises(EpicorStreamError, match="even on 10 rows"):
        read(table, page_size=40)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_page_without_the_rows_that_it_counts_is_asked_for_again(nth: int) -> None:
    """An answer that counts rows and brings none is not the end of the table."""
    table = MovingTable({key: key for key in range(12)})
    answered = 0

    def once_empty(request: PageRequest) -> Any:
        nonlocal answered
        answered += 1
        page = table.answer(request)
        return Page([], page.count) if answered == nth else page

    assert _read_from(once_empty) == list(range(12))


def test_pages_that_stay_empty_are_an_error() -> None:
    """A server that counts rows and never returns one is not taken for an empty table."""
    table = MovingTable({key: key for key in range(12)})
    with pytest.raises(ODataResponseError, match="do not fit together"):
        _read_from(lambda request: Page([], table.answer(request).count))


def _read_from(answer: Callable[[PageRequest], Page]) -> list[int]:
    """Return the keys that a server's pages bring, in the order they were read."""
    windows = windows_over(answer, Order((CURSOR,)))
    return [
        msgspec.json.decode(record)["Key"]
        for stretch in windows.read()
        for record in stretch.records
    ]


def test_server_that_ignores_the_filter_is_detected() -> None:
    """Windows that never get anywhere end in an error, not in an endless loop."""
    table = MovingTable({key: key for key in range(40)})
    answer = table.answer

    def unfiltered(request: PageRequest) -> Any:
        return answer(PageRequest(None, request.skip, request.top, request.count))

    stuck = windows_over(unfiltered, Order((CURSOR,)), deepest_skip=6)
    with pytest.raises(ODataResponseError, match="do not fit together"):
        list(stuck.read())


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_resting_row_is_missed_whatever_moves(data: st.DataObject) -> None:
    """Rows that existed unchanged throughout are always read.

    Under any movement, paging and server.
    """
    size = data.draw(st.integers(0, 60))
    unique = data.draw(st.booleans())
    rows = {key: key if unique else key // data.draw(st.integers(1, 9)) for key in range(size)}
    moved: set[int] = set()

    def move(table: MovingTable) -> None:
        for _ in range(data.draw(st.sampled_from([0, 0, 0, 1, 2, 5]))):
            if len(table.requests) > 200:  # movement must end for any reading to end
                return
            key = data.draw(st.integers(0, size + 10))
            moved.add(key)
            action = data.draw(st.sampled_from(["change", "delete", "backdate"]))
            if action == "delete":
                table.rows.pop(key, None)
            elif action == "change":
                table.change(key)
            elif not unique:
                table.rows[key] = data.draw(st.integers(0, max(table.rows.values(), default=0)))
            elif key not in table.rows:
                table.rows[key] = min(table.rows.values(), default=0) - 1

    compound = data.draw(st.booleans())
    table = MovingTable(
        rows,
        cap=data.draw(st.none() | st.integers(2, 12)),
        counts=data.draw(st.booleans()),
        unique=unique,
        before_request=move,
        refuse=lambda request: (
            ODataQueryError(Answer("test", 400))
            if not compound and request.anchor and " or " in request.anchor
            else None
        ),
    )
    resting = set(table.rows)
    seen = read(
        table,
        page_size=data.draw(st.integers(2, 15)),
        ahead=data.draw(st.integers(1, 5)),
        deepest_skip=data.draw(st.integers(3, 40)),
    )
    assert resting - moved <= set(seen)

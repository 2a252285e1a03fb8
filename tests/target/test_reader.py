"""Singer lines from a pipe."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.singerlib.exceptions import InvalidInputLine

from target_looker_staging.singer.reader import BlockReader

if TYPE_CHECKING:
    from collections.abc import Sequence


class Chunked:
    """A pipe that gives its bytes in pieces of any size."""

    def __init__(self, text: bytes, sizes: Sequence[int]) -> None:
        self._pieces = []
        for size in sizes:
            self._pieces.append(text[:size])
            text = text[size:]
        self._pieces.append(text)
        self._pieces = [piece for piece in self._pieces if piece]

    def read1(self, _size: int) -> bytes:
        """Return the next piece, nothing at the end."""
        return self._pieces.pop(0) if self._pieces else b""

    read = read1


def read(
    source: Any, seen: list[tuple[str, Any]] | None = None
) -> tuple[list[tuple[str, Any]], dict[str, int]]:
    """Return what is passed on, in its order, and the counts."""
    seen = [] if seen is None else seen
    reader = BlockReader()
    reader.take_records = lambda stream, lines: seen.extend((stream, line) for line in lines)
    reader.on_failure = lambda _error: None
    others = ("SCHEMA", "STATE", "ACTIVATE_VERSION")
    callbacks = {name: lambda message: seen.append((message["type"], message)) for name in others}
    counts = reader.process_lines(source, callbacks)
    return seen, dict(counts)


def compact(stream: str, number: int) -> bytes:
    """Return a RECORD line in the usual form."""
    name = json.dumps(stream, ensure_ascii=False)
    return f'{{"type":"RECORD","stream":{name},"record":{{"n":{number}}}}}'.encode()


@given(
    streams=st.lists(st.sampled_from(["a", "a", "b", 'q"', "ü", "a b"]), max_size=30),
    states=st.sets(st.integers(0, 30)),
    sizes=st.lists(st.integers(1, 90), max_size=40),
    ends=st.sampled_from([b"\n", b"\r\n"]),
)
def test_order_and_pieces(
    streams: list[str], states: set[int], sizes: list[int], ends: bytes
) -> None:
    """However lines are cut into pieces, everything is passed on, once, in order."""
    expected: list[tuple[str, Any]] = []
    lines = []
    for i, stream in enumerate(streams):
        if i in states:
            message = {"type": "STATE", "value": {"i": i}}
            expected.append(("STATE", message))
            lines.append(json.dumps(message).encode())
        line = compact(stream, i)
        expected.append((stream, line))
        lines.append(line)
    text = b"".join(line + ends for line in lines)
    seen, counts = read(Chunked(text, sizes))
    assert [(name, x.rstrip() if isinstance(x, bytes) else x) for name, x in seen] == expected
    assert counts.get("RECORD", 0) == len(streams)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(io.StringIO('{"type":"STATE","value":{"x":"ü"}}\n'), id="text"),
        pytest.param(io.BytesIO('{"type":"STATE","value":{"x":"ü"}}\n'.encode()), id="bytes"),
        pytest.param(
            io.TextIOWrapper(io.BytesIO(b'{"type":"STATE","value":{"x":"\\u00fc"}}\n\n')),
            id="text-file",
        ),
    ],
)
def test_kinds_of_input(source: Any) -> None:
    """Input may be text, bytes, or a text file whose bytes are read."""
    seen, _ = read(source)
    assert seen == [("STATE", {"type": "STATE", "value": {"x": "ü"}})]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"secret words", id="not-json"),
        pytest.param(b'{"secret":"words"}', id="no-type"),
        pytest.param(b'["secret words"]', id="list"),
        pytest.param(b'{"type":"RECORD","record":{"secret":"words"}}', id="record-of-no-stream"),
        pytest.param(b'{"type":"SECRETS"}', id="unknown-type"),
        pytest.param(b'{"type":"STATE","secret', id="cut"),
        pytest.param(b'\xff\xfe"secret words"', id="not-utf-8"),
    ],
)
def test_bad_line(line: bytes) -> None:
    """A line that is no message ends the run; the error does not quote it."""
    with pytest.raises(InvalidInputLine) as caught:
        read(io.BytesIO(line + b"\n"))
    assert "words" not in str(caught.value)


def test_long_line() -> None:
    """A line may be longer than any block."""
    line = b'{"type":"RECORD","stream":"a","record":{"x":"' + b"x" * 3_000_000 + b'"}}'
    seen, _ = read(io.BytesIO(line + b"\n" + line + b"\n"))
    assert seen == [("a", line), ("a", line)]


WHOLE = [
    pytest.param(b'{"type":"STATE","value":{"x":{"y":1}}}', id="state"),
    pytest.param(compact("a", 2), id="record"),
    pytest.param(b'{"type": "RECORD", "record": {"n": 2}, "stream": "a"}', id="spaced-record"),
    pytest.param(b'{"type":"ACTIVATE_VERSION","stream":"a","version":1}', id="version"),
]


@pytest.mark.parametrize("line", WHOLE)
def test_line_without_end_is_a_cut(line: bytes) -> None:
    """Cut anywhere, right before its line end too, the last line is nothing but a cut."""
    for length in range(1, len(line) + 1):
        seen: list[Any] = []
        with pytest.raises(InvalidInputLine, match=rf"Line 2: .* after {length} bytes") as caught:
            read(io.BytesIO(compact("a", 1) + b"\n" + line[:length]), seen)
        assert seen == [("a", compact("a", 1))]
        assert '"n"' not in str(caught.value)


def test_blanks_after_the_last_line() -> None:
    """Nothing but blanks behind the last line end is no cut."""
    assert read(io.BytesIO(compact("a", 1) + b"\n \r"))[0] == [("a", compact("a", 1))]

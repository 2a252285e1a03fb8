"""Singer lines from a pipe in big blocks, RECORD lines handed on unparsed."""

from __future__ import annotations

import io
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import IO, Any

import msgspec
from singer_sdk.io_base import GenericSingerReader, SingerMessageType
from singer_sdk.singerlib.exceptions import InvalidInputLine
from singer_sdk.singerlib.json import deserialize_json
from typing_extensions import override

BLOCK_BYTES = 1 << 18

# How this project's tap, and taps that write compact JSON in the SDK's order, begin a record.
_RECORD = b'{"type":"RECORD","stream":"'

TakeRecords = Callable[[str, Sequence[bytes]], None]


class _Head(msgspec.Struct, gc=False):
    """What has to be known of a line to see what to do with it."""

    type: str
    stream: str | None = None


_decode_head = msgspec.json.Decoder(_Head).decode


class BlockReader(GenericSingerReader[bytes]):
    """Reads lines in blocks and passes on the records of a stream that follow each other at once.

    Attributes:
        take_records: Called with the stream and whole RECORD lines, in the order of the input.
        on_failure: Called with whatever ends the reading early, before it is raised.
        first_line: Number, from 1, of the first of the lines that `take_records` is called with.
    """

    take_records: TakeRecords
    on_failure: Callable[[BaseException], None]
    first_line = 1

    @property
    @override
    def default_input(self) -> IO[bytes]:
        return sys.stdin.buffer

    @override
    def process_lines(
        self,
        file_input: IO[bytes] | IO[str] | None,
        callbacks: dict[str, Callable[[dict[str, Any]], None]],
    ) -> Counter[str]:
        counter: Counter[str] = Counter()
        try:
            number = 1
            for lines in _blocks(file_input or self.default_input):
                self._process_block(lines, callbacks, counter, number)
                number += len(lines)
        except BaseException as error:
            self.on_failure(error)
            raise
        return counter

    def _process_block(
        self,
        lines: Sequence[bytes],
        callbacks: dict[str, Callable[[dict[str, Any]], None]],
        counter: Counter[str],
        number: int,
    ) -> None:
        """Take whole lines, of which the first is the line `number` of the input."""
        start, prefix = 0, b""
        stream = ""
        for i, line in enumerate(lines):
            if prefix and line.startswith(prefix):
                continue
            if i > start and prefix:
                self._take(stream, lines[start:i], counter, number + start)
            stream, prefix = _record_stream(line)
            start = i
            if not prefix:
                self._process_line(line, callbacks, counter, number + i)
                start = i + 1
        if prefix:
            self._take(stream, lines[start:], counter, number + start)

    def _take(
        self, stream: str, lines: Sequence[bytes], counter: Counter[str], number: int
    ) -> None:
        self.first_line = number
        self.take_records(stream, lines)
        counter[SingerMessageType.RECORD] += len(lines)

    def _process_line(
        self,
        line: bytes,
        callbacks: dict[str, Callable[[dict[str, Any]], None]],
        counter: Counter[str],
        number: int,
    ) -> None:
        if not line.strip():
            return
        try:
            head = _read_head(line)
            if head.type != SingerMessageType.RECORD or head.stream is None:
                self._call_back(head.type, line, callbacks)
                counter[head.type] += 1
                return
        except RecursionError:
            raise InvalidInputLine(f"Line {number}: the message is nested too deeply.") from None
        except InvalidInputLine as error:
            raise InvalidInputLine(f"Line {number}: {error}") from None
        self._take(head.stream, [line], counter, number)

    def _call_back(
        self, type_: str, line: bytes, callbacks: dict[str, Callable[[dict[str, Any]], None]]
    ) -> None:
        callback = callbacks.get(type_)
        if callback is None:
            raise InvalidInputLine(f"Messages of type '{type_}' are not known.")
        callback(self.deserialize_json(line))

    @override
    def deserialize_json(self, line: bytes) -> dict[str, Any]:
        try:
            return deserialize_json(line, parse_constant=_refuse_constant)
        except (ValueError, ArithmeticError):
            raise InvalidInputLine("the message is not JSON in UTF-8.") from None
        except RecursionError:
            raise InvalidInputLine("the message is nested too deeply.") from None

    @staticmethod
    @override
    def assert_line_requires(line_dict: dict[str, Any], requires: set[str]) -> None:
        # The SDK's own error quotes the message.
        missing = sorted(requires - line_dict.keys())
        if missing:
            type_ = line_dict.get("type")
            raise InvalidInputLine(f"A {type_} message lacks {', '.join(missing)}.")


def _refuse_constant(_name: str) -> None:
    """Refuse NaN and Infinity, which Python's parser takes, but which are not JSON.

    Raises:
        ValueError: Always.
    """
    raise ValueError


def _read_head(line: bytes) -> _Head:
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        return _decode_head(line)
    # Python's parser takes surrogates without a partner, which msgspec does not.
    with suppress(ValueError, TypeError, msgspec.ValidationError):
        return msgspec.convert(json.loads(line), _Head)
    # Never the line itself: it may hold anything.
    raise InvalidInputLine(
        f"{len(line)} bytes that are no Singer message: they are not a JSON object with a "
        "type. Check that the tap writes nothing but messages to its output."
    )


def _record_stream(line: bytes) -> tuple[str, bytes]:
    """Return the stream of a RECORD line in the usual form, and how its lines begin."""
    if not line.startswith(_RECORD):
        return "", b""
    end = line.find(b'",', len(_RECORD))
    name = line[len(_RECORD) : end]
    if end < 0 or b"\\" in name:
        return "", b""
    try:
        return name.decode(), line[: end + 2]
    except UnicodeDecodeError:
        return "", b""


def _blocks(source: IO[bytes] | IO[str]) -> Iterator[list[bytes]]:
    """Yield whole lines without their ends, as many as a block holds.

    Raises:
        InvalidInputLine: If the last line has no end. Whatever it holds, the tap did not finish it.
    """
    binary: Any = getattr(source, "buffer", source)
    if isinstance(source, io.StringIO):
        binary = io.BytesIO(source.getvalue().encode())
    # A read that waits for a whole block would keep the rows of a slow tap waiting with it.
    read = getattr(binary, "read1", binary.read)
    rest: list[bytes] = []
    number = 1
    while block := read(BLOCK_BYTES):
        head, separator, tail = block.rpartition(b"\n")
        if not separator:
            rest.append(tail)
            continue
        lines = b"".join((*rest, head)).split(b"\n")
        number += len(lines)
        yield lines
        rest = [tail]
    cut = b"".join(rest)
    if cut.strip():
        raise InvalidInputLine(
            f"Line {number}: the input ends within it, after {len(cut)} bytes and without a line "
            "end, so the tap was cut off. The line is not taken; what came before it is staged as "
            "far as a state covers it, and the next run goes on from there."
        )

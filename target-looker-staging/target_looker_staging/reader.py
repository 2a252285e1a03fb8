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
    """

    take_records: TakeRecords
    on_failure: Callable[[BaseException], None]

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
            for lines in _blocks(file_input or self.default_input):
                self._process_block(lines, callbacks, counter)
        except BaseException as error:
            self.on_failure(error)
            raise
        return counter

    def _process_block(
        self,
        lines: Sequence[bytes],
        callbacks: dict[str, Callable[[dict[str, Any]], None]],
        counter: Counter[str],
    ) -> None:
        start, prefix = 0, b""
        stream = ""
        for i, line in enumerate(lines):
            if prefix and line.startswith(prefix):
                continue
            if i > start and prefix:
                self._take(stream, lines[start:i], counter)
            stream, prefix = _record_stream(line)
            start = i
            if not prefix:
                self._process_line(line, callbacks, counter)
                start = i + 1
        if prefix:
            self._take(stream, lines[start:], counter)

    def _take(self, stream: str, lines: Sequence[bytes], counter: Counter[str]) -> None:
        self.take_records(stream, lines)
        counter[SingerMessageType.RECORD] += len(lines)

    def _process_line(
        self,
        line: bytes,
        callbacks: dict[str, Callable[[dict[str, Any]], None]],
        counter: Counter[str],
    ) -> None:
        if not line.strip():
            return
        head = _read_head(line)
        if head.type == SingerMessageType.RECORD and head.stream is not None:
            self._take(head.stream, [line], counter)
            return
        callback = callbacks.get(head.type)
        if callback is None:
            raise InvalidInputLine(f"Messages of type '{head.type}' are not known.")
        callback(self.deserialize_json(line))
        counter[head.type] += 1

    @override
    def deserialize_json(self, line: bytes) -> dict[str, Any]:
        try:
            return deserialize_json(line)
        except ValueError:
            raise InvalidInputLine("A Singer message is not JSON.") from None


def _read_head(line: bytes) -> _Head:
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        return _decode_head(line)
    # Python's parser takes surrogates without a partner, which msgspec does not.
    with suppress(ValueError, TypeError, msgspec.ValidationError):
        return msgspec.convert(json.loads(line), _Head)
    # Never the line itself: it may hold anything.
    raise InvalidInputLine(
        f"A line of {len(line)} bytes is not a Singer message: it is not a JSON object with a "
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
    return name.decode(), line[: end + 2]


def _blocks(source: IO[bytes] | IO[str]) -> Iterator[list[bytes]]:
    """Yield whole lines without their ends, as many as a block holds."""
    binary: Any = getattr(source, "buffer", source)
    if isinstance(source, io.StringIO):
        binary = io.BytesIO(source.getvalue().encode())
    # A read that waits for a whole block would keep the rows of a slow tap waiting with it.
    read = getattr(binary, "read1", binary.read)
    rest: list[bytes] = []
    while block := read(BLOCK_BYTES):
        head, separator, tail = block.rpartition(b"\n")
        if not separator:
            rest.append(tail)
            continue
        yield b"".join((*rest, head)).split(b"\n")
        rest = [tail]
    last = b"".join(rest)
    if last:
        yield [last]

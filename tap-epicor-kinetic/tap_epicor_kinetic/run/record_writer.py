"""Singer messages on their way out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec
from singer_sdk.singerlib.encoding import SimpleSingerWriter
from typing_extensions import override

from tap_epicor_kinetic.run.termination import TargetGone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from singer_sdk.singerlib.encoding.simple import Message

    from tap_epicor_kinetic.odata.records import RawRecord


class RecordWriter(SimpleSingerWriter):
    """Writes records as the bytes received, a page at a time; other messages as the SDK does."""

    @override
    def write_message(self, message: Message) -> None:
        self._write(self.format_message(message).encode() + b"\n")

    def write_records(
        self, stream: str, records: Sequence[RawRecord], extracted_at: datetime, prefix: bytes = b""
    ) -> None:
        """Write one RECORD message for each record.

        Args:
            stream: Stream name.
            records: Complete JSON objects without line breaks.
            extracted_at: Aware UTC time at which the page was asked for.
            prefix: Members to put before the others of each record, such as `"Company":"EPIC06",`.
        """
        head = b'{"type":"RECORD","stream":%s,"record":' % msgspec.json.encode(stream)
        tail = (
            b',"time_extracted":"%s"}\n' % extracted_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()
        )
        if prefix:
            records = [b"{%s%s" % (prefix, bytes(record)[1:]) for record in records]
        self._write(b"".join((head, (tail + head).join(records), tail)))

    @staticmethod
    def _write(lines: bytes) -> None:
        out = getattr(sys.stdout, "buffer", None)
        try:
            if out is None:  # a text-only stand-in, as in-process test runners install
                sys.stdout.write(lines.decode())
            else:
                out.write(lines)
            sys.stdout.flush()
        except BrokenPipeError:
            raise TargetGone from None

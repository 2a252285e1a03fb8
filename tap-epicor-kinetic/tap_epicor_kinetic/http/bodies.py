"""Bodies of answers: taken in up to a limit, and what the small ones say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from tap_epicor_kinetic.odata.encodings import in_utf_8

if TYPE_CHECKING:
    import requests

MEBIBYTE = 1 << 20
PAGE_LIMIT = 256 * MEBIBYTE
"""Decoded bytes of a page; ten thousand rows of 750 columns have less."""
METADATA_LIMIT = 64 * MEBIBYTE
SMALL_LIMIT = MEBIBYTE
"""Decoded bytes of an error or a token; larger ones are not looked at."""

_PART_BYTES = MEBIBYTE
_LENGTH = re.compile(r"\d{1,12}\Z", re.ASCII)


def read_body(response: requests.Response, limit: int) -> bytes | None:
    """Return the decoded body of a streamed answer, or `None` if it has more than `limit` bytes.

    A few kB may unpack to gigabytes, and a body without a length may never end: little more than
    the limit is ever taken in.
    """
    length = response.headers.get("Content-Length", "")
    if "Content-Encoding" not in response.headers and _LENGTH.match(length):
        # The common case, without urllib3's buffer for partial reads.
        return bytes(response.raw.read()) if int(length) <= limit else None
    parts, size = [], 0
    while part := response.raw.read(_PART_BYTES, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > limit:
            return None
    return b"".join(parts)


def json_fields(body: bytes) -> dict[str, Any]:
    """Return the members of a JSON object, nothing if it is none."""
    try:
        return msgspec.json.decode(in_utf_8(body), type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}

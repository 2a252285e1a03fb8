"""Bodies in UTF-8, whatever a server wrote them in."""

from __future__ import annotations

import codecs
import re

# The longer ones first: the mark of UTF-16 begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EIGHT_BITS = re.compile(
    r"charset\s*=\s*\"?((?:iso-8859-|latin-?|windows-|cp)\d{1,4})\b", re.ASCII | re.IGNORECASE
)


def in_utf_8(body: bytes, content_type: str = "") -> bytes:
    """Return JSON or XML in UTF-8 without a byte order mark.

    The bytes tell: a mark, or zeros beside the first characters, which are ASCII in both.

    Args:
        body: Of an answer, as it came.
        content_type: Its header; an 8-bit encoding can only be told by that.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :] if encoding == "utf-8" else _recoded(body, encoding)
    if b"\0" in body[:2]:
        return _recoded(body, "utf-16-be" if body[:1] == b"\0" else "utf-16-le")
    stated = _EIGHT_BITS.search(content_type)
    return _recoded(body, stated[1]) if stated and not body.isascii() else body


def _recoded(body: bytes, encoding: str) -> bytes:
    try:
        # Half a surrogate pair is no reason to lose the rest.
        text = body.decode(encoding, "surrogatepass" if encoding.startswith("utf") else "strict")
    except (UnicodeError, LookupError):
        return body
    return text.encode("utf-8", "surrogatepass")

r"""Pages that are no JSON because of single values, mended so that no other row is lost with them.

A text cut in the middle of an emoji holds half a surrogate pair, an old column bytes of another
encoding, a hand-written serializer puts raw line breaks into strings or `NaN` in place of a number.
All that is data: what has a meaning is kept, what has none is replaced and counted. A body that is
cut off or not JSON at all stays so.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

import msgspec

REPLACEMENT = rb"\uFfFd"
"""U+FFFD in a spelling that no serializer uses, so that what was replaced here can be counted."""

LARGEST = 16 << 20
"""Bytes of a body that is mended at most; one that is all faults takes thirty times as many."""

_ANYTHING = msgspec.json.Decoder(msgspec.Raw)
_LINE_BREAKS = bytes.maketrans(b"\r\n", b"  ")

_SURROGATES = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|.)",
    re.DOTALL,
)
_HALF = len(rb"\ud83d")

_TOKENS = re.compile(
    rb'["\x00-\x1f]|\\u[\da-fA-F]{4}|\\.|[-+]?(?:NaN|Infinity|INF)\b|[-+]?[\d.][\d.eE+-]*',
    re.DOTALL,
)
_NUMBER = re.compile(rb"([-+]?)(\d*)(?:\.(\d*))?([eE][-+]?\d+)?")
_ESCAPED = frozenset(bytes((code,)) for code in b'"\\/bfnrt')
_CONTROLS = {code: b"\\u%04x" % code for code in range(0x20)}

_PAIR_IN_CESU_8 = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_HALF_IN_CESU_8 = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def on_one_line(body: bytes) -> bytes:
    """Return a body without line breaks: a Singer message is a line.

    Between tokens they are blanks. Inside a string, where JSON allows none, they are data and
    become escapes.
    """
    if len(body) <= LARGEST and not _is_json(body):
        body = with_legal_tokens(body)
    return body.translate(_LINE_BREAKS)


def _is_json(body: bytes) -> bool:
    # What is nested too deep is no matter of single values.
    with suppress(RecursionError):
        try:
            _ANYTHING.decode(body)
        except msgspec.DecodeError:
            return False
    return True


def with_whole_characters(body: bytes) -> bytes:
    r"""Return a body in UTF-8, with `REPLACEMENT` for what is no character.

    Both halves of a pair that were encoded apart (CESU-8) are the character that they make.
    """
    if not body.isascii():
        body = body.decode("utf-8", _ERRORS).encode()
    if _SURROGATES.search(body):
        body = _ESCAPES.sub(_whole_escape, body)
    return body


def _whole_escape(match: re.Match[bytes]) -> bytes:
    return REPLACEMENT if len(match[0]) == _HALF else match[0]


def _replace_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if pair := _PAIR_IN_CESU_8.match(error.object, error.start):
        halves = pair[0].decode("utf-8", "surrogatepass")
        return halves.encode("utf-16", "surrogatepass").decode("utf-16"), pair.end()
    half = _HALF_IN_CESU_8.match(error.object, error.start)
    return REPLACEMENT.decode(), half.end() if half else error.end


_ERRORS = f"{__name__}.replace"
codecs.register_error(_ERRORS, _replace_bytes)


def with_legal_tokens(body: bytes) -> bytes:
    """Return a body whose strings and numbers are written as JSON wants them.

    Control characters in strings are escaped, and what is no escape stands for itself. Numbers lose
    leading zeros and signs that say nothing; `NaN` and its like are put in quotes, as OData has it.
    """
    pieces: list[bytes] = []
    place, inside = 0, False
    for match in _TOKENS.finditer(body):
        token = match[0]
        if token == b'"':
            inside = not inside
            continue
        legal = _legal_text(token) if inside else _legal_number(token)
        if legal != token:
            pieces += (body[place : match.start()], legal)
            place = match.end()
    return b"".join((*pieces, body[place:]))


def _legal_text(token: bytes) -> bytes:
    if token[:1] == b"\\" and token[1:2] not in _ESCAPED and len(token) < _HALF:
        # An apostrophe as JavaScript escapes it, or a backslash that nobody escaped.
        return b"'" if token == rb"\'" else b"\\" + token
    return _CONTROLS.get(token[0], token)


def _legal_number(token: bytes) -> bytes:
    if token[-1:] in b"NFy":
        return b'"%s"' % token
    found = _NUMBER.fullmatch(token)
    if found is None or not (found[2] or found[3]):
        return token
    sign, whole, fraction, exponent = found.groups(b"")
    digits = whole.lstrip(b"0") or b"0"
    return b"".join((sign.strip(b"+"), digits, b"." + fraction if fraction else b"", exponent))

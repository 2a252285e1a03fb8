"""Characters that JSON, COPY text and Postgres write or hold differently: pure functions."""

from __future__ import annotations

import re

from target_looker_staging.staging.types import UNHOLDABLE

_JSON_TOKENS = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL
)
# The backslash first, so that one after the other can be replaced.
_COPY_ESCAPED = {"\\": rb"\\", "\t": rb"\t", "\n": rb"\n", "\r": rb"\r"}
_REPLACEMENT = "\ufffd".encode()


class Replacements:
    """Replaces what Postgres cannot hold by U+FFFD, and counts.

    Attributes:
        count: U+0000 and surrogates without a partner seen so far.
    """

    def __init__(self) -> None:
        self.count = 0

    def in_copy_text(self, text: bytes) -> bytes:
        r"""Return a field of COPY text in which each JSON `\uXXXX` has become its character."""
        if rb"\u" not in text:
            return text
        return _JSON_TOKENS.sub(self._copy_token, text)

    def in_json(self, text: bytes) -> bytes:
        """Return JSON that the type jsonb takes."""
        if rb"\u" not in text:
            return text
        return _JSON_TOKENS.sub(self._json_token, text)

    def in_text(self, text: str) -> str:
        """Return text that the type text takes."""
        text, count = UNHOLDABLE.subn("\ufffd", text)
        self.count += count
        return text

    def _copy_token(self, match: re.Match[bytes]) -> bytes:
        token = match[0]
        if token[1:2] != b"u":
            return token
        character = self._character(token)
        return _COPY_ESCAPED.get(character) or character.encode()

    def _json_token(self, match: re.Match[bytes]) -> bytes:
        token = match[0]
        if token[1:2] != b"u" or self._character(token) != "\ufffd":
            return token
        return _REPLACEMENT

    def _character(self, token: bytes) -> str:
        r"""Return what `\uXXXX` or a pair of surrogates stands for, or U+FFFD."""
        code = int(token[2:6], 16)
        if len(token) > len(rb"\u0000"):
            low = int(token[8:12], 16)
            return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        if code == 0 or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 the surrogates' range
            self.count += 1
            return "\ufffd"
        return chr(code)


def copy_escape(text: str) -> bytes:
    """Return text as a field of COPY text."""
    for character, escaped in _COPY_ESCAPED.items():
        text = text.replace(character, escaped.decode())
    return text.encode()

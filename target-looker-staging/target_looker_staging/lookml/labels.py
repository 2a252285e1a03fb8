"""Labels for people from the source's names: `VendorNum` and `vendornum` are "Vendor Num"."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from importlib.resources import files

from target_looker_staging.lookml.names import words as plain_words

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
# Cost of a letter that belongs to no known word: any split into words beats it.
_UNKNOWN = 10.0
_PAIR = 2
# Cost of one more word: fewer, longer words win.
_STEP = 1.0


def label(column: str, source_name: str | None = None) -> str:
    """Return what people call a column.

    Args:
        column: Its name in Postgres, lower case.
        source_name: The property's name in the source, if it is known; decides the spelling.
    """
    known = source_name if source_name and source_name.lower() == column else None
    text = (known or column).removesuffix("_c").strip("_")
    parts = [part for part in re.split(r"[\W_]+", text) if part]
    words = [word for part in parts for word in _words_of(part, is_camel=bool(known))]
    text = " ".join(word[:1].upper() + word[1:] for word in words)
    return text or plain_words(column) or "Column"


def _words_of(part: str, *, is_camel: bool) -> list[str]:
    # The words that are known are English: a name with other letters stays whole.
    if not part.isascii():
        return [part]
    return _camel_words(part) if is_camel else _split(part)


def _camel_words(part: str) -> list[str]:
    """Return the words that capitals show, as people write them.

    Epicor capitalises parts of words (`EMailAddress`, `InActive`) and runs capitals together
    (`REFPONum`): known words decide there.
    """
    found: list[str] = []
    for word in _WORD.findall(part):
        joined = found[-1] + word.lower() if found else ""
        if joined.istitle() and joined.lower() in _words():
            found[-1] = joined
        else:
            found += _run_of_capitals(word)
    return found


def _run_of_capitals(word: str) -> list[str]:
    """Return `PONUM` as PO and Num; anything but two known words stays whole."""
    if not word.isupper() or word.lower() in _words():
        return [word]
    pieces = _split(word.lower())
    known = all(len(piece) > 1 and piece.lower() in _words() for piece in pieces)
    return pieces if known and len(pieces) == _PAIR else [word]


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    """Return the words of which Kinetic's property names are made, lower case to usual spelling."""
    text = files(__package__).joinpath("words.txt").read_text(encoding="utf-8")
    return {word.lower(): word for word in text.split()}


def _split(part: str) -> list[str]:
    """Return a lower-case name as its likeliest words: the cheapest path through its letters."""
    words = _words()
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(part) + 1):
        options = [(best[end - 1][0] + _UNKNOWN, end - 1)]
        for start in range(max(0, end - 20), end):
            piece = part[start:end]
            if piece in words or piece.isdigit():
                # A short word is less likely to be meant than a long one.
                cost = _STEP + 1 / math.sqrt(len(piece))
                options.append((best[start][0] + cost, start))
        best.append(min(options))
    return _joined(part, best, words)


def _joined(part: str, best: list[tuple[float, int]], words: dict[str, str]) -> list[str]:
    """Return the words on the cheapest path, letters of unknown words kept together."""
    pieces: list[str] = []
    end = len(part)
    unknown = ""
    while end:
        start = best[end][1]
        piece = part[start:end]
        if piece in words or piece.isdigit():
            if unknown:
                pieces.append(unknown)
                unknown = ""
            pieces.append(words.get(piece, piece))
        else:
            unknown = piece + unknown
        end = start
    if unknown:
        pieces.append(unknown)
    return pieces[::-1]

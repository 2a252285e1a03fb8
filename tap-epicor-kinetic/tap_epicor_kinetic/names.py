"""The name that somebody probably meant."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST_ENDING = 4


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is written most alike, `None` if none is near.

    One that differs only by letter case or by what stands between words comes first, then one with
    something before it, as the columns of a BAQ have (`Part_PartNum`).
    """
    by_letters = {_letters(each): each for each in known}
    letters = _letters(name)
    if letters in by_letters:
        return by_letters[letters]
    longer = [each for each in by_letters if each.endswith(letters)]
    if len(letters) >= _SHORTEST_ENDING and longer:
        return by_letters[min(longer, key=len)]
    close = get_close_matches(letters, by_letters, n=1)
    return by_letters[close[0]] if close else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` for a name that is not known, or nothing if none is near."""
    near = nearest(name, known)
    return f"; did you mean {near}?" if near else ""


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()

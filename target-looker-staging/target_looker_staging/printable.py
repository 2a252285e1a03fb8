"""Text of others on its way to a terminal: names, and what servers answered, are data.

A name may hold an escape sequence that recolours, rewrites or renames the reader's terminal, a line
break that forges a line of a log, or a mark that reverses what follows it.
"""

from __future__ import annotations

import logging
import unicodedata
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable

# Spaces of other widths (no-break space, say) are harmless, and in names of many languages.
_SPACE = "Zs"


def printable(text: str, *, keep: str = "") -> str:
    """Return text in which every character that is none to be seen is written as its code.

    Args:
        text: From anywhere.
        keep: Characters to leave as they are, line breaks for instance.
    """
    if text.isprintable():
        return text
    return "".join(
        each
        if each.isprintable() or each in keep or unicodedata.category(each) == _SPACE
        else each.encode("unicode_escape").decode("ascii")
        for each in text
    )


class PrintableFilter(logging.Filter):
    """Makes a log record's message printable, on one line."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Return that the record is to be logged, its message made printable if it is not."""
        message = record.getMessage()
        shown = printable(message)
        if shown != message:
            record.msg, record.args = shown, ()
        return True


_FILTER = PrintableFilter()


def guard_logs(loggers: Iterable[logging.Logger]) -> None:
    """Let nothing but printable text through loggers, and through the handlers that are there.

    A handler sees the records of other loggers, too: the SDK's own name streams as well.
    """
    for each in (*loggers, *logging.getLogger().handlers):
        # Adding the same filter again changes nothing.
        each.addFilter(_FILTER)

"""Names from outside as LookML and its SQL can bear them: nothing in them means anything there.

What a stream or a property is called, its source decides. In LookML `;;` ends an expression, `${}`
names a field, `@{}` a constant, `{{ }}` and `{% %}` are Liquid, and a quote ends a text.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
# Letters, digits, and what names really hold beside them; none of it means anything in LookML.
_HARMLESS = re.compile(r"[\w .,:/()+=-]")
_WORDS = re.compile(r"[^\w .,:/()&+='\u2019@#%*!?-]+")
_BASIC_PLANE = 0xFFFF


def view_name(name: str) -> str:
    """Return a name as LookML allows names: lower-case letters, digits, underscores."""
    return re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")


def column(name: str) -> str:
    """Return a name as an identifier in SQL that stands in LookML.

    A character that could mean something to LookML is written by its code, which Postgres reads as
    that character (PostgreSQL manual, "Identifiers with Unicode escapes").
    """
    if _PLAIN.fullmatch(name):
        return name
    if all(map(_HARMLESS.fullmatch, name)):
        return f'"{name}"'
    return 'U&"' + "".join(map(_escaped, name)) + '"'


def words(text: str) -> str:
    """Return a text as a label or a description may hold it: what is no word becomes a space."""
    return " ".join(_WORDS.sub(" ", text).split())


def _escaped(character: str) -> str:
    if _HARMLESS.fullmatch(character):
        return character
    code = ord(character)
    return f"\\{code:04X}" if code <= _BASIC_PLANE else f"\\+{code:06X}"

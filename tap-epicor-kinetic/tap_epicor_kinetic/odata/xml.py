"""XML from a server, read without its document type."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat


def refuse_doctype(*_declaration: object) -> None:
    """Raise `ValueError` as an expat parser's `StartDoctypeDeclHandler`."""
    message = "document type declarations are refused"
    raise ValueError(message)


def xml_fields(body: bytes) -> dict[str, Any]:
    """Return the text of an XML document's elements by local name, nothing if it is none.

    A document type is refused, since entities could make gigabytes of a few bytes.
    """
    fields: dict[str, Any] = {}
    path: list[str] = []
    parser = expat.ParserCreate()

    def text(data: str) -> None:
        fields[path[-1]] = fields.get(path[-1], "") + data

    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, _attributes: path.append(tag.rpartition(":")[2])
    parser.EndElementHandler = lambda _tag: path.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat takes it by position
    except (expat.ExpatError, ValueError, LookupError):
        return {}
    return fields

"""XML from a server, read without its document type."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from tap_epicor_kinetic.odata.encodings import in_utf_8


def refuse_doctype(*_declaration: object) -> None:
    """Raise `ValueError` as an expat parser's `StartDoctypeDeclHandler`."""
    message = "document type declarations are refused"
    raise ValueError(message)


# .NET states it of every document that was a string first, whatever it is sent in.
_STATES_UTF_16 = re.compile(rb"\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']utf-16", re.IGNORECASE)


def new_parser(body: bytes, namespace_separator: str | None = None) -> expat.XMLParserType:
    """Return a parser for a document in UTF-8, which refuses a document type.

    Args:
        body: The document, of which only what it states of its encoding counts.
        namespace_separator: What to put between namespace and name; `None` leaves them as written.
    """
    encoding = "utf-8" if _STATES_UTF_16.match(body) else None
    parser = expat.ParserCreate(encoding, namespace_separator)
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def xml_fields(body: bytes) -> dict[str, Any]:
    """Return the text of an XML document's elements by local name, nothing if it is none.

    A document type is refused, since entities could make gigabytes of a few bytes.
    """
    fields: dict[str, Any] = {}
    path: list[str] = []
    body = in_utf_8(body)
    parser = new_parser(body)

    def text(data: str) -> None:
        fields[path[-1]] = fields.get(path[-1], "") + data

    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, _attributes: path.append(tag.rpartition(":")[2])
    parser.EndElementHandler = lambda _tag: path.pop()
    parser.CharacterDataHandler = text
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat takes it by position
    except (expat.ExpatError, ValueError, LookupError):
        return {}
    return fields

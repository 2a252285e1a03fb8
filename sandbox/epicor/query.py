"""Reading the query string of a request for rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from sandbox.epicor.errors import bad_request, internal_error

if TYPE_CHECKING:
    from collections.abc import Mapping

_KNOWN = {
    "$select",
    "$filter",
    "$orderby",
    "$top",
    "$skip",
    "$count",
    "$expand",
    "$apply",
    "$format",
}
_NAME = re.compile(r"[A-Za-z_]\w*")
_ORDER = re.compile(r"([A-Za-z_]\w*)(?:\s+(asc|desc))?")
_INT32_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Expand:
    """One item of `$expand`: the navigation property and the query inside its brackets."""

    name: str
    query: Query


@dataclass(frozen=True, slots=True)
class Query:
    """The system options of one request, and all that is not a system option as `parameters`.

    `select` and `top` are None where the client gave none; `order` holds names, each with whether
    it descends.
    """

    select: tuple[str, ...] | None = None
    filter: str | None = None
    order: tuple[tuple[str, bool], ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    expand: tuple[Expand, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()

    def values(self, name: str) -> list[str]:
        """Return the values of a parameter that is not a system option, in the order given."""
        return [value for key, value in self.parameters if key == name]


def parse_query(text: str) -> Query:
    """Return the query of a raw query string.

    `$apply` is dropped without a word, as the server does; a `+` is a blank.

    Raises:
        errors.RefusalError: 400 for an option that is unknown, given twice or unreadable, 500 for
            an order by expression.
    """
    pairs = parse_qsl(text, keep_blank_values=True)
    options: dict[str, str] = {}
    for name, value in pairs:
        if not name.startswith("$"):
            continue
        if name not in _KNOWN:
            message = f"The query parameter '{name}' is not supported."
            raise bad_request(message)
        if name in options:
            message = f"Query option '{name}' was specified more than once."
            raise bad_request(message)
        options[name] = value
    return _query(options, tuple(pair for pair in pairs if not pair[0].startswith("$")))


def _query(options: Mapping[str, str], parameters: tuple[tuple[str, str], ...] = ()) -> Query:
    count = options.get("$count", "false")
    if count not in ("true", "false"):
        message = f"Invalid value '{count}' for $count query option found: true or false."
        raise bad_request(message)
    return Query(
        select=_select(options["$select"]) if "$select" in options else None,
        filter=options.get("$filter") or None,
        order=_order(options.get("$orderby", "")),
        top=_natural("$top", options["$top"]) if "$top" in options else None,
        skip=_natural("$skip", options["$skip"]) if "$skip" in options else 0,
        count=count == "true",
        expand=_expand(options.get("$expand", "")),
        parameters=parameters,
    )


def _select(text: str) -> tuple[str, ...] | None:
    if text == "*":
        return None
    names = tuple(text.split(","))
    for name in names:
        if not _NAME.fullmatch(name):
            message = f"Syntax error in $select at '{name}': names without blanks are expected."
            raise bad_request(message)
    return names


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    if not text:
        return ()
    terms = []
    for item in text.split(","):
        match = _ORDER.fullmatch(item.strip())
        if match is None:
            raise internal_error()
        terms.append((match[1], match[2] == "desc"))
    return tuple(terms)


def _natural(option: str, text: str) -> int:
    if not text.isdecimal() or int(text) > _INT32_MAX:
        message = f"Invalid value '{text}' for {option} query option found: not a natural Int32."
        raise bad_request(message)
    return int(text)


def _expand(text: str) -> tuple[Expand, ...]:
    return tuple(_expand_item(item) for item in split_outside(text, ",")) if text else ()


def _expand_item(text: str) -> Expand:
    name, bracket, rest = text.partition("(")
    if not _NAME.fullmatch(name) or (bracket and not rest.endswith(")")):
        message = f"Syntax error in $expand at '{text}'."
        raise bad_request(message)
    options = (
        dict(part.partition("=")[::2] for part in split_outside(rest[:-1], ";")) if bracket else {}
    )
    for option in options:
        if option not in ("$select", "$filter", "$orderby", "$expand"):
            message = f"The option '{option}' is not supported inside $expand."
            raise bad_request(message)
    return Expand(name, _query(options))


def split_outside(text: str, separator: str) -> list[str]:
    """Split `text` at each separator outside brackets and quotes; blanks around the parts go."""
    parts, depth, quoted, start = [], 0, False, 0
    for position, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
        elif not quoted and depth == 0 and character == separator:
            parts.append(text[start:position].strip())
            start = position + 1
    return [*parts, text[start:].strip()]

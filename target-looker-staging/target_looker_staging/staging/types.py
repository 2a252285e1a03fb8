"""JSON Schema to Postgres types: pure functions.

The generic SQL map of the Singer SDK is not used: it makes 32-bit integers of Epicor's 64-bit row
versions, zone-less timestamps of date-times, and text of objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Characters that Postgres cannot hold: U+0000, and surrogates, which are none in UTF-8.
UNHOLDABLE = re.compile("[\0\ud800-\udfff]")


_BIGINT_MIN, _BIGINT_MAX = -(2**63), 2**63 - 1
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
# One that refers to itself has no end.
_MAX_REFERENCES = 50


class PgType(str, Enum):
    """The Postgres types that staging tables use, as `format_type` spells them."""

    BOOLEAN = "boolean"
    BIGINT = "bigint"
    NUMERIC = "numeric"
    DATE = "date"
    TIMESTAMPTZ = "timestamp with time zone"
    UUID = "uuid"
    TEXT = "text"
    JSONB = "jsonb"


# Values that stand in a URL, and so in `_source_id`, as they are.
URL_SAFE = frozenset({PgType.BIGINT, PgType.BOOLEAN, PgType.DATE, PgType.UUID})


@dataclass(frozen=True, slots=True)
class ValueType:
    """What a property's definition lets its values be.

    Attributes:
        pg_type: The type that holds them all, exactly.
        mixed: Whether they may be scalars of several types, all kept as their text.
        quoted: Whether numbers come in JSON strings (`format: singer.decimal`).
    """

    pg_type: PgType
    mixed: bool = False
    quoted: bool = False


_BY_LEAF = {
    ("boolean", None): PgType.BOOLEAN,
    ("integer", None): PgType.BIGINT,
    ("number", None): PgType.NUMERIC,
    ("string", "date"): PgType.DATE,
    ("string", "date-time"): PgType.TIMESTAMPTZ,
    ("string", "uuid"): PgType.UUID,
    # Decimals in a string, as the SDK's DecimalType writes them.
    ("string", "singer.decimal"): PgType.NUMERIC,
    ("string", "x-singer.decimal"): PgType.NUMERIC,
}


def value_type(definition: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> ValueType:
    """Return what the JSON Schema of a property lets its values be.

    Args:
        definition: The property's.
        root: The schema in which its `$ref` look for what they name.
    """
    leaves = list(_leaves(definition, root or {}))
    pg_type, mixed = _pg_type(leaves)
    quoted = pg_type is PgType.NUMERIC and any(name == "string" for name, _ in leaves)
    return ValueType(pg_type, mixed, quoted)


_Leaf: TypeAlias = "tuple[str, str | None]"
_ANY: _Leaf = ("any", None)
_BRANCHES = ("anyOf", "oneOf", "allOf")


def _leaves(definition: Any, root: Mapping[str, Any], followed: int = 0) -> Iterable[_Leaf]:
    """Yield each (JSON type, format) that a property may have; null left out."""
    if not isinstance(definition, dict):
        yield _ANY
        return
    if "$ref" in definition:
        yield from _referred_leaves(definition, root, followed)
        return
    types = definition.get("type")
    for word in _BRANCHES:
        found = [
            leaf
            for branch in definition.get(word) or ()
            for leaf in _leaves(branch, root, followed)
        ]
        # A branch without a type takes nothing away from one that has one and must hold as well.
        is_typed = types is not None or (word == "allOf" and set(found) != {_ANY})
        yield from (leaf for leaf in found if not is_typed or leaf != _ANY)
    if types is None and not definition.keys() & set(_BRANCHES):
        yield from _types_of_constants(definition)
    for name in [types] if isinstance(types, str) else types or ():
        if name == "integer" and not _fits_bigint(definition):
            yield "number", None
        elif name != "null":
            yield name, definition.get("format") if name == "string" else None


def _referred_leaves(
    definition: Mapping[str, Any], root: Mapping[str, Any], followed: int
) -> Iterable[_Leaf]:
    """Yield the leaves of what `$ref` names; what cannot be found, or names itself, is anything."""
    target = _at(root, definition["$ref"]) if followed < _MAX_REFERENCES else None
    if target is None:
        yield _ANY
        return
    beside = {word: value for word, value in definition.items() if word != "$ref"}
    found = {**target, **beside} if isinstance(target, dict) else target
    yield from _leaves(found, root, followed + 1)


def _at(root: Mapping[str, Any], reference: object) -> Any:
    """Return what a JSON Pointer in a URL's fragment (RFC 6901) points to; None if nothing."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found: Any = root
    for part in unquote(reference[1:]).split("/")[1:]:
        step = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            found = dict(enumerate(found)).get(int(step)) if step.isdecimal() else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return None if found is root and reference != "#" else found


def _fits_bigint(definition: Mapping[str, Any]) -> bool:
    """Return whether the bounds of an integer, as far as it has any, are within bigint's."""
    if definition.get("format") == "uint64":
        return False
    return all(
        isinstance(bound, bool)
        or not isinstance(bound, (int, float, Decimal))
        or _BIGINT_MIN <= bound <= _BIGINT_MAX
        # A float that is as near to the bound as a float can be means the bound.
        or (isinstance(bound, float) and bound == float(_BIGINT_MAX))
        for bound in (definition.get(word) for word in _BOUNDS)
    )


def _types_of_constants(definition: Mapping[str, Any]) -> Iterable[_Leaf]:
    """Yield the types of `enum` or `const` values; a definition without any may be anything."""
    constants = definition.get("enum", [definition["const"]] if "const" in definition else [object])
    names = {bool: "boolean", int: "integer", float: "number", Decimal: "number", str: "string"}
    for constant in constants:
        if type(constant) is int and not _BIGINT_MIN <= constant <= _BIGINT_MAX:
            yield "number", None
        elif constant is not None:
            yield names.get(type(constant), "any"), None


def _pg_type(leaves: list[tuple[str, str | None]]) -> tuple[PgType, bool]:
    """Return the type that holds every leaf exactly, and whether scalars are mixed in it."""
    types = {
        PgType.JSONB if leaf[0] in {"object", "array", "any"} else _BY_LEAF.get(leaf, PgType.TEXT)
        for leaf in leaves
    }
    if not types or PgType.JSONB in types:
        return PgType.JSONB, False
    if types == {PgType.BIGINT, PgType.NUMERIC}:
        return PgType.NUMERIC, False
    if len(types) == 1:
        return types.pop(), False
    return PgType.TEXT, any(leaf[0] != "string" for leaf in leaves)


# What an existing column becomes when a stream starts to send something else. A type that is not
# listed under another cannot hold it. Changes to text and to jsonb keep every value readable.
_HOLDS: dict[PgType, frozenset[PgType]] = {
    PgType.BOOLEAN: frozenset(),
    PgType.BIGINT: frozenset(),
    PgType.NUMERIC: frozenset({PgType.BIGINT}),
    PgType.DATE: frozenset(),
    PgType.TIMESTAMPTZ: frozenset({PgType.DATE}),
    PgType.UUID: frozenset(),
    PgType.TEXT: frozenset(PgType) - {PgType.JSONB},
    PgType.JSONB: frozenset(PgType),
}


def widest(existing: PgType, wanted: PgType) -> PgType:
    """Return the narrowest type that holds the values of both, exactly."""
    for candidate in (existing, wanted, PgType.TEXT):
        if {existing, wanted} <= _HOLDS[candidate] | {candidate}:
            return candidate
    return PgType.JSONB

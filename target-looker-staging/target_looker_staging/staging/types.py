"""JSON Schema to Postgres types: pure functions.

The generic SQL map of the Singer SDK is not used: it makes 32-bit integers of Epicor's 64-bit row
versions, zone-less timestamps of date-times, and text of objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Characters that Postgres cannot hold: U+0000, and surrogates, which are none in UTF-8.
UNHOLDABLE = re.compile("[\0\ud800-\udfff]")


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


def value_type(definition: Mapping[str, Any]) -> ValueType:
    """Return what the JSON Schema of a property lets its values be."""
    leaves = list(_leaves(definition))
    pg_type, mixed = _pg_type(leaves)
    quoted = pg_type is PgType.NUMERIC and any(name == "string" for name, _ in leaves)
    return ValueType(pg_type, mixed, quoted)


def _leaves(definition: Any) -> Iterable[tuple[str, str | None]]:
    """Yield each (JSON type, format) that a property may have; null left out."""
    if not isinstance(definition, dict):
        yield "any", None
        return
    for word in ("anyOf", "oneOf", "allOf"):
        for branch in definition.get(word, ()):
            yield from _leaves(branch)
    types = definition.get("type")
    if types is None and not {"anyOf", "oneOf", "allOf"} & definition.keys():
        yield from _types_of_constants(definition)
    for name in [types] if isinstance(types, str) else types or ():
        if name != "null":
            yield name, definition.get("format") if name == "string" else None


def _types_of_constants(definition: Mapping[str, Any]) -> Iterable[tuple[str, str | None]]:
    """Yield the types of `enum` or `const` values; a definition without any may be anything."""
    constants = definition.get("enum", [definition["const"]] if "const" in definition else [object])
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    for constant in constants:
        if constant is not None:
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

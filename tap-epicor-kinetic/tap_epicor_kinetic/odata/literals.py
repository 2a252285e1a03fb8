"""OData text, purely: literals, filters, query strings, keyset expressions and types.

Sources: OData v4.01 ABNF (literals, `commonExpr`), OData CSDL XML v4.01 (primitive types). What
Epicor's servers accept beyond or below that is noted at each function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

KeyValue: TypeAlias = "str | int | bool | None"
"""A key or cursor value: text as the server wrote it (dates, GUIDs, decimals too), or a number."""

# Characters that stay readable in a query string. `+` must not be among them: it means a blank.
_SAFE_IN_QUERY = "$,:()'=*@!~/"

_INTEGERS = frozenset({"Edm.Int64", "Edm.Int32", "Edm.Int16", "Edm.Byte", "Edm.SByte"})
_NUMBERS = frozenset({"Edm.Decimal", "Edm.Double", "Edm.Single"})


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an entity type, as `$metadata` declares it.

    Attributes:
        name: The server's spelling.
        edm_type: `Edm.String`, `Edm.Int64`, ...; anything else is read as JSON.
        nullable: Whether the server may send null; keys are not nullable.
        max_length: Characters, for strings, when the server says so.
        precision: Decimal digits in all, when the server says so.
        scale: Decimal digits after the point, when the server says so and it is a number.
        date_only: Whether the value is a calendar day, however the server writes it.
    """

    name: str
    edm_type: str
    nullable: bool = True
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    date_only: bool = False

    @property
    def is_integer(self) -> bool:
        """Whether values are whole numbers."""
        return self.edm_type in _INTEGERS

    @property
    def is_number(self) -> bool:
        """Whether values are numbers, whole or not."""
        return self.edm_type in _INTEGERS or self.edm_type in _NUMBERS

    @property
    def is_temporal(self) -> bool:
        """Whether values are dates or date-times."""
        return self.edm_type in {"Edm.DateTimeOffset", "Edm.DateTime", "Edm.Date"}


def json_schema(prop: Property) -> dict[str, Any]:
    """Return the JSON Schema of a property.

    Decimals are JSON numbers; precision and scale stand under `x-sql-datatype-properties`, one of
    the two extension keywords that the Singer SDK keeps when a catalog passes through it (SDK
    0.54).
    """
    schema = _typed(prop)
    if prop.nullable:
        schema["type"] = (
            [schema["type"], "null"] if isinstance(schema["type"], str) else schema["type"]
        )
    return schema


def _typed(prop: Property) -> dict[str, Any]:
    if prop.is_integer:
        return {"type": "integer"}
    if prop.is_number:
        digits = {"precision": prop.precision, "scale": prop.scale}
        known = {name: value for name, value in digits.items() if value is not None}
        return {"type": "number", **({"x-sql-datatype-properties": known} if known else {})}
    if prop.edm_type == "Edm.Boolean":
        return {"type": "boolean"}
    if prop.date_only or prop.edm_type == "Edm.Date":
        return {"type": "string", "format": "date"}
    if prop.is_temporal:
        return {"type": "string", "format": "date-time"}
    if prop.edm_type == "Edm.Guid":
        return {"type": "string", "format": "uuid"}
    if prop.edm_type.startswith("Edm."):
        return {"type": "string", **({"maxLength": prop.max_length} if prop.max_length else {})}
    return {"type": ["object", "array", "string", "null"]}


def property_from_schema(name: str, schema: dict[str, Any]) -> Property:
    """Return the property that `json_schema` would have made `schema` from.

    It lets a catalog stand in for `$metadata`, so that a run with a catalog fetches none. Integers
    come back as `Edm.Int64`: both integer types are written alike in filters and in JSON.
    """
    types = schema.get("type", "string")
    types = {types} if isinstance(types, str) else set(types)
    digits = schema.get("x-sql-datatype-properties") or {}
    text_format = schema.get("format")
    if "integer" in types:
        edm_type = "Edm.Int64"
    elif "number" in types:
        edm_type = "Edm.Decimal"
    elif "boolean" in types:
        edm_type = "Edm.Boolean"
    elif "object" in types or "array" in types:
        edm_type = "Collection(Edm.ComplexType)"
    elif text_format in {"date", "date-time"}:
        edm_type = "Edm.DateTimeOffset"
    else:
        edm_type = "Edm.Guid" if text_format == "uuid" else "Edm.String"
    return Property(
        name=name,
        edm_type=edm_type,
        nullable="null" in types,
        max_length=schema.get("maxLength"),
        precision=digits.get("precision"),
        scale=digits.get("scale"),
        date_only=text_format == "date",
    )


def literal(value: KeyValue, edm_type: str) -> str:
    """Return `value` as an OData literal of `edm_type`.

    Date-times always carry a zone: Epicor reads a bare date as a subtraction, refuses a quoted one,
    and some servers refuse one without zone. A zone-less value keeps its digits and gets `Z`.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if edm_type == "Edm.Date":
        return value[:10]
    if edm_type in {"Edm.DateTimeOffset", "Edm.DateTime"}:
        return _date_time_literal(value)
    if edm_type in {"Edm.Guid", "Edm.Decimal", "Edm.Double", "Edm.Single"} | _INTEGERS:
        return value
    return "'" + value.replace("'", "''") + "'"


def _date_time_literal(value: str) -> str:
    text = value if "T" in value else f"{value}T00:00:00"
    day, _, time = text.partition("T")
    has_zone = time.endswith(("Z", "z")) or "+" in time or "-" in time
    return f"{day}T{time}" if has_zone else f"{day}T{time}Z"


def key_literal(values: Sequence[KeyValue], edm_types: Sequence[str]) -> str:
    """Return key values as they stand in an entity's URL: `'EPIC06',4101`, percent-encoded."""
    parts = [literal(value, edm) for value, edm in zip(values, edm_types, strict=True)]
    return quote(",".join(parts), safe="',:")


def after(terms: Sequence[tuple[Property, KeyValue]]) -> str | None:
    """Return the filter for everything at or behind a position in the order of `terms`.

    For two terms: `A gt a or (A eq a and B ge b)`. The row at the position itself is included: it
    is the overlap by which the reader sees that nothing moved. Nulls come first, as SQL Server
    sorts them. `None` stands for everything.
    """
    (prop, value), *rest = terms
    text = literal(value, prop.edm_type)
    behind = f"{prop.name} ne null" if value is None else f"{prop.name} gt {text}"
    if not rest:
        return None if value is None else f"{prop.name} ge {text}"
    tied = both(f"{prop.name} eq {text}", after(rest))
    return f"{behind} or ({tied})"


def both(*filters: str | None) -> str | None:
    """Return the conjunction of the filters that are there, or `None` without any."""
    present = [text for text in filters if text]
    if len(present) <= 1:
        return present[0] if present else None
    return " and ".join(f"({text})" if " or " in text else text for text in present)


def query_string(options: Sequence[tuple[str, str]]) -> str:
    """Return an encoded query string, in the order given.

    System options keep their `$`; blanks become `%20` and `+` becomes `%2B`, which IIS and OData
    both read alike.
    """
    return "&".join(
        f"{quote(name, safe='$')}={quote(value, safe=_SAFE_IN_QUERY)}" for name, value in options
    )

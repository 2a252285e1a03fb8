"""Properties of entity types, and the JSON Schema of each.

Source: OData CSDL XML v4.01, primitive types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

KeyValue: TypeAlias = "str | int | bool | None"
"""A key or cursor value: text as the server wrote it (dates, GUIDs, decimals too), or a number."""

_INTEGERS = frozenset({"Edm.Int64", "Edm.Int32", "Edm.Int16", "Edm.Byte", "Edm.SByte"})
_NUMBERS = frozenset({"Edm.Decimal", "Edm.Double", "Edm.Single"})
_OF_CALL = "The company that was asked; the server's rows do not tell it."
_TEXTS = frozenset(
    {"Edm.String", "Edm.Binary", "Edm.Duration", "Edm.Stream", "Edm.Time", "Edm.TimeOfDay"}
)
_ANYTHING = ["object", "array", "string", "number", "boolean", "null"]
# Types whose literals another type's JSON Schema would not lead back to.
_KEPT = frozenset({"Edm.Date", *_TEXTS} - {"Edm.String", "Edm.Stream"})
_EXTENSION = "x-sql-datatype-properties"


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an entity type, as `$metadata` declares it.

    Attributes:
        name: The server's spelling.
        edm_type: `Edm.String`, `Edm.Int64`, ...; what is no scalar for certain (complex types,
            collections, `Edm.Untyped`, places on earth) is read as JSON.
        nullable: Whether the server may send null; keys are not nullable.
        max_length: Characters, for strings, when the server says so.
        precision: Decimal digits in all, when the server says so.
        scale: Decimal digits after the point, when the server says so and it is a number.
        date_only: Whether the value is a calendar day, however the server writes it.
        zone: What stands behind a time without zone in a filter, for this server to understand it.
        is_of_call: Whether the server has no such column, and the value is the company asked for.
    """

    name: str
    edm_type: str
    nullable: bool = True
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    date_only: bool = False
    zone: str = "Z"
    is_of_call: bool = False

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


def is_integer_type(edm_type: str) -> bool:
    """Return whether values of a primitive type are whole numbers."""
    return edm_type in _INTEGERS


def json_schema(prop: Property) -> dict[str, Any]:
    """Return the JSON Schema of a property, which every value of its type fits.

    Decimals are JSON numbers. Their precision and scale, and Edm types that would be lost on the
    way through a catalog, stand under `x-sql-datatype-properties`, one of the two extension
    keywords that the Singer SDK keeps (SDK 0.54); targets pass over what they do not know there.
    """
    schema = _typed(prop)
    if prop.nullable:
        schema["type"] = (
            [schema["type"], "null"] if isinstance(schema["type"], str) else schema["type"]
        )
    if prop.is_of_call:
        schema["description"] = _OF_CALL
    if prop.edm_type in _KEPT:
        schema[_EXTENSION] = {"edm_type": prop.edm_type}
    return schema


def _typed(prop: Property) -> dict[str, Any]:
    if prop.is_integer:
        return {"type": "integer"}
    if prop.is_number:
        digits = {"precision": prop.precision, "scale": prop.scale}
        known = {name: value for name, value in digits.items() if value is not None}
        return {"type": "number", **({_EXTENSION: known} if known else {})}
    if prop.edm_type == "Edm.Boolean":
        return {"type": "boolean"}
    if prop.is_temporal:
        return {"type": "string", "format": "date" if prop.date_only else "date-time"}
    if prop.edm_type == "Edm.Guid":
        return {"type": "string", "format": "uuid"}
    if prop.edm_type == "Edm.String" and prop.max_length:
        return {"type": "string", "maxLength": prop.max_length}
    if prop.edm_type in _TEXTS:
        # MaxLength counts the bytes that a binary value's text stands for.
        return {"type": "string"}
    return {"type": list(_ANYTHING)}


def property_from_schema(name: str, schema: dict[str, Any]) -> Property:
    """Return the property that `json_schema` would have made `schema` from.

    It lets a catalog stand in for `$metadata`, so that a run with a catalog fetches none. Integers
    come back as `Edm.Int64`: both integer types are written alike in filters and in JSON.
    """
    types = schema.get("type", "string")
    types = {types} if isinstance(types, str) else set(types)
    kept = schema.get(_EXTENSION) or {}
    text_format = schema.get("format")
    if kept.get("edm_type") in _KEPT:
        edm_type = kept["edm_type"]
    elif "object" in types or "array" in types:
        edm_type = "Edm.Untyped"
    elif "integer" in types:
        edm_type = "Edm.Int64"
    elif "number" in types:
        edm_type = "Edm.Decimal"
    elif "boolean" in types:
        edm_type = "Edm.Boolean"
    elif text_format in {"date", "date-time"}:
        edm_type = "Edm.DateTimeOffset"
    else:
        edm_type = "Edm.Guid" if text_format == "uuid" else "Edm.String"
    return Property(
        name=name,
        edm_type=edm_type,
        nullable="null" in types,
        max_length=schema.get("maxLength"),
        precision=kept.get("precision"),
        scale=kept.get("scale"),
        date_only=text_format == "date",
        is_of_call=schema.get("description") == _OF_CALL,
    )

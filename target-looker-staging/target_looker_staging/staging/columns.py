"""JSON Schema to Postgres columns: pure functions, no connection.

The generic SQL map of the Singer SDK is not used: it makes 32-bit integers of Epicor's 64-bit row
versions, zone-less timestamps of date-times, and text of objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from target_looker_staging.exceptions import StagingSchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# PostgreSQL cuts longer names with only a notice (NAMEDATALEN - 1, counted in bytes).
MAX_NAME_BYTES = 63
# A heap row has at most 1,600 columns (MaxHeapAttributeNumber), ours among them.
MAX_COLUMNS = 1600
# Characters that Postgres cannot hold: U+0000, and surrogates, which are none in UTF-8.
UNHOLDABLE = re.compile("[\0\ud800-\udfff]")
# What `audit` and `rejected` make beside the staging tables.
_RUN_LOG = frozenset(
    {
        "_sync_runs",
        "_sync_run_streams",
        "_looker_refreshes",
        "_rejected_records",
        "_rejected_schemas",
    }
)
# Columns that every PostgreSQL table has already.
SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})


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


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a staging table.

    Attributes:
        name: As in Postgres: the property in lower case.
        pg_type: What the column is; may be wider than what the schema asks for.
        source: The property of the record; empty for the target's own columns.
        value_type: What the schema lets the property be; decides how a value is checked and read.
        mixed: Whether the schema allows scalars of several types, all kept as their text.
        quoted: Whether numbers come in JSON strings (`format: singer.decimal`).
        required: NOT NULL.
    """

    name: str
    pg_type: PgType
    source: str = ""
    value_type: PgType = PgType.TEXT
    mixed: bool = False
    quoted: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class SourceIdentity:
    """What the tap says about where a stream's rows come from (`x-source` in its schema).

    Attributes:
        entity: The source's name for the stream, such as `Erp.BO.VendorSvc/Vendors`.
        system: The kind of source, such as `epicor-kinetic`; empty when the tap does not say.
        id_property: Property with the source's own row id, if it has one.
        company_property: Property with the company a row belongs to, if it has one.
    """

    entity: str
    system: str = ""
    id_property: str | None = None
    company_property: str | None = None


@dataclass(frozen=True, slots=True)
class TableShape:
    """A stream's staging table as its schema asks for it.

    Attributes:
        name: Table name.
        columns: What is read from a record, in the order of the schema's properties.
        own_columns: The target's columns, after the stream's.
        key: Names of the key columns; empty for a stream without key.
        key_properties: The same as properties.
        source: Where the rows come from.
    """

    name: str
    columns: tuple[Column, ...]
    own_columns: tuple[Column, ...]
    key: tuple[str, ...]
    key_properties: tuple[str, ...]
    source: SourceIdentity

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Return the stream's columns, then the target's."""
        return self.columns + self.own_columns


SOURCE_COLUMNS = (
    Column("_source_id", PgType.TEXT, required=True),
    Column("_source_company", PgType.TEXT),
    Column("_source_entity", PgType.TEXT, required=True),
    Column("_source_url", PgType.TEXT),
)
# Deletes need these two even when the other record metadata is not wanted. A tap may send the first
# one itself, so it is read from the record like any property, and null brings a deleted row back.
DELETED_AT = Column(
    "_sdc_deleted_at", PgType.TIMESTAMPTZ, "_sdc_deleted_at", value_type=PgType.TIMESTAMPTZ
)
TABLE_VERSION = Column("_sdc_table_version", PgType.BIGINT)
METADATA_COLUMNS = (
    Column("_sdc_extracted_at", PgType.TIMESTAMPTZ),
    Column("_sdc_received_at", PgType.TIMESTAMPTZ),
    Column("_sdc_batched_at", PgType.TIMESTAMPTZ),
    Column("_sdc_sequence", PgType.BIGINT),
    Column("_sdc_sync_started_at", PgType.BIGINT),
)


def table_shape(
    stream: str,
    schema: Mapping[str, Any],
    key_properties: Sequence[str],
    *,
    metadata: bool = True,
) -> TableShape:
    """Return the staging table for a stream.

    Args:
        stream: Name of the stream.
        schema: The JSON Schema of its records.
        key_properties: The stream's key; may be empty.
        metadata: Whether to add the `_sdc_` columns that deletes do not need.

    Raises:
        StagingSchemaError: If names clash, do not fit Postgres, or the key is not a property.
    """
    own = (*SOURCE_COLUMNS, TABLE_VERSION, *(METADATA_COLUMNS if metadata else ()))
    # A tap that repeats our metadata columns does not get a second set of them.
    ours = {column.name for column in (DELETED_AT, TABLE_VERSION, *METADATA_COLUMNS)}
    properties = {
        name: definition for name, definition in schema["properties"].items() if name not in ours
    }
    _check_names(stream, properties, {column.name for column in own})
    if len(set(key_properties)) < len(key_properties):
        raise StagingSchemaError(
            f"Stream '{stream}': its key {list(key_properties)} names a property twice."
        )
    missing = [name for name in key_properties if name not in properties]
    if missing:
        raise StagingSchemaError(
            f"Stream '{stream}': key properties {missing} are not among the schema's properties. "
            "Select them in the tap's catalog."
        )
    columns = tuple(
        _column(name, definition, is_key=name in key_properties)
        for name, definition in properties.items()
    )
    return TableShape(
        name=table_name(stream),
        columns=(*columns, DELETED_AT),
        own_columns=own,
        key=tuple(column_name(name) for name in key_properties),
        key_properties=tuple(key_properties),
        source=source_identity(stream, schema),
    )


def source_identity(stream: str, schema: Mapping[str, Any]) -> SourceIdentity:
    """Return what the schema's `x-source` says; without one, the stream is its own entity."""
    declared = schema.get("x-source") or {}
    properties = schema["properties"]
    id_property, company = declared.get("id"), declared.get("company")
    return SourceIdentity(
        entity=declared.get("entity") or stream,
        system=declared.get("system") or "",
        id_property=id_property if id_property in properties else None,
        company_property=company if company in properties else None,
    )


def table_name(stream: str) -> str:
    """Return the table of a stream: its name in lower case, so that SQL need not quote it.

    Raises:
        StagingSchemaError: If Postgres would cut the name, or it is one of the run log's tables.
    """
    name = stream.lower()
    _check_length(stream, "stream", name)
    if name in _RUN_LOG:
        raise StagingSchemaError(
            f"Stream '{stream}' would overwrite the run log's table of that name. "
            "Rename the stream with `stream_maps` and `__alias__`."
        )
    return name


def column_name(source: str) -> str:
    """Return the column of a property: its name in lower case, so that SQL need not quote it."""
    return source.lower()


def _check_names(stream: str, properties: Iterable[str], own: set[str]) -> None:
    taken: dict[str, str] = {}
    for source in properties:
        name = column_name(source)
        _check_length(stream, "property", name)
        if name in own or name in SYSTEM_COLUMNS:
            raise StagingSchemaError(
                f"Stream '{stream}': property '{source}' has the name of a column that every "
                "staging table has already. Rename it with `stream_maps`."
            )
        if name in taken:
            raise StagingSchemaError(
                f"Stream '{stream}': properties '{taken[name]}' and '{source}' both become column "
                f"'{name}'. Deselect one, or rename it with `stream_maps`."
            )
        taken[name] = source
    ours = len({*own, DELETED_AT.name})
    if len(taken) + ours > MAX_COLUMNS:
        raise StagingSchemaError(
            f"Stream '{stream}' has {len(taken)} properties; a Postgres table holds {MAX_COLUMNS} "
            f"columns, {ours} of them ours. Deselect some in the tap's catalog."
        )


def _check_length(stream: str, what: str, name: str) -> None:
    if not name or UNHOLDABLE.search(name):
        raise StagingSchemaError(
            f"Stream {stream!a}: a {what} name is empty, or holds U+0000 or half a surrogate "
            "pair, which Postgres refuses."
        )
    if len(name.encode()) > MAX_NAME_BYTES:
        raise StagingSchemaError(
            f"Stream '{stream}': {what} name '{name}' is longer than the {MAX_NAME_BYTES} bytes "
            "that Postgres keeps of a name. Rename it with `stream_maps`."
        )


def _column(source: str, definition: Mapping[str, Any], *, is_key: bool) -> Column:
    leaves = list(_leaves(definition))
    value_type, mixed = _value_type(leaves)
    return Column(
        name=column_name(source),
        pg_type=value_type,
        source=source,
        value_type=value_type,
        mixed=mixed,
        quoted=value_type is PgType.NUMERIC and any(name == "string" for name, _ in leaves),
        required=is_key,
    )


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


def _value_type(leaves: list[tuple[str, str | None]]) -> tuple[PgType, bool]:
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

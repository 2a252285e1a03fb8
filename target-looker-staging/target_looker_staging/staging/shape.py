"""Staging tables as the schemas of streams ask for them: pure functions, no connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_looker_staging.exceptions import StagingSchemaError
from target_looker_staging.staging.columns import (
    DELETED_AT,
    METADATA_COLUMNS,
    SOURCE_COLUMNS,
    TABLE_VERSION,
    Column,
)
from target_looker_staging.staging.types import UNHOLDABLE, value_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# PostgreSQL cuts longer names with only a notice (NAMEDATALEN - 1, counted in bytes).
MAX_NAME_BYTES = 63
# A heap row has at most 1,600 columns (MaxHeapAttributeNumber), ours among them.
MAX_COLUMNS = 1600
# Tables of the run log and of rejected records, which stand beside the staging tables.
_RUN_LOG = frozenset(
    {
        "_sync_runs",
        "_sync_run_streams",
        "_sync_bookmarks",
        "_looker_refreshes",
        "_rejected_records",
        "_rejected_schemas",
    }
)
# What the sources that are known count a row's changes with, by the name that the tap gives them.
_ROW_VERSIONS = {"epicor-kinetic": "SysRevID"}
# Columns that every PostgreSQL table has already.
SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})


@dataclass(frozen=True, slots=True)
class SourceIdentity:
    """What the tap says about where a stream's rows come from (`x-source` in its schema).

    Attributes:
        entity: The source's name for the stream, such as `Erp.BO.VendorSvc/Vendors`.
        id_property: Property with the source's own row id, if it has one.
        company_property: Property with the company a row belongs to, if it has one.
        version_property: Property that counts the changes of the source's rows, if it has one.
    """

    entity: str
    id_property: str | None = None
    company_property: str | None = None
    version_property: str | None = None


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

    @property
    def row_version(self) -> str:
        """Return the column that counts a row's changes, empty if there is none."""
        return column_name(self.source.version_property or "")


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
        _column(name, definition, schema, is_key=name in key_properties)
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
    version = _ROW_VERSIONS.get(declared.get("system") or "")
    return SourceIdentity(
        entity=declared.get("entity") or stream,
        id_property=id_property if id_property in properties else None,
        company_property=company if company in properties else None,
        version_property=version if version in properties else None,
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


def column_name(property_name: str) -> str:
    """Return the column of a property: its name in lower case, so that SQL need not quote it."""
    return property_name.lower()


def _check_names(stream: str, properties: Iterable[str], own: set[str]) -> None:
    taken: dict[str, str] = {}
    for given in properties:
        name = column_name(given)
        _check_length(stream, "property", name)
        if name in own or name in SYSTEM_COLUMNS:
            raise StagingSchemaError(
                f"Stream '{stream}': property '{given}' has the name of a column that every "
                "staging table has already. Rename it with `stream_maps`."
            )
        if name in taken:
            raise StagingSchemaError(
                f"Stream '{stream}': properties '{taken[name]}' and '{given}' both become column "
                f"'{name}'. Deselect one, or rename it with `stream_maps`."
            )
        taken[name] = given
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


def _column(
    property_name: str, definition: Mapping[str, Any], root: Mapping[str, Any], *, is_key: bool
) -> Column:
    values = value_type(definition, root)
    return Column(
        name=column_name(property_name),
        pg_type=values.pg_type,
        property_name=property_name,
        value_type=values.pg_type,
        mixed=values.mixed,
        quoted=values.quoted,
        required=is_key,
    )

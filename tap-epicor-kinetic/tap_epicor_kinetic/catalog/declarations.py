"""What to read, before any server was asked: the built-in streams with the settings' additions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.entities import ENTITIES
from tap_epicor_kinetic.odata.metadata import is_noise
from tap_epicor_kinetic.odata.properties import Property, json_schema
from tap_epicor_kinetic.odata.queries import COMPANY, Source
from tap_epicor_kinetic.reading.cursors import PREFERENCE, candidates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_epicor_kinetic.catalog.entities import Entity, Parent
    from tap_epicor_kinetic.odata.metadata import EntityType

ROW_ID = "SysRowID"
_ALWAYS_OFFERED = (*PREFERENCE, ROW_ID)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One stream as declared.

    Attributes:
        name: Stream name.
        source: Where it is read.
        key: Key columns; those of `$metadata` win unless `key_is_set`.
        key_is_set: Whether the settings name the key.
        columns: Columns that `columns: core` offers; `None` offers all.
        cursor: Cursor column that the settings ask for.
        twin: Service and set that hold the same rows.
        parent: Where these rows stand under `$expand`.
        business_date: Date column that bounds a first load.
        last_resort: BAQ that returns the same columns.
    """

    name: str
    source: Source
    key: tuple[str, ...] = ()
    key_is_set: bool = False
    columns: tuple[str, ...] | None = None
    cursor: str | None = None
    twin: tuple[str, str] | None = None
    parent: Parent | None = None
    business_date: str | None = None
    last_resort: str | None = None


def declarations(config: Mapping[str, Any]) -> dict[str, Declaration]:
    """Return all streams by name: built in, then the settings' own, which override them."""
    declared = {entity.name: _built_in(entity) for entity in ENTITIES}
    for entry in config.get("streams") or ():
        declared[entry["name"]] = _custom(entry, declared.get(entry["name"]))
    for entry in config.get("baqs") or ():
        baq = _baq(entry)
        declared[baq.name] = baq
    return declared


def _built_in(entity: Entity) -> Declaration:
    return Declaration(
        name=entity.name,
        source=Source(entity.service, entity.entity_set),
        key=entity.key,
        columns=entity.columns,
        twin=entity.twin,
        parent=entity.parent,
        business_date=entity.business_date,
    )


def _custom(entry: Mapping[str, Any], base: Declaration | None) -> Declaration:
    service = entry.get("service") or (base.source.service if base else "")
    entity_set = entry.get("entity_set") or (base.source.entity_set if base else "")
    same_set = base is not None and (service, entity_set) == (
        base.source.service,
        base.source.entity_set,
    )
    return Declaration(
        name=entry["name"],
        source=Source(service, entity_set, filter=entry.get("filter")),
        key=tuple(entry.get("primary_keys") or (base.key if base and same_set else ())),
        key_is_set=bool(entry.get("primary_keys")),
        columns=tuple(entry["columns"])
        if entry.get("columns")
        else (base.columns if base else None),
        cursor=entry.get("replication_key"),
        twin=base.twin if base and same_set else None,
        parent=base.parent if base and same_set else None,
        business_date=base.business_date if base else None,
        last_resort=entry.get("source_of_last_resort"),
    )


def _baq(entry: Mapping[str, Any]) -> Declaration:
    return Declaration(
        name=baq_stream_name(entry),
        source=Source(
            f"BaqSvc/{entry['id']}",
            "Data",
            parameters=tuple(_parameters(entry.get("parameters") or {})),
        ),
        key=tuple(entry.get("primary_keys") or ()),
        cursor=entry.get("replication_key"),
    )


def baq_stream_name(entry: Mapping[str, Any]) -> str:
    """Return the stream name of a BAQ: as set, else its ID in snake_case."""
    if entry.get("name"):
        return str(entry["name"])
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", str(entry["id"]))
    return re.sub(r"_+", "_", text).strip("_").lower()


def _parameters(values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        for single in value if isinstance(value, list) else [value]:
            yield name, str(single).lower() if isinstance(single, bool) else str(single)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one server offers for a declared stream: its columns, key and cursors, best first."""

    declaration: Declaration
    properties: tuple[Property, ...]
    key: tuple[str, ...]
    cursors: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """Return the stream's JSON Schema."""
        return {
            "type": "object",
            "properties": {prop.name: json_schema(prop) for prop in self.properties},
            "required": list(self.key),
        }


def offer(declaration: Declaration, entity_type: EntityType, columns: str) -> Offer:
    """Return what a server offers for a declared stream.

    Args:
        declaration: The stream.
        entity_type: The type of its set in the server's `$metadata`.
        columns: The setting of that name, `core` or `all`.

    Raises:
        ConfigValidationError: If the settings name a key or cursor that the server lacks.
    """
    available = {name: prop for name, prop in entity_type.properties.items() if not is_noise(name)}
    if declaration.source.is_baq and COMPANY not in available:
        # A BAQ's company stands in its address only; a row must still tell its own.
        available = {COMPANY: Property(COMPANY, "Edm.String", nullable=False), **available}
    key = _key(declaration, entity_type, available)
    cursors = _cursors(declaration, available)
    wanted = set(available)
    if columns == "core" and declaration.columns is not None:
        named = (_spelling(name, available) for name in declaration.columns)
        custom = (name for name in available if name.endswith("_c"))
        wanted = {*named, *custom, *key, *cursors[:1], *_ALWAYS_OFFERED}
    chosen = tuple(
        replace(prop, nullable=prop.nullable and name not in key)
        for name, prop in available.items()
        if name in wanted
    )
    return Offer(declaration, chosen, key, cursors)


def _key(
    declaration: Declaration, entity_type: EntityType, available: Mapping[str, Property]
) -> tuple[str, ...]:
    named = declaration.key
    if entity_type.key and not declaration.source.is_baq and not declaration.key_is_set:
        named = entity_type.key
    key = tuple(_spelling(name, available) for name in named)
    if declaration.source.is_baq and key and COMPANY not in key:
        key = (COMPANY, *key)
    _require(declaration, "primary_keys", key, available)
    return key


def _cursors(declaration: Declaration, available: Mapping[str, Property]) -> tuple[str, ...]:
    if declaration.cursor:
        _require(declaration, "replication_key", (declaration.cursor,), available)
        return (declaration.cursor,)
    return candidates(available)


def _require(
    declaration: Declaration,
    setting: str,
    names: tuple[str, ...],
    available: Mapping[str, Property],
) -> None:
    missing = [name for name in names if name not in available]
    if not missing:
        return
    has = ", ".join(candidates(available) if setting == "replication_key" else available)
    message = "Config validation failed"
    raise ConfigValidationError(
        message,
        errors=[
            (
                f"stream {declaration.name}: {setting} names {', '.join(missing)}, which "
                f"{declaration.source.label} does not have on this server; it has: {has or 'none'}"
            )
        ],
        schema={},
    )


def _spelling(name: str, available: Mapping[str, Property]) -> str:
    """Return the server's spelling of a column.

    Epicor writes a `1` behind a column that is named like its own entity type, in some places.
    """
    if name in available:
        return name
    for other in (name.removesuffix("1"), f"{name}1"):
        if other in available:
            return other
    return name

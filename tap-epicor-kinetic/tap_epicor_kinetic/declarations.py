"""What to read, before any server was asked: the built-in streams with the settings' additions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.entities import ENTITIES
from tap_epicor_kinetic.metadata import is_noise
from tap_epicor_kinetic.cursors import PREFERENCE, candidates
from tap_epicor_kinetic.odata import json_schema
from tap_epicor_kinetic.settings import baq_stream_name
from tap_epicor_kinetic.sources import COMPANY, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_epicor_kinetic.entities import Entity
    from tap_epicor_kinetic.metadata import EntityType
    from tap_epicor_kinetic.odata import Property

ROW_ID = "SysRowID"
_ALWAYS_OFFERED = (*PREFERENCE, ROW_ID)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One stream as declared.

    Attributes:
        name: Stream name.
        source: Where it is read.
        key: Key columns; those of `$metadata` win.
        columns: Columns that `columns: core` offers; `None` offers all.
        cursor: Cursor column that the settings ask for.
        twin: Service and set that hold the same rows.
        parent: Entity set that returns these rows under `$expand`.
        business_date: Date column that bounds a first load.
        last_resort: BAQ that returns the same columns.
    """

    name: str
    source: Source
    key: tuple[str, ...] = ()
    columns: tuple[str, ...] | None = None
    cursor: str | None = None
    twin: tuple[str, str] | None = None
    parent: str | None = None
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
    same_set = base is not None and (service, entity_set) == (base.source.service, base.source.entity_set)
    return Declaration(
        name=entry["name"],
        source=Source(service, entity_set, filter=entry.get("filter")),
        key=tuple(entry.get("primary_keys") or (base.key if base and same_set else ())),
        columns=tuple(entry["columns"]) if entry.get("columns") else (base.columns if base else None),
        cursor=entry.get("replication_key"),
        twin=base.twin if base and same_set else None,
        parent=base.parent if base and same_set else None,
        business_date=base.business_date if base else None,
        last_resort=entry.get("source_of_last_resort"),
    )


def _baq(entry: Mapping[str, Any]) -> Declaration:
    return Declaration(
        name=baq_stream_name(entry),
        source=Source(f"BaqSvc/{entry['id']}", "Data", parameters=tuple(_parameters(entry.get("parameters") or {}))),
        key=tuple(entry.get("primary_keys") or ()),
        cursor=entry.get("replication_key"),
    )


def _parameters(values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        for single in value if isinstance(value, list) else [value]:
            yield name, str(single).lower() if isinstance(single, bool) else str(single)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one server offers for a declared stream: its columns, key and cursors."""

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
    """
    available = {name: prop for name, prop in entity_type.properties.items() if not is_noise(name)}
    key = tuple(_spelling(name, available) for name in (declaration.key or entity_type.key))
    if entity_type.key and not declaration.source.is_baq:
        key = tuple(_spelling(name, available) for name in entity_type.key)
    wanted = set(available)
    if columns == "core" and declaration.columns is not None:
        named = {_spelling(name, available) for name in declaration.columns}
        wanted = named | {*key, *_ALWAYS_OFFERED, declaration.cursor} | {name for name in available if name.endswith("_c")}
    chosen = tuple(
        _as_key(prop) if name in key else prop for name, prop in available.items() if name in wanted
    )
    cursors = candidates(available)
    if declaration.cursor:
        cursors = (declaration.cursor, *(name for name in cursors if name != declaration.cursor))
    if declaration.source.is_baq and not declaration.cursor:
        cursors = tuple(name for name in cursors if name == "UpdatedOn")
    return Offer(declaration, _with_company(declaration, chosen), key, cursors)


def _spelling(name: str, available: Mapping[str, Property]) -> str:
    """Return the server's spelling of a column that may carry a `1` because it is named like its type."""
    if name in available:
        return name
    for other in (name.removesuffix("1"), f"{name}1"):
        if other in available:
            return other
    return name


def _as_key(prop: Property) -> Property:
    from dataclasses import replace

    return replace(prop, nullable=False)


def _with_company(declaration: Declaration, properties: tuple[Property, ...]) -> tuple[Property, ...]:
    """Put the company, which is only in a BAQ's address, among a BAQ's columns."""
    if not declaration.source.is_baq or any(prop.name == COMPANY for prop in properties):
        return properties
    from tap_epicor_kinetic.odata import Property

    return (Property(COMPANY, "Edm.String", nullable=False), *properties)

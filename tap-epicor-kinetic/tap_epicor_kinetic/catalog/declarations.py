"""What to read, before any server was asked: the built-in streams with the settings' additions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.catalog.entities import ENTITIES
from tap_epicor_kinetic.odata.queries import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_epicor_kinetic.catalog.entity import Entity, Parent


@dataclass(frozen=True, slots=True)
class Declaration:
    """One stream as declared.

    Attributes:
        name: Stream name.
        source: Where it is read.
        key: Key columns; those of `$metadata` win unless `key_is_set`.
        key_is_set: Whether the settings name the key.
        columns: Columns that `columns: core` offers; `None` offers all.
        columns_are_set: Whether the settings name those, so that they hold under `columns: all`.
        named: Columns that the settings name one by one, so that the server must have them.
        append: Whether rows may come without a key, to be added to those that came before.
        is_configured: Whether the settings name the stream under `streams` or `baqs`.
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
    columns_are_set: bool = False
    named: tuple[str, ...] = ()
    append: bool = False
    is_configured: bool = False
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
    for name, column in extra_columns(config):
        if stream := declared.get(name):
            declared[name] = replace(stream, named=(*stream.named, column))
    return declared


def extra_columns(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs of stream and column that the setting `extra_columns` names."""
    parts = (each.partition(".") for each in config.get("extra_columns") or ())
    return [(name, column) for name, _, column in parts]


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
    columns = entry.get("columns")
    return Declaration(
        name=entry["name"],
        source=Source(service, entity_set, filter=entry.get("filter")),
        key=tuple(entry.get("primary_keys") or (base.key if base and same_set else ())),
        key_is_set=bool(entry.get("primary_keys")),
        columns=tuple(columns) if columns is not None else (base.columns if base else None),
        columns_are_set=columns is not None,
        named=tuple(columns or ()),
        append=bool(entry.get("append")),
        is_configured=True,
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
        key_is_set=bool(entry.get("primary_keys")),
        append=bool(entry.get("append")),
        is_configured=True,
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

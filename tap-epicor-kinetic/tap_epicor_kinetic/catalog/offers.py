"""What one server offers of a declared stream, by its `$metadata`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.cursor_columns import PREFERENCE, candidates
from tap_epicor_kinetic.exceptions import Answer, ODataResponseError
from tap_epicor_kinetic.odata.metadata import is_noise
from tap_epicor_kinetic.odata.properties import Property, json_schema
from tap_epicor_kinetic.odata.queries import COMPANY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_epicor_kinetic.catalog.declarations import Declaration
    from tap_epicor_kinetic.odata.metadata import EntityType

ROW_ID = "SysRowID"
_ALWAYS_OFFERED = (*PREFERENCE, ROW_ID)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one server offers for a declared stream: its columns, key and cursors, best first."""

    declaration: Declaration
    properties: tuple[Property, ...]
    key: tuple[str, ...]
    cursors: tuple[str, ...]

    @property
    def cursor(self) -> str | None:
        """The best cursor, `None` without any."""
        return next(iter(self.cursors), None)

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
        ODataResponseError: If the key that the server names is none of the set's columns.
    """
    named_key = _named_key(declaration, entity_type)
    named = {*named_key, declaration.cursor, *(declaration.columns or ())}
    available = {
        name: prop
        for name, prop in entity_type.properties.items()
        if name in named or not is_noise(name)
    }
    if declaration.source.is_baq and COMPANY not in available:
        # A BAQ's company stands in its address only; a row must still tell its own.
        available = {COMPANY: Property(COMPANY, "Edm.String", nullable=False), **available}
    key = _key(declaration, named_key, available)
    cursors = _cursors(declaration, available)
    wanted = set(available)
    if columns == "core" and declaration.columns is not None:
        core = (_spelling(name, available) for name in declaration.columns)
        custom = (name for name in available if name.endswith("_c"))
        wanted = {*core, *custom, *key, *cursors[:1], *_ALWAYS_OFFERED}
    chosen = tuple(
        replace(prop, nullable=prop.nullable and name not in key)
        for name, prop in available.items()
        if name in wanted
    )
    return Offer(declaration, chosen, key, cursors)


def _named_key(declaration: Declaration, entity_type: EntityType) -> tuple[str, ...]:
    """Return the key as settings or server name it; a BAQ's server tells none that counts."""
    if entity_type.key and not _settings_name_key(declaration):
        return entity_type.key
    return declaration.key


def _settings_name_key(declaration: Declaration) -> bool:
    return declaration.key_is_set or declaration.source.is_baq


def _key(
    declaration: Declaration, named: tuple[str, ...], available: Mapping[str, Property]
) -> tuple[str, ...]:
    key = tuple(_spelling(name, available) for name in named)
    if declaration.source.is_baq and key and COMPANY not in key:
        key = (COMPANY, *key)
    if _settings_name_key(declaration):
        _require(declaration, "primary_keys", key, available)
    elif missing := [name for name in key if name not in available]:
        # A path into a nested value, for one. It is this set's affair, and no other's.
        raise ODataResponseError(
            Answer(
                declaration.source.label,
                message=f"of its key {', '.join(missing)} is no column of it",
            ),
            "Name columns that tell its rows apart as primary_keys of this stream.",
        )
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

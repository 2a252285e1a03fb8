"""What one server offers of a declared stream, by its `$metadata`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.columns import is_confidential, is_user_column, spelling
from tap_epicor_kinetic.catalog.cursor_columns import PREFERENCE, candidates
from tap_epicor_kinetic.exceptions import Answer, ODataResponseError
from tap_epicor_kinetic.names import suggestion
from tap_epicor_kinetic.odata.metadata import is_noise
from tap_epicor_kinetic.odata.properties import Property, json_schema
from tap_epicor_kinetic.odata.queries import COMPANY, COMPANY_ITSELF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_epicor_kinetic.catalog.declarations import Declaration
    from tap_epicor_kinetic.odata.metadata import EntityType

ROW_ID = "SysRowID"
_ALWAYS_OFFERED = (*PREFERENCE, ROW_ID)
_COMPANY_OF_CALL = Property(COMPANY, "Edm.String", nullable=False, is_of_call=True)
_LONGEST_LIST = 40


@dataclass(frozen=True, slots=True)
class Offer:
    """What one server offers for a declared stream.

    Attributes:
        declaration: The stream.
        properties: The offered columns.
        key: Key columns.
        cursors: Cursor columns, best first.
        withheld: Columns that hold secrets or card data and were not named one by one.
    """

    declaration: Declaration
    properties: tuple[Property, ...]
    key: tuple[str, ...]
    cursors: tuple[str, ...]
    withheld: tuple[str, ...] = ()

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
        ConfigValidationError: If the settings name a key, cursor or column that the server lacks,
            or no key where the server has none.
        ODataResponseError: If the server's own key is none of its columns.
    """
    named_key = _named_key(declaration, entity_type)
    asked = {*named_key, declaration.cursor, *(declaration.columns or ()), *declaration.named}
    available = {
        name: prop
        for name, prop in entity_type.properties.items()
        if name in asked or not is_noise(name)
    }
    key = _key(declaration, named_key, available)
    # Rows of several companies go to one table, so the key must tell them apart. Only in the list
    # of companies the key is the company itself, and each call may list the same ones.
    if COMPANY not in available and COMPANY_ITSELF not in key:
        # A BAQ's company stands in its address only, and some sets have no column for it.
        available = {COMPANY: _COMPANY_OF_CALL, **available}
    if key and COMPANY not in key and COMPANY_ITSELF not in key:
        key = (COMPANY, *key)
    cursors = _cursors(declaration, available)
    named = tuple(spelling(name, available) for name in declaration.named)
    _require(declaration, "columns or extra_columns", named, available)
    asked_for = {*key, *cursors[:1], *named}
    wanted = _wanted(declaration, columns, available) | asked_for
    withheld = {name for name in wanted - asked_for if is_confidential(name)}
    return Offer(
        declaration,
        tuple(
            replace(prop, nullable=prop.nullable and name not in key)
            for name, prop in available.items()
            if name in wanted - withheld
        ),
        key,
        cursors,
        tuple(name for name in available if name in withheld),
    )


def _wanted(declaration: Declaration, columns: str, available: Mapping[str, Property]) -> set[str]:
    """Return the columns to offer beside key, cursor and what the settings name."""
    if declaration.columns is None or (columns == "all" and not declaration.columns_are_set):
        return set(available)
    core = {spelling(name, available) for name in declaration.columns}
    users = {name for name in available if is_user_column(name, available)}
    return core | users | {COMPANY, *_ALWAYS_OFFERED}


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
    """Return the key columns as the server spells them."""
    key = tuple(spelling(name, available) for name in named)
    if _settings_name_key(declaration):
        _require(declaration, "primary_keys", key, {COMPANY: _COMPANY_OF_CALL, **available})
    elif missing := [name for name in key if name not in available]:
        # A path into a nested value, for one. It is this set's affair, and no other's.
        raise ODataResponseError(
            Answer(
                declaration.source.label,
                message=f"of its key {', '.join(missing)} is no column of it",
            ),
            "Name columns that tell its rows apart as primary_keys of this stream.",
        )
    _refuse_to_duplicate(declaration, key)
    return key


def _refuse_to_duplicate(declaration: Declaration, key: tuple[str, ...]) -> None:
    """Raise if each run would add all rows once more without anybody having said so."""
    label = declaration.source.label
    if not key and not declaration.append:
        raise _refusal(
            f"stream {declaration.name}: {label} has no key, so each run would add its rows once "
            "more; name primary_keys, or set append: true if that is meant"
        )
    if key and declaration.append:
        raise _refusal(
            f"stream {declaration.name}: {label} has the key {', '.join(key)}, by which rows are "
            "merged; remove append"
        )


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
    problems = [
        f"stream {declaration.name}: {setting} names {name}, which {declaration.source.label} does "
        f"not have on this server{_instead(setting, name, available)}"
        for name in names
        if name not in available
    ]
    if problems:
        raise _refusal(*problems)


def _instead(setting: str, name: str, available: Mapping[str, Property]) -> str:
    """Return what to write instead of a name, as far as it can be told."""
    if setting == "replication_key":
        return f"; it has: {', '.join(candidates(available)) or 'none'}"
    if near := suggestion(name, available):
        return near
    return f"; it has: {', '.join(available)}" if len(available) <= _LONGEST_LIST else ""


def _refusal(*problems: str) -> ConfigValidationError:
    return ConfigValidationError("Config validation failed", errors=list(problems), schema={})

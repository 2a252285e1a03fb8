"""Settings from the environment, under Meltano as without it.

`meltano run` gives a target its settings in a file. A command of the same plugin (`meltano invoke
target-looker-staging:check`) gets no file, only variables, which both get: one for each setting,
named after the plugin as the project calls it (Meltano 4.4: `MELTANO_LOADER_NAME`). So both read
these variables. Meltano writes objects with the keys of all levels joined by dots.
"""

from __future__ import annotations

import logging
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from singer_sdk.configuration._dict_config import parse_environment_config
from singer_sdk.exceptions import ConfigValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Under Meltano there is a variable for each setting, and the SDK tells of each.
logging.getLogger(parse_environment_config.__module__).setLevel(logging.WARNING)

# What the SDK reads beside the settings.
_NOT_SETTINGS = frozenset({"loglevel"})


def plugin_name(environment: Mapping[str, str]) -> str | None:
    """Return what Meltano calls the target that this process is; None without Meltano."""
    if not environment.get("MELTANO_PROJECT_ROOT"):
        return None
    return environment.get("MELTANO_LOADER_NAME") or None


def prefix_of(plugin: str) -> str:
    """Return how a plugin's variables begin."""
    return f"{plugin.upper().replace('-', '_')}_"


def read(declared: dict[str, Any], prefix: str, *, by_meltano: bool) -> dict[str, Any]:
    """Return the settings that variables give.

    Args:
        declared: The JSON Schema of all settings.
        prefix: How the variables begin.
        by_meltano: Whether Meltano wrote them.

    Raises:
        ConfigValidationError: If a variable cannot be read as what its setting has to be.
    """
    try:
        config = parse_environment_config(declared, prefix)
    except (ValueError, TypeError):
        raise ConfigValidationError(
            "The settings are not usable", errors=_unreadable(declared, prefix), schema=declared
        ) from None
    if not by_meltano:
        return config
    return {name: _nested(value) for name, value in config.items()}


def _unreadable(declared: dict[str, Any], prefix: str) -> list[str]:
    """Return which variables cannot be read; what they hold may be a secret."""
    found = []
    for name, definition in declared["properties"].items():
        try:
            parse_environment_config({"properties": {name: definition}}, prefix)
        except (ValueError, TypeError):
            kind = " or ".join(_types(definition))
            found.append(f"{name}: {prefix}{name.upper()} cannot be read as {kind}")
    return found


def _types(definition: Mapping[str, Any]) -> list[str]:
    given = definition.get("type")
    types = given if isinstance(given, list) else [given]
    return [str(each) for each in types if each not in (None, "null")]


def _nested(value: object) -> object:
    """Return an object as it was before Meltano joined its keys; Meltano drops its nulls."""
    if not isinstance(value, dict):
        return value
    nested: dict[str, Any] = {}
    for path, each in value.items():
        if each is None:
            continue
        *outer, last = path.split(".")
        level = nested
        for name in outer:
            level = level.setdefault(name, {})
        level[last] = each
    return nested


def unknown_variables(
    environment: Mapping[str, str], declared: Mapping[str, Any], prefix: str
) -> Iterator[str]:
    """Yield what is wrong with variables that look like settings and are none.

    A variable that ends like a setting may be one of another plugin, whose name is longer; one that
    begins like a setting may be a part of an object, which Meltano writes as well.
    """
    known = declared["properties"]
    structured = [f"{name}_" for name, each in known.items() if _is_structured(each)]
    for variable in sorted(environment):
        name = variable.removeprefix(prefix).lower()
        if not variable.startswith(prefix) or name in known or name in _NOT_SETTINGS:
            continue
        if name.startswith(("_", *structured)) or name.endswith(
            tuple(f"_{each}" for each in known)
        ):
            continue
        yield unknown(name, known, f" ({variable})")


def _is_structured(definition: Mapping[str, Any]) -> bool:
    return bool({"object", "array"} & {*_types(definition)})


def unknown(name: str, known: Mapping[str, Any], where: str = "") -> str:
    """Return what is wrong with a setting that there is not, with the one that may be meant."""
    near = get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]}?" if near else "--about shows those that there are"
    return f"{name}: there is no such setting{where}; {advice}"

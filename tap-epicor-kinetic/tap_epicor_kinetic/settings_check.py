"""Everything that is wrong with a configuration, at once: names, types, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.plugin_base import JSONSchemaValidator

from tap_epicor_kinetic import settings, settings_rules
from tap_epicor_kinetic.names import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXTRAS = "^_"
"""Meltano's own settings of a plugin, and notes in a file of settings, begin with an underscore."""


def problems(config: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a configuration; defaults are filled in on the way.

    Args:
        config: The configuration as it was given.
        schema: The declared settings, the SDK's own included.
    """
    closed = {**schema, "additionalProperties": False, "patternProperties": {_EXTRAS: {}}}
    errors = list(JSONSchemaValidator(closed).iter_errors(config))
    found = [line for error in errors for line in _described(error)]
    try:
        return found + settings_rules.problems(config)
    except (TypeError, KeyError, AttributeError):
        if not errors:
            raise
        return found


def _described(error: Any) -> list[str]:
    """Return what is wrong with a setting; the SDK's own text would quote the value of a secret."""
    path = [str(part) for part in error.absolute_path]
    if path and path[0] in settings.SECRETS:
        return [f"{path[0]}: the value has the wrong type; put it in quotes"]
    if error.validator == "additionalProperties" and error.validator_value is False:
        return _unknown_names(error.instance, error.schema, ".".join(path))
    return [f"{'.'.join(path)}: {error.message}" if path else error.message]


def _unknown_names(given: Mapping[str, Any], schema: Mapping[str, Any], where: str) -> list[str]:
    known = schema["properties"]
    return [
        f"{f'{where}: ' if where else ''}there is no setting {name}"
        f"{suggestion(name, known) or '; remove it'}"
        for name in given
        if name not in known and not name.startswith("_")
    ]

"""What is wrong with settings: by their declaration, and beyond what that can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.plugin_base import JSONSchemaValidator

from target_looker_staging.looker.settings_rules import looker_problems
from target_looker_staging.postgres.settings import warehouse_problems
from target_looker_staging.settings_environment import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping


def problems(config: Mapping[str, Any], declared: Mapping[str, Any]) -> list[str]:
    """Return everything that is wrong with settings; a secret's value is never quoted.

    Args:
        config: The settings.
        declared: Their JSON Schema.
    """
    found = [
        _describe(each, declared) for each in JSONSchemaValidator(declared).iter_errors(config)
    ]
    known = declared["properties"]
    # Meltano's own begin with an underscore.
    found += [
        unknown(name, known) for name in config if name not in known and not name.startswith("_")
    ]
    found += warehouse_problems(config)
    found += looker_problems(config)
    if (config.get("on_bad_record"), config.get("load_method")) == ("quarantine", "overwrite"):
        found.append(
            "on_bad_record: quarantine cannot be had with load_method overwrite, which would "
            "remove the rows that bad records are to replace"
        )
    return found


def _describe(error: Any, declared: Mapping[str, Any]) -> str:
    """Return where and what, of an error of jsonschema."""
    path = [str(part) for part in error.absolute_path]
    if path and declared["properties"].get(path[0], {}).get("secret"):
        return f"{path[0]}: the value has the wrong type"
    message = "; ".join(_messages(error))
    return f"{'.'.join(path)}: {message}" if path else message


def _messages(error: Any) -> list[str]:
    """Return what is wrong; of alternatives, with that one which is of the value's own type."""
    by_branch: dict[int, list[Any]] = {}
    for each in error.context:
        by_branch.setdefault(each.relative_schema_path[0], []).append(each)
    for branch in by_branch.values():
        if not any(each.validator == "type" and not each.relative_path for each in branch):
            return [each.message for each in branch]
    return [error.message]

"""The files that a run is given: state and catalog, each an object in JSON."""

from __future__ import annotations

import io
import json
from typing import IO, TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

_BYTE_ORDER_MARK = "\ufeff"


def checked_state(file: IO[str]) -> IO[str]:
    """Return a state file's text again, once it is known to be a state.

    Raises:
        ConfigValidationError: If it is none, with what to do.
    """
    state, text = _object(file, "state")
    if "bookmarks" not in state and state and "run" not in state:
        inner = next((name for name in ("value", "singer_state") if name in state), None)
        advice = (
            f"give what stands under {inner}"
            if inner
            else "give the last state that this tap wrote, or none"
        )
        raise _refusal(f"the state file holds no bookmarks; {advice}")
    return io.StringIO(text)


def checked_catalog(file: IO[str]) -> IO[str]:
    """Return a catalog file's text again, once it is known to be a catalog.

    Raises:
        ConfigValidationError: If it is none, with what to do.
    """
    catalog, text = _object(file, "catalog")
    if problem := _catalog_problem(catalog):
        raise _refusal(f"the catalog file {problem}; write one with --discover")
    return io.StringIO(text)


def _catalog_problem(catalog: dict[str, Any]) -> str | None:
    streams = catalog.get("streams")
    if not isinstance(streams, list):
        return "has no list of streams"
    names = [_name(entry) for entry in streams]
    if None in names:
        return "has an entry without tap_stream_id"
    if twice := {name for name in names if names.count(name) > 1}:
        return f"holds {', '.join(sorted(map(str, twice)))} twice"
    broken = [_name(entry) for entry in streams if not _is_entry(entry)]
    return f"has a broken entry for {', '.join(map(str, broken))}" if broken else None


def _name(entry: object) -> str | None:
    name = entry.get("tap_stream_id") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None


def _is_entry(entry: dict[str, Any]) -> bool:
    """Return whether an entry has the shape that the SDK goes by without a look."""
    schema = entry.get("schema", {})
    return (
        isinstance(schema, dict)
        and _all_objects(schema.get("properties", {}))
        and isinstance(entry.get("metadata", []), list)
        and all(map(_is_metadata, entry.get("metadata", [])))
    )


def _all_objects(properties: object) -> bool:
    return isinstance(properties, dict) and all(
        isinstance(each, dict) for each in properties.values()
    )


def _is_metadata(item: object) -> bool:
    return (
        isinstance(item, dict)
        and _are_texts(item.get("breadcrumb"))
        and isinstance(item.get("metadata"), dict)
    )


def _are_texts(value: object) -> bool:
    items: Iterable[object] = value if isinstance(value, list) else (None,)
    return all(isinstance(each, str) for each in items)


def _object(file: IO[str], what: str) -> tuple[dict[str, Any], str]:
    try:
        text = file.read().removeprefix(_BYTE_ORDER_MARK)
        value = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise _refusal(f"the {what} file is no JSON text in UTF-8 ({_place(error)})") from None
    if not isinstance(value, dict):
        raise _refusal(f"the {what} file holds no JSON object")
    return value, text if text.strip() else "{}"


def _place(error: Exception) -> str:
    """Return where JSON ends to make sense, without the text that stands there."""
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}"
    return type(error).__name__


def _refusal(problem: str) -> ConfigValidationError:
    return ConfigValidationError("Config validation failed", errors=[problem], schema={})

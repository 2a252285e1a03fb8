"""The files that a run is given: settings, catalog and state, or one line on what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.singerlib import Catalog

from tap_epicor_kinetic.run.state_check import shape_problems

if TYPE_CHECKING:
    from typing import IO


def settings_in(path: str) -> dict[str, Any]:
    """Return the settings in a file.

    Raises:
        ConfigValidationError: If it cannot be read, or holds no JSON object.
    """
    what = f"the file {path} of settings"
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        _refuse(f"{what} cannot be read ({_why(error)})")
    found = _decoded(what, text)
    if not isinstance(found, dict):
        _refuse(f"{what} holds no JSON object")
    return found


def state_in(file: IO[str] | None) -> dict[str, Any] | None:
    """Return the state in a file, `None` without one.

    Raises:
        ConfigValidationError: If it is not what this tap, or Meltano, writes.
    """
    if file is None:
        return None
    what = f"the state {_name(file)}"
    state = _content(what, file, empty="{}")
    if not isinstance(state, dict):
        _refuse(f"{what} holds no JSON object")
    if state and not {"bookmarks", "run"} & set(state):
        inner = next((name for name in ("value", "singer_state") if name in state), None)
        advice = f"what stands under {inner}" if inner else "the last state that this tap wrote"
        _refuse(f"{what} holds no bookmarks; give {advice}")
    if problems := list(shape_problems(state)):
        _refuse(*problems)
    return state


def catalog_in(file: IO[str] | None) -> Catalog | None:
    """Return the catalog in a file, `None` without one.

    Raises:
        ConfigValidationError: If it is no Singer catalog.
    """
    if file is None:
        return None
    what = f"the catalog {_name(file)}"
    found = _content(what, file)
    streams = found.get("streams") if isinstance(found, dict) else None
    if not isinstance(streams, list):
        _refuse(f"{what} has no list of streams; write it by --discover")
    for place, entry in enumerate(streams, start=1):
        if not _is_entry(entry):
            _refuse(
                f"{what}: entry {place} has no tap_stream_id, no schema with properties, or "
                "metadata that is no list; write it by --discover"
            )
    names = [entry["tap_stream_id"] for entry in streams]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        _refuse(f"{what} holds {', '.join(twice)} twice")
    try:
        return Catalog.from_dict(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        _refuse(f"{what} is no Singer catalog ({type(error).__name__}); write it by --discover")


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("tap_stream_id"), str):
        return False
    schema, metadata = entry.get("schema"), entry.get("metadata", [])
    return (
        isinstance(schema, dict)
        and isinstance(schema.get("properties"), dict)
        and all(isinstance(value, dict) for value in schema["properties"].values())
        and isinstance(metadata, list)
        and all(_is_metadata(item) for item in metadata)
    )


def _is_metadata(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("breadcrumb"), list)
        and isinstance(item.get("metadata"), dict)
    )


def _content(what: str, file: IO[str], empty: str = "") -> Any:
    try:
        text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        _refuse(f"{what} cannot be read ({_why(error)})")
    return _decoded(what, text.removeprefix("\ufeff") or empty)


def _decoded(what: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # The text itself may be a secret.
        _refuse(f"{what} is no JSON: line {error.lineno}, column {error.colno}: {error.msg}")
    except (ValueError, RecursionError):
        _refuse(f"{what} is no JSON that can be read")


def _name(file: IO[str]) -> str:
    return str(getattr(file, "name", "given"))


def _why(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it is not text in UTF-8"


def _refuse(*problems: str) -> NoReturn:
    raise ConfigValidationError("; ".join(problems), errors=list(problems), schema={}) from None

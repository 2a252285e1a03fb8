"""What is wrong with the streams, BAQs and columns that settings name."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.catalog.declarations import (
    baq_stream_name,
    declarations,
    extra_columns,
)
from tap_epicor_kinetic.catalog.entities import BY_NAME
from tap_epicor_kinetic.names import suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_STREAM_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_COLUMN = re.compile(r"\w+\Z")


def stream_problems(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the streams of a configuration of the right types."""
    names: dict[str, tuple[str, str]] = {}
    for entry in config.get("streams") or ():
        name = entry["name"]
        if name not in BY_NAME and not (entry.get("service") and entry.get("entity_set")):
            near = suggestion(name, BY_NAME)
            yield f"streams: '{name}' is not built in, so it needs service and entity_set{near}"
        yield from _name_problems("streams", name, names)
        if entry.get("append") and entry.get("primary_keys"):
            yield f"streams: '{name}' names primary_keys and append; leave one of them out"
    for entry in config.get("baqs") or ():
        yield from _baq_problems(entry, names)
    known = declarations(config)
    yield from _extra_column_problems(config, known)
    yield from _stream_map_problems(config, known)


def _baq_problems(entry: Mapping[str, Any], names: dict[str, tuple[str, str]]) -> Iterator[str]:
    name, label = baq_stream_name(entry), entry["id"]
    if name in BY_NAME and not entry.get("name"):
        yield (f"baqs: the ID '{label}' would make the stream {name}, which is built in; set name")
    yield from _name_problems("baqs", name, names)
    keys, append = entry.get("primary_keys"), entry.get("append")
    if not keys and not append:
        yield (
            f"baqs: '{label}' has no key, so each run would add its rows once more; name "
            "primary_keys, or set append: true if that is meant"
        )
    if keys and append:
        yield f"baqs: '{label}' names primary_keys and append; leave one of them out"


def _name_problems(setting: str, name: str, seen: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Yield what is wrong with a stream's name; tables fold letters, so case tells none apart."""
    if not _STREAM_NAME.match(name):
        yield (
            f"{setting}: '{name}' cannot be a stream name; use letters, digits and underscores, "
            "and set name"
        )
    folded = name.casefold()
    if folded in seen:
        where, other = seen[folded]
        yield f"{setting}: '{name}' is named twice (also in {where}, as '{other}')"
    elif name not in BY_NAME and folded in BY_NAME:
        yield f"{setting}: '{name}' differs from the built-in {folded} by letter case only"
    seen[folded] = (setting, name)


def _extra_column_problems(config: Mapping[str, Any], known: Collection[str]) -> Iterator[str]:
    for each, (stream, column) in zip(
        config.get("extra_columns") or (), extra_columns(config), strict=True
    ):
        if not _COLUMN.match(column):
            yield f"extra_columns: '{each}' is no column of a stream; write it as vendors.Comment"
        elif stream not in known:
            yield f"extra_columns: there is no stream {stream}{suggestion(stream, known)}"


def _stream_map_problems(config: Mapping[str, Any], known: Collection[str]) -> Iterator[str]:
    """Yield stream maps that would map nothing: a column meant to be hashed would go out plain."""
    for pattern, mapping in (config.get("stream_maps") or {}).items():
        source = mapping.get("__source__") if isinstance(mapping, dict) else None
        wanted = source if isinstance(source, str) else pattern
        if wanted != "__else__" and not any(fnmatchcase(name, wanted) for name in known):
            yield f"stream_maps: there is no stream {wanted}{suggestion(wanted, known)}"

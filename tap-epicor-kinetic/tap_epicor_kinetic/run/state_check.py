"""Whether a state is one of this tap: old, foreign and hand-edited ones are told in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.odata.queries import COMPANY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tap_epicor_kinetic.odata.properties import Property

# What may stand beside the partitions, mostly by the Singer SDK (0.54).
_KNOWN = {
    "date_formats",  # the tap's own, for all companies
    "partitions",
    "progress_markers",
    "replication_key_signpost",
    "starting_replication_value",
}
_VALUES = ("replication_key_value", "high_water", "reading_from")
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?)?\Z", re.ASCII
)
_INTEGER = re.compile(r"-?\d+\Z", re.ASCII)
_REMEDY = "remove that bookmark from the state, and the stream is loaded anew"


def shape_problems(state: object) -> Iterator[str]:
    """Yield what is wrong with the shape of a state, whatever streams there are."""
    if not isinstance(state, dict):
        yield "the state is no object; give the last state that this tap wrote, or none"
        return
    bookmarks = state.get("bookmarks", {})
    if not isinstance(bookmarks, dict):
        yield "the state's bookmarks are no object; give the last state that this tap wrote"
        return
    for stream, bookmark in bookmarks.items():
        if problem := _bookmark_problem(bookmark):
            yield f"the state's bookmark of {stream} {problem}; {_REMEDY}"


def _bookmark_problem(bookmark: object) -> str | None:
    if not isinstance(bookmark, dict):
        return "is no object"
    if not isinstance(bookmark.get("date_formats", {}), dict):
        return "has date_formats that are no object"
    partitions = bookmark.get("partitions", [])
    if not isinstance(partitions, list):
        return "has partitions that are no list"
    seen = []
    for partition in partitions:
        if not isinstance(partition, dict) or not isinstance(partition.get("context"), dict):
            return "has a partition that is no object with a context"
        if partition["context"] in seen:
            return f"has the partition {_named(partition['context'])} twice"
        seen.append(partition["context"])
    return None


def foreign_problems(state: Mapping[str, Any], streams: Collection[str]) -> Iterator[str]:
    """Yield which bookmarks of this tap's streams are another tap's.

    Args:
        state: A state of the right shape.
        streams: The streams of this run.
    """
    for stream, bookmark in state.get("bookmarks", {}).items():
        if stream not in streams:
            continue
        if others := sorted(bookmark.keys() - _KNOWN):
            yield (
                f"the state's bookmark of {stream} is another tap's ({', '.join(others)} instead "
                f"of one partition for each company); {_REMEDY}"
            )
        for partition in bookmark.get("partitions", []):
            context = partition["context"]
            if context.keys() != {COMPANY} or not isinstance(context[COMPANY], str):
                yield (
                    f"the state's bookmark of {stream} has the partition {_named(context)}, and "
                    f"this tap has one for each {COMPANY}; {_REMEDY}"
                )


def strangers(state: Mapping[str, Any], declared: Collection[str]) -> list[str]:
    """Return the streams that a state knows and this tap does not; their bookmarks are kept."""
    return [name for name in state.get("bookmarks", {}) if name not in declared]


def value_problem(partition: Mapping[str, Any], properties: Mapping[str, Property]) -> str | None:
    """Return why a bookmark of the right shape holds no value of its cursor, `None` if it does.

    Args:
        partition: One company's part of a stream's bookmark.
        properties: The stream's columns by name.
    """
    cursor = partition.get("replication_key")
    if cursor is not None and not isinstance(cursor, str):
        return "the bookmark in the state names no column"
    if not isinstance(partition.get("extent", {}), dict):
        return "the bookmark in the state has an extent that is no object"
    prop = properties.get(cursor or "")
    unproven = partition.get("unproven")
    part = unproven if isinstance(unproven, dict) else {}
    values = {name: partition.get(name) for name in _VALUES}
    values |= {f"unproven.{name}": part.get(name) for name in ("from", "to")}
    for name, value in values.items():
        if value is not None and not _fits(value, prop):
            return f"the bookmark in the state has a {name} that is no value of {cursor}"
    return None


def _fits(value: object, prop: Property | None) -> bool:
    """Return whether a bookmark's value can be one of a column, of which nothing may be known."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    if prop is None or not (prop.is_number or prop.is_temporal):
        return True
    if prop.is_temporal:
        return isinstance(value, str) and bool(_DATE.match(value))
    return not prop.is_integer or bool(_INTEGER.match(str(value)))


def _named(context: Mapping[str, Any]) -> str:
    return ", ".join(context) or "without a name"

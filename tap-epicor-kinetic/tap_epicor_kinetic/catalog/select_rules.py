"""Meltano's `select`, held against what the catalog has.

Meltano passes over a name that fits nothing with a warning, and letter case counts; the stream or
column is then missing without a word. It tells its plugins the rules in the environment.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tap_epicor_kinetic.names import nearest, suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_SELECT = "MELTANO_EXTRACT__SELECT"
_OWN_CATALOG = "MELTANO_EXTRACT__CATALOG"
_BY_STREAM = ("MELTANO_EXTRACT__METADATA", "MELTANO_EXTRACT__SCHEMA")
_DOT = re.compile(r"(?<!\\)\.")
_WILDCARD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern: a stream, perhaps a column of it, and whether it takes out or in."""

    text: str
    stream: str
    column: str | None
    is_negated: bool


def problems(
    environment: Mapping[str, str], offered: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """Yield which rules of Meltano fit nothing in a catalog, and what was probably meant.

    Args:
        environment: The variables; without Meltano's own there is nothing to say.
        offered: The catalog's streams with their columns, none for a stream that is unavailable.
    """
    if environment.get(_OWN_CATALOG):
        return
    for rule in map(_rule, _patterns(environment.get(_SELECT))):
        yield from _rule_problems(rule, offered)
    for variable in _BY_STREAM:
        setting = variable.rpartition("__")[2].lower()
        for pattern in _patterns(environment.get(variable)):
            if not _fitting(pattern, offered):
                near = suggestion(pattern, offered)
                yield f"{setting}: '{pattern}' fits no stream of the catalog{near}"


def _rule_problems(rule: _Rule, offered: Mapping[str, Collection[str]]) -> Iterator[str]:
    streams = _fitting(rule.stream, offered)
    if not streams:
        if not rule.is_negated or _differs_by_case(rule.stream, offered):
            near = suggestion(rule.stream, offered)
            yield f"select: '{rule.text}' fits no stream of the catalog{near}; letter case counts"
        return
    column = rule.column
    columns = {name for stream in streams for name in offered[stream]}
    if column is None or _WILDCARD.search(column) or column in columns or not columns:
        return
    if not rule.is_negated or _differs_by_case(column, columns):
        near = suggestion(column, columns)
        yield (
            f"select: '{rule.text}' names a column that the catalog does not have{near}; letter "
            "case counts, and extra_columns or columns: all offers more"
        )


def _fitting(pattern: str, names: Collection[str]) -> list[str]:
    return [name for name in names if fnmatchcase(name, pattern)]


def _differs_by_case(name: str, known: Collection[str]) -> bool:
    near = nearest(name, known)
    return near is not None and near.casefold() == name.casefold()


def _patterns(text: str | None) -> list[str]:
    """Return the patterns of a variable: of a list its elements, of an object its names."""
    try:
        value = json.loads(text or "[]")
    except ValueError:
        return []
    return [each for each in value if isinstance(each, str)]


def _rule(text: str) -> _Rule:
    stream, *column = _DOT.split(text.removeprefix("!"), maxsplit=1)
    top = column[0].partition(".")[0] if column else None
    return _Rule(text, stream.replace("\\.", "."), top, text.startswith("!"))

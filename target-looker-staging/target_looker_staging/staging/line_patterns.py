"""Regular expressions that take a whole RECORD line apart at once, made for one order of its keys.

A tap writes the properties of a stream in one order. For that order there are two patterns: a quick
one where all values look as they usually do, then one for every form that needs no further work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from target_looker_staging.staging.values import (
    CUT_TIMESTAMP,
    SCALAR,
    field_pattern,
    usual_pattern,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_looker_staging.staging.columns import Column

Fields = tuple[bytes, ...]
_Match = Callable[[bytes], "re.Match[bytes] | None"]


@dataclass(frozen=True, slots=True)
class LinePatterns:
    """How lines of one key order are read.

    Attributes:
        usual: Takes the whole Singer line if nothing in it is escaped; groups are values in the
            order of the line.
        match: The same for lines of every form that needs no further work.
        arrange: From the groups, of which the last is always NULL, to the stream's columns,
            version and time of extraction.
        finish: From the groups to a COPY line's fields up to the suffix, the last of them the row
            id; None for streams that need more work than that.
    """

    usual: _Match
    match: _Match
    arrange: Callable[[Fields], Fields]
    finish: Callable[[Fields], Fields] | None = None


@dataclass(frozen=True, slots=True)
class DirectLine:
    """What `LinePatterns.finish` has to know of a stream whose lines need no further work.

    Attributes:
        row_id: Index of the column that is the row id.
        company: Index of the column that is the company, if there is one.
        extracted: Whether a line has the time of extraction.
    """

    row_id: int
    company: int | None
    extracted: bool


def _no_match(_line: bytes) -> None:
    """Match nothing."""


NO_PATTERNS = LinePatterns(_no_match, _no_match, arrange=lambda fields: fields)


def line_patterns(
    stream: str, names: Sequence[str], columns: Sequence[Column], direct: DirectLine | None
) -> LinePatterns:
    """Return the patterns for a stream's lines.

    Args:
        stream: The name that the lines bear.
        names: The properties in the order of the lines.
        columns: The stream's columns.
        direct: For a stream whose lines may be finished by rearranging their values.
    """
    by_property = {column.property_name: column for column in columns}
    known = [name for name in names if name in by_property]
    order = [known.index(name) if name in known else -1 for name in by_property]
    order += [len(known), len(known) + 1]
    finish = None
    if direct is not None:
        company = [] if direct.company is None else [order[direct.company]]
        fields = order if direct.extracted else order[:-1]
        finish = itemgetter(*[*fields, *company, order[direct.row_id]])
    return LinePatterns(
        _pattern(stream, names, by_property, usual_pattern).fullmatch,
        _pattern(stream, names, by_property, field_pattern).fullmatch,
        itemgetter(*order),
        finish,
    )


def _pattern(
    stream: str,
    names: Sequence[str],
    columns: Mapping[str, Column],
    value_pattern: Callable[[Column], bytes],
) -> re.Pattern[bytes]:
    pairs = [
        re.escape(msgspec.json.encode(name))
        + b":"
        + (value_pattern(columns[name]) if name in columns else SCALAR)
        for name in names
    ]
    return re.compile(
        rb'\{"type":"RECORD","stream":'
        + re.escape(msgspec.json.encode(stream))
        + rb',"record":\{'
        + b",".join(pairs)
        + rb'\}(?:,"version":([0-9]{1,18}))?(?:,"time_extracted":"'
        + CUT_TIMESTAMP
        + rb'")?\}(\x00)?'
    )

"""Base views into the folder of a LookML project, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import lkml

from target_looker_staging.exceptions import StagingError
from target_looker_staging.lookml.catalogue import read_segments, read_tables
from target_looker_staging.lookml.names import view_name
from target_looker_staging.lookml.views import base_view, segment_explore, segment_views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from target_looker_staging.lookml.catalogue import StagedTable
    from target_looker_staging.postgres.types import Cursor

FOLDER = "views/base"
CHART = "chart_segments"
_VIEW = re.compile(r"^\s*view:\s*(\w+)", re.MULTILINE)
HEADER = (
    "# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.\n"
    "# Labels, measures and everything else belong into a refinement in views/core.\n\n"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a generation did: file names in `views/base`.

    Attributes:
        written: New or different from what was there.
        unchanged: Already as they should be.
        stale: There, but of no staged table.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    stale: tuple[str, ...]


def generate(cursor: Cursor, schema: str) -> dict[str, str]:
    """Return file name to LookML, one view per staged table and one file for the chart segments.

    The same tables give the same bytes.

    Raises:
        StagingError: If nothing is staged.
    """
    tables = read_tables(cursor, schema)
    if not tables:
        raise StagingError(
            f"There are no staging tables in schema {schema}. Run the load once, or correct "
            "`database` and `default_target_schema` in the settings."
        )
    segments = read_segments(cursor, schema, tables)
    views = {name: base_view(table, segments or {}, name) for name, table in _named(tables).items()}
    files = {f"{name}.view.lkml": _text({"views": [view]}) for name, view in views.items()}
    if segments is not None:
        files[f"{CHART}.view.lkml"] = _text(
            {"views": segment_views(segments), "explores": [segment_explore(segments)]}
        )
    return files


def _named(tables: Sequence[StagedTable]) -> dict[str, StagedTable]:
    """Return view name to table; of tables whose names LookML cannot tell apart, numbers do."""
    named: dict[str, StagedTable] = {}
    # A table whose name needs no change has it before all others.
    for table in sorted(tables, key=lambda each: (view_name(each.name) != each.name, each.name)):
        name = plain = view_name(table.name) or "table"
        for number in count(2):
            if name not in named and name != CHART:
                break
            name = f"{plain}_{number}"
        named[name] = table
    return dict(sorted(named.items()))


def write(files: Mapping[str, str], output: Path, *, only_compare: bool = False) -> Outcome:
    """Write the files that differ into `output`/views/base.

    Files of tables that are not staged stay: somebody's explore may name them.

    Args:
        files: File name to LookML.
        output: Folder of the LookML project; made if absent.
        only_compare: Write nothing, only tell what would be written.
    """
    folder = output / FOLDER
    written, unchanged = [], []
    for name, text in files.items():
        path = folder / name
        if path.exists() and path.read_bytes() == text.encode():
            unchanged.append(name)
            continue
        written.append(name)
        if not only_compare:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    there = {path.name for path in folder.glob("*.view.lkml")}
    return Outcome(tuple(written), tuple(unchanged), tuple(sorted(there - files.keys())))


def find_clashes(files: Mapping[str, str], output: Path) -> dict[str, Path]:
    """Return the views that somebody wrote by hand under a name that a staged table has, too.

    Args:
        files: File name to LookML, as generated.
        output: Folder of the LookML project.
    """
    found: dict[str, Path] = {}
    for path in sorted(output.rglob("*.lkml")):
        if path.parent != output / FOLDER:
            text = path.read_text(encoding="utf-8", errors="replace")
            found |= {name: path for name in _VIEW.findall(text) if f"{name}.view.lkml" in files}
    return found


def _text(tree: dict[str, Any]) -> str:
    lines = (line.rstrip() for line in str(lkml.dump(tree)).splitlines())
    return HEADER + "\n".join(lines) + "\n"

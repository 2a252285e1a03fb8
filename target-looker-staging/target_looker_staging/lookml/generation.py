"""Base views into the folder of a LookML project, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lkml

from target_looker_staging.lookml.catalogue import SEGMENT_TABLES, read_segments, read_tables
from target_looker_staging.lookml.views import (
    base_view,
    segment_explore,
    segment_views,
    view_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from psycopg2.extensions import cursor as Cursor  # noqa: N812 psycopg2's own spelling

FOLDER = "views/base"
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
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]


def generate(cursor: Cursor, schema: str) -> dict[str, str]:
    """Return file name to LookML, one view per staged table and one file for the chart segments.

    The same tables give the same bytes.
    """
    tables = read_tables(cursor, schema)
    staged = {table.name for table in tables}
    has_chart = staged.issuperset(SEGMENT_TABLES)
    segments = read_segments(cursor, schema) if has_chart else {}
    files = {
        f"{view_name(table.name)}.view.lkml": _text({"views": [base_view(table, segments)]})
        for table in tables
    }
    if has_chart:
        files["chart_segments.view.lkml"] = _text(
            {"views": segment_views(segments), "explores": [segment_explore(segments)]}
        )
    return files


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
        if path.exists() and path.read_text(encoding="utf-8") == text:
            unchanged.append(name)
            continue
        written.append(name)
        if not only_compare:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return Outcome(tuple(written), tuple(unchanged))


def _text(tree: dict[str, Any]) -> str:
    lines = (line.rstrip() for line in str(lkml.dump(tree)).splitlines())
    return HEADER + "\n".join(lines) + "\n"

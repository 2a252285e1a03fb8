"""Staged tables as LookML, in the dictionaries that `lkml` writes out."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any

from target_looker_staging.lookml.labels import label
from target_looker_staging.lookml.names import column as quoted
from target_looker_staging.lookml.names import view_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_looker_staging.lookml.catalogue import StagedColumn, StagedTable

SCHEMA = "@{STAGING_SCHEMA}"
DATE_FRAMES = ["raw", "date", "week", "month", "quarter", "year"]
TIME_FRAMES = ["raw", "time", "date", "week", "month", "quarter", "year"]

_OWN = re.compile(r"_(source|sdc)_[a-z0-9_]+")
_TECHNICAL = re.compile(r"sysrevid|sysrowid|.*(uid|guid)|bitflag|foreignsysrowid")
_MONEY = re.compile(r".*(amt|amount|bal|total|tax|charges?|discount|limit|value|extcost)\d?(_c)?")
_SEGMENT = re.compile(r"segvalue(\d+)")


def base_view(
    table: StagedTable, segments: Mapping[int, str], name: str | None = None
) -> dict[str, Any]:
    """Return a view with a dimension for every column of a table, and no measure.

    Field names are the columns'; a date column loses the ending `date`, which Looker adds again
    (`invoicedate` is `invoice_date`, `invoice_month`, ...).

    Args:
        table: A staged table.
        segments: Segment number to name; those of `gl_transactions` have views of their own.
        name: The view's name, if it cannot be the table's.
    """
    name = name or view_name(table.name)
    own = [column for column in table.columns if _OWN.fullmatch(column.name)]
    given = [column for column in table.columns if not _OWN.fullmatch(column.name)]
    names = _field_names(given)
    taken = {*names.values(), *(column.name for column in given)}
    dimensions = [_own_dimension(column, table, taken) for column in own if not _is_time(column)]
    dimensions.append(
        {
            "hidden": "yes",
            "type": "yesno",
            "sql": "${TABLE}._sdc_deleted_at IS NOT NULL",
            "description": "Gone from the source; explores leave such rows out.",
            "name": _free("is_deleted", taken),
        }
    )
    groups = [_date_group(column, names[column.name]) for column in given if _is_time(column)]
    groups += [_date_group(column, column.name.strip("_")) for column in own if _is_time(column)]
    dimensions += [
        {
            **_dimension(column, segments, hidden=_is_hidden(column, table, segments)),
            **_link(column, table, name),
            "name": names[column.name],
        }
        for column in given
        if not _is_time(column)
    ]
    return {
        "name": name,
        "sql_table_name": f"{SCHEMA}.{quoted(table.name)}",
        "label": label(table.name),
        "dimensions": dimensions,
        "dimension_groups": groups,
    }


def segment_views(segments: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return a view of code and name for each segment of the chart of accounts."""
    return [_segment_view(number, name) for number, name in segments.items()]


def segment_explore(segments: Mapping[int, str]) -> dict[str, Any]:
    """Return an explore to extend, which names the segments of general ledger transactions."""
    return {
        "name": "chart_segments",
        "extension": "required",
        "view_name": "gl_transactions",
        "joins": [
            {
                "name": f"chart_segment_{number}",
                "view_label": "Chart Segments",
                "type": "left_outer",
                "relationship": "many_to_one",
                "sql_on": (
                    f"${{chart_segment_{number}.company}} = ${{gl_transactions.company}}\n"
                    f"AND ${{chart_segment_{number}.coacode}} = ${{gl_transactions.coacode}}\n"
                    f"AND ${{chart_segment_{number}.segmentnbr}} = {number}\n"
                    f"AND ${{chart_segment_{number}.segmentcode}} = "
                    f"${{gl_transactions.segvalue{number}}}"
                ),
            }
            for number in segments
        ],
    }


def _segment_view(number: int, name: str) -> dict[str, Any]:
    hidden = ("company", "coacode", "segmentnbr", "segmentcode")
    return {
        "name": f"chart_segment_{number}",
        "sql_table_name": f"{SCHEMA}.coa_segment_values",
        "dimensions": [
            {
                "primary_key": "yes",
                "hidden": "yes",
                "type": "string",
                "sql": "${TABLE}._source_id",
                "name": "source_id",
            },
            *(
                {
                    "hidden": "yes",
                    "type": "number" if column == "segmentnbr" else "string",
                    "sql": f"${{TABLE}}.{column}",
                    "name": column,
                }
                for column in hidden
            ),
            {
                "label": f"{name} Code",
                "description": f"Code of segment {number} of the chart of accounts.",
                "type": "string",
                "sql": "${TABLE}.segmentcode",
                "name": "code",
            },
            {
                "label": name,
                "description": f"Name of segment {number} of the chart of accounts.",
                "type": "string",
                "sql": "coalesce(nullif(${TABLE}.segmentname, ''), ${TABLE}.segmentcode)",
                "name": "name",
            },
        ],
    }


def _own_dimension(column: StagedColumn, table: StagedTable, taken: set[str]) -> dict[str, Any]:
    name = _free(column.name.removeprefix("_"), taken)
    key = column.name == "_source_id" and table.unique_source_id
    return {
        **({"primary_key": "yes"} if key else {}),
        "hidden": "yes",
        "type": "number" if column.type == "bigint" else "string",
        "sql": f"${{TABLE}}.{column.name}",
        "name": name,
    }


def _field_names(columns: Sequence[StagedColumn]) -> dict[str, str]:
    """Return column to field name: each its own, whatever letters the columns are written in."""
    names: dict[str, str] = {}
    taken = {column.name for column in columns}
    for column in columns:
        taken.discard(column.name)
        names[column.name] = next(
            name for name in _possible_names(column) if not taken & _fields_of(column, name)
        )
        taken |= _fields_of(column, names[column.name])
    return names


def _possible_names(column: StagedColumn) -> Iterator[str]:
    plain = view_name(column.name) or "column"
    if _is_time(column):
        yield view_name(column.name.removesuffix("date")) or plain
    yield plain
    for number in count(2):
        yield f"{plain}_{number}"


def _fields_of(column: StagedColumn, name: str) -> set[str]:
    """Return all names that a field of this name takes up."""
    return {name, *(f"{name}_{frame}" for frame in TIME_FRAMES if _is_time(column))}


def _is_hidden(column: StagedColumn, table: StagedTable, segments: Mapping[int, str]) -> bool:
    if segment := _SEGMENT.fullmatch(column.name):
        return table.name == "gl_transactions" or int(segment[1]) not in segments
    return bool(_TECHNICAL.fullmatch(column.name)) or column.type == "jsonb"


def _dimension(
    column: StagedColumn, segments: Mapping[int, str], *, hidden: bool
) -> dict[str, Any]:
    segment = _SEGMENT.fullmatch(column.name)
    named = segments.get(int(segment[1])) if segment else None
    field: dict[str, Any] = {
        # Said aloud, for a refinement may hide by default, and a new column is to be seen.
        **({"hidden": "yes"} if hidden else {"hidden": "no"} if _is_custom(column) else {}),
        "label": f"{named} Code" if named else _label(column),
        "type": {"boolean": "yesno", "bigint": "number", "numeric": "number"}.get(
            column.type, "string"
        ),
        "sql": _expression(column),
    }
    if column.type == "bigint":
        field["value_format_name"] = "id"
    elif column.type == "numeric" and _MONEY.fullmatch(column.name):
        field["value_format_name"] = "decimal_2"
    return field


def _is_custom(column: StagedColumn) -> bool:
    return column.name.endswith("_c")


def _expression(column: StagedColumn) -> str:
    reference = f"${{TABLE}}.{quoted(column.name)}"
    # Looker compares strings with LIKE and =, which uuid and jsonb do not know.
    return f"{reference}::text" if column.type in {"uuid", "jsonb"} else reference


def _date_group(column: StagedColumn, name: str) -> dict[str, Any]:
    own = bool(_OWN.fullmatch(column.name))
    is_date = column.type == "date"
    frames = DATE_FRAMES if is_date else TIME_FRAMES
    shown = column.comment and re.sub(r"(?i)date$", "", column.comment)
    text = label(column.name.removesuffix("date") or column.name, shown)
    return {
        **({"hidden": "yes"} if own else {"hidden": "no"} if _is_custom(column) else {}),
        "label": text,
        "type": "time",
        "timeframes": frames,
        **({"convert_tz": "no", "datatype": "date"} if is_date else {"datatype": "timestamp"}),
        "sql": f"${{TABLE}}.{quoted(column.name)}",
        "name": name,
    }


def _link(column: StagedColumn, table: StagedTable, view: str) -> dict[str, Any]:
    """Return the way into the source, on the last column of the key: the document's number."""
    if not table.key or table.key[-1] != column.name:
        return {}
    url = f"{view}.source_url._value"
    # A link whose URL comes out empty is not shown.
    return {
        "links": [
            {
                "label": "Open in Epicor Kinetic",
                "url": f"{{% if {url} %}}{{{{ {url} }}}}{{% elsif '@{{KINETIC_BASE_URL}}' != '' %}}"
                "@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}",
            }
        ]
    }


def _label(column: StagedColumn) -> str:
    return label(column.name, column.comment)


def _is_time(column: StagedColumn) -> bool:
    return column.type == "date" or column.type.startswith("timestamp")


def _free(name: str, taken: set[str]) -> str:
    return name if name not in taken else f"staging_{name}"

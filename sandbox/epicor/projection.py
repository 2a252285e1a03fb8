"""The SQL that turns a row into the text of its JSON object.

Columns that no row ever brought are part of the fixed text.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from sandbox.epicor.values import column_default, sql_literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.epicor.model import Column

# SQLite before 3.47 takes 127 arguments to a function, the pattern included.
_FORMAT_ARGUMENTS = 100


@dataclass(frozen=True, slots=True)
class ValueFormat:
    """How values look in JSON: a suffix behind each date-time, and which numbers are text."""

    zone: str = ""
    int64_as_text: bool = False
    decimals_as_text: bool = False


def value_json(column: Column, term: str | None, form: ValueFormat) -> tuple[str, bool]:
    """Return a column's JSON: SQL and True, or finished text and False where `term` is None."""
    if term is None:
        return _fixed(column, form), False
    return _RENDERERS.get(column.edm_type, _render_number)(term, form), True


def _fixed(column: Column, form: ValueFormat) -> str:
    default = column_default(column)
    if column.edm_type == "Edm.Boolean":
        return "false"
    if column.edm_type == "Edm.Decimal" and not form.decimals_as_text:
        return str(default)
    if column.edm_type == "Edm.Int64" and form.int64_as_text:
        return f'"{default}"'
    return orjson.dumps(default).decode()


def _render_text(term: str, form: ValueFormat) -> str:  # noqa: ARG001 - one signature for all
    return f"json_quote({term})"


def _render_number(term: str, form: ValueFormat) -> str:  # noqa: ARG001
    return f"ifnull({term}, 'null')"


def _render_int64(term: str, form: ValueFormat) -> str:
    return (
        f"""ifnull('"' || {term} || '"', 'null')"""
        if form.int64_as_text
        else _render_number(term, form)
    )


def _render_decimal(term: str, form: ValueFormat) -> str:
    return (
        f"""ifnull('"' || {term} || '"', 'null')"""
        if form.decimals_as_text
        else _render_number(term, form)
    )


def _render_bool(term: str, form: ValueFormat) -> str:  # noqa: ARG001
    return f"CASE {term} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END"


def _render_date(term: str, form: ValueFormat) -> str:
    return f"""ifnull('"' || {term} || '{form.zone}"', 'null')"""


def _render_guid(term: str, form: ValueFormat) -> str:  # noqa: ARG001
    return f"""ifnull('"' || {term} || '"', 'null')"""


_RENDERERS: dict[str, Callable[[str, ValueFormat], str]] = {
    "Edm.String": _render_text,
    "Edm.Binary": _render_text,
    "Edm.Int64": _render_int64,
    "Edm.Decimal": _render_decimal,
    "Edm.Boolean": _render_bool,
    "Edm.DateTimeOffset": _render_date,
    "Edm.Guid": _render_guid,
}


def object_sql(pieces: list[tuple[str, str, bool]]) -> str:
    """Return the SQL that builds one JSON object.

    Args:
        pieces: Per property its name, its value, and whether the value is SQL (else it is finished
            JSON).
    """
    pattern, arguments, calls = "{", [], []
    for position, (name, value, is_sql) in enumerate(pieces):
        pattern += f'{"," if position else ""}"{name}":' + (
            "%s" if is_sql else value.replace("%", "%%")
        )
        if is_sql:
            arguments.append(value)
        if len(arguments) == _FORMAT_ARGUMENTS:
            calls.append(_format_call(pattern, arguments))
            pattern, arguments = "", []
    calls.append(_format_call(pattern + "}", arguments))
    return " || ".join(calls)


def _format_call(pattern: str, arguments: list[str]) -> str:
    return f"printf({', '.join(itertools.chain([sql_literal(pattern)], arguments))})"

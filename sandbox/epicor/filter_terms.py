"""The SQL of a filter's terms: fields, comparisons, conditions, and the order of their values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sandbox.epicor.errors import bad_request
from sandbox.epicor.values import date_text

KINDS = {
    "Edm.String": "text",
    "Edm.Int32": "number",
    "Edm.Int64": "number",
    "Edm.Decimal": "number",
    "Edm.Double": "number",
    "Edm.Boolean": "bool",
    "Edm.DateTimeOffset": "date",
    "Edm.Guid": "guid",
    "Edm.Binary": "binary",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A property as filters and orders see it: SQL of its value, Edm type, whether it is stored."""

    sql: str
    edm_type: str
    stored: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a filter: its SQL, the values bound in it, what kind of value it yields."""

    sql: str
    values: tuple[Any, ...]
    kind: str
    edm_type: str


def guid_order(sql: str) -> str:
    """Return the SQL that orders GUIDs as SQL Server does: by their last six bytes first."""
    pieces = ((25, 12), (20, 4), (17, 2), (15, 2), (12, 2), (10, 2), (7, 2), (5, 2), (3, 2), (1, 2))
    return "(" + " || ".join(f"substr({sql}, {start}, {length})" for start, length in pieces) + ")"


def order_term(field: Field) -> str:
    """Return the SQL by which rows are ordered by a field."""
    if field.edm_type == "Edm.Guid":
        return guid_order(field.sql)
    if field.edm_type == "Edm.Decimal":
        return f"CAST({field.sql} AS REAL)"
    return field.sql


def comparison(left: Term, operator: str, right: Term) -> Term:
    """Return the condition that compares two terms of one kind."""
    values = left.values + right.values
    if "null" in (left.kind, right.kind):
        words = {"=": "IS", "<>": "IS NOT"}
        sql = f"({left.sql} {words[operator]} {right.sql})" if operator in words else "(0)"
        return Term(sql, values if operator in words else (), "bool", "Edm.Boolean")
    if left.kind == "guid" and operator not in ("=", "<>"):
        # The substrings take the bound value ten times.
        return Term(
            f"({guid_order(left.sql)} {operator} {guid_order(right.sql)})",
            left.values * _times(left) + right.values * _times(right),
            "bool",
            "Edm.Boolean",
        )
    left_sql, right_sql = (
        (number(left), number(right)) if left.kind == "number" else (left.sql, right.sql)
    )
    return Term(f"({left_sql} {operator} {right_sql})", values, "bool", "Edm.Boolean")


def _times(term: Term) -> int:
    return 10 if term.values else 1


def number(term: Term) -> str:
    """Return the SQL of a number; decimals are text in the database and compare as doubles."""
    return (
        f"CAST({term.sql} AS REAL)"
        if term.edm_type == "Edm.Decimal" and not term.values
        else term.sql
    )


def as_condition(term: Term, operator: str) -> Term:
    """Return a term as a condition; raises the refusal of one that is none."""
    if term.kind == "literal_bool" or (term.kind == "bool" and not term.sql.startswith("(")):
        return Term(f"({term.sql} = 1)", term.values, "bool", "Edm.Boolean")
    require_kind(term, "bool", operator)
    return term


def require_kind(term: Term, kind: str, operator: str) -> None:
    """Refuse a term of another kind, as the OData library does."""
    if term.kind != kind:
        message = f"Operator '{operator}' with an incompatible type was found: '{term.edm_type}'."
        raise bad_request(message)


def require_same_kind(left: Term, right: Term, operator: str) -> None:
    """Refuse to compare terms of two kinds, as the OData library does."""
    kinds = {"bool" if term.kind == "literal_bool" else term.kind for term in (left, right)} - {
        "null"
    }
    if len(kinds) > 1:
        message = (
            "A binary operator with incompatible types was detected. Found operand types "
            f"'{left.edm_type}' and '{right.edm_type}' for operator kind '{operator}'."
        )
        raise bad_request(message)


def local_text(text: str, utc_offset: timedelta) -> str:
    """Return a date-time literal with zone as zone-less time of the server, cut to microseconds."""
    head, fraction = text, ""
    if "." in text:
        head, _, rest = text.partition(".")
        digits = rest.rstrip("Z") if rest.endswith("Z") else rest[:-6]
        head, fraction = head + rest[len(digits) :], digits[:6]
    try:
        moment = datetime.fromisoformat(head.replace("Z", "+00:00"))
        moment = moment.replace(microsecond=int(fraction.ljust(6, "0")) if fraction else 0)
        return date_text(moment.astimezone(timezone(utc_offset)))
    except (ValueError, OverflowError) as error:
        message = f"The literal '{text}' is not a valid Edm.DateTimeOffset."
        raise bad_request(message) from error

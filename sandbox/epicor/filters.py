"""From the text of a `$filter` to SQL with bound values, as strict about types as the real server.

The text is parsed by odata-query; the visitor here turns its tree into SQLite's SQL. A filter knows
the types of both sides of each operator, so that a quoted date or a number against a text column is
refused with the reason that Microsoft's OData library gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from odata_query import ast
from odata_query.visitor import NodeVisitor

from sandbox.epicor.errors import bad_request, internal_error
from sandbox.epicor.grammar import full_name, parse_filter
from sandbox.epicor.values import date_text

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {
    "Edm.String": "text",
    "Edm.Int32": "number",
    "Edm.Int64": "number",
    "Edm.Decimal": "number",
    "Edm.Double": "number",
    "Edm.Boolean": "bool",
    "Edm.DateTimeOffset": "date",
    "Edm.Guid": "guid",
}
_OPERATORS = {
    ast.Eq: ("=", "Equal"),
    ast.NotEq: ("<>", "NotEqual"),
    ast.Lt: ("<", "LessThan"),
    ast.LtE: ("<=", "LessThanOrEqual"),
    ast.Gt: (">", "GreaterThan"),
    ast.GtE: (">=", "GreaterThanOrEqual"),
}
_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%"}
_TEXT_FUNCTIONS = {"tolower": "lower", "toupper": "upper", "trim": "trim", "length": "length"}
_INT64 = 2**63
_MAX_NODES = 250


@dataclass(frozen=True, slots=True)
class Dialect:
    """What this server makes of a filter, beyond the grammar.

    Attributes:
        utc_offset: The zone of the zone-less times in the database; literals are brought to it.
        zone_required: Whether a date-time literal without zone is refused.
        refuses_compound: Whether a mix of `and` and `or` is refused.
        refuses_guids: Whether comparing a GUID is refused.
        refuses_sys_rev_id: Whether `SysRevID` in a filter is refused.
    """

    utc_offset: timedelta = timedelta()
    zone_required: bool = True
    refuses_compound: bool = False
    refuses_guids: bool = False
    refuses_sys_rev_id: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A property as filters and orders see it: SQL of its value, Edm type, whether it is stored."""

    sql: str
    edm_type: str
    stored: bool


@dataclass(frozen=True, slots=True)
class _Term:
    sql: str
    values: tuple[Any, ...]
    kind: str
    edm_type: str


def filter_sql(
    text: str, resolve: Callable[[str], Field], dialect: Dialect
) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL condition of a filter, and the values bound in it.

    Args:
        text: The decoded value of `$filter`.
        resolve: Gives the field of a name, or raises the refusal of an unknown one.
        dialect: What this server accepts.

    Raises:
        errors.RefusalError: 400 for what the server cannot read, 500 for what it reads and then
            fails on.
    """
    term = _FilterVisitor(resolve, dialect).visit(parse_filter(text))
    condition = _as_condition(term, "$filter")
    return condition.sql, condition.values


class _FilterVisitor(NodeVisitor):
    """Turns the nodes of a filter into terms: SQL, bound values and kind."""

    def __init__(self, resolve: Callable[[str], Field], dialect: Dialect) -> None:
        self._resolve = resolve
        self._dialect = dialect
        self._joined: set[type] = set()
        self._nodes = 0

    def visit(self, node: ast._Node) -> Any:
        """Return the term of a node, and count it."""
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            message = f"The node count limit of '{_MAX_NODES}' has been exceeded."
            raise bad_request(message)
        return super().visit(node)

    def generic_visit(self, node: ast._Node) -> _Term:
        message = f"The query node {type(node).__name__} is not supported."
        raise bad_request(message)

    def visit_Identifier(self, node: ast.Identifier) -> _Term:  # noqa: N802 - named after the node
        field = self._resolve(full_name(node))
        if not field.stored:
            raise internal_error()
        if self._dialect.refuses_sys_rev_id and node.name == "SysRevID":
            raise internal_error()
        return _Term(field.sql, (), KINDS[field.edm_type], field.edm_type)

    def visit_Null(self, node: ast.Null) -> _Term:  # noqa: ARG002, N802
        return _Term("NULL", (), "null", "null")

    def visit_Integer(self, node: ast.Integer) -> _Term:  # noqa: N802
        value = int(node.val)
        if not -_INT64 <= value < _INT64:
            message = f"The numeric literal '{node.val}' cannot be read as Edm.Int64."
            raise bad_request(message)
        return _Term("?", (value,), "number", "Edm.Int32" if abs(value) < 2**31 else "Edm.Int64")

    def visit_Float(self, node: ast.Float) -> _Term:  # noqa: N802
        return _Term("?", (float(node.val),), "number", "Edm.Decimal")

    def visit_String(self, node: ast.String) -> _Term:  # noqa: N802
        return _Term("?", (node.val,), "text", "Edm.String")

    def visit_Boolean(self, node: ast.Boolean) -> _Term:  # noqa: N802
        return _Term("1" if node.py_val else "0", (), "literal_bool", "Edm.Boolean")

    def visit_GUID(self, node: ast.GUID) -> _Term:  # noqa: N802
        return _Term("?", (node.val.lower(),), "guid", "Edm.Guid")

    def visit_Date(self, node: ast.Date) -> _Term:  # noqa: N802
        # The server reads 2026-03-16 as 2026 minus 3 minus 16 and reports a clash with a number.
        year, month, day = node.val.split("-")
        return _Term("?", (int(year) - int(month) - int(day),), "number", "Edm.Int32")

    def visit_DateTime(self, node: ast.DateTime) -> _Term:  # noqa: N802
        text = node.val.upper()
        zoned = text.endswith("Z") or text[-6] in "+-"
        if not zoned and self._dialect.zone_required:
            message = (
                f"Unrecognized 'Edm.DateTimeOffset' literal '{node.val}': the time zone is missing."
            )
            raise bad_request(message)
        return _Term(
            "?",
            (_local_text(text if zoned else f"{text}Z", self._dialect.utc_offset),),
            "date",
            "Edm.DateTimeOffset",
        )

    def visit_Compare(self, node: ast.Compare) -> _Term:  # noqa: N802
        if type(node.comparator) not in _OPERATORS:
            message = "Syntax error: the operator 'in' is not supported in $filter."
            raise bad_request(message)
        operator, name = _OPERATORS[type(node.comparator)]
        left, right = self.visit(node.left), self.visit(node.right)
        _require_same_kind(left, right, name)
        if "guid" in (left.kind, right.kind) and self._dialect.refuses_guids:
            raise internal_error()
        return _comparison(left, operator, right)

    def visit_BoolOp(self, node: ast.BoolOp) -> _Term:  # noqa: N802
        self._joined.add(type(node.op))
        if self._dialect.refuses_compound and len(self._joined) > 1:
            raise internal_error()
        word = "AND" if isinstance(node.op, ast.And) else "OR"
        left, right = (
            _as_condition(self.visit(side), word.lower()) for side in (node.left, node.right)
        )
        return _Term(
            f"({left.sql} {word} {right.sql})", left.values + right.values, "bool", "Edm.Boolean"
        )

    def visit_UnaryOp(self, node: ast.UnaryOp) -> _Term:  # noqa: N802
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            condition = _as_condition(operand, "not")
            return _Term(f"(NOT {condition.sql})", condition.values, "bool", "Edm.Boolean")
        _require_kind(operand, "number", "negate")
        return _Term(f"(-{_number(operand)})", operand.values, "number", operand.edm_type)

    def visit_BinOp(self, node: ast.BinOp) -> _Term:  # noqa: N802
        left, right = self.visit(node.left), self.visit(node.right)
        _require_kind(left, "number", type(node.op).__name__)
        _require_kind(right, "number", type(node.op).__name__)
        sql = f"({_number(left)} {_ARITHMETIC[type(node.op)]} {_number(right)})"
        edm_type = (
            "Edm.Double" if "Edm.Decimal" in (left.edm_type, right.edm_type) else left.edm_type
        )
        return _Term(sql, left.values + right.values, "number", edm_type)

    def visit_Call(self, node: ast.Call) -> _Term:  # noqa: N802
        name = full_name(node.func)
        if name in ("contains", "startswith", "endswith"):
            return self._search(name, node.args)
        if name not in _TEXT_FUNCTIONS:
            message = f"An unknown function with name '{name}' was found."
            raise bad_request(message)
        argument = self.visit(node.args[0])
        _require_kind(argument, "text", name)
        kind, edm_type = ("number", "Edm.Int32") if name == "length" else ("text", "Edm.String")
        return _Term(f"{_TEXT_FUNCTIONS[name]}({argument.sql})", argument.values, kind, edm_type)

    def _search(self, name: str, args: list[ast._Node]) -> _Term:
        text, part = (self.visit(argument) for argument in args)
        _require_kind(text, "text", name)
        _require_kind(part, "text", name)
        whole, sought = f"lower({text.sql})", f"lower({part.sql})"
        t, p = text.values, part.values
        if name == "contains":
            sql, values = f"(instr({whole}, {sought}) > 0)", t + p
        elif name == "startswith":
            sql, values = f"(substr({whole}, 1, length({sought})) = {sought})", t + p + p
        else:
            start = f"length({whole}) - length({sought})"
            sql = f"({start} >= 0 AND substr({whole}, 1 + {start}) = {sought})"
            values = t + p + t + t + p + p
        return _Term(sql, values, "bool", "Edm.Boolean")


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


def _comparison(left: _Term, operator: str, right: _Term) -> _Term:
    values = left.values + right.values
    if "null" in (left.kind, right.kind):
        words = {"=": "IS", "<>": "IS NOT"}
        sql = f"({left.sql} {words[operator]} {right.sql})" if operator in words else "(0)"
        return _Term(sql, values if operator in words else (), "bool", "Edm.Boolean")
    if left.kind == "guid" and operator not in ("=", "<>"):
        # The substrings take the bound value ten times.
        return _Term(
            f"({guid_order(left.sql)} {operator} {guid_order(right.sql)})",
            left.values * _times(left) + right.values * _times(right),
            "bool",
            "Edm.Boolean",
        )
    left_sql, right_sql = (
        (_number(left), _number(right)) if left.kind == "number" else (left.sql, right.sql)
    )
    return _Term(f"({left_sql} {operator} {right_sql})", values, "bool", "Edm.Boolean")


def _times(term: _Term) -> int:
    return 10 if term.values else 1


def _number(term: _Term) -> str:
    """Return the SQL of a number; decimals are text in the database and compare as doubles."""
    return (
        f"CAST({term.sql} AS REAL)"
        if term.edm_type == "Edm.Decimal" and not term.values
        else term.sql
    )


def _as_condition(term: _Term, operator: str) -> _Term:
    if term.kind == "literal_bool" or (term.kind == "bool" and not term.sql.startswith("(")):
        return _Term(f"({term.sql} = 1)", term.values, "bool", "Edm.Boolean")
    _require_kind(term, "bool", operator)
    return term


def _require_kind(term: _Term, kind: str, operator: str) -> None:
    if term.kind != kind:
        message = f"Operator '{operator}' with an incompatible type was found: '{term.edm_type}'."
        raise bad_request(message)


def _require_same_kind(left: _Term, right: _Term, operator: str) -> None:
    kinds = {"bool" if term.kind == "literal_bool" else term.kind for term in (left, right)} - {
        "null"
    }
    if len(kinds) > 1:
        message = (
            "A binary operator with incompatible types was detected. Found operand types "
            f"'{left.edm_type}' and '{right.edm_type}' for operator kind '{operator}'."
        )
        raise bad_request(message)


def _local_text(text: str, utc_offset: timedelta) -> str:
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

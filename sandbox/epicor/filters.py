"""From the text of a `$filter` to SQL with bound values, as strict about types as the real server.

The text is parsed by odata-query; the visitor here turns its tree into SQLite's SQL. A filter knows
the types of both sides of each operator, so that a quoted date or a number against a text column is
refused with the reason that Microsoft's OData library gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from odata_query import ast
from odata_query.visitor import NodeVisitor

from sandbox.epicor.errors import bad_request, internal_error
from sandbox.epicor.filter_terms import (
    KINDS,
    Field,
    Term,
    as_condition,
    comparison,
    local_text,
    number,
    require_kind,
    require_same_kind,
)
from sandbox.epicor.grammar import full_name, parse_filter

if TYPE_CHECKING:
    from collections.abc import Callable

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
    condition = as_condition(term, "$filter")
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

    def generic_visit(self, node: ast._Node) -> Term:
        message = f"The query node {type(node).__name__} is not supported."
        raise bad_request(message)

    def visit_Identifier(self, node: ast.Identifier) -> Term:  # noqa: N802 - named after the node
        field = self._resolve(full_name(node))
        if not field.stored:
            raise internal_error()
        if self._dialect.refuses_sys_rev_id and node.name == "SysRevID":
            raise internal_error()
        return Term(field.sql, (), KINDS[field.edm_type], field.edm_type)

    def visit_Null(self, node: ast.Null) -> Term:  # noqa: ARG002, N802
        return Term("NULL", (), "null", "null")

    def visit_Integer(self, node: ast.Integer) -> Term:  # noqa: N802
        value = int(node.val)
        if not -_INT64 <= value < _INT64:
            message = f"The numeric literal '{node.val}' cannot be read as Edm.Int64."
            raise bad_request(message)
        return Term("?", (value,), "number", "Edm.Int32" if abs(value) < 2**31 else "Edm.Int64")

    def visit_Float(self, node: ast.Float) -> Term:  # noqa: N802
        return Term("?", (float(node.val),), "number", "Edm.Decimal")

    def visit_String(self, node: ast.String) -> Term:  # noqa: N802
        return Term("?", (node.val,), "text", "Edm.String")

    def visit_Boolean(self, node: ast.Boolean) -> Term:  # noqa: N802
        return Term("1" if node.py_val else "0", (), "literal_bool", "Edm.Boolean")

    def visit_GUID(self, node: ast.GUID) -> Term:  # noqa: N802
        return Term("?", (node.val.lower(),), "guid", "Edm.Guid")

    def visit_Date(self, node: ast.Date) -> Term:  # noqa: N802
        # The server reads 2026-03-16 as 2026 minus 3 minus 16 and reports a clash with a number.
        year, month, day = node.val.split("-")
        return Term("?", (int(year) - int(month) - int(day),), "number", "Edm.Int32")

    def visit_DateTime(self, node: ast.DateTime) -> Term:  # noqa: N802
        text = node.val.upper()
        zoned = text.endswith("Z") or text[-6] in "+-"
        if not zoned and self._dialect.zone_required:
            message = (
                f"Unrecognized 'Edm.DateTimeOffset' literal '{node.val}': the time zone is missing."
            )
            raise bad_request(message)
        return Term(
            "?",
            (local_text(text if zoned else f"{text}Z", self._dialect.utc_offset),),
            "date",
            "Edm.DateTimeOffset",
        )

    def visit_Compare(self, node: ast.Compare) -> Term:  # noqa: N802
        if type(node.comparator) not in _OPERATORS:
            message = "Syntax error: the operator 'in' is not supported in $filter."
            raise bad_request(message)
        operator, name = _OPERATORS[type(node.comparator)]
        left, right = self.visit(node.left), self.visit(node.right)
        require_same_kind(left, right, name)
        if "guid" in (left.kind, right.kind) and self._dialect.refuses_guids:
            raise internal_error()
        return comparison(left, operator, right)

    def visit_BoolOp(self, node: ast.BoolOp) -> Term:  # noqa: N802
        self._joined.add(type(node.op))
        if self._dialect.refuses_compound and len(self._joined) > 1:
            raise internal_error()
        word = "AND" if isinstance(node.op, ast.And) else "OR"
        left, right = (
            as_condition(self.visit(side), word.lower()) for side in (node.left, node.right)
        )
        return Term(
            f"({left.sql} {word} {right.sql})", left.values + right.values, "bool", "Edm.Boolean"
        )

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Term:  # noqa: N802
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            condition = as_condition(operand, "not")
            return Term(f"(NOT {condition.sql})", condition.values, "bool", "Edm.Boolean")
        require_kind(operand, "number", "negate")
        return Term(f"(-{number(operand)})", operand.values, "number", operand.edm_type)

    def visit_BinOp(self, node: ast.BinOp) -> Term:  # noqa: N802
        left, right = self.visit(node.left), self.visit(node.right)
        require_kind(left, "number", type(node.op).__name__)
        require_kind(right, "number", type(node.op).__name__)
        sql = f"({number(left)} {_ARITHMETIC[type(node.op)]} {number(right)})"
        edm_type = (
            "Edm.Double" if "Edm.Decimal" in (left.edm_type, right.edm_type) else left.edm_type
        )
        return Term(sql, left.values + right.values, "number", edm_type)

    def visit_Call(self, node: ast.Call) -> Term:  # noqa: N802
        name = full_name(node.func)
        if name in ("contains", "startswith", "endswith"):
            return self._search(name, node.args)
        if name not in _TEXT_FUNCTIONS:
            message = f"An unknown function with name '{name}' was found."
            raise bad_request(message)
        argument = self.visit(node.args[0])
        require_kind(argument, "text", name)
        kind, edm_type = ("number", "Edm.Int32") if name == "length" else ("text", "Edm.String")
        return Term(f"{_TEXT_FUNCTIONS[name]}({argument.sql})", argument.values, kind, edm_type)

    def _search(self, name: str, args: list[ast._Node]) -> Term:
        text, part = (self.visit(argument) for argument in args)
        require_kind(text, "text", name)
        require_kind(part, "text", name)
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
        return Term(sql, values, "bool", "Edm.Boolean")

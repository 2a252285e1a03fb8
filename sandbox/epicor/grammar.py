"""Reading a `$filter`: odata-query's grammar, mended where Epicor's names and dates need it."""

from __future__ import annotations

import functools
from typing import Any

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser
from odata_query.visitor import NodeVisitor

from sandbox.epicor.errors import bad_request


class _Lexer(ODataLexer):
    """odata-query's lexer with word ends (`AllocatedQty` is not `all`), and with any year."""

    tokens = ODataLexer.tokens

    @_(r"any(?=\s*\()")  # type: ignore[name-defined, untyped-decorator] # noqa: F821 - sly puts `_` into the class's namespace
    def ANY(self, token: Any) -> Any:  # noqa: N802 - sly's way
        token.value = ast.Any()
        return token

    @_(r"all(?=\s*\()")  # type: ignore[name-defined, untyped-decorator] # noqa: F821
    def ALL(self, token: Any) -> Any:  # noqa: N802
        token.value = ast.All()
        return token

    @_(r"(?:true|false)\b")  # type: ignore[name-defined, untyped-decorator] # noqa: F821
    def BOOLEAN(self, token: Any) -> Any:  # noqa: N802
        token.value = ast.Boolean(token.value)
        return token

    @_(r"null\b")  # type: ignore[name-defined, untyped-decorator] # noqa: F821
    def NULL(self, token: Any) -> Any:  # noqa: N802
        token.value = ast.Null()
        return token

    @_(  # type: ignore[name-defined, untyped-decorator] # noqa: F821
        r"\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d"
        r"(?::[0-5]\d(?:\.\d{1,12})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?"
    )
    def DATETIME(self, token: Any) -> Any:  # noqa: N802
        token.value = ast.DateTime(token.value)
        return token


@functools.lru_cache(maxsize=512)
def parse_filter(text: str) -> Any:
    """Return the tree of a filter.

    Raises:
        errors.RefusalError: 400, the text is no filter.
    """
    try:
        return ODataParser().parse(_Lexer().tokenize(text))
    except ODataException as error:
        token = getattr(error, "token", None)
        if hasattr(error, "function_name"):
            message = f"An unknown function with name '{error.function_name}' was found."
        else:
            message = f"Syntax error at position {getattr(token, 'index', len(text))} in '{text}'."
        raise bad_request(message) from error


def names_in(tree: Any) -> list[str]:
    """Return the property names in the tree of a filter, in the order of the text."""
    visitor = _NameVisitor()
    visitor.visit(tree)
    return visitor.names


def full_name(node: ast.Identifier) -> str:
    """Return an identifier with its namespace."""
    return ".".join((*node.namespace, node.name))


class _NameVisitor(NodeVisitor):
    """Collects the property names in a filter."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def visit_Identifier(self, node: ast.Identifier) -> None:  # noqa: N802 - named after the node
        self.names.append(full_name(node))

    def visit_Call(self, node: ast.Call) -> None:  # noqa: N802 - its name is no property
        for argument in node.args:
            self.visit(argument)

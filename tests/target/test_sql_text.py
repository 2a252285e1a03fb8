"""No statement is put together from text: names go through `psycopg2.sql`, values as parameters."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import target_looker_staging

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(str(target_looker_staging.__file__)).parent
STATEMENT = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE|COPY|SET|"
    r"LOCK|COMMENT)\s+\S"
)
TAKES_SQL = {"execute", "executemany", "copy_expert", "mogrify", "SQL"}


def violations(source: str) -> list[str]:
    """Return each place of a module where text is made into SQL, as `line: why`."""
    return [f"{line}: {why}" for line, why in _violations(ast.parse(source))]


def _violations(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in TAKES_SQL and node.args:
            # `SchemaSql.execute` takes a cursor before the statement.
            for part in (each for given in node.args[:2] for each in _text_operations(given)):
                yield node.lineno, f"{_name(node.func)} gets {part}"
        if isinstance(node, ast.JoinedStr) and _is_statement(node.values[0]):
            yield node.lineno, "a statement as an f-string"
        if isinstance(node, ast.BinOp) and _is_statement(node.left):
            yield node.lineno, "a statement put together by an operator"
        if isinstance(node, ast.Call) and _name(node.func) in {"format", "replace", "join"}:
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if owner is not None and _is_statement(owner):
                yield node.lineno, f"a statement put together by str.{_name(node.func)}"


def _text_operations(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "an f-string"
    elif isinstance(node, ast.BinOp):
        yield "text put together by an operator"
    elif isinstance(node, ast.Call) and _name(node.func) in {"format", "replace", "join", "str"}:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else node
        if isinstance(owner, (ast.Constant, ast.Name)) or owner is node:
            yield f"the result of {_name(node.func)}"


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_statement(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and STATEMENT.match(node.value) is not None
    )


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_statements_are_composed(path: Path) -> None:
    """Each module hands the driver constants and compositions only."""
    assert violations(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'cursor.execute(f"SELECT * FROM {table}")',
        'cursor.execute("SELECT * FROM %s" % table)',
        'cursor.execute("SELECT * FROM " + table)',
        'cursor.execute("SELECT * FROM {}".format(table))',
        "cursor.execute(TEXT.format(table))",
        'sql.SQL(f"DROP TABLE {table}")',
        'cursor.copy_expert("COPY {} FROM STDIN".format(table), file)',
        'schema_sql.execute(cursor, f"SELECT * FROM {table}")',
        'text = f"DROP TABLE {table}"',
        'text = "DROP TABLE " + table',
        'text = "DROP TABLE {}".format(table)',
    ],
)
def test_rule_finds_what_it_is_for(source: str) -> None:
    """The rule itself sees each way to put text into a statement."""
    assert violations(source)

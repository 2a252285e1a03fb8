"""Names from the source are data: the LookML is sound, and nothing in it that is a name lives."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

import lkml
import psycopg2
import pytest
from psycopg2 import sql

from target_looker_staging.lookml.catalogue import StagedColumn, StagedTable
from target_looker_staging.lookml.generation import generate
from target_looker_staging.lookml.views import base_view
from tests.looker.block.project import load
from tests.target.conftest import record, schema, staging
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fixtures.postgres import DatabaseSettings
    from tests.target.conftest import Staging

__all__ = ["staging"]  # fixtures

NAMES = (
    'a";;} measure: x {',
    "}}",
    "{{ x }}",
    "{% raw %}",
    "${x}",
    "@{y}",
    "line\nbreak",
    "line\r\n# comment",
    "a;; -- b",
    "\\",
    'quo"te',
    "'",
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m",
    "\u202eright to left",
    "\u2028",
    "$",
    "%",
    "%s",
    "😀",
    "_source_x;; } measure: y { type: count",
    "_sdc_${z}",
    "_source_",
    "${TABLE}",
    "date",
    "é ü 支払",
)
LIVE = re.compile(r"\$\{(?!TABLE\}\.)|@\{(?!STAGING_SCHEMA\}|KINETIC_BASE_URL\})|\{\{|\{%")
PLAIN = re.compile(r"[\w .,:/()&+='\u2019@#%*!?-]+")


def texts(node: Any, kind: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a tree with the parameter that holds it."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, key)
    elif isinstance(node, list):
        for each in node:
            yield from texts(each, kind)
    else:
        yield kind, str(node)


def check_harmless(text: str, fields: int) -> dict[str, Any]:
    """Return the one view of a file, nothing of which comes from a name but text."""
    tree = lkml.load(text)
    assert tree.keys() == {"views"}
    view: dict[str, Any]
    [view] = tree["views"]
    assert view.keys() <= {"name", "sql_table_name", "label", "dimensions", "dimension_groups"}
    found = [*view.get("dimensions", []), *view.get("dimension_groups", [])]
    assert len(found) == fields
    assert len({each["name"] for each in found}) == fields
    for kind, value in texts(view):
        if kind == "url":
            continue
        assert not LIVE.search(value), (kind, value)
        assert ";;" not in value
        assert value.isprintable(), (kind, value)
        if kind == "name":
            assert re.fullmatch(r"[a-z0-9_]+", value), value
        if kind == "label":
            assert PLAIN.fullmatch(value), value
    return view


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_property(database: DatabaseSettings, name: str) -> None:
    """A property of any name is a dimension that reads its column, and nothing more."""
    with closing(psycopg2.connect(**database)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA s")
        cursor.execute(
            sql.SQL("CREATE TABLE s.t (_source_id text UNIQUE, {} text)").format(
                sql.Identifier(name.replace("%", "%%"))
            ),
            (),
        )
        cursor.execute("INSERT INTO s.t VALUES ('1', 'value')")
        view = check_harmless(generate(cursor, "s")["t.view.lkml"], 3)
        column = next(
            each["sql"] for each in view["dimensions"]
            if each["name"] not in {"source_id", "is_deleted"}
        )  # fmt: skip
        cursor.execute(f"SELECT {column.replace('${TABLE}', 't')} FROM s.t")
        assert cursor.fetchall() == [("value",)]


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_stream(database: DatabaseSettings, name: str) -> None:
    """A table of any name is a view that reads it, in a file whose name is none of its own."""
    with closing(psycopg2.connect(**database)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA s")
        # A table whose name begins with an underscore is the run log's.
        table = name.lstrip("_")
        cursor.execute(
            sql.SQL("CREATE TABLE s.{} (_source_id text UNIQUE)").format(
                sql.Identifier(table.replace("%", "%%"))
            ),
            (),
        )
        [(file, text)] = generate(cursor, "s").items()
        assert re.fullmatch(r"[a-z0-9_]+\.view\.lkml", file)
        view = check_harmless(text, 2)
        found = view["sql_table_name"].replace("@{STAGING_SCHEMA}", "s")
        cursor.execute(f"SELECT count(*) FROM {found}")
        assert cursor.fetchall() == [(0,)]


@pytest.mark.parametrize("type_", ["date", "timestamp with time zone", "jsonb", "bigint"])
@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_key_of_any_type(name: str, type_: str) -> None:
    """Groups of dates, documents and links are no way in either."""
    columns = (StagedColumn("_source_id", "text"), StagedColumn(name, type_, name.title()))
    view = base_view(StagedTable(name, columns, (name,), unique_source_id=True), {})
    check_harmless(lkml.dump({"views": [view]}) or "", 3)


def test_names_all_at_once(staging: Staging) -> None:
    """A stream of such a name, with properties of all these, is staged and becomes a view."""
    names = [each for each in NAMES if not each.startswith("_s")]
    definition = {"properties": {name: {"type": ["string", "null"]} for name in names}}
    stream = 'a";;} measure: x { type: count }'
    last = run_state(1)
    last["value"]["run"]["streams"] = {stream: last["value"]["run"]["streams"]["vendors"]}
    row = record(stream)
    row["record"] = dict.fromkeys(names, "x")
    staging.sync(schema(stream, definition, [names[0]]), row, last)
    with closing(psycopg2.connect(**_dsn(staging))) as connection, connection.cursor() as cursor:
        [text] = generate(cursor, "epicor_staging").values()
    assert "measure: x" not in re.sub(r'"[^"]*"', "", text.replace("\\", ""))
    assert lkml.load(text)["views"][0].keys().isdisjoint({"measures", "measure"})


def _dsn(area: Staging) -> dict[str, Any]:
    config = {name: area.config[name] for name in ("host", "port", "user", "password")}
    return {**config, "dbname": area.config["database"]}


def test_dashboards_have_no_liquid_of_names() -> None:
    """No dashboard of the block puts a value into Liquid, a constant or HTML."""
    for dashboard in load().dashboards:
        for _, value in texts(dashboard):
            assert not re.search(r"\{\{|\{%|@\{|<", value)

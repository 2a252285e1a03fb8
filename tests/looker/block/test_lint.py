"""What Looker's own validator would say, as far as it can be told without Looker."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import combinations
from typing import Any

import pytest

from tests.looker.block.project import BLOCK as FOLDER
from tests.looker.block.project import KINDS, Node, load, parse

BLOCK = load()
CORE = sorted((FOLDER / "views/core").glob("*.lkml"))
FILES = sorted(FOLDER.rglob("*.lkml"))
COMMON = {"name", "label", "description", "hidden", "sql", "type", "group_label", "view_label"}
ALLOWED = {
    "dimensions": COMMON
    | {"primary_key", "value_format_name", "links", "order_by_field", "datatype", "convert_tz"},
    "dimension_groups": COMMON | {"timeframes", "datatype", "convert_tz"},
    "measures": COMMON | {"value_format_name", "filters__all", "drill_fields"},
    "filters": COMMON | {"datatype", "convert_tz"},
    "joins": {"name", "from", "type", "relationship", "sql_on", "sql", "fields", "view_label"},
    "explores": {
        "name", "label", "group_label", "description", "view_name", "sql_always_where",
        "persist_with", "persist_for", "joins", "extends__all", "extension", "access_filters",
    },
    "views": {
        "name", "label", "sql_table_name", "derived_table", "fields_hidden_by_default",
        "extends__all", "sets", *KINDS,
    },
}  # fmt: skip
TYPES = {
    "dimensions": {"string", "number", "yesno", "date", "date_raw"},
    "dimension_groups": {"time"},
    "measures": {
        "sum", "count", "count_distinct", "average", "number", "max", "min", "running_total",
    },
    "filters": {"date"},
}  # fmt: skip
FORMATS = {"id", *(f"{kind}_{n}" for kind in ("decimal", "percent") for n in range(5))}


def _nodes(tree: Node, kind: str) -> list[tuple[str, Node]]:
    if kind in ("views", "explores"):
        return [(kind, node) for node in tree.get(kind, [])]
    parents = tree.get("explores" if kind == "joins" else "views", [])
    return [(kind, node) for parent in parents for node in parent.get(kind, [])]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_parameters_and_types_are_known(path: Any) -> None:
    """No parameter is misspelt, no type or format invented."""
    tree = parse(path, BLOCK.constants)
    for kind, node in (item for known in ALLOWED for item in _nodes(tree, known)):
        assert set(node) <= ALLOWED[kind], (node["name"], set(node) - ALLOWED[kind])
        if "type" in node and kind in TYPES:
            assert node["type"] in TYPES[kind], node["name"]
        assert node.get("value_format_name", "id") in FORMATS, node["name"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_includes_exist(path: Any) -> None:
    """Every include names at least one file."""
    for pattern in parse(path, BLOCK.constants).get("includes", []):
        assert list(FOLDER.glob(pattern.lstrip("/"))), pattern


@pytest.mark.parametrize("name", sorted(BLOCK.views))
def test_view_has_one_primary_key(name: str) -> None:
    """Every view over a table has exactly one primary key, on `_source_id` if it is staged."""
    view = BLOCK.views[name]
    keys = [field for field in view["fields"].values() if field.get("primary_key") == "yes"]
    assert len(keys) == (0 if name == "as_of" else 1)
    if "sql_table_name" in view and "._" not in view["sql_table_name"]:
        assert keys[0]["sql"] == "${TABLE}._source_id"


def test_visible_fields_written_by_hand_are_described() -> None:
    """What people see has a label and a description."""
    for path in CORE:
        for view in parse(path, BLOCK.constants)["views"]:
            quiet = view.get("fields_hidden_by_default") == "yes"
            for kind in KINDS:
                for field in view.get(kind, []):
                    if field.get("hidden", "yes" if quiet else "no") == "no":
                        assert {"label", "description"} <= set(field), (view["name"], field["name"])


@pytest.mark.parametrize("name", sorted(BLOCK.explores))
def test_joins_say_how_rows_meet(name: str) -> None:
    """Every join states a relationship that cannot multiply rows, and what deletes mean is said."""
    explore = BLOCK.explores[name]
    for join in explore["joins"]:
        assert join["relationship"] in ("many_to_one", "one_to_one"), join["name"]
    staged = name not in ("sync_runs", "sync_streams", "looker_refreshes")
    assert ("is_deleted" in explore.get("sql_always_where", "")) is staged
    assert explore.get("persist_with", "staging") in BLOCK.datagroups


@pytest.mark.parametrize("name", sorted(BLOCK.explores))
def test_fields_named_in_an_explore_exist(name: str) -> None:
    """Drills, sets, join fields and access filters name fields of the explore."""
    explore = BLOCK.explores[name]
    base = explore.get("view_name", name)
    view = BLOCK.views[base]
    sets = {item["name"]: item["fields"] for item in view.get("sets", [])}
    named = [n for f in view["fields"].values() for n in f.get("drill_fields", [])]
    named += [f["order_by_field"] for f in view["fields"].values() if "order_by_field" in f]
    named += [item["field"] for item in explore.get("access_filters", [])]
    for field in [n for entry in named for n in sets.get(entry.rstrip("*"), [entry])]:
        alias, _, plain = field.rpartition(".")
        assert plain in BLOCK.views[BLOCK.view_of(explore, alias or base)]["fields"], field
    for join in explore["joins"]:
        for field in join.get("fields", []):
            alias, plain = field.split(".")
            joined = BLOCK.views[BLOCK.view_of(explore, alias)]
            assert plain.rstrip("*") in joined["fields"] or plain.endswith("*"), field


def test_constants_are_those_of_the_marketplace() -> None:
    """Manifest and marketplace.json name the same constants, and every constant is used."""
    listing = json.loads((FOLDER / "marketplace.json").read_text(encoding="utf-8"))
    assert set(listing["constants"]) == set(BLOCK.constants)
    assert listing["models"][0]["connection_constant"] == "CONNECTION_NAME"
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    assert set(re.findall(r"@\{(\w+)\}", text)) == set(BLOCK.constants)


@pytest.mark.parametrize("board", BLOCK.dashboards, ids=lambda board: board["dashboard"])
def test_dashboard_is_sound(board: Node) -> None:
    """Fields, sorts and filters exist, tiles listen to every filter and do not overlap."""
    assert re.fullmatch(r"[0-9A-Za-z]{22}", board["preferred_slug"])
    assert board["layout"] == "newspaper"
    filters = {item["name"]: item for item in board.get("filters", [])}
    for element in board["elements"]:
        explore = BLOCK.explores[element["explore"]]
        named = [*element["fields"], *element.get("filters", {}), *element["listen"].values()]
        named += [sort.split()[0] for sort in element.get("sorts", [])]
        for field in named:
            alias, plain = field.split(".")
            assert plain in BLOCK.views[BLOCK.view_of(explore, alias)]["fields"], field
        assert element["listen"].keys() == filters.keys(), element["name"]
        assert element["col"] + element["width"] <= 24
    for one, other in combinations(board["elements"], 2):
        assert (
            one["col"] + one["width"] <= other["col"]
            or other["col"] + other["width"] <= one["col"]
            or one["row"] + one["height"] <= other["row"]
            or other["row"] + other["height"] <= one["row"]
        ), (one["name"], other["name"])


def test_dashboards_and_tests_have_names_of_their_own() -> None:
    """No two dashboards share a name or slug, no two tests a name."""
    for names in (
        [board["dashboard"] for board in BLOCK.dashboards],
        [board["preferred_slug"] for board in BLOCK.dashboards],
        [test["name"] for test in BLOCK.tests],
    ):
        assert max(Counter(names).values()) == 1


@pytest.mark.parametrize("test", BLOCK.tests, ids=lambda test: test["name"])
def test_data_tests_ask_for_fields_that_exist(test: Node) -> None:
    """Columns, filters and assertions of a LookML test are fields of its explore."""
    source = test["explore_source"]
    explore = BLOCK.explores[source["name"]]
    named = {column["field"] for column in source["columns"]}
    for assertion in test["asserts"]:
        used = set(re.findall(r"\$\{([\w.]+)\}", assertion["expression"]))
        assert used <= named
    for field in named:
        alias, plain = field.split(".")
        assert plain in BLOCK.views[BLOCK.view_of(explore, alias)]["fields"]

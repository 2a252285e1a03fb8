"""What Looker's own validator would say, as far as it can be told without Looker."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from tests.looker.block.project import BLOCK as FOLDER
from tests.looker.block.project import KINDS, Node, load, parse

if TYPE_CHECKING:
    from tests.looker.block.conftest import Staged

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
        "extends__all", "extension", "sets", *KINDS,
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
BOARD_KEYS = {
    "dashboard",
    "title",
    "description",
    "preferred_slug",
    "layout",
    "preferred_viewer",
    "crossfilter_enabled",
    "filters",
    "elements",
}
FILTER_KEYS = {
    "name",
    "title",
    "type",
    "default_value",
    "allow_multiple_values",
    "required",
    "ui_config",
    "model",
    "explore",
    "field",
}
ELEMENT_KEYS = {
    "name",
    "title",
    "type",
    "model",
    "explore",
    "fields",
    "pivots",
    "sorts",
    "filters",
    "limit",
    "total",
    "listen",
    "row",
    "col",
    "width",
    "height",
    "note_text",
    "note_display",
    "note_state",
    "stacking",
    "show_value_labels",
    "value_labels",
    "series_types",
    "series_colors",
}
TILES = {"single_value", "looker_column", "looker_bar", "looker_line", "looker_grid"}
CONTROLS = {"day_picker", "tag_list", "relative_timeframes"}
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
def test_everything_that_is_named_is_there(name: str) -> None:
    """What SQL, filters, links, drills and joins of an explore name is among the explore's fields.

    Looker calls a field that a join's `fields` leaves out inaccessible, whoever names it.
    """
    explore = BLOCK.explores[name]
    fields = BLOCK.fields_of(explore)
    views = {alias.partition(".")[0] for alias in fields}
    for place, field in fields.items():
        alias = place.partition(".")[0]
        sets = {each["name"]: each["fields"] for each in _view(explore, alias).get("sets", [])}
        assert _named_by(field, alias, sets) - fields.keys() == set(), place
    for alias in views:
        table = _view(explore, alias).get("derived_table", {}).get("sql", "")
        assert _references(table, alias) - fields.keys() == set(), alias
    for join in explore["joins"]:
        chosen = {each for each in join.get("fields", []) if not each.endswith("*")}
        used = _references(join.get("sql_on", ""), join["name"]) | chosen
        assert used - fields.keys() == set(), join["name"]
    named = _references(explore.get("sql_always_where", ""), name)
    named |= {each["field"] for each in explore.get("access_filters", [])}
    assert named - fields.keys() == set()


def _view(explore: Node, alias: str) -> Node:
    return BLOCK.views[BLOCK.view_of(explore, alias)]


def _named_by(field: Node, alias: str, sets: dict[str, list[str]]) -> set[str]:
    """Return the fields that a field names, as `alias.field`."""
    named = [each for entry in field.get("drill_fields", []) for each in _in_set(entry, sets)]
    named += [field["order_by_field"]] if "order_by_field" in field else []
    named += [
        name for group in field.get("filters__all", []) for item in _list(group) for name in item
    ]
    found = {each if "." in each else f"{alias}.{each}" for each in named}
    texts = [field.get("sql", ""), *(link["url"] for link in field.get("links", []))]
    return found.union(*(_references(text, alias) for text in texts))


def _in_set(entry: str, sets: dict[str, list[str]]) -> list[str]:
    return sets[entry.removesuffix("*")] if entry.endswith("*") else [entry]


def _list(group: Any) -> list[Any]:
    return group if isinstance(group, list) else [group]


def _references(text: str, alias: str) -> set[str]:
    """Return what `${...}` and Liquid in a text name, as `alias.field`."""
    plain = re.findall(r"\$\{([\w.]+)\}", text)
    plain += re.findall(r"{[{%][^}]*?\b(\w+\.\w+)(?:\._\w+)?\s*[%}]}", text)
    return {each if "." in each else f"{alias}.{each}" for each in plain if each != "TABLE"}


@pytest.mark.parametrize("name", sorted(BLOCK.explores))
def test_labels_tell_fields_apart(name: str) -> None:
    """No two visible fields of an explore stand under one heading with one label."""
    explore = BLOCK.explores[name]
    headings = {join["name"]: join.get("view_label") for join in explore["joins"]}
    seen = Counter(
        (
            headings.get(alias) or _view(explore, alias)["label"],
            field.get("group_label"),
            field.get("label"),
            field.get("timeframe"),
        )
        for alias, field in (
            (place.partition(".")[0], field) for place, field in BLOCK.fields_of(explore).items()
        )
        if _is_visible(_view(explore, alias), field)
    )
    assert [each for each, times in seen.items() if times > 1] == []


def _is_visible(view: Node, field: Node) -> bool:
    quiet = view.get("fields_hidden_by_default") == "yes"
    return str(field.get("hidden", "yes" if quiet else "no")) == "no"


def test_constants_are_those_of_the_marketplace() -> None:
    """Manifest and marketplace.json name the same constants, and every constant is used."""
    listing = json.loads((FOLDER / "marketplace.json").read_text(encoding="utf-8"))
    assert set(listing["constants"]) == set(BLOCK.constants)
    assert listing["models"][0]["connection_constant"] == "CONNECTION_NAME"
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    assert set(re.findall(r"@\{(\w+)\}", text)) == set(BLOCK.constants)


@pytest.mark.parametrize("board", BLOCK.dashboards, ids=lambda board: board["dashboard"])
def test_dashboard_is_sound(board: Node) -> None:
    """Keys, fields, sorts and filters exist, and each tile listens to every filter."""
    assert set(board) <= BOARD_KEYS
    assert re.fullmatch(r"[0-9A-Za-z]{22}", board["preferred_slug"])
    assert (board["layout"], board["preferred_viewer"]) == ("newspaper", "dashboards-next")
    filters = {item["name"]: item for item in board.get("filters", [])}
    for item in filters.values():
        assert set(item) == FILTER_KEYS, item["name"]
        assert item["ui_config"]["type"] in CONTROLS
        assert item["ui_config"]["display"] in {"inline", "popover"}
        assert item["field"] in BLOCK.fields_of(BLOCK.explores[item["explore"]])
    assert max(Counter(element["name"] for element in board["elements"]).values()) == 1
    for element in board["elements"]:
        _check_tile(element, filters)


def _check_tile(element: Node, filters: dict[str, Node]) -> None:
    assert set(element) <= ELEMENT_KEYS, element["name"]
    fields = BLOCK.fields_of(BLOCK.explores[element["explore"]])
    assert element["model"] == "epicor_kinetic"
    assert element["type"] in TILES, element["name"]
    named = {*element["fields"], *element.get("filters", {}), *element["listen"].values()}
    assert named <= fields.keys(), element["name"]
    # A sort, a pivot or a subtotal of what was not asked for is an error in Looker.
    asked = {*element.get("pivots", []), *(sort.split()[0] for sort in element.get("sorts", []))}
    assert asked <= set(element["fields"]), element["name"]
    kinds = [fields[name]["kind"] == "measures" for name in element["fields"]]
    assert kinds == sorted(kinds), f"{element['name']}: dimensions come before measures"
    if element["type"] == "single_value":
        assert kinds == [True], element["name"]
    assert element["listen"].keys() == filters.keys(), element["name"]
    for name, field in element["listen"].items():
        assert field == filters[name]["field"], element["name"]
    for name, expression in element.get("filters", {}).items():
        if fields[name].get("type") == "yesno":
            assert expression in {"Yes", "No"}, element["name"]


@pytest.mark.parametrize("board", BLOCK.dashboards, ids=lambda board: board["dashboard"])
def test_tiles_lie_side_by_side(board: Node) -> None:
    """Tiles stay within 24 columns, do not overlap, and leave no row empty."""
    tiles = board["elements"]
    for tile in tiles:
        assert tile["col"] >= 0
        assert tile["col"] + tile["width"] <= 24
    for one, other in combinations(tiles, 2):
        assert (
            one["col"] + one["width"] <= other["col"]
            or other["col"] + other["width"] <= one["col"]
            or one["row"] + one["height"] <= other["row"]
            or other["row"] + other["height"] <= one["row"]
        ), (one["name"], other["name"])
    used = {row for tile in tiles for row in range(tile["row"], tile["row"] + tile["height"])}
    assert used == set(range(max(used) + 1))


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
    """Columns, sorts, filters and assertions of a LookML test are fields of its explore."""
    assert set(test) == {"name", "explore_source", "asserts"}
    source = test["explore_source"]
    assert set(source) <= {"name", "columns", "filters__all", "sorts", "limit"}
    fields = BLOCK.fields_of(BLOCK.explores[source["name"]])
    columns = {column["field"] for column in source["columns"]}
    for assertion in test["asserts"]:
        assert set(assertion) == {"name", "expression"}
        assert set(re.findall(r"\$\{([\w.]+)\}", assertion["expression"])) <= columns
    given = [*source.get("filters__all", []), *source.get("sorts", [])]
    named = {name for group in given for item in _list(group) for name in item}
    assert columns | named <= fields.keys()


def test_files_hold_what_looker_knows() -> None:
    """Model, manifest and datagroups have no parameter that Looker lacks, and none too few."""
    model = parse(FOLDER / "epicor_kinetic.model.lkml", {"CONNECTION_NAME": "c"})
    assert set(model) == {"connection", "label", "week_start_day", "includes", "persist_with"}
    assert model["persist_with"] in BLOCK.datagroups
    manifest = parse(FOLDER / "manifest.lkml", BLOCK.constants)
    assert set(manifest) == {"project_name", "constants"}
    for constant in manifest["constants"]:
        assert set(constant) == {"name", "value", "export"}
        assert constant["export"] in {"override_required", "override_optional", "none"}
    for group in BLOCK.datagroups.values():
        assert set(group) == {"name", "label", "description", "max_cache_age", "sql_trigger"}
        assert re.fullmatch(r"\d+ (hours|minutes)", group["max_cache_age"])


def test_refinements_come_after_what_they_refine() -> None:
    """A file with a refinement includes the file of the view, or the model did before it."""
    order = parse(FOLDER / "epicor_kinetic.model.lkml", {"CONNECTION_NAME": "c"})["includes"]
    assert order.index("/views/base/*.view.lkml") < order.index("/views/core/*.view.lkml")
    for path in CORE:
        tree = parse(path, BLOCK.constants)
        included = {
            each.name.partition(".")[0]
            for pattern in tree.get("includes", [])
            for each in FOLDER.glob(pattern.lstrip("/"))
        }
        included |= {view["name"] for view in tree["views"]}
        refined = {view["name"][1:] for view in tree["views"] if view["name"].startswith("+")}
        extended = {
            parent
            for view in tree["views"]
            for group in view.get("extends__all", [])
            for parent in group
        }
        assert refined | extended <= included, path.name


def test_staged_columns_of_fields_exist(staged: Staged) -> None:
    """Every `${TABLE}.column` of a view on a staged table is a column of that table."""
    rows = staged.rows(
        "SELECT relname, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid "
        "WHERE relnamespace = 'epicor_staging'::regnamespace AND attnum > 0"
    )
    for name, view in BLOCK.views.items():
        table = str(view.get("sql_table_name", "")).strip().removeprefix("epicor_staging.")
        used = re.findall(r"\$\{TABLE\}\.(\w+)", str(view["fields"])) if table else []
        assert {(table, column) for column in used} <= set(rows), name


def test_example_is_sound() -> None:
    """The example refines every explore that has companies, by a field that each of them has."""
    tree = parse(FOLDER / "examples/company_access.lkml", BLOCK.constants)
    named = {each["name"].removeprefix("+") for each in tree["explores"]}
    having = {
        name
        for name, explore in BLOCK.explores.items()
        if "company_currencies.company" in BLOCK.fields_of(explore)
    }
    assert named == having
    for explore in tree["explores"]:
        [[access]] = [explore["access_filters"]]
        assert access["field"] == "company_currencies.company"
        assert set(access) == {"field", "user_attribute"}


@pytest.mark.parametrize("board", BLOCK.dashboards, ids=lambda board: board["dashboard"])
def test_readme_names_the_streams_of_a_dashboard(board: Node) -> None:
    """The README's list of streams is what the explores of a dashboard's tiles read."""
    names = {element["explore"] for element in board["elements"]}
    read = set().union(*(BLOCK.tables_of(BLOCK.explores[name]) for name in names))
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    [row] = re.findall(rf"^\| {board['title']} \| (`.*) \|$", text, re.MULTILINE) or [""]
    told = set(re.findall(r"`(\w+)`", row))
    business = {table for table in read if not table.startswith("_")}
    # From coa_segments `looker-staging lookml` takes the names of what an explore joins.
    assert told - {"coa_segments"} == business - {"companies", "exchange_rates"}

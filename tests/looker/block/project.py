"""The LookML block as Looker puts it together: constants, refinements, `extends`, timeframes."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lkml
import yaml

BLOCK = Path(__file__).parents[3] / "looker"
Node = dict[str, Any]
KINDS = ("dimensions", "dimension_groups", "measures", "filters", "parameters")
_CONSTANT = re.compile(r"@\{(\w+)\}")


@dataclass(frozen=True)
class Project:
    """All views, explores, tests and dashboards of the block.

    Attributes:
        views: Name to view; `fields` holds its fields by name, timeframes expanded.
        explores: Name to explore; `joins` in order, those of extended explores first.
        datagroups: Those that the model includes.
        triggered: Those that it can include in their place.
    """

    constants: dict[str, str]
    views: dict[str, Node]
    explores: dict[str, Node]
    datagroups: dict[str, Node]
    triggered: dict[str, Node]
    tests: list[Node]
    dashboards: list[Node]

    def field(self, reference: str) -> Node:
        """Return the field `view.name`, where `view` is a view and no alias of one.

        Raises:
            KeyError: If there is none.
        """
        view, name = reference.split(".")
        return dict(self.views[view]["fields"][name])

    def view_of(self, explore: Node, alias: str) -> str:
        """Return the view behind a name used in an explore.

        Raises:
            KeyError: If the explore does not join it.
        """
        base = explore.get("view_name", explore["name"])
        if alias == base:
            return str(base)
        joins = {join["name"]: join.get("from", join["name"]) for join in explore["joins"]}
        return str(joins[alias])

    def fields_of(self, explore: Node) -> dict[str, Node]:
        """Return `alias.field` to field, for all that an explore has: what `fields` lets in."""
        found: dict[str, Node] = {}
        base = explore.get("view_name", explore["name"])
        for alias in [base, *(join["name"] for join in explore["joins"])]:
            view = self.views[self.view_of(explore, alias)]
            join: Node = next((each for each in explore["joins"] if each["name"] == alias), {})
            sets = {each["name"]: each["fields"] for each in view.get("sets", [])}
            named = [name.removeprefix(f"{alias}.") for name in join.get("fields", ["*"])]
            chosen = {each for name in named for each in sets.get(name.rstrip("*"), [name])}
            for name, field in view["fields"].items():
                if name in chosen or "*" in chosen:
                    found[f"{alias}.{name}"] = field
        return found

    def tables_of(self, explore: Node) -> set[str]:
        """Return the staged tables that an explore reads, the run log's among them."""
        aliases = [str(explore.get("view_name", explore["name"]))]
        aliases += [join["name"] for join in explore["joins"]]
        views = [self.views[self.view_of(explore, alias)] for alias in aliases]
        texts = (
            view.get("sql_table_name", "") + view.get("derived_table", {}).get("sql", "")
            for view in views
        )
        schema = re.escape(self.constants["STAGING_SCHEMA"])
        return {name for text in texts for name in re.findall(rf"\b{schema}\.(\w+)", text)}


def load(constants: dict[str, str] | None = None) -> Project:
    """Return the block, with other values for some of its constants."""
    manifest = lkml.load((BLOCK / "manifest.lkml").read_text(encoding="utf-8"))
    values = {item["name"]: item["value"] for item in manifest["constants"]} | (constants or {})
    trees = [parse(path, values) for path in sorted(BLOCK.rglob("*.lkml"))]
    views = _merge([view for tree in trees for view in tree.get("views", [])])
    explores = _merge([explore for tree in trees for explore in tree.get("explores", [])])
    return Project(
        constants=values,
        views={name: _with_fields(_extended(views, name)) for name in views},
        explores={
            name: {"joins": [], **_extended(explores, name)}
            for name in explores
            if explores[name].get("extension") != "required"
        },
        datagroups=_datagroups("components", values),
        triggered=_datagroups("triggered", values),
        tests=[test for tree in trees for test in tree.get("tests", [])],
        dashboards=[
            dashboard
            for path in sorted(BLOCK.glob("dashboards/*.dashboard.lookml"))
            for dashboard in yaml.safe_load(path.read_text(encoding="utf-8"))
        ],
    )


def _datagroups(folder: str, constants: dict[str, str]) -> dict[str, Node]:
    trees = [parse(path, constants) for path in sorted((BLOCK / folder).glob("*.lkml"))]
    return {each["name"]: each for tree in trees for each in tree["datagroups"]}


def parse(path: Path, constants: dict[str, str]) -> Node:
    """Return a file's tree, constants put in.

    Raises:
        KeyError: If it uses a constant that the manifest does not have.
    """
    text = _CONSTANT.sub(lambda match: constants[match[1]], path.read_text(encoding="utf-8"))
    tree: Node = lkml.load(text)
    return tree


def _merge(nodes: list[Node]) -> dict[str, Node]:
    """Return name to node, refinements (`+name`) put into what they refine."""
    plain = {node["name"]: copy.deepcopy(node) for node in nodes if node["name"][0] != "+"}
    for node in nodes:
        if node["name"][0] == "+":
            refined = plain[node["name"][1:]]
            _refine(refined, {key: value for key, value in node.items() if key != "name"})
    return plain


def _refine(target: Node, changes: Node) -> None:
    for key, value in changes.items():
        if key in (*KINDS, "joins", "sets"):
            present = {item["name"]: item for item in target.setdefault(key, [])}
            for item in value:
                if item["name"] in present:
                    present[item["name"]].update(item)
                else:
                    target[key].append(copy.deepcopy(item))
        else:
            target[key] = value


def _extended(nodes: dict[str, Node], name: str) -> Node:
    node = nodes[name]
    result: Node = {}
    for group in node.get("extends__all", []):
        for parent in group:
            _refine(result, _extended(nodes, parent))
    result.pop("extension", None)
    _refine(result, node)
    return result


def _with_fields(view: Node) -> Node:
    fields: dict[str, Node] = {}
    for kind in KINDS:
        for item in view.get(kind, []):
            for name, field in _expanded(item, kind):
                if name in fields:
                    raise AssertionError(f"View {view['name']} has two fields {name}")
                fields[name] = {"kind": kind, **field}
    return {**view, "fields": fields}


def _expanded(item: Node, kind: str) -> list[tuple[str, Node]]:
    if kind != "dimension_groups":
        return [(item["name"], item)]
    return [
        (f"{item['name']}_{frame}", {**item, "timeframe": frame}) for frame in item["timeframes"]
    ]

"""Every field of every explore and every tile runs in PostgreSQL on staged data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.looker.block.project import Node, Project, load
from tests.looker.block.renderer import Query, Renderer

if TYPE_CHECKING:
    from tests.looker.block.conftest import Staged

BLOCK = load()
NUMERIC_TYPES = {20, 21, 23, 700, 701, 1700}


def _names(project: Project, explore: Node, *kinds: str) -> list[str]:
    fields = project.fields_of(explore)
    return [name for name, field in fields.items() if field["kind"] in kinds]


@pytest.mark.parametrize("explore", sorted(BLOCK.explores))
def test_dimensions_run(explore: str, project: Project, staged: Staged) -> None:
    """Every dimension is SQL that PostgreSQL runs, and a number where it says so."""
    names = _names(project, project.explores[explore], "dimensions", "dimension_groups")
    for start in range(0, len(names), 1500):
        part = tuple(names[start : start + 1500])
        staged.rows(Renderer(project).sql(Query(explore, part, limit=1)))
        for name, column in zip(part, staged.cursor.description or (), strict=True):
            alias, field = name.split(".")
            view = project.view_of(project.explores[explore], alias)
            if project.field(f"{view}.{field}").get("type") == "number":
                assert column.type_code in NUMERIC_TYPES, name


@pytest.mark.parametrize("explore", sorted(BLOCK.explores))
@pytest.mark.parametrize("as_of", [None, "2026-06-30"])
def test_measures_run(explore: str, as_of: str | None, project: Project, staged: Staged) -> None:
    """Every measure is SQL that PostgreSQL runs, on any as-of date."""
    names = tuple(_names(project, project.explores[explore], "measures"))
    assert len(staged.rows(Renderer(project).sql(Query(explore, names, as_of=as_of)))) == 1


@pytest.mark.parametrize("explore", sorted(BLOCK.explores))
def test_joins_keep_the_grain(explore: str, project: Project, staged: Staged) -> None:
    """Joins neither multiply nor lose rows, so that sums need no correction."""
    node = project.explores[explore]
    base = node.get("view_name", explore)
    key = next(n for n, f in project.views[base]["fields"].items() if f.get("primary_key") == "yes")
    text = Renderer(project).sql(Query(explore, (f"{base}.{key}",)))
    column = f'"{base}.{key}"'
    total, distinct = staged.rows(f"SELECT count(*), count(DISTINCT {column}) FROM ({text}) q")[0]
    table = project.views[base]["sql_table_name"].strip()
    assert total == distinct == staged.value(f"SELECT count(*) FROM {table}") > 0


TILES = [
    pytest.param(dashboard, element, id=f"{dashboard['dashboard']}-{element['name']}")
    for dashboard in BLOCK.dashboards
    for element in dashboard["elements"]
]


@pytest.mark.parametrize(("dashboard", "element"), TILES)
def test_tiles_show_something(
    dashboard: Node, element: Node, project: Project, staged: Staged
) -> None:
    """Every tile's query returns rows, and runs with its dashboard's filters set."""
    fields, filters = tuple(element["fields"]), dict(element.get("filters", {}))
    render = Renderer(project).sql
    assert staged.rows(render(Query(element["explore"], fields, filters))), dashboard["title"]
    for name, field in element["listen"].items():
        if name not in ("As-of Date", "Invoice Date"):
            filters[field] = "EPIC06"
    staged.rows(render(Query(element["explore"], fields, filters, as_of="2026-06-30")))


@pytest.mark.parametrize("name", sorted(BLOCK.datagroups))
def test_datagroup_triggers_give_one_value(name: str, project: Project, staged: Staged) -> None:
    """A trigger is one row of one column, and has moved since nothing was loaded."""
    rows = staged.rows(project.datagroups[name]["sql_trigger"])
    assert len(rows) == len(rows[0]) == 1
    assert rows[0][0].year > 1970

"""LookML to PostgreSQL, for the part of LookML that the block uses.

All joins of the block are many to one or one to one, so no sum needs symmetric aggregates; a test
holds the joins to that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.looker.block.project import Node, Project

_REFERENCE = re.compile(r"\$\{(?:(\w+)\.)?(\w+)\}")
_DATE_START = re.compile(r"\{% date_start ([\w.]+) %\}")
_FRAMES = {
    "raw": "{0}",
    "date": "({0})::date",
    "time": "to_char({0}, 'YYYY-MM-DD HH24:MI:SS')",
    "week": "date_trunc('week', {0})::date",
    "month": "to_char({0}, 'YYYY-MM')",
    "quarter": "to_char(date_trunc('quarter', {0}), 'YYYY-MM')",
    "year": "extract(year FROM {0})::int",
}
_AGGREGATES = {
    "sum": "coalesce(sum({0}), 0)",
    "average": "avg({0})",
    "count": "count({0})",
    "count_distinct": "count(DISTINCT {0})",
    "max": "max({0})",
    "min": "min({0})",
}


@dataclass(frozen=True)
class Query:
    """What an explore is asked.

    Attributes:
        fields: `view.field`, dimensions first.
        filters: `view.field` to filter expression.
        as_of: The as-of date, as ISO text; none: today.
    """

    explore: str
    fields: tuple[str, ...]
    filters: dict[str, str] = field(default_factory=dict)
    as_of: str | None = None
    limit: int | None = None


@dataclass
class Renderer:
    """Renders queries on the explores of a block."""

    project: Project

    def sql(self, query: Query) -> str:
        """Return the statement for a query; its columns are the query's fields in order.

        Raises:
            KeyError: If something is named that does not exist.
        """
        explore = self.project.explores[query.explore]
        scope = _Scope(self.project, explore, query.as_of)
        columns = [scope.reference(name) for name in query.fields]
        measures = [name for name in query.fields if scope.is_measure(name)]
        where = [scope.condition(*item) for item in query.filters.items()]
        if "sql_always_where" in explore:
            where.insert(0, f"({scope.expand(explore['sql_always_where'], scope.base)})")
        listed = ",\n  ".join(
            f'{sql} AS "{name}"' for sql, name in zip(columns, query.fields, strict=True)
        )
        text = f"SELECT\n  {listed}\n{scope.from_clause()}"
        if where:
            text += "\nWHERE " + "\n  AND ".join(where)
        groups = [str(n) for n, name in enumerate(query.fields, 1) if name not in measures]
        if measures and groups:
            text += f"\nGROUP BY {', '.join(groups)}"
        return text + (f"\nLIMIT {query.limit}" if query.limit else "")


@dataclass
class _Scope:
    project: Project
    explore: Node
    as_of: str | None

    @property
    def base(self) -> str:
        return str(self.explore.get("view_name", self.explore["name"]))

    def is_measure(self, name: str) -> bool:
        return str(self._field(name)["kind"]) == "measures"

    def reference(self, name: str) -> str:
        """Return the SQL of `alias.field`."""
        alias = name.partition(".")[0]
        field = self._field(name)
        if field["kind"] == "measures":
            return self._measure(alias, field)
        sql = self.expand(field.get("sql", f"${{TABLE}}.{field['name']}"), alias)
        if field["kind"] == "dimension_groups":
            return _FRAMES[field["timeframe"]].format(f"({sql})")
        # No brackets of our own: the block must be right however Looker puts fields in.
        return sql

    def expand(self, sql: str, alias: str) -> str:
        """Return LookML SQL with its references and Liquid put in."""
        day = f"TIMESTAMP '{self.as_of}'" if self.as_of else "NULL"
        sql = _DATE_START.sub(day, sql.strip())
        if "{%" in sql or "{{" in sql:
            raise AssertionError(f"Liquid that this renderer does not know: {sql}")

        def put_in(match: re.Match[str]) -> str:
            view, name = match[1], match[2]
            if name == "TABLE":
                return alias
            return self.reference(f"{view or alias}.{name}")

        return _REFERENCE.sub(put_in, sql)

    def condition(self, name: str, expression: str) -> str:
        """Return a filter on a field as SQL.

        Raises:
            AssertionError: If the expression is none that the block uses.
        """
        sql = self.reference(name)
        if self._field(name).get("type") == "yesno":
            return f"coalesce({sql}, false) = {'true' if expression.lower() == 'yes' else 'false'}"
        if expression in ("NULL", "-NULL"):
            return f"{sql} IS {'NOT ' if expression[0] == '-' else ''}NULL"
        if number := re.fullmatch(r"(>=|<=|>|<|NOT )\s*(-?[\d.]+)", expression):
            operator = "<>" if number[1] == "NOT " else number[1]
            return f"{sql} {operator} {number[2]}"
        if self._field(name).get("type") == "number":
            raise AssertionError(f"Filter on {name} that this renderer does not know")
        negative = expression.startswith("-")
        values = [value.strip().lstrip("-") for value in expression.split(",")]
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
        return f"{sql} {'NOT ' if negative else ''}IN ({listed})"

    def from_clause(self) -> str:
        """Return FROM with all joins of the explore."""
        lines = [f"FROM {self._table(self.base)} AS {self.base}"]
        for join in self.explore["joins"]:
            if "sql" in join:  # a view of fields only
                continue
            on = self.expand(join["sql_on"], join["name"])
            table = self._table(join.get("from", join["name"]))
            lines.append(f"LEFT JOIN {table} AS {join['name']} ON {on}")
        return "\n".join(lines)

    def _table(self, view: str) -> str:
        node = self.project.views[view]
        if "derived_table" in node:
            return f"({self.expand(node['derived_table']['sql'], view)})"
        return str(node["sql_table_name"]).strip()

    def _measure(self, alias: str, field: Node) -> str:
        kind = field["type"]
        if kind in ("number", "running_total"):
            return self.expand(field["sql"], alias)
        conditions = [
            self.condition(name if "." in name else f"{alias}.{name}", value)
            for group in field.get("filters__all", [])
            for item in _items(group)
            for name, value in item.items()
        ]
        value = self.expand(field["sql"], alias) if "sql" in field else self._key(alias)
        if conditions:
            value = f"CASE WHEN {' AND '.join(conditions)} THEN {value} END"
        if alias != self.base:
            # A joined row comes as often as it is named: Looker counts it once.
            kind = {"count": "count_distinct"}[kind]
        return _AGGREGATES[kind].format(value)

    def _key(self, alias: str) -> str:
        fields = self.project.views[self.project.view_of(self.explore, alias)]["fields"]
        key = next(name for name, item in fields.items() if item.get("primary_key") == "yes")
        return self.reference(f"{alias}.{key}")

    def _field(self, name: str) -> Node:
        alias, field = name.split(".")
        view = self.project.view_of(self.explore, alias)
        return self.project.field(f"{view}.{field}")


def _items(group: Node | list[Node]) -> list[Node]:
    return group if isinstance(group, list) else [group]

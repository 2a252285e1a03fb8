"""Business Activity Queries: what one is, and its rows.

Columns are `{Alias}_{Field}` and `Calculated_{Name}`; rows are flat and, behind outer joins, any
column may be null. A row has no key, only a `RowIdent` that differs from call to call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.epicor.errors import bad_request
from sandbox.epicor.model import Column, load_model
from sandbox.epicor.pages import Source
from sandbox.epicor.statements import quote
from sandbox.epicor.values import column_default, sql_literal

if TYPE_CHECKING:
    from sandbox.epicor.query import Query
    from sandbox.epicor.store import Store

_REFERENCE = re.compile(r"\b([A-Z]\w*)\.([A-Za-z]\w*)")
ROW_IDENT = Column("RowIdent", "Edm.String", stored=False)
_ROW_IDENT_SQL = (
    "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || "
    "hex(randomblob(2)) || '-' || hex(randomblob(6))))"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name in the query string, its type, and the condition it adds.

    `condition` holds one `?`, or `(?)` for a parameter that may be repeated. A parameter that is
    not `required` and not given adds nothing.
    """

    name: str
    edm_type: str
    condition: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Baq:
    """One query.

    Attributes:
        id: Its ID, as in the URL.
        tables: The tables by alias; the first one decides the company.
        joins: The SQL behind FROM, with `Alias.Column` for a column.
        columns: The fields shown, `Alias.Column` each.
        calculated: Edm type and SQL of each calculated field, by its name without `Calculated_`.
        where: A condition that always holds.
        grouped: Whether rows are grouped by `columns`, for `calculated` to sum up.
        parameters: What the caller may or must give.
    """

    id: str
    tables: dict[str, str]
    joins: str
    columns: tuple[str, ...]
    calculated: dict[str, tuple[str, str]]
    where: str = "1"
    grouped: bool = False
    parameters: tuple[Parameter, ...] = ()

    def properties(self) -> tuple[Column, ...]:
        """Return the columns of a row, `RowIdent` last."""
        tables = load_model(updated_on=True).tables
        shown = []
        for reference in self.columns:
            alias, name = reference.split(".")
            of = tables[self.tables[alias]].by_name[name]
            shown.append(
                Column(
                    f"{alias}_{name}", of.edm_type, date_only=of.date_only, max_length=of.max_length
                )
            )
        calculated = (
            Column(f"Calculated_{name}", edm_type)
            for name, (edm_type, _) in self.calculated.items()
        )
        return (*shown, *calculated, ROW_IDENT)

    def source(self, store: Store, company: str, query: Query) -> Source:
        """Return the rows of one company.

        Raises:
            errors.RefusalError: 400, a required parameter is missing or a value does not fit its
                type.
        """
        present = {alias: store.present_columns(table) for alias, table in self.tables.items()}
        conditions, values = self._conditions(query)
        base = next(iter(self.tables))
        terms = [
            f"{reference} AS {quote(reference.replace('.', '_'))}" for reference in self.columns
        ]
        terms += [
            f"{sql} AS {quote('Calculated_' + name)}" for name, (_, sql) in self.calculated.items()
        ]
        names = (quote(reference.replace(".", "_")) for reference in self.columns)
        group = f" GROUP BY {', '.join(names)}" if self.grouped else ""
        where = f"{base}.Company = ? AND {self.where}{conditions}"
        sql = f"SELECT {', '.join(terms)} FROM {self.joins} WHERE {where}{group}"
        columns = self.properties()
        found = {column.name: f"t.{quote(column.name)}" for column in columns}
        return Source(
            type_name=f"{self.id}.Data",
            columns=columns,
            terms={**found, ROW_IDENT.name: _ROW_IDENT_SQL},
            from_sql=f"({self._resolved(sql, present)}) AS t",
            from_values=(company, *values),
            has_rowid=False,
        )

    def _conditions(self, query: Query) -> tuple[str, tuple[str | int | float, ...]]:
        sql, values = "", []
        for parameter in self.parameters:
            given = query.values(parameter.name)
            if not given and parameter.required:
                message = f"Parameter '{parameter.name}' of query {self.id} is mandatory."
                raise bad_request(message)
            if not given:
                continue
            if "(?)" in parameter.condition:
                sql += " AND " + parameter.condition.replace(
                    "(?)", f"({', '.join('?' * len(given))})"
                )
            else:
                sql, given = f"{sql} AND {parameter.condition}", given[-1:]
            values += [_parameter_value(parameter, text) for text in given]
        return sql, tuple(values)

    def _resolved(self, sql: str, present: dict[str, frozenset[str]]) -> str:
        """Quote each `Alias.Column`; a column that no row ever brought becomes its default."""

        def replaced(match: re.Match[str]) -> str:
            alias, name = match.groups()
            if alias not in self.tables:
                return match[0]
            if name in present[alias]:
                return f"{alias}.{quote(name)}"
            default = column_default(load_model().tables[self.tables[alias]].by_name[name])
            return sql_literal(default)

        return _REFERENCE.sub(replaced, sql)


def _parameter_value(parameter: Parameter, text: str) -> str | int | float:
    try:
        if parameter.edm_type == "Edm.Int32":
            return int(text)
        if parameter.edm_type == "Edm.Decimal":
            return float(text)
    except ValueError as error:
        message = f"The value of parameter '{parameter.name}' is not a valid {parameter.edm_type}."
        raise bad_request(message) from error
    if parameter.edm_type == "Edm.DateTimeOffset":
        return text[:19].rstrip("Z") if "T" in text else f"{text}T00:00:00"
    return text

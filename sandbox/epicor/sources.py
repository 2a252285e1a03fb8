"""Entity sets as sources of rows: of one company, of one key, of one parent."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.epicor.errors import RefusalError, bad_request, internal_error, unknown_property
from sandbox.epicor.filters import Dialect, filter_sql
from sandbox.epicor.grammar import names_in, parse_filter
from sandbox.epicor.pages import Nested, PageReader, Source, table_terms
from sandbox.epicor.projection import ValueFormat
from sandbox.epicor.query import split_outside

if TYPE_CHECKING:
    import sqlite3

    from sandbox.epicor.messages import Request
    from sandbox.epicor.model import EntitySet, Model
    from sandbox.epicor.options import EpicorOptions
    from sandbox.epicor.query import Expand, Query
    from sandbox.epicor.store import Store


class PresentColumns:
    """Which columns the tables have in the database, looked up when its schema has changed."""

    def __init__(self, store: Store) -> None:
        """Know nothing yet."""
        self._store = store
        self._known: dict[str, tuple[int, frozenset[str]]] = {}
        self._lock = threading.Lock()

    def of(self, table: str) -> frozenset[str]:
        """Return the columns of a table."""
        row = self._store.connection().execute("PRAGMA schema_version").fetchone()
        with self._lock:
            known = self._known.get(table)
        if known is None or known[0] != row[0]:
            known = (row[0], self._store.present_columns(table))
            with self._lock:
                self._known[table] = known
        return known[1]


@dataclass(frozen=True, slots=True)
class Call:
    """One call for rows or documents that was let in.

    Attributes:
        request: The request.
        company: The company in the URL.
        options: The options at the time of the call.
        model: What is served.
        store: The database.
        present: What the database has.
        origin: Scheme, host and port of the server.
        base: The URL up to the company.
        seed: Decides about the order of rows where nothing else does.
    """

    request: Request
    company: str
    options: EpicorOptions
    model: Model
    store: Store
    present: PresentColumns
    origin: str
    base: str
    seed: int

    def connection(self) -> sqlite3.Connection:
        """Return the database connection of this thread."""
        return self.store.connection()

    def dialect(self) -> Dialect:
        """Return what this server makes of filters."""
        return Dialect(
            utc_offset=self.options.utc_offset(),
            zone_required=self.options.zone_required,
            refuses_compound=self.options.refuse_compound_filter,
            refuses_guids=self.options.refuse_guid_comparison,
            refuses_sys_rev_id=self.options.refuse_sysrevid_filter,
        )

    def reader(self) -> PageReader:
        """Return the reader of pages in the manner of this server."""
        options = self.options
        form = ValueFormat(options.date_zone, options.int64_as_text, options.decimals_as_text)
        seed = self.seed if options.shuffles_unordered else None
        return PageReader(self.dialect(), form, options.ignores_orderby, seed)

    def type_name(self, entity_set: EntitySet) -> str:
        """Return the full name of an entity type, as error messages have it."""
        return f"{self.options.metadata_namespace}.{entity_set.type.name}"


def set_name(entity_set: EntitySet) -> str:
    """Return the name of a set as options and faults write it: `Service/Set`."""
    return f"{entity_set.service}/{entity_set.name}"


def entity_source(call: Call, entity_set: EntitySet, alias: str = "t") -> Source:
    """Return the rows of a set that the company of the call sees."""
    company_column = entity_set.type.company_column
    all_companies = entity_set.name == "Companies" and call.options.companies_set == "all"
    condition = "1"
    values: tuple[str, ...] = ()
    if set_name(entity_set) in call.options.empty_sets:
        condition = "0"
    elif company_column and not all_companies:
        condition, values = f'{alias}."{company_column}" = ?', (call.company,)
    return Source(
        type_name=call.type_name(entity_set),
        columns=entity_set.columns,
        terms=table_terms(entity_set.columns, call.present.of(entity_set.table), alias),
        from_sql=f'"{entity_set.table}" AS {alias}',
        alias=alias,
        condition=condition,
        condition_values=values,
        key=entity_set.key,
    )


def keyed_source(call: Call, entity_set: EntitySet, text: str) -> Source:
    """Return the one row of a key: all parts in key order, or each with its name.

    Raises:
        errors.RefusalError: 400, the key does not fit the set.
    """
    source = entity_source(call, entity_set)
    parts = split_outside(text, ",")
    if "=" in parts[0].split("'", 1)[0]:
        pairs = dict(part.partition("=")[::2] for part in parts)
    else:
        pairs = dict(zip(entity_set.key, parts, strict=False))
    if (
        set(pairs) != set(entity_set.key)
        or len(parts) != len(entity_set.key)
        or not all(pairs.values())
    ):
        key = ", ".join(entity_set.key)
        message = f"The key of {entity_set.name} is {key}; the URL does not match it."
        raise bad_request(message)
    for name in entity_set.key:
        condition, values = filter_sql(f"{name} eq {pairs[name]}", source.field, call.dialect())
        source = source.narrowed(condition, values)
    return source


def navigate(call: Call, parent: EntitySet, record: Source, name: str) -> tuple[EntitySet, Source]:
    """Return the children of one keyed record, as a set of their own.

    Raises:
        errors.RefusalError: 404, the parent has no such children.
    """
    child = call.model.children(parent).get(name)
    if child is None:
        raise RefusalError(404, f"Resource not found for the segment '{name}'.")
    source = entity_source(call, child)
    own = _own_names(source)
    condition = " AND ".join(f't."{own[part.lower()]}" = ?' for part in parent.key)
    return child, source.narrowed(condition, record.condition_values[-len(parent.key) :])


def nested_sources(
    call: Call, parent: EntitySet, items: tuple[Expand, ...], depth: int = 0
) -> tuple[Nested, ...]:
    """Return the children to show inside each row of `parent`, whose alias is `t` and its depth.

    Raises:
        errors.RefusalError: 400, the parent has no such children.
    """
    children = call.model.children(parent)
    found = []
    for item in items:
        child = children.get(item.name)
        if child is None:
            raise unknown_property(item.name, call.type_name(parent))
        alias, outer = f"t{depth + 1}", f"t{depth}" if depth else "t"
        source = entity_source(call, child, alias)
        own = _own_names(source)
        links = (f'{alias}."{own[part.lower()]}" = {outer}."{part}"' for part in parent.key)
        nested = nested_sources(call, child, item.query.expand, depth + 1)
        found.append(
            Nested(item.name, source.narrowed(" AND ".join(links), ()), item.query, nested)
        )
    return tuple(found)


def refuse_on_child_set(call: Call, entity_set: EntitySet, query: Query) -> None:
    """Refuse a child set's filter or order, which the server resolves against the parent's type.

    Raises:
        errors.RefusalError: 400 for a property that the parent has not, else 500.
    """
    names = {entity_set.service, set_name(entity_set)}
    if entity_set.parent is None or not names & call.options.child_sets_refused:
        return
    if query.order:
        raise internal_error()
    if query.filter is None:
        return
    if call.options.child_filter_error == "parent_type":
        sets = call.model.services[entity_set.service].values()
        root = next(found for found in sets if found.parent is None)
        for name in names_in(parse_filter(query.filter)):
            if name not in root.type.by_name:
                raise unknown_property(name, call.type_name(root))
    raise internal_error()


def _own_names(source: Source) -> dict[str, str]:
    """Return the columns by lower case: a child may spell its parent's key in another way."""
    return {name.lower(): name for name in source.terms}

"""What the server tells about its types: `$metadata` per service and per BAQ.

The document is EDMX 4.0 with entity types named like the tables, navigation properties named like
the child sets, and many actions among them, as on a real server. Not known from public material,
and so an option: the namespace of the schema, and which facets are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.epicor.model import Column, EntitySet, Model, Table

_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"
_ACTIONS = (
    "GetRows",
    "GetList",
    "GetByID",
    "GetNew",
    "Update",
    "DeleteByID",
    "ChangeKey",
    "GetRowsKeepIdleTime",
    "UpdateExt",
)


def service_metadata(model: Model, service: str, *, namespace: str, facets: str) -> bytes:
    """Return the `$metadata` of one service.

    Args:
        model: The model served.
        service: The name of the service.
        namespace: The namespace of the schema.
        facets: Which facets are there: `all`, `some` (what is known to occur, and lengths on some
            columns) or `none`.
    """
    sets = model.services[service]
    types: dict[str, tuple[Table, tuple[str, ...]]] = {}
    for entity_set in sets.values():
        types.setdefault(entity_set.type.name, (entity_set.type, tuple(model.children(entity_set))))
    set_types = {name: entity_set.type.name for name, entity_set in sets.items()}
    lines: list[str] = []
    for table, children in types.values():
        navigation = [(child, f"Collection({namespace}.{set_types[child]})") for child in children]
        lines += _entity_type(table.name, table.columns, table.key, navigation, facets)
    lines += _actions(service, list(types), namespace)
    lines += _container(sets.values(), namespace, model)
    return _document(namespace, lines)


def baq_metadata(columns: tuple[Column, ...], *, namespace: str, facets: str) -> bytes:
    """Return the `$metadata` of one BAQ: a type without key, since a BAQ declares none."""
    lines = _entity_type("Data", columns, (), [], facets)
    container = [
        '<EntityContainer Name="Container">',
        f'<EntitySet Name="Data" EntityType="{namespace}.Data"/>',
        "</EntityContainer>",
    ]
    return _document(namespace, [*lines, *container])


def _document(namespace: str, lines: Iterable[str]) -> bytes:
    document = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<edmx:Edmx Version="4.0" xmlns:edmx="{_EDMX}"><edmx:DataServices>',
        f'<Schema Namespace="{namespace}" xmlns="{_EDM}">',
        *lines,
        "</Schema></edmx:DataServices></edmx:Edmx>",
    )
    return "\n".join(document).encode()


def _entity_type(
    name: str,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    navigation: list[tuple[str, str]],
    facets: str,
) -> Iterator[str]:
    yield f"<EntityType Name={quoteattr(name)}>"
    if key:
        yield "<Key>" + "".join(f'<PropertyRef Name="{part}"/>' for part in key) + "</Key>"
    for column in columns:
        yield f'<Property Name="{column.name}" Type="{column.edm_type}"{_facets(column, facets)}/>'
    for child, type_name in navigation:
        yield f'<NavigationProperty Name="{child}" Type="{type_name}"/>'
    yield "</EntityType>"


def _facets(column: Column, facets: str) -> str:
    if facets == "none":
        return ""
    found = "" if column.nullable else ' Nullable="false"'
    if column.max_length and (facets == "all" or not column.nullable):
        found += f' MaxLength="{column.max_length}"'
    if column.precision is not None and facets == "all":
        found += f' Precision="{column.precision}" Scale="{column.scale}"'
    elif column.edm_type == "Edm.Decimal":
        found += ' Scale="Variable"'
    return found


def _actions(service: str, tables: list[str], namespace: str) -> Iterator[str]:
    wheres = "".join(
        f'<Parameter Name="whereClause{table}" Type="Edm.String"/>' for table in tables
    )
    paging = "".join(
        f'<Parameter Name="{name}" Type="Edm.Int32"/>' for name in ("pageSize", "absolutePage")
    )
    for action in _ACTIONS:
        yield f'<Action Name="{action}">{wheres}{paging}<ReturnType Type="Edm.Untyped"/></Action>'
    yield (
        f'<ComplexType Name="{service.rsplit(".", maxsplit=1)[-1].removesuffix("Svc")}Tableset">'
        + "".join(
            f'<Property Name="{table}" Type="Collection({namespace}.{table})"/>' for table in tables
        )
        + "</ComplexType>"
    )


def _container(sets: Iterable[EntitySet], namespace: str, model: Model) -> Iterator[str]:
    yield '<EntityContainer Name="Container">'
    for entity_set in sets:
        bindings = "".join(
            f'<NavigationPropertyBinding Path="{child}" Target="{child}"/>'
            for child in model.children(entity_set)
        )
        type_name = f"{namespace}.{entity_set.type.name}"
        yield f'<EntitySet Name="{entity_set.name}" EntityType="{type_name}">{bindings}</EntitySet>'
    for action in _ACTIONS:
        yield f'<ActionImport Name="{action}" Action="{namespace}.{action}"/>'
    yield "</EntityContainer>"

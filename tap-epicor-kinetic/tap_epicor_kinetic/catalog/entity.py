"""One row of the table of built-in streams."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parent:
    """A top-level set that returns a child set's rows under `$expand`.

    Attributes:
        entity_set: The top-level set, of the same service.
        key: Its key without the company.
        navigation: Navigation properties from its rows down to the child's.
    """

    entity_set: str
    key: tuple[str, ...]
    navigation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """Where a stream comes from and what it offers by default.

    Attributes:
        name: Stream name, a snake_case plural.
        service: Business object service, such as `Erp.BO.VendorSvc`.
        entity_set: Entity set of that service.
        key: Key properties in the order of the entity's URL.
        columns: Stored columns that `columns: core` offers beside key, cursor and `_c` columns.
        twin: Service and set of a search service with the same rows, for servers that refuse
            `$filter` or `$orderby` on a child set.
        parent: Where the rows stand under `$expand`; `None` for a top-level set.
        business_date: Date column that bounds the first load when the cursor is no date.
    """

    name: str
    service: str
    entity_set: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    twin: tuple[str, str] | None = None
    parent: Parent | None = None
    business_date: str | None = None


def entity(
    name: str,
    source: str,
    key: str,
    columns: str,
    *,
    twin: str = "",
    parent: str = "",
    business_date: str | None = None,
) -> Entity:
    """Return a row of the table, written short.

    Args:
        name: Stream name.
        source: `Vendor/Vendors` for the set `Vendors` of `Erp.BO.VendorSvc`.
        key: Key properties, with blanks between.
        columns: Columns that `columns: core` offers, with blanks between.
        twin: The search service with the same rows, written as `source`.
        parent: Top-level set, its key with commas between, and what is between it and the rows.
        business_date: Date column that bounds the first load.
    """
    service, entity_set = source.split("/")
    twin_service, _, twin_set = twin.partition("/")
    parent_set, parent_key, *between = parent.split() or ["", ""]
    return Entity(
        name=name,
        service=f"Erp.BO.{service}Svc",
        entity_set=entity_set,
        key=tuple(key.split()),
        columns=tuple(columns.split()),
        twin=(f"Erp.BO.{twin_service}Svc", twin_set) if twin else None,
        parent=Parent(parent_set, tuple(parent_key.split(",")), (*between, entity_set))
        if parent
        else None,
        business_date=business_date,
    )

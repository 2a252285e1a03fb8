"""Where a stream is read: paths, queries and the properties that they ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from tap_epicor_kinetic.odata import both, query_string

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_epicor_kinetic.odata import Property
    from tap_epicor_kinetic.pagination import PageRequest

COMPANY = "Company"


@dataclass(frozen=True, slots=True)
class Source:
    """An entity set or BAQ.

    Attributes:
        service: `Erp.BO.VendorSvc`, or `BaqSvc/<id>` for a BAQ.
        entity_set: `Vendors`, or `Data` for a BAQ.
        filter: `$filter` that every request carries.
        parameters: BAQ parameters, as name and text.
    """

    service: str
    entity_set: str
    filter: str | None = None
    parameters: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def label(self) -> str:
        """What the log calls it."""
        return f"{self.service}/{self.entity_set}"

    @property
    def is_baq(self) -> bool:
        """Whether it is a BAQ, which has no declared key."""
        return self.service.startswith("BaqSvc/")

    def path(self, company: str) -> str:
        """Return the path below the base URL."""
        return f"{_service_path(company, self.service)}/{quote(self.entity_set, safe='')}"

    def metadata_path(self, company: str) -> str:
        """Return the path of the service's metadata document."""
        return f"{_service_path(company, self.service)}/$metadata"


def _service_path(company: str, service: str) -> str:
    return f"api/v2/odata/{quote(company, safe='')}/{quote(service, safe='/.')}"


@dataclass(frozen=True, slots=True)
class Query:
    """A question to a source that only varies by page: which rows, which columns, in which order."""

    source: Source
    select: tuple[str, ...]
    order: tuple[str, ...]
    filter: str | None = None
    descending: bool = False

    def encoded(self, page: PageRequest) -> str:
        """Return the query string of one page."""
        options: list[tuple[str, str]] = list(self.source.parameters)
        options.append(("$select", ",".join(self.select)))
        condition = both(self.source.filter, self.filter, page.anchor)
        if condition:
            options.append(("$filter", condition))
        if self.order:
            direction = " desc" if self.descending else ""
            options.append(("$orderby", ",".join(f"{name}{direction}" for name in self.order)))
        options.append(("$top", str(page.top)))
        if page.skip:
            options.append(("$skip", str(page.skip)))
        if page.count:
            options.append(("$count", "true"))
        return query_string(options)


def select_names(properties: Sequence[Property], selected: frozenset[str], needed: Sequence[str]) -> tuple[str, ...]:
    """Return the columns to ask for: those selected, and key and cursor in any case."""
    wanted = selected.union(needed)
    return tuple(prop.name for prop in properties if prop.name in wanted)

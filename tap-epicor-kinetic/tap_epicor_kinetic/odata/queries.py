"""Where rows are read: paths, and the queries that ask for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from tap_epicor_kinetic.odata.literals import both, query_string

if TYPE_CHECKING:
    from tap_epicor_kinetic.odata.page_request import PageRequest

COMPANY = "Company"
COMPANY_ITSELF = "Company1"
"""The ID in the list of companies: a column named like its own type gets a `1`."""


@dataclass(frozen=True, slots=True)
class Source:
    """An entity set or BAQ.

    Attributes:
        service: `Erp.BO.VendorSvc`, or `BaqSvc/<id>` for a BAQ.
        entity_set: `Vendors`, or `Data` for a BAQ.
        filter: `$filter` that every request carries; under `$expand` it is on the rows below.
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
        """Whether it is a BAQ, which has no declared key and no company column of its own."""
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
    """A question to a source that only varies by page: which columns, which rows, in which order.

    Attributes:
        source: Set or BAQ.
        anchors: Columns that tell where a row stands: order and key. Always asked for.
        columns: The other columns.
        order: Columns to order by.
        filter: Filter beside the source's own and the page's.
        navigation: Navigation properties down to the rows that `columns` belong to.
        row_key: Columns among `columns` that tell those rows apart, repeated in each part.
    """

    source: Source
    anchors: tuple[str, ...]
    columns: tuple[str, ...]
    order: tuple[str, ...]
    filter: str | None = None
    navigation: tuple[str, ...] = ()
    row_key: tuple[str, ...] = ()

    def encoded(self, page: PageRequest) -> str:
        """Return the query string of one page."""
        options = [*self.source.parameters, *self._columns()]
        own = None if self.navigation else self.source.filter
        if condition := both(own, self.filter, page.anchor):
            options.append(("$filter", condition))
        if self.order:
            options.append(("$orderby", ",".join(self.order)))
        options.append(("$top", str(page.top)))
        if page.skip:
            options.append(("$skip", str(page.skip)))
        if page.count:
            options.append(("$count", "true"))
        return query_string(options)

    def _columns(self) -> list[tuple[str, str]]:
        if not self.navigation:
            return [("$select", ",".join((*self.anchors, *self.columns)))]
        below = f"$select={','.join(self.columns)}"
        if self.source.filter:
            below += f";$filter={self.source.filter}"
        expand = f"{self.navigation[-1]}({below})"
        for name in reversed(self.navigation[:-1]):
            expand = f"{name}($expand={expand})"
        return [("$select", ",".join(self.anchors)), ("$expand", expand)]

    def parts(self, page: PageRequest, limit: int) -> list[str]:
        """Return the query strings that together ask for a page, each within `limit` characters.

        One, unless the columns are too many; then each part repeats the anchors and the rows' key,
        so that the rows of the parts can be joined.
        """
        whole = self.encoded(page)
        others = [name for name in self.columns if name not in self.row_key]
        if len(whole) <= limit or len(others) <= 1:
            return [whole]
        room = limit - len(replace(self, columns=self.row_key).encoded(page))
        groups: list[list[str]] = [[]]
        used = 0
        for name in others:
            length = len(quote(name, safe="")) + 1
            if used + length > room and groups[-1]:
                groups.append([])
                used = 0
            groups[-1].append(name)
            used += length
        return [replace(self, columns=(*self.row_key, *group)).encoded(page) for group in groups]

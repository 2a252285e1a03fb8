"""A tap written the Singer SDK's standard way, for comparison: `RESTStream`, offset paging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import BasicAuthenticator
from singer_sdk.pagination import OffsetPaginator

from bench.source import columns

if TYPE_CHECKING:
    import requests
    from singer_sdk.helpers.types import Context

_JSON = {
    "Edm.Int32": th.IntegerType,
    "Edm.Int64": th.IntegerType,
    "Edm.Decimal": th.NumberType,
    "Edm.Boolean": th.BooleanType,
    "Edm.DateTimeOffset": th.DateTimeType,
    "Edm.Guid": th.UUIDType,
    "Edm.String": th.StringType,
}


class _Pages(OffsetPaginator):
    def has_more(self, response: requests.Response) -> bool:
        return bool(response.json()["value"])


class WideStream(RESTStream[int]):
    """One entity set of the benchmark's server."""

    records_jsonpath = "$.value[*]"
    primary_keys = ("Company", "WideNum")
    replication_key = "SysRevID"
    is_sorted = True

    def __init__(self, tap: Tap, entity_set: str) -> None:
        """Take schema and path from the set."""
        properties: list[th.Property[Any]] = [
            th.Property(name, _JSON[edm_type])
            for name, (edm_type, _) in columns(entity_set).items()
        ]
        super().__init__(
            tap, name=entity_set.lower(), schema=th.PropertiesList(*properties).to_dict()
        )
        self.path = f"/api/v2/odata/EPIC06/Bench.BO.WideSvc/{entity_set}"

    @property
    def url_base(self) -> str:
        """Address of the instance."""
        return str(self.config["base_url"])

    @property
    def authenticator(self) -> BasicAuthenticator:
        """User and password."""
        return BasicAuthenticator(username="bench", password="bench")

    def get_new_paginator(self) -> OffsetPaginator:
        """Page by `$skip`."""
        return _Pages(start_value=0, page_size=self.config["page_size"])

    def get_url_params(
        self, context: Context | None, next_page_token: int | None
    ) -> dict[str, Any]:
        """Ask for one page in the order of the replication key."""
        del context
        params: dict[str, Any] = {"$top": self.config["page_size"], "$orderby": "SysRevID"}
        if next_page_token:
            params["$skip"] = next_page_token
        return params


class PlainTap(Tap):
    """Reads the set named in `entity_set`."""

    name = "tap-plain"
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("base_url", th.StringType, required=True),
        th.Property("entity_set", th.StringType, required=True),
        th.Property("page_size", th.IntegerType, default=500),
    ).to_dict()

    def discover_streams(self) -> list[WideStream]:
        """Return the one stream."""
        return [WideStream(self, self.config["entity_set"])]


if __name__ == "__main__":
    PlainTap.cli()

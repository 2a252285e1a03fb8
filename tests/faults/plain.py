"""A tap and two targets written the Singer SDK's standard way, to show what that does by default.

`python -m tests.faults.plain tap|target --config …` runs one as a process.
"""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import psycopg2
from singer_sdk import BatchSink, RESTStream, Stream, Tap, Target
from singer_sdk import typing as th
from singer_sdk.authenticators import BasicAuthenticator
from singer_sdk.sql import SQLConnector, SQLSink, SQLTarget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from singer_sdk.helpers.types import Context

VENDORS = th.PropertiesList(
    th.Property("VendorNum", th.IntegerType), th.Property("Name", th.StringType)
).to_dict()


class PlainStream(Stream):
    """Two vendors, and then what the setting `then` says."""

    name = "vendors"
    primary_keys = ("VendorNum",)
    schema = VENDORS

    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        """Yield the rows; then end, fail, or wait for a signal."""
        del context
        yield from ({"VendorNum": number, "Name": "x"} for number in (1, 2))
        if self.config["then"] == "fail":
            raise RuntimeError("the source is down")
        if self.config["then"] == "wait":
            threading.Event().wait()


class PlainTap(Tap):
    """One stream that needs no server."""

    name = "tap-plain"
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("then", th.StringType, default="end"),
    ).to_dict()

    def discover_streams(self) -> list[Stream]:
        """Return the stream."""
        return [PlainStream(self)]


class PlainVendors(RESTStream[int]):
    """Vendors of an Epicor server."""

    name = "vendors"
    path = "/api/v2/odata/EPIC06/Erp.BO.VendorSvc/Vendors"
    records_jsonpath = "$.value[*]"
    primary_keys = ("VendorNum",)
    schema = VENDORS

    @property
    def url_base(self) -> str:
        """Address of the instance."""
        return str(self.config["base_url"])

    @property
    def authenticator(self) -> BasicAuthenticator:
        """User and password."""
        return BasicAuthenticator(username="sandbox", password="sandbox-password")

    @property
    def http_headers(self) -> dict[str, str]:
        """The API key."""
        return {"x-api-key": "sandbox-api-key", "Accept": "application/json"}

    def get_url_params(self, context: Context | None, next_page_token: int | None) -> Any:
        """Ask for two columns, with an option that is left empty."""
        del context, next_page_token
        return {"$select": "VendorNum,Name", "$filter": ""}


class PlainRestTap(Tap):
    """Reads vendors."""

    name = "tap-plain-rest"
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("base_url", th.StringType, required=True),
    ).to_dict()

    def discover_streams(self) -> list[Stream]:
        """Return the stream."""
        return [PlainVendors(self)]


class PlainSink(BatchSink):
    """A batch is a transaction: nothing is kept of one that fails."""

    def process_batch(self, context: dict[str, Any]) -> None:
        """Insert the records and commit."""
        with (
            closing(psycopg2.connect(self.config["dsn"])) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            for record in context.get("records", ()):
                cursor.execute("INSERT INTO plain VALUES (%s)", [record["VendorNum"]])


class PlainTarget(Target):
    """Loads into the table `plain`, and then tells somebody: it makes the file `told`."""

    name = "target-plain"
    default_sink_class = PlainSink
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("dsn", th.StringType, required=True),
        th.Property("told", th.StringType, required=True),
    ).to_dict()

    def process_endofpipe(self) -> None:
        """Load the rest, then tell."""
        super().process_endofpipe()
        Path(self.config["told"]).touch()


class PlainConnector(SQLConnector):
    """To a SQLite file."""

    def get_sqlalchemy_url(self, config: Any) -> str:
        """Return where the file is."""
        return f"sqlite:///{config['file']}"


class PlainSqlSink(SQLSink[PlainConnector]):
    """Inserts."""

    connector_class = PlainConnector


class PlainSqlTarget(SQLTarget):
    """Loads into a SQLite file by the SDK's generic SQL."""

    name = "target-plain-sql"
    default_sink_class = PlainSqlSink
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("file", th.StringType, required=True),
    ).to_dict()


if __name__ == "__main__":
    if sys.argv.pop(1) == "tap":
        PlainTap.cli()
    else:
        PlainTarget.cli()

"""A target written the Singer SDK's standard way, for comparison: `SQLTarget`, `SQLConnector`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import typing as th
from singer_sdk.sql import SQLConnector, SQLSink, SQLTarget
from sqlalchemy import BigInteger, Numeric, types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection


class PlainConnector(SQLConnector):
    """Postgres by SQLAlchemy."""

    def get_sqlalchemy_url(self, config: dict[str, Any]) -> str:
        """Return the address of the server."""
        return (
            f"postgresql+psycopg2://{config['user']}:{config['password']}"
            f"@{config['host']}:{config['port']}/{config['database']}"
        )

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        # The SDK asks for a server-side cursor, which psycopg2 would open for an INSERT as well.
        with self._engine.connect() as connection:
            yield connection

    def to_sql_type(self, jsonschema_type: dict[str, Any]) -> types.TypeEngine[Any]:
        """Return types that hold the benchmark's values."""
        if "integer" in jsonschema_type.get("type", ()):
            return BigInteger()
        if "number" in jsonschema_type.get("type", ()):
            return Numeric()
        if jsonschema_type.get("format") == "date-time":
            return types.TIMESTAMP(timezone=True)
        if jsonschema_type.get("format") == "uuid":
            return types.TEXT()
        return super().to_sql_type(jsonschema_type)


class PlainSink(SQLSink[PlainConnector]):
    """The SDK's own sink."""

    connector_class = PlainConnector


class PlainTarget(SQLTarget):
    """The SDK's own target."""

    name = "target-plain"
    default_sink_class = PlainSink
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        *(th.Property(name, th.StringType) for name in ("host", "user", "password", "database")),
        th.Property("port", th.IntegerType),
    ).to_dict()


if __name__ == "__main__":
    PlainTarget.cli()

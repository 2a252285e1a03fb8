"""Runs of the tap, in this process, and what they wrote."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.epicor.model import load_model
from tap_epicor_kinetic.exceptions import SyncIncompleteError
from tap_epicor_kinetic.tap import TapEpicorKinetic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.epicor.server import EpicorServer
    from sandbox.epicor.store import Store


@dataclass
class Run:
    """What one run wrote and how it ended."""

    lines: list[str]
    error: str | None = None
    messages: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        """Parse the lines, numbers exactly."""
        self.messages = [json.loads(line, parse_float=Decimal) for line in self.lines]

    def records(self, stream: str) -> list[dict[str, Any]]:
        """Return a stream's records in the order written."""
        return [
            message["record"]
            for message in self.messages
            if message["type"] == "RECORD" and message["stream"] == stream
        ]

    def schema(self, stream: str) -> dict[str, Any]:
        """Return a stream's schema."""
        found: dict[str, Any] = next(
            message["schema"]
            for message in self.messages
            if message["type"] == "SCHEMA" and message["stream"] == stream
        )
        return found

    @property
    def states(self) -> list[dict[str, Any]]:
        """All states in order."""
        return [message["value"] for message in self.messages if message["type"] == "STATE"]

    @property
    def state(self) -> dict[str, Any]:
        """The last state."""
        return self.states[-1]

    def bookmark(self, stream: str, company: str = "EPIC06") -> dict[str, Any]:
        """Return a stream's state for one company."""
        partitions = self.state["bookmarks"][stream]["partitions"]
        found: dict[str, Any] = next(
            part for part in partitions if part["context"] == {"Company": company}
        )
        return found


def config_for(server: EpicorServer, **settings: Any) -> dict[str, Any]:
    """Return a configuration that the sandbox accepts, with changes; `None` leaves one out."""
    config = {
        "base_url": server.base_url,
        "company": "EPIC06",
        "username": "sandbox",
        "password": "sandbox-password",
        "api_key": "sandbox-api-key",
        "retry_wait_seconds": 0,
        **settings,
    }
    return {name: value for name, value in config.items() if value is not None}


def offered_by(tap: TapEpicorKinetic) -> set[str]:
    """Return the streams that a tap offers with columns."""
    return {name for name, stream in tap.streams.items() if stream.schema["properties"]}


def catalog_of(server: EpicorServer, names: Iterable[str], /, **settings: Any) -> dict[str, Any]:
    """Return the discovered catalog with only these streams selected."""
    chosen = set(names)
    tap = TapEpicorKinetic(config=config_for(server, **settings))
    catalog = tap.catalog_dict
    for entry in catalog["streams"]:
        for item in entry["metadata"]:
            if not item["breadcrumb"]:
                item["metadata"]["selected"] = entry["stream"] in chosen
    assert chosen <= {entry["stream"] for entry in catalog["streams"]}
    return dict(catalog)


def run(
    server: EpicorServer,
    /,
    *names: str,
    state: dict[str, Any] | None = None,
    catalog: dict[str, Any] | None = None,
    **settings: Any,
) -> Run:
    """Run the tap for some streams; their catalog is discovered unless it is given."""
    catalog = catalog or catalog_of(server, names, **settings)
    # The tap works on the state that it is given.
    state = json.loads(json.dumps(state))
    wire = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    error = None
    with contextlib.redirect_stdout(wire):
        tap = TapEpicorKinetic(config=config_for(server, **settings), catalog=catalog, state=state)
        try:
            tap.sync_all()
        except SyncIncompleteError as incomplete:
            error = str(incomplete)
    wire.seek(0)
    # Other line breaks, such as U+2028, may stand inside a message.
    return Run(wire.read().split("\n")[:-1], error)


def aged(state: dict[str, Any], hours: float) -> dict[str, Any]:
    """Return a state as it would be if the runs that left it had been that much earlier."""
    aged_state: dict[str, Any] = json.loads(json.dumps(state))
    for entry in aged_state["bookmarks"].values():
        for partition in entry["partitions"]:
            for holder in (partition, *partition.get("high_waters", ())):
                for name in ("began_at", "at", "source_checked_at"):
                    if name in holder:
                        holder[name] = _earlier(holder[name], hours)
    return aged_state


def _earlier(text: str, hours: float) -> str:
    form = "%Y-%m-%dT%H:%M:%SZ"
    moment = datetime.strptime(text, form).replace(tzinfo=timezone.utc)
    return (moment - timedelta(hours=hours)).strftime(form)


def expected(
    store: Store, table: str, company: str, schema: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return a table's rows as a tap must send them, straight from the database, in key order.

    Decimals are exact, booleans are booleans, columns with `format: date` are days; anything else
    is as stored.

    Args:
        store: The sandbox's database.
        table: Row type, such as `Vendor`.
        company: Company whose rows to return.
        schema: The stream's SCHEMA message's schema; its columns are returned.
    """
    types = {column.name: column.edm_type for column in load_model().tables[table].columns}
    properties = schema["properties"]
    return [
        {
            name: _sent(value, types[name], day=properties[name].get("format") == "date")
            for name, value in zip(properties, row, strict=True)
        }
        for row in store.rows(table, list(properties), company=company)
    ]


def _sent(value: Any, edm_type: str, *, day: bool) -> Any:
    if value is None:
        return None
    if edm_type == "Edm.Decimal":
        return Decimal(value)
    if edm_type == "Edm.Boolean":
        return bool(value)
    return value[:10] if day else value

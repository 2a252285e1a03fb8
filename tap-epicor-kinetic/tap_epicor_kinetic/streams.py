"""A stream: one source, read company by company, in the order of its cursor."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.streams import Stream
from typing_extensions import override

from tap_epicor_kinetic.cursors import Cursor
from tap_epicor_kinetic.odata import both, literal, property_from_schema
from tap_epicor_kinetic.pagination import Order, PageRequest, WindowReader
from tap_epicor_kinetic.records import PageReader, value_of
from tap_epicor_kinetic.run import now
from tap_epicor_kinetic.sources import COMPANY, Query, select_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from singer_sdk.helpers.types import Context

    from tap_epicor_kinetic.declarations import Declaration
    from tap_epicor_kinetic.odata import Property
    from tap_epicor_kinetic.pagination import Position, Stretch
    from tap_epicor_kinetic.records import Page, RawRecord
    from tap_epicor_kinetic.run import StreamRecord
    from tap_epicor_kinetic.tap import TapEpicorKinetic

_STATE_EVERY_RECORDS = 10_000
_PROGRESS_EVERY_SECONDS = 10.0


class EpicorStream(Stream):
    """A declared stream as this server offers it.

    Records go from the page to standard output as the bytes they came in, unless a stream map or flattening asks for
    the SDK's way.
    """

    _tap: TapEpicorKinetic

    def __init__(  # noqa: PLR0913 - what discovery or a catalog knows of a stream
        self,
        tap: TapEpicorKinetic,
        declaration: Declaration,
        schema: dict[str, Any],
        key: tuple[str, ...],
        cursors: tuple[str, ...],
    ) -> None:
        """Make the stream; nothing is requested yet.

        Args:
            tap: The tap.
            declaration: Where to read.
            schema: JSON Schema of the offered columns.
            key: Key columns.
            cursors: Cursor columns that the server has, best first.
        """
        super().__init__(tap, schema, declaration.name)
        self.declaration = declaration
        self.primary_keys = key
        self.replication_key = cursors[0] if cursors else None

    @property
    @override
    def partitions(self) -> list[dict[str, Any]] | None:
        return [{COMPANY: company} for company in self._tap.companies]

    @property
    def properties(self) -> dict[str, Property]:
        """The offered columns, as the catalog in use describes them."""
        return {
            name: property_from_schema(name, schema)
            for name, schema in self.effective_schema["properties"].items()
        }

    @property
    def record(self) -> StreamRecord:
        """This stream's part of the run record."""
        return self._tap.run.streams[self.name]

    @override
    def _generate_schema_messages(self) -> Iterator[Any]:
        for message in super()._generate_schema_messages():
            message.schema = {**message.schema, "x-source": self._source_identity()}
            yield message

    def _source_identity(self) -> dict[str, str | None]:
        """Return what a target needs to name a record's origin."""
        names = self.properties
        company = next((name for name in (COMPANY, "Company1") if name in names), None)
        return {
            "system": "epicor-kinetic",
            "entity": self.declaration.source.label,
            "id": "SysRowID" if "SysRowID" in names else None,
            "company": company,
        }

    @override
    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        for stretch in self._read(dict(context or {})[COMPANY]):
            yield from map(decoded, stretch.records)

    @override
    def _sync_records(self, context: Context | None = None, *, write_messages: bool = True) -> Iterator[dict[str, Any]]:
        companies = [context] if context else self.partitions or []
        if not write_messages:
            for company in companies:
                yield from self.get_records(company)
            return
        started = time.monotonic()
        for company in companies:
            self._sync_company(company)
        seconds = time.monotonic() - started
        self.logger.info("%s: %s records in %.1f s", self.name, f"{self.record.records:,}", seconds)

    def _sync_company(self, context: dict[str, Any]) -> None:
        company = context[COMPANY]
        state = self.get_context_state(context)
        cursor = self._cursor()
        if cursor is None or state.get("replication_key") != cursor.name:
            state.pop("replication_key", None)
            state.pop("replication_key_value", None)
        unsaved = 0
        progress = _Progress(f"{self.name} {company}", self._tap)
        for stretch in self._read(company):
            self._write(stretch.records, company)
            self.record.records += len(stretch.records)
            if cursor:
                state["replication_key"] = cursor.name
                state["replication_key_value"] = value_of(stretch.last[0])
            progress.advance(stretch)
            unsaved += len(stretch.records)
            if unsaved >= _STATE_EVERY_RECORDS:
                unsaved = 0
                self._tap.write_state()
        self.record.source_count = (self.record.source_count or 0) + progress.rows

    def _cursor(self) -> Cursor | None:
        if self.replication_method != "INCREMENTAL" or not self.replication_key:
            return None
        return Cursor(self.properties[self.replication_key])

    def _read(self, company: str) -> Iterator[Stretch]:
        """Yield the company's rows that may have changed since its bookmark, in order."""
        properties = self.properties
        cursor = self._cursor()
        key = [name for name in self.primary_keys if name != COMPANY]
        order = Order(tuple(properties[name] for name in self._order_names(cursor, key)))
        selected = frozenset(name for name in properties if self.mask.get(("properties", name), False))
        needed = [*self.primary_keys, *order.names]
        asked = [prop for prop in properties.values() if not self._is_injected(prop.name)]
        select = select_names(asked, selected, needed)
        query = Query(self.declaration.source, select, order.names, self._first_filter(cursor, company))
        pages = PageReader(query.source.label, [properties[name] for name in select])
        limit = self.ABORT_AT_RECORD_COUNT
        reader = WindowReader(
            lambda request: self._fetch(query, pages, company, request),
            lambda record: pages.position(record, order.names),
            order,
            self._tap.executor,
            source=f"{self.name} {company}",
            page_size=min(self.config["page_size"], limit + 1) if limit else self.config["page_size"],
            in_flight=self.config["max_concurrent_requests"],
            logger=self.logger,
            wait=self._tap.termination.wait,
        )
        for stretch in reader.read():
            yield stretch
            if limit:
                return

    def _order_names(self, cursor: Cursor | None, key: list[str]) -> tuple[str, ...]:
        if cursor is None:
            return tuple(key)
        return (cursor.name,) if cursor.is_unique else (cursor.name, *(name for name in key if name != cursor.name))

    def _is_injected(self, name: str) -> bool:
        return self.declaration.source.is_baq and name == COMPANY

    def _first_filter(self, cursor: Cursor | None, company: str) -> str | None:
        state = self.get_context_state({COMPANY: company})
        bookmark = state.get("replication_key_value")
        if cursor and bookmark is not None:
            return cursor.since(bookmark)
        start_date = self.config.get("start_date")
        if not start_date:
            return None
        if cursor and cursor.prop.is_temporal:
            return cursor.since(start_date)
        date = self.properties.get(self.declaration.business_date or "")
        if date is None:
            return None
        return both(f"{date.name} ge {literal(start_date, date.edm_type)} or {date.name} eq null")

    def _fetch(self, query: Query, pages: PageReader, company: str, request: PageRequest) -> Page:
        body = self._tap.client.get(
            query.source.path(company), service=query.source.label, query=query.encoded(request)
        )
        return pages.read(body)

    def _write(self, records: list[RawRecord], company: str) -> None:
        if self._is_plain:
            prefix = b'"Company":%s,' % msgspec.json.encode(company) if self._is_injected(COMPANY) else b""
            self._tap.message_writer.write_records(self.name, records, now(), prefix)
            return
        for record in map(decoded, records):
            if self._is_injected(COMPANY):
                record = {COMPANY: company, **record}
            self._write_record_message(record)

    @property
    def _is_plain(self) -> bool:
        """Whether records leave as they came: no stream map, no flattening."""
        return all(
            isinstance(stream_map, SameRecordTransform) and stream_map.flattening_options is None
            for stream_map in self.stream_maps
        )


def decoded(record: RawRecord) -> dict[str, Any]:
    """Return a record as a dictionary, decimals exact."""
    return _DECODER.decode(record)


def _exact(text: str) -> Decimal:
    from decimal import Decimal

    return Decimal(text)


_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=_exact)


class _Progress:
    """Says now and then how far a stream is."""

    def __init__(self, label: str, tap: TapEpicorKinetic) -> None:
        self._label = label
        self._logger = tap.logger
        self._started = self._said = time.monotonic()
        self.rows = 0

    def advance(self, stretch: Stretch) -> None:
        """Count a stretch; log a line every few seconds."""
        self.rows += len(stretch.records)
        moment = time.monotonic()
        if moment - self._said < _PROGRESS_EVERY_SECONDS:
            return
        self._said = moment
        rate = self.rows / (moment - self._started)
        if stretch.remaining is None:
            self._logger.info("%s: %s rows, %s rows/s", self._label, f"{self.rows:,}", f"{rate:,.0f}")
            return
        total = self.rows + stretch.remaining
        share = 100 * self.rows / total if total else 100
        self._logger.info(
            "%s: %s of %s rows (%.0f %%), %s rows/s", self._label, f"{self.rows:,}", f"{total:,}", share, f"{rate:,.0f}"
        )

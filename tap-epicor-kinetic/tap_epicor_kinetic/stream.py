"""A stream as the Singer SDK knows it: read company by company, in the order of its cursor."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.streams import Stream
from typing_extensions import override

from tap_epicor_kinetic.exceptions import EpicorError, ODataQueryError
from tap_epicor_kinetic.odata.literals import both, literal
from tap_epicor_kinetic.odata.properties import property_from_schema
from tap_epicor_kinetic.odata.queries import COMPANY
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.cursors import candidates
from tap_epicor_kinetic.reading.reading import Reading
from tap_epicor_kinetic.reading.route import choose, remembered, routes
from tap_epicor_kinetic.run.bookmarks import Bookmark
from tap_epicor_kinetic.run.progress import Progress
from tap_epicor_kinetic.run.record import now

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from singer_sdk.helpers.types import Context
    from singer_sdk.singerlib import SchemaMessage

    from tap_epicor_kinetic.catalog.declarations import Declaration
    from tap_epicor_kinetic.odata.properties import KeyValue, Property
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.cursors import Cursor
    from tap_epicor_kinetic.reading.order import Stretch
    from tap_epicor_kinetic.reading.route import Route
    from tap_epicor_kinetic.run.record import StreamRecord
    from tap_epicor_kinetic.tap import TapEpicorKinetic

_STATE_EVERY_RECORDS = 10_000


class EpicorStream(Stream):
    """A declared stream as this server offers it.

    Records go from the page to standard output as the bytes they came in, unless a stream map or
    flattening asks for the SDK's way.
    """

    _tap: TapEpicorKinetic

    def __init__(
        self,
        tap: TapEpicorKinetic,
        declaration: Declaration,
        schema: dict[str, Any],
        key: Sequence[str],
        cursor: str | None,
    ) -> None:
        """Make the stream; nothing is requested yet.

        Args:
            tap: The tap.
            declaration: Where to read.
            schema: JSON Schema of the offered columns.
            key: Key columns.
            cursor: Cursor column to prefer, `None` for a full table.
        """
        super().__init__(tap, schema, declaration.name)
        self.declaration = declaration
        self.primary_keys = tuple(key)
        self.replication_key = cursor
        self._found_route: Route | None = None

    # What the catalog in use says

    @property
    @override
    def partitions(self) -> list[dict[str, Any]] | None:
        return [{COMPANY: company} for company in self._tap.companies]

    @property
    def properties(self) -> dict[str, Property]:
        """The offered columns by name."""
        offered: Mapping[str, dict[str, Any]] = self.effective_schema["properties"]
        return {name: property_from_schema(name, schema) for name, schema in offered.items()}

    @property
    def selected_columns(self) -> list[str]:
        """The columns to ask for: those selected, and key and cursor in any case."""
        needed = {*self.primary_keys, self.replication_key}
        return [
            name
            for name in self.properties
            if name in needed or self.mask.get(("properties", name))
        ]

    @property
    def cursors(self) -> tuple[str, ...]:
        """Cursor columns to try, best first; one that was chosen by hand stands alone."""
        if self.replication_method != "INCREMENTAL" or not self.replication_key:
            return ()
        offered = candidates(self.properties)
        if self.declaration.cursor or offered[:1] != (self.replication_key,):
            return (self.replication_key,)
        return offered

    def problems(self) -> list[str]:
        """Return what is wrong with key and cursor of the catalog in use."""
        properties = self.properties
        wrong = []
        if self.replication_key and self.replication_key not in properties:
            has = ", ".join(candidates(properties)) or "none; use FULL_TABLE"
            wrong.append(
                f"stream {self.name}: the replication key {self.replication_key} is no column of "
                f"it; candidates: {has}"
            )
        missing = [name for name in self.primary_keys if name not in properties]
        if missing:
            wrong.append(f"stream {self.name}: the catalog lacks its key {', '.join(missing)}")
        return wrong

    # Messages

    @override
    def _generate_schema_messages(self) -> Generator[SchemaMessage, None, None]:
        for message in super()._generate_schema_messages():
            message.schema = {**message.schema, "x-source": self._origin()}
            yield message

    def _origin(self) -> dict[str, str | None]:
        """Return what a target needs to name a record's origin."""
        names = self.properties
        return {
            "system": "epicor-kinetic",
            "entity": self.declaration.source.label,
            "id": "SysRowID" if "SysRowID" in self.selected_columns else None,
            "company": next((name for name in (COMPANY, "Company1") if name in names), None),
        }

    def _write(self, records: Sequence[RawRecord], company: str, *, lacks_company: bool) -> None:
        if self._leaves_records_alone:
            prefix = b'"Company":%s,' % msgspec.json.encode(company) if lacks_company else b""
            self._tap.message_writer.write_records(self.name, records, now(), prefix)
            return
        for raw in records:
            record = decoded(raw)
            self._write_record_message({COMPANY: company, **record} if lacks_company else record)

    @property
    def _leaves_records_alone(self) -> bool:
        """Whether records leave as they came: no stream map, no flattening."""
        return all(
            isinstance(stream_map, SameRecordTransform) and not stream_map.flattening_enabled
            for stream_map in self.stream_maps
        )

    # Reading

    @override
    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        reading = self._reading(dict(context or {}))
        condition = self._start(reading.cursor)
        for stretch in reading.stretches(condition, limit=self.ABORT_AT_RECORD_COUNT):
            yield from map(decoded, stretch.records)

    @override
    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        for company in [context] if context else self.partitions or []:
            if write_messages:
                self._sync_company(dict(company))
            else:
                yield from self.get_records(company)
        if write_messages:
            self._run_record.status = "done"
            self._tap.write_state()

    def _sync_company(self, context: dict[str, Any]) -> None:
        bookmark = Bookmark(self.get_context_state(context))
        reading = self._reading(context)
        record = self._run_record
        record.replication_key = reading.route.cursor
        condition = self._condition(reading, bookmark)
        if dropped := bookmark.begin(reading.route, self._high_water(reading, bookmark)):
            self.logger.warning(
                "%s is now read %s instead of by %s; it is loaded anew",
                self.name,
                reading.route.describe(),
                dropped,
            )
        progress = Progress(f"{self.name} {context[COMPANY]}", self._tap.logger)
        unsaved = 0
        for stretch in self._changed(reading, bookmark, condition):
            self._write(stretch.records, context[COMPANY], lacks_company=reading.lacks_company)
            bookmark.advance(stretch.last, reading.cursor)
            record.records += len(stretch.records)
            progress.advance(len(stretch.records), stretch.remaining)
            unsaved += len(stretch.records)
            if unsaved >= _STATE_EVERY_RECORDS:
                unsaved = 0
                self._tap.write_state()
        bookmark.finish()
        progress.finish()
        if progress.total is not None:
            record.source_count = (record.source_count or 0) + progress.total

    @property
    def _run_record(self) -> StreamRecord:
        return self._tap.run.streams.setdefault(self.name, self._tap.new_stream_record(self))

    def _high_water(self, reading: Reading, bookmark: Bookmark) -> KeyValue:
        """Return the highest cursor that is known before a reading begins."""
        if reading.cursor is None:
            return None
        if reading.cursor.is_unique:
            return self._tap.row_versions.known
        if bookmark.cursor == reading.cursor.name and bookmark.value is not None:
            # A first load that goes on keeps what was known when it began: below that nothing has
            # changed since without moving above it, so that what it has read stays read.
            return bookmark.high_water if bookmark.is_first_load else bookmark.value
        return reading.highest() if reading.cursor.is_comparable else None

    def _changed(
        self, reading: Reading, bookmark: Bookmark, condition: str | None
    ) -> Iterator[Stretch]:
        """Yield what may have changed since the bookmark; everything if the database went back."""
        limit = self.ABORT_AT_RECORD_COUNT
        found = False
        for stretch in reading.stretches(condition, limit):
            found = True
            if reading.cursor and reading.cursor.is_unique:
                self._tap.row_versions.note(value_of(stretch.last[0]))
            yield stretch
        if not found and self._went_back(reading, bookmark):
            bookmark.forget()
            bookmark.begin(reading.route, self._tap.row_versions.known)
            yield from reading.stretches(self._condition(reading, bookmark), limit)

    def _went_back(self, reading: Reading, bookmark: Bookmark) -> bool:
        """Return whether the row versions are lower than they were: a restored database.

        A bookmark that finds nothing, not even its own row, may also mean that the row was deleted;
        then some other stream has seen higher versions.
        """
        value = bookmark.value
        if not (reading.cursor and reading.cursor.is_unique and isinstance(value, int)):
            return False
        highest = reading.highest()
        if not isinstance(highest, int) or max(self._tap.row_versions.seen, highest) >= value:
            return False
        self._tap.row_versions.forget()
        self.logger.warning(
            "%s: the highest %s is %d, below the bookmark %d. The database was restored or copied, "
            "or the last rows were deleted; the stream is loaded anew",
            self.name,
            reading.cursor.name,
            highest,
            value,
        )
        return True

    def try_out(self, company: str) -> tuple[Route, int]:
        """Return the route that works in a company and how many rows it gave, one at most.

        Raises:
            EpicorError: If none works.
        """
        reading = self._reading({COMPANY: company})
        return reading.route, len(reading.first().records)

    def _reading(self, context: dict[str, Any]) -> Reading:
        """Return the reading by the route that works on this server, finding it if need be."""
        company = context[COMPANY]
        options = self._routes()
        known = remembered(options, Bookmark(self.get_context_state(context))) or self._found_route
        if known is not None:
            return self._reading_by(known, company)
        self._found_route = self._find_route(options, company)
        return self._reading(context)

    def open(self) -> None:
        """Find the way to the rows before the run, for a stream that no earlier run found one for.

        By row versions each company is asked for its highest, so that all of them are known before
        the first row is read.

        Raises:
            EpicorError: If none works.
        """
        options = self._routes()
        for company in self._tap.companies:
            bookmark = Bookmark(self.get_context_state({COMPANY: company}))
            if remembered(options, bookmark) is not None:
                continue
            if self._found_route is None:
                self._found_route = self._find_route(options, company)
                continue
            # What a company refuses is said when it is its turn; the others go on.
            with suppress(EpicorError):
                self._probed(self._found_route, company)

    def _find_route(self, options: list[Route], company: str) -> Route:
        route = choose(options, lambda option: self._probed(option, company))
        if route != options[0]:
            self.logger.info("%s is read %s", self.name, route.describe())
        return route

    def _routes(self) -> list[Route]:
        cursors = self.cursors
        key = tuple(self.primary_keys or self.selected_columns)
        options = list(routes(self.declaration, key, cursors))
        if cursors and len(cursors) == 1 and candidates(self.properties)[:1] != cursors:
            options = [route for route in options if route.cursor] or options
        return options

    def _probed(self, route: Route, company: str) -> Route:
        """Read one row by a route; return it, with its own columns if it lacks some of these."""
        reading = self._reading_by(route, company)
        try:
            version = reading.highest()
        except ODataQueryError:
            if route.own_columns or route.source == self.declaration.source:
                raise
            return self._probed(replace(route, own_columns=True), company)
        if reading.cursor and reading.cursor.is_unique:
            self._tap.row_versions.note(version)
        return route

    def _reading_by(self, route: Route, company: str) -> Reading:
        properties, columns = self.properties, self.selected_columns
        reading = Reading(self._tap.server, company, route, properties, columns, self.primary_keys)
        return reading.adapted() if route.own_columns else reading

    def _condition(self, reading: Reading, bookmark: Bookmark) -> str | None:
        """Return the filter for what may have changed since a bookmark of this cursor."""
        cursor = reading.cursor
        if cursor is None or bookmark.value is None or bookmark.cursor != cursor.name:
            return self._start(cursor)
        since = cursor.since(bookmark.value, bookmark.high_water)
        return both(since, self._start(cursor)) if bookmark.is_first_load else since

    def _start(self, cursor: Cursor | None) -> str | None:
        """Return the filter by which `start_date` bounds a first load."""
        start_date = self.config.get("start_date")
        if not start_date or cursor is None:
            return None
        if cursor.prop.is_temporal:
            return cursor.since(start_date)
        date = self.properties.get(self.declaration.business_date or "")
        if date is None:
            return None
        return f"{date.name} ge {literal(start_date, date.edm_type)} or {date.name} eq null"


def decoded(record: RawRecord) -> dict[str, Any]:
    """Return a record as a dictionary, decimals exact."""
    fields: dict[str, Any] = _DECODER.decode(record)
    return fields


_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)

"""A stream as the Singer SDK knows it: its schema, selection and messages, company by company."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.streams import Stream
from typing_extensions import override

from tap_epicor_kinetic.catalog.catalog_rules import entry_problems, key_problems
from tap_epicor_kinetic.catalog.offers import ROW_ID
from tap_epicor_kinetic.catalog.selection import Selection
from tap_epicor_kinetic.exceptions import Answer, EpicorError, EpicorStreamError
from tap_epicor_kinetic.odata.notes import CHARACTERS, NUMBERS, PageNotes
from tap_epicor_kinetic.odata.properties import property_from_schema
from tap_epicor_kinetic.odata.queries import COMPANY, COMPANY_ITSELF
from tap_epicor_kinetic.reading.route_search import RouteSearch
from tap_epicor_kinetic.run.bookmarks import Bookmark
from tap_epicor_kinetic.run.company_sync import CompanySync
from tap_epicor_kinetic.run.date_formats import DateFormats
from tap_epicor_kinetic.run.record import now
from tap_epicor_kinetic.run.state_check import value_problem

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from singer_sdk import Tap
    from singer_sdk.helpers.types import Context, Record
    from singer_sdk.singerlib import Catalog, RecordMessage, SchemaMessage

    from tap_epicor_kinetic.catalog.declarations import Declaration
    from tap_epicor_kinetic.odata.properties import Property
    from tap_epicor_kinetic.odata.records import RawRecord
    from tap_epicor_kinetic.reading.order import Stretch
    from tap_epicor_kinetic.reading.route import Route
    from tap_epicor_kinetic.run.session import Session

_SAMPLE_ROWS = 500
_REPLACED = {
    CHARACTERS: "%s: %d halves of characters or bytes that are none were replaced by U+FFFD, in %s",
    NUMBERS: "%s: %d values such as NaN that are no numbers were replaced by null, in %s",
}


class EpicorStream(Stream):
    """A declared stream as this server offers it.

    Records go from the page to standard output as the bytes they came in, unless a stream map or
    flattening asks for the SDK's way.
    """

    def __init__(
        self,
        tap: Tap,
        session: Session,
        declaration: Declaration,
        schema: dict[str, Any],
        key: Sequence[str],
        cursor: str | None,
    ) -> None:
        """Make the stream; nothing is requested yet.

        Args:
            tap: The tap, as the SDK wants it.
            session: The run.
            declaration: Where to read.
            schema: JSON Schema of the offered columns.
            key: Key columns.
            cursor: Cursor column to prefer, `None` for a full table.
        """
        super().__init__(tap, schema, declaration.name)
        self._session = session
        self.declaration = declaration
        self.primary_keys = tuple(key)
        self.replication_key = cursor
        self._extracted_at: datetime | None = None

    # What the catalog in use says

    @property
    @override
    def partitions(self) -> list[dict[str, Any]] | None:
        return [{COMPANY: company} for company in self._session.companies]

    @cached_property
    def selection(self) -> Selection:
        """What is read of the stream; the catalog is applied by the time this is first asked."""
        needed = {*self.primary_keys, self.replication_key}
        is_incremental = self.replication_method == "INCREMENTAL"
        return Selection(
            self.declaration,
            self._formats.applied(self._offered),
            tuple(
                name
                for name in self._offered
                if name in needed or self.mask.get(("properties", name))
            ),
            tuple(self.primary_keys),
            self.replication_key if is_incremental else None,
            PageNotes(self._formats.days),
        )

    def problems(self, catalog: Catalog | None) -> Iterator[str]:
        """Yield why the stream must not be read by the catalog that was given, if one was."""
        if entry := catalog.get_stream(self.name) if catalog else None:
            yield from entry_problems(entry)
        yield from self.selection.problems()
        yield from key_problems(self.selection, self._session.companies)

    @cached_property
    def _offered(self) -> dict[str, Property]:
        properties: Mapping[str, dict[str, Any]] = self.effective_schema["properties"]
        return {name: property_from_schema(name, schema) for name, schema in properties.items()}

    @cached_property
    def _formats(self) -> DateFormats:
        bookmarks: dict[str, Any] = self.tap_state.setdefault("bookmarks", {})
        return DateFormats(bookmarks, self.name, self._offered.values())

    @cached_property
    def _search(self) -> RouteSearch:
        return RouteSearch(self._session.server, self.selection)

    # Messages

    @override
    def _generate_schema_messages(self) -> Generator[SchemaMessage, None, None]:
        for message in super()._generate_schema_messages():
            schema = self._formats.in_schema(message.schema)
            message.schema = {**schema, "x-source": self._origin()}
            yield message

    def _origin(self) -> dict[str, str | None]:
        """Return what a target needs to name a record's origin."""
        selection = self.selection
        company = next(
            (name for name in (COMPANY, COMPANY_ITSELF) if name in selection.properties), None
        )
        # A row that does not tell its company may come in each of them, under one ID.
        has_id = ROW_ID in selection.columns and not (
            company and selection.properties[company].is_of_call
        )
        return {
            "system": "epicor-kinetic",
            "entity": self.declaration.source.label,
            "id": ROW_ID if has_id else None,
            "company": company,
        }

    def _write(self, stretch: Stretch, company: str, *, lacks_company: bool) -> None:
        # Pages wait for the target, and other runs read on meanwhile.
        self._extracted_at = stretch.asked_at or now()
        if self._leaves_records_alone:
            prefix = b'"Company":%s,' % msgspec.json.encode(company) if lacks_company else b""
            self._session.writer.write_records(
                self.name, stretch.records, self._extracted_at, prefix
            )
            return
        for raw in stretch.records:
            record = decoded(raw)
            self._write_record_message({COMPANY: company, **record} if lacks_company else record)

    @override
    def _generate_record_messages(self, record: Record) -> Generator[RecordMessage, None, None]:
        for message in super()._generate_record_messages(record):
            message.time_extracted = self._extracted_at
            yield message

    @property
    def _leaves_records_alone(self) -> bool:
        """Whether records leave as they came: no stream map, no flattening."""
        return all(
            isinstance(stream_map, SameRecordTransform) and not stream_map.flattening_enabled
            for stream_map in self.stream_maps
        )

    # Reading

    def look_ahead(self) -> None:
        """Find the way to the rows before the run, for a stream that no earlier run found one for.

        By row versions each company is asked for its highest, so that all of them are known before
        the first row is read.

        Raises:
            EpicorError: If none works.
        """
        for company in self._session.companies:
            self._search.look_ahead(company, self._bookmark(company).route)
            self._note_highest(company)
        self._choose_date_formats()

    def _choose_date_formats(self) -> None:
        """Choose by the latest rows which columns hold days, where that was not done before."""
        selection, formats = self.selection, self._formats
        columns = formats.open_among(selection.columns)
        for company in self._session.companies if columns else ():
            selection.notes.choose_days(formats.days | columns)
            try:
                reading = self._search.reading(company, self._bookmark(company).route)
                formats.choose(columns, selection.notes, reading.latest(_SAMPLE_ROWS))
            except EpicorError:
                # What is wrong is said when the stream is read; the next run chooses.
                selection.notes.choose_days(formats.days)
            if not formats.open_among(columns):
                return

    def try_out(self, company: str) -> tuple[Route, int]:
        """Return the route that works in a company and how many rows it gave, one at most.

        Raises:
            EpicorError: If none works.
        """
        reading = self._search.reading(company, self._bookmark(company).route)
        return reading.route, len(reading.first().records)

    @override
    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        sync = self._sync_of(str((context or {})[COMPANY]))
        for stretch in sync.from_the_start(self.ABORT_AT_RECORD_COUNT):
            yield from map(decoded, stretch.records)

    @override
    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        for each in [context] if context else self.partitions or []:
            if write_messages:
                self._sync_company(str(each[COMPANY]))
            else:
                yield from self.get_records(each)
        if write_messages:
            self._tell_replacements()
            self._session.record.stream(self.name).status = "done"
            self._session.write_state()

    def _sync_company(self, company: str) -> None:
        sync = self._sync_of(company)
        highest = self._search.highest.get(company)
        for stretch in sync.stretches(highest, self.ABORT_AT_RECORD_COUNT):
            self._heed_notes()
            self._write(stretch, company, lacks_company=sync.lacks_company)

    def _heed_notes(self) -> None:
        """Announce what the pages told about the records that are to be written next."""
        notes, record = self.selection.notes, self._session.record.stream(self.name)
        record.characters_replaced = notes.count(CHARACTERS)
        record.numbers_replaced = notes.count(NUMBERS)
        if turned := self._formats.turned(notes):
            self._session.server.logger.warning(
                "%s: %s held calendar days only; now a time of day has come, so it is a date-time",
                self.name,
                ", ".join(turned),
            )
            self._write_schema_message()

    def _tell_replacements(self) -> None:
        """Log what had no meaning and was replaced."""
        notes = self.selection.notes
        for kind, what in _REPLACED.items():
            if count := notes.count(kind):
                columns = ", ".join(notes.columns(kind))
                self._session.server.logger.warning(what, self.name, count, columns)

    def _sync_of(self, company: str) -> CompanySync:
        bookmark = self._bookmark(company)
        reading = self._search.reading(company, bookmark.route)
        self._note_highest(company)
        return CompanySync(self._session, self.selection, company, reading, bookmark)

    def _note_highest(self, company: str) -> None:
        """Let the whole run know how far the counter of changes is, if that is this cursor."""
        if self._search.goes_by_row_version:
            self._session.row_versions.note(self._search.highest.get(company))

    def _bookmark(self, company: str) -> Bookmark:
        state = self.get_context_state({COMPANY: company})
        if problem := value_problem(state, self.selection.properties):
            raise EpicorStreamError(
                Answer(f"{self.name} in {company}", message=problem),
                "Remove the stream's bookmark from the state; it is then loaded anew.",
            )
        return Bookmark(state)


def decoded(record: RawRecord) -> dict[str, Any]:
    """Return a record as a dictionary, decimals exact."""
    fields: dict[str, Any] = _DECODER.decode(record)
    return fields


_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)

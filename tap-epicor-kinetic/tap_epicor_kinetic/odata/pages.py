"""Pages to records, touching as little of them as exactness allows.

A record stays the bytes that the server wrote, so every number keeps every digit. Decoding it would
cost more than all else that the tap does; only a few records of a page are looked into, to learn
where the page stands in the order, and those that `RecordForms` does not know yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorPageError,
    EpicorRetriableError,
    ODataResponseError,
)
from tap_epicor_kinetic.odata.forms import RecordForms
from tap_epicor_kinetic.odata.mending import (
    LARGEST,
    on_one_line,
    with_legal_tokens,
    with_whole_characters,
)
from tap_epicor_kinetic.odata.notes import PageNotes
from tap_epicor_kinetic.odata.records import (
    SCALAR,
    WHOLE_NUMBER,
    children,
    midnight_pattern,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tap_epicor_kinetic.odata.properties import Property
    from tap_epicor_kinetic.odata.records import RawRecord


class _Body(msgspec.Struct):
    value: list[msgspec.Raw]
    count: int | str | None = msgspec.field(name="@odata.count", default=None)
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)
    # A server that fails while it writes says so behind, or beside, what it has.
    error: Any = None
    message: Any = msgspec.field(name="ErrorMessage", default=None)


@dataclass(frozen=True, slots=True)
class Page:
    """One HTTP answer.

    Attributes:
        records: The records in the server's order.
        count: Records that match the filter, when the request asked and the server said.
        next_link: The server's own next link; Epicor sends none, so it is only reported.
        asked_at: When it was asked for: its rows are at least as new.
    """

    records: Sequence[RawRecord]
    count: int | None = None
    next_link: str | None = None
    asked_at: datetime | None = None


_DECODE_BODY = msgspec.json.Decoder(_Body)
# No database counts further.
_COUNT = re.compile(r"\d{1,18}\Z", re.ASCII)


def _decoded(body: bytes) -> tuple[_Body, bool]:
    """Return what a body says, and whether it had to be mended for that."""
    try:
        # Records are not decoded, and bytes that are no text would spoil the output.
        if not body.isascii():
            body.decode()
        return _DECODE_BODY.decode(body), False
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        if len(body) > LARGEST:
            raise
        body = with_whole_characters(body)
    try:
        return _DECODE_BODY.decode(body), True
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return _DECODE_BODY.decode(with_legal_tokens(body)), True


class PageReader:
    """Reads the pages of one query: these properties, written by this server."""

    def __init__(
        self,
        source: str,
        properties: Sequence[Property],
        *,
        renames: Mapping[str, str] | None = None,
        nested: bool = False,
        notes: PageNotes | None = None,
    ) -> None:
        """Compile what rewriting needs.

        Args:
            source: Name for errors, `Erp.BO.VendorSvc/Vendors`.
            properties: The selected properties.
            renames: The stream's name of each column that the server calls otherwise.
            nested: Whether the rows stand below those of the page, under `$expand`.
            notes: What the stream's pages tell beside their records; by default the properties say
                which of them are days.
        """
        self._source = source
        self._properties = {prop.name: prop for prop in properties}
        self._renames = renames or {}
        self._nested = nested
        self._notes = notes or PageNotes(prop.name for prop in properties if prop.date_only)
        self._take_for_days(self._notes.days)

    def _take_for_days(self, days: frozenset[str]) -> None:
        """Prepare for pages in which the values of these columns are calendar days."""
        written = {name: other for other, name in self._renames.items()}
        names: dict[bool, list[str]] = {True: [], False: []}
        for name in self._properties:
            names[name in days].append(written.get(name, name))
        self._midnight = midnight_pattern(names[True], names[False])
        self._forms = RecordForms(self._source, self._properties, self._renames, self._notes, days)

    def read(self, body: bytes) -> Page:
        """Return the page in an answer's body.

        A page that shows times of day in a column that was taken for days is read again, now that
        the notes say so.

        Raises:
            EpicorRetriableError: If the JSON is cut off.
            ODataResponseError: If it is JSON, but no OData page.
        """
        while True:
            days = self._notes.days
            if self._forms.days != days:
                self._take_for_days(days)
            page = self._read(body)
            if self._notes.days == days:
                return page

    def _read(self, body: bytes) -> Page:
        forms, midnight = self._forms, self._midnight
        if b"\n" in body or b"\r" in body:
            body = on_one_line(body)
        if midnight is not None:
            body = midnight.sub(b"", body)
        try:
            page, is_mended = _decoded(body)
        except msgspec.ValidationError as error:
            raise ODataResponseError(
                Answer(self._source, 200, f"the answer is no OData page ({error})"),
                "Check the service's name; a BAQ must end in /Data.",
            ) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            # What is too large to be mended here may be small enough in two halves.
            kind = EpicorPageError if len(body) > LARGEST else EpicorRetriableError
            raise kind(
                Answer(self._source, 200, "the JSON of the answer is broken or cut off")
            ) from error
        except RecursionError as error:
            raise ODataResponseError(
                Answer(self._source, 200, "the JSON of the answer is nested too deep")
            ) from error
        if page.error is not None or page.message is not None:
            raise EpicorRetriableError(
                Answer(self._source, 200, "there is an error beside the rows of the answer")
            )
        if is_mended:
            forms.note_replacements(page.value)
        return Page(
            records=page.value if self._nested else forms.conform(page.value),
            count=None if page.count is None else self._number_of_rows(page.count),
            next_link=page.next_link,
        )

    def _number_of_rows(self, count: int | str) -> int:
        if not _COUNT.match(str(count)):
            raise ODataResponseError(
                Answer(self._source, 200, "what the answer gives as @odata.count is none")
            )
        return int(count)

    def position(self, record: RawRecord, names: Sequence[str]) -> tuple[bytes, ...]:
        """Return the bytes of some properties: where a record stands in the order.

        Raises:
            ODataResponseError: If the record lacks one of them.
        """
        fields = self._forms.fields(record)
        try:
            places = tuple(bytes(fields[name]) for name in names)
        except KeyError as error:
            raise ODataResponseError(
                Answer(
                    self._source, 200, f"a record lacks the key or cursor column {error.args[0]}"
                ),
                "Set primary_keys or replication_key of this stream to columns that the server "
                "returns.",
            ) from error
        for name, place in zip(names, places, strict=True):
            prop = self._properties.get(name)
            if not (WHOLE_NUMBER if prop and prop.is_integer else SCALAR).match(place):
                raise ODataResponseError(
                    Answer(
                        self._source,
                        200,
                        f"the key or cursor column {name} of a record is not of its declared type",
                    ),
                    "Set primary_keys or replication_key of this stream to another column.",
                )
        return places

    def beside(self, left: RawRecord, right: RawRecord, shared: Sequence[str]) -> bytes | None:
        """Return a record with the members of both, those in `shared` once.

        `None` if the two differ in what they share: they are not of the same row, or it changed.
        """
        first, second = bytes(left), bytes(right)
        places = self.position(left, shared)
        head = b"{" + b",".join(
            b"%s:%s" % (quoted(name), place) for name, place in zip(shared, places, strict=True)
        )
        if second.startswith(head + b","):
            return first[:-1] + second[len(head) :]
        # The server writes columns in an order of its own.
        fields = self._forms.fields(right)
        if tuple(bytes(fields[name]) for name in shared) != places:
            return None
        members = [
            b"%s:%s" % (quoted(name), bytes(value))
            for name, value in fields.items()
            if name not in shared
        ]
        return b"%s,%s}" % (first[:-1], b",".join(members)) if members else first

    def beside_below(
        self, left: RawRecord, right: RawRecord, navigation: Sequence[str], shared: Sequence[str]
    ) -> bytes | None:
        """Return a row whose rows below have the members of both, those in `shared` once.

        `None` if the two are not of the same row, or have other rows below.
        """
        first, second = self._forms.fields(left), self._forms.fields(right)
        name, *deeper = navigation
        above, same = (
            {place: bytes(value) for place, value in fields.items() if place != name}
            for fields in (first, second)
        )
        ours, theirs = children(left, name), children(right, name)
        if above != same or len(ours) != len(theirs):
            return None
        rows = []
        for mine, other in zip(ours, theirs, strict=True):
            if deeper:
                row = self.beside_below(mine, other, deeper, shared)
            else:
                row = self.beside(mine, other, shared)
            if row is None:
                return None
            rows.append(row)
        members = {**above, name: b"[%s]" % b",".join(rows)}
        return b"{%s}" % b",".join(
            b"%s:%s" % (quoted(place), value) for place, value in members.items()
        )

    def below(self, record: RawRecord, navigation: Sequence[str]) -> list[bytes]:
        """Return the rows that `$expand` put under a row, as their schema promises them."""
        rows: list[RawRecord] = [record]
        for name in navigation:
            rows = [row for above in rows for row in children(above, name)]
        return [self._forms.rewritten(row) for row in rows]

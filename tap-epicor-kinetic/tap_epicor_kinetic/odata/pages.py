"""Pages to records, touching as little of them as exactness allows.

A record stays the bytes that the server wrote, so every number keeps every digit. Decoding it would
cost more than all else that the tap does; only a few records of a page are looked into, to learn
where the page stands in the order and whether this server writes records in a way that needs
rewriting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from tap_epicor_kinetic.exceptions import Answer, EpicorRetriableError, ODataResponseError
from tap_epicor_kinetic.odata.records import (
    DECODE_FIELDS,
    QUOTE,
    SCALAR,
    WHOLE_NUMBER,
    children,
    conformed,
    midnight_pattern,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tap_epicor_kinetic.odata.properties import Property
    from tap_epicor_kinetic.odata.records import Fields, RawRecord


class _Body(msgspec.Struct):
    value: list[msgspec.Raw]
    count: int | str | None = msgspec.field(name="@odata.count", default=None)
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)


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


class PageReader:
    """Reads the pages of one query: these properties, written by this server."""

    def __init__(
        self,
        source: str,
        properties: Sequence[Property],
        *,
        renames: Mapping[str, str] | None = None,
        nested: bool = False,
    ) -> None:
        """Compile what rewriting needs.

        Args:
            source: Name for errors, `Erp.BO.VendorSvc/Vendors`.
            properties: The selected properties.
            renames: The stream's name of each column that the server calls otherwise.
            nested: Whether the rows stand below those of the page, under `$expand`.
        """
        self._source = source
        self._properties = {prop.name: prop for prop in properties}
        self._renames = renames or {}
        self._nested = nested
        written = {name: other for other, name in self._renames.items()}
        days = [written.get(prop.name, prop.name) for prop in properties if prop.date_only]
        others = [written.get(prop.name, prop.name) for prop in properties if not prop.date_only]
        self._days = midnight_pattern(days, others)
        self._rewrite = bool(self._renames)

    def read(self, body: bytes) -> Page:
        """Return the page in an answer's body.

        Raises:
            EpicorRetriableError: If the JSON is cut off.
            ODataResponseError: If it is JSON, but no OData page.
        """
        # Line breaks can only be blanks between tokens in JSON; in a Singer line they would end it.
        if b"\n" in body:
            body = body.replace(b"\r", b" ").replace(b"\n", b" ")
        if self._days is not None:
            body = self._days.sub(b"", body)
        try:
            # Records are not decoded, and bytes that are no text would spoil the output.
            if not body.isascii():
                body.decode()
            page = _DECODE_BODY.decode(body)
        except msgspec.ValidationError as error:
            raise ODataResponseError(
                Answer(self._source, 200, f"the answer is no OData page ({error})"),
                "Check the service's name; a BAQ must end in /Data.",
            ) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise EpicorRetriableError(
                Answer(self._source, 200, "the JSON of the answer is broken or cut off")
            ) from error
        except RecursionError as error:
            raise ODataResponseError(
                Answer(self._source, 200, "the JSON of the answer is nested too deep")
            ) from error
        return Page(
            records=self._records(page.value),
            count=None if page.count is None else self._number_of_rows(page.count),
            next_link=page.next_link,
        )

    def _number_of_rows(self, count: int | str) -> int:
        if not _COUNT.match(str(count)):
            raise ODataResponseError(
                Answer(self._source, 200, "what the answer gives as @odata.count is none")
            )
        return int(count)

    def _records(self, raw: list[msgspec.Raw]) -> Sequence[RawRecord]:
        if not raw or self._nested:
            return raw
        if not self._rewrite:
            samples = [raw[index] for index in {0, len(raw) // 2, len(raw) - 1}]
            self._rewrite = any(
                b'": ' in bytes(sample) or self._is_foreign(self._fields(sample))
                for sample in samples
            ) or self._hides_quoted_number(raw, samples)
        return [self._rewritten(record) for record in raw] if self._rewrite else raw

    def _fields(self, record: RawRecord) -> Fields:
        try:
            return DECODE_FIELDS.decode(record)
        except msgspec.ValidationError as error:
            raise ODataResponseError(
                Answer(self._source, 200, "an element of the page is no record")
            ) from error

    def _is_foreign(self, fields: Fields) -> bool:
        """Return whether a record is not yet in the form that its schema promises."""
        for name, raw in fields.items():
            prop, value = self._properties.get(name), bytes(raw)
            if prop is None or (
                value[:1] == QUOTE and (prop.is_number or (prop.date_only and b"T" in value))
            ):
                return True
        return False

    def _hides_quoted_number(self, raw: list[msgspec.Raw], samples: Sequence[RawRecord]) -> bool:
        """Return whether a number that is null in all samples is text in another record.

        Only a BAQ with outer joins has numbers that are null.
        """
        fields = [self._fields(sample) for sample in samples]
        unknown = [
            written.encode()
            for written in fields[0]
            if (prop := self._properties.get(written)) is not None
            and prop.is_number
            and all(bytes(row.get(written, b"null")) == b"null" for row in fields)
        ]
        if not unknown:
            return False
        quoted = re.compile(b'"(?:%s)":"' % b"|".join(map(re.escape, unknown)))
        return any(quoted.search(bytes(record)) for record in raw)

    def _rewritten(self, record: RawRecord) -> bytes:
        """Return a record with only the selected properties, numbers as numbers, days as days."""
        members = []
        for written, value in self._fields(record).items():
            name = self._renames.get(written, written)
            if prop := self._properties.get(name):
                members.append(b"%s:%s" % (quoted(name), conformed(prop, bytes(value))))
        return b"{%s}" % b",".join(members)

    def position(self, record: RawRecord, names: Sequence[str]) -> tuple[bytes, ...]:
        """Return the bytes of some properties: where a record stands in the order.

        Raises:
            ODataResponseError: If the record lacks one of them.
        """
        fields = self._fields(record)
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
        fields = self._fields(right)
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
        first, second = self._fields(left), self._fields(right)
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
        return [self._rewritten(row) for row in rows]

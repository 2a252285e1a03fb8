"""The records of a page that are as their schema promises, told from those that must be rewritten.

Every record is looked at, but hardly one is decoded. With all but quotes, colons, backslashes and
brackets deleted, which takes half a microsecond, a record shows its *form*: how many members it
has, which of their values are strings, and which strings hold a colon, as a time of day does. A
form that a record with the same columns had before need not be looked into again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tap_epicor_kinetic.exceptions import Answer, ODataResponseError
from tap_epicor_kinetic.odata.mending import REPLACEMENT
from tap_epicor_kinetic.odata.notes import CHARACTERS, NUMBERS
from tap_epicor_kinetic.odata.records import (
    DECODE_FIELDS,
    NO_NUMBERS,
    QUOTE,
    conformed,
    conformed_day,
    is_time_of_day,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_epicor_kinetic.odata.notes import PageNotes
    from tap_epicor_kinetic.odata.properties import Property
    from tap_epicor_kinetic.odata.records import Fields, RawRecord

_WITHOUT_STRUCTURE = bytes(set(range(256)) - set(b'":\\{}[]\n'))
# Texts full of quotes and colons make forms of their own; the rest are a few dozen.
_MOST_FORMS = 4096
# A query has one, or a few if its columns are read in parts.
_MOST_ORDERS = 64


class RecordForms:
    """Knows which forms of one query's records need no rewriting."""

    def __init__(
        self,
        source: str,
        properties: Mapping[str, Property],
        renames: Mapping[str, str],
        notes: PageNotes,
        days: frozenset[str],
    ) -> None:
        """Begin without a known form.

        Args:
            source: Name for errors.
            properties: The selected properties by the stream's name.
            renames: The stream's name of each column that the server calls otherwise.
            notes: Hears of times in `days` and of numbers that are none.
            days: Columns that are taken for calendar days.
        """
        self.days = days
        self._source = source
        self._properties = properties
        self._renames = renames
        self._notes = notes
        # By the columns that the records have, in their order: without them a form says little.
        self._usual: dict[tuple[str, ...], set[bytes]] = {}

    def fields(self, record: RawRecord) -> Fields:
        """Return a record's members.

        Raises:
            ODataResponseError: If it is no record.
        """
        try:
            return DECODE_FIELDS.decode(record)
        except msgspec.ValidationError as error:
            raise ODataResponseError(
                Answer(self._source, 200, "an element of the page is no record")
            ) from error

    def conform(self, raw: list[msgspec.Raw]) -> Sequence[RawRecord]:
        """Return the records of a page without line breaks, as their schema promises them."""
        if not raw:
            return raw
        order = tuple(self.fields(raw[0]))
        usual = self._usual.get(order)
        if usual is None:
            if len(self._usual) >= _MOST_ORDERS:
                self._usual.clear()
            usual = self._usual.setdefault(order, set())
        forms = b"\n".join(raw).translate(None, _WITHOUT_STRUCTURE).split(b"\n")
        if usual.issuperset(forms):
            return raw
        if any(
            tuple(self.fields(record)) != order
            for form, record in zip(forms, raw, strict=True)
            if form not in usual
        ):
            # Where one lacks a column, another form may stand for other columns too.
            return [self.rewritten(record) for record in raw]
        return [
            record if form in usual else self._examined(record, form, usual)
            for form, record in zip(forms, raw, strict=True)
        ]

    def _examined(self, record: RawRecord, form: bytes, usual: set[bytes]) -> bytes:
        """Return a record as its schema promises, and remember its form if it was so already."""
        rewritten = self.rewritten(record)
        if rewritten == bytes(record) and not self._holds_text_for_a_number(record):
            if len(usual) >= _MOST_FORMS:
                usual.clear()
            usual.add(form)
        return rewritten

    def _holds_text_for_a_number(self, record: RawRecord) -> bool:
        """Return whether others of the same form may need rewriting, though this one does not."""
        return any(
            bytes(value)[:1] == QUOTE and (prop.is_number or prop.edm_type == "Edm.Boolean")
            for name, value in self.fields(record).items()
            if (prop := self._properties.get(self._renames.get(name, name)))
        )

    def rewritten(self, record: RawRecord) -> bytes:
        """Return a record with only the selected properties, numbers as numbers, days as days."""
        members = []
        for written, value in self.fields(record).items():
            name = self._renames.get(written, written)
            if prop := self._properties.get(name):
                members.append(b"%s:%s" % (quoted(name), self._value(record, prop, bytes(value))))
        return b"{%s}" % b",".join(members)

    def _value(self, record: RawRecord, prop: Property, value: bytes) -> bytes:
        if value[:1] != QUOTE:
            return value
        if prop.name in self.days:
            if is_time_of_day(value):
                self._notes.found_times(prop.name)
            return conformed_day(value)
        if prop.is_number and value in NO_NUMBERS:
            self._notes.replaced(NUMBERS, prop.name, bytes(record))
            return b"null"
        return conformed(prop, value)

    def note_replacements(self, records: Sequence[RawRecord]) -> None:
        """Note the characters that were replaced in a page."""
        for record in records:
            if REPLACEMENT not in bytes(record):
                continue
            for name, value in self.fields(record).items():
                if count := bytes(value).count(REPLACEMENT):
                    self._notes.replaced(CHARACTERS, name, bytes(record), count)

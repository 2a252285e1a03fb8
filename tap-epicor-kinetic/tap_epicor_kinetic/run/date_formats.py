"""Which date columns of a stream hold calendar days: chosen once, by values, and kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.odata.days import is_day, is_likely_day
from tap_epicor_kinetic.odata.records import DECODE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tap_epicor_kinetic.odata.notes import PageNotes
    from tap_epicor_kinetic.odata.properties import Property
    from tap_epicor_kinetic.odata.records import RawRecord

_KEY = "date_formats"
_DAY = "date"
_TIME = "date-time"


class DateFormats:
    """The format of each date column of a stream, `date` or `date-time`.

    What was chosen stands in the stream's part of the state, for all companies alike. A catalog
    that says otherwise than the name alone would was written by somebody who knows, and counts as a
    choice. A column of days becomes one of date-times when a time of day comes; none goes back.
    """

    def __init__(
        self, bookmarks: dict[str, Any], stream: str, properties: Iterable[Property]
    ) -> None:
        """Take over what was chosen.

        Args:
            bookmarks: The state's parts by stream, changed in place once something is chosen.
            stream: Name of the stream.
            properties: The stream's columns as the catalog says.
        """
        self._bookmarks = bookmarks
        self._stream = stream
        self._chosen: dict[str, str] = {}
        self._guessed: dict[str, str] = {}
        earlier = bookmarks.get(stream, {}).get(_KEY)
        earlier = earlier if isinstance(earlier, dict) else {}
        for prop in properties:
            if not prop.is_temporal:
                continue
            offered = _DAY if prop.date_only else _TIME
            is_settled = prop.edm_type == "Edm.Date" or prop.date_only != is_day(prop.name)
            choices = {earlier.get(prop.name), offered if is_settled else None} & {_DAY, _TIME}
            if choices:
                self._chosen[prop.name] = _TIME if _TIME in choices else _DAY
            else:
                self._guessed[prop.name] = offered

    @property
    def days(self) -> frozenset[str]:
        """The columns of calendar days, as far as is known."""
        formats = {**self._guessed, **self._chosen}
        return frozenset(name for name, known in formats.items() if known == _DAY)

    def applied(self, properties: Mapping[str, Property]) -> dict[str, Property]:
        """Return the columns with their formats as chosen."""
        days = self.days
        return {
            name: replace(prop, date_only=name in days) if prop.is_temporal else prop
            for name, prop in properties.items()
        }

    def open_among(self, columns: Iterable[str]) -> frozenset[str]:
        """Return those of some columns for which nothing was chosen yet."""
        return frozenset(name for name in columns if name in self._guessed)

    def choose(self, columns: Iterable[str], notes: PageNotes, sample: Sequence[RawRecord]) -> None:
        """Choose the formats of columns for good, by values.

        Args:
            columns: The columns, all of them taken for days while the sample was read.
            notes: Tell in which of them a time of day was found.
            sample: Records; without any, nothing is chosen.
        """
        filled: set[str] = set()
        for record in sample:
            fields = DECODE_FIELDS.decode(record)
            filled.update(name for name in columns if bytes(fields.get(name, b"null")) != b"null")
        for name in columns if sample else ():
            is_filled = name in filled
            has_days = name in notes.days and (is_filled or is_likely_day(name))
            self._choose(name, _DAY if has_days else _TIME)
        notes.choose_days(self.days)

    def turned(self, notes: PageNotes) -> list[str]:
        """Return the columns of days in which a time of day was found since, chosen anew."""
        turned = sorted(self.days - notes.days)
        for name in turned:
            self._choose(name, _TIME)
        return turned

    def _choose(self, name: str, chosen: str) -> None:
        self._guessed.pop(name, None)
        self._chosen[name] = chosen
        self._bookmarks.setdefault(self._stream, {}).setdefault(_KEY, {})[name] = chosen

    def in_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return a stream's JSON Schema with the formats as chosen.

        Columns that a stream map has made something else of stay as it made them.
        """
        formats = {**self._guessed, **self._chosen}
        properties = {
            name: {**each, "format": formats[name]}
            if name in formats and each.get("format") in {_DAY, _TIME}
            else each
            for name, each in schema["properties"].items()
        }
        return {**schema, "properties": properties}

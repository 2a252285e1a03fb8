"""Cursors: which column tells what changed, and where the next run begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import Answer, EpicorStreamError
from tap_epicor_kinetic.odata.literals import literal

if TYPE_CHECKING:
    from datetime import tzinfo

    from tap_epicor_kinetic.odata.properties import KeyValue, Property

ROW_VERSION = "SysRevID"

# A change that was stamped before a reading began, but committed only after it had passed its
# place, lies below the high water of that reading. The next one reaches back this far below it;
# rows that did not change cost the target nothing. Row versions count the changes of the whole
# database, so that a table at rest is not read back at all.
_ROW_VERSION_MARGIN = 200
_TIME_MARGIN = timedelta(minutes=5)
_DAY_MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The column that orders the changes of a source."""

    prop: Property

    @property
    def name(self) -> str:
        """Name of the column."""
        return self.prop.name

    @property
    def is_unique(self) -> bool:
        """Whether no two rows share a value, so that it is a total order by itself."""
        return self.prop.name == ROW_VERSION

    @property
    def is_comparable(self) -> bool:
        """Whether it can be told here which of two values is the higher one.

        How a server sorts text is its own affair.
        """
        return self.prop.is_temporal or self.prop.is_number

    def from_the_start(self) -> str:
        """Return a filter that every row with a value meets, in the form of `since`."""
        earliest: KeyValue = "1900-01-01T00:00:00" if self.prop.is_temporal else 0
        if not (self.prop.is_temporal or self.prop.is_number):
            earliest = ""
        return f"{self.name} ge {literal(earliest, self.prop.edm_type)}"

    def since(self, bookmark: KeyValue, high_water: KeyValue = None) -> str:
        """Return the filter for what may have changed since a bookmark, ties and margin included.

        Args:
            bookmark: Cursor of the last row sent.
            high_water: The highest cursor known when that reading began, if values of this cursor
                can be compared. It lies above the bookmark if a first load was interrupted, or if
                it is a row version: those are the database's.
        """
        try:
            start = self._reach_back(bookmark, high_water)
        except (ValueError, ArithmeticError) as error:
            raise EpicorStreamError(
                Answer(self.name, message="the bookmark in the state is no value of this column"),
                "Remove the stream's bookmark from the state; it is then loaded anew.",
            ) from error
        return f"{self.name} ge {literal(start, self.prop.edm_type)}"

    def _reach_back(self, bookmark: KeyValue, high_water: KeyValue) -> KeyValue:
        known = bookmark if high_water is None else high_water
        if self.prop.is_integer:
            number = int(str(known))
            reach = number - _ROW_VERSION_MARGIN if self.is_unique else number
            return max(0, min(int(str(bookmark)), reach))
        if isinstance(bookmark, str) and isinstance(known, str) and self.prop.is_temporal:
            start = min(bookmark, known, key=_instant)
            return _earlier(start, _DAY_MARGIN if self.prop.date_only else _TIME_MARGIN)
        if self.is_comparable:
            return min(bookmark, known, key=lambda value: Decimal(str(value)))
        return known


def _earlier(text: str, margin: timedelta) -> str:
    """Return a date or date-time text moved back, its zone kept as it was written."""
    digits, fraction, zone = _parts(text)
    moment = datetime.fromisoformat(digits) - margin
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"


def _instant(text: str) -> tuple[datetime, float]:
    """Return what orders dates and date-times, however they are written.

    As text `…:30.5Z` stands before `…:30Z`, and a zone counts for nothing.
    """
    digits, fraction, zone = _parts(text)
    # Python 3.10 reads neither `Z` nor every number of digits. Without a zone it is UTC.
    offset = zone.replace("Z", "+00:00") or "+00:00"
    return datetime.fromisoformat(digits).replace(tzinfo=_zone(offset)), float(f"0{fraction}")


def _zone(offset: str) -> tzinfo | None:
    return datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo


def _parts(text: str) -> tuple[str, str, str]:
    """Return date and time to the second, the fraction with its point, and the zone."""
    digits, zone = text[:19], text[19:]
    fraction = ""
    if zone.startswith("."):
        length = len(zone) - len(zone[1:].lstrip("0123456789"))
        fraction, zone = zone[:length], zone[length:]
    return digits, fraction, zone

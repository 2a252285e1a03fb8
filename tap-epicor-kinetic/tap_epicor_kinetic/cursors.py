"""Cursors: which column tells what changed, and where the next run begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tap_epicor_kinetic.odata import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_epicor_kinetic.odata import KeyValue, Property

PREFERENCE = ("UpdatedOn", "SysRevID", "ChangedOn", "LastChangedOn", "ChangeDate")
"""Cursor columns, best first.

`UpdatedOn` where an installation or BAQ has it; `SysRevID`, the row version that moves with every
change and that nearly every set has; then change dates, of which `ChangeDate` has a day's
resolution.
"""

_ROW_VERSION = "SysRevID"

# Changes that were already stamped when the last run read past them, but not yet committed, appear
# behind its bookmark. The next run reads this much again; unchanged rows cost the target nothing.
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
        return self.prop.name == _ROW_VERSION

    def from_the_start(self) -> str:
        """Return a filter that every row with a value meets, in the form of `since`."""
        earliest: KeyValue = "1900-01-01T00:00:00" if self.prop.is_temporal else 0
        if not (self.prop.is_temporal or self.prop.is_number):
            earliest = ""
        return f"{self.name} ge {literal(earliest, self.prop.edm_type)}"

    def since(self, bookmark: KeyValue) -> str:
        """Return the filter for everything that may have changed since a bookmark.

        Ties and margin included.
        """
        return f"{self.name} ge {literal(self._less_margin(bookmark), self.prop.edm_type)}"

    def _less_margin(self, bookmark: KeyValue) -> KeyValue:
        if isinstance(bookmark, str) and self.prop.is_integer:
            bookmark = int(bookmark)
        if isinstance(bookmark, int):
            return max(0, bookmark - _ROW_VERSION_MARGIN) if self.is_unique else bookmark
        if isinstance(bookmark, str) and self.prop.is_temporal:
            return _earlier(bookmark, _DAY_MARGIN if self.prop.date_only else _TIME_MARGIN)
        return bookmark


def _earlier(text: str, margin: timedelta) -> str:
    """Return a date or date-time text moved back, its zone kept as it was written."""
    digits, zone = text[:19], text[19:]
    fraction = ""
    if zone.startswith("."):
        length = len(zone) - len(zone[1:].lstrip("0123456789"))
        fraction, zone = zone[:length], zone[length:]
    moment = datetime.fromisoformat(digits) - margin
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"


def candidates(properties: Mapping[str, Property]) -> tuple[str, ...]:
    """Return the cursor columns that a source has, best first."""
    return tuple(name for name in PREFERENCE if name in properties)

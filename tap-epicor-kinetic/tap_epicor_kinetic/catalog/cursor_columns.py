"""Which columns can tell what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_epicor_kinetic.odata.properties import Property

PREFERENCE = ("UpdatedOn", "SysRevID", "ChangedOn", "LastChangedOn", "ChangeDate")
"""Cursor columns, best first.

`UpdatedOn` where an installation or BAQ has it; `SysRevID`, the row version that moves with every
change and that nearly every set has; then change dates, of which `ChangeDate` has a day's
resolution.
"""


def candidates(properties: Mapping[str, Property]) -> tuple[str, ...]:
    """Return the cursor columns that a source has, best first."""
    return tuple(name for name in PREFERENCE if name in properties)

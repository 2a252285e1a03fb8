"""Calendar days among the date-times: by name as a first guess, by values for good.

`$metadata` says Edm.DateTimeOffset of every date, and no name rule is right in every table.
"""

from __future__ import annotations

_DAY_NAMES = frozenset({"EffectiveFrom", "EffectiveTo", "EffFrom", "EffTo"})
_LIKELY_NAMES = frozenset({"TaxPoint", "DatePurged", "DateCollectionPosted"})


def is_day(name: str) -> bool:
    """Return whether a date-time column of this name is sure enough to hold calendar days.

    Epicor's SQL columns called `...Date` (and `PromiseDt`, effective dates) are of type `date`;
    `...On` are date-times.
    """
    bare = name.removesuffix("_c")
    return bare.endswith(("Date", "Dt")) or bare in _DAY_NAMES


def is_likely_day(name: str) -> bool:
    """Return whether a column without values is taken for one of days until a time shows.

    `Date01`, `UserDate1`, `DevDate2` are date-times in SQL that the screens use as days.
    """
    bare = name.removesuffix("_c")
    # A BAQ names its columns `Table_Column`.
    return is_day(bare.rstrip("0123456789")) or bare.rpartition("_")[2] in _LIKELY_NAMES

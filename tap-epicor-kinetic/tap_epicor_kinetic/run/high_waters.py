"""How far changes were known at which time, so that what is committed late is read again.

A row gets its version, or its number, when it is written, and is seen when that is committed. A
posting may hold its transaction for many minutes while thousands of other changes are numbered. So
what a number says is when it was given: all numbers up to one that was known at some time had been
given by then, and are committed `late_commit_minutes` later. A reading that began later still has
seen them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIRST_REACH = 100_000
"""Changes of a busy server in an hour, and more: as far as is read again after a first load."""
_CHANGES_IN_A_MINUTE = FIRST_REACH // 60
_MARKS_IN_A_MARGIN = 6


@dataclass(frozen=True, slots=True)
class HighWater:
    """The highest number that was known at a time.

    Attributes:
        at: Aware, in UTC.
        value: The number; nothing up to it was given later.
    """

    at: datetime
    value: int

    def as_state(self) -> dict[str, Any]:
        """Return it as it stands in the state."""
        return {"at": written(self.at), "value": self.value}


def from_state(entries: object) -> list[HighWater]:
    """Return what a state holds, the oldest first; what is no high water is left out."""
    found = []
    for entry in entries if isinstance(entries, list) else ():
        at = moment(entry.get("at")) if isinstance(entry, dict) else None
        value = entry.get("value") if at else None
        if at is not None and isinstance(value, int) and not isinstance(value, bool):
            found.append(HighWater(at, value))
    return sorted(found, key=lambda each: each.at)


def estimated(known: HighWater, margin: timedelta) -> HighWater:
    """Return what may have been known `margin` earlier, where nobody looked."""
    changes = max(FIRST_REACH, int(margin / timedelta(minutes=1)) * _CHANGES_IN_A_MINUTE)
    return HighWater(known.at - margin, max(0, known.value - changes))


def start(waters: Iterable[HighWater], last_began: datetime, margin: timedelta) -> int | None:
    """Return from which number to read on.

    Args:
        waters: The oldest first.
        last_began: When the last reading began.
        margin: How long a transaction may take.

    Returns:
        The newest number that was known `margin` before the last reading began; `None` without any.
    """
    old = [each.value for each in waters if each.at <= last_began - margin]
    return old[-1] if old else None


def kept(waters: Sequence[HighWater], began: datetime, margin: timedelta) -> list[HighWater]:
    """Return the high waters that later runs need: the newest old one, and the younger ones.

    Args:
        waters: The oldest first.
        began: When the reading began that comes last.
        margin: How long a transaction may take.
    """
    old = [each for each in waters if each.at <= began - margin]
    few = old[-1:]
    for each in waters:
        if each.at > began - margin and (
            not few or each.at - few[-1].at >= margin / _MARKS_IN_A_MARGIN
        ):
            few.append(each)
    return few


def written(at: datetime) -> str:
    """Return a time as it stands in the state."""
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: object) -> datetime | None:
    """Return a time of the state, `None` if it is none."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return None

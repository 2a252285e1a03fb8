"""What a run says at its end, in three lines: what was loaded, what changed, what is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from target_looker_staging.run.stream_load import StreamTally

_SHOWN = 8


def last_lines(
    tallies: Mapping[str, StreamTally], owed: Collection[str], reason: str = ""
) -> tuple[str, str, str]:
    """Return the lines.

    Args:
        tallies: Stream to what became of it.
        owed: What Looker is still to be told.
        reason: Why the load is not whole; empty if it is.
    """
    counts = {name: tally.received for name, tally in tallies.items()}
    changed = {name: tally for name, tally in tallies.items() if tally.changed}
    rows = [sum(getattr(each, what) for each in tallies.values()) for what in _CHANGES]
    loaded = _listed(f"{name} {count:,}" for name, count in counts.items())
    whats = ", ".join(f"{count:,} {what}" for count, what in zip(rows, _CHANGES, strict=True))
    return (
        f"Loaded: {sum(counts.values()):,} records of {len(counts)} streams{loaded}.",
        f"Changed: rows {whats}{_listed(changed)}.",
        f"Owed to Looker: {_owed(changed, owed, reason)}",
    )


_CHANGES = ("inserted", "updated", "deleted", "rejected")


def _owed(changed: Collection[str], owed: Collection[str], reason: str) -> str:
    if reason:
        streams = _listed(changed).strip(" ()") or "nothing new"
        return f"{streams}, when a run is whole. This one is not: {reason}"
    return f"{', '.join(owed)}." if owed else "nothing."


def _listed(items: Iterable[str]) -> str:
    """Return the first few in parentheses."""
    every = list(items)
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return f" ({', '.join(every[:_SHOWN])}{more})" if every else ""

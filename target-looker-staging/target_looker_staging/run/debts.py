"""What Looker is owed, and what of it can be told now: when all streams that it shows are whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from target_looker_staging.looker import Action
    from target_looker_staging.run.wholeness import Wholeness

_NEVER_LOADED = "it was never loaded"
# So many are named; a person mends the first, and looks again.
_SHOWN_STREAMS = 3


@dataclass(frozen=True, slots=True)
class Debt:
    """An action that Looker is owed.

    Attributes:
        streams: The streams that it tells of; empty: all of the schema.
        as_of: Up to when it tells of changes.
        waits_for: Which streams are not whole, and why, for people; empty if it can be told now.
    """

    action: Action
    streams: frozenset[str]
    as_of: datetime
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the run log says at one moment.

    Attributes:
        wholeness: Which streams are not whole.
        changes: Each stream that was ever loaded, and when its rows last changed.
        told: Actions, the streams of which they told (None: all), and up to when.
        owed: Actions that are in the run log as owed, with the streams that they were to tell of.
    """

    wholeness: Wholeness
    changes: Mapping[str, datetime | None]
    told: Sequence[tuple[Action, Sequence[str] | None, datetime]]
    owed: Mapping[Action, frozenset[str]]

    def debts(
        self, wanted: Mapping[Action, frozenset[str]], *, everything: bool = False
    ) -> list[Debt]:
        """Return what Looker is owed of what the settings name.

        Args:
            wanted: Actions and the streams that they depend on; none: all.
            everything: Changed or not.
        """
        return [
            self._debt(action, streams)
            for action, streams in wanted.items()
            if everything or action in self.owed or self._has_news(action, streams)
        ]

    def _debt(self, action: Action, streams: frozenset[str]) -> Debt:
        # Another job's settings may name other streams for the same plan: then it is told of both.
        streams = streams and streams | self.owed.get(action, frozenset())
        as_of = self.wholeness.as_of
        return Debt(action, streams, as_of, self._in_words(list(self._missing(streams))))

    def _has_news(self, action: Action, streams: frozenset[str]) -> bool:
        """Return whether rows changed of which this action has not told."""
        for stream in streams or self.changes:
            changed = self.changes.get(stream)
            told = max(self._told_of(action, stream), default=None)
            if changed is not None and (told is None or changed > told):
                return True
        return False

    def _told_of(self, action: Action, stream: str) -> Iterator[datetime]:
        for told, streams, as_of in self.told:
            if told == action and (streams is None or stream in streams):
                yield as_of

    def _missing(self, streams: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Yield the streams that are not whole, and why."""
        unwhole = self.wholeness.unwhole
        for stream in sorted(streams or unwhole):
            if stream in unwhole:
                yield stream, unwhole[stream]
            elif stream not in self.changes:
                yield stream, _NEVER_LOADED

    @staticmethod
    def _in_words(missing: Sequence[tuple[str, str]]) -> str:
        if not missing:
            return ""
        shown = "; ".join(f"{stream}: {reason}" for stream, reason in missing[:_SHOWN_STREAMS])
        more = len(missing) - _SHOWN_STREAMS
        return f"waits for {shown}" + (f"; and {more} more streams" if more > 0 else "")

"""A state set back to what the warehouse has, for a tap that takes more for loaded."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_looker_staging.exceptions import ReplayError
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.run.bookmarks import parts, with_bookmark
from target_looker_staging.run.comparison import Comparer
from target_looker_staging.run.history import RunHistory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_looker_staging.postgres.types import Connection
    from target_looker_staging.replay.meltano import Meltano, StateId
    from target_looker_staging.run.comparison import Gap
    from target_looker_staging.run.history import LoggedRun


@dataclass(frozen=True, slots=True)
class Healing:
    """A state, and what it has to be for the next run to load what is lacking.

    Attributes:
        gaps: Where the state was ahead of the warehouse.
        state: The state without them.
    """

    gaps: Sequence[Gap]
    state: Mapping[str, Any]


class Healer:
    """Sets states back to what a warehouse has."""

    def __init__(
        self,
        connection: Connection,
        schema: str,
        tables_of: Callable[[str], Sequence[str] | None],
    ) -> None:
        """Take the warehouse.

        Args:
            connection: Not within a transaction.
            schema: Postgres schema of the staging tables.
            tables_of: From a stream as the tap calls it to the tables that its records go to.
        """
        self._connection = connection
        self._history = RunHistory(schema)
        self._comparer = Comparer(schema)
        self._tables_of = tables_of

    def state_ids(self, chosen: str | None) -> list[str]:
        """Return the state id that was chosen, or those of all runs.

        Raises:
            ReplayError: If a run of one goes on, which would set its state anew when it ends.
        """
        with transaction(self._connection, READING_RUN_LOG) as cursor:
            found = self._history.state_ids(cursor)
        names = [chosen] if chosen else list(found)
        running = [name for name in names if found.get(name)]
        if running:
            raise ReplayError(f"A run of {', '.join(running)} still goes on. Wait for its end.")
        return names

    def run(self, run_id: str | None) -> LoggedRun:
        """Return a run, or the latest that went on from a state.

        Raises:
            ReplayError: If there is none.
        """
        with transaction(self._connection, READING_RUN_LOG) as cursor:
            if run_id is None:
                found = self._history.latest_with_state(cursor)
            else:
                found = self._history.run(cursor, run_id)
        if found is None:
            raise ReplayError(
                f"There is no run {run_id}. `looker-staging runs` shows the latest."
                if run_id
                else "No run in the run log went on from a state, so there is none to set back."
            )
        return found

    def heal(self, state: Mapping[str, Any]) -> Healing:
        """Return a state set back to what the warehouse has."""
        places = list(parts(state))
        with transaction(self._connection, READING_RUN_LOG) as cursor:
            gaps = self._comparer.compare(cursor, places, self._tables_of).gaps
        healed = deepcopy(dict(state))
        for gap in gaps:
            before = gap.place_before
            with_bookmark(healed, gap.part, before.bookmark if before else None)
        return Healing(gaps, healed)


def heal_in_meltano(
    healer: Healer, meltano: Meltano, state_id: StateId, *, dry_run: bool
) -> Sequence[Gap]:
    """Set a state of Meltano's back to what the warehouse has, and return where it was ahead."""
    kept = meltano.state(state_id)
    healing = healer.heal(kept.get("singer_state") or {})
    if healing.gaps and not dry_run:
        meltano.set_state(state_id, {**kept, "singer_state": healing.state})
    return healing.gaps

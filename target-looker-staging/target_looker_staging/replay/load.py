"""A load that is done again from the state before it, by Meltano or by hand."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from target_looker_staging.replay.meltano import with_bookmarks

if TYPE_CHECKING:
    from pathlib import Path

    from target_looker_staging.replay.meltano import Meltano, StateId
    from target_looker_staging.run.history import LoggedRun

logger = logging.getLogger("target-looker-staging")


def state_before(run: LoggedRun) -> dict[str, Any]:
    """Return the state from which a run began, as a tap takes it; empty if none is known."""
    return {name: part for name, part in (run.state_before or {}).items() if name != "run"}


def write_state(run: LoggedRun, path: Path) -> None:
    """Write the state from which a run began into a file."""
    path.write_text(json.dumps(state_before(run)) + "\n", encoding="utf-8")


def load_again(meltano: Meltano, state_id: StateId, run: LoggedRun) -> int:
    """Run tap and target from the state before a run, and return Meltano's exit code.

    The state that the schedule goes on from is touched only by a replay that went well, and only
    if it is what it was when the replay began.

    Raises:
        ReplayError: If Meltano refuses a state.
    """
    own = state_id.for_replay(run.run_id)
    scheduled = meltano.state(state_id)
    meltano.set_state(own, {"singer_state": state_before(run)})
    try:
        code = meltano.run(own, run.run_id)
        if code == 0:
            reached = meltano.state(own)
            if meltano.state(state_id) == scheduled:
                meltano.set_state(state_id, with_bookmarks(scheduled, reached))
            else:
                logger.warning("State %s has moved meanwhile, and stays as it is", state_id)
    finally:
        meltano.clear_state(own)
    return code

"""Who runs, as far as the settings, Meltano and the tap say."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What is known of a run when it begins.

    Attributes:
        target: The target's name and version.
        run_id: Names it; from the tap if the tap names its runs.
        invoked_by: Who or what started it, if the settings say so.
        tap: The tap's name and version, if it tells them.
        state_before: The tap's first state, if it came before everything else.
        companies: Whose records the tap reads, if it says so before the first one.
        state_id: Where Meltano keeps the state, as far as that is known.
        replay_of: Id of the run that this one does again.
        streams: What the tap reads, if it says so before the first record.
        loader: What Meltano calls the target.
        meltano_run_id: Meltano's own id of its run, as far as that is known.
    """

    target: str
    run_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    invoked_by: str | None = None
    tap: str | None = None
    state_before: Mapping[str, Any] | None = None
    companies: Sequence[str] | None = None
    state_id: str | None = None
    replay_of: str | None = None
    streams: Sequence[str] | None = None
    loader: str | None = None
    meltano_run_id: str | None = None

    def with_state(self, state: Mapping[str, Any]) -> RunIdentity:
        """Return what is known once the tap has sent its first state."""
        run = state.get("run")
        if not isinstance(run, dict):
            return replace(self, state_before=state)
        companies, streams = run.get("companies"), run.get("streams")
        return replace(
            self,
            state_before=state,
            run_id=str(run.get("id") or self.run_id),
            tap=run.get("tap"),
            companies=companies if isinstance(companies, list) else None,
            streams=tuple(streams) if isinstance(streams, dict) else None,
        )

    def bookmark(self, stream: str) -> Mapping[str, Any] | None:
        """Return a stream's bookmark when the run began."""
        bookmarks = (self.state_before or {}).get("bookmarks")
        return bookmarks.get(stream) if isinstance(bookmarks, dict) else None


def refused_identity(identity: RunIdentity) -> RunIdentity:
    """Return under which id a run is logged whose own is that of a run that goes on."""
    return replace(identity, run_id=f"{identity.run_id}/refused-{uuid.uuid4().hex[:8]}")

"""What a refresh asks of Looker, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class ActionKind(str, Enum):
    """What Looker can be asked; the values stand in the run log."""

    DATAGROUP = "datagroup"
    PDT_BUILD = "pdt_build"
    SCHEDULED_PLAN = "scheduled_plan"


class Status(str, Enum):
    """What became of an action; the values stand in the run log."""

    DONE = "done"
    FAILED = "failed"
    # The answer was lost: Looker may or may not have done it.
    UNKNOWN = "unknown"


class Action(NamedTuple):
    """One thing to ask.

    Attributes:
        target: `model::datagroup`, `model::view`, or the id of a scheduled plan.
    """

    kind: ActionKind
    target: str


@dataclass(frozen=True, slots=True)
class ActionReport:
    """What became of one action.

    Attributes:
        action: Its kind, as in the run log.
        target: As in `Action`.
        requested_at: When it was begun; with a time zone, UTC, by this machine's clock.
        finished_at: When its outcome was known.
        detail: For people: what Looker was told, or what went wrong and what to do.
        calls: The HTTP requests it took, failed ones included.
    """

    action: ActionKind
    target: str
    requested_at: datetime
    finished_at: datetime
    status: Status
    detail: str
    calls: int

    @property
    def ok(self) -> bool:
        """Return whether Looker did what it was asked."""
        return self.status is Status.DONE

    @property
    def owed(self) -> bool:
        """Return whether a later refresh must and may do it again.

        A plan whose answer was lost is not owed: to run it again might mail people twice.
        """
        return self.status is Status.FAILED


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What became of a refresh: one entry per action, in the order in which they were done.

    Attributes:
        calls: The HTTP requests of the whole refresh, logging in and out included.
    """

    actions: tuple[ActionReport, ...] = ()
    calls: int = 0

    @property
    def ok(self) -> bool:
        """Return whether every action was done; true when there was none."""
        return all(action.ok for action in self.actions)


class RefreshListener(Protocol):
    """Told of each action as it happens, so that a killed run leaves a trace of it."""

    def begin(self, action: Action, requested_at: datetime) -> None:
        """Take note that `action` is about to be asked of Looker."""

    def end(self, report: ActionReport) -> None:
        """Take note of what became of it."""

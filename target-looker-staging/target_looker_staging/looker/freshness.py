"""One refresh: what is due, in the order in which Looker must be asked, and what became of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from target_looker_staging.looker.clock import SystemClock
from target_looker_staging.looker.failures import LookerCallError
from target_looker_staging.looker.report import (
    Action,
    ActionKind,
    ActionReport,
    RefreshListener,
    RefreshReport,
    Status,
)
from target_looker_staging.looker.settings import (
    DatagroupRule,
    LookerSettings,
    PdtBuildRule,
    ScheduledPlanRule,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from target_looker_staging.looker.actions import Session
    from target_looker_staging.looker.clock import Clock

logger = logging.getLogger(__name__)

Rule = DatagroupRule | PdtBuildRule | ScheduledPlanRule

# Meltano's `config test` sends it through a target to see whether it takes records.
TEST_STREAM = "meltano_test_stream"


def action_streams(settings: LookerSettings) -> dict[Action, frozenset[str]]:
    """Return what the settings name, in the order of a refresh, with the streams it depends on.

    None is all streams. An action that is named twice depends on those of both.
    """
    found: dict[Action, frozenset[str]] = {}
    for action, rule in _rules(settings):
        streams = frozenset(rule.streams)
        before = found.get(action, streams)
        found[action] = before | streams if before and streams else frozenset()
    return found


def due_actions(
    settings: LookerSettings,
    changed_streams: frozenset[str],
    owed: Collection[Action] = (),
) -> tuple[Action, ...]:
    """Return what `refresh` would do, in its order, without asking Looker anything."""
    return tuple(action for action, _ in _due(settings, changed_streams, owed))


def refresh(
    settings: LookerSettings,
    changed_streams: frozenset[str],
    *,
    owed: Collection[Action] = (),
    listener: RefreshListener | None = None,
    clock: Clock | None = None,
) -> RefreshReport:
    """Tell Looker that new data is there: datagroups, then PDT builds, then scheduled plans.

    Call it after the last commit of a whole load. A plan mails people what Looker shows, so plans
    are held back (and owed) when a datagroup or a build before them failed.

    Args:
        settings: What to ask of which Looker.
        changed_streams: Streams of which this load changed a row. With `refresh_when: changed`,
            an action is due if one of its streams is among them.
        owed: Actions that an earlier refresh failed to do; those no longer in the settings are
            left out. Nothing is done with `refresh_when: never`.
        listener: Told of each action before and after.
        clock: The time to go by; this machine's if absent.

    Returns:
        What became of each action. Whatever goes wrong with Looker is in it; nothing is raised.
    """
    due = _due(settings, changed_streams, owed)
    if not due:
        return RefreshReport()
    run = _Run(settings, clock or SystemClock(), listener)
    return run.perform(due)


def _due(
    settings: LookerSettings, changed_streams: frozenset[str], owed: Collection[Action]
) -> list[tuple[Action, Rule]]:
    if settings.refresh_when == "never":
        return []
    changed = changed_streams - {TEST_STREAM}
    due: dict[Action, Rule] = {}
    for action, rule in _rules(settings):
        if (
            action in owed
            or settings.refresh_when == "always"
            or (changed & frozenset(rule.streams) if rule.streams else changed)
        ):
            # Named twice, with other streams say, it is done once: a plan mails people.
            due.setdefault(action, rule)
    return list(due.items())


def _rules(settings: LookerSettings) -> list[tuple[Action, Rule]]:
    return [
        *((Action(ActionKind.DATAGROUP, each.target), each) for each in settings.datagroups),
        *((Action(ActionKind.PDT_BUILD, each.target), each) for each in settings.pdt_builds),
        *(
            (Action(ActionKind.SCHEDULED_PLAN, each.target), each)
            for each in settings.scheduled_plans
        ),
    ]


@dataclass
class _Run:
    """A refresh under way."""

    settings: LookerSettings
    clock: Clock
    listener: RefreshListener | None

    def perform(self, due: list[tuple[Action, Rule]]) -> RefreshReport:
        # Here, not at the top: the SDK takes half a second to import, and most runs need none.
        from target_looker_staging.looker import actions, guard  # noqa: PLC0415

        reports: list[ActionReport] = []
        with guard.connect(self.settings, self.clock) as client:
            session = actions.Session(client, self.clock)
            for action, rule in due:
                held_back = action.kind is ActionKind.SCHEDULED_PLAN and not all(
                    each.ok for each in reports if each.action is not ActionKind.SCHEDULED_PLAN
                )
                reports.append(self._one(session, action, rule, held_back=held_back))
        report = RefreshReport(tuple(reports), client.calls)
        logger.info(
            "Looker: %d of %d actions done, %d calls",
            sum(each.ok for each in reports),
            len(reports),
            report.calls,
        )
        return report

    def _one(
        self, session: Session, action: Action, rule: Rule, *, held_back: bool
    ) -> ActionReport:
        requested_at, calls_before = self._now(), session.client.calls
        if self.listener is not None:
            self.listener.begin(action, requested_at)
        if held_back:
            status = Status.FAILED
            detail = "not sent, because Looker would not yet have shown the new data"
        else:
            status, detail = _ask(session, rule)
        report = ActionReport(
            action.kind,
            action.target,
            requested_at,
            self._now(),
            status,
            detail,
            session.client.calls - calls_before,
        )
        level = logging.INFO if report.ok else logging.WARNING
        logger.log(level, "Looker, %s %s: %s", action.kind.value, action.target, detail)
        if self.listener is not None:
            self.listener.end(report)
        return report

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), timezone.utc)


def _ask(session: Session, rule: Rule) -> tuple[Status, str]:
    from target_looker_staging.looker import actions  # noqa: PLC0415  # as above

    try:
        if isinstance(rule, DatagroupRule):
            return Status.DONE, actions.trigger_datagroup(session, rule)
        if isinstance(rule, PdtBuildRule):
            return Status.DONE, actions.build_pdt(session, rule)
        return Status.DONE, actions.run_plan(session, rule)
    except actions.ActionError as error:
        return Status.FAILED, str(error)
    except LookerCallError as error:
        if isinstance(rule, ScheduledPlanRule) and error.is_ambiguous:
            return Status.UNKNOWN, (
                f"{error}; the plan may have been sent, so it is not sent again: look at the "
                "schedule history in Looker"
            )
        return Status.FAILED, str(error)

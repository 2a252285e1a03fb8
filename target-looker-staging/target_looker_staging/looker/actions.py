"""The three things that Looker can be asked, each with what it takes to know that it was done."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from importlib.metadata import version
from itertools import chain, repeat
from typing import TYPE_CHECKING

from looker_sdk import models40 as models

from target_looker_staging.looker.failures import (
    NOT_FOUND,
    UNPROCESSABLE,
    Failure,
    LookerCallError,
)

if TYPE_CHECKING:
    from target_looker_staging.looker.clock import Clock
    from target_looker_staging.looker.guard import LookerClient
    from target_looker_staging.looker.settings import (
        DatagroupRule,
        PdtBuildRule,
        ScheduledPlanRule,
    )

SOURCE = f"target-looker-staging:{version('target-looker-staging')}"
# Pauses before Looker is told the same time again, when it says that this is its future: the
# header `Date` came from a proxy whose clock is ahead of Looker's.
FUTURE_PAUSES = (2.0, 5.0, 15.0)
# Each question after a build counts against the API quota of Looker's licence.
POLL_PAUSES = (5.0, 10.0, 20.0, 40.0)
LONGEST_POLL_PAUSE = 60.0
SHOWN_NAMES = 10

MISSING_PDT = (
    "not found or not permitted: check model and view, that the API user may `develop` that model"
)
MISSING_PLAN = (
    "not found or not permitted: check the id; an API user who is no administrator may run only "
    "plans of its own"
)


class ActionError(Exception):
    """Looker did not do what it was asked; the message is for people and for the run log."""


@dataclass(frozen=True, slots=True)
class SeenDatagroup:
    """A datagroup that this user sees.

    Attributes:
        is_watched: It has a trigger of its own in LookML, which Looker has looked at.
        trigger_fails: Looker could not look.
    """

    id: str
    model: str
    name: str
    is_watched: bool = False
    trigger_fails: bool = False

    @classmethod
    def of(cls, entry: object) -> SeenDatagroup | None:
        """Return one as Looker describes it; None if it is not described as the API promises."""
        if not isinstance(entry, dict):
            return None
        found, model, name = (entry.get(key) for key in ("id", "model_name", "name"))
        if not (isinstance(model, str) and isinstance(name, str) and isinstance(found, str | int)):
            return None
        value, error = entry.get("trigger_value"), entry.get("trigger_error")
        return cls(str(found), model, name, bool(value or error), bool(error))


@dataclass
class Session:
    """A client, and what is asked of Looker only once in a refresh.

    Attributes:
        triggered: Ids of the datagroups that were triggered so far.
    """

    client: LookerClient
    clock: Clock
    triggered: set[str] = field(default_factory=set)

    @cached_property
    def datagroups(self) -> list[SeenDatagroup]:
        """Return every datagroup that this user sees.

        Not as the SDK's models: one field of one of them that the SDK does not expect would be an
        error for all.

        Raises:
            LookerCallError: If there is no list of them.
        """
        text = self.client.call("get", "/datagroups", str)
        try:
            entries = json.loads(text)
        except (ValueError, RecursionError):
            entries = None
        if not isinstance(entries, list):
            raise LookerCallError(
                Failure.UNREADABLE, "the answer is not what the API promises (no list)"
            )
        return [each for each in map(SeenDatagroup.of, entries) if each is not None]

    @cached_property
    def datagroup_ids(self) -> dict[tuple[str, str], str]:
        """Return the id of each visible datagroup by (model, name); ids differ per instance."""
        return {(each.model, each.name): each.id for each in self.datagroups}

    @cached_property
    def stale_before(self) -> int:
        """Return a whole second after the last commit that Looker's clock has reached.

        The commit came before the first request of this refresh, so it is older than the second
        after the one in that request's answer; wait until that has come.
        """
        if self.client.server_time is None:
            self.client.call("versions")
        reached = self.client.server_time
        if reached is None:
            # No `Date` in the answers: this machine's clock is all there is.
            return math.floor(self.clock.now())
        second = math.floor(reached) + 1
        self.clock.sleep(second - reached)
        return second


def trigger_datagroup(session: Session, rule: DatagroupRule) -> str:
    """Make results cached before now stale, and start the datagroup's PDTs and schedules.

    Raises:
        ActionError: If there is no such datagroup for this user.
        LookerCallError: If Looker could not be told.
    """
    datagroup_id = _datagroup_id(session, rule)
    if datagroup_id in session.triggered:
        # Once by its name and once by its id: plans that wait for it would be sent twice.
        return "already triggered under its other name"
    second = session.stale_before
    body = models.WriteDatagroup(stale_before=second, triggered_at=second)
    for pause in (*FUTURE_PAUSES, None):
        try:
            session.client.call("update_datagroup", datagroup_id, body)
            break
        except LookerCallError as error:
            if error.status == NOT_FOUND:
                raise ActionError(missing_datagroup(session, rule)) from error
            if error.status != UNPROCESSABLE or pause is None:
                raise
            session.clock.sleep(pause)
    session.triggered.add(datagroup_id)
    moment = datetime.fromtimestamp(second, timezone.utc)
    return f"stale before {moment:%Y-%m-%dT%H:%M:%SZ} and triggered"


def build_pdt(session: Session, rule: PdtBuildRule) -> str:
    """Build a persistent derived table and wait for its end; stop it when its time is up.

    Raises:
        ActionError: If there is no such table for this user, or the build did not end well.
        LookerCallError: If Looker could not be asked.
    """
    begun = session.clock.monotonic()
    try:
        build: models.MaterializePDT = session.client.call(
            "start_pdt_build",
            rule.model,
            rule.view,
            force_rebuild=str(rule.force_rebuild).lower(),
            force_full_incremental=str(rule.force_full_incremental).lower(),
            source=SOURCE,
        )
    except LookerCallError as error:
        if error.status == NOT_FOUND:
            raise ActionError(
                f"{MISSING_PDT}, and that the connection has PDT API Control switched on"
            ) from error
        raise
    build_id = str(build.materialization_id)
    pauses = chain(POLL_PAUSES, repeat(LONGEST_POLL_PAUSE))
    for pause in pauses:
        status = _build_status(build)
        if status == "complete":
            return f"built in {session.clock.monotonic() - begun:.0f} s"
        if status in {"error", "killed", "unknown"}:
            raise ActionError(
                f"the build ended as {status}: see the PDT's log in Looker's admin pages"
            )
        left = begun + rule.timeout_seconds - session.clock.monotonic()
        if left <= 0:
            _stop_build(session, build_id)
            raise ActionError(
                f"stopped after {rule.timeout_seconds:.0f} s, still {status}: the table keeps its "
                "old content; give the build more timeout_seconds or look into its SQL"
            )
        session.clock.sleep(min(pause, left))
        build = session.client.call("check_pdt_build", build_id)
    raise AssertionError("the pauses never end")


def run_plan(session: Session, rule: ScheduledPlanRule) -> str:
    """Run a copy of a scheduled plan once: its recipients get mail.

    Raises:
        ActionError: If there is no such plan for this user.
        LookerCallError: If Looker could not be told, or may have been without a sign of it.
    """
    try:
        plan = session.client.call("scheduled_plan_run_once_by_id", rule.plan_id, repeatable=False)
    except LookerCallError as error:
        if error.status == NOT_FOUND:
            raise ActionError(MISSING_PLAN) from error
        raise
    return f"sent as plan {plan.id}"


def _datagroup_id(session: Session, rule: DatagroupRule) -> str:
    if not rule.model:
        return rule.name
    found = session.datagroup_ids.get((rule.model, rule.name))
    if found is None:
        raise ActionError(missing_datagroup(session, rule))
    return found


def missing_datagroup(session: Session, rule: DatagroupRule) -> str:
    """Return what to say and to check when Looker knows no such datagroup for this user."""
    text = (
        "not found or not permitted: check the name, that its LookML is deployed to production, "
        "and that the API user has see_datagroups and update_datagroups for the model"
    )
    if rule.model:
        names = sorted("::".join(key) for key in session.datagroup_ids)
        text += f"; this user sees {', '.join(names[:SHOWN_NAMES]) or 'no datagroup at all'}"
    return text


def _build_status(build: models.MaterializePDT) -> str:
    """Return the status of a build, which is JSON text inside the JSON answer.

    One of added, pending, running, complete, error, killed, unknown (as Apache Airflow's Google
    provider 22.8 reads it). Its message is left out: the database's words may quote a row.
    """
    try:
        return str(json.loads(build.resp_text or "")["status"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return "unknown"


def _stop_build(session: Session, build_id: str) -> None:
    try:
        session.client.call("stop_pdt_build", build_id, SOURCE)
    except LookerCallError as error:
        raise ActionError(f"its time is up, and it could not be stopped: {error}") from error

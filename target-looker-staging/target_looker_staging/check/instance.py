"""Whether Looker lets the API user do what the settings ask for; nothing is changed by looking.

Looker has no call that lists one's own rights, and answers 404 alike for what is not there and for
what is not permitted. So each thing is looked at as a refresh would use it, as far as that goes
without an effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from looker_sdk import models40 as models

from target_looker_staging.check.connection import NO_RIGHT, inspect_connection, pdt_control
from target_looker_staging.check.findings import Answer, Finding
from target_looker_staging.looker.actions import (
    MISSING_PDT,
    MISSING_PLAN,
    ActionError,
    SeenDatagroup,
    Session,
    missing_datagroup,
)
from target_looker_staging.looker.clock import SystemClock
from target_looker_staging.looker.failures import (
    BAD_REQUEST,
    UNPROCESSABLE,
    LookerCallError,
)
from target_looker_staging.looker.folders import find_folder
from target_looker_staging.looker.guard import FEW_ATTEMPTS, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_looker_staging.looker.clock import Clock
    from target_looker_staging.looker.guard import LookerClient
    from target_looker_staging.looker.settings import (
        DatagroupRule,
        LookerSettings,
        PdtBuildRule,
        ScheduledPlanRule,
    )
    from target_looker_staging.postgres.settings import PostgresSettings

API = "4.0"
DOUBLE_TRIGGER = (
    "it would fire twice for one load: its LookML has a trigger of its own (sql_trigger), and the "
    "settings trigger it as well; take it out of looker_datagroups, or that trigger out of its "
    "LookML"
)
FAILING_TRIGGER = "; that trigger fails, see Admin > Datagroups in Looker"


def inspect_looker(
    settings: LookerSettings, postgres: PostgresSettings | None, clock: Clock | None = None
) -> tuple[list[Finding], int]:
    """Return what was found, and how many calls it took.

    Args:
        settings: What to look for, and where.
        postgres: The warehouse that Looker should reach; `None` if the settings name none.
        clock: The time to go by; this machine's if absent.
    """
    clock = clock or SystemClock()
    with connect(settings, clock, FEW_ATTEMPTS) as client:
        findings = _Inspection(client, settings, postgres, clock).perform()
    return findings, client.calls


@dataclass(frozen=True, slots=True)
class ModelAccess:
    """What this user sees of a model.

    Attributes:
        connection: The connection that it uses.
        may_develop: Whether the user may; `None` if Looker does not say.
    """

    connection: str | None = None
    may_develop: bool | None = None


class _Inspection:
    """One look at everything; what several things need is asked once."""

    def __init__(
        self,
        client: LookerClient,
        settings: LookerSettings,
        postgres: PostgresSettings | None,
        clock: Clock,
    ) -> None:
        self._client = client
        self._settings = settings
        self._postgres = postgres
        self._session = Session(client, clock)
        self._models: dict[str, ModelAccess] = {}

    def perform(self) -> list[Finding]:
        client, settings = self._client, self._settings
        log_in = _look(f"Looker {settings.base_url}", _log_in, client)
        if log_in.answer is Answer.NO:
            return [log_in]
        findings = [log_in, _look("Looker's API", _release, client)]
        findings += [
            _look(f"datagroup {each.target}", self._datagroup, each) for each in settings.datagroups
        ]
        findings += [_look(f"model {name}", self._model, name) for name in self._model_names()]
        findings += [
            _look(f"PDT build {each.target}", self._pdt, each) for each in settings.pdt_builds
        ]
        findings += [
            _look(f"scheduled plan {each.target}", _plan, client, each)
            for each in settings.scheduled_plans
        ]
        if settings.dashboards_folder:
            subject = f"dashboards folder {settings.dashboards_folder}"
            findings.append(_look(subject, _folder, client, settings.dashboards_folder))
        connections = {each.connection for each in self._models.values() if each.connection}
        findings += [
            _look(f"connection {name}", inspect_connection, client, self._postgres, name)
            for name in sorted(connections)
        ]
        return findings

    def _datagroup(self, rule: DatagroupRule) -> tuple[Answer, str]:
        for each in self._session.datagroups:
            if (each.model, each.name) == (rule.model, rule.name) or (
                not rule.model and each.id == rule.name
            ):
                break
        else:
            return Answer.NO, missing_datagroup(self._session, rule)
        try:
            # Sets nothing, and so finds out whether the user may set something.
            self._client.call("update_datagroup", each.id, models.WriteDatagroup())
        except LookerCallError as error:
            if error.status in NO_RIGHT:
                advice = "ask the Looker administrator for update_datagroups on the model"
                return Answer.NO, f"this user sees it, but may not trigger it: {advice}"
            # That Looker looked into the body means that the user may send one.
            if error.status not in {BAD_REQUEST, UNPROCESSABLE}:
                raise
        if each.is_watched:
            return Answer.NO, (DOUBLE_TRIGGER + (FAILING_TRIGGER if each.trigger_fails else ""))
        return Answer.YES, "" if rule.model else f"{each.model}::{each.name}"

    def _model_names(self) -> list[str]:
        named = {each.model for each in self._settings.datagroups}
        named |= {each.model for each in self._settings.pdt_builds}
        return sorted(named - {""})

    def _model(self, name: str) -> tuple[Answer, str]:
        try:
            found = self._client.call(
                "lookml_model", name, fields="name,explores,allowed_db_connection_names"
            )
        except LookerCallError as error:
            if error.status not in NO_RIGHT:
                raise
            if any(each.model == name for each in self._seen_datagroups()):
                note = "it is there, for its datagroups are; this user may not look into it"
                return Answer.UNKNOWN, note
            return Answer.NO, (
                "not found or not permitted: check that the LookML block is deployed to production "
                "under this name, and that the role of the API user has it in its model set"
            )
        self._models[name] = self._access(found)
        explores = len(found.explores or ())
        return Answer.YES, f"{explores} explores"

    def _seen_datagroups(self) -> list[SeenDatagroup]:
        return self._session.datagroups if self._settings.datagroups else []

    def _access(self, model: models.LookmlModel) -> ModelAccess:
        for explore in (model.explores or ())[:1]:
            try:
                found = self._client.call(
                    "lookml_model_explore",
                    str(model.name),
                    str(explore.name),
                    fields="connection_name,can_develop",
                )
                return ModelAccess(found.connection_name, found.can_develop)
            except LookerCallError as error:
                if error.status not in NO_RIGHT:
                    raise
        allowed = model.allowed_db_connection_names or ()
        return ModelAccess(allowed[0] if len(allowed) == 1 else None)

    def _pdt(self, rule: PdtBuildRule) -> tuple[Answer, str]:
        access = self._models.get(rule.model, ModelAccess())
        if access.may_develop is False:
            advice = "ask the Looker administrator for develop on the model"
            return Answer.NO, f"this user may not build its tables: {advice}"
        try:
            self._client.call("graph_derived_tables_for_view", rule.view, models=rule.model)
        except LookerCallError as error:
            if error.status in NO_RIGHT:
                return Answer.NO, MISSING_PDT
            raise
        return pdt_control(self._client, access.connection)


def _log_in(client: LookerClient) -> tuple[Answer, str]:
    user = client.call("me", fields="id,display_name")
    return (
        Answer.YES,
        f"logged in as {user.display_name or 'a user without a name'}, id {user.id}",
    )


def _release(client: LookerClient) -> tuple[Answer, str]:
    found = client.call("versions")
    offered = [each.version for each in found.supported_versions or ()]
    note = f"Looker {found.looker_release_version}, API {', '.join(map(str, offered))}"
    if API in offered:
        return Answer.YES, note
    return Answer.NO, f"{note}: this release is too old, API {API} is needed"


def _plan(client: LookerClient, rule: ScheduledPlanRule) -> tuple[Answer, str]:
    try:
        plan = client.call("scheduled_plan", rule.plan_id, fields="id,name,title,enabled,datagroup")
    except LookerCallError as error:
        if error.status in NO_RIGHT:
            return Answer.NO, MISSING_PLAN
        raise
    name = plan.name or plan.title or "a plan without a name"
    if plan.datagroup:
        return Answer.NO, (
            f"'{name}' would be delivered twice: Looker sends it by itself when the datagroup "
            f"{plan.datagroup} fires; take it out of looker_scheduled_plans"
        )
    return Answer.YES, f"'{name}'" + ("" if plan.enabled in {True, None} else ", switched off")


def _folder(client: LookerClient, wanted: str) -> tuple[Answer, str]:
    return Answer.YES, str(find_folder(client, wanted))


def _look(subject: str, look: Callable[..., tuple[Answer, str]], *arguments: object) -> Finding:
    try:
        answer, note = look(*arguments)
    except (ActionError, LookerCallError) as error:
        return Finding(subject, Answer.NO, str(error))
    return Finding(subject, answer, note)

"""What makes content fresh: datagroups, builds of persistent derived tables, scheduled plans."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.looker.errors import LookerApiError, invalid, not_found
from sandbox.looker.instance import Build, Plan
from sandbox.looker.routing import Answer

if TYPE_CHECKING:
    from sandbox.looker.instance import Datagroup, Instance
    from sandbox.looker.routing import Request


def all_datagroups(instance: Instance, request: Request) -> Answer:
    """List the datagroups. Assumed: those of models without `see_datagroups` are left out."""
    return Answer(
        [
            _datagroup(each)
            for each in instance.datagroups
            if request.caller.may("see_datagroups", each.model)
        ]
    )


def datagroup(instance: Instance, request: Request) -> Answer:
    """Show one datagroup."""
    return Answer(_datagroup(_find_datagroup(instance, request, "see_datagroups")))


def update_datagroup(instance: Instance, request: Request) -> Answer:
    """Make cached results stale and trigger the datagroup, which sends the plans bound to it."""
    found = _find_datagroup(instance, request, "update_datagroups")
    changes = {
        name: _past_second(instance, name, request.body[name])
        for name in ("stale_before", "triggered_at")
        if request.body.get(name) is not None
    }
    found.stale_before = changes.get("stale_before", found.stale_before)
    if "triggered_at" in changes:
        instance.fire(found, changes["triggered_at"])
    return Answer(_datagroup(found))


def all_scheduled_plans(instance: Instance, request: Request) -> Answer:
    """List the caller's plans; with `all_users` those of everybody, for who may see them."""
    everybody = request.query.get("all_users") == "true"
    if everybody and not request.caller.may("see_schedules"):
        raise not_found()
    owner = request.query.get("user_id", request.caller.id)
    return Answer(
        [
            _plan(each)
            for each in instance.plans
            if everybody or each.user_id == owner
            if not each.run_once
        ]
    )


def scheduled_plan(instance: Instance, request: Request) -> Answer:
    """Show one plan."""
    return Answer(_plan(_find_plan(instance, request)))


def scheduled_plan_run_once_by_id(instance: Instance, request: Request) -> Answer:
    """Copy a plan into a new one that runs once, and run that: its recipients get mail."""
    original = _find_plan(instance, request)
    copy = Plan(instance.new_id(), original.name, original.user_id, original.address, run_once=True)
    instance.plans.append(copy)
    instance.deliver(original, "run_once")
    return Answer(_plan(copy))


def graph_derived_tables_for_view(instance: Instance, request: Request) -> Answer:
    """Draw a derived table. Assumed: to who may develop its model; "not found" to all others."""
    view, wanted = request.path["view"], request.query.get("models", "")
    for pdt in instance.pdts:
        if pdt.view == view and pdt.model in (wanted or pdt.model).split(","):
            if not request.caller.may("develop", pdt.model):
                break
            return Answer({"graph_text": f'digraph {{ "{pdt.model}.{view}" }}'})
    raise not_found()


def start_pdt_build(instance: Instance, request: Request) -> Answer:
    """Start a build. Assumed: without the connection's PDT API control the answer is 400."""
    model, view = request.path["model_name"], request.path["view_name"]
    for pdt in instance.pdts:
        if (pdt.model, pdt.view) == (model, view) and request.caller.may("develop", model):
            if not all(each.pdt_api_control for each in instance.connections):
                raise LookerApiError(400, "PDT API Control is not enabled for the connection")
            build = Build(instance.new_id(), pdt)
            instance.builds[build.id] = build
            return Answer(_build(build))
    raise not_found()


def check_pdt_build(instance: Instance, request: Request) -> Answer:
    """Tell how far a build is; each question brings it one step on."""
    build = _find_build(instance, request)
    build.asked += 1
    return Answer(_build(build))


def stop_pdt_build(instance: Instance, request: Request) -> Answer:
    """Stop a build."""
    build = _find_build(instance, request)
    build.stopped = True
    return Answer(_build(build))


def _past_second(instance: Instance, field: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid(field, "must be a whole number of seconds")
    if value > instance.clock():
        raise invalid(field, "cannot be in the future")
    return value


def _find_datagroup(instance: Instance, request: Request, permission: str) -> Datagroup:
    for each in instance.datagroups:
        if each.id == request.path["datagroup_id"] and request.caller.may(permission, each.model):
            return each
    raise not_found()


def _find_plan(instance: Instance, request: Request) -> Plan:
    for each in instance.plans:
        if each.id == request.path["scheduled_plan_id"] and (
            request.caller.admin or each.user_id == request.caller.id
        ):
            return each
    raise not_found()


def _find_build(instance: Instance, request: Request) -> Build:
    build = instance.builds.get(request.path["materialization_id"])
    if build is None or not request.caller.may("develop", build.pdt.model):
        raise not_found()
    return build


def _datagroup(each: Datagroup) -> dict[str, Any]:
    return {
        "id": each.id,
        "model_name": each.model,
        "name": each.name,
        "created_at": each.created_at,
        "stale_before": each.stale_before,
        "triggered_at": each.triggered_at,
        "trigger_check_at": each.trigger_check_at or each.triggered_at,
        "trigger_value": each.trigger_value,
        "trigger_error": each.trigger_error,
        "can": {},
        **each.oddities,
    }


def _plan(each: Plan) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "title": each.name,
        "user_id": each.user_id,
        "enabled": True,
        "run_once": each.run_once,
        "datagroup": each.datagroup,
        "crontab": None if each.datagroup or each.run_once else "0 7 * * 1",
        "scheduled_plan_destination": [
            {
                "id": f"9{each.id}",
                "scheduled_plan_id": each.id,
                "format": "wysiwyg_pdf",
                "type": "email",
                "address": each.address,
            }
        ],
    }


def _build(build: Build) -> dict[str, Any]:
    # The status is JSON inside JSON (Apache Airflow's Google provider reads it so).
    status = {"status": build.status}
    if build.status == "error" and build.pdt.error:
        status["message"] = build.pdt.error
    told = json.dumps(status) if build.pdt.answer is None else build.pdt.answer
    return {"materialization_id": build.id, "resp_text": told}

"""The stand-in answers the official SDK as a Looker instance does."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import looker_sdk
import pytest
import requests
from looker_sdk import models40 as models
from looker_sdk.rtl.api_settings import ApiSettings, SettingsConfig

from sandbox.looker.faults import Fault, Kind
from sandbox.looker.instance import MODEL, SHARED_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

    from looker_sdk.sdk.api40.methods import Looker40SDK

    from sandbox.looker.server import LookerServer
    from tests.fixtures.openapi import ApiDescription

DASHBOARD = """
- dashboard: ap_ageing
  title: AP ageing
  preferred_slug: a1b2c3d4e5f6a1b2c3d4e5
  elements: []
"""


@pytest.fixture(autouse=True)
def _no_error_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the SDK from looking up error pages outside of this machine."""

    def refuse(*_: object, **__: object) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr("looker_sdk.error.ErrorDocHelper.get_index", refuse)


def connect(server: LookerServer, user: str = "sandbox-looker") -> Looker40SDK:
    """Return the official SDK, logged in as the user whose id and secret begin with `user`."""

    class Settings(ApiSettings):
        def read_config(self) -> SettingsConfig:
            return {
                "base_url": server.base_url,
                "client_id": f"{user}-id",
                "client_secret": f"{user}-secret",
                "timeout": "10",
            }

    return looker_sdk.init40(config_settings=Settings())


def test_sdk_reads_every_answer(looker: LookerServer) -> None:
    """Each operation's answer becomes the model that the SDK promises for it."""
    sdk = connect(looker)
    folder = sdk.create_folder(models.CreateFolder(name="Epicor", parent_id=SHARED_FOLDER))
    board = sdk.import_dashboard_from_lookml(
        models.WriteDashboardLookml(folder_id=folder.id, lookml=DASHBOARD)
    )
    build = sdk.start_pdt_build(MODEL, "stock_by_day", source="test")
    assert board.id
    assert build.materialization_id
    answers: list[tuple[object, type]] = [
        (sdk.versions(), models.ApiVersion),
        (sdk.me(), models.User),
        (sdk.all_datagroups()[0], models.Datagroup),
        (sdk.datagroup("21"), models.Datagroup),
        (sdk.update_datagroup("21", models.WriteDatagroup(stale_before=1)), models.Datagroup),
        (sdk.all_scheduled_plans()[0], models.ScheduledPlan),
        (sdk.scheduled_plan("31"), models.ScheduledPlan),
        (sdk.scheduled_plan_run_once_by_id("31"), models.ScheduledPlan),
        (sdk.check_pdt_build(build.materialization_id), models.MaterializePDT),
        (sdk.stop_pdt_build(build.materialization_id, "test"), models.MaterializePDT),
        (sdk.all_lookml_models()[0], models.LookmlModel),
        (sdk.lookml_model(MODEL), models.LookmlModel),
        (sdk.lookml_model_explore(MODEL, "ap_invoices"), models.LookmlModelExplore),
        (sdk.graph_derived_tables_for_view("stock_by_day"), models.DependencyGraph),
        (sdk.all_connections()[0], models.DBConnection),
        (sdk.connection("warehouse"), models.DBConnection),
        (sdk.test_connection("warehouse")[0], models.DBConnectionTestResult),
        (sdk.search_folders(name="Epi%")[0], models.Folder),
        (sdk.folder(SHARED_FOLDER), models.Folder),
        (sdk.search_dashboards(slug="a1b2c3d4e5f6a1b2c3d4e5")[0], models.Dashboard),
        (sdk.dashboard(board.id), models.Dashboard),
        (sdk.dashboard_lookml(board.id), models.DashboardLookml),
        (sdk.move_dashboard(board.id, SHARED_FOLDER), models.Dashboard),
    ]
    sdk.auth.logout()
    assert [(type(answer), model) for answer, model in answers if type(answer) is not model] == []
    assert {call.status for call in looker.calls} == {200, 204}


@pytest.mark.skipif("not __import__('os').environ.get('LOOKER_OPENAPI')")
def test_description_is_not_always_satisfied(
    looker: LookerServer, looker_api: ApiDescription
) -> None:
    """The check against the API description sees a wrong type, parameter and status."""
    sdk = connect(looker)
    sdk.all_datagroups()
    call = looker.calls.pop()
    call.answer[0]["created_at"] = "today"
    call.query["colour"] = "red"
    assert len(looker_api.violations(call)) == 2


def test_datagroup_keeps_what_it_was_told(looker: LookerServer) -> None:
    """An update is there when the datagroup is read again."""
    sdk = connect(looker)
    now = int(time.time())
    sdk.update_datagroup("22", models.WriteDatagroup(stale_before=now, triggered_at=now - 60))
    read = sdk.datagroup("22")
    assert (read.stale_before, read.triggered_at) == (now, now - 60)


def test_triggered_datagroup_sends_its_plans(looker: LookerServer) -> None:
    """A plan bound to a datagroup goes out when that is triggered, and not when its cache ends."""
    sdk = connect(looker)
    sdk.update_datagroup("21", models.WriteDatagroup(stale_before=1))
    assert looker.instance.deliveries == []
    sdk.update_datagroup("21", models.WriteDatagroup(triggered_at=1))
    assert [each.plan_id for each in looker.instance.deliveries] == ["32"]


def future(server: LookerServer) -> dict[str, Any]:
    """Return a time that Looker has not reached."""
    return {"stale_before": int(server.instance.clock()) + 100}


@pytest.mark.parametrize(
    ("identity", "method", "path", "body", "status"),
    [
        pytest.param("sandbox-looker", "PATCH", "/datagroups/21", future, 422, id="future"),
        pytest.param(
            "sandbox-looker", "PATCH", "/datagroups/21", {"triggered_at": 1.5}, 422, id="fraction"
        ),
        pytest.param(
            "sandbox-looker", "PATCH", "/datagroups/99", {"triggered_at": 1}, 404, id="unknown"
        ),
        pytest.param(
            "viewer", "PATCH", "/datagroups/21", {"triggered_at": 1}, 404, id="no-permission"
        ),
        pytest.param(
            "sandbox-looker", "POST", "/scheduled_plans/33/run_once", {}, 404, id="plan-of-another"
        ),
        pytest.param(
            "admin", "POST", "/scheduled_plans/33/run_once", {}, 200, id="admin-runs-any-plan"
        ),
        pytest.param(
            "sandbox-looker", "POST", "/folders", {"name": "x"}, 422, id="folder-without-parent"
        ),
        pytest.param(
            "viewer", "POST", "/folders", {"name": "x", "parent_id": "1"}, 404, id="folder-refused"
        ),
        pytest.param(
            "sandbox-looker", "POST", "/dashboards/lookml", {"lookml": "a: ["}, 422, id="bad-yaml"
        ),
        pytest.param(
            "viewer", "GET", "/derived_table/epicor_kinetic/stock_by_day/start", {}, 404, id="pdt"
        ),
        pytest.param(
            "viewer", "GET", "/derived_table/graph/view/stock_by_day", {}, 404, id="graph"
        ),
        pytest.param("viewer", "GET", "/connections/warehouse", {}, 404, id="connection"),
        pytest.param(
            "admin", "GET", "/lookml_models/epicor_kinetic/explores/none", {}, 404, id="explore"
        ),
        pytest.param(
            "admin", "PATCH", "/dashboards/99/move?folder_id=1", {}, 404, id="move-of-nothing"
        ),
    ],
)
def test_says_no_as_looker_does(
    looker: LookerServer,
    identity: str,
    method: str,
    path: str,
    body: dict[str, Any] | Callable[[LookerServer], dict[str, Any]],
    status: int,
) -> None:
    """What is wrong or not permitted gets Looker's status, and "not permitted" is a 404."""
    sdk = connect(looker, identity)
    token = sdk.auth.authenticate({})["Authorization"]
    answer = requests.request(
        method,
        f"{looker.base_url}/api/4.0{path}",
        json=(body(looker) if callable(body) else body) or None,
        headers={"Authorization": token},
        timeout=10,
    )
    assert answer.status_code == status
    assert status == 200 or answer.json().keys() >= {"message", "documentation_url"}


def test_wrong_secret_is_not_found(looker: LookerServer) -> None:
    """A login with wrong credentials gets 404, and the log of calls has no secret."""
    with pytest.raises(looker_sdk.error.SDKError):
        connect(looker, "nobody").me()
    assert [(call.operation, call.status) for call in looker.calls] == [("login", 404)]
    assert looker.calls[0].body == {"client_id": "nobody-id"}


def test_tokens_end(looker: LookerServer) -> None:
    """A token is refused after its life, after a revocation and after a logout."""
    statuses = []
    for end in ("life", "revocation", "logout"):
        token = looker.instance.issue_token(looker.instance.users[0])
        headers = {"Authorization": f"Bearer {token}"}
        if end == "life":
            looker.instance.tokens[token] = (looker.instance.users[0], time.time() - 1)
        elif end == "revocation":
            looker.instance.revoke_tokens()
        else:
            requests.delete(f"{looker.base_url}/api/logout", headers=headers, timeout=10)
        url = f"{looker.base_url}/api/4.0/user"
        statuses.append(requests.get(url, headers=headers, timeout=10).status_code)
    assert statuses == [401, 401, 401]


def test_build_takes_several_polls(looker: LookerServer) -> None:
    """A PDT build is added, pending, running and then complete."""
    sdk = connect(looker)
    build = sdk.start_pdt_build(MODEL, "stock_by_day")
    texts = [build.resp_text]
    texts += [sdk.check_pdt_build(build.materialization_id or "").resp_text for _ in range(3)]
    statuses = [json.loads(text or "")["status"] for text in texts]
    assert statuses == ["added", "pending", "running", "complete"]


def test_same_slug_overwrites(looker: LookerServer) -> None:
    """A dashboard with a slug that exists is overwritten in place; without one it is another."""
    sdk = connect(looker)
    first = sdk.import_dashboard_from_lookml(models.WriteDashboardLookml(lookml=DASHBOARD))
    again = sdk.import_dashboard_from_lookml(
        models.WriteDashboardLookml(lookml=DASHBOARD.replace("AP ageing", "AP by age"))
    )
    other = sdk.import_dashboard_from_lookml(
        models.WriteDashboardLookml(lookml="- dashboard: ap_ageing")
    )
    assert (again.id, again.title) == (first.id, "AP by age")
    assert other.id != first.id


@pytest.mark.parametrize(
    ("fault", "error", "status"),
    [
        pytest.param(Fault(Kind.STATUS, status=429, retry_after="3"), None, 429, id="too-many"),
        pytest.param(Fault(Kind.HTML, status=502), None, 502, id="bad-gateway"),
        pytest.param(Fault(Kind.MAINTENANCE), None, 200, id="maintenance"),
        pytest.param(Fault(Kind.REVOKED), None, 401, id="revoked"),
        pytest.param(Fault(Kind.SLOW, seconds=0.1), None, 200, id="slow"),
        pytest.param(Fault(Kind.HANG), requests.ReadTimeout, None, id="hang"),
        pytest.param(Fault(Kind.HANGING_BODY), requests.ConnectionError, 500, id="hanging-body"),
        pytest.param(Fault(Kind.RESET), requests.ConnectionError, None, id="reset"),
    ],
)
def test_faults_strike_once(
    looker: LookerServer, fault: Fault, error: type[Exception] | None, status: int | None
) -> None:
    """A planned fault spoils one call, and the call after it goes well."""
    token = looker.instance.issue_token(looker.instance.users[0])
    looker.faults.add(fault)

    def call(token: str) -> requests.Response:
        return requests.get(
            f"{looker.base_url}/api/4.0/user",
            headers={"Authorization": f"Bearer {token}"},
            timeout=(5, 0.3),
        )

    if error is None:
        answer = call(token)
        assert answer.status_code == status
        assert answer.headers.get("Retry-After") == fault.retry_after
    else:
        with pytest.raises(error):
            call(token)
    assert looker.calls[0].status == status
    assert call(looker.instance.issue_token(looker.instance.users[0])).status_code == 200


def test_handled_fault_leaves_its_effect(looker: LookerServer) -> None:
    """A call whose answer is lost may have been handled all the same."""
    looker.faults.add(Fault(Kind.RESET, "scheduled_plan_run_once_by_id", handled=True))
    with pytest.raises(looker_sdk.error.SDKError):
        connect(looker).scheduled_plan_run_once_by_id("31")
    assert [each.cause for each in looker.instance.deliveries] == ["run_once"]

"""When Looker is told, and what is owed to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from sandbox.looker.faults import Fault, Kind
from target_looker_staging.commands.cli import main
from target_looker_staging.exceptions import LoadIncompleteError, LookerRefreshError
from target_looker_staging.looker.guard import RETRY_SECONDS
from tests.looker.times import FakeClock
from tests.target.conftest import record, schema, vendor
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

PLAN = "scheduled_plan_run_once_by_id"
REFUSED = Fault(Kind.STATUS, "update_datagroup", times=None, status=403)


def settings(looker: LookerServer, **changes: Any) -> dict[str, Any]:
    """Return settings that reach a test's Looker, with one datagroup."""
    return {
        "looker_base_url": looker.base_url,
        "looker_client_id": "sandbox-looker-id",
        "looker_client_secret": "sandbox-looker-secret",
        "looker_datagroups": ["epicor_kinetic::staging"],
        **changes,
    }


@pytest.fixture
def load(staging: Staging, looker: LookerServer) -> Callable[..., list[str]]:
    """Give a complete load of vendors that returns what Looker was then told."""

    def run(*numbers: int, complete: bool = True, **changes: Any) -> list[str]:
        before = len(looker.operations())
        last = run_state(len(numbers), complete=complete, run_id=f"run at {before}")
        staging.sync(schema(), *map(vendor, numbers), last, **settings(looker, **changes))
        told = {"update_datagroup", "start_pdt_build", PLAN}
        return [name for name in looker.operations()[before:] if name in told]

    return run


def refreshes(staging: Staging) -> list[tuple[Any, ...]]:
    """Return what the run log has of refreshes."""
    return staging.rows("SELECT action, target, status FROM _looker_refreshes ORDER BY id")


def test_change_is_told_once(load: Callable[..., list[str]], staging: Staging) -> None:
    """A complete load that changed rows is told; one that changed none is not."""
    assert load(1, 2) == ["update_datagroup"]
    assert load(1, 2) == []
    assert refreshes(staging) == [("datagroup", "epicor_kinetic::staging", "done")]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("always", ["update_datagroup"], id="always"),
        pytest.param("never", [], id="never"),
    ],
)
def test_refresh_when(load: Callable[..., list[str]], when: str, expected: list[str]) -> None:
    """The settings may ask for a refresh after every load, or for none."""
    load(1, looker_refresh_when=when)
    assert load(1, looker_refresh_when=when) == expected


def test_only_what_depends_on_the_change(load: Callable[..., list[str]], staging: Staging) -> None:
    """A datagroup that names its streams is told of their changes only."""
    groups = [
        {"name": "epicor_kinetic::payables", "streams": ["vendors"]},
        {"name": "epicor_kinetic::inventory", "streams": ["parts"]},
    ]
    load(1, looker_datagroups=groups)
    assert refreshes(staging) == [("datagroup", "epicor_kinetic::payables", "done")]


def test_incomplete_load_is_not_told(
    load: Callable[..., list[str]], staging: Staging, looker: LookerServer
) -> None:
    """Part of a load is no news, until the rest has come; then all of it is."""
    with pytest.raises(LoadIncompleteError, match="did not reach its end"):
        load(1, 2, complete=False)
    assert looker.operations() == []
    [(status, error)] = staging.rows("SELECT status, error FROM _sync_runs")
    assert (status, error) == ("incomplete", "The tap did not reach its end.")
    assert load(1, 2) == ["update_datagroup"]


def test_records_that_got_lost(staging: Staging, looker: LookerServer) -> None:
    """A load that lacks a record which the tap sent is not told."""
    with pytest.raises(LoadIncompleteError, match="sent 2 records, 1 arrived"):
        staging.sync(schema(), vendor(1), run_state(2), **settings(looker))
    assert looker.operations() == []


def test_failed_load_is_not_told(staging: Staging, looker: LookerServer) -> None:
    """A load that failed is not told, whatever the tap says."""
    bad = vendor(2, VendorNum="x")
    with pytest.raises(Exception, match="'VendorNum'"):
        staging.sync(schema(), vendor(1), bad, run_state(2), **settings(looker))
    assert looker.operations() == []


def test_meltanos_test_is_not_told(staging: Staging, looker: LookerServer) -> None:
    """What Meltano sends to test a loader is no news."""
    definition = {"properties": {"id": {"type": "integer"}}}
    done = {"type": "STATE", "value": {"bookmarks": {"meltano_test_stream": {}}}}
    rows = [schema("meltano_test_stream", definition, ["id"]), record("meltano_test_stream", id=1)]
    staging.sync(*rows, done, **settings(looker))
    assert looker.operations() == []


def test_refresh_that_failed_is_owed(
    load: Callable[..., list[str]], staging: Staging, looker: LookerServer
) -> None:
    """Rows and state stay when Looker cannot be told; the next run tells it, with no new rows."""
    looker.faults.add(REFUSED)
    with pytest.raises(LookerRefreshError, match="rows are staged, but Looker was not told"):
        load(1)
    assert staging.value("SELECT count(*) FROM vendors") == 1
    assert staging.value("SELECT status FROM _sync_runs") == "complete"
    looker.faults.clear()
    assert load(1) == ["update_datagroup"]
    assert load(1) == []
    assert [status for _, _, status in refreshes(staging)] == ["failed", "done"]


@pytest.fixture
def clock(looker: LookerServer, monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Give the time by which the target waits for Looker."""
    clock = FakeClock()
    looker.instance.clock = clock.now
    monkeypatch.setattr("target_looker_staging.looker.freshness.SystemClock", lambda: clock)
    return clock


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(Kind.REVOKED, "update_datagroup"), id="token-revoked-in-mid-run"),
        pytest.param(
            Fault(Kind.STATUS, "*", times=3, status=429, retry_after="7"), id="too-many-requests"
        ),
        pytest.param(Fault(Kind.HTML, "all_datagroups", status=502), id="bad-gateway-page"),
        pytest.param(Fault(Kind.HANGING_BODY, "login", status=503), id="hanging-error-page"),
    ],
)
def test_refresh_survives(
    load: Callable[..., list[str]], looker: LookerServer, clock: FakeClock, fault: Fault
) -> None:
    """What may pass does no harm: everything is told in the end, and the plan once."""
    looker.faults.add(fault)
    load(1, looker_scheduled_plans=["31"], looker_timeout_seconds=1)
    assert looker.instance.datagroups[0].triggered_at
    assert [each.cause for each in looker.instance.deliveries].count("run_once") == 1
    if fault.retry_after:
        assert clock.waits[:3] == [7, 7, 7]


def test_unreachable_looker(
    load: Callable[..., list[str]], staging: Staging, looker: LookerServer, clock: FakeClock
) -> None:
    """With Looker away the load lands all the same, in bounded time, and the refresh is owed."""
    looker.stop()
    with pytest.raises(LookerRefreshError, match="Looker cannot be reached"):
        load(1, looker_scheduled_plans=["31"])
    assert staging.value("SELECT count(*) FROM vendors") == 1
    assert staging.value("SELECT status FROM _sync_runs") == "complete"
    assert {status for _, _, status in refreshes(staging)} == {"failed"}
    assert sum(clock.waits) <= RETRY_SECONDS


def test_repeated_job_is_no_news(staging: Staging, looker: LookerServer) -> None:
    """A scheduler that does a job again under the id of its complete run mails nobody again."""
    plans = settings(looker, looker_datagroups=[], looker_scheduled_plans=["31"])
    done = {"type": "STATE", "value": {"bookmarks": {"vendors": {}}}}
    for _ in range(2):
        staging.sync(schema(), vendor(1), done, run_id="night-1", **plans)
    assert refreshes(staging) == [("scheduled_plan", "31", "done")]
    assert staging.rows("SELECT run_id, rows_changed FROM _sync_runs ORDER BY 1") == [
        ("night-1", 1),
        ("night-1/2", 0),
    ]


def test_refresh_that_may_fail(load: Callable[..., list[str]], looker: LookerServer) -> None:
    """With `looker_on_error: warn` a refresh that fails is owed, but no error."""
    looker.faults.add(REFUSED)
    load(1, looker_on_error="warn")
    looker.faults.clear()
    assert load(1) == ["update_datagroup"]


@pytest.mark.parametrize(
    ("action", "target", "status", "expected"),
    [
        pytest.param("datagroup", "epicor_kinetic::staging", "owed", 1, id="datagroup-owed"),
        pytest.param("datagroup", "epicor_kinetic::staging", "begun", 1, id="datagroup-begun"),
        pytest.param("scheduled_plan", "31", "owed", 1, id="plan-owed"),
        pytest.param("scheduled_plan", "31", "begun", 0, id="plan-begun-may-have-mailed"),
        pytest.param("scheduled_plan", "31", "unknown", 0, id="plan-answer-lost"),
    ],
)
def test_process_that_died_before_or_in_a_refresh(
    load: Callable[..., list[str]],
    staging: Staging,
    action: str,
    target: str,
    status: str,
    expected: int,
) -> None:
    """What a dead process left untold is told by the next run, but a plan never twice."""
    load(1, looker_datagroups=[])
    staging.rows(
        "INSERT INTO _looker_refreshes (run_id, action, target, status) "
        "SELECT run_id, %s, %s, %s FROM _sync_runs",
        action,
        target,
        status,
    )
    # Nothing else is in the settings: what they did not name was not told of the first load.
    named: dict[str, Any] = {"looker_datagroups": [], "looker_scheduled_plans": []}
    named["looker_datagroups" if action == "datagroup" else "looker_scheduled_plans"] = [target]
    assert len(load(1, **named)) == expected


def test_plan_of_a_dead_process_is_told_of(
    load: Callable[..., list[str]], staging: Staging, caplog: pytest.LogCaptureFixture
) -> None:
    """People are told once that a plan may or may not have been sent, and where to look."""
    load(1, looker_datagroups=[])
    staging.rows(
        "INSERT INTO _looker_refreshes (run_id, action, target, status) "
        "SELECT run_id, 'scheduled_plan', '31', 'begun' FROM _sync_runs"
    )
    for _ in range(2):
        load(1, looker_scheduled_plans=["31"])
    assert refreshes(staging)[0] == ("scheduled_plan", "31", "unknown")
    assert caplog.text.count("Scheduled plan 31 may or may not have been sent") == 1


def test_command_pays_what_is_owed(
    load: Callable[..., list[str]], staging: Staging, looker: LookerServer, tmp_path: Path
) -> None:
    """The operator's command tells Looker at once what is owed, and all if asked to."""
    looker.faults.add(REFUSED)
    with pytest.raises(LookerRefreshError):
        load(1)
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**staging.config, **settings(looker)}))

    def pay(*options: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(config), "refresh", *options])

    failed = pay()
    assert failed.exit_code == 1
    assert "epicor_kinetic::staging" in failed.stderr
    looker.faults.clear()
    action, target, status = pay().stdout.splitlines()[1].split()[:3]
    assert (action, target, status) == ("datagroup", "epicor_kinetic::staging", "done")
    assert pay().stdout == "Actions due: 0. Calls to Looker: 0.\n"
    assert pay("--all").stdout.splitlines()[-1] == "Actions due: 1. Calls to Looker: 4."
    assert refreshes(staging)[-1] == ("datagroup", "epicor_kinetic::staging", "done")

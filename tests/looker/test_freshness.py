"""A refresh tells Looker what is due, in order and in time, and reports what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.looker.faults import Fault, Kind
from sandbox.looker.instance import Connection, Instance, User
from target_looker_staging.looker import (
    Action,
    ActionKind,
    ActionReport,
    RefreshReport,
    Status,
    due_actions,
    refresh,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sandbox.looker.server import LookerServer
    from target_looker_staging.looker import LookerSettings
    from tests.looker.conftest import SettingsFactory
    from tests.looker.times import FakeClock

PLAN = "scheduled_plan_run_once_by_id"
STAGING = "epicor_kinetic::staging"
STOCK = "epicor_kinetic::stock_by_day"
CHANGED = frozenset({"vendors"})
ALL_THREE = {"datagroups": [STAGING], "pdt_builds": [STOCK], "scheduled_plans": ["31"]}


def run(
    settings: LookerSettings,
    clock: FakeClock,
    changed: frozenset[str] = CHANGED,
    owed: Collection[Action] = (),
) -> RefreshReport:
    """Return the report of a refresh right after a commit."""
    return refresh(settings, changed, owed=owed, clock=clock)


def outcomes(report: RefreshReport) -> list[tuple[str, Status]]:
    """Return target and status of each action."""
    return [(each.target, each.status) for each in report.actions]


def test_order(looker: LookerServer, settings: SettingsFactory, clock: FakeClock) -> None:
    """Datagroups come first, then builds, then plans: a plan mails what the others made."""
    report = run(settings(**ALL_THREE), clock)
    assert outcomes(report) == [
        (STAGING, Status.DONE),
        (STOCK, Status.DONE),
        ("31", Status.DONE),
    ]
    assert looker.operations() == [
        *("login", "all_datagroups", "update_datagroup"),
        *("start_pdt_build", "check_pdt_build", "check_pdt_build", "check_pdt_build"),
        *(PLAN, "logout"),
    ]
    assert report.calls == len(looker.calls)
    assert report.ok


@pytest.mark.parametrize("skew", [0.0, 3600.0, -3600.0, 0.6, -86400.5])
@pytest.mark.parametrize("fraction", [0.0, 0.25, 0.999])
def test_time_is_after_the_commit_and_not_in_the_future(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    skew: float,
    fraction: float,
) -> None:
    """Looker gets a time of its own clock after the commit, whatever the clock here says."""
    clock.seconds = 1_790_000_000 + fraction
    looker.instance.clock = lambda: clock.seconds + skew
    committed = looker.instance.clock()
    report = run(settings(datagroups=[STAGING]), clock)
    told = looker.instance.datagroups[0]
    assert report.ok
    assert told.stale_before == told.triggered_at
    assert told.stale_before is not None
    assert committed < told.stale_before <= looker.instance.clock()
    assert sum(clock.waits) <= 1.0
    assert looker.operations().count("update_datagroup") == 1


def test_proxy_with_a_fast_clock(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """When `Date` is ahead of the clock that Looker checks against, wait until it has come."""
    looker.date_skew = 4.0
    report = run(settings(datagroups=[STAGING]), clock)
    assert outcomes(report) == [(STAGING, Status.DONE)]
    assert looker.operations().count("update_datagroup") > 1


def test_proxy_with_a_wrong_clock(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """When `Date` is hours ahead, the action fails after a bounded wait, with Looker's reason."""
    looker.date_skew = 7200.0
    report = run(settings(datagroups=[STAGING]), clock)
    assert outcomes(report) == [(STAGING, Status.FAILED)]
    assert "cannot be in the future" in report.actions[0].detail
    assert sum(clock.waits) <= 30


def test_datagroups_are_looked_up_once(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """Two datagroups cost one list and two updates, told the same time."""
    run(settings(datagroups=[STAGING, "epicor_kinetic::payables"]), clock)
    assert looker.operations() == [
        *("login", "all_datagroups", "update_datagroup", "update_datagroup", "logout")
    ]
    assert len({each.stale_before for each in looker.instance.datagroups[:2]}) == 1


def test_datagroup_by_id(looker: LookerServer, settings: SettingsFactory, clock: FakeClock) -> None:
    """A datagroup named by its id is not looked up, which saves a call of Looker's quota."""
    run(settings(datagroups=["22"]), clock)
    assert looker.operations() == ["login", "versions", "update_datagroup", "logout"]
    assert looker.instance.datagroups[1].triggered_at


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"datagroups": ["epicor_kinetic::sales"]}, "epicor_kinetic::staging", id="dg"),
        pytest.param({"datagroups": ["99"]}, "not found or not permitted", id="dg-id"),
        pytest.param({"pdt_builds": ["epicor_kinetic::x"]}, "PDT API Control", id="pdt"),
        pytest.param({"scheduled_plans": ["33"]}, "plans of its own", id="plan-of-another"),
    ],
)
def test_missing_and_forbidden_say_what_to_check(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    changes: dict[str, list[str]],
    words: str,
) -> None:
    """Looker says "not found" for both; the detail tells what to look at, and it stays owed."""
    report = run(settings(**changes), clock)
    assert report.actions[0].owed
    assert "not found or not permitted" in report.actions[0].detail
    assert words in report.actions[0].detail
    assert looker.instance.deliveries == []


def test_user_without_rights(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A user who sees no datagroup is told so."""
    looker.instance.users.append(User("9", "weak", "pw"))
    weak = settings(client_id="weak", client_secret="pw", datagroups=[STAGING])
    assert "no datagroup at all" in run(weak, clock).actions[0].detail


def test_build_is_polled_ever_more_rarely(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A long build is asked after in growing pauses: each question counts against a quota."""
    looker.instance.pdts[1].polls = 8
    report = run(settings(pdt_builds=[STOCK]), clock)
    assert clock.waits == [5, 10, 20, 40, 60, 60, 60, 60]
    assert report.actions[0].detail == "built in 315 s"


def test_build_is_stopped_when_its_time_is_up(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A build that never ends is stopped in Looker, not left to run."""
    looker.instance.pdts[1].polls = None
    report = run(settings(pdt_builds=[{"name": STOCK, "timeout_seconds": 100}]), clock)
    assert sum(clock.waits) == 100
    assert [each.stopped for each in looker.instance.builds.values()] == [True]
    assert outcomes(report) == [(STOCK, Status.FAILED)]
    assert "stopped after 100 s" in report.actions[0].detail


def test_failed_build_is_told_without_the_databases_words(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A build that fails is a failure; the database's message may quote a row and stays away."""
    looker.instance.pdts[1].error = "invalid input: canary-value"
    report = run(settings(pdt_builds=[STOCK]), clock)
    assert outcomes(report) == [(STOCK, Status.FAILED)]
    assert "ended as error" in report.actions[0].detail
    assert "canary-value" not in report.actions[0].detail


def test_build_options_arrive(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """The build's options arrive as the text that Looker wants, and who asked."""
    run(settings(pdt_builds=[{"name": STOCK, "force_rebuild": True}]), clock)
    start = next(each for each in looker.calls if each.operation == "start_pdt_build")
    assert start.query["source"].startswith("target-looker-staging:")
    assert (start.query["force_rebuild"], start.query["force_full_incremental"]) == (
        "true",
        "false",
    )


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            Fault(Kind.STATUS, "update_datagroup", times=None, status=403), id="datagroup"
        ),
        pytest.param(Fault(Kind.STATUS, "start_pdt_build", times=None, status=400), id="build"),
    ],
)
def test_no_mail_about_old_figures(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, fault: Fault
) -> None:
    """A plan is held back, and owed, when what it would show is not fresh."""
    looker.faults.add(fault)
    report = run(settings(**ALL_THREE), clock)
    assert report.actions[2].owed
    assert report.actions[2].calls == 0
    assert PLAN not in looker.operations()


def test_one_failed_plan_does_not_stop_the_next(
    settings: SettingsFactory, clock: FakeClock
) -> None:
    """Plans do not depend on each other."""
    report = run(settings(scheduled_plans=["33", "31"]), clock)
    assert outcomes(report) == [("33", Status.FAILED), ("31", Status.DONE)]


@pytest.mark.parametrize("handled", [True, False])
def test_plan_of_unknown_fate_is_not_owed(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, *, handled: bool
) -> None:
    """When the answer is lost the plan is neither repeated nor owed; people are told to look."""
    looker.faults.add(Fault(Kind.RESET, PLAN, handled=handled))
    report = run(settings(scheduled_plans=["31"]), clock)
    assert outcomes(report) == [("31", Status.UNKNOWN)]
    assert not report.actions[0].owed
    assert not report.ok
    assert "may have been sent" in report.actions[0].detail
    assert len(looker.instance.deliveries) == int(handled)


def test_unreachable_looker_fails_everything_soon(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """With Looker away all actions are owed, after one time limit and not one each."""
    looker.faults.add(Fault(Kind.RESET, times=None))
    report = run(settings(**ALL_THREE), clock)
    assert [each.owed for each in report.actions] == [True, True, True]
    assert [each.calls for each in report.actions[1:]] == [0, 0]
    assert sum(clock.waits) <= 120


DEPENDENT = {
    "datagroups": [
        {"name": STAGING, "streams": ["vendors", "ap_invoices"]},
        "epicor_kinetic::payables",
    ],
    "scheduled_plans": [{"id": "31", "streams": ["parts"]}],
}


@pytest.mark.parametrize(
    ("when", "changed", "due"),
    [
        pytest.param("changed", {"vendors"}, [STAGING, "epicor_kinetic::payables"], id="one"),
        pytest.param("changed", {"parts"}, ["epicor_kinetic::payables", "31"], id="another"),
        pytest.param("changed", set(), [], id="nothing"),
        pytest.param("changed", {"meltano_test_stream"}, [], id="meltanos-test"),
        pytest.param("always", set(), [STAGING, "epicor_kinetic::payables", "31"], id="always"),
        pytest.param("never", {"vendors", "parts"}, [], id="never"),
    ],
)
def test_what_is_due(
    settings: SettingsFactory, when: str, changed: set[str], due: list[str]
) -> None:
    """An action is due when one of its streams changed; without streams, when any did."""
    made = settings(refresh_when=when, **DEPENDENT)
    assert [each.target for each in due_actions(made, frozenset(changed))] == due


def test_named_twice_done_once(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A plan that is named twice mails once, a datagroup with name and id fires once."""
    plans = [{"id": "31", "streams": ["vendors"]}, {"id": 31, "streams": ["vendors", "parts"]}]
    report = run(settings(datagroups=[STAGING, "21"], scheduled_plans=plans), clock)
    assert outcomes(report) == [(STAGING, Status.DONE), ("21", Status.DONE), ("31", Status.DONE)]
    assert looker.operations().count("update_datagroup") == 1
    assert looker.operations().count(PLAN) == 1


def test_nothing_due_nothing_sent(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A load that changed nothing costs Looker no call."""
    assert run(settings(**ALL_THREE), clock, frozenset()) == RefreshReport()
    assert looker.calls == []


def test_owed_actions_are_paid(settings: SettingsFactory, clock: FakeClock) -> None:
    """What an earlier refresh owes is done with no new rows, if the settings still name it."""
    owed = [
        Action(ActionKind.SCHEDULED_PLAN, "31"),
        Action(ActionKind.DATAGROUP, STAGING),
        Action(ActionKind.DATAGROUP, "epicor_kinetic::removed"),
    ]
    report = run(settings(**ALL_THREE), clock, frozenset(), owed)
    assert outcomes(report) == [(STAGING, Status.DONE), ("31", Status.DONE)]


def test_listener_hears_before_and_after(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """Each action is announced before Looker hears of it, so that a killed run leaves a trace."""
    heard: list[tuple[str, int]] = []

    class Listener:
        def begin(self, action: Action, requested_at: datetime) -> None:
            assert requested_at.tzinfo is not None
            heard.append((f"begin {action.target}", looker.operations().count(PLAN)))

        def end(self, report: ActionReport) -> None:
            heard.append((f"end {report.target}", looker.operations().count(PLAN)))

    refresh(settings(scheduled_plans=["31"]), CHANGED, listener=Listener(), clock=clock)
    assert heard == [("begin 31", 0), ("end 31", 1)]


def test_pdt_control_switched_off(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A connection that does not let the API build tables is told in Looker's words."""
    looker.instance.connections = [Connection("warehouse", pdt_api_control=False)]
    report = run(settings(pdt_builds=[STOCK]), clock)
    assert "PDT API Control" in report.actions[0].detail


def test_instance_time_without_date(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without `Date` in the answers this machine's clock has to do."""
    monkeypatch.setattr(
        "sandbox.looker.handler.Handler.date_time_string", lambda *_: "some time ago"
    )
    report = run(settings(datagroups=[STAGING]), clock)
    assert report.ok
    assert looker.instance.datagroups[0].stale_before == int(clock.seconds)


def test_sandbox_instance_has_what_the_settings_name() -> None:
    """The names that this file uses are those of the sandbox."""
    instance = Instance.sandbox()
    assert STAGING in {f"{each.model}::{each.name}" for each in instance.datagroups}

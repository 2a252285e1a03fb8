"""Looker hears of a stream when that stream is whole, whoever loaded it, and only then."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.looker.faults import Fault, Kind
from target_looker_staging.exceptions import (
    LoadIncompleteError,
    LookerRefreshError,
    QuarantineError,
)
from tests.target.conftest import record, schema
from tests.target.test_looker_refresh import settings
from tests.target.whole import BOTH, Jobs, LiveRun, rows, run_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

VENDORS, INVOICES = "vendors", "ap_invoices"
KEY = {"Company": "EPIC06", "VendorNum": 1}
PLAN_ON_VENDORS: dict[str, Any] = {"looker_scheduled_plans": [{"id": "31", "streams": [VENDORS]}]}
OWED = (
    "SELECT action, target, detail FROM (SELECT DISTINCT ON (action, target) * "
    "FROM _looker_refreshes ORDER BY action, target, id DESC) latest WHERE status = 'owed'"
)


@pytest.fixture
def jobs(staging: Staging, looker: LookerServer) -> Jobs:
    """Give a way to load streams, and to see what Looker is told."""
    return Jobs(staging, looker)


def test_half_of_another_jobs_stream(jobs: Jobs, staging: Staging) -> None:
    """What half a load left is not mailed by a job of other streams, but by the run that ends it."""
    assert jobs.load(VENDORS, INVOICES) == ["plan"]
    assert jobs.load(INVOICES, names=["half"], cut=[INVOICES]) == []
    assert jobs.load(VENDORS, names=["changed"]) == []
    [(kind, target, detail)] = staging.rows(OWED)
    assert (kind, target) == ("scheduled_plan", "31")
    assert detail == "waits for ap_invoices: run run-2 did not bring all of it"
    assert jobs.load(INVOICES, names=["half"]) == ["plan"]
    assert jobs.load(VENDORS, INVOICES, names=["half"]) == ["plan"]
    assert jobs.load(VENDORS, INVOICES, names=["half"]) == []


def test_stream_that_was_never_loaded(jobs: Jobs) -> None:
    """The first job of two does not mail what the second one has not brought yet."""
    assert jobs.load(VENDORS) == []
    assert jobs.load(INVOICES) == ["plan"]


def test_other_stream_fails(jobs: Jobs) -> None:
    """A stream that came whole is told, though another one of the same run did not."""
    plans = [{"id": "31", "streams": [VENDORS]}]
    groups = [{"name": "epicor_kinetic::payables", "streams": [INVOICES]}]
    changes: dict[str, Any] = {"looker_scheduled_plans": plans, "looker_datagroups": groups}
    assert jobs.load(VENDORS, INVOICES, cut=[INVOICES], **changes) == ["plan"]
    assert jobs.load(INVOICES, **changes) == ["datagroup"]


def test_run_that_brought_nothing(jobs: Jobs, staging: Staging, looker: LookerServer) -> None:
    """What is owed is no affair of a run of which not even a state came."""
    looker.faults.add(Fault(Kind.STATUS, "scheduled_plan_run_once_by_id", status=403))
    with pytest.raises(LookerRefreshError):
        jobs.load(VENDORS, INVOICES)
    before = jobs.told()
    with pytest.raises(LoadIncompleteError):
        staging.sync(**settings(looker, **BOTH))
    assert staging.value("SELECT count(*) FROM _sync_runs WHERE status = 'incomplete'") == 1
    assert jobs.told() == before
    assert jobs.load(VENDORS) == ["plan"]


def test_rows_that_are_gone_and_still_there(
    jobs: Jobs, staging: Staging, looker: LookerServer
) -> None:
    """A stream whose old rows wait for the proof that all came is not whole without that proof."""
    jobs.load(VENDORS, names=["a", "b"], **PLAN_ON_VENDORS)
    first, row = rows(VENDORS, "x")
    activate = {"type": "ACTIVATE_VERSION", "stream": VENDORS, "version": 7}
    last = run_record({VENDORS: ("done", 1), "parts": ("failed", 0)}, "cut")
    with pytest.raises(LoadIncompleteError):
        staging.sync(
            first, activate, {**row, "version": 7}, last,
            **settings(looker, **{**BOTH, **PLAN_ON_VENDORS}),
        )  # fmt: skip
    assert jobs.told() == ["plan"]
    assert jobs.load(VENDORS, names=["x"], **PLAN_ON_VENDORS) == ["plan"]


def test_stream_that_failed_before_its_first_record(jobs: Jobs) -> None:
    """A stream that the tap could not begin is not whole, though nothing in its table changed."""
    jobs.load(VENDORS, INVOICES)
    assert jobs.load(VENDORS, names=["changed"], cut=[INVOICES]) == []
    assert jobs.load(INVOICES) == ["plan"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("insert", id="insert"),
        pytest.param("update", id="update"),
        pytest.param("delete", id="delete"),
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_whatever_changes_is_told(
    jobs: Jobs, staging: Staging, looker: LookerServer, change: str, *, complete: bool
) -> None:
    """A row that came, changed or is gone is told once, by the run that is whole."""
    assert jobs.load(VENDORS, names=["a", "b"], **PLAN_ON_VENDORS) == ["plan"]
    names = {"insert": ["a", "b", "c"], "update": ["a", "z"], "delete": ["a"]}[change]
    if complete and change != "delete":
        assert jobs.load(VENDORS, names=names, **PLAN_ON_VENDORS) == ["plan"]
    else:
        messages = rows(VENDORS, *names)
        if change == "delete":
            messages = [{**each, "version": 5} for each in messages]
            messages.append({"type": "ACTIVATE_VERSION", "stream": VENDORS, "version": 5})
        last = {"type": "STATE", "value": {"bookmarks": {VENDORS: {}}}}
        if not complete:
            last["value"] = {"bookmarks": {VENDORS: {"replication_key_signpost": 1}}}
        staging.sync(*messages, last, **settings(looker, **{**BOTH, **PLAN_ON_VENDORS}))
        assert jobs.told().count("plan") == 1 + complete
    expected = [] if complete else ["plan"]
    assert jobs.load(VENDORS, names=names[:1], **PLAN_ON_VENDORS) == expected
    assert jobs.load(VENDORS, names=names[:1], **PLAN_ON_VENDORS) == []


def test_run_without_looker(jobs: Jobs) -> None:
    """What a run without Looker in its settings changed is told by the next one that has it."""
    assert jobs.load(VENDORS, INVOICES, looker=False) == []
    assert jobs.load(VENDORS, INVOICES) == ["plan"]
    assert jobs.load(VENDORS, INVOICES) == []
    assert jobs.load(INVOICES, names=["x"], looker=False) == []
    assert jobs.load("parts") == ["plan"]


def test_run_without_looker_does_not_cover(jobs: Jobs) -> None:
    """A whole run without Looker makes whole what a cut one with Looker left."""
    jobs.load(VENDORS, INVOICES)
    assert jobs.load(INVOICES, names=["x"], cut=[INVOICES]) == []
    assert jobs.load(INVOICES, names=["x"], looker=False) == []
    assert jobs.load("parts") == ["plan"]


def test_other_settings(jobs: Jobs) -> None:
    """A datagroup is told of changes that came with settings which did not name it."""
    group: dict[str, Any] = {
        "looker_datagroups": ["epicor_kinetic::staging"],
        "looker_scheduled_plans": [],
    }
    assert jobs.load(VENDORS, INVOICES) == ["plan"]
    assert jobs.load(VENDORS, INVOICES, **group) == ["datagroup"]
    assert jobs.load(VENDORS, INVOICES, **group) == []


def test_two_lists_of_streams(jobs: Jobs) -> None:
    """Two jobs that name other streams for one plan neither forget a change nor mail it twice."""
    one: dict[str, Any] = {"looker_scheduled_plans": [{"id": "31", "streams": [VENDORS]}]}
    other: dict[str, Any] = {"looker_scheduled_plans": [{"id": "31", "streams": [INVOICES]}]}
    assert jobs.load(VENDORS, **one) == ["plan"]
    assert jobs.load(VENDORS, names=["x"], cut=[VENDORS], **one) == []
    assert jobs.load(INVOICES, **other) == []
    assert jobs.load(VENDORS, names=["x"], **one) == ["plan"]
    assert jobs.load(INVOICES, **other) == []
    assert jobs.load(VENDORS, names=["x"], **one) == []


def test_list_that_grew(jobs: Jobs) -> None:
    """A stream that is added to a plan's list brings its changes with it."""
    assert jobs.load(VENDORS, INVOICES, **PLAN_ON_VENDORS) == ["plan"]
    assert jobs.load(VENDORS) == ["plan"]
    assert jobs.load(VENDORS) == []


def test_plan_named_twice(jobs: Jobs) -> None:
    """A plan that is named twice waits for the streams of both."""
    plans: dict[str, Any] = {
        "looker_scheduled_plans": [{"id": "31", "streams": [each]} for each in (VENDORS, "x")]
    }
    assert jobs.load(VENDORS, **plans) == []
    assert jobs.load("x", **plans) == ["plan"]


def test_company_of_another_unit(jobs: Jobs) -> None:
    """A unit's whole load does not cover what another unit left of its own company."""
    one: dict[str, Any] = {"companies": ["EPIC06"]}
    other: dict[str, Any] = {"companies": ["EPIC07"]}
    jobs.load(VENDORS, INVOICES, **one)
    assert jobs.load(INVOICES, names=["x"], cut=[INVOICES], **one) == []
    assert jobs.load(VENDORS, INVOICES, names=["y"], **other) == []
    assert jobs.load(INVOICES, names=["x"], **one) == ["plan"]


def test_companies_one_by_one(jobs: Jobs) -> None:
    """A load of two companies that was cut is made good by one load of each."""
    jobs.load(VENDORS, INVOICES)
    both = ["EPIC06", "EPIC07"]
    assert jobs.load(INVOICES, names=["x"], cut=[INVOICES], companies=both) == []
    assert jobs.load(INVOICES, names=["x"], companies=["EPIC06"]) == []
    assert jobs.load(INVOICES, names=["x"], companies=["EPIC07"]) == ["plan"]


def test_all_companies(jobs: Jobs) -> None:
    """A load of all companies makes good what one of a single company left, not the other way."""
    jobs.load(VENDORS, INVOICES)
    assert jobs.load(INVOICES, names=["x"], cut=[INVOICES], companies=["EPIC06"]) == []
    assert jobs.load(INVOICES, names=["x"]) == ["plan"]
    assert jobs.load(INVOICES, names=["y"], cut=[INVOICES]) == []
    assert jobs.load(INVOICES, names=["y"], companies=["EPIC06"]) == []
    assert jobs.load(INVOICES, names=["y"]) == ["plan"]


def test_other_state(jobs: Jobs) -> None:
    """Two jobs that fill one table from states of their own are two loaders."""
    jobs.load(VENDORS, INVOICES, job="a")
    assert jobs.load(INVOICES, names=["x"], cut=[INVOICES], job="a") == []
    assert jobs.load(INVOICES, names=["x"], job="b") == []
    assert jobs.load(INVOICES, names=["x"], job="a") == ["plan"]


def test_replayed_load(jobs: Jobs) -> None:
    """A load that is done again, under whatever state, makes good the one that it names."""
    jobs.load(VENDORS, INVOICES, job="a")
    jobs.load(INVOICES, names=["x"], cut=[INVOICES], job="a")
    assert jobs.load(INVOICES, names=["x"], job="replay", replay_of="run-2") == ["plan"]


def test_live_run_has_a_stream(jobs: Jobs) -> None:
    """What is being loaded now waits, and the run that loads it tells."""
    jobs.load(VENDORS, INVOICES)
    live = jobs.live(INVOICES)
    assert jobs.load(VENDORS, names=["x"]) == []
    live.finish()
    assert jobs.told() == ["plan", "plan"]


def test_live_run_of_other_streams(jobs: Jobs) -> None:
    """A run that loads something else now is nobody's hindrance."""
    jobs.load(VENDORS, INVOICES)
    live = jobs.live("parts")
    assert jobs.load(VENDORS, names=["x"]) == ["plan"]
    live.finish()


def test_run_that_died(jobs: Jobs, staging: Staging) -> None:
    """A stream whose load died is not whole until a later load of it ends."""
    jobs.load(VENDORS, INVOICES)
    jobs.live(INVOICES).die()
    assert jobs.load(VENDORS, names=["x"]) == []
    assert staging.value("SELECT status FROM _sync_runs WHERE run_id = 'run-2'") == "interrupted"
    assert staging.rows(OWED)[0][2] == (
        "waits for ap_invoices: run run-2 ended before its end (interrupted)"
    )
    assert jobs.load(INVOICES) == ["plan"]


def test_run_that_failed(jobs: Jobs, staging: Staging) -> None:
    """A stream of which a record ended the run is not whole."""
    jobs.load(VENDORS, INVOICES)
    with pytest.raises(Exception, match="'VendorNum'"):
        staging.sync(*rows(INVOICES, "x"), record(INVOICES, VendorNum="?"))
    assert jobs.load(VENDORS, names=["x"]) == []
    assert jobs.load(INVOICES) == ["plan"]


def end_together(*live: LiveRun) -> None:
    """Bring runs to their end at one time."""
    threads = [threading.Thread(target=each.finish) for each in live]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_two_runs_that_end_together(jobs: Jobs, looker: LookerServer) -> None:
    """Of two jobs that end at one time the second one tells, once, while Looker is slow."""
    jobs.load(VENDORS, INVOICES)
    looker.faults.add(Fault(Kind.SLOW, "login", times=None, seconds=0.5))
    end_together(jobs.live(VENDORS), jobs.live(INVOICES))
    assert jobs.told() == ["plan", "plan"]


SLOW_ENDING = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$;
CREATE TRIGGER slowly BEFORE UPDATE ON _sync_runs FOR EACH ROW
    WHEN (NEW.whole_as_of IS DISTINCT FROM OLD.whole_as_of) EXECUTE FUNCTION slowly();
"""


def test_two_runs_without_looker_that_end_together(jobs: Jobs, staging: Staging) -> None:
    """Of two runs that end at one time the second one sees that the first has ended."""
    jobs.load(VENDORS, INVOICES, looker=False)
    staging.rows(SLOW_ENDING)
    end_together(jobs.live(VENDORS, looker=False), jobs.live(INVOICES, looker=False))
    statement = "SELECT unwhole_streams FROM _sync_runs ORDER BY whole_as_of DESC LIMIT 2"
    assert sorted(len(streams) for (streams,) in staging.rows(statement)) == [0, 1]


def test_owed_plan_and_two_runs(
    jobs: Jobs, looker: LookerServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Two runs that both find a plan owed deliver it once: the other one waits for its turn."""
    looker.faults.add(Fault(Kind.STATUS, "scheduled_plan_run_once_by_id", status=403))
    with pytest.raises(LookerRefreshError):
        jobs.load(VENDORS, INVOICES)
    looker.faults.add(Fault(Kind.SLOW, "login", times=None, seconds=1))
    before = len(looker.instance.deliveries)
    end_together(jobs.live("parts"), jobs.live("plants"))
    assert len(looker.instance.deliveries) == before + 1
    # Nor does it take the other one, which is asking, for a dead one.
    assert "may or may not have been sent" not in caplog.text


def test_insert_insert_nothing(jobs: Jobs) -> None:
    """Each change is told by its own run, and no old one by a run without."""
    assert jobs.load(VENDORS, names=["a"], **PLAN_ON_VENDORS) == ["plan"]
    assert jobs.load(VENDORS, names=["a", "b"], **PLAN_ON_VENDORS) == ["plan"]
    assert jobs.load(VENDORS, names=["a", "b"], **PLAN_ON_VENDORS) == []


def test_same_run_again(jobs: Jobs) -> None:
    """A run that goes on under its id tells what it changed since it told last, and nothing twice."""
    again: dict[str, Any] = {"run_id": "night", "cut": ["parts"], **PLAN_ON_VENDORS}
    assert jobs.load(VENDORS, names=["a"], **again) == ["plan"]
    assert jobs.load(VENDORS, names=["a"], **again) == []
    assert jobs.load(VENDORS, names=["b"], **again) == ["plan"]


def test_commits_before_and_after_another_runs_end(
    jobs: Jobs, staging: Staging, looker: LookerServer
) -> None:
    """What a run changed before another one ended is told at its end, as what it changed after."""
    whole: dict[str, Any] = {"looker_scheduled_plans": ["31"]}
    jobs.load(VENDORS, INVOICES, **whole)
    live = jobs.live(INVOICES)
    assert jobs.load(VENDORS, names=["x"], **whole) == []
    live.finish()
    assert jobs.told() == ["plan", "plan"]
    assert jobs.load(VENDORS, names=["x"], **whole) == []
    del staging, looker


def test_quarantine(staging: Staging, looker: LookerServer, jobs: Jobs) -> None:
    """Records in quarantine keep their stream from being whole, and no other."""
    jobs.load(VENDORS, INVOICES)
    bad = record(INVOICES, Company="EPIC06", VendorNum=9, Name=5)
    last = run_record({VENDORS: ("done", 1), INVOICES: ("done", 2)}, "bad")
    given = settings(looker, **{**BOTH, "looker_datagroups": [
        {"name": "epicor_kinetic::payables", "streams": [VENDORS]},
    ]})  # fmt: skip
    with pytest.raises(QuarantineError):
        staging.sync(
            *rows(VENDORS, "y"), *rows(INVOICES, "y"), bad, last,
            on_bad_record="quarantine", **given,
        )  # fmt: skip
    assert jobs.told() == ["plan", "datagroup"]
    assert "1 record is in quarantine" in staging.rows(OWED)[0][2]
    assert jobs.load(VENDORS, names=["z"]) == []
    staging.rows("DELETE FROM _rejected_records")
    assert jobs.load("parts") == ["plan"]


def test_stream_under_another_name(staging: Staging, looker: LookerServer, jobs: Jobs) -> None:
    """A stream that a stream map renames is whole, or not, under its table's name."""
    maps: dict[str, Any] = {"stream_maps": {INVOICES: {"__alias__": "bills"}}}
    plan: dict[str, Any] = {"looker_scheduled_plans": [{"id": "31", "streams": ["bills"]}]}
    assert jobs.load(INVOICES, **maps, **plan) == ["plan"]
    assert jobs.load(VENDORS, INVOICES, names=["x"], cut=[INVOICES], **maps, **plan) == []
    assert jobs.load(INVOICES, names=["x"], **maps, **plan) == ["plan"]
    assert staging.value("SELECT count(*) FROM _sync_run_streams WHERE stream = 'ap_invoices'") == 0
    del looker


def test_table_that_is_replaced(jobs: Jobs) -> None:
    """A load that replaces its table makes good what any company's load of it left."""
    jobs.load(VENDORS, INVOICES)
    jobs.load(INVOICES, names=["x"], cut=[INVOICES], companies=["EPIC07"])
    whole: dict[str, Any] = {"load_method": "overwrite", "companies": ["EPIC06"]}
    assert jobs.load(INVOICES, names=["x"], **whole) == ["plan"]


def test_meltanos_test_is_nobodys_hindrance(jobs: Jobs, staging: Staging) -> None:
    """What Meltano sent to test the loader, and did not end, holds nothing up."""
    staging.sync(schema("meltano_test_stream"), record("meltano_test_stream", **KEY))
    assert jobs.load(VENDORS, looker_scheduled_plans=["31"]) == ["plan"]


def test_always_waits_as_well(jobs: Jobs) -> None:
    """A refresh after every load is one after every load that leaves everything whole."""
    always: dict[str, Any] = {"looker_refresh_when": "always"}
    jobs.load(VENDORS, INVOICES, **always)
    assert jobs.load(INVOICES, cut=[INVOICES], **always) == []
    assert jobs.load(VENDORS, **always) == []
    assert jobs.load(INVOICES, **always) == ["plan"]
    assert jobs.load(INVOICES, **always) == ["plan"]


def test_two_of_three_fail(jobs: Jobs, staging: Staging, looker: LookerServer) -> None:
    """Exactly what failed is failed in the run log, and told by the next run."""
    looker.faults.add(Fault(Kind.STATUS, "update_datagroup", skip=1, status=403))
    everything: dict[str, Any] = {
        "looker_datagroups": ["epicor_kinetic::staging", "epicor_kinetic::payables"],
        "looker_scheduled_plans": ["31"],
    }
    with pytest.raises(LookerRefreshError, match="epicor_kinetic::payables"):
        jobs.load(VENDORS, **everything)
    statement = "SELECT target, status FROM _looker_refreshes ORDER BY id"
    assert staging.rows(statement) == [
        ("epicor_kinetic::staging", "done"),
        ("epicor_kinetic::payables", "failed"),
        ("31", "failed"),
    ]
    assert jobs.load(VENDORS, **everything) == ["datagroup", "plan"]
    assert looker.calls[-3].path.endswith("/datagroups/22")


LEGACY = (
    "ALTER TABLE _sync_runs DROP job, DROP companies, DROP whole_as_of, DROP unwhole_streams",
    "ALTER TABLE _sync_run_streams DROP opened_at, DROP is_whole, DROP last_change_at",
    "ALTER TABLE _looker_refreshes DROP as_of, DROP streams",
)


@pytest.fixture
def earlier_version(staging: Staging) -> Callable[[], None]:
    """Give a way to make the run log that of an earlier version."""

    def make() -> None:
        for statement in LEGACY:
            staging.rows(statement)

    return make


def test_debts_of_an_earlier_version(
    jobs: Jobs, looker: LookerServer, earlier_version: Callable[[], None]
) -> None:
    """What an earlier version left owed is told by the first run of this one, and once."""
    looker.faults.add(Fault(Kind.STATUS, "scheduled_plan_run_once_by_id", status=403))
    with pytest.raises(LookerRefreshError):
        jobs.load(VENDORS, INVOICES)
    earlier_version()
    assert jobs.load("parts") == ["plan"]
    assert jobs.load("parts") == []


def test_nothing_is_told_again_after_an_update(
    jobs: Jobs, earlier_version: Callable[[], None]
) -> None:
    """What an earlier version told is not told once more."""
    jobs.load(VENDORS, INVOICES)
    earlier_version()
    assert jobs.load(VENDORS, INVOICES) == []


def test_half_a_load_of_an_earlier_version(jobs: Jobs, earlier_version: Callable[[], None]) -> None:
    """A load that was cut before the update is made good by one after it, company by company."""
    jobs.load(VENDORS, INVOICES)
    jobs.load(INVOICES, names=["x"], cut=[INVOICES], companies=["EPIC06"])
    earlier_version()
    assert jobs.load(INVOICES, names=["x"], companies=["EPIC07"]) == []
    assert jobs.load(INVOICES, names=["x"], companies=["EPIC06"]) == ["plan"]


def test_streams_of_a_run_are_written_down(jobs: Jobs, staging: Staging) -> None:
    """The run log says of each stream of a run whether all of it came."""
    jobs.load(VENDORS, INVOICES, cut=[INVOICES, "parts"])
    statement: Any = "SELECT stream, is_whole FROM _sync_run_streams ORDER BY stream"
    assert staging.rows(statement) == [(INVOICES, False), ("parts", False), (VENDORS, True)]

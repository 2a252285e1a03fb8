"""`looker-staging refresh`: the same rule as at a run's end, by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from sandbox.looker.polling import poll
from target_looker_staging.commands.cli import main
from tests.looker.block.project import load as load_block
from tests.target.test_looker_refresh import settings
from tests.target.whole import BOTH, Jobs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

VENDORS, INVOICES = "vendors", "ap_invoices"
REFRESHES = "SELECT run_id, target, status FROM _looker_refreshes ORDER BY id"


@pytest.fixture
def jobs(staging: Staging, looker: LookerServer) -> Jobs:
    """Give a way to load streams, and to see what Looker is told."""
    return Jobs(staging, looker)


@pytest.fixture
def refresh(staging: Staging, looker: LookerServer, tmp_path: Path) -> Callable[..., Result]:
    """Give the command, with one plan on two streams in the settings."""

    def run(*options: str, **changes: Any) -> Result:
        config = tmp_path / "config.json"
        given = settings(looker, **{**BOTH, **changes})
        config.write_text(json.dumps({**staging.config, **given}))
        return CliRunner().invoke(main, ["--config", str(config), "refresh", *options])

    return run


@pytest.mark.parametrize("options", [(), ("--all",)])
def test_half_a_stream_is_held_back(
    jobs: Jobs, refresh: Callable[..., Result], options: tuple[str, ...]
) -> None:
    """What is not whole is not told by hand either; the command says what it waits for."""
    jobs.load(VENDORS, INVOICES)
    jobs.load(INVOICES, names=["x"], cut=[INVOICES])
    done = refresh(*options)
    assert done.exit_code == 1
    assert "owed    waits for ap_invoices: run run-2 did not bring all of it" in done.output
    assert "1 of what Looker is owed has to wait" in done.output
    assert jobs.told() == ["plan"]
    assert refresh(*options, looker_on_error="warn").exit_code == 0


def test_all_tells_what_is_whole(
    jobs: Jobs, staging: Staging, refresh: Callable[..., Result]
) -> None:
    """`--all` is on behalf of the last complete run, though an incomplete one came after it."""
    group: dict[str, Any] = {
        "looker_datagroups": [{"name": "epicor_kinetic::payables", "streams": [VENDORS]}]
    }
    jobs.load(VENDORS, INVOICES, **group)
    jobs.load("parts", cut=["parts"], **group)
    done = refresh("--all", **group)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1].startswith("Actions due: 2.")
    assert staging.rows(REFRESHES)[2:] == [
        ("run-1", "epicor_kinetic::payables", "done"),
        ("run-1", "31", "done"),
    ]


def test_run_without_looker_is_told(jobs: Jobs, refresh: Callable[..., Result]) -> None:
    """Changes that no run told are owed, though nothing was written down as owed."""
    jobs.load(VENDORS, INVOICES, looker=False)
    assert refresh().output.splitlines()[-1].startswith("Actions due: 1.")
    assert refresh().output == "Actions due: 0. Calls to Looker: 0.\n"


def test_job_that_will_not_come_back(
    jobs: Jobs, staging: Staging, looker: LookerServer, refresh: Callable[..., Result]
) -> None:
    """The streams of a run that nobody repeats can be taken as they are, and then are told."""
    group = looker.instance.datagroups[0]
    group.sql_trigger = load_block().datagroups["payables"]["sql_trigger"]
    jobs.load(VENDORS, INVOICES)
    jobs.load(INVOICES, names=["x"], cut=[INVOICES], job="retired")
    poll(looker.instance, staging.value)
    done = refresh("--accept", "run-2")
    assert done.exit_code == 0, done.output
    assert "Taken as they are, of run run-2: ap_invoices" in done.output
    assert jobs.told() == ["plan", "plan"]
    assert poll(looker.instance, staging.value) == ["epicor_kinetic::staging"]
    again = refresh("--accept", "run-2")
    assert again.exit_code == 1
    assert "has no stream that is not whole" in again.output


def test_live_run_is_not_accepted(jobs: Jobs, refresh: Callable[..., Result]) -> None:
    """A run that still goes on cannot be taken as it is."""
    jobs.load(VENDORS, INVOICES)
    live = jobs.live(INVOICES)
    done = refresh("--accept", "run-2")
    assert done.exit_code == 1
    assert "still goes on" in done.output
    live.finish()


def test_records_that_are_given_up(
    jobs: Jobs, staging: Staging, refresh: Callable[..., Result]
) -> None:
    """A record that is deleted from quarantine holds its stream up no longer."""
    jobs.load(VENDORS, INVOICES)
    staging.rows(
        "WITH d AS (INSERT INTO _rejected_schemas VALUES ('d', 'vendors', '{}')) "
        "INSERT INTO _rejected_records (run_id, stream, reason, number, definition) "
        "VALUES ('run-1', 'vendors', 'r', 1, 'd')"
    )
    assert jobs.load(INVOICES, names=["x"]) == []
    assert "1 record is in quarantine" in refresh().output
    staging.rows("DELETE FROM _rejected_records")
    assert refresh().exit_code == 0
    assert jobs.told() == ["plan", "plan"]


def test_accept_needs_a_run_log(refresh: Callable[..., Result]) -> None:
    """Without the run log there is no run to accept."""
    done = refresh("--without-run-log", "--accept", "x")
    assert done.exit_code == 2

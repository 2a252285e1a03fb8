"""Two runs at once: real processes on one schema."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.looker.faults import Fault, Kind
from tests.target.conftest import schema, state, vendor, wire
from tests.target.test_looker_refresh import settings
from tests.target.test_process import SCRIPTS, settle, write
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

# A lock that is waited for, in this test's database.
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Targets:
    """Targets that run side by side in a test."""

    def __init__(self, staging: Staging, directory: Path, stack: ExitStack) -> None:
        """Take where they load to."""
        self._staging = staging
        self._directory = directory
        self._stack = stack
        self._count = 0

    def start(self, *messages: Any, **settings: Any) -> subprocess.Popen[bytes]:
        """Start a target that commits at every state, and write messages to it."""
        self._count += 1
        config = {**self._staging.config, "checkpoint_seconds": 0, **settings}
        path = self._directory / f"{self._count}.json"
        path.write_text(json.dumps(config))
        process = subprocess.Popen(
            [SCRIPTS / "target-looker-staging", "--config", path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._stack.callback(_end, process)
        write(process, *messages)
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()
    process.wait()


@pytest.fixture
def targets(staging: Staging, tmp_path: Path) -> Iterator[Targets]:
    """Give what starts targets; whatever still runs at the end is killed."""
    with ExitStack() as stack:
        yield Targets(staging, tmp_path, stack)


def begun(run_id: str, *companies: str) -> dict[str, Any]:
    """Return a tap's first state, which names the run and the companies that it reads."""
    message = run_state(0, complete=False, status="pending", run_id=run_id)
    message["value"]["run"]["companies"] = list(companies)
    return message


@pytest.mark.parametrize(
    ("companies", "load_method"),
    [
        pytest.param(["EPIC06"], "upsert", id="same-company"),
        pytest.param([], "upsert", id="all-companies"),
        pytest.param(["EPIC07"], "overwrite", id="overwrite"),
    ],
)
def test_second_run_gives_up(
    targets: Targets, staging: Staging, companies: list[str], load_method: str
) -> None:
    """Records that a run is loading are left to it; the other run says who has them."""
    first = begun("first", "EPIC06")
    holder = targets.start(first, schema(), vendor(1), state(v=1), invoked_by="nightly")
    settle(holder)
    second = begun("second", *companies)
    if not companies:
        second["value"]["run"]["companies"] = None
    other = targets.start(
        second, schema(), vendor(1, "old"), lock_timeout_seconds=1, load_method=load_method
    )
    _, log = other.communicate()
    assert other.returncode == 1
    assert b"Table epicor_staging.vendors" in log
    assert b"run first is loading it, begun 2" in log
    pid = staging.value(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'target-looker-staging' "
        "AND datname = current_database()"
    )
    assert b"by nightly (server process %d)" % pid in log
    holder.communicate(wire(state(v=2)))
    assert holder.returncode == 0
    assert staging.rows("SELECT name FROM vendors") == [("Müller",)]
    assert staging.rows("SELECT run_id, status FROM _sync_runs ORDER BY 1") == [
        ("first", "incomplete"),
        ("second", "failed"),
    ]


def test_companies_side_by_side(targets: Targets, staging: Staging) -> None:
    """Runs of different companies load one table at the same time."""
    one = targets.start(begun("one", "EPIC06"), schema(), vendor(1), state(v=1))
    other = targets.start(
        begun("other", "EPIC07"), schema(), vendor(2, Company="EPIC07"), state(v=1)
    )
    settle(one)
    settle(other)
    for process in (one, other):
        process.communicate(wire(state(v=2)))
        assert process.returncode == 0
    assert staging.rows("SELECT company, vendornum FROM vendors ORDER BY 1") == [
        ("EPIC06", 1),
        ("EPIC07", 2),
    ]


def test_lock_ends_with_its_run(targets: Targets, staging: Staging) -> None:
    """A run that waits goes on when the one before it is killed, which then is interrupted."""
    holder = targets.start(begun("first", "EPIC06"), schema(), vendor(1), state(v=1))
    settle(holder)
    waiting = targets.start(begun("second", "EPIC06"), schema(), vendor(2), state(v=1))
    while not staging.value(WAITING):
        assert waiting.poll() is None
    # The run that waits has opened its page when the first one was alive.
    assert staging.value("SELECT status FROM _sync_runs WHERE run_id = 'first'") == "running"
    holder.kill()
    _, log = waiting.communicate()
    assert waiting.returncode == 0, log
    assert b"waiting up to 60 seconds" in log
    assert staging.rows("SELECT vendornum FROM vendors ORDER BY 1") == [(1,), (2,)]
    staging.sync(schema())
    assert staging.value("SELECT status FROM _sync_runs WHERE run_id = 'first'") == "interrupted"


def test_next_load_does_not_wait_for_looker(
    targets: Targets, staging: Staging, looker: LookerServer
) -> None:
    """A run that still tells Looker, which may take an hour, has nothing locked."""
    looker.faults.add(Fault(Kind.HANG, "update_datagroup"))
    holder = targets.start(
        begun("first", "EPIC06"), schema(), vendor(1), run_state(1), **settings(looker)
    )
    assert holder.stdin
    holder.stdin.close()
    while "update_datagroup" not in looker.operations():
        assert holder.poll() is None
    staging.sync(schema(), vendor(2), lock_timeout_seconds=1)
    assert staging.value("SELECT count(*) FROM vendors") == 2
    assert holder.poll() is None


def test_same_run_twice(targets: Targets) -> None:
    """A run under the id of one that is alive gives up and says so."""
    settle(targets.start(begun("same", "EPIC06"), schema(), vendor(1), state(v=1)))
    other = targets.start(begun("same", "EPIC07"), schema(), lock_timeout_seconds=1)
    _, log = other.communicate()
    assert other.returncode == 1
    assert b"Run same is still going on in another process" in log


def test_refused_run_does_not_close_the_other(targets: Targets, staging: Staging) -> None:
    """A run that gives up because its id is taken leaves the entry of the run that has it."""
    settle(targets.start(begun("same", "EPIC06"), schema(), vendor(1), state(v=1)))
    other = targets.start(begun("same", "EPIC07"), schema(), lock_timeout_seconds=1)
    other.communicate()
    [first, refused] = staging.rows(
        "SELECT run_id, status, error FROM _sync_runs ORDER BY started_at"
    )
    assert first == ("same", "running", None)
    assert refused[0].startswith("same/refused-")
    assert refused[1] == "failed"

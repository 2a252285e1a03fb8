"""The target as a process: signals, exit codes, and Looker at the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.target.conftest import schema, state, vendor, wire
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

SCRIPTS = Path(sysconfig.get_path("scripts"))


@pytest.fixture
def config_file(staging: Staging, tmp_path: Path) -> Path:
    """Give the target's settings as a file."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps(staging.config))
    return path


def start(config_file: Path, **settings: Any) -> subprocess.Popen[bytes]:
    """Start the target with the settings of a file, some of them changed."""
    config_file.write_text(json.dumps({**json.loads(config_file.read_text()), **settings}))
    return subprocess.Popen(
        [SCRIPTS / "target-looker-staging", "--config", config_file],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def target(config_file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Give a running target with a pipe to write to."""
    process = start(config_file)
    yield process
    process.kill()
    process.communicate()


def write(process: subprocess.Popen[bytes], *messages: Any) -> None:
    """Write messages to a process."""
    assert process.stdin is not None
    process.stdin.write(wire(*messages))
    process.stdin.flush()


def settle(process: subprocess.Popen[bytes]) -> bytes:
    """Wait until a state is passed on, and return it: then everything before is committed."""
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(signal.SIGTERM, 143, id="sigterm"),
        pytest.param(signal.SIGINT, 130, id="sigint"),
    ],
)
def test_told_to_end(staging: Staging, config_file: Path, number: int, code: int) -> None:
    """Told to end, the target commits nothing more, passes no state on, and says so."""
    with start(config_file, checkpoint_seconds=0) as process:
        write(process, schema(), vendor(1), state(v=1))
        assert settle(process) == b'{"bookmarks":{"v":1}}\n'
        write(process, vendor(2))
        process.send_signal(number)
        out, log = process.communicate()
    assert process.returncode == code, log
    assert out == b""
    assert staging.rows("SELECT vendornum FROM vendors") == [(1,)]
    assert staging.rows("SELECT status FROM _sync_runs") == [("interrupted",)]


def test_told_to_end_while_loading(staging: Staging, config_file: Path) -> None:
    """A batch that is being loaded when the signal comes is rolled back; no state covers it.

    The SDK would start a second drain inside the signal's handler, find the batch taken, and pass
    the state on as if it were loaded.
    """
    staging.sync(schema(), vendor(1))
    # The lock keeps the load in its transaction until the signal has come.
    staging.rows("BEGIN")
    staging.rows("LOCK TABLE vendors IN EXCLUSIVE MODE")
    with start(config_file, batch_size_rows=1) as process:
        write(process, schema(), vendor(2), vendor(3), state(v=2))
        waiting = (
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        while not staging.value(waiting):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        out, log = process.communicate()
    staging.rows("COMMIT")
    assert process.returncode == 143, log
    assert out == b""
    assert staging.rows("SELECT vendornum FROM vendors") == [(1,)]


def test_killed(staging: Staging, config_file: Path) -> None:
    """A target that is killed leaves whole batches, and its next run finds that it died."""
    with start(config_file, batch_size_rows=2) as process:
        write(process, schema(), *[vendor(i) for i in range(3)], state(v=1))
        while not staging.rows("SELECT 1 FROM pg_class WHERE relname = 'vendors'"):
            assert process.poll() is None
        while not staging.value("SELECT count(*) FROM vendors"):
            assert process.poll() is None
        process.kill()
        process.communicate()
    # Postgres notices that the client is gone by itself; its lock then is free.
    busy = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'target-looker-staging'"
    while staging.value(busy + " AND datname = current_database()"):
        pass
    assert staging.value("SELECT count(*) FROM vendors") == 2
    staging.sync(schema(), *[vendor(i) for i in range(3)], state(v=1))
    assert staging.value("SELECT count(*) FROM vendors") == 3
    assert staging.rows("SELECT status FROM _sync_runs ORDER BY started_at")[0] == ("interrupted",)


def test_failure_exits_with_1_and_tells_no_content(
    staging: Staging, target: subprocess.Popen[bytes]
) -> None:
    """A record that does not fit ends the process with an error that does not quote it."""
    out, log = target.communicate(
        wire(schema(), vendor(1, "Confidential"), vendor(2, "Confidential", VendorNum=2**63))
    )
    assert target.returncode == 1
    assert out == b""
    assert b"'VendorNum' is a number out of the column's range" in log
    assert b"Confidential" not in log
    assert str(2**63).encode() not in log
    assert staging.value("SELECT status FROM _sync_runs") == "failed"


def looker_settings(looker: LookerServer, **changes: Any) -> dict[str, Any]:
    """Return settings that reach a test's Looker."""
    return {
        "looker_base_url": looker.base_url,
        "looker_client_id": "sandbox-looker-id",
        "looker_client_secret": "sandbox-looker-secret",
        **changes,
    }


def test_environment_is_enough(staging: Staging) -> None:
    """All settings may come from variables."""
    names = {f"TARGET_LOOKER_STAGING_{k.upper()}": str(v) for k, v in staging.config.items()}
    done = subprocess.run(
        [sys.executable, "-m", "target_looker_staging", "--config=ENV"],
        input=wire(schema(), vendor(1)),
        env={**os.environ, **names},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert staging.value("SELECT count(*) FROM vendors") == 1


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Return what the operator's command said."""
    return subprocess.run(
        [SCRIPTS / "looker-staging", *arguments], capture_output=True, check=False, text=True
    )


def test_runs(staging: Staging, config_file: Path) -> None:
    """The operator's command prints the runs, and the streams of one."""
    begun = run_state(0, complete=False, status="pending")
    staging.sync(begun, schema(), vendor(1), vendor(2), run_state(2))
    done = run("--config", config_file, "runs")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split()[0] == "run-1"
    assert "tap-epicor-kinetic 0.1.0" in done.stdout
    done = run("--config", config_file, "runs", "run-1")
    assert done.stdout.splitlines()[1].split()[:5] == ["vendors", "2", "2", "2", "0"]


def test_run_that_never_was(staging: Staging, config_file: Path) -> None:
    """A run id that is mistyped is told as such."""
    staging.sync(schema())
    done = run("--config", config_file, "runs", "run-l")
    assert done.returncode == 1
    assert "There is no run run-l." in done.stderr


def test_runs_without_a_run_log(config_file: Path) -> None:
    """Where no run has been yet, the operator's command says so."""
    done = run("--config", config_file, "runs")
    assert done.returncode == 1
    assert "no run log" in done.stderr


def test_bad_settings(tmp_path: Path) -> None:
    """Everything that is wrong with the settings is told at once, secrets aside."""
    path = tmp_path / "config.json"
    path.write_text(
        json.dumps({"host": "h", "port": 0, "password": 12345, "load_method": "replace",
                    "looker_base_url": "http://example.com"})
    )  # fmt: skip
    done = subprocess.run(
        [SCRIPTS / "target-looker-staging", "--config", path], input="", capture_output=True,
        check=False, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    for part in ("'user' is a required", "'database' is a required", "port: 0 is less",
                 "password: the value has the wrong type", "load_method: 'replace' is not one of",
                 "looker_base_url must begin with https", "looker_client_secret is missing"):  # fmt: skip
        assert part in done.stderr
    assert "12345" not in done.stderr


def test_about_lists_every_setting() -> None:
    """Each setting has a title and a description, and secrets are marked."""
    done = subprocess.run(
        [SCRIPTS / "target-looker-staging", "--about", "--format=json"],
        capture_output=True,
        check=True,
    )
    settings = json.loads(done.stdout)["settings"]["properties"]
    lacking = [
        name
        for name, each in settings.items()
        if not each.get("title") or not each.get("description")
    ]
    assert lacking == []
    assert {name for name, each in settings.items() if each.get("secret")} == {
        "password",
        "looker_client_secret",
    }

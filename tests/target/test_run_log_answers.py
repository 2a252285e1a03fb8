"""What the run log and a run's own lines tell a person the morning after."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.singerlib.exceptions import InvalidInputLine

from sandbox.looker.faults import Fault, Kind
from target_looker_staging.exceptions import LoadIncompleteError, StreamBusyError
from target_looker_staging.run.meltano_run import MeltanoRun, find_meltano_run
from target_looker_staging.target import TargetLookerStaging
from tests.target.conftest import schema, state, vendor, wire
from tests.target.test_looker_refresh import settings
from tests.target.test_process import SCRIPTS, run
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

ENTRY = "SELECT run_id, status, error FROM _sync_runs ORDER BY started_at DESC LIMIT 1"


@pytest.fixture
def config_file(staging: Staging, tmp_path: Path) -> Path:
    """Give the target's settings as a file."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**staging.config, "run_id": "mine"}))
    return path


def target(config_file: Path, *messages: Any, **variables: str) -> subprocess.CompletedProcess[str]:
    """Return how the target as a process ended."""
    return subprocess.run(
        [SCRIPTS / "target-looker-staging", "--config", config_file],
        input=wire(*messages).decode(),
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
        text=True,
    )


def failing_state(run_id: str = "run-1") -> dict[str, Any]:
    """Return the last state of a tap of whose two streams one failed."""
    told = run_state(1, complete=False, run_id=run_id)
    streams = told["value"]["run"]["streams"]
    streams["vendors"]["proofs"] = {"EPIC06": "counted", "EPIC07": "counted", "EPIC08": "swept"}
    streams["parts"] = {
        "status": "failed",
        "records": 0,
        "error": "403 Forbidden from Erp.BO.PartSvc, CorrelationId 5d1c3f2e",
    }
    return told


@pytest.mark.parametrize("lines", [(), ("", "  ")], ids=["nothing", "blank-lines"])
def test_tap_that_died_before_any_line(
    staging: Staging, config_file: Path, lines: tuple[str, ...]
) -> None:
    """A pipe from which nothing comes is an error, and the run log has it."""
    done = target(config_file, *lines)
    assert done.returncode == 1
    assert "The tap wrote nothing: it ended before its first message" in done.stderr
    assert staging.rows(ENTRY) == [("mine", "incomplete", "The tap sent no state.")]


def test_target_that_is_told_to_end_before_any_line(staging: Staging, config_file: Path) -> None:
    """A run that is ended while its tap has not got to its first message is in the run log."""
    with subprocess.Popen(
        [SCRIPTS / "target-looker-staging", "--config", config_file],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        status = Path(f"/proc/{process.pid}/status")
        while not _catches(status.read_text(), signal.SIGTERM):
            time.sleep(0.1)
        time.sleep(0.5)  # from there to the reading
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == 143
    assert staging.rows(ENTRY) == [
        ("mine", "interrupted", "The process was told to end (SIGTERM or SIGINT).")
    ]


def _catches(status: str, number: int) -> bool:
    """Return whether a process handles a signal itself, by what Linux tells of it."""
    [caught] = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")]
    return bool(int(caught, 16) >> (number - 1) & 1)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        pytest.param("no message", "Line 1: 10 bytes that are no Singer message", id="no-json"),
        pytest.param(
            {"type": "SCHEMA", "stream": "vendors", "schema": {}}, "properties", id="schema"
        ),
        pytest.param({"type": "STATE", "value": 1}, "Line 1: The STATE message", id="state"),
    ],
)
def test_first_message_that_is_refused(staging: Staging, message: Any, error: str) -> None:
    """A run whose first message is no good has an entry that says why."""
    with pytest.raises(InvalidInputLine):
        staging.sync(message, run_id="this")
    [(run_id, status, reason)] = staging.rows(ENTRY)
    assert (run_id, status) == ("this", "failed")
    assert error in reason


def test_settings_that_are_refused(staging: Staging, tmp_path: Path) -> None:
    """A run whose settings are not usable has an entry with everything that is wrong."""
    path = tmp_path / "config.json"
    wrong = {"load_method": "replace", "hard_deletes": True, "run_id": "mine"}
    path.write_text(json.dumps({**staging.config, **wrong}))
    done = target(path, schema(), vendor(1))
    assert done.returncode == 1
    assert "hard_deletes: there is no such setting; did you mean hard_delete?" in done.stderr
    [(run_id, status, error)] = staging.rows(ENTRY)
    assert (run_id, status) == ("mine", "failed")
    assert "load_method: 'replace' is not one of" in error
    assert "hard_deletes: there is no such setting" in error


def test_no_entry_over_a_connection_that_may_not_be_meant(staging: Staging, tmp_path: Path) -> None:
    """Where a misspelt setting may have been for TLS, nothing is sent anywhere."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**staging.config, "ssl_mode": "verify-full"}))
    done = target(path, schema())
    assert "ssl_mode: there is no such setting; did you mean sslmode?" in done.stderr
    assert staging.value("SELECT to_regclass('epicor_staging._sync_runs')") is None


def test_run_that_finds_its_id_taken(staging: Staging) -> None:
    """A run whose id is that of a run that goes on has an entry of its own."""
    config = {**staging.config, "run_id": "same", "lock_timeout_seconds": 1}
    other = TargetLookerStaging(config=dict(config))
    other.process_lines(io.BytesIO(wire(schema(), vendor(1))))  # type: ignore[arg-type]
    with pytest.raises(StreamBusyError):
        staging.sync(schema("parts"), run_id="same", lock_timeout_seconds=1)
    [(run_id, status, error)] = staging.rows(ENTRY)
    assert run_id.startswith("same/refused-")
    assert status == "failed"
    assert "still going on in another process" in error
    assert staging.value("SELECT status FROM _sync_runs WHERE run_id = 'same'") == "running"
    other.process_lines(io.BytesIO(wire(run_state(1))))  # type: ignore[arg-type]
    other.process_endofpipe()
    assert staging.value("SELECT status FROM _sync_runs WHERE run_id = 'same'") == "complete"


def test_what_the_tap_says(staging: Staging, config_file: Path) -> None:
    """The run log and `runs` show why the tap failed, and how each stream was proven."""
    begun = run_state(0, complete=False, status="pending")
    parts = schema("parts", {"properties": {"PartNum": {"type": "string"}}}, ["PartNum"])
    with pytest.raises(LoadIncompleteError):
        staging.sync(begun, schema(), vendor(1), parts, failing_state())
    assert staging.rows("SELECT stream, proofs, tap_error FROM _sync_run_streams ORDER BY 1") == [
        ("parts", None, "403 Forbidden from Erp.BO.PartSvc, CorrelationId 5d1c3f2e"),
        ("vendors", {"EPIC06": "counted", "EPIC07": "counted", "EPIC08": "swept"}, None),
    ]
    reason = "403 Forbidden from Erp.BO.PartSvc, CorrelationId 5d1c3f2e"
    assert f"parts: {reason}" in run("--config", config_file, "runs").stdout
    done = run("--config", config_file, "runs", "run-1")
    assert reason in done.stdout
    assert "counted (EPIC06, EPIC07); swept (EPIC08)" in done.stdout
    assert "error       Stream 'parts' is not done but failed." in done.stdout


def test_stream_that_failed_before_its_schema(staging: Staging) -> None:
    """A stream that the tap could not even begin stands in the run log with its reason."""
    with pytest.raises(LoadIncompleteError):
        staging.sync(run_state(0, complete=False), schema(), vendor(1), failing_state())
    assert staging.rows("SELECT stream, tap_error FROM _sync_run_streams ORDER BY 1") == [
        ("parts", "403 Forbidden from Erp.BO.PartSvc, CorrelationId 5d1c3f2e"),
        ("vendors", None),
    ]


def test_run_id_of_meltano(
    staging: Staging, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meltano's id of the run stands beside ours, where Meltano's caller gave it."""
    monkeypatch.setenv("MELTANO_RUN_ID", "0198f1d2-7c3a-7000-8000-000000000001")
    staging.sync(schema(), vendor(1), run_state(1), run_id="run-1")
    assert staging.value("SELECT meltano_run_id FROM _sync_runs").startswith("0198f1d2")
    for arguments in (("runs",), ("runs", "run-1")):
        assert "0198f1d2-7c3a-7000" in run("--config", config_file, *arguments).stdout


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param([("aa" * 16, "dev:a-to-b", 0)], "dev:a-to-b", id="one"),
        pytest.param([("aa" * 16, "dev:a-to-b:eu", 0)], "dev:a-to-b:eu", id="suffix"),
        pytest.param([("aa" * 16, "dev:a-to-b:replay-1", 0)], "dev:a-to-b", id="replay"),
        pytest.param([("aa" * 16, "dev:a-to-b2", 0)], None, id="other-target"),
        pytest.param([("aa" * 16, "dev:a-to-b", 400)], None, id="dead"),
        pytest.param(
            [("aa" * 16, "dev:a-to-b", 0), ("bb" * 16, "dev:a-to-b:eu", 0)], None, id="two"
        ),
    ],
)
def test_run_in_the_database_of_meltano(
    tmp_path: Path, rows: list[tuple[str, str, int]], found: str | None
) -> None:
    """The one run that goes on with this tap and target is this one; of two neither is."""
    path = tmp_path / "meltano.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE runs (run_id, job_name, state, ended_at, last_heartbeat_at)")
        for run_id, name, age in rows:
            at = datetime.now(timezone.utc) - timedelta(seconds=age)
            database.execute(
                "INSERT INTO runs VALUES (?, ?, 'RUNNING', NULL, ?)",
                (run_id, name, at.strftime("%Y-%m-%d %H:%M:%S.%f")),
            )
        database.commit()
    variables = {
        "MELTANO_ENVIRONMENT": "dev",
        "MELTANO_EXTRACTOR_NAME": "a",
        "MELTANO_LOADER_NAME": "b",
        "MELTANO_DATABASE_URI": f"sqlite:///{path}",
    }
    expected = MeltanoRun("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", found)
    if found is None:
        expected = MeltanoRun(None, "dev:a-to-b")
    assert find_meltano_run(variables) == expected
    assert find_meltano_run({**variables, "MELTANO_DATABASE_URI": "sqlite:////no/such"}) == (
        MeltanoRun(None, "dev:a-to-b")
    )


OLD = (
    "ALTER TABLE _sync_runs DROP COLUMN meltano_run_id; "
    "ALTER TABLE _sync_run_streams DROP COLUMN proofs, DROP COLUMN tap_error"
)


def test_run_log_of_an_earlier_version(staging: Staging, config_file: Path) -> None:
    """Tables of an earlier version are read as they are, and get what they lack from a run."""
    staging.sync(schema(), vendor(1), run_state(1), run_id="run-1")
    staging.rows(OLD)
    for arguments in (("runs",), ("runs", "run-1")):
        done = run("--config", config_file, *arguments)
        assert done.returncode == 0, done.stderr
    staging.sync(schema(), vendor(1), run_state(1))
    assert staging.types("_sync_run_streams")["proofs"] == "jsonb"
    assert staging.types("_sync_runs")["meltano_run_id"] == "text"


@pytest.mark.parametrize(
    ("faults", "owed"),
    [
        pytest.param((), "nothing.", id="nothing"),
        pytest.param(
            (Fault(Kind.STATUS, "update_datagroup", times=1, status=403),),
            "epicor_kinetic::staging.",
            id="datagroup",
        ),
    ],
)
def test_last_three_lines(
    staging: Staging, looker: LookerServer, tmp_path: Path, faults: tuple[Fault, ...], owed: str
) -> None:
    """The last lines of a run say what was loaded, what changed, and what is owed."""
    for fault in faults:
        looker.faults.add(fault)
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**staging.config, **settings(looker), "run_id": "mine"}))
    staging.sync(schema(), vendor(1, "old"), vendor(2))
    done = target(path, schema(), vendor(1), vendor(2), vendor(3), run_state(3, run_id="mine"))
    assert done.returncode == len(faults), done.stderr
    lines = [line.partition(" | [run mine] ")[2] for line in done.stderr.splitlines()[-3:]]
    assert lines == [
        "Loaded: 3 records of 1 streams (vendors 3).",
        "Changed: rows 1 inserted, 1 updated, 0 deleted, 0 rejected (vendors).",
        f"Owed to Looker: {owed}",
    ]
    told = run("--config", path, "runs").stdout.splitlines()[-1]
    assert told == f"Still owed to Looker: {'datagroup ' if faults else ''}{owed}"


@pytest.mark.parametrize(
    ("messages", "code", "owed"),
    [
        pytest.param(
            [schema(), vendor(1), failing_state("mine")], 1,
            "vendors, when a run is whole. This one is not: it ended with an error.", id="tap-failed",
        ),
        pytest.param(
            [schema(), vendor(1), state(parts={})], 0,
            "vendors, when a run is whole. This one is not: The tap's last state lacks stream "
            "'vendors'.", id="not-proven",
        ),
        pytest.param(
            [schema(), vendor(2**63)], 1,
            "nothing new, when a run is whole. This one is not: it ended with an error.", id="failed",
        ),
    ],
)  # fmt: skip
def test_last_lines_of_a_run_that_is_not_whole(
    config_file: Path, messages: list[Any], code: int, owed: str
) -> None:
    """A run that is not whole says so in its last line."""
    done = target(config_file, *messages)
    assert done.returncode == code, done.stderr
    assert done.stderr.splitlines()[-1].endswith(f"Owed to Looker: {owed}")
    assert "Changed: rows " in done.stderr.splitlines()[-2]


def test_every_line_bears_the_run(config_file: Path, tmp_path: Path) -> None:
    """Each line of the log bears the run's id, as text and as JSON, the SDK's own included."""
    messages = [schema(), vendor(1), run_state(1, run_id="mine")]
    done = target(config_file, *messages)
    lines = done.stderr.splitlines()
    assert len(lines) > 5
    later = next(i for i, line in enumerate(lines) if "[run mine]" in line)
    assert all("[run mine] " in line for line in lines[later:])
    assert all("[run " in line for line in lines)
    bad = config_file.with_name("bad.json")
    bad.write_text(json.dumps({**json.loads(config_file.read_text()), "checkpoints": 1}))
    assert all("[run " in line for line in target(bad).stderr.splitlines())
    log_config = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "singer_sdk.logging.StructuredFormatter"}},
        "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": "INFO", "handlers": ["err"]},
    }
    path = tmp_path / "logging.json"
    path.write_text(json.dumps(log_config))
    done = target(config_file, *messages, SINGER_SDK_LOG_CONFIG=str(path))
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert told[-1]["extra"]["target_run_id"].startswith("mine")
    assert all(each["message"] == "METRIC" or "[run " in each["message"] for each in told)
    assert any("metric_info" in each for each in told)


def test_run_id_with_a_percent_sign(tmp_path: Path, staging: Staging) -> None:
    """A run id is only text."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**staging.config, "run_id": "100%s"}))
    done = target(path, schema())
    assert "[run 100%s] Loaded: 0 records of 1 streams (vendors 0)." in done.stderr
    assert "Logging error" not in done.stderr

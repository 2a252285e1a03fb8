"""`looker-staging replay` without Meltano: refresh, rejected records, and the way to a load."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from sandbox.looker.faults import Fault, Kind
from target_looker_staging.commands.cli import main
from target_looker_staging.exceptions import LookerRefreshError, StagingDataError
from target_looker_staging.target import TargetLookerStaging
from tests.target.conftest import record, schema, state, vendor, wire
from tests.target.test_looker_refresh import settings
from tests.target.test_quarantine import WAITING, line, load
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging


@pytest.fixture
def replay(
    staging: Staging, looker: LookerServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Give the command, in a folder without a Meltano project."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**staging.config, **settings(looker)}))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(path), "replay", *arguments])

    return run


def begun(run_id: str) -> dict[str, Any]:
    """Return a tap's first state."""
    return run_state(0, complete=False, status="pending", run_id=run_id)


def reject(staging: Staging, looker: LookerServer, *records: Any, run_id: str = "first") -> None:
    """Run a whole load of vendors, at least one of which goes into quarantine."""
    last = run_state(len(records), run_id=run_id)
    load(staging, begun(run_id), schema(), *records, last, **settings(looker))


def test_overwritten_table_is_not_replaced(
    staging: Staging, replay: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where loads overwrite their tables, a record from quarantine still comes beside the rows."""
    load(staging, schema(), vendor(1, Name=5), vendor(2))
    edit(staging, "Name", '"x"')
    monkeypatch.setenv("TARGET_LOOKER_STAGING_LOAD_METHOD", "overwrite")
    replay("--rejected")
    assert staging.rows("SELECT vendornum, name FROM vendors ORDER BY 1") == [
        (1, "x"),
        (2, "Müller"),
    ]


def edit(staging: Staging, column: str, value: str) -> None:
    """Mend the records in quarantine, as a person would."""
    staging.rows(
        "UPDATE _rejected_records SET record = record || jsonb_build_object(%s::text, %s::jsonb) "
        "WHERE resolved_at IS NULL",
        column,
        value,
    )


def test_mended_record_is_loaded(
    staging: Staging, looker: LookerServer, replay: Callable[..., Result]
) -> None:
    """Once mended, a record takes its place in a run that names the old one; Looker hears of it."""
    staging.sync(schema(), vendor(1, "old"), vendor(2))
    before = staging.value("SELECT xmin::text FROM vendors WHERE vendornum = 2")
    reject(staging, looker, vendor(1, Name=5), vendor(2), vendor(3))
    edit(staging, "Name", '"new"')
    done = replay("first")
    assert done.exit_code == 0, done.output
    assert staging.rows("SELECT vendornum, name, _source_id FROM vendors ORDER BY 1") == [
        (1, "new", "00000000-0000-0000-0000-000000000001"),
        (2, "Müller", "00000000-0000-0000-0000-000000000002"),
        (3, "Müller", "00000000-0000-0000-0000-000000000003"),
    ]
    assert staging.value("SELECT xmin::text FROM vendors WHERE vendornum = 2") == before
    [(run_id, tap, status)] = staging.rows(
        "SELECT run_id, tap, status FROM _sync_runs WHERE replay_of = 'first'"
    )
    assert (tap, status) == ("looker-staging replay", "complete")
    assert staging.rows(
        "SELECT resolution, resolved_by, record, record_text FROM _rejected_records"
    ) == [("loaded", run_id, None, None)]
    assert "update_datagroup" in looker.operations()
    assert "nothing of it is left to do" in replay("first").output


def test_record_that_is_still_bad(
    staging: Staging, looker: LookerServer, replay: Callable[..., Result]
) -> None:
    """A record that still does not fit stays, with the reason of today; the others go through."""
    reject(staging, looker, vendor(1, Name=5), vendor(2, VendorNum=2**63), vendor(3, Name=5))
    staging.rows(
        """UPDATE _rejected_records SET record = record || '{"Name": "x"}' WHERE number <> 3"""
    )
    staging.rows("UPDATE _rejected_records SET reason = '' ")
    done = replay("--rejected")
    assert done.exit_code == 1
    assert "Still in quarantine: vendors 2" in done.output
    assert staging.rows("SELECT vendornum FROM vendors") == [(1,)]
    assert staging.rows(
        "SELECT number, property, reason FROM _rejected_records WHERE resolved_at IS NULL ORDER BY id"
    ) == [
        (2, "VendorNum", "is a number out of the column's range"),
        (3, "Name", "is a number, not a string"),
    ]
    assert staging.value("SELECT status FROM _sync_runs WHERE replay_of = 'first'") == "incomplete"
    assert looker.operations() == []


def test_widened_column(
    staging: Staging, looker: LookerServer, replay: Callable[..., Result]
) -> None:
    """What a person has widened the table to is what it takes."""
    reject(staging, looker, vendor(1, CreditLimit="on request"), vendor(2))
    assert replay("first").exit_code == 1
    staging.rows("ALTER TABLE vendors ALTER creditlimit TYPE text")
    done = replay("first")
    assert done.exit_code == 0, done.output
    assert staging.rows("SELECT vendornum, creditlimit FROM vendors ORDER BY 1") == [
        (1, "on request"),
        (2, "10"),
    ]


@pytest.mark.parametrize(
    "again",
    [pytest.param("changed", id="changed"), pytest.param("old", id="as-it-was-before")],
)
def test_newer_version_is_not_overwritten(
    staging: Staging, looker: LookerServer, replay: Callable[..., Result], again: str
) -> None:
    """A record of last week gives way to what has come since, be it what had been there before."""
    staging.sync(schema(), vendor(1, "old"))
    reject(staging, looker, vendor(1, "last week", CreditLimit="x"))
    staging.sync(schema(), vendor(1, again))
    staging.rows("UPDATE _rejected_records SET record = '{}' WHERE resolved_at IS NULL")
    assert "No such record" in replay("--rejected").output
    assert staging.rows("SELECT name FROM vendors") == [(again,)]


@pytest.mark.parametrize(
    ("bad", "column", "value"),
    [
        pytest.param(vendor(2, VendorNum=None), "VendorNum", "1", id="null-key"),
        pytest.param(
            vendor(1, SysRowID="x"), "SysRowID", '"00000000-0000-0000-0000-000000000001"', id="id"
        ),
        pytest.param(vendor(2, Name=5), "VendorNum", "1", id="edited-key"),
    ],
)
def test_row_of_an_edited_key_stays(
    staging: Staging, looker: LookerServer, replay: Callable[..., Result],
    bad: Any, column: str, value: str,
) -> None:  # fmt: skip
    """Nobody can tell whether a row is newer than a record that has only now got its key."""
    staging.sync(schema(), vendor(1, "here"))
    reject(staging, looker, bad)
    edit(staging, "Name", '"edited"')
    edit(staging, column, value)
    done = replay("--rejected")
    assert done.exit_code == 1, done.output
    assert staging.rows("SELECT vendornum, name FROM vendors") == [(1, "here")]
    reason = staging.value("SELECT reason FROM _rejected_records")
    assert "conflicts with an existing row" in reason
    staging.rows("DELETE FROM vendors")
    assert replay("--rejected").exit_code == 0
    assert staging.rows("SELECT vendornum, name FROM vendors") == [(1, "edited")]


def test_streams_and_runs_are_chosen(
    staging: Staging, looker: LookerServer, replay: Callable[..., Result]
) -> None:
    """Records are taken in by stream, by run, or all, the oldest run first; --dry-run only tells."""
    reject(staging, looker, vendor(1, Name=5), run_id="one")
    load(
        staging, begun("two"), schema("parts", {"properties": {"A": {"type": "string"}}}, ["A"]),
        record("parts", A=1), state(parts={}),
    )  # fmt: skip
    edit(staging, "Name", '"x"')
    edit(staging, "A", '"x"')
    told = replay("--rejected", "--dry-run").output.splitlines()
    assert told == [
        "Would load 1 record of vendors that run one rejected",
        "Would load 1 record of parts that run two rejected",
    ]
    assert replay("--rejected", "--stream", "customers").output == (
        "No such record is in quarantine.\n"
    )
    assert staging.value(WAITING) == 2
    assert replay("--rejected", "--stream", "parts").exit_code == 0
    assert staging.rows("SELECT a FROM parts") == [("x",)]
    assert replay("--rejected", "one").exit_code == 0
    assert staging.value(WAITING) == 0


def test_load_that_left_out_more_is_not_told(
    staging: Staging, looker: LookerServer, replay: Callable[..., Result]
) -> None:
    """Records from quarantine do not make a load whole that lacks other things."""
    unfinished = run_state(1, complete=False, run_id="first")
    load(staging, begun("first"), schema(), vendor(1, Name=5), unfinished, **settings(looker))
    edit(staging, "Name", '"x"')
    done = replay("--rejected")
    assert done.exit_code == 0
    assert staging.rows("SELECT status, error FROM _sync_runs WHERE replay_of = 'first'") == [
        ("incomplete", "Run first did not load everything (incomplete).")
    ]
    assert looker.operations() == []


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(line('{"A":"\\u0000","B":'), id="no-json"),
        pytest.param(line('{"A":1}', "log"), id="stream-without-key"),
    ],
)
def test_text_that_is_no_record_stays(
    staging: Staging, replay: Callable[..., Result], bad: str
) -> None:
    """What cannot be read as a record of its stream is not made one."""
    definition = schema("log", {"properties": {"A": {"type": "string"}}}, [])
    load(staging, definition, bad.replace('"vendors"', '"log"'))
    assert replay("--rejected").exit_code == 1
    assert staging.value("SELECT count(*) FROM log") == 0


def test_refresh_alone(
    staging: Staging, looker: LookerServer, replay: Callable[..., Result]
) -> None:
    """If everything is staged, only Looker is told, and only once."""
    looker.faults.add(Fault(Kind.STATUS, "update_datagroup", times=1, status=403))
    with pytest.raises(LookerRefreshError):
        staging.sync(
            begun("first"), schema(), vendor(1), run_state(1, run_id="first"), **settings(looker)
        )
    assert "Would tell Looker: epicor_kinetic::staging" in replay("first", "--dry-run").output
    assert (
        staging.value("SELECT status FROM _looker_refreshes ORDER BY id DESC LIMIT 1") == "failed"
    )
    done = replay("first")
    assert done.exit_code == 0, done.output
    assert staging.value("SELECT status FROM _looker_refreshes ORDER BY id DESC LIMIT 1") == "done"
    assert staging.value("SELECT count(*) FROM _sync_runs") == 1
    assert "nothing of it is left to do" in replay("first").output


def failed_run(staging: Staging, key: Any = ("Company", "VendorNum")) -> None:
    """Make a run that fails after its first batch."""
    with pytest.raises(StagingDataError):
        staging.sync(
            begun("first"), schema(key=key), vendor(1), vendor(2, Name=5), batch_size_rows=1
        )


def test_load_without_meltano(
    staging: Staging, replay: Callable[..., Result], tmp_path: Path
) -> None:
    """The state before the run is written to a file, and what to do with it is told."""
    failed_run(staging)
    path = tmp_path / "first.state.json"
    assert "Would write: first.state.json" in replay("first", "--dry-run").output
    assert not path.exists()
    done = replay("first")
    assert done.exit_code == 0, done.output
    assert "TARGET_LOOKER_STAGING_REPLAY_OF=first target-looker-staging" in done.output
    assert json.loads(path.read_text()) == {"bookmarks": {"vendors": {"rev": 0}}}
    staging.sync(begun("again"), schema(), vendor(1), run_state(1), replay_of="first")
    assert staging.value("SELECT replay_of FROM _sync_runs WHERE run_id = 'again'") == "first"


def test_dry_run_with_meltano(
    staging: Staging, replay: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is told that would run tap and target under a state of their own."""
    names = ("ENVIRONMENT", "EXTRACTOR_NAME", "LOADER_NAME", "RUN_STATE_ID_SUFFIX")
    for name, value in zip(names, ("prod", "tap-x", "target-y", "group"), strict=True):
        monkeypatch.setenv(f"MELTANO_{name}", value)
    failed_run(staging)
    assert staging.value("SELECT state_id FROM _sync_runs") == "prod:tap-x-to-target-y:group"
    (tmp_path / "meltano.yml").touch()
    done = replay("first", "--dry-run")
    assert done.exit_code == 0, done.output
    assert done.output == (
        "From the state before run first: meltano --environment=prod run "
        "--state-id-suffix=replay-first tap-x target-y\n"
        "Would then let state prod:tap-x-to-target-y:group go on from there, if that ends well.\n"
    )


def test_load_that_would_double_rows(staging: Staging, replay: Callable[..., Result]) -> None:
    """Rows without a key cannot come a second time."""
    failed_run(staging, key=())
    done = replay("first")
    assert done.exit_code == 1
    assert "The tables of vendors have no key" in done.output


def test_run_that_goes_on(staging: Staging, replay: Callable[..., Result]) -> None:
    """A run is not done again while it goes on."""
    other = TargetLookerStaging(config=staging.config)
    messages = begun("first"), schema(), vendor(1), run_state(1, run_id="first")
    other.process_lines(_Lines(*messages))  # type: ignore[arg-type]
    done = replay("first")
    other.process_endofpipe()
    assert done.exit_code == 1
    assert "Run first still goes on" in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        pytest.param("nowhere", 1, "There is no run nowhere", id="unknown-run"),
        pytest.param("", 2, "Say which run", id="no-run"),
        pytest.param("x --stream y", 2, "--stream goes with --rejected", id="stream-alone"),
        pytest.param("first --state-id x", 1, "is no state id of `meltano run`", id="state-id"),
    ],
)
def test_what_cannot_be_done(
    staging: Staging, replay: Callable[..., Result], tmp_path: Path,
    arguments: str, code: int, text: str,
) -> None:  # fmt: skip
    """What was asked wrongly is told, with what to do."""
    failed_run(staging)
    (tmp_path / "meltano.yml").touch()
    done = replay(*shlex.split(arguments))
    assert done.exit_code == code
    assert text in done.output


class _Lines:
    """Singer messages as a file."""

    def __init__(self, *messages: Any) -> None:
        self._blocks = [wire(*messages)]

    def read1(self, _size: int) -> bytes:
        """Return all at once, then nothing."""
        return self._blocks.pop() if self._blocks else b""

    read = read1

"""The run log."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from target_looker_staging.exceptions import (
    LoadIncompleteError,
    QuarantineError,
    StagingConnectionError,
    StagingDataError,
    StagingError,
)
from target_looker_staging.run.completeness import judge
from target_looker_staging.target import TargetLookerStaging
from tests.target.conftest import record, schema, state, vendor, wire

if TYPE_CHECKING:
    from tests.target.conftest import Staging


def run_state(
    records: int, *, complete: bool = True, status: str = "done", run_id: str = "run-1"
) -> dict[str, Any]:
    """Return a STATE message with the run record of this project's tap."""
    stream = {
        "status": status,
        "records": records,
        "replication_key": "SysRevID",
        "source_count": 5,
    }
    run = {
        "id": run_id,
        "tap": "tap-epicor-kinetic 0.1.0",
        "started_at": "2026-11-23T10:00:00Z",
        "finished_at": None,
        "complete": complete,
        "streams": {"vendors": stream},
    }
    return {"type": "STATE", "value": {"bookmarks": {"vendors": {"rev": records}}, "run": run}}


def test_page_of_a_run(staging: Staging) -> None:
    """A run's page tells who ran what, from which state to which, and what came of it."""
    first = run_state(0, complete=False, status="pending")
    staging.sync(first, schema(), vendor(1), vendor(2), run_state(2), invoked_by="nightly")
    assert staging.rows(
        "SELECT run_id, status, invoked_by, tap, target, state_before -> 'bookmarks', "
        "state_after -> 'bookmarks', rows_changed, error, finished_at >= started_at FROM _sync_runs"
    ) == [
        (
            "run-1",
            "complete",
            "nightly",
            "tap-epicor-kinetic 0.1.0",
            "target-looker-staging 0.1.0",
            {"vendors": {"rev": 0}},
            {"vendors": {"rev": 2}},
            2,
            None,
            True,
        )
    ]
    assert staging.rows(
        "SELECT run_id, stream, records_sent, records_received, rows_inserted, bookmark_before, "
        "bookmark_after, source_count, first_commit_at <= last_commit_at FROM _sync_run_streams"
    ) == [("run-1", "vendors", 2, 2, 2, {"rev": 0}, {"rev": 2}, 5, True)]


def test_run_id_of_the_settings(staging: Staging) -> None:
    """A tap that does not name its run leaves that to the settings."""
    staging.sync(schema(), run_id="from-settings")
    assert staging.value("SELECT run_id FROM _sync_runs") == "from-settings"


def test_run_without_anything(staging: Staging) -> None:
    """A run in which nothing came has a page, too, and is an error: its tap died."""
    with pytest.raises(LoadIncompleteError, match="wrote nothing"):
        staging.sync()
    assert staging.rows("SELECT status, error FROM _sync_runs") == [
        ("incomplete", "The tap sent no state.")
    ]


def test_failed_run(staging: Staging) -> None:
    """A run that failed tells why, and how far it came."""
    with pytest.raises(StagingDataError):
        staging.sync(schema(), vendor(1), vendor(2**63), batch_size_rows=1)
    [(status, error, changed)] = staging.rows("SELECT status, error, rows_changed FROM _sync_runs")
    assert (status, changed) == ("failed", 1)
    assert error.startswith("Stream 'vendors', key properties Company, VendorNum: property")


def test_run_that_lost_its_connection(staging: Staging) -> None:
    """A run whose connection is cut ends with an error that says so, and passes no state on."""

    class Cutting:
        """Input that cuts all other connections before its last line."""

        def __init__(self, blocks: list[bytes]) -> None:
            self._blocks = blocks

        def read1(self, _size: int) -> bytes:
            if len(self._blocks) == 1:
                staging.rows(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            return self._blocks.pop(0) if self._blocks else b""

        read = read1

    target = TargetLookerStaging(config=staging.config)
    blocks = [wire(schema(), vendor(1)), wire(vendor(2), state(vendors={}))]
    with pytest.raises(StagingConnectionError, match="connection to Postgres failed or was cut"):
        target.listen(Cutting(blocks))  # type: ignore[arg-type]  # what a pipe can do
    assert staging.value("SELECT count(*) FROM vendors") == 0


def test_dead_run_is_found(staging: Staging) -> None:
    """A run that was killed stands as interrupted when the next one begins."""
    staging.sync(schema(), run_id="dead")
    staging.rows("UPDATE _sync_runs SET status = 'running', finished_at = NULL")
    staging.sync(schema(), run_id="next")
    assert staging.value("SELECT status FROM _sync_runs WHERE run_id = 'dead'") == "interrupted"


def test_run_that_still_goes_on_is_left_alone(staging: Staging) -> None:
    """Another run of the same schema may go on beside this one."""
    other = TargetLookerStaging(config={**staging.config, "run_id": "other"})
    other.process_lines(io.BytesIO(wire(schema(), vendor(1))))  # type: ignore[arg-type]
    staging.sync(schema("suppliers"), record("suppliers", Company="EPIC06", VendorNum=2))
    assert staging.value("SELECT status FROM _sync_runs WHERE run_id = 'other'") == "running"
    other.process_endofpipe()
    assert staging.value("SELECT count(*) FROM vendors") == 1
    assert staging.value("SELECT count(*) FROM suppliers") == 1


def test_replaced_characters_are_counted(staging: Staging) -> None:
    """The run log tells how many characters Postgres could not hold."""
    staging.sync(schema(), vendor(1, "a\0b\0"))
    assert staging.value("SELECT characters_replaced FROM _sync_run_streams") == 2


def test_state_that_postgres_cannot_hold(
    staging: Staging, capsys: pytest.CaptureFixture[str]
) -> None:
    """A state goes on as it came, whatever the run log can keep of it."""
    last = r'{"type":"STATE","value":{"bookmarks":{"vendors":{"a":"\u0000\ud800"}}}}'
    staging.sync(schema(), vendor(1), last)
    assert capsys.readouterr().out == '{"bookmarks":{"vendors":{"a":"\\u0000\\ud800"}}}\n'
    assert staging.value("SELECT state_after #>> '{bookmarks,vendors,a}' FROM _sync_runs") == "��"


FINISHED = {"bookmarks": {"vendors": {"replication_key_value": 1}, "parts": {}}}


@pytest.mark.parametrize(
    ("last", "received", "reason"),
    [
        pytest.param(None, {}, "no state", id="no-state"),
        pytest.param({"vendors": 4}, {"vendors": 1}, "does not tell", id="foreign-state"),
        pytest.param(FINISHED, {"vendors": 1, "parts": 0}, "", id="sdk-finished"),
        pytest.param(FINISHED, {"buyers": 1}, "lacks stream 'buyers'", id="sdk-stream-missing"),
        pytest.param(
            {"bookmarks": {"vendors": {"progress_markers": {}}}},
            {"vendors": 1},
            "still being read",
            id="sdk-in-progress",
        ),
        pytest.param(
            {"bookmarks": {"vendors": {"partitions": [{}, {"starting_replication_value": 1}]}}},
            {"vendors": 1},
            "still being read",
            id="sdk-partition-in-progress",
        ),
        pytest.param(run_state(2)["value"], {"vendors": 2}, "", id="run-complete"),
        pytest.param(
            run_state(2)["value"], {"vendors": 1}, "sent 2 records, 1 arrived", id="run-lost-one"
        ),
        pytest.param(
            run_state(2, status="failed", complete=False)["value"],
            {"vendors": 2},
            "not done but failed",
            id="run-failed-stream",
        ),
        pytest.param(
            run_state(2, complete=False)["value"],
            {"vendors": 2},
            "did not reach its end",
            id="run-cut",
        ),
        pytest.param(
            run_state(1)["value"], {"vendors": 2}, "sent 1 records, 2 arrived", id="run-one-more"
        ),
        pytest.param(
            run_state(2, status="pending")["value"],
            {"vendors": 2},
            "Stream 'vendors' is not done but pending",
            id="run-contradicts-pending",
        ),
        pytest.param(
            run_state(2, status="running")["value"],
            {"vendors": 2},
            "Stream 'vendors' is not done but running",
            id="run-contradicts-running",
        ),
        pytest.param(FINISHED, {}, "a state and no stream", id="sdk-no-stream"),
        *(
            pytest.param(
                {"bookmarks": {"vendors": {mark: 1}}},
                {"vendors": 1},
                "Stream 'vendors' was still being read",
                id=f"sdk-{mark}",
            )
            for mark in (
                "replication_key_signpost",
                "starting_replication_value",
                "progress_markers",
            )
        ),
        pytest.param(
            {"bookmarks": {"vendors": {"partitions": [{"replication_key_signpost": 1}, {}]}}},
            {"vendors": 1},
            "Stream 'vendors' was still being read",
            id="sdk-signpost-of-a-partition",
        ),
        pytest.param(
            {**FINISHED, "currently_syncing": "vendors"},
            {"vendors": 1},
            "Stream 'vendors' was still being read",
            id="currently-syncing",
        ),
        pytest.param({**FINISHED, "currently_syncing": None}, {"vendors": 1}, "", id="synced"),
    ],
)
def test_completeness(last: dict[str, Any] | None, received: dict[str, int], reason: str) -> None:
    """A load is whole only if the tap's last state proves it."""
    verdict = judge(last, received)
    assert reason in verdict.reason
    assert verdict.complete is not bool(reason)


CLEAN = state(vendors={"replication_key_value": 1})


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        pytest.param([CLEAN, schema(), vendor(1)], "incomplete", id="nothing-after-the-records"),
        pytest.param([CLEAN, schema(), vendor(1), CLEAN], "complete", id="the-same-state-again"),
        pytest.param([CLEAN, schema(), vendor(9)], "complete", id="nothing-changed"),
    ],
)
def test_state_of_an_earlier_run_proves_nothing(
    staging: Staging, messages: list[dict[str, Any]], status: str
) -> None:
    """A tap that goes on from a state sends it first; killed then, it has finished no stream."""
    staging.sync(schema(), vendor(9), CLEAN)
    staging.sync(*messages, run_id="this")
    assert staging.value("SELECT status FROM _sync_runs WHERE run_id = 'this'") == status


def test_overwriting_needs_a_state_after_the_records(staging: Staging) -> None:
    """The state that a tap goes on from does not make half a load replace a table."""
    staging.sync(schema(), vendor(1), vendor(2), CLEAN, load_method="overwrite")
    with pytest.raises(StagingError, match=r"keep what they had.*after its last state"):
        staging.sync(CLEAN, schema(), vendor(1), load_method="overwrite")
    assert staging.value("SELECT count(*) FROM vendors") == 2


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(run_state(1, complete=False), id="not-at-its-end"),
        pytest.param(run_state(2), id="one-lost"),
        pytest.param(run_state(1, status="running"), id="contradicts"),
    ],
)
def test_cut_run_record_replaces_no_table(staging: Staging, cut: dict[str, Any]) -> None:
    """With load method overwrite a table keeps its rows if the run record shows a cut."""
    staging.sync(schema(), vendor(1), vendor(2), CLEAN, load_method="overwrite")
    with pytest.raises(StagingError, match="keep what they had"):
        staging.sync(schema(), vendor(3), cut, load_method="overwrite")
    assert staging.rows("SELECT vendornum FROM vendors ORDER BY 1") == [(1,), (2,)]


def test_runs_under_one_id(staging: Staging) -> None:
    """A run that comes again goes on with its entry; after a complete one it gets the next."""
    with pytest.raises(StagingDataError):
        staging.sync(schema(), vendor(2**63), run_id="job")
    [(ended, error)] = staging.rows("SELECT finished_at, error FROM _sync_runs")
    assert ended is not None
    assert "VendorNum" in error
    again = TargetLookerStaging(config={**staging.config, "run_id": "job"})
    again.process_lines(io.BytesIO(wire(schema(), vendor(1))))  # type: ignore[arg-type]
    under_way = staging.rows("SELECT run_id, status, finished_at, error FROM _sync_runs")
    assert under_way == [("job", "running", None, None)]
    again.process_lines(io.BytesIO(wire(run_state(1))))  # type: ignore[arg-type]
    again.process_endofpipe()
    for expected in ("job/2", "job/3"):
        staging.sync(schema(), vendor(1), run_state(1, run_id="job"), run_id="job")
        [(run_id, status, error, renewed)] = staging.rows(
            "SELECT run_id, status, error, finished_at > %s FROM _sync_runs "
            "ORDER BY finished_at DESC LIMIT 1",
            ended,
        )
        assert (run_id, status, error, renewed) == (expected, "complete", None, True)
    assert staging.value(
        "SELECT error IS NULL AND finished_at > %s FROM _sync_runs WHERE run_id = 'job'", ended
    )
    assert staging.value("SELECT count(*) FROM _sync_runs") == 3


def test_stream_maps_do_not_make_a_load_incomplete(staging: Staging) -> None:
    """What the tap sent is compared with what arrived, not with what a stream map left of it."""
    maps = {"vendors": {"__alias__": "suppliers", "__filter__": "VendorNum > 1"}}
    staging.sync(schema(), vendor(1), vendor(2), run_state(2), stream_maps=maps)
    assert staging.value("SELECT status FROM _sync_runs") == "complete"


def test_stream_of_which_nothing_came(staging: Staging) -> None:
    """A stream without records stands in the run log, with what the tap says of it."""
    with pytest.raises(LoadIncompleteError):
        staging.sync(schema(), run_state(3))
    assert staging.rows(
        "SELECT stream, records_sent, records_received, first_commit_at FROM _sync_run_streams"
    ) == [("vendors", 3, 0, None)]
    assert staging.value("SELECT error FROM _sync_runs").startswith(
        "Stream 'vendors': the tap sent 3"
    )


def test_readers_are_granted_what_they_lack(staging: Staging) -> None:
    """Roles that may read get the schema, tables and run log, but no rejected records."""
    staging.rows("CREATE SCHEMA epicor_staging")
    staging.sync(schema(), vendor(1), grant_select_to=["pg_monitor"])
    staging.rows("CREATE TABLE later ()")
    lacking = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'epicor_staging'::regnamespace "
        "AND relkind = 'r' AND NOT has_table_privilege('pg_monitor', oid, 'SELECT')"
    )
    assert staging.rows(lacking) == [("_rejected_records",)]
    assert staging.value("SELECT has_schema_privilege('pg_monitor', 'epicor_staging', 'USAGE')")


def test_role_that_does_not_exist(staging: Staging) -> None:
    """A reader that the server does not know is named."""
    with pytest.raises(Exception, match="'nobody-here'"):
        staging.sync(schema(), grant_select_to=["nobody-here"])


def test_least_privileges(staging: Staging) -> None:
    """A role that owns nothing but its schema can load."""
    name = f"loader_{staging.config['database']}"
    staging.rows(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    try:
        staging.rows(f"CREATE SCHEMA epicor_staging AUTHORIZATION {name}")
        staging.rows(f"REVOKE ALL ON DATABASE {staging.config['database']} FROM PUBLIC")
        staging.rows(f"GRANT CONNECT, TEMPORARY ON DATABASE {staging.config['database']} TO {name}")
        for number in (1, 2):
            staging.sync(schema(), vendor(1), vendor(number), user=name, password="x")
        assert staging.value("SELECT count(*) FROM vendors") == 2
    finally:
        staging.rows(f"DROP OWNED BY {name} CASCADE")
        staging.rows(f"DROP ROLE {name}")


def test_lock_that_does_not_come_free(staging: Staging) -> None:
    """A table that somebody else has locked is waited for only as long as the settings say."""
    staging.sync(schema(), vendor(1))
    other = psycopg2.connect(
        **{("dbname" if k == "database" else k): v for k, v in staging.config.items()}
    )
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE epicor_staging.vendors")
    with pytest.raises(Exception, match="lock_timeout_seconds"):
        staging.sync(schema(), vendor(2), lock_timeout_seconds=1)
    other.close()


def test_schema_of_any_name(staging: Staging) -> None:
    """A name with quotes, and with what psycopg2 takes for a placeholder, is only a name."""
    named = {"default_target_schema": '100% of "%s" %(run_id)s', "on_bad_record": "quarantine"}
    bad = vendor(2, Name=5)
    with pytest.raises(QuarantineError, match="1 record is in quarantine"):
        staging.sync(schema(), vendor(1), bad, run_state(2), **named)
    staging.sync(schema(), vendor(1), vendor(2), run_state(2), **named)
    staging.rows(
        "SELECT set_config('search_path', quote_ident(%s), false)", named["default_target_schema"]
    )
    assert staging.rows("SELECT status, rows_changed FROM _sync_runs ORDER BY started_at") == [
        ("incomplete", 1),
        ("complete", 1),
    ]
    assert staging.value("SELECT resolution FROM _rejected_records") == "superseded"

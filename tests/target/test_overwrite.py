"""Load method overwrite: a table equal to what one run sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_looker_staging.exceptions import StagingError
from tests.target.conftest import VENDORS, record, schema, state, vendor
from tests.target.test_versions import at, latest_counts

if TYPE_CHECKING:
    from tests.target.conftest import Staging

# The last state of a tap that read all vendors.
DONE = state(vendors={})


def test_table_becomes_what_came(staging: Staging) -> None:
    """Rows that did not come go, others come or stay; the counts tell which."""
    staging.sync(schema(), vendor(1), vendor(2), vendor(3), DONE, load_method="overwrite")
    before = staging.value("SELECT xmin::text FROM vendors WHERE vendornum = 1")
    staging.sync(
        schema(), vendor(1), vendor(2, "old"), vendor(4), vendor(2, "new"), DONE,
        load_method="overwrite", batch_size_rows=2,
    )  # fmt: skip
    assert staging.rows("SELECT vendornum, name FROM vendors ORDER BY 1") == [
        (1, "Müller"),
        (2, "new"),
        (4, "Müller"),
    ]
    assert staging.value("SELECT xmin::text FROM vendors WHERE vendornum = 1") == before
    assert staging.rows(
        "SELECT records_received, rows_inserted, rows_updated, rows_unchanged, rows_deleted, "
        "rows_superseded FROM _sync_run_streams ORDER BY last_commit_at DESC LIMIT 1"
    ) == [(4, 1, 1, 1, 1, 1)]


def test_stream_without_key(staging: Staging) -> None:
    """Without a key all rows are new."""
    definition = schema("log", {"properties": {"A": {"type": "string"}}}, [])
    done = state(log={})
    staging.sync(
        definition, record("log", A="x"), record("log", A="x"), done, load_method="overwrite"
    )
    staging.sync(definition, record("log", A="y"), done, load_method="overwrite")
    assert staging.rows("SELECT a FROM log") == [("y",)]


def test_nothing_came(staging: Staging) -> None:
    """A stream without records leaves an empty table."""
    staging.sync(schema(), vendor(1), DONE, load_method="overwrite")
    staging.sync(schema(), DONE, load_method="overwrite")
    assert staging.rows("SELECT * FROM vendors") == []


def test_schema_changes_within_the_run(staging: Staging) -> None:
    """Records before and after a new schema are all part of what came."""
    wider = {**VENDORS, "properties": {**VENDORS["properties"], "City": {"type": "string"}}}
    staging.sync(schema(), vendor(9), DONE, load_method="overwrite")
    staging.sync(
        schema(), vendor(1), vendor(2), schema(definition=wider), vendor(2, City="Bremen"), DONE,
        load_method="overwrite",
    )  # fmt: skip
    assert staging.rows("SELECT vendornum, city FROM vendors ORDER BY 1") == [
        (1, None),
        (2, "Bremen"),
    ]


def test_views_and_grants_stay(staging: Staging) -> None:
    """The table is not exchanged for another one."""
    staging.sync(schema(), vendor(1), DONE, load_method="overwrite")
    staging.rows("CREATE VIEW big AS SELECT vendornum FROM vendors")
    staging.rows("GRANT SELECT ON vendors TO pg_monitor")
    staging.sync(schema(), vendor(2), DONE, load_method="overwrite")
    assert staging.rows("SELECT vendornum FROM big") == [(2,)]
    assert staging.value("SELECT has_table_privilege('pg_monitor', 'vendors', 'SELECT')")


@pytest.mark.parametrize(
    "key", [pytest.param(("Company", "VendorNum"), id="key"), pytest.param((), id="no-key")]
)
def test_readers_never_see_less(staging: Staging, key: tuple[str, ...]) -> None:
    """Rows go and come in one transaction, so that readers see the old table or the new one."""
    staging.sync(schema(key=key), vendor(1), vendor(2), DONE, load_method="overwrite")
    staging.rows(
        "CREATE TABLE steps (transaction text); "
        "CREATE FUNCTION step() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO epicor_staging.steps VALUES (pg_current_xact_id()::text); "
        "RETURN NULL; END $$; "
        "CREATE TRIGGER step AFTER INSERT OR DELETE ON vendors EXECUTE FUNCTION step()"
    )
    staging.sync(
        schema(key=key), *map(vendor, range(3, 9)), DONE, load_method="overwrite", batch_size_rows=2
    )
    assert staging.value("SELECT count(*) FROM vendors") == 6
    assert staging.value("SELECT count(*) > 1 AND count(DISTINCT transaction) = 1 FROM steps")


def test_state_comes_after_the_table(staging: Staging, capsys: pytest.CaptureFixture[str]) -> None:
    """No state is passed on before the rows are in place."""
    staging.sync(
        schema(), vendor(1), state(vendors={"a": 1}), vendor(2), state(vendors={"a": 2}),
        load_method="overwrite", checkpoint_seconds=0, batch_size_rows=1,
    )  # fmt: skip
    assert capsys.readouterr().out == '{"bookmarks":{"vendors":{"a":2}}}\n'


def test_incomplete_load_leaves_the_table(
    staging: Staging, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table is not overwritten with a part of the rows."""
    staging.sync(schema(), vendor(1), vendor(2), DONE, load_method="overwrite")
    capsys.readouterr()
    with pytest.raises(StagingError, match="keep what they had"):
        staging.sync(
            schema(), vendor(1), state(vendors={"progress_markers": {}}), load_method="overwrite"
        )
    assert staging.value("SELECT count(*) FROM vendors") == 2
    assert capsys.readouterr().out == ""


def test_types_change_within_the_run(staging: Staging) -> None:
    """Records before and after a wider type, of key and values, are all part of what came."""
    narrow, wide = (
        {"properties": {"Id": {"type": one}, "A": {"type": other}}}
        for one, other in (("integer", "number"), ("string", "object"))
    )
    staging.sync(
        schema("s", narrow, ["Id"]), record("s", Id=1, A=1.5), record("s", Id=9, A=1),
        state(s={}), load_method="overwrite",
    )  # fmt: skip
    staging.sync(
        schema("s", narrow, ["Id"]), record("s", Id=1, A=1.5), record("s", Id=2, A=2),
        schema("s", wide, ["Id"]), record("s", Id="2", A={"b": 1}),
        state(s={}), load_method="overwrite",
    )  # fmt: skip
    assert staging.rows("SELECT id, a::text FROM s ORDER BY id") == [
        ("1", "1.5"),
        ("2", '{"b": 1}'),
    ]


def test_no_proof_leaves_the_table(staging: Staging) -> None:
    """A tap that sends no state may have been killed before its first; its rows replace nothing."""
    staging.sync(schema(), vendor(1), vendor(2), DONE, load_method="overwrite")
    with pytest.raises(StagingError, match=r"keep what they had.*no state.*without_proof"):
        staging.sync(schema(), vendor(1), load_method="overwrite")
    assert staging.value("SELECT count(*) FROM vendors") == 2
    assert (
        staging.value("SELECT status FROM _sync_runs ORDER BY started_at DESC LIMIT 1") == "failed"
    )


def test_stream_that_the_state_lacks(staging: Staging) -> None:
    """A state without one of the streams proves nothing of it, so no table is replaced."""
    users = schema("users", {"properties": {"Id": {"type": "integer"}}}, ["Id"])
    staging.sync(schema(), vendor(1), DONE, load_method="overwrite")
    with pytest.raises(StagingError, match="lacks stream 'users'"):
        staging.sync(
            schema(), vendor(2), users, record("users", Id=1), DONE, load_method="overwrite"
        )
    assert staging.rows("SELECT vendornum FROM vendors") == [(1,)]


def test_tap_without_states(staging: Staging) -> None:
    """Where the settings take the risk, a tap that never sends a state replaces its tables."""
    settings = {"load_method": "overwrite", "overwrite_without_proof": True}
    staging.sync(schema(), vendor(1), vendor(2), **settings)
    staging.sync(schema(), vendor(3), **settings)
    assert staging.rows("SELECT vendornum FROM vendors") == [(3,)]


def test_setting_does_not_help_against_the_contrary(staging: Staging) -> None:
    """What a state shows to be half a load replaces no table, whatever the settings say."""
    settings = {"load_method": "overwrite", "overwrite_without_proof": True}
    staging.sync(schema(), vendor(1), vendor(2), DONE, **settings)
    with pytest.raises(StagingError, match="keep what they had"):
        staging.sync(schema(), vendor(1), state(vendors={"progress_markers": {}}), **settings)
    assert staging.value("SELECT count(*) FROM vendors") == 2


COMPANIES = {"partitions": [{"context": {"Company": "A"}, "replication_key_value": 7}]}


@pytest.mark.parametrize(
    "bookmark",
    [
        pytest.param({"replication_key": "SysRevID", "replication_key_value": 7}, id="sdk"),
        pytest.param(COMPANIES, id="partition"),
        pytest.param({"updated_at": "2026-01-01"}, id="own-name"),
        pytest.param({"version": 1, "lsn": 1234}, id="log"),
        pytest.param({"last_pk_fetched": {"id": 9}}, id="interrupted-full-table"),
        pytest.param("2026-01-01", id="bare"),
    ],
)
@pytest.mark.parametrize(
    "first", [pytest.param(True, id="before"), pytest.param(False, id="after")]
)
def test_tap_that_goes_on_from_a_bookmark(staging: Staging, bookmark: Any, *, first: bool) -> None:
    """What changed since the last run is not the whole table; the error says what to do."""
    staging.sync(schema(), vendor(1), vendor(2), DONE, load_method="overwrite")
    begin = state(vendors=bookmark)
    messages = [begin, schema()] if first else [schema(), begin]
    with pytest.raises(StagingError, match=r"bookmark of 'vendors'.*--full-refresh"):
        staging.sync(*messages, vendor(1), state(vendors={}), load_method="overwrite")
    assert staging.value("SELECT count(*) FROM vendors") == 2
    assert staging.rows("SELECT status FROM _sync_runs ORDER BY started_at DESC LIMIT 1") == [
        ("failed",)
    ]


def test_bookmark_of_a_tap_that_brings_nothing(staging: Staging) -> None:
    """A tap that has no news, and says so by its bookmark, does not empty the table."""
    staging.sync(schema(), vendor(1), DONE, load_method="overwrite")
    with pytest.raises(StagingError, match="bookmark of 'vendors'"):
        staging.sync(schema(), state(vendors={"replication_key_value": 7}), load_method="overwrite")
    assert staging.value("SELECT count(*) FROM vendors") == 1


@pytest.mark.parametrize(
    "bookmark",
    [
        pytest.param({}, id="full-table"),
        pytest.param({"version": 1, "last_replication_method": "FULL_TABLE"}, id="versions"),
        pytest.param({"replication_key": "SysRevID", "replication_key_value": None}, id="no-value"),
        pytest.param({"partitions": [{"context": {"Company": "A"}}]}, id="partition"),
        pytest.param({"starting_replication_value": "2026-01-01"}, id="start-date"),
    ],
)
def test_bookmark_without_a_place(staging: Staging, bookmark: Any) -> None:
    """A tap whose bookmark has no place to go on from reads everything."""
    staging.sync(schema(), vendor(1), DONE, load_method="overwrite")
    staging.sync(state(vendors=bookmark), schema(), vendor(2), DONE, load_method="overwrite")
    assert staging.rows("SELECT vendornum FROM vendors") == [(2,)]


def test_bookmark_of_a_stream_that_does_not_come(staging: Staging) -> None:
    """What a state has of streams that are not read in this run does not matter."""
    begin = state(users={"replication_key_value": 7})
    staging.sync(begin, schema(), vendor(2), DONE, load_method="overwrite")
    assert staging.rows("SELECT vendornum FROM vendors") == [(2,)]


def test_bookmark_that_this_run_has_reached(staging: Staging) -> None:
    """A bookmark that moves on behind the records is none that the tap goes on from."""
    staging.sync(
        schema(), vendor(1), state(vendors={"replication_key_value": 7}), load_method="overwrite"
    )
    assert staging.value("SELECT count(*) FROM vendors") == 1


def test_rows_that_were_read_later_stay(staging: Staging) -> None:
    """A table is not set back by a reading that began before its rows were read."""
    staging.sync(
        schema(), at("09:00", vendor(1)), at("10:05", vendor(2, "new")), at("10:05", vendor(3))
    )
    staging.sync(
        schema(), at("10:00", vendor(2, "old")), at("10:10", vendor(4)), DONE,
        load_method="overwrite",
    )  # fmt: skip
    assert staging.rows("SELECT vendornum, name FROM vendors ORDER BY 1") == [
        (2, "new"),
        (3, "Müller"),
        (4, "Müller"),
    ]
    assert latest_counts(staging) == (2, 1, 0, 0, 1, 1)


def test_rows_without_key_that_were_read_later_stay_alone(staging: Staging) -> None:
    """Rows that nothing tells apart are not mixed: the later reading is the table."""
    definition = schema("log", {"properties": {"A": {"type": "string"}}}, [])
    for time, text in (("09:00", "first"), ("10:05", "last"), ("10:00", "between")):
        line = at(time, record("log", A=text))
        staging.sync(definition, line, state(log={}), load_method="overwrite")
    assert staging.rows("SELECT a FROM log") == [("last",)]
    assert latest_counts(staging) == (1, 0, 0, 0, 1, 0)


def test_rows_that_were_read_after_the_source_was_empty_stay(staging: Staging) -> None:
    """A source that was empty when a run began is no proof against rows that were read since."""
    staging.sync(schema(), at("09:00", vendor(1)), at("10:05", vendor(2)))
    streams = {"vendors": {"status": "done", "records": 0}}
    run = {"complete": True, "started_at": "2026-11-23T10:00:00.000000Z", "streams": streams}
    last = {"type": "STATE", "value": {"bookmarks": {}, "run": run}}
    staging.sync(schema(), last, load_method="overwrite")
    assert staging.rows("SELECT vendornum FROM vendors") == [(2,)]


def test_rows_of_several_schemas_that_did_not_change(staging: Staging) -> None:
    """A row that came under any of the run's schemas is not gone, and is not written again."""
    wider = {**VENDORS, "properties": {**VENDORS["properties"], "City": {"type": "string"}}}
    messages = [schema(), vendor(1), schema(definition=wider), vendor(2, City="Bremen"), DONE]
    staging.sync(*messages, load_method="overwrite")
    before = staging.rows("SELECT vendornum, xmin::text FROM vendors ORDER BY 1")
    staging.sync(*messages, load_method="overwrite")
    assert staging.rows("SELECT vendornum, xmin::text FROM vendors ORDER BY 1") == before
    assert latest_counts(staging) == (2, 0, 0, 2, 0, 0)

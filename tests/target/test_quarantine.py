"""Records that their table does not take: set aside, told, counted, and superseded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from target_looker_staging.exceptions import QuarantineError, StagingDataError
from tests.target.conftest import record, schema, state, vendor
from tests.target.test_deletes import activate, gone, versioned
from tests.target.test_looker_refresh import settings
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

WAITING = "SELECT count(*) FROM _rejected_records WHERE resolved_at IS NULL"


def load(staging: Staging, *messages: Any, **changes: Any) -> None:
    """Run the target with quarantine on messages, some of which it does not take."""
    with pytest.raises(QuarantineError):
        staging.sync(*messages, **{"on_bad_record": "quarantine", **changes})


def line(values: str, stream: str = "vendors") -> str:
    """Return a RECORD line with the JSON text of its record."""
    return f'{{"type":"RECORD","stream":"{stream}","record":{values}}}'


BAD = [
    pytest.param(vendor(2, Name=5), "Name", "is a number, not a string", id="wrong-type"),
    pytest.param(
        vendor(2, VendorNum=2**63), "VendorNum", "is a number out of the column's range", id="range"
    ),
    pytest.param(vendor(2, SysRowID="x"), "SysRowID", "is a string that is not a UUID", id="uuid"),
    pytest.param(
        vendor(2, VendorNum=None), "VendorNum", "is null, but part of the key", id="null-key"
    ),
    pytest.param(record("vendors", Company="EPIC06"), "VendorNum", "is missing", id="missing-key"),
    pytest.param(line('{"Company":"EPIC06","VendorNum":'), None, "is not JSON", id="cut"),
    pytest.param(line('{"Company":"EPIC06","VendorNum":NaN}'), None, "is not JSON", id="nan"),
    pytest.param(
        {**vendor(2), "time_extracted": "yesterday"}, None, "time_extracted is not", id="envelope"
    ),
]


@pytest.mark.parametrize("rows", [pytest.param(1, id="alone"), pytest.param(9, id="in-a-batch")])
@pytest.mark.parametrize(("bad", "source", "reason"), BAD)
def test_bad_record_is_set_aside(
    staging: Staging, bad: Any, source: str | None, reason: str, rows: int
) -> None:
    """The records around a bad one are loaded; it is kept with what is wrong, and counted."""
    load(staging, schema(), vendor(1), bad, vendor(3), state(v=1), batch_size_rows=rows)
    assert staging.rows("SELECT vendornum FROM vendors ORDER BY 1") == [(1,), (3,)]
    [(stream, found, why, number, kept)] = staging.rows(
        "SELECT stream, property, reason, number, coalesce(record::text, record_text) "
        "FROM _rejected_records"
    )
    assert (stream, found, number) == ("vendors", source, 2)
    assert reason in why
    assert "EPIC06" in kept
    assert staging.rows(
        "SELECT records_received, rows_inserted, rows_rejected FROM _sync_run_streams"
    ) == [(3, 2, 1)]


DATES = {
    "properties": {
        "Id": {"type": "integer"},
        "Day": {"type": ["string", "null"], "format": "date"},
        "Amount": {"type": ["number", "null"]},
        "Flag": {"type": ["boolean", "null"]},
        "Text": {"type": ["string", "null"]},
        "Doc": {"type": ["object", "null"]},
        "Row": {"type": ["string", "null"], "format": "uuid"},
    }
}


def test_record_that_only_postgres_refuses(staging: Staging) -> None:
    """A value that looks right until Postgres reads it is found within its batch, and kept whole."""
    days = ["2026-01-01"] * 2000
    days[7] = days[1234] = days[1999] = "2026-02-30"
    rest = '"Amount":1.50,"Flag":true,"Text":"a\\t\\"\\\\ü","Doc":{"a":[1.0,"\\"\\t"]},"Row":null'
    rows = [line(f'{{"Id":{i},"Day":"{day}",{rest}}}', "days") for i, day in enumerate(days)]
    load(staging, schema("days", DATES, ["Id"]), *rows, state(v=1))
    assert staging.value("SELECT count(*) FROM days") == 1997
    assert staging.rows(
        "SELECT property, number, key, source_id, record::text = jsonb_build_object('Id', number - 1, "
        "'Day', '2026-02-30', 'Amount', 1.50, 'Flag', true, 'Text', E'a\\t\"\\\\ü', 'Doc', "
        '\'{"a":[1.0,"\\"\\t"]}\'::jsonb, \'Row\', null)::text FROM _rejected_records ORDER BY id'
    ) == [
        ("Day", 8, {"Id": 7}, "7", True),
        ("Day", 1235, {"Id": 1234}, "1234", True),
        ("Day", 2000, {"Id": 1999}, "1999", True),
    ]
    assert staging.rows(
        "SELECT records_received, rows_inserted, rows_rejected FROM _sync_run_streams"
    ) == [(2000, 1997, 3)]


def test_record_that_only_the_merge_refuses(staging: Staging) -> None:
    """A record for which Postgres names no line is found as well: its key is too long to index."""
    text = {"properties": {"Id": {"type": "string"}}}
    # Too long for a page even compressed.
    long = "".join(chr(33 + i * i * 7919 % 1000) for i in range(9000))
    rows = [record("texts", Id=long if i == 70 else str(i)) for i in range(100)]
    staging.sync(schema("texts", text, ["Id"]), record("texts", Id="first"))
    load(staging, schema("texts", text, ["Id"]), *rows, state(v=1))
    assert staging.value("SELECT count(*) FROM texts") == 100
    [(number, reason)] = staging.rows("SELECT number, reason FROM _rejected_records")
    assert number == 71
    assert "key longer than an index takes" in reason


def test_run_with_rejected_records_is_not_complete(
    staging: Staging, looker: LookerServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The state goes on, but neither status nor exit code nor Looker say that all is there."""
    load(staging, schema(), vendor(1), vendor(2, Name=5), run_state(2), **settings(looker))
    assert staging.rows("SELECT status, error FROM _sync_runs") == [
        ("incomplete", "1 record is in quarantine (vendors 1).")
    ]
    assert '"rev":2' in capsys.readouterr().out
    # A run in which everything is well still lacks the record.
    load(staging, schema(), vendor(3), run_state(1, run_id="run-2"), **settings(looker))
    assert looker.operations() == []
    # One that has nothing to do with it does not.
    staging.sync(schema("suppliers"), run_state(0, run_id="run-3"), on_bad_record="quarantine")
    assert staging.rows("SELECT status FROM _sync_runs ORDER BY started_at") == [
        ("incomplete",),
        ("incomplete",),
        ("complete",),
    ]


@pytest.mark.parametrize("mode", ["fail", "quarantine"])
@pytest.mark.parametrize(
    "name", [pytest.param("Müller", id="unchanged"), pytest.param("Maier", id="changed")]
)
def test_later_version_supersedes(
    staging: Staging, looker: LookerServer, name: str, mode: str
) -> None:
    """A record that comes again and is good is out of quarantine, and its content is erased."""
    staging.sync(schema(), vendor(1))
    load(staging, schema(), vendor(1, Name=5), run_state(1), **settings(looker))
    staging.sync(
        schema(), vendor(1, name), run_state(1, run_id="run-2"),
        on_bad_record=mode, run_id="run-2", **settings(looker),
    )  # fmt: skip
    assert staging.rows(
        "SELECT resolution, resolved_by, record, record_text, key FROM _rejected_records"
    ) == [("superseded", "run-2", None, None, {"Company": "EPIC06", "VendorNum": 1})]
    assert staging.value("SELECT status FROM _sync_runs WHERE run_id = 'run-2'") == "complete"


@pytest.mark.parametrize("rows", [pytest.param(1, id="two-batches"), pytest.param(9, id="one")])
def test_order_within_a_run(staging: Staging, rows: int) -> None:
    """A good version after a bad one supersedes it, a bad one after a good one waits."""
    good, bad = vendor(1), vendor(1, Name=5)
    staging.sync(schema(), bad, good, on_bad_record="quarantine", batch_size_rows=rows)
    assert staging.value(WAITING) == 0
    load(staging, schema(), good, bad, batch_size_rows=rows)
    assert staging.value(WAITING) == 1


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(vendor(1, Name=5), id="with-key"),
        pytest.param(line('{"Company":"EPIC06","VendorNum":'), id="without-key"),
    ],
)
def test_record_that_stays_bad_waits_once(staging: Staging, bad: Any) -> None:
    """The same bad record in every run is one record in quarantine."""
    load(staging, schema(), bad)
    load(staging, schema(), bad)
    assert staging.value("SELECT count(*) FROM _rejected_records") == 2
    assert staging.value(WAITING) == 1


def test_flood_ends_the_run(staging: Staging, capsys: pytest.CaptureFixture[str]) -> None:
    """More bad records than the limit are a sign that something else is wrong."""
    bad = [vendor(i, Name=5) for i in range(4)]
    with pytest.raises(StagingDataError, match=r"after 3 records .* `quarantine_limit`"):
        staging.sync(schema(), *bad, state(v=1), on_bad_record="quarantine", quarantine_limit=3)
    assert staging.value(WAITING) == 3
    assert staging.value("SELECT status FROM _sync_runs") == "failed"
    assert capsys.readouterr().out == ""


def test_bad_records_end_the_run_by_default(staging: Staging) -> None:
    """Without the setting the first bad record is the end."""
    with pytest.raises(StagingDataError, match="`on_bad_record`"):
        staging.sync(schema(), vendor(1), vendor(2, Name=5))
    assert staging.value("SELECT count(*) FROM _rejected_records") == 0


def test_row_whose_new_version_is_bad_is_not_gone(staging: Staging) -> None:
    """A record that came, but was set aside, is not taken for one that did not come."""
    staging.sync(schema(), versioned(1, 7), versioned(2, 7), versioned(3, 7), activate(7))
    bad = {**vendor(2, Name=5), "version": 8}
    load(staging, schema(), versioned(1, 8), bad, activate(8))
    assert gone(staging) == []


def test_not_with_overwrite(staging: Staging) -> None:
    """A table that is replaced would lose the row that a bad record is a version of."""
    with pytest.raises(ConfigValidationError) as caught:
        staging.sync(schema(), on_bad_record="quarantine", load_method="overwrite")
    assert "quarantine cannot be had with load_method overwrite" in caught.value.errors[0]


def test_replaced_table_leaves_none_waiting(staging: Staging) -> None:
    """A table that is made equal to the source lacks nothing."""
    load(staging, schema(), vendor(1, Name=5))
    staging.sync(schema(), vendor(2), state(vendors={}), load_method="overwrite")
    assert staging.value(WAITING) == 0


def test_stream_without_key(staging: Staging) -> None:
    """Where rows have no key their bad ones have none either, and wait."""
    definition = schema("log", {"properties": {"A": {"type": "string"}}}, [])
    load(staging, definition, record("log", A="x"), record("log", A=1), record("log", A=1))
    load(staging, definition, record("log", A="x"))
    assert staging.rows(
        "SELECT key, source_id FROM _rejected_records WHERE resolved_at IS NULL"
    ) == [
        (None, None),
        (None, None),
    ]


def test_stream_map(staging: Staging) -> None:
    """What a stream map has made of a record is what is set aside."""
    load(
        staging, schema(), vendor(1), vendor(2, VendorNum=2**63), vendor(3),
        stream_maps={"vendors": {"Name": "Name + '!'"}},
    )  # fmt: skip
    assert staging.rows("SELECT vendornum, name FROM vendors ORDER BY 1") == [
        (1, "Müller!"),
        (3, "Müller!"),
    ]
    assert staging.value("SELECT record ->> 'Name' FROM _rejected_records") == "Müller!"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(r'"a\u0000b"', id="u-0000"),
        pytest.param("1e200000", id="number-beyond-numeric"),
        pytest.param('"a\0b"', id="nul-byte"),
        pytest.param('"\udcff"', id="not-utf-8"),
        pytest.param(r'"\ud800"', id="half-a-surrogate"),
    ],
)
def test_record_that_jsonb_does_not_take(staging: Staging, value: str) -> None:
    """A record that cannot even be kept as JSON is kept as text."""
    load(staging, schema(), line(f'{{"Company":"EPIC06","VendorNum":"x","Name":{value}}}'))
    [(as_json, text)] = staging.rows("SELECT record, record_text FROM _rejected_records")
    assert "EPIC06" in (text or json.dumps(as_json))


def test_nobody_may_read_rejected_records(staging: Staging) -> None:
    """They hold what views leave out, so the schema's readers do not get them."""
    staging.rows("CREATE SCHEMA epicor_staging")
    staging.rows("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC, pg_monitor")
    for _ in range(2):
        staging.sync(schema(), grant_select_to=["pg_monitor"])
    may = "SELECT has_table_privilege('pg_monitor', %s, 'SELECT')"
    assert staging.value(may, "vendors")
    assert not staging.value(may, "_rejected_records")
    # Unless a person has decided otherwise.
    staging.rows("GRANT SELECT ON _rejected_records TO pg_monitor")
    staging.sync(schema())
    assert staging.value(may, "_rejected_records")


def test_log_tells_no_content(staging: Staging, caplog: pytest.LogCaptureFixture) -> None:
    """The log says which property of which record is bad, and never what is in it."""
    bad = vendor(2, "Confidential", SysRowID="Confidential", CreditLimit=4711)
    with pytest.raises(QuarantineError) as caught:
        staging.sync(schema(), bad, on_bad_record="quarantine")
    text = caplog.text + str(caught.value)
    assert "property 'SysRowID' is a string that is not a UUID (record 1 of" in text
    assert "Confidential" not in text
    assert "4711" not in text

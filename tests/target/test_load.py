"""Records into staging tables."""

from __future__ import annotations

import io
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import MissingKeyPropertiesError

from target_looker_staging.exceptions import StagingDataError, StagingSchemaError
from target_looker_staging.target import PENDING_BYTES, TargetLookerStaging
from tests.target.conftest import VENDORS, record, schema, state, vendor, wire

if TYPE_CHECKING:
    from tests.target.conftest import Staging


def test_values_come_back_exactly(staging: Staging) -> None:
    """What the tap wrote is what a query finds, to the last digit, in every type."""
    properties = {
        "Id": ({"type": "integer"}, "9223372036854775807", "9223372036854775807"),
        "Small": ({"type": "integer"}, "-9223372036854775808", "-9223372036854775808"),
        "Beyond53": ({"type": "integer"}, "9007199254740993", "9007199254740993"),
        "Amount": ({"type": "number"}, "1234567890123456789012.345670", "1234567890123456789012.345670"),
        "Cents": ({"type": "number"}, "0.10", "0.10"),
        "Flag": ({"type": "boolean"}, "false", "false"),
        "Empty": ({"type": "string"}, '""', ""),
        "Null": ({"type": ["string", "null"]}, "null", None),
        "Text": ({"type": "string"}, r'"a\tb\n\\N \u0000 \ud83d\ude00 支払"', "a\tb\n\\N \ufffd 😀 支払"),
        "Planes": ({"type": "string"}, '"\U0001f600\U0002070e\U000e0041\U0010fffd"', "\U0001f600\U0002070e\U000e0041\U0010fffd"),
        "Day": ({"type": "string", "format": "date"}, '"2026-10-25T00:00:00"', "2026-10-25"),
        "Utc": ({"type": "string", "format": "date-time"}, '"2026-10-25T01:30:00Z"', "2026-10-25 01:30:00+00"),
        "Offset": ({"type": "string", "format": "date-time"}, '"2026-10-25T02:30:00.123456+02:00"', "2026-10-25 00:30:00.123456+00"),
        "Wall": ({"type": "string", "format": "date-time"}, '"2026-03-29T02:30:00"', "2026-03-29 02:30:00+00"),
        "First": ({"type": "string", "format": "date-time"}, '"0001-01-01T00:00:00"', "0001-01-01 00:00:00+00"),
        "Row": ({"type": "string", "format": "uuid"}, '"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"', "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        "Doc": ({"type": "object"}, r'{"b":1.50,"a":"\"\\ü"}', r'{"a": "\"\\ü", "b": 1.50}'),
    }  # fmt: skip
    values = ",".join(f'"{name}":{json}' for name, (_, json, _) in properties.items())
    definition = {"properties": {name: type_ for name, (type_, _, _) in properties.items()}}
    staging.sync(
        schema("exact", definition, ["Id"]),
        f'{{"type":"RECORD","stream":"exact","record":{{{values}}}}}',
    )
    columns = ", ".join(f'"{name.lower()}"::text' for name in properties)
    assert staging.rows(f"SELECT {columns} FROM exact") == [
        tuple(expected for _, _, expected in properties.values())
    ]


def test_table_of_a_stream(staging: Staging) -> None:
    """A table has typed columns in lower case, the source's columns, and the stream's key."""
    staging.sync(schema())
    assert staging.types("vendors") == {
        "company": "text",
        "vendornum": "bigint",
        "name": "text",
        "creditlimit": "numeric",
        "inactive": "boolean",
        "sysrowid": "uuid",
        "_sdc_deleted_at": "timestamp with time zone",
        "_source_id": "text",
        "_source_company": "text",
        "_source_entity": "text",
        "_source_url": "text",
        "_sdc_table_version": "bigint",
        "_sdc_extracted_at": "timestamp with time zone",
        "_sdc_received_at": "timestamp with time zone",
        "_sdc_batched_at": "timestamp with time zone",
        "_sdc_sequence": "bigint",
        "_sdc_sync_started_at": "bigint",
    }
    assert staging.rows(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 'vendors'::regclass AND contype IN ('p', 'u') ORDER BY 1"
    ) == [("PRIMARY KEY (company, vendornum)",), ("UNIQUE (_source_id)",)]


def test_metadata_can_be_left_out(staging: Staging) -> None:
    """Without record metadata only the columns that deletes need remain."""
    staging.sync(schema(), vendor(1), add_record_metadata=False)
    assert [name for name in staging.types("vendors") if name.startswith("_sdc_")] == [
        "_sdc_deleted_at",
        "_sdc_table_version",
    ]


def test_source_columns(staging: Staging) -> None:
    """Each row tells and links to the record that it came from."""
    staging.sync(
        schema(),
        vendor(7),
        source_link_templates={
            "vendors": "https://epicor/{Company}/Erp.UI.VendorEntry/{VendorNum}"
        },
    )
    assert staging.rows(
        "SELECT _source_id, _source_company, _source_entity, _source_url FROM vendors"
    ) == [
        (
            "00000000-0000-0000-0000-000000000007",
            "EPIC06",
            "Erp.BO.VendorSvc/Vendors",
            "https://epicor/EPIC06/Erp.UI.VendorEntry/7",
        )
    ]


def test_upsert(staging: Staging) -> None:
    """New keys are added, changed rows overwritten, and the counts tell which is which."""
    staging.sync(schema(), vendor(1), vendor(2), vendor(3))
    staging.sync(schema(), vendor(2), vendor(3, "Maier"), vendor(4))
    assert staging.rows("SELECT vendornum, name FROM vendors ORDER BY 1") == [
        (1, "Müller"),
        (2, "Müller"),
        (3, "Maier"),
        (4, "Müller"),
    ]
    assert staging.rows(
        "SELECT records_received, rows_inserted, rows_updated, rows_unchanged "
        "FROM _sync_run_streams ORDER BY last_commit_at"
    ) == [(3, 3, 0, 0), (3, 1, 1, 1)]


def test_unchanged_rows_are_not_written(staging: Staging) -> None:
    """A row that comes again as it was stays the very same row version."""
    staging.sync(schema(), vendor(1), vendor(2))
    before = staging.rows("SELECT vendornum, xmin::text, ctid::text, xmax::text FROM vendors")
    staging.sync(schema(), vendor(1), vendor(2, Name=None))
    after = staging.rows("SELECT vendornum, xmin::text, ctid::text, xmax::text FROM vendors")
    assert [row for row in after if row[0] == 1] == [row for row in before if row[0] == 1]
    assert [row for row in after if row[0] == 2] != [row for row in before if row[0] == 2]


def test_change_of_scale_is_a_change(staging: Staging) -> None:
    """1.0 and 1.00 are equal numbers, but not what the source wrote."""
    staging.sync(schema(), vendor(1, CreditLimit=1.5))
    staging.sync(
        schema(),
        '{"type":"RECORD","stream":"vendors","record":{"Company":"EPIC06","VendorNum":1,'
        '"Name":"Müller","CreditLimit":1.50,"Inactive":false,'
        '"SysRowID":"00000000-0000-0000-0000-000000000001"}}',
    )
    assert staging.value("SELECT creditlimit::text FROM vendors") == "1.50"


@pytest.mark.parametrize(
    "rows", [pytest.param(2, id="one-batch"), pytest.param(1, id="two-batches")]
)
def test_last_record_of_a_key_wins(staging: Staging, rows: int) -> None:
    """Of several records of one key the last one counts, within a batch and across batches."""
    staging.sync(schema(), vendor(1, "first"), vendor(1, "last"), batch_size_rows=rows)
    assert staging.rows("SELECT name FROM vendors") == [("last",)]


def test_batches_of_one_row(staging: Staging) -> None:
    """The size of a batch does not matter to the result."""
    staging.sync(schema(), *[vendor(i) for i in range(5)], batch_size_rows=1)
    assert staging.value("SELECT count(*) FROM vendors") == 5


def test_streams_may_alternate(staging: Staging) -> None:
    """Records of several streams may come in any order."""
    users = {"properties": {"Id": {"type": "integer"}}}
    staging.sync(
        schema(),
        schema("users", users, ["Id"]),
        vendor(1),
        record("users", Id=1),
        vendor(2),
        record("users", Id=2),
    )
    assert staging.value("SELECT (SELECT count(*) FROM users) + count(*) FROM vendors") == 4


def test_many_streams_take_no_more_memory_than_few(staging: Staging) -> None:
    """Streams that come by turns do not each gather a batch of full size."""
    definition = {"properties": {"T": {"type": "string"}}}
    names = [f"s{i}" for i in range(48)]
    target = TargetLookerStaging(config=staging.config)
    lines = wire(*[schema(name, definition, []) for name in names])
    lines += wire(*[record(name, T="x" * 2**20) for name in names])
    target.process_lines(io.BytesIO(lines))  # type: ignore[arg-type]  # bytes, as stdin's
    assert 0 < target.load_context.pending_bytes <= PENDING_BYTES
    target.process_endofpipe()
    assert target.load_context.pending_bytes == 0
    assert staging.value("SELECT sum(records_received) FROM _sync_run_streams") == 48


def test_stream_without_key_is_appended(staging: Staging) -> None:
    """Without a key every record is a row, equal ones too."""
    definition = {"properties": {"A": {"type": "string"}}}
    for _ in range(2):
        staging.sync(schema("log", definition, []), record("log", A="x"), record("log", A="x"))
    assert staging.value("SELECT count(*) FROM log") == 4
    assert staging.value("SELECT count(DISTINCT _source_id) FROM log") == 4


def test_stream_without_properties(staging: Staging) -> None:
    """A schema may declare no property at all."""
    staging.sync(schema("bare", {"properties": {}}, []), record("bare", A="x"))
    assert staging.value("SELECT count(*) FROM bare") == 1


def test_append_only(staging: Staging) -> None:
    """With `append-only` every record is a row, whatever its key."""
    for _ in range(2):
        staging.sync(schema(), vendor(1), vendor(1), load_method="append-only")
    assert staging.value("SELECT count(*) FROM vendors") == 4


def test_append_only_to_a_table_with_a_key_is_refused(staging: Staging) -> None:
    """Rows cannot be appended to a table that holds one row per key."""
    staging.sync(schema(), vendor(1))
    with pytest.raises(StagingSchemaError, match="has a primary key"):
        staging.sync(schema(), vendor(1), load_method="append-only")


def test_other_key_is_refused(staging: Staging) -> None:
    """A table with another key than its stream is not touched."""
    staging.sync(schema(), vendor(1))
    with pytest.raises(StagingSchemaError, match="primary key"):
        staging.sync(schema(key=["VendorNum"]), vendor(1))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"CreditLimit": "much"}, "'CreditLimit' is a string that is not a number", id="python"),
        pytest.param({"VendorNum": 2**63}, "'VendorNum' is a number out of the column's range", id="postgres"),
        pytest.param({"SysRowID": "nonsense"}, "'SysRowID' is a string that is not a UUID", id="uuid"),
        pytest.param({"VendorNum": None}, "'VendorNum' is null, but part of the key", id="null-key"),
    ],
)  # fmt: skip
def test_bad_record(staging: Staging, changes: dict[str, Any], reason: str) -> None:
    """A bad record ends the run; the message says where it is and what is wrong, not what it says."""
    with pytest.raises(StagingDataError, match=reason) as caught:
        staging.sync(schema(), vendor(1), vendor(2), vendor(3, "Confidential", **changes))
    assert "record 3 of the stream" in str(caught.value)
    assert "key properties Company, VendorNum" in str(caught.value)
    assert "Confidential" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert staging.value("SELECT count(*) FROM vendors") == 0


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param("2026-02-30", "date or time that does not exist", id="30-february"),
        pytest.param("0000-01-01", "date or time that does not exist", id="year-0"),
    ],
)
def test_impossible_date(staging: Staging, value: str, reason: str) -> None:
    """A date that does not exist is refused by Postgres and named by us."""
    definition = {"properties": {"Day": {"type": "string", "format": "date"}}}
    with pytest.raises(StagingDataError, match=f"'Day' is a {reason}"):
        staging.sync(schema("days", definition, []), record("days", Day=value))


def test_bytes_that_are_not_utf_8(staging: Staging) -> None:
    """A line that is not UTF-8 is refused with its number."""
    line = '{"type":"RECORD","stream":"log","record":{"A":"%s"}}'
    text = [line % "good", line % "b\udcffd"]
    definition = {"properties": {"A": {"type": "string"}}}
    with pytest.raises(StagingDataError, match=r"not valid UTF-8 \(record 2"):
        staging.sync(schema("log", definition, []), *text)


def test_missing_key_property(staging: Staging) -> None:
    """A record without a key property is refused, its content not told."""
    with pytest.raises(MissingKeyPropertiesError, match="'VendorNum' is missing") as caught:
        staging.sync(schema(), record("vendors", Company="EPIC06", Name="Confidential"))
    assert "Confidential" not in str(caught.value)


def test_columns_are_added_and_widened(staging: Staging) -> None:
    """A table follows its stream's schema and keeps what it holds."""
    before = {"properties": {"Id": {"type": "integer"}, "N": {"type": "integer"}, "D": {"type": "string", "format": "date"}, "T": {"type": "string"}}}  # fmt: skip
    after = {"properties": {"Id": {"type": "integer"}, "N": {"type": "number"}, "D": {"type": "string", "format": "date-time"}, "T": {"type": "object"}, "New": {"type": "boolean"}}}  # fmt: skip
    staging.sync(schema("s", before, ["Id"]), record("s", Id=1, N=1, D="2026-01-01", T="x"))
    staging.sync(schema("s", after, ["Id"]), record("s", Id=2, N=1.5, D="2026-01-01T10:00:00Z", T={"a": 1}, New=True))  # fmt: skip
    assert staging.rows("SELECT id, n::text, d::text, t::text, new FROM s ORDER BY id") == [
        (1, "1", "2026-01-01 00:00:00+00", '"x"', None),
        (2, "1.5", "2026-01-01 10:00:00+00", '{"a": 1}', True),
    ]


def test_view_that_keeps_a_column_from_being_widened(staging: Staging) -> None:
    """The error names column and view; once the view is gone the load goes on."""
    before, after = ({"properties": {"Id": {"type": "integer"}, "N": {"type": name}, "M": {"type": "integer"}}} for name in ("integer", "number"))  # fmt: skip
    staging.sync(schema("s", before, ["Id"]), record("s", Id=1, N=1))
    staging.rows("CREATE VIEW of_n AS SELECT n FROM s")
    staging.rows("CREATE VIEW of_m AS SELECT m FROM s")
    with pytest.raises(
        StagingSchemaError, match=r"of n has to .* while epicor_staging\.of_n reads"
    ):
        staging.sync(schema("s", after, ["Id"]), record("s", Id=2, N=1.5))
    staging.rows("DROP VIEW of_n")
    staging.sync(schema("s", after, ["Id"]), record("s", Id=2, N=1.5))
    assert staging.types("s")["n"] == "numeric"


def test_documents_that_are_the_same(staging: Staging) -> None:
    """The order of an object's members is no change, the digits of a number are."""
    bare = schema("s", {"properties": {"Id": {"type": "integer"}, "D": {}}}, ["Id"])
    line = '{"type":"RECORD","stream":"s","record":{"Id":1,"D":%s}}'
    for document in ('{"a":[1.10],"b":"x"}', '{ "b": "x", "a": [1.10] }', '{"b":"x","a":[1.1]}'):
        staging.sync(bare, line % document)
    assert staging.rows(
        "SELECT rows_inserted, rows_updated, rows_unchanged "
        "FROM _sync_run_streams ORDER BY last_commit_at"
    ) == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]


def test_columns_are_never_narrowed_or_dropped(staging: Staging) -> None:
    """A stream that sends less than before loads into the table as it is."""
    wide = {"properties": {"Id": {"type": "integer"}, "N": {"type": "number"}, "T": {}, "Old": {"type": "string"}}}  # fmt: skip
    narrow = {"properties": {"Id": {"type": "integer"}, "N": {"type": "integer"}, "T": {"type": "string"}}}  # fmt: skip
    staging.sync(schema("s", wide, ["Id"]), record("s", Id=1, N=1.5, T=[1], Old="x"))
    staging.sync(schema("s", narrow, ["Id"]), record("s", Id=2, N=2, T='a"\\b'))
    assert staging.rows("SELECT id, n::text, t::text, old FROM s ORDER BY id") == [
        (1, "1.5", "[1]", "x"),
        (2, "2", '"a\\"\\\\b"', None),
    ]


def test_columns_bear_the_names_of_the_source(staging: Staging) -> None:
    """A column's comment is its property's own name, on new and added columns, never written over."""
    comments = (
        "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute "
        "WHERE attrelid = 'vendors'::regclass AND attnum > 0 ORDER BY attname"
    )
    plain = {**VENDORS["properties"], "city": {"type": "string"}}
    staging.sync(schema(definition={**VENDORS, "properties": plain}), vendor(1))
    before = dict(staging.rows(comments))
    assert (before["vendornum"], before["sysrowid"]) == ("VendorNum", "SysRowID")
    assert (before["city"], before["_source_id"]) == (None, None)

    staging.rows("COMMENT ON COLUMN vendors.name IS 'ours'")
    wider = {**plain, "Quote'Mark_c": {"type": "string"}}
    staging.sync(schema(definition={**VENDORS, "properties": wider}), vendor(2))
    after = dict(staging.rows(comments))
    assert after == {**before, "name": "ours", "quote'mark_c": "Quote'Mark_c"}


def test_schema_may_change_within_a_run(staging: Staging) -> None:
    """Records before and after a new schema are all loaded."""
    wider = {**VENDORS, "properties": {**VENDORS["properties"], "City": {"type": "string"}}}
    staging.sync(
        schema(), vendor(1), schema(definition=wider), vendor(2, City="Bremen"), vendor(1, "new")
    )
    assert staging.rows("SELECT vendornum, name, city FROM vendors ORDER BY 1") == [
        (1, "new", None),
        (2, "Müller", "Bremen"),
    ]


def test_records_of_an_earlier_schema_come_first(staging: Staging) -> None:
    """A full batch under a new schema does not overtake the rest under the old one."""
    wider = {**VENDORS, "properties": {**VENDORS["properties"], "City": {"type": "string"}}}
    staging.sync(
        schema(), vendor(1, "old"), schema(definition=wider), vendor(1, "new"), vendor(2),
        batch_size_rows=2,
    )  # fmt: skip
    assert staging.rows("SELECT name FROM vendors WHERE vendornum = 1") == [("new",)]


def test_ids_of_rows_without_key_stay_unique(staging: Staging) -> None:
    """Rows without key bear different ids, under a new schema and in a repeated run, too."""
    first = schema("log", {"properties": {"A": {"type": "string"}}}, [])
    second = schema("log", {"properties": {"B": {"type": "string"}}}, [])
    for _ in range(2):
        staging.sync(first, record("log", A="x"), second, record("log", B="x"), run_id="same")
    assert staging.value("SELECT count(DISTINCT _source_id) FROM log") == 4


@pytest.mark.parametrize(
    ("stream", "error"),
    [
        pytest.param("vendors", StagingSchemaError, id="named"),
        pytest.param("*", None, id="all"),
    ],
)
def test_link_to_a_property_that_is_not_sent(
    staging: Staging, stream: str, error: type[Exception] | None
) -> None:
    """A link that names what its stream does not send is refused; a common one is left out."""
    with pytest.raises(error, match="Missing") if error else nullcontext():
        staging.sync(schema(), vendor(1), source_link_templates={stream: "https://e/{Missing}"})
    tables = staging.rows("SELECT relname FROM pg_class WHERE relname = 'vendors'")
    assert tables == ([] if error else [("vendors",)])


def test_columns_of_other_tools_are_widened(staging: Staging) -> None:
    """Types that would round or cut what comes are changed before the first row."""
    staging.rows("CREATE SCHEMA epicor_staging")
    staging.rows(
        "CREATE TABLE s (id integer PRIMARY KEY, amount numeric(10,2), rate double precision, "
        "name varchar(3), seen timestamp, _source_id text, _source_entity text)"
    )
    staging.rows("INSERT INTO s VALUES (1, 1.25, 0.5, 'abc', '2026-01-01 10:00', '1', 'e')")
    definition = {"properties": {"Id": {"type": "integer"}, "Amount": {"type": "number"}, "Rate": {"type": "number"}, "Name": {"type": "string"}, "Seen": {"type": "string", "format": "date-time"}}}  # fmt: skip
    staging.sync(schema("s", definition, ["Id"]), record("s", Id=2**40, Amount=1.12345, Rate=0.1, Name="abcdef", Seen="2026-01-01T10:00:00Z"))  # fmt: skip
    assert staging.rows("SELECT id, amount::text, rate::text, name, seen::text FROM s ORDER BY id") == [
        (1, "1.25", "0.5", "abc", "2026-01-01 10:00:00+00"),
        (2**40, "1.12345", "0.1", "abcdef", "2026-01-01 10:00:00+00"),
    ]  # fmt: skip


def test_widening_text_rewrites_nothing(staging: Staging) -> None:
    """A limit on a text's length goes without copying the table."""
    staging.rows("CREATE SCHEMA epicor_staging")
    staging.rows("CREATE TABLE log (a varchar(3), _source_id text)")
    before = staging.value("SELECT pg_relation_filenode('log')")
    staging.sync(schema("log", {"properties": {"A": {"type": "string"}}}, []))
    assert staging.types("log")["a"] == "text"
    assert staging.value("SELECT pg_relation_filenode('log')") == before


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(
            {"stream_maps": {"vendors": {"Name": "Name", "__else__": None}}}, id="columns"
        ),
        pytest.param({"flattening_enabled": True, "flattening_max_depth": 1}, id="flattening"),
    ],
)
def test_stream_maps_give_the_same_values(staging: Staging, settings: dict[str, Any]) -> None:
    """The SDK's way of records through stream maps stages the same values as the short way."""
    messages = [schema(), vendor(1, "é\n\\", CreditLimit=0.1), vendor(2, "", CreditLimit=None)]
    staging.sync(*messages, default_target_schema="direct")
    if "stream_maps" in settings:
        names = VENDORS["properties"]
        settings = {"stream_maps": {"vendors": {name: name for name in names}}}
    staging.sync(*messages, default_target_schema="mapped", **settings)
    columns = "company, vendornum, name, creditlimit::text, inactive, sysrowid, _sdc_extracted_at"
    direct = staging.rows(f"SELECT {columns} FROM direct.vendors ORDER BY 2")
    assert staging.rows(f"SELECT {columns} FROM mapped.vendors ORDER BY 2") == direct


def test_alias_and_filter(staging: Staging) -> None:
    """A stream map may rename a stream and leave records out."""
    staging.sync(
        schema(),
        vendor(1),
        vendor(2),
        stream_maps={"vendors": {"__alias__": "suppliers", "__filter__": "VendorNum > 1"}},
    )
    assert staging.rows("SELECT vendornum FROM suppliers") == [(2,)]


def test_spaced_lines(staging: Staging) -> None:
    """Lines need not be compact, nor in the SDK's order."""
    staging.sync(
        schema(),
        '{"record": {"VendorNum": 1, "Company": "EPIC06"}, "stream": "vendors", "type": "RECORD"}',
        '{"stream":"vendors","type":"RECORD","record":{"Company":"EPIC06","VendorNum":2}}\r',
        "",
    )
    assert staging.value("SELECT count(*) FROM vendors") == 2


def test_state_is_passed_on(staging: Staging, capsys: pytest.CaptureFixture[str]) -> None:
    """The last state is passed on once everything is committed."""
    staging.sync(schema(), state(vendors={}), vendor(1), state(vendors={"a": 1.10}))
    assert capsys.readouterr().out == '{"bookmarks":{"vendors":{"a":1.1}}}\n'


def test_checkpoints(staging: Staging, capsys: pytest.CaptureFixture[str]) -> None:
    """A state that is due is passed on while the run goes on."""
    staging.sync(
        schema(), vendor(1), state(v=1), vendor(2), state(v=2), vendor(3), state(v=3),
        checkpoint_seconds=0,
    )  # fmt: skip
    assert capsys.readouterr().out.splitlines() == [
        '{"bookmarks":{"v":1}}',
        '{"bookmarks":{"v":2}}',
        '{"bookmarks":{"v":3}}',
        '{"bookmarks":{"v":3}}',
    ]


def test_no_state_for_rows_that_were_refused(
    staging: Staging, capsys: pytest.CaptureFixture[str]
) -> None:
    """A state that covers a refused row is not passed on, an earlier one stays."""
    with pytest.raises(StagingDataError):
        staging.sync(
            schema(), vendor(1), state(v=1), vendor(2**63), state(v=2), checkpoint_seconds=0
        )
    assert capsys.readouterr().out == '{"bookmarks":{"v":1}}\n'
    assert staging.value("SELECT count(*) FROM vendors") == 1


def made_before(staging: Staging, columns: str) -> None:
    """Make the table of vendors as another tool, or a person, may have made it."""
    staging.rows("CREATE SCHEMA epicor_staging")
    staging.rows(f"CREATE TABLE vendors ({columns})")


def test_compound_index_does_not_make_the_row_id_unique(staging: Staging) -> None:
    """An index over row id and another column does not stand in for one over the row id."""
    made_before(
        staging,
        "company text, vendornum bigint, _source_id text, _source_entity text, "
        "PRIMARY KEY (company, vendornum), UNIQUE (_source_id, company)",
    )
    staging.sync(schema(), vendor(1))
    assert staging.rows(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 'vendors'::regclass AND contype = 'u' ORDER BY 1"
    ) == [("UNIQUE (_source_id)",), ("UNIQUE (_source_id, company)",)]


def test_columns_in_another_order_than_the_key(staging: Staging) -> None:
    """The order of a table's columns is not that of its key."""
    made_before(
        staging,
        "_source_id text, vendornum bigint, company text, _source_entity text, "
        "PRIMARY KEY (company, vendornum)",
    )
    staging.sync(schema(), vendor(1))
    assert staging.rows("SELECT company, vendornum FROM vendors") == [("EPIC06", 1)]


def test_column_that_was_dropped_comes_back(staging: Staging) -> None:
    """A column that somebody dropped is made anew, and filled as its records come."""
    staging.sync(schema(), vendor(1, CreditLimit=7))
    staging.rows("ALTER TABLE vendors DROP COLUMN creditlimit, DROP COLUMN _sdc_extracted_at")
    staging.sync(schema(), vendor(1, CreditLimit=7), vendor(2, CreditLimit=8))
    assert staging.rows("SELECT vendornum, creditlimit FROM vendors ORDER BY 1") == [(1, 7), (2, 8)]
    assert staging.value("SELECT count(*) FROM vendors WHERE _sdc_extracted_at IS NULL") == 0

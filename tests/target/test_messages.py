"""Messages that no tap should send: each gets an error that says where, and tells no content."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import RecordsWithoutSchemaException
from singer_sdk.singerlib.exceptions import InvalidInputLine

from target_looker_staging.exceptions import (
    QuarantineError,
    StagingDataError,
    StagingError,
    StagingSchemaError,
)
from tests.target.conftest import Staging, record, schema, state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fixtures.postgres import DatabaseSettings

GOOD = schema("s", {"properties": {"Id": {"type": "integer"}, "T": {"type": "string"}}}, ["Id"])
DEEP = "[" * 100_000 + "]" * 100_000
SECRET = "Confidential"


@pytest.fixture(scope="module")
def area(module_database: DatabaseSettings) -> Iterator[Staging]:
    """Give a staging area to the tests of this module."""
    with closing(Staging(module_database)) as staging:
        yield staging


@pytest.fixture
def staging(area: Staging) -> Staging:
    """Give an empty staging area."""
    area.rows("DROP SCHEMA IF EXISTS epicor_staging CASCADE")
    return area


def of_schema(definition: object, **changes: Any) -> dict[str, Any]:
    """Return a SCHEMA message around anything."""
    message = {"type": "SCHEMA", "stream": "s", "schema": definition, "key_properties": []}
    return {**message, **changes}


def of_property(definition: object) -> dict[str, Any]:
    """Return a SCHEMA message of one property that is defined by anything."""
    return of_schema({"properties": {"P": definition}})


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        pytest.param(SECRET, "12 bytes that are no Singer message", id="not-json"),
        pytest.param("\udcff\udcfe", "no Singer message", id="not-utf-8"),
        pytest.param(f'["{SECRET}"]', "no Singer message", id="list"),
        pytest.param('{"type":5}', "no Singer message", id="type-is-a-number"),
        pytest.param(of_schema({}, stream=5), "no Singer message", id="stream-is-a-number"),
        pytest.param('{"type":"RECORD","stream":"\udcff"}', "no Singer", id="stream-not-utf-8"),
        pytest.param(f'{{"type":"SCHEMA","stream":{DEEP}}}', "nested too deeply", id="deep-head"),
        pytest.param({"type": "WISH", "stream": "s"}, "'WISH' are not known", id="unknown-type"),
        pytest.param({"type": "BATCH", "stream": "s"}, "not supported", id="batch"),
        pytest.param('{"type":"SCHEMA","stream":"s","schema":{', "no Singer", id="cut"),
        pytest.param(of_schema(None), r"got `null` - at `\$.schema`", id="no-schema"),
        pytest.param(of_schema([SECRET]), r"got `array` - at `\$.schema`", id="schema-is-a-list"),
        pytest.param(of_schema({}), "missing required field `properties`", id="no-properties"),
        pytest.param(of_schema({"properties": [SECRET]}), "got `array`", id="properties-as-a-list"),
        pytest.param(of_schema({"properties": {}}, key_properties="Id"), "got `str`", id="key-text"),
        pytest.param(of_schema({"properties": {}}, key_properties=[1]), "got `int`", id="key-number"),
        pytest.param(of_schema({"properties": {}, "x-source": 1}), "x-source", id="source"),
        pytest.param(of_property(5), "no JSON Schema for property 'P'", id="property-is-a-number"),
        pytest.param(of_property({"type": 5}), "property 'P'.*at `\\$.type`", id="type-of-property"),
        pytest.param(of_property({"anyOf": [{"type": 5}]}), "property 'P'.*anyOf", id="any-of"),
        pytest.param(of_property({"enum": SECRET}), "property 'P'.*enum", id="enum"),
        pytest.param(of_property({"type": "string", "format": []}), "format", id="format"),
        pytest.param(
            f'{{"type":"SCHEMA","stream":"s","schema":{{"properties":{{"a":{DEEP}}}}}}}',
            "nested too deeply",
            id="deep-schema",
        ),
        pytest.param({"type": "STATE"}, "missing required field `value`", id="state-without-value"),
        pytest.param({"type": "STATE", "value": [SECRET]}, "got `array`", id="state-is-a-list"),
        pytest.param('{"type":"STATE","value":{"a":NaN}}', "not JSON", id="state-not-json"),
        pytest.param(f'{{"type":"STATE","value":{{"a":{DEEP}}}}}', "too deeply", id="deep-state"),
        pytest.param({"type": "ACTIVATE_VERSION", "stream": "s"}, "`version`", id="no-version"),
        pytest.param(
            {"type": "ACTIVATE_VERSION", "stream": "s", "version": SECRET}, "got `str`", id="version"
        ),
        pytest.param(
            {"type": "ACTIVATE_VERSION", "stream": "s", "version": 2**63}, "version", id="huge"
        ),
    ],
)  # fmt: skip
def test_message_of_a_wrong_shape(
    staging: Staging, message: dict[str, Any] | str, reason: str
) -> None:
    """What is no message ends the run; the error names the line, and the run log keeps it."""
    with pytest.raises(InvalidInputLine, match=f"^Line 3: .*{reason}") as caught:
        staging.sync(GOOD, record("s", Id=1), message, record("s", Id=2))
    assert SECRET not in str(caught.value)
    assert staging.rows("SELECT status, error FROM _sync_runs") == [("failed", str(caught.value))]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        pytest.param('{"Id":1,"T":"a"', "not JSON", id="cut"),
        pytest.param(f'{{"Id":1,"T":{DEEP}}}', "nested too deeply", id="deep"),
        pytest.param('{"Id":1,"T":NaN}', "NaN", id="nan"),
        pytest.param('{"Id":1,"T":"a"}}{"', "not JSON", id="two-on-a-line"),
        pytest.param('{"Id":1,"T":"\udcff"}', "the record is not valid UTF-8", id="not-utf-8"),
        pytest.param("null", "not shaped as Singer says", id="null"),
        pytest.param('[["Confidential"]]', "not shaped as Singer says", id="list"),
        pytest.param('{"Id":1},"version":"x"', "not shaped as Singer says", id="version"),
        pytest.param(f'{{"Id":1}},"version":{2**63}', "not shaped as Singer", id="huge-version"),
        pytest.param(
            '{"Id":1},"time_extracted":"2026-02-30T00:00:00Z"',
            "'_sdc_extracted_at' is a date or time that does not exist",
            id="30-february",
        ),
        pytest.param('{"Id":1,"T":"%s"}' % ("x" * 300_000 + "\udcff"), "UTF-8", id="long"),
    ],
)  # fmt: skip
def test_record_of_a_wrong_shape(staging: Staging, message: str, reason: str) -> None:
    """A RECORD line that cannot be read is told by its stream and number; the rest is whole."""
    lines = [record("s", Id=i, T="x") for i in (1, 2)]
    bad = f'{{"type":"RECORD","stream":"s","record":{message}}}'
    with pytest.raises(StagingDataError, match=reason) as caught:
        staging.sync(GOOD, *lines, bad, batch_size_rows=2)
    assert str(caught.value).startswith("Stream 's', key properties Id: ")
    assert "(record 3 of the stream in this run)" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert staging.value("SELECT count(*) FROM s") == 2


def test_hostile_records_are_set_aside(staging: Staging) -> None:
    """With quarantine every record that can be read is staged, and all others are kept."""
    bad = [
        '{"Id":-1,"T":"a"',
        f'{{"Id":-2,"T":{DEEP}}}',
        f'{{"Id":-3,"J":{DEEP}}}',
        '{"Id":-4,"T":NaN}',
        '{"Id":-5,"T":"\udcff"}',
        '{"Id":-6,"J":{"\udcff":1}}',
        '{"Id":-7,"\udcff":1}',
        '{"Id":-8,"T":"raw \0"}',
        '{"Id":-9,"J":{"a":1e400000}}',
        '{"Id":-10,"J":"\\x"}',
        "null",
        '["Confidential"]',
        f'{{"Id":-11}},"version":{2**63}',
        '{"Id":-12},"version":"x"',
        '{"Id":-13},"time_extracted":"2026-02-30T00:00:00Z"',
        '{"Id":-14},"time_extracted":[1]',
        '{"T":"no key"}',
        '{"Id":1e99999999999999999999}',
        f'{{"Id":{10**400}}}',
        f'{{"Id":-15,"T":"{"x" * 300_000}\udcff"}}',
    ]
    definition = {"Id": {"type": "integer"}, "T": {"type": "string"}, "J": {}}
    lines: list[dict[str, Any] | str] = [schema("s", {"properties": definition}, ["Id"])]
    for number, text in enumerate(bad):
        lines.append(f'{{"type":"RECORD","stream":"s","record":{text}}}')
        lines.append(record("s", Id=number, T="good"))
    with pytest.raises(QuarantineError, match=f"{len(bad)} records are in quarantine"):
        staging.sync(*lines, on_bad_record="quarantine", batch_size_rows=7)
    assert staging.rows("SELECT count(*), min(id) FROM s") == [(len(bad), 0)]
    assert staging.rows("SELECT count(*), count(reason) FROM _rejected_records") == [
        (len(bad), len(bad))
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"type":"RECORD","stream":"s","record":{"Id":NaN}}', id="nan"),
        pytest.param('{"type":"RECORD","stream":"s","record":["Confidential"]}', id="list"),
        pytest.param('{"type":"RECORD","stream":"s","record":{"Id":1e99999999999999999999}}', id="e"),
        pytest.param(f'{{"type":"RECORD","stream":"s","record":{{"Id":{DEEP}}}}}', id="deep"),
    ],
)  # fmt: skip
def test_record_that_a_stream_map_cannot_have(staging: Staging, text: str) -> None:
    """Records on their way to a stream map are checked as well."""
    with pytest.raises(InvalidInputLine, match=r"^Line 3: ") as caught:
        staging.sync(GOOD, record("s", Id=1), text, stream_maps={"s": {"Id": "Id"}})
    assert SECRET not in str(caught.value)


def test_record_before_its_schema(staging: Staging) -> None:
    """A record of a stream that has not said what it sends is refused."""
    with pytest.raises(RecordsWithoutSchemaException, match="'other'"):
        staging.sync(GOOD, record("other", Id=1))


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        pytest.param([schema("S"), schema("s")], "'S' and 's' would both fill table 's'", id="case"),
        pytest.param([schema("\ud800")], "half a surrogate pair", id="surrogate-in-stream"),
        pytest.param([of_schema({"properties": {"\ud800": {}}})], "half a", id="in-property"),
        pytest.param([schema(key=["Company", "Company"])], "a property twice", id="key-twice"),
        pytest.param(
            [of_schema({"properties": {f"c{i}": {} for i in range(1590)}})],
            "1590 properties.*11 of them ours",
            id="one-column-too-many",
        ),
    ],
)  # fmt: skip
def test_names_that_no_table_can_have(
    staging: Staging, messages: list[dict[str, Any]], reason: str
) -> None:
    """Names that clash, or that Postgres refuses, are refused by us."""
    with pytest.raises(StagingSchemaError, match=reason):
        staging.sync(*map(json.dumps, messages))


def test_as_many_columns_as_fit(staging: Staging) -> None:
    """A table may be as wide as Postgres takes it."""
    names = [f"c{i}" for i in range(1589)]
    wide = schema("wide", {"properties": {name: {"type": "boolean"} for name in names}}, ["c0"])
    for _ in range(2):
        staging.sync(wide, record("wide", **dict.fromkeys(names, True)))
    assert staging.rows("SELECT c1588 FROM wide") == [(True,)]


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param(["", "  ", "\r"], id="blank-lines"),
        pytest.param([{"type": "ACTIVATE_VERSION", "stream": "other", "version": 1}], id="stray"),
        pytest.param([state(s=5), {"type": "STATE", "value": {"run": 1}}], id="foreign-states"),
        pytest.param([state(), {"type": "STATE", "value": {"bookmarks": [1]}}], id="no-bookmarks"),
        pytest.param(
            [{"type": "STATE", "value": {"run": {"id": 5, "streams": {"s": told}}}}
             for told in (7, {"records": "many", "source_count": 0.5})],
            id="foreign-run-records",
        ),
        pytest.param(['{"type":"RECORD","stream":"s","record":{"Id":0,"Id":2,"T":"b"}}'], id="twice"),
        pytest.param(
            ['{"type":"RECORD","stream":"s","record":{"Id":2,"\\ud800":{"a":[]}},"x":[]}'], id="more"
        ),
    ],
)  # fmt: skip
def test_odd_but_readable(staging: Staging, messages: list[dict[str, Any] | str]) -> None:
    """What can be understood, or does not concern the target, does not stop a load."""
    staging.sync(GOOD, record("s", Id=1, T="a"), *messages, record("s", Id=2))
    assert staging.rows("SELECT id FROM s ORDER BY 1") == [(1,), (2,)]


def test_byte_order_mark(staging: Staging) -> None:
    """A file that some editor has saved begins with one."""
    staging.sync("\ufeff" + json.dumps(GOOD), record("s", Id=1))
    assert staging.value("SELECT count(*) FROM s") == 1


@pytest.mark.parametrize(
    "before",
    [pytest.param([], id="first-load"), pytest.param([record("s", T="short")], id="merge")],
)
def test_key_too_long_for_an_index(staging: Staging, before: list[dict[str, Any]]) -> None:
    """A key that Postgres cannot index is told as such."""
    definition = schema("s", {"properties": {"T": {"type": "string"}}}, ["T"])
    noise = "".join(chr(0x4E00 + i * i % 20_000) for i in range(9_000))
    staging.sync(definition, *before)
    with pytest.raises(StagingError, match="key longer than an index takes"):
        staging.sync(definition, record("s", T=noise))

"""Records to COPY text."""

from __future__ import annotations

import json
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest

from target_looker_staging.staging.refusals import BadRecordError, MissingKeyError
from target_looker_staging.staging.rows import BatchStamp, RowEncoder
from target_looker_staging.staging.shape import table_shape
from target_looker_staging.staging.values import copy_field_value

STAMP = BatchStamp("2026-11-23T10:00:00+00:00", 1, 0)


def encoder(
    properties: dict[str, Any],
    key: list[str] | None = None,
    source: dict[str, str] | None = None,
    link: str | None = None,
) -> RowEncoder:
    """Return an encoder of a stream `s`."""
    definition = {"properties": properties, "x-source": source}
    return RowEncoder("s", table_shape("s", definition, key or []), link, "run")


def line(record: str, *, spaced: bool = False) -> bytes:
    """Return a RECORD line around a record given as JSON; spaced, only the general way reads it."""
    blank = " " if spaced else ""
    return (
        f'{{"type":{blank}"RECORD","stream":"s","record":{record},'
        '"time_extracted":"2026-11-23T10:00:00.000000Z"}'
    ).encode()


def fields(encoder: RowEncoder, *lines: bytes) -> list[dict[str, str | None]]:
    """Return what lines become: column to value as Postgres would read it."""
    rows = []
    for row in encoder.encode_lines(lines, encoder.suffix(STAMP)):
        values = row.removesuffix(b"\n").split(b"\t")
        rows.append(
            {
                name: None if value == rb"\N" else copy_field_value(value).decode()
                for name, value in zip(encoder.copy_columns, values, strict=True)
            }
        )
    return rows


TEXT = {"type": ["string", "null"]}
GOOD = [
    pytest.param({"type": ["string", "null"], "format": "uuid"}, '""', None, id="unset-uuid"),
    pytest.param({"type": "integer"}, "9223372036854775807", "9223372036854775807", id="int64"),
    pytest.param({"type": "integer"}, "-0", "-0", id="minus-zero"),
    pytest.param({"type": "integer"}, "12.0", "12", id="integral-decimal"),
    pytest.param({"type": "integer"}, "1.2e3", "1200", id="integral-exponent"),
    pytest.param(
        {"type": "number"},
        "1234567890123456789012.34567890",
        "1234567890123456789012.34567890",
        id="30-digits",
    ),
    pytest.param({"type": "number"}, "1E-7", "1E-7", id="exponent"),
    pytest.param({"type": "string", "format": "singer.decimal"}, '"1.50"', "1.50", id="quoted"),
    pytest.param(
        {"anyOf": [{"type": "number"}, {"type": "string", "format": "singer.decimal"}]},
        "1.50",
        "1.50",
        id="number-or-quoted",
    ),
    pytest.param({"type": "boolean"}, "true", "true", id="true"),
    pytest.param(TEXT, '""', "", id="empty"),
    pytest.param(TEXT, "null", None, id="null"),
    pytest.param(TEXT, '"null"', "null", id="the-word-null"),
    pytest.param(TEXT, r'"\\N"', r"\N", id="looks-like-copy-null"),
    pytest.param(TEXT, r'"a\tb\nc\rd\"e\\f\/g\bh\fi"', 'a\tb\nc\rd"e\\f/g\bh\fi', id="escapes"),
    pytest.param(TEXT, r'"\u00e9\u0009\u005c\u000a"', "é\t\\\n", id="u-escapes"),
    pytest.param(TEXT, r'"\ud83d\ude00"', "😀", id="surrogate-pair"),
    pytest.param(TEXT, '"😀 支払 \x7f"', "😀 支払 \x7f", id="raw-unicode"),
    pytest.param(TEXT, r'"\\u0041"', r"\u0041", id="escaped-backslash-before-u"),
    pytest.param(TEXT, r'"a\u0000b"', "a\ufffdb", id="nul"),
    pytest.param(TEXT, r'"\udc00\ud800x"', "\ufffd\ufffdx", id="lone-surrogates"),
    pytest.param(
        TEXT,
        '"' + r"\n\\u0041\u0000\ud800é\t" * 20_000 + '"',
        "\n\\u0041\ufffd\ufffdé\t" * 20_000,
        id="long",
    ),
    pytest.param(
        {"type": ["string", "integer"]}, '"' + "x" * 300_000 + '"', "x" * 300_000, id="mixed-long"
    ),
    pytest.param({"type": ["string", "integer"]}, "12", "12", id="mixed-number"),
    pytest.param({"type": ["string", "integer"]}, '"12"', "12", id="mixed-string"),
    pytest.param({"type": "string", "format": "date"}, '"2026-02-28"', "2026-02-28", id="date"),
    pytest.param(
        {"type": "string", "format": "date"},
        '"2026-02-28T00:00:00-05:00"',
        "2026-02-28",
        id="date-with-midnight",
    ),
    pytest.param(
        {"type": "string", "format": "date-time"},
        '"2026-02-28T23:59:59.1234567+05:30"',
        "2026-02-28T23:59:59.123456+05:30",
        id="date-time",
    ),
    pytest.param({"type": "object"}, '{"a": "\\n\\\\"}', '{"a": "\\n\\\\"}', id="object"),
    pytest.param({"type": "array"}, "[1,\t2]", "[1, 2]", id="tab-between-values"),
    pytest.param({"type": "object"}, r'{"a":"\u0000é"}', '{"a":"\ufffdé"}', id="nul-in-object"),
    pytest.param({}, '"text"', '"text"', id="string-in-jsonb"),
]


@pytest.mark.parametrize(
    "spaced", [pytest.param(False, id="fast"), pytest.param(True, id="general")]
)
@pytest.mark.parametrize(("definition", "value", "expected"), GOOD)
def test_value(
    definition: dict[str, Any], value: str, expected: str | None, *, spaced: bool
) -> None:
    """A value arrives as the tap wrote it, by either way."""
    [row] = fields(encoder({"P": definition}), line(f'{{"P":{value}}}', spaced=spaced))
    assert row["p"] == expected


@pytest.mark.parametrize(
    ("definition", "value", "reason"),
    [
        pytest.param({"type": "integer"}, "1.5", "a number, not a whole number", id="fraction"),
        pytest.param({"type": "integer"}, '"1"', "a string that is not a whole", id="string"),
        pytest.param({"type": "integer"}, "1e400", "not a whole number", id="huge-exponent"),
        pytest.param(
            {"type": "integer"}, "1e99999999999999999999", "not a whole number", id="no-exponent"
        ),
        pytest.param({"type": "number"}, "true", "a boolean, not a number", id="boolean"),
        pytest.param({"type": "boolean"}, "1", "a number, not true or false", id="number"),
        pytest.param(TEXT, "1", "a number, not a string", id="number-for-string"),
        pytest.param(TEXT, '{"a":1}', "an object, not a string", id="object-for-string"),
        pytest.param({"type": "string", "format": "date"}, '"today"', "not a date", id="today"),
        pytest.param(
            {"type": "string", "format": "date"}, '"2026-01-01T10:00:00"', "not a date", id="time"
        ),
        pytest.param(
            {"type": "string", "format": "date-time"},
            '"infinity"',
            "not a date-time",
            id="infinity",
        ),
        pytest.param({"type": "string", "format": "uuid"}, '"abc"', "not a UUID", id="uuid"),
        pytest.param({"type": ["string", "integer"]}, "[]", "an array, not", id="array-for-scalar"),
    ],
)
def test_bad_value(definition: dict[str, Any], value: str, reason: str) -> None:
    """A value that does not fit is refused; the message names the property, not the value."""
    with pytest.raises(BadRecordError, match=reason) as caught:
        fields(encoder({"P": definition}), line(f'{{"P":{value}}}'))
    assert caught.value.property_name == "P"
    assert value.strip('"') not in str(caught.value).split()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"not json", id="not-json"),
        pytest.param(b'{"type":"RECORD","stream":"s"}', id="no-record"),
        pytest.param(b'{"type":"RECORD","stream":"s","record":[]}', id="record-is-a-list"),
        pytest.param(
            b'{"type":"RECORD","stream":"s","record":{},"time_extracted":"now"}', id="time"
        ),
        pytest.param(b'{"type":"RECORD","stream":"s","record":{"P":"a\tb"}}', id="raw-tab"),
        pytest.param(b'{"type":"RECORD","stream":"s","record":{"P":NaN}}', id="nan"),
        pytest.param(b'{"type":"RECORD","stream":"s","record":{"P":-Infinity}}', id="infinity"),
        pytest.param(
            b'{"type":"RECORD","stream":"s","record":{"P":"' + b"\xff" * 300_000 + b'"}}',
            id="long-and-not-utf-8",
        ),
        pytest.param(
            b'{"type":"RECORD","stream":"s","record":{"P":'
            + b"[" * 100_000
            + b"]" * 100_000
            + b"}}",
            id="deep",
        ),
    ],
)
def test_bad_message(text: bytes) -> None:
    """A message that is not one is refused, not guessed at."""
    with pytest.raises(BadRecordError):
        fields(encoder({"P": TEXT}), text)


def test_null_in_a_key_of_any_type() -> None:
    """JSON's null is no value of a key, whatever the key may be."""
    with pytest.raises(BadRecordError, match="is null, but part of the key"):
        fields(encoder({"P": {}}, ["P"]), line('{"P":null}'))


def test_long_text_takes_little_memory() -> None:
    """A text of many escapes is not taken apart by a regular expression, which keeps each one."""
    one = encoder({"P": TEXT})
    text = line('{"P":"' + r"\n" * 1_000_000 + '"}')
    fields(one, line('{"P":"x"}'))
    tracemalloc.start()
    try:
        [row] = one.encode_lines([text], b"\n")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert row.count(rb"\n") == 1_000_000
    assert peak < 10 * len(text)


def test_missing_property_is_null() -> None:
    """What a record does not say is null, wherever its stream's records usually say it."""
    rows = fields(
        encoder({"A": TEXT, "B": TEXT}), line('{"A":"1","B":"2"}'), line('{"B":"3"}'), line("{}")
    )
    assert [(row["a"], row["b"]) for row in rows] == [("1", "2"), (None, "3"), (None, None)]


def test_order_of_properties_does_not_matter() -> None:
    """Records may name their properties in any order, and other ones too."""
    rows = fields(
        encoder({"A": TEXT, "B": TEXT}),
        *[line('{"B":"b","X":{"y":[1]},"A":"a"}')] * 3,
        *[line('{"X":"","A":"a","B":"b"}')] * 3,
    )
    assert {(row["a"], row["b"]) for row in rows} == {("a", "b")}


@pytest.mark.parametrize(
    ("record", "error"),
    [
        pytest.param('{"Name":"x"}', MissingKeyError, id="missing"),
        pytest.param('{"Id":null,"Name":"x"}', BadRecordError, id="null"),
    ],
)
def test_record_without_key(record: str, error: type[Exception]) -> None:
    """A record without its key is refused."""
    with pytest.raises(error, match="'Id'"):
        fields(encoder({"Id": TEXT, "Name": TEXT}, ["Id"]), line(record))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param('{"Company":"A~B","Num":1,"RowID":"x y"}', "x y", id="row-id-as-it-is"),
        pytest.param('{"Company":"A~B","Num":1,"RowID":null}', "A%7EB~1", id="key-instead"),
        pytest.param('{"Company":"A/\\u00e9","Num":1}', "A%2F%C3%A9~1", id="key-escaped"),
    ],
)
def test_source_id(record: str, expected: str) -> None:
    """`_source_id` is the source's row id, or else its key, in a form that stays unique."""
    properties = {"Company": TEXT, "Num": {"type": "integer"}, "RowID": TEXT}
    one = encoder(properties, ["Company", "Num"], {"entity": "E", "id": "RowID"})
    assert fields(one, line(record))[0]["_source_id"] == expected


def test_rows_without_key_are_numbered() -> None:
    """Rows of a stream without key get an id of their own."""
    rows = fields(encoder({"A": TEXT}), line('{"A":"1"}'), line('{"A":"1"}'))
    assert [row["_source_id"] for row in rows] == ["run~1", "run~2"]


def test_source_columns() -> None:
    """Company and entity come from what the schema says about its source."""
    one = encoder({"Company": TEXT}, [], {"entity": "Erp\\Vendors", "company": "Company"})
    [row] = fields(one, line('{"Company":"EPIC06"}'))
    assert (row["_source_company"], row["_source_entity"]) == ("EPIC06", "Erp\\Vendors")


def test_source_url() -> None:
    """Values stand in a link escaped."""
    one = encoder({"Name": TEXT, "Num": {"type": "integer"}}, link="https://e/{Num}?n={Name}&x=\\")
    [row] = fields(one, line('{"Name":"a&\\n\\u00e9","Num":7}'))
    assert row["_source_url"] == "https://e/7?n=a%26%0A%C3%A9&x=\\"


def test_no_url_of_null() -> None:
    """A link with a part that is null would lead nowhere."""
    one = encoder({"Num": {"type": "integer"}}, link="https://e/{Num}")
    [row] = fields(one, line('{"Num":null}'))
    assert row["_source_url"] is None


def test_metadata() -> None:
    """Each row tells when it was extracted and received, and its version if it has one."""
    text = b'{"type":"RECORD","stream":"s","record":{"A":"a"},"version":7,"time_extracted":"2026-11-23T10:00:00Z"}'
    [row] = fields(encoder({"A": TEXT}), text)
    assert row["_sdc_extracted_at"] == "2026-11-23T10:00:00Z"
    assert row["_sdc_received_at"] == STAMP.received_at
    assert row["_sdc_table_version"] == "7"


def test_decoded_record_gives_the_same_line() -> None:
    """A record that went through stream maps becomes the same line as one that did not."""
    properties = {
        "N": {"type": "number"},
        "T": TEXT,
        "O": {"type": "object"},
        "I": {"type": "integer"},
    }
    text = (
        '{"N":12345678901234567890.10,"T":"é\\n\\u0000","O":{"a":[1.50]},"I":9223372036854775807}'
    )
    [direct] = fields(encoder(properties), line(text))
    decoded = json.loads(text, parse_float=Decimal)
    one = encoder(properties)
    message = {"time_extracted": "2026-11-23T10:00:00.000000Z"}
    mapped = one.encode_record(decoded, message, one.suffix(STAMP))
    again = encoder(properties)
    [expected] = again.encode_lines([line(text)], again.suffix(STAMP))
    assert mapped == expected
    assert direct["n"] == "12345678901234567890.10"


def test_decoded_record_may_hold_half_a_surrogate_pair() -> None:
    """What went through a stream map may hold what UTF-8 cannot; it is replaced and counted."""
    one = encoder({"T": TEXT})
    assert b"a\xef\xbf\xbdb" in one.encode_record({"T": "a\ud800b"}, {}, one.suffix(STAMP))
    assert one.replacements.count == 1


def test_replaced_characters_are_counted() -> None:
    """Each character that Postgres cannot hold is counted."""
    one = encoder({"A": TEXT, "O": {"type": "object"}})
    fields(one, line(r'{"A":"\u0000\ud800\u0041","O":{"x":"\u0000"}}'))
    assert one.replacements.count == 3


def test_unset_uuid_is_no_key() -> None:
    """An identifier that is not set identifies nothing."""
    keyed = encoder({"id": {"type": "string", "format": "uuid"}}, ["id"])
    with pytest.raises(BadRecordError, match="not a UUID"):
        fields(keyed, line('{"id":""}'))

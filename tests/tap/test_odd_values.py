"""One odd value in one row costs nothing but itself: pages, other rows and digits stay whole."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.epicor.messages import Response
from tap_epicor_kinetic.exceptions import EpicorPageError, EpicorRetriableError
from tap_epicor_kinetic.odata.mending import LARGEST
from tap_epicor_kinetic.odata.notes import CHARACTERS, NUMBERS, PageNotes
from tap_epicor_kinetic.odata.pages import PageReader
from tap_epicor_kinetic.odata.properties import Property
from tests.tap.hostile import altered
from tests.tap.runs import Run, run

if TYPE_CHECKING:
    from sandbox.epicor.messages import Request
    from sandbox.epicor.server import EpicorServer

PROPERTIES = (
    Property("K", "Edm.Int32"),
    Property("D", "Edm.Decimal"),
    Property("F", "Edm.Boolean"),
    Property("T", "Edm.String"),
    Property("ADate", "Edm.DateTimeOffset", date_only=True),
    Property("At", "Edm.DateTimeOffset"),
)


def member(name: str, value: str) -> str:
    """Return one member of a record as JSON."""
    return f'"{name}":{value}'


def record(**values: str) -> str:
    """Return a record as JSON text, with some values, given as JSON, otherwise."""
    usual = {
        "K": "7",
        "D": "1.50",
        "F": "true",
        "T": '"text"',
        "ADate": '"2026-01-31T00:00:00"',
        "At": '"2026-01-31T10:20:30"',
    }
    members = (member(*each) for each in {**usual, **values}.items())
    return f"{{{','.join(members)}}}"


USUAL = '{"K":7,"D":1.50,"F":true,"T":"text","ADate":"2026-01-31","At":"2026-01-31T10:20:30"}'


def read(*rows: str | bytes, notes: PageNotes | None = None) -> list[str]:
    """Return the records of a page of some rows, as text."""
    encoded = [row if isinstance(row, bytes) else row.encode() for row in rows]
    body = b'{"@odata.context":"x","value":[%s]}' % b",".join(encoded)
    return [
        bytes(each).decode() for each in PageReader("x", PROPERTIES, notes=notes).read(body).records
    ]


# Each record is looked at


@pytest.mark.parametrize(
    ("odd", "column", "becomes"),
    [
        pytest.param(record(D='"1.50"'), "D", "1.50", id="quoted decimal"),
        pytest.param(record(K='"7"'), "K", "7", id="quoted integer"),
        pytest.param(record(F='"True"'), "F", "true", id="quoted boolean"),
        pytest.param(record().replace('"D":', '"D": '), "D", "1.50", id="blank"),
        pytest.param(record().replace(":", ":\t", 5), "K", "7", id="tabs"),
        pytest.param(
            record().replace('"ADate":', '"ADate" : '), "ADate", '"2026-01-31"', id="blank, a day"
        ),
        pytest.param(record(ADate='"2026-01-31t00:00"'), "ADate", '"2026-01-31"', id="short day"),
        pytest.param(
            record(ADate='"2026-01-31T00:00:00.000+01:00"'), "ADate", '"2026-01-31"', id="day zone"
        ),
        pytest.param('{"@odata.etag":"W/\\"1\\"",' + record()[1:], "K", "7", id="etag"),
        pytest.param(record(RowMod='""'), "K", "7", id="a column not asked for"),
        pytest.param(record(More='{"K":[1,{"D":"2"}]}'), "K", "7", id="nested, not asked for"),
        pytest.param('{"K":9,' + record()[1:], "K", "7", id="a member twice"),
        pytest.param(record(D="null"), "D", "null", id="null"),
        pytest.param(
            record(T='"\\"D\\":\\"1\\""'), "T", '"\\"D\\":\\"1\\""', id="text like a member"
        ),
        pytest.param(record(T="[{}]"), "T", "[{}]", id="nested text"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 7, 498, 499])
def test_one_odd_record_among_usual_ones(odd: str, column: str, becomes: str, place: int) -> None:
    """Wherever it stands in the page, one record that differs is put right, and no other."""
    rows = [record() for _ in range(500)]
    rows[place] = odd
    found = read(*rows)
    assert json.loads(found[place]).keys() == {prop.name for prop in PROPERTIES}
    assert json.loads(found[place])[column] == json.loads(becomes)
    del found[place]
    assert set(found) == {USUAL}


def test_a_missing_column_stays_missing() -> None:
    """What a record lacks is not made up."""
    rows = [record(), record().replace('"T":"text",', ""), record()]
    assert read(*rows) == [USUAL, USUAL.replace('"T":"text",', ""), USUAL]


def test_one_odd_record_in_a_later_page() -> None:
    """What a reader has learnt of earlier pages does not hide it, nor one value another."""
    reader = PageReader("x", PROPERTIES)

    def page(*rows: str) -> list[str]:
        body = f'{{"value":[{",".join(rows)}]}}'
        return [bytes(each).decode() for each in reader.read(body.encode()).records]

    assert page(record(D='"many"'), record()) == [USUAL.replace("1.50", '"many"'), USUAL]
    assert page(record(), record(D='"1.50"'), record(F='"perhaps"')) == [
        USUAL,
        USUAL,
        USUAL.replace("true", '"perhaps"'),
    ]
    assert page(record(F='"false"')) == [USUAL.replace("true", "false")]


@pytest.mark.parametrize("seed", range(20))
def test_any_mixture_means_the_same(seed: int) -> None:
    """Whatever mixture of forms a page is written in, the same values are read."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    wanted, rows = [], []
    for number in range(200):
        values: dict[str, Any] = {
            "K": number,
            "D": chance.choice([None, Decimal("-1.250"), Decimal(0)]),
            "F": chance.choice([True, False, None]),
            "T": chance.choice(["", None, 'a:"b"', "T00:00:00", "{[\\", "\n", '","D":"1"']),
            "ADate": chance.choice([None, "2026-01-31", "0001-01-01"]),
            "At": chance.choice([None, "2026-01-31T00:00:00", "2026-01-31T10:20:30Z"]),
        }
        wanted.append(values)
        rows.append(written(values, chance))
    found = [json.loads(row, parse_float=Decimal) for row in read(*rows)]
    assert found == [
        {k: v for k, v in row.items() if k in each} for row, each in zip(wanted, found, strict=True)
    ]
    assert all(
        row.get(k) is None or k in each
        for row, each in zip(wanted, found, strict=True)
        for k in row
    )


def written(values: dict[str, Any], chance: random.Random) -> str:
    """Return a record as some serializer might write it."""
    members = []
    for name, value in values.items():
        text = str(value) if isinstance(value, Decimal) else json.dumps(value)
        if value is None and chance.random() < 0.2:
            continue
        if name in {"K", "D", "F"} and value is not None and chance.random() < 0.1:
            text = f'"{text}"'
        if name == "ADate" and value:
            text = f'"{value}{chance.choice(["T00:00:00", "T00:00:00Z", "", "T00:00:00.00"])}"'
        members.append(f'"{name}"{chance.choice([":", ":", ":", ": ", " :"])}{text}')
    if chance.random() < 0.1:
        members.insert(chance.randrange(len(members) + 1), '"@odata.id":"x:\\"y"')
    separator = chance.choice([",", ",", ", "])
    return f"{{{separator.join(members)}}}"


# Characters that are none


@pytest.mark.parametrize(
    ("raw", "text", "count"),
    [
        pytest.param(rb"a\ud83db", "a\ufffdb", 1, id="first half"),
        pytest.param(rb"\ude80", "\ufffd", 1, id="second half"),
        pytest.param(rb"\ude80\ud83d", "\ufffd\ufffd", 2, id="halves the wrong way round"),
        pytest.param(rb"\uD83D\uDE80", "\U0001f680", 0, id="whole, as escapes"),
        pytest.param(rb"\\ud83d", r"\ud83d", 0, id="a backslash, and no escape"),
        pytest.param(rb"\\\ud83d", "\\\ufffd", 1, id="a backslash and half"),
        pytest.param(rb"\ud83d\n\u00e9", "\ufffd\né", 1, id="half beside other escapes"),
        pytest.param(b"\xed\xa0\xbd\xed\xba\x80", "\U0001f680", 0, id="halves encoded apart"),
        pytest.param(b"\xed\xa0\xbd", "\ufffd", 1, id="half encoded"),
        pytest.param(b"M\xfcller", "M\ufffdller", 1, id="Latin-1"),
        pytest.param(
            "\U0001f680 \ufffd".encode() + b"\xff", "\U0001f680 \ufffd\ufffd", 1, id="mixed"
        ),
    ],
)
def test_half_a_character(raw: bytes, text: str, count: int) -> None:
    """What is no character is replaced and counted; all others of the page stay as they are."""
    notes = PageNotes({"ADate"})
    odd = record().encode().replace(b"text", raw)
    other = record(T='"é \U0001f680 \\ud83d\\ude80"')
    found = read(other, odd, record(), notes=notes)
    assert json.loads(found[1])["T"] == text
    assert found[0] == USUAL.replace("text", "é \U0001f680 \\ud83d\\ude80")
    assert found[2] == USUAL
    assert notes.count(CHARACTERS) == count
    assert notes.columns(CHARACTERS) == (["T"] if count else [])


def test_half_a_character_is_counted_once() -> None:
    """Pages overlap and are asked for again; a row that comes again is the same row."""
    notes = PageNotes({"ADate"})
    odd = record(T=r'"\ud83d"')
    read(odd, record(), notes=notes)
    read(record(K="8"), odd, record(ADate='"2026-01-31T10:00:00"'), notes=notes)
    assert notes.count(CHARACTERS) == 1


@pytest.mark.parametrize(
    ("raw", "column", "value"),
    [
        pytest.param('"a\tb"', "T", "a\tb", id="tab"),
        pytest.param('"a\r\nb"', "T", "a\r\nb", id="line break"),
        pytest.param('"a\x00b\x1f"', "T", "a\x00b\x1f", id="control characters"),
        pytest.param('"C:\\data\\users\\x"', "T", "C:\\data\\users\\x", id="single backslashes"),
        pytest.param('"it\\\'s"', "T", "it's", id="apostrophe with a backslash"),
        pytest.param("007", "K", 7, id="leading zeros"),
        pytest.param("00", "D", 0, id="zeros"),
        pytest.param("-00.50", "D", Decimal("-0.50"), id="minus"),
        pytest.param("+5", "D", 5, id="plus"),
        pytest.param(".5", "D", Decimal("0.5"), id="no whole"),
        pytest.param("5.", "D", 5, id="no fraction"),
        pytest.param("1E+5", "D", Decimal("1E+5"), id="exponent"),
        pytest.param("-0", "D", 0, id="minus zero"),
        pytest.param("1e999999", "D", Decimal("1e999999"), id="huge exponent"),
    ],
)
def test_tokens_that_are_no_json(raw: str, column: str, value: Any) -> None:
    """A serializer's slip in one value does not break the page, and the value is what it says."""
    other = record(T='"NaN 007 \\"+5\\" .5"')
    found = read(other, record(**{column: raw}), record())
    assert json.loads(found[1], parse_float=Decimal)[column] == value
    assert found[0] == USUAL.replace("text", 'NaN 007 \\"+5\\" .5')
    assert found[2] == USUAL
    assert "\n" not in "".join(found)


@pytest.mark.parametrize(
    "raw", ["NaN", "-Infinity", "Infinity", '"NaN"', '"INF"', '"-INF"', '"Infinity"']
)
def test_numbers_that_are_none(raw: str) -> None:
    """What no decimal can be is null and counted; in a text the same letters are text."""
    notes = PageNotes({"ADate"})
    found = read(record(T='"NaN"'), record(D=raw), record(), notes=notes)
    assert found == [USUAL.replace("text", "NaN"), USUAL.replace("1.50", "null"), USUAL]
    assert (notes.count(NUMBERS), notes.columns(NUMBERS)) == (1, ["D"])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"value":[{"K":1},{"K":"\\ud83d', id="cut off behind half an emoji"),
        pytest.param(b'{"value":[{"K":1}', id="cut off"),
        pytest.param(b'{"value":[{"K":1},{"K":00', id="cut off in zeros"),
        pytest.param(b'{"value":[{"K":1.2.3}]}', id="two points"),
        pytest.param(b'{"value":[{"K":"a"b"}]}', id="a quote inside"),
        pytest.param(b"\xff\xfe\xfd", id="no text"),
    ],
)
def test_what_is_broken_is_asked_for_again(body: bytes) -> None:
    """Mending makes nothing whole that was cut off."""
    with pytest.raises(EpicorRetriableError, match="broken or cut off"):
        PageReader("x", PROPERTIES).read(body)


def test_what_is_too_large_to_be_mended_is_asked_for_in_halves() -> None:
    """A page is mended in bounded memory; a larger one may be small enough in two."""
    body = b'{"value":[{"T":"%s\xff"}]}' % (b"x" * LARGEST)
    with pytest.raises(EpicorPageError):
        PageReader("x", PROPERTIES).read(body)


# The whole tap


def vendors(server: EpicorServer, monkeypatch: pytest.MonkeyPatch, row: str, raw: bytes) -> Run:
    """Run the tap over vendors of which one bears these bytes as its name, pages of four."""
    number = server.store.rows("Vendor", ["VendorNum", "VendorID"], "EPIC06")
    assert any(vendor_id == row for _, vendor_id in number)
    honest = server.respond

    def respond(request: Request) -> Any:
        response, fault = honest(request)
        if response is not None and request.path.endswith("Vendors"):
            pattern = rb'(\{[^{}]*?"VendorID":"%s"[^{}]*?"Name":)"[^"]*"' % row.encode()
            body = re.sub(pattern, lambda found: found[1] + raw, response.body)
            response = replace(response, body=body)
        return response, fault

    monkeypatch.setattr(server, "respond", respond)
    return run(server, "vendors", page_size=4)


def test_half_an_emoji_in_a_run(
    epicor: EpicorServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """All rows come, the run record counts what was replaced, and the log names the column."""
    ids = [row[0] for row in epicor.store.rows("Vendor", ["VendorID"], "EPIC06")]
    done = vendors(epicor, monkeypatch, ids[3], rb'"x\ud83d\ude80 \ud83d"')
    assert done.error is None
    names = {row["VendorID"]: row["Name"] for row in done.records("vendors")}
    assert set(names) == set(ids)
    assert names[ids[3]] == "x\U0001f680 \ufffd"
    assert done.state["run"]["streams"]["vendors"]["characters_replaced"] == 1
    [line] = [each for each in caplog.messages if "U+FFFD" in each]
    assert line.startswith("vendors: 1 ")
    assert line.endswith(" Name")


def test_a_quiet_run_record_says_nothing(epicor: EpicorServer) -> None:
    """Where nothing was replaced, nothing is said."""
    record = run(epicor, "vendors").state["run"]["streams"]["vendors"]
    assert not {"characters_replaced", "numbers_replaced"} & record.keys()


def test_infinity_in_a_run(epicor: EpicorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is none costs its value only."""
    honest = epicor.respond

    def respond(request: Request) -> Any:
        if request.path.endswith("Vendors"):
            return altered(epicor, request, "MinOrderValue", b"Infinity"), None
        return honest(request)

    monkeypatch.setattr(epicor, "respond", respond)
    done = run(epicor, "vendors", page_size=1000)
    assert done.error is None
    assert [row["MinOrderValue"] for row in done.records("vendors")].count(None) == 1
    assert done.state["run"]["streams"]["vendors"]["numbers_replaced"] >= 1


# Encodings


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        pytest.param("utf-16", "application/json", id="UTF-16"),
        pytest.param("utf-16-le", "application/json; charset=utf-16", id="UTF-16 without a mark"),
        pytest.param("utf-16-be", "Application/JSON", id="the other way round"),
        pytest.param("utf-8-sig", "Application/JSON;odata.metadata=minimal", id="with a mark"),
        pytest.param("utf-8", "text/json", id="text/json"),
        pytest.param("windows-1252", 'APPLICATION/JSON; Charset="Windows-1252"', id="8 bits"),
    ],
)
def test_encodings(
    epicor: EpicorServer, monkeypatch: pytest.MonkeyPatch, encoding: str, content_type: str
) -> None:
    """Pages and `$metadata` are read in whatever a server writes them."""
    key = next(iter(epicor.store.rows("Vendor", ["Company", "VendorNum"], "EPIC06")))
    named = dict(zip(("Company", "VendorNum"), key, strict=True))
    epicor.store.update("Vendor", named, {"Name": "Müller €"})
    honest = epicor.respond

    def respond(request: Request) -> Any:
        response, fault = honest(request)
        is_xml = request.path.endswith("$metadata")
        if not isinstance(response, Response) or (is_xml and encoding == "windows-1252"):
            return response, fault
        text = response.body.decode()
        if is_xml and encoding.startswith("utf-16"):
            text = text.replace('encoding="utf-8"', 'encoding="utf-16"')
        kind = response.content_type if is_xml else content_type
        return replace(
            response, body=f"{text}\r\n".encode(encoding, "replace"), content_type=kind
        ), fault

    monkeypatch.setattr(epicor, "respond", respond)
    done = run(epicor, "vendors")
    assert done.error is None
    assert len(done.records("vendors")) == epicor.store.count("Vendor", "EPIC06")
    assert "Müller €" in {row["Name"] for row in done.records("vendors")}


def test_half_an_emoji_in_utf_16(epicor: EpicorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a pair is replaced there too, and a body of which half a unit is missing is broken."""
    ids = [row[0] for row in epicor.store.rows("Vendor", ["VendorID"], "EPIC06")]
    honest = epicor.respond

    def respond(request: Request) -> Any:
        response, fault = honest(request)
        if response is not None and request.path.endswith("Vendors"):
            text = response.body.decode().replace(f'"{ids[2]}"', f'"{ids[2]}\ud83d"')
            response = replace(response, body=text.encode("utf-16", "surrogatepass"))
        return response, fault

    monkeypatch.setattr(epicor, "respond", respond)
    done = run(epicor, "vendors")
    assert done.error is None
    assert f"{ids[2]}\ufffd" in {row["VendorID"] for row in done.records("vendors")}

"""A server that means harm: a clear error, bounded memory, other streams whole, secrets kept."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from sandbox.epicor.messages import Response
from tap_epicor_kinetic.exceptions import (
    EpicorAccessError,
    EpicorError,
    IdentityRefusedError,
    ODataResponseError,
)
from tap_epicor_kinetic.http.answers import JSON, judge, retry_after_seconds
from tap_epicor_kinetic.http.bodies import json_fields
from tap_epicor_kinetic.http.tokens import read_token
from tap_epicor_kinetic.odata.metadata import parse_metadata
from tap_epicor_kinetic.odata.pages import PageReader
from tap_epicor_kinetic.odata.properties import Property
from tap_epicor_kinetic.odata.xml import xml_fields
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.hostile import altered, listening, run_alone
from tests.tap.runs import Run, catalog_of, config_for, offered_by, run

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from sandbox.epicor.messages import Request
    from sandbox.epicor.server import EpicorServer

VENDORS = re.compile(r"VendorSvc/Vendors$")
METADATA = re.compile(r"VendorSvc/\$metadata$")
TOKEN = re.compile("TokenResource")
DEEP = 100_000
MEBIBYTE = 1 << 20
MOST_MEBIBYTES = 800


class Turn(Protocol):
    """Makes the server answer some requests otherwise."""

    def __call__(self, pattern: re.Pattern[str], answer: Callable[[Request], Response]) -> None:
        """Answer requests whose path holds the pattern with what `answer` returns."""


@pytest.fixture
def catalog(epicor: EpicorServer) -> dict[str, Any]:
    """Give a catalog of vendors and parts, discovered while the server is still harmless."""
    return catalog_of(epicor, ["vendors", "parts"])


@pytest.fixture
def turn(epicor: EpicorServer, monkeypatch: pytest.MonkeyPatch) -> Turn:
    """Give a way to turn the server."""
    honest = epicor.respond

    def hostile(pattern: re.Pattern[str], answer: Callable[[Request], Response]) -> None:
        def respond(request: Request) -> Any:
            return (answer(request), None) if pattern.search(request.path) else honest(request)

        monkeypatch.setattr(epicor, "respond", respond)

    return hostile


def error_of(done: Run) -> str:
    """Return the error of the stream that failed, once it is sure that the other one is whole."""
    streams = done.state["run"]["streams"]
    assert done.error == "1 of 2 streams failed: vendors"
    assert streams["parts"]["status"] == "done"
    assert len(done.records("parts")) == streams["parts"]["records"] > 0
    return str(streams["vendors"]["error"])


def page(*records: bytes, head: bytes = b"") -> bytes:
    """Return the body of a page."""
    return b'{%s"value":[%s]}' % (head, b",".join(records))


# Bodies that are no page of rows


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"[" * DEEP + b"]" * DEEP, "no OData page", id="deep array"),
        pytest.param(page(b'{"K":%s%s}' % (b"[" * DEEP, b"]" * DEEP)), "too deep", id="deep row"),
        pytest.param(page(b'{"a":' * DEEP + b"1" + b"}" * DEEP), "too deep", id="deep object"),
        pytest.param(page(b"1,2"), "no record", id="numbers for rows"),
        pytest.param(b'{"value":{}}', "no OData page", id="object for rows"),
        pytest.param(page(head=b'"@odata.count":1e400,'), "no OData page", id="endless count"),
        pytest.param(page(head=b'"@odata.count":%s,' % (b"9" * 400)), "odata.count", id="huge"),
        pytest.param(page(head=b'"@odata.count":"%s",' % (b"9" * 5000)), "odata.count", id="text"),
        pytest.param(page(head=b'"@odata.count":-1,'), "odata.count", id="negative count"),
        pytest.param(page(b'{"VendorNum":"\xff\xfe"}'), "do not fit together", id="no UTF-8"),
        pytest.param(page(b'{"VendorNum":"\x00"}'), "do not fit together", id="control character"),
        pytest.param(page(b'{"VendorNum":NaN}'), "do not fit together", id="NaN"),
        pytest.param(page(b'{"VendorNum":"\xff\xfe}'), "broken or cut off", id="no UTF-8, cut off"),
        pytest.param(page(b'{"VendorNum":nan}'), "broken or cut off", id="nan"),
        pytest.param(page(b'{"VendorNum":1}')[:-3], "broken or cut off", id="cut off"),
        pytest.param(b'{"value":"' + b"x" * MEBIBYTE + b'"}', "no OData page", id="long text"),
        pytest.param(b"<html>log in</html>", "broken or cut off", id="HTML that claims to be JSON"),
    ],
)
def test_no_page(
    epicor: EpicorServer, catalog: dict[str, Any], turn: Turn, body: bytes, words: str
) -> None:
    """A body that is no page ends its stream with what is wrong, and quotes nothing of it."""
    turn(VENDORS, lambda _: Response(200, body))
    error = error_of(run(epicor, catalog=catalog))
    assert words in error
    assert len(error) < 200


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"1e400", id="float"),
        pytest.param(b"9" * 400, id="huge number"),
        pytest.param(b'"many"', id="text"),
        pytest.param(b'{"a":1}', id="object"),
        pytest.param(b"true", id="boolean"),
    ],
)
def test_cursor_of_another_type(
    epicor: EpicorServer, catalog: dict[str, Any], turn: Turn, raw: bytes
) -> None:
    """A cursor that is no whole number is not used: all rows come by key, without a bookmark."""
    turn(VENDORS, lambda request: altered(epicor, request, "SysRevID", raw))
    done = run(epicor, catalog=catalog)
    assert done.error is None
    assert len(done.records("vendors")) == epicor.store.count("Vendor", "EPIC06")
    assert "replication_key_value" not in done.bookmark("vendors")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"[1]", id="array"),
        pytest.param(b"1e400", id="float"),
        pytest.param(b'"%s"' % (b"x" * 9000), id="endless"),
    ],
)
def test_key_of_another_type(
    epicor: EpicorServer, catalog: dict[str, Any], turn: Turn, raw: bytes
) -> None:
    """Where a row stands must be plain, or the next page could not be asked for."""
    epicor.configure(refuse_sysrevid_filter=True)
    turn(VENDORS, lambda request: altered(epicor, request, "VendorNum", raw))
    error = error_of(run(epicor, catalog=catalog))
    assert "column VendorNum of a record is not of its declared type" in error


@pytest.mark.parametrize(
    ("column", "raw"),
    [
        pytest.param("Name", b"9" * 400, id="number of 400 digits"),
        pytest.param("MinOrderValue", b"1e400", id="beyond a double"),
        pytest.param("Address1", b"[[{}]]", id="array for text"),
        pytest.param("Inactive", b'"perhaps"', id="text for a boolean"),
    ],
)
def test_value_of_another_type_is_handed_on(
    epicor: EpicorServer, catalog: dict[str, Any], turn: Turn, column: str, raw: bytes
) -> None:
    """What a value may be is for the target to judge: it leaves as it came, with every digit."""
    turn(VENDORS, lambda request: altered(epicor, request, column, raw))
    done = run(epicor, catalog=catalog)
    assert done.error is None
    rows = [line for line in done.lines if '"RECORD","stream":"vendors"' in line]
    assert [f'"{column}":{raw.decode()}' in line for line in rows].count(True) == 1


def test_column_whose_name_would_end_the_record() -> None:
    """A quote in the name of a column stays a part of the name."""
    name = 'a":1},{"b'
    properties = [Property(name, "Edm.Decimal")]
    [record] = PageReader("x", properties).read(b'{"value":[{"a\\":1},{\\"b":"7"}]}').records
    assert json.loads(bytes(record)) == {name: 7}


# Bodies without an end


def test_row_of_64_megabytes(
    epicor: EpicorServer, catalog: dict[str, Any], turn: Turn, tmp_path: Path
) -> None:
    """One enormous row is carried whole, in the memory of a few copies of it."""
    raw = b'"%s"' % (b"x" * (64 * MEBIBYTE))
    turn(VENDORS, lambda request: altered(epicor, request, "Name", raw))
    done = run_alone(epicor, tmp_path, catalog)
    assert done.code == 0, done.log
    assert done.longest_line > len(raw)
    assert done.peak_mebibytes < MOST_MEBIBYTES


@pytest.mark.parametrize(
    ("pattern", "status", "words"),
    [
        pytest.param(VENDORS, 200, "the answer exceeds 256 MiB", id="page"),
        pytest.param(VENDORS, 503, "HTTP 503", id="error"),
        pytest.param(METADATA, 200, "the answer exceeds 64 MiB", id="metadata"),
        pytest.param(TOKEN, 200, "holds no access token", id="token"),
    ],
)
def test_compressed_bomb(
    epicor: EpicorServer,
    catalog: dict[str, Any],
    turn: Turn,
    tmp_path: Path,
    pattern: re.Pattern[str],
    status: int,
    words: str,
) -> None:
    """A few kB that unpack to 4 GiB take no more memory than the largest answer may."""
    bomb = gzip.compress(b" " * (64 * MEBIBYTE)) * 64
    turn(pattern, lambda _: Response(status, bomb, headers={"Content-Encoding": "gzip"}))
    given = None if pattern is METADATA else catalog
    done = run_alone(epicor, tmp_path, given, auth_method="token_resource")
    assert words in done.log
    assert "Traceback" not in done.log
    assert done.peak_mebibytes < MOST_MEBIBYTES


def test_body_without_an_end(epicor: EpicorServer, catalog: dict[str, Any], tmp_path: Path) -> None:
    """A body that never ends is left at the limit."""

    def stream(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            connection.sendall(b" " * MEBIBYTE)

    with listening(stream) as origin:
        done = run_alone(epicor, tmp_path, catalog, base_url=f"{origin}/Endless")
    assert "the answer exceeds 256 MiB" in done.log
    assert "Traceback" not in done.log
    assert done.peak_mebibytes < MOST_MEBIBYTES


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("gzip", b"no gzip", id="not compressed at all"),
        pytest.param("gzip", gzip.compress(page(b'{"VendorNum":1}'))[:-12], id="cut off"),
        pytest.param("gzip, " * 40 + "gzip", b"x", id="forty times"),
        pytest.param("nonsense", b"x", id="unknown"),
        pytest.param("deflate", zlib.compress(b"x" * 99)[3:], id="damaged"),
    ],
)
def test_unreadable_compression(
    epicor: EpicorServer, catalog: dict[str, Any], turn: Turn, encoding: str, body: bytes
) -> None:
    """A body that cannot be unpacked is asked for again, and in the end an error."""
    turn(VENDORS, lambda _: Response(200, body, headers={"Content-Encoding": encoding}))
    assert re.search("connection broke|broken or cut off", error_of(run(epicor, catalog=catalog)))


# Pages that lead nowhere


def _option(request: Request, name: str, default: int) -> int:
    found = re.search(rf"\${name}=(\d+)", request.query)
    return int(found[1]) if found else default


@pytest.mark.parametrize("length", [pytest.param(None, id="whole"), pytest.param(7, id="short")])
def test_rows_in_a_circle(
    epicor: EpicorServer, catalog: dict[str, Any], turn: Turn, length: int | None
) -> None:
    """A server that begins anew at the end of its rows, whatever was asked, is found out."""

    def circle(request: Request) -> Response:
        asked = re.sub(r"&\$(?:top|skip|count|filter)=[^&]*", "", request.query)
        whole = epicor.service.handle(replace(request, query=f"{asked}&$top=10000"))
        rows = json.loads(whole.body)["value"][:length]
        skip, top = _option(request, "skip", 0), _option(request, "top", 100)
        shown = [rows[place % len(rows)] for place in range(skip, skip + top)]
        return Response(200, json.dumps({"value": shown}).encode())

    turn(VENDORS, circle)
    done = run(epicor, catalog=catalog, page_size=1000)
    assert "neither orders nor counts rows" in error_of(done)


# XML that does more than tell


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]><x><AccessToken>&m;</AccessToken></x>"
)
TRICKS = [
    pytest.param(LAUGHS, id="billion laughs"),
    pytest.param(
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x><AccessToken>&a;</AccessToken></x>',
        id="external entity",
    ),
    pytest.param(
        b'<!DOCTYPE x [<!ENTITY %% p SYSTEM "http://127.0.0.1:9/">%%p;]><AccessToken>x</AccessToken>',
        id="parameter entity",
    ),
    pytest.param(
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><AccessToken>x</AccessToken>', id="DTD"
    ),
    pytest.param(b'<?xml version="1.0" encoding="klingon"?><AccessToken>x</AccessToken>', id="?"),
    pytest.param(b"<x>" * DEEP, id="deep, open"),
]


@pytest.mark.parametrize("document", TRICKS)
def test_xml_tricks(document: bytes) -> None:
    """No entity is expanded, no address asked, and what is no plain document says nothing."""
    with pytest.raises(ODataResponseError, match="is not a CSDL document"):
        parse_metadata("Erp.BO.VendorSvc", document)
    with pytest.raises(IdentityRefusedError, match="no access token"):
        read_token(document)
    assert xml_fields(document) == {}


def test_metadata_with_a_doctype_costs_one_service(epicor: EpicorServer, turn: Turn) -> None:
    """The other services are offered, and the warning says what was refused."""
    turn(METADATA, lambda _: Response(200, LAUGHS, "application/xml"))
    offered = offered_by(TapEpicorKinetic(config=config_for(epicor)))
    assert "vendors" not in offered
    assert "parts" in offered


def test_metadata_that_inherits_without_end() -> None:
    """Types that are based on each other, in a long row or in a circle, are read in no time."""
    long = b"".join(
        b'<EntityType Name="T%d" BaseType="M.T%d"><Property Name="P%d" MaxLength="%s"/>'
        b"</EntityType>" % (n, (n + 1) % 20_000, n, b"9" * 400)
        for n in range(20_000)
    )
    sets = b"".join(b'<EntitySet Name="S%d" EntityType="M.T%d"/>' % (n, n) for n in range(20_000))
    document = b"<Schema>%s<EntityContainer>%s</EntityContainer></Schema>" % (long, sets)
    found = parse_metadata("x", document).entity_set("S0", is_baq=False)
    assert len(found.properties) == 16
    assert found.properties["P0"].max_length is None


# Words that are put into a log or a header


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * DEEP, id="deep, open"),
        pytest.param(b'{"a":' * DEEP + b"1" + b"}" * DEEP, id="deep"),
        pytest.param(b'{"ErrorMessage":"\xff"}', id="no UTF-8"),
        pytest.param(b'{"error":' + b"9" * 5000 + b"}", id="huge number"),
        pytest.param(b"[1]", id="array"),
    ],
)
def test_error_bodies_that_are_none(body: bytes) -> None:
    """An error whose body cannot be read is an error without words."""
    assert json_fields(body) == {}
    with pytest.raises(EpicorError, match=r"^service HTTP 418$"):
        judge("service", 418, {}, body, JSON)


def test_words_cannot_steer_a_terminal_or_start_a_line() -> None:
    """What a server says stands in one line of the log, without control characters."""
    body = json.dumps({"ErrorMessage": "a\r\nERROR fake\x1b[2J\x07\u202ez"}).encode()
    with pytest.raises(EpicorAccessError, match=r"service HTTP 403: a ERROR fake\[2Jz\."):
        judge("service", 403, {}, body, JSON)
    with pytest.raises(EpicorError, match=r"the answer is text/x ERROR\[2J, not JSON"):
        judge("service", 200, {"Content-Type": "text/x\n ERROR\x1b[2J"}, b"{}", JSON)
    with pytest.raises(EpicorError, match=r"points to https://other/x, which"):
        judge("service", 302, {"Location": "https://user:pw@other/x\x1b?token=1"}, b"", JSON)


@pytest.mark.parametrize(
    "token", ["a\r\nX-Admin: 1", "a b", "tök", "\u6771", "a\x00", "a\x7f"], ids=range(6)
)
def test_token_that_would_be_more_than_a_token(token: str) -> None:
    """A token goes into a header, so only visible ASCII is one."""
    with pytest.raises(IdentityRefusedError, match="no access token"):
        read_token(json.dumps({"access_token": token}).encode())


@pytest.mark.parametrize("header", ["\u00b2", "\u0663", "1e3", "-1", "", " ", "\x00", "99" * 400])
def test_retry_after_that_is_no_time(header: str) -> None:
    """Digits of other scripts and other oddities never end a run; a long pause is cut later."""
    pause = retry_after_seconds(header)
    assert pause is None or pause >= 0


@pytest.mark.parametrize("length", ["\u00b2", "-1", "9" * 400, "1, 1", "x"])
def test_content_length_that_is_none(epicor: EpicorServer, length: str) -> None:
    """An answer whose length makes no sense is an error of its request."""

    def talk(connection: socket.socket) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
        connection.sendall(head.encode("latin1", "replace") + b"\r\n{}")

    with listening(talk) as origin, pytest.raises(EpicorError):
        TapEpicorKinetic(config=config_for(epicor, base_url=f"{origin}/x", timeout_seconds=2))


# Other places


@pytest.mark.parametrize("status", [302, 307, 308])
@pytest.mark.parametrize("where", [VENDORS, METADATA, TOKEN], ids=["page", "metadata", "token"])
def test_no_redirect_is_followed(
    epicor: EpicorServer, turn: Turn, status: int, where: re.Pattern[str]
) -> None:
    """Not one request, so not one secret, goes to where a redirect points."""
    asked = []

    def note(connection: socket.socket) -> None:
        asked.append(connection.getpeername())

    with listening(note) as elsewhere:
        for location in (f"{elsewhere}/x", elsewhere.replace("http:", "")):
            answer = Response(status, b"", None, {"Location": location})
            turn(where, lambda _, answer=answer: answer)  # type: ignore[misc]
            with suppress(EpicorError, AssertionError):
                run(epicor, "vendors", auth_method="token_resource")
    assert asked == []
    assert any(where.search(entry.path) for entry in epicor.log)


def test_secret_that_begins_with_another_one(
    epicor: EpicorServer, catalog: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Of an echoed key that begins with the password nothing is left."""
    secrets = {"password": "canary", "api_key": "canary-and-more"}
    epicor.configure(**secrets)
    epicor.faults.add("status", path="Vendors$", times=None, status=403, message="canary-and-more")
    done = run(epicor, catalog=catalog, **secrets)  # type: ignore[arg-type]
    assert "Exception: *** (" in error_of(done)
    assert "and-more" not in caplog.text


def test_secrets_are_taken_out_before_words_are_cut(
    epicor: EpicorServer, catalog: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A secret that the limit of a message would cut in two leaves no half behind."""
    for padding in range(270, 300, 3):
        epicor.faults.clear()
        epicor.faults.add(
            "status",
            path=r"Vendors$",
            times=None,
            status=403,
            message="x" * padding + "sandbox-password c2FuZGJveDpzYW5kYm94LXBhc3N3b3Jk",
        )
        done = run(epicor, catalog=catalog)
        written = caplog.text + "\n".join(done.lines)
        assert "xsand" not in written
        assert "c2FuZ" not in written

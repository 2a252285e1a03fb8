"""Values, keys and versions that break careless code arrive as they stand in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.odata.pages import PageReader
from tap_epicor_kinetic.odata.properties import Property
from tests.tap.runs import catalog_of, run
from tests.tap.test_every_value import differences

if TYPE_CHECKING:
    from sandbox.epicor.messages import Request
    from sandbox.epicor.server import EpicorServer

TEXT = (
    'O\'Brien "q" \\ / \n\r\t \u2028\u2029\x85\x1c\x00 東京 🚀 &?#%+=;,() '
    '"DueDate":"2026-01-01T00:00:00" T00:00:00 {"$filter": null}'
)
ODD_KEYS = (
    *("a'b", "100%", "a+b", "a&b", "a#b", "a/b", " x", "Ü", "東", 'a"b', "\\", "?", "=", ""),
    *("~", "a;b", "null", "(x)", "a or b", "'", "''", "$top"),
)
USER_TABLE = {"name": "my_table", "service": "Ice.BO.UD01Svc", "entity_set": "UD01s"}


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="standard"),
        pytest.param({"int64_as_text": True}, id="rewritten"),
        pytest.param({"decimals_as_text": True, "adds_to_select": ("RowMod",)}, id="more columns"),
        pytest.param({"refuse_sysrevid_filter": True}, id="whole table"),
        pytest.param({"gzip": True, "max_rows": 3}, id="compressed"),
    ],
)
def test_awkward_values(epicor: EpicorServer, options: dict[str, Any]) -> None:
    """Control characters, quotes, separators, text that looks like JSON, very long decimals."""
    key = next(iter(epicor.store.rows("Vendor", ["Company", "VendorNum"], "EPIC06")))
    changes = {
        "Name": TEXT.replace("\x00", ""),
        "City": "T00:00:00",
        "Address1": "",
        "MinOrderValue": "98765432109876543210.123456789012345",
    }
    epicor.store.update("Vendor", dict(zip(("Company", "VendorNum"), key, strict=True)), changes)
    epicor.configure(**options)
    done = run(epicor, "vendors", page_size=4)
    assert done.error is None
    assert differences(epicor, done, "vendors") == []


@pytest.mark.parametrize("moving", [pytest.param(False, id="at rest"), pytest.param(True, id="-1")])
@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="by version"),
        pytest.param({"refuse_sysrevid_filter": True}, id="by key"),
        pytest.param(
            {"refuse_sysrevid_filter": True, "refuse_compound_filter": True}, id="by part of key"
        ),
    ],
)
def test_awkward_keys(epicor: EpicorServer, options: dict[str, Any], *, moving: bool) -> None:
    """Keys full of characters that mean something in URLs or filters are paged through."""
    rows = [
        {"Company": "EPIC06", "Key1": odd, "Key2": str(number), **dict.fromkeys(("Key3",), "")}
        for odd in ODD_KEYS
        for number in range(3)
    ]
    rows = [
        {**row, "Key4": "", "Key5": "", "Character01": TEXT.replace("\x00", "")} for row in rows
    ]
    epicor.store.insert("UD01", rows)
    epicor.configure(**options)
    catalog = catalog_of(epicor, ["my_table"], streams=[USER_TABLE])
    doomed = [{name: row[name] for name in row if name != "Character01"} for row in rows[1:15:3]]

    def delete_one(request: Request) -> None:
        if doomed and "UD01s" in request.path and "$skip" in request.query:
            epicor.store.delete("UD01", doomed.pop())

    if moving:
        epicor.before_request = delete_one
    done = run(epicor, catalog=catalog, streams=[USER_TABLE], page_size=7)
    assert done.error is None
    sent = {(row["Key1"], row["Key2"]) for row in done.records("my_table")}
    assert set(epicor.store.rows("UD01", ["Key1", "Key2"], "EPIC06")) <= sent
    assert moving or len(done.records("my_table")) == len(rows)
    assert {row["Character01"] for row in done.records("my_table")} == {rows[0]["Character01"]}


@pytest.mark.parametrize(
    "as_text", [pytest.param(False, id="numbers"), pytest.param(True, id="text")]
)
def test_row_versions_beyond_a_double(epicor: EpicorServer, *, as_text: bool) -> None:
    """Versions above 2^53 keep every digit, in records, filters and bookmarks."""
    epicor.store.shift_sys_rev_ids(2**60)
    epicor.configure(int64_as_text=as_text)
    first = run(epicor, "vendors", page_size=4)
    assert differences(epicor, first, "vendors") == []
    key = next(iter(epicor.store.rows("Vendor", ["Company", "VendorNum"], "EPIC06")))
    named = dict(zip(("Company", "VendorNum"), key, strict=True))
    epicor.store.update("Vendor", named, {"Name": "changed"})
    second = run(epicor, "vendors", state=first.state)
    assert "changed" in {row["Name"] for row in second.records("vendors")}
    highest = max(row[0] for row in epicor.store.rows("Vendor", ["SysRevID"], "EPIC06"))
    assert second.bookmark("vendors")["replication_key_value"] == highest > 2**60


@pytest.mark.parametrize("zone", ["", "Z", "+01:00", "-05:30"])
def test_updated_on_in_any_zone(epicor: EpicorServer, zone: str) -> None:
    """A date-time cursor goes into the next filter in the zone in which it came."""
    epicor.configure(updated_on=True, date_zone=zone)
    catalog = catalog_of(epicor, ["part_transactions"])
    first = run(epicor, catalog=catalog, page_size=100)
    bookmark = first.bookmark("part_transactions")
    assert bookmark["replication_key"] == "UpdatedOn"
    assert bookmark["replication_key_value"].endswith(zone)
    assert len(first.records("part_transactions")) == epicor.store.count("PartTran", "EPIC06")
    names = ("Company", "SysDate", "SysTime", "TranNum")
    key = next(iter(epicor.store.rows("PartTran", names, "EPIC06")))
    epicor.store.update("PartTran", dict(zip(names, key, strict=True)), {"TranReference": "again"})
    second = run(epicor, catalog=catalog, state=first.state)
    assert "again" in {row["TranReference"] for row in second.records("part_transactions")}


def page(body: bytes) -> list[str]:
    """Return the records of a page with a key, a decimal and a day, as text."""
    properties = [
        Property("K", "Edm.Int32"),
        Property("D", "Edm.Decimal"),
        Property("ADate", "Edm.DateTimeOffset", date_only=True),
    ]
    return [bytes(record).decode() for record in PageReader("x", properties).read(body).records]


def test_number_in_quotes_between_nulls() -> None:
    """A number that is text in one row only, as outer joins give it, becomes a number."""
    rows = [
        b'{"K":%d,"D":%s,"ADate":null}' % (n, b'"1.50"' if n == 1 else b"null") for n in range(7)
    ]
    records = page(b'{"value":[%s]}' % b",".join(rows))
    assert records[1] == '{"K":1,"D":1.50,"ADate":null}'


def test_blanks_between_tokens() -> None:
    """Days are cut also where a server writes blanks and line breaks between tokens."""
    rows = [
        b'{"K": %d,\r\n "D": 1.0, "ADate": %s}'
        % (n, b'"2026-01-31T00:00:00Z"' if n == 1 else b"null")
        for n in range(7)
    ]
    records = page(b'{\n"value": [%s]}' % b",\n".join(rows))
    assert records[1] == '{"K":1,"D":1.0,"ADate":"2026-01-31"}'
    assert "\n" not in "".join(records)

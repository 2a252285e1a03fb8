"""Days are days by their values: chosen once, kept, and given up when a time of day comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.odata.notes import PageNotes
from tap_epicor_kinetic.odata.pages import PageReader
from tap_epicor_kinetic.odata.properties import Property
from tests.tap.runs import Run, catalog_of, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

TABLE = "UD01"
STREAM = {"name": "my_table", "service": "Ice.BO.UD01Svc", "entity_set": "UD01s"}
MIDNIGHT, TIME = "2026-01-31T00:00:00", "2026-01-31T10:20:30"
# Pages shorter than the table, so that what one page shows is not what all do.
SETTINGS: dict[str, Any] = {"streams": [STREAM], "page_size": 10}


def key(number: int, company: str = "EPIC06") -> dict[str, str]:
    """Return the key of a row of the user table."""
    rest = dict.fromkeys(("Key2", "Key3", "Key4", "Key5"), "")
    return {"Company": company, "Key1": f"{number:04d}", **rest}


def fill(server: EpicorServer, rows: int, company: str = "EPIC06", **values: str) -> None:
    """Put rows with these values into the user table."""
    server.store.insert(TABLE, [{**key(n, company), **values} for n in range(rows)])


def formats(done: Run, at: int = 0) -> dict[str, str]:
    """Return the format of each date column by one of the stream's SCHEMA messages."""
    schemas = [
        message["schema"]["properties"]
        for message in done.messages
        if message["type"] == "SCHEMA" and message["stream"] == "my_table"
    ]
    return {name: each["format"] for name, each in schemas[at].items() if "Date" in name}


def kept(done: Run) -> dict[str, str]:
    """Return what the state says was chosen."""
    found: dict[str, str] = done.state["bookmarks"]["my_table"]["date_formats"]
    return found


def test_values_choose(epicor: EpicorServer) -> None:
    """Only midnights make days, whatever the name; times stay, in each value."""
    fill(epicor, 25, Date01=MIDNIGHT, Date02=TIME, Date03="0001-01-01T00:00:00")
    done = run(epicor, "my_table", **SETTINGS)
    assert done.error is None
    assert formats(done) | {"Date01": "date", "Date02": "date-time"} == formats(done)
    rows = done.records("my_table")
    assert {row["Date01"] for row in rows} == {"2026-01-31"}
    assert {row["Date02"] for row in rows} == {TIME}
    assert {row["Date03"] for row in rows} == {"0001-01-01"}
    assert kept(done)["Date01"] == "date"
    assert kept(done)["Date02"] == "date-time"


def test_one_time_among_midnights_chooses(epicor: EpicorServer) -> None:
    """One of 25 rows with a time makes a column one of date-times, and midnights stay whole."""
    fill(epicor, 25, Date01=MIDNIGHT)
    epicor.store.update(TABLE, key(12), {"Date01": TIME})
    done = run(epicor, "my_table", **SETTINGS)
    assert formats(done)["Date01"] == "date-time"
    assert sorted(row["Date01"] for row in done.records("my_table")) == [MIDNIGHT] * 24 + [TIME]


@pytest.mark.parametrize("column", ["ChangeDate", "OrderDate"])
def test_name_that_promises_a_day(epicor: EpicorServer, column: str) -> None:
    """A `...Date` column that holds times keeps them."""
    names = ["PONum", "OrderDate"]
    number = next(iter(epicor.store.rows("POHeader", names, "EPIC06")))[0]
    epicor.store.update("POHeader", {"Company": "EPIC06", "PONum": number}, {column: TIME})
    done = run(epicor, "purchase_orders")
    schema = done.schema("purchase_orders")["properties"]
    assert schema[column]["format"] == "date-time"
    assert schema["DueDate"]["format"] == "date"
    values = {row["PONum"]: row[column] for row in done.records("purchase_orders")}
    assert values[number] == TIME


def test_columns_without_values(epicor: EpicorServer) -> None:
    """Before there is a value, the name is all there is: `Date20` is used as a day."""
    fill(epicor, 3)
    done = run(epicor, "my_table", **SETTINGS)
    assert set(formats(done).values()) == {"date"}
    assert kept(done).keys() == formats(done).keys()


def test_nothing_is_chosen_by_no_rows(epicor: EpicorServer) -> None:
    """An empty table says nothing; its first rows choose."""
    first = run(epicor, "my_table", **SETTINGS)
    assert "date_formats" not in first.state["bookmarks"]["my_table"]
    fill(epicor, 3, Date01=TIME)
    second = run(epicor, "my_table", state=first.state, **SETTINGS)
    assert {row["Date01"] for row in second.records("my_table")} == {TIME}
    assert formats(second, -1)["Date01"] == "date-time"


def test_what_was_chosen_is_kept(epicor: EpicorServer, caplog: pytest.LogCaptureFixture) -> None:
    """A date-time column that holds midnights only stays one, and nothing is asked again."""
    fill(epicor, 15, Date01=TIME)
    catalog = catalog_of(epicor, ["my_table"], **SETTINGS)
    first = run(epicor, catalog=catalog, **SETTINGS)
    for number in range(15):
        epicor.store.update(TABLE, key(number), {"Date01": MIDNIGHT})
    before = len(epicor.log)
    second = run(epicor, catalog=catalog, state=first.state, **SETTINGS)
    assert formats(second)["Date01"] == "date-time"
    assert {row["Date01"] for row in second.records("my_table")} == {MIDNIGHT}
    assert not [entry for entry in epicor.log[before:] if "top=500" in entry.query]
    assert "time of day" not in caplog.text


@pytest.mark.parametrize("zone", ["", "Z", "+01:00"])
def test_a_time_that_comes_later(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture, zone: str
) -> None:
    """The column becomes one of date-times before the page that shows it, is said and kept."""
    epicor.configure(date_zone=zone)
    fill(epicor, 40, Date01=MIDNIGHT, Date02=MIDNIGHT)
    catalog = catalog_of(epicor, ["my_table"], **SETTINGS)
    first = run(epicor, catalog=catalog, **SETTINGS)
    assert formats(first)["Date01"] == "date"
    for number in range(40):
        changes = {"Date01": TIME} if number == 25 else {"Character01": "touched"}
        epicor.store.update(TABLE, key(number), changes)
    second = run(epicor, catalog=catalog, state=first.state, **SETTINGS)
    assert second.error is None
    assert formats(second)["Date01"] == "date"
    assert formats(second, -1)["Date01"] == "date-time"
    assert formats(second, -1)["Date02"] == "date"
    known = {"Date01": "date"}
    for message in second.messages:
        if message["type"] == "SCHEMA":
            known["Date01"] = message["schema"]["properties"]["Date01"]["format"]
        elif message["type"] == "RECORD" and message["record"]["Date01"] != "2026-01-31":
            assert known["Date01"] == "date-time"
    values = {row["Key1"]: row["Date01"] for row in second.records("my_table")}
    assert values["0025"] == f"{TIME}{zone}"
    assert {value[:10] for value in values.values()} == {"2026-01-31"}
    assert {row["Date02"] for row in second.records("my_table")} == {"2026-01-31"}
    assert caplog.text.count("my_table: Date01 held calendar days only") == 1
    third = run(epicor, catalog=catalog, state=second.state, **SETTINGS)
    assert formats(third)["Date01"] == "date-time"


def test_all_companies_have_one_format(epicor: EpicorServer) -> None:
    """What one company's rows show counts for the stream, and so for the others."""
    settings = {**SETTINGS, "company": None, "companies": ["EPIC06", "EPIC07"]}
    fill(epicor, 3, Date01=MIDNIGHT)
    fill(epicor, 3, "EPIC07", Date01=TIME)
    first = run(epicor, "my_table", **settings)
    assert (formats(first)["Date01"], formats(first, -1)["Date01"]) == ("date", "date-time")
    second = run(epicor, "my_table", state=first.state, **settings)
    assert formats(second)["Date01"] == "date-time"


def test_first_company_without_rows(epicor: EpicorServer) -> None:
    """Where the first company has none, the next one's rows choose."""
    fill(epicor, 3, "EPIC07", Date01=MIDNIGHT, Date02=TIME)
    settings = {**SETTINGS, "company": None, "companies": ["EPIC06", "EPIC07"]}
    done = run(epicor, "my_table", **settings)
    assert (formats(done)["Date01"], formats(done)["Date02"]) == ("date", "date-time")


@pytest.mark.parametrize(("format_", "value"), [("date-time", MIDNIGHT), ("date", "2026-01-31")])
def test_catalog_that_somebody_wrote(epicor: EpicorServer, format_: str, value: str) -> None:
    """A catalog that says otherwise than the name does is a choice."""
    column = "OrderDate" if format_ == "date-time" else "ChangedOn"
    stream, table = ("purchase_orders", "POHeader") if column == "OrderDate" else ("parts", "Part")
    for row in list(
        epicor.store.rows(table, ["PONum" if table == "POHeader" else "PartNum"], "EPIC06")
    ):
        name = "PONum" if table == "POHeader" else "PartNum"
        epicor.store.update(table, {"Company": "EPIC06", name: row[0]}, {column: MIDNIGHT})
    catalog = catalog_of(epicor, [stream])
    [entry] = [each for each in catalog["streams"] if each["stream"] == stream]
    entry["schema"]["properties"][column]["format"] = format_
    done = run(epicor, catalog=catalog)
    assert done.schema(stream)["properties"][column]["format"] == format_
    assert {row[column] for row in done.records(stream)} == {value}


def test_a_passing_failure_chooses_nothing(epicor: EpicorServer) -> None:
    """When the look at the values fails, the name counts for this run, and the next one looks."""
    fill(epicor, 3, Date01=MIDNIGHT)
    catalog = catalog_of(epicor, ["my_table"], **SETTINGS)
    epicor.faults.add("status", path="UD01s$", query="top=500", status=500, times=None)
    first = run(epicor, catalog=catalog, **SETTINGS)
    assert first.error is None
    assert "date_formats" not in first.state["bookmarks"]["my_table"]
    epicor.faults.clear()
    second = run(epicor, catalog=catalog, state=first.state, **SETTINGS)
    assert formats(second)["Date01"] == "date"


def test_rows_below_their_parents(epicor: EpicorServer) -> None:
    """Under `$expand` a time of day is seen and kept as well."""
    epicor.configure(missing_services=frozenset({"Erp.BO.OrderDtlSearchSvc"}))
    names = ("Company", "OrderNum", "OrderLine")
    rows = list(epicor.store.rows("OrderDtl", list(names), "EPIC06"))
    place = dict(zip(names, rows[len(rows) // 2], strict=True))
    first = run(epicor, "sales_order_lines")
    assert first.schema("sales_order_lines")["properties"]["RequestDate"]["format"] == "date"
    epicor.store.update("OrderDtl", place, {"RequestDate": TIME})
    second = run(epicor, "sales_order_lines", state=first.state)
    found = {
        tuple(row[name] for name in names): row["RequestDate"]
        for row in second.records("sales_order_lines")
    }
    assert found[rows[len(rows) // 2]] == TIME
    last = [message for message in second.messages if message["type"] == "SCHEMA"][-1]
    assert last["schema"]["properties"]["RequestDate"]["format"] == "date-time"


def test_stream_maps_see_the_format(epicor: EpicorServer) -> None:
    """Also where the SDK writes the records, the format is as chosen and a time is kept."""
    fill(epicor, 3, Date01=MIDNIGHT)
    settings = {**SETTINGS, "stream_maps": {"my_table": {"Date02": None, "Twin": "Key1"}}}
    first = run(epicor, "my_table", **settings)
    assert formats(first)["Date01"] == "date"
    epicor.store.update(TABLE, key(1), {"Date01": TIME})
    second = run(epicor, "my_table", state=first.state, **settings)
    assert formats(second, -1)["Date01"] == "date-time"
    assert TIME in {row["Date01"] for row in second.records("my_table")}


def test_page_is_read_again_when_it_shows_a_time() -> None:
    """All values of the page are whole then, those before the time too."""
    notes = PageNotes({"A", "B"})
    properties = [Property(name, "Edm.DateTimeOffset") for name in "AB"]
    rows = [f'{{"A":"{MIDNIGHT}Z","B":"{MIDNIGHT}Z"}}', f'{{"A":"{TIME}Z","B":null}}']
    body = f'{{"value":[{",".join(rows)}]}}'.encode()
    records = PageReader("x", properties, notes=notes).read(body).records
    assert [bytes(record).decode() for record in records] == [
        f'{{"A":"{MIDNIGHT}Z","B":"2026-01-31"}}',
        f'{{"A":"{TIME}Z","B":null}}',
    ]
    assert notes.days == {"B"}

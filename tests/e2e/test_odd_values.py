"""Odd values of single rows, from the source to the staging table."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.tap.runs import catalog_of

if TYPE_CHECKING:
    import pytest

    from sandbox.epicor.messages import Request
    from tests.line.line import Line

USER_TABLE = {"name": "my_table", "service": "Ice.BO.UD01Svc", "entity_set": "UD01s"}
MIDNIGHT, TIME = "2026-01-31T00:00:00", "2026-01-31T10:20:30"


def row(number: int, **values: Any) -> dict[str, Any]:
    """Return a row of the user table."""
    rest = dict.fromkeys(("Key2", "Key3", "Key4", "Key5"), "")
    return {"Company": "EPIC06", "Key1": str(number), **rest, **values}


def kind(line: Line, column: str) -> str:
    """Return the type of a staging column."""
    ((found,),) = line.query(
        "SELECT data_type FROM information_schema.columns "
        "WHERE table_name = 'my_table' AND column_name = %s",
        column,
    )
    return str(found)


def test_day_that_becomes_a_date_time(line: Line) -> None:
    """The column is widened in the run that meets a time, and no value is lost or moved."""
    line.tap_settings.update(streams=[USER_TABLE], companies=["EPIC06"], page_size=5)
    rows = [row(number, Date01=MIDNIGHT) for number in range(20)]
    line.epicor.store.insert("UD01", rows)
    catalog = catalog_of(line.epicor, ["my_table"], streams=[USER_TABLE])
    assert line.run_pipe(catalog).code == 0
    assert kind(line, "date01") == "date"
    line.epicor.store.insert("UD01", [row(number, Date01=MIDNIGHT) for number in range(20, 30)])
    line.epicor.store.insert("UD01", [row(30, Date01=TIME)])
    outcome = line.run_pipe(catalog)
    assert outcome.code == 0, outcome.log
    assert "my_table: Date01 held calendar days only" in outcome.log
    assert kind(line, "date01") == "timestamp with time zone"
    found = dict(line.query("SELECT key1, date01 AT TIME ZONE 'UTC' FROM my_table"))
    assert found.pop("30") == datetime.fromisoformat(TIME)
    assert len(found) == 30
    assert set(found.values()) == {datetime.fromisoformat(MIDNIGHT)}
    # The next run begins with what was chosen.
    line.epicor.store.insert("UD01", [row(31, Date01=MIDNIGHT)])
    outcome = line.run_pipe(catalog)
    assert outcome.code == 0
    assert "calendar days" not in outcome.log
    assert kind(line, "date01") == "timestamp with time zone"


def test_unset_identifier(line: Line) -> None:
    """`""` in a column of GUIDs is NULL, and `""` in a text stays `""`."""
    payments = {"name": "ap_payments", "columns": ["BankBatchSysRowID", "Name"]}
    line.tap_settings["streams"] = [payments]
    numbers = [each[0] for each in line.epicor.store.rows("CheckHed", ["HeadNum"], "EPIC06")]
    guid = "7d0c1a52-0000-4000-8000-000000004101"
    for number, value in zip(numbers, ["", guid], strict=False):
        key = {"Company": "EPIC06", "HeadNum": number}
        line.epicor.store.update("CheckHed", key, {"BankBatchSysRowID": value, "Name": ""})
    outcome = line.run_pipe(catalog_of(line.epicor, ["ap_payments"], streams=[payments]))
    assert outcome.code == 0, outcome.log
    found = {
        number: (batch and UUID(str(batch)), text)
        for number, batch, text in line.query(
            "SELECT headnum, bankbatchsysrowid, name FROM ap_payments WHERE company = 'EPIC06'"
        )
    }
    assert found[numbers[0]] == (None, "")
    assert found[numbers[1]] == (UUID(guid), "")


def test_half_an_emoji_and_no_number(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row with both is staged, as are all others, and the run is complete."""
    honest = line.epicor.respond

    def respond(request: Request) -> Any:
        response, fault = honest(request)
        if response is not None and request.path.endswith("EPIC06/Erp.BO.VendorSvc/Vendors"):
            body = re.sub(rb'"Name":"', rb'"Name":"\\ud83d', response.body)
            body = re.sub(rb'("MinOrderValue":)[^,}]*', rb"\1Infinity", body)
            response = replace(response, body=body)
        return response, fault

    monkeypatch.setattr(line.epicor, "respond", respond)
    outcome = line.run_pipe(catalog_of(line.epicor, ["vendors"]))
    assert outcome.code == 0, outcome.log
    count = line.epicor.store.count("Vendor", "EPIC06")
    ((staged,),) = line.query(
        "SELECT count(*) FROM vendors WHERE name LIKE %s AND minordervalue IS NULL", "\ufffd%"
    )
    assert staged == count
    assert line.query("SELECT status FROM _sync_runs") == [("complete",)]
    assert f"vendors: {count} halves of characters" in outcome.log
    assert f"vendors: {count} values such as NaN" in outcome.log


def test_day_before_the_times_of_any_zone(line: Line) -> None:
    """What was staged as a day is midnight of that day once its column has times."""
    line.tap_settings.update(streams=[USER_TABLE], companies=["EPIC06"])
    line.epicor.store.insert(
        "UD01", [row(1, Date02="0001-01-01T00:00:00"), row(2, Date02=MIDNIGHT)]
    )
    catalog = catalog_of(line.epicor, ["my_table"], streams=[USER_TABLE])
    assert line.run_pipe(catalog).code == 0
    assert dict(line.query("SELECT key1, date02 FROM my_table")) == {
        "1": date(1, 1, 1),
        "2": date(2026, 1, 31),
    }
    line.epicor.store.insert("UD01", [row(3, Date02=TIME)])
    assert line.run_pipe(catalog).code == 0
    assert dict(line.query("SELECT key1, date02 AT TIME ZONE 'UTC' FROM my_table")) == {
        "1": datetime(1, 1, 1),  # noqa: DTZ001 - without zone, as asked for
        "2": datetime.fromisoformat(MIDNIGHT),
        "3": datetime.fromisoformat(TIME),
    }

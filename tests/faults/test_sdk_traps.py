"""Where the Singer SDK, used as its templates do, loses data or says what is not so; ours does not.

Each test shows both: what the SDK's own classes do in a situation, and what the line does in the
same one. When a new version of the SDK mends something, the first half of its test fails and may
go. Of the SDK's generic SQL connector, which cannot talk to Postgres by psycopg 3, nothing is used.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
from contextlib import closing, redirect_stdout
from decimal import Decimal
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
import requests
import sqlalchemy as sa
import yaml
from psycopg2.extensions import cursor as plain_cursor
from singer_sdk import typing as th
from singer_sdk.exceptions import (
    FatalAPIError,
    InvalidRecord,
    InvalidStreamSortException,
    RetriableAPIError,
)
from singer_sdk.helpers._state import increment_state
from singer_sdk.singerlib import Schema

from sandbox.looker.server import LookerServer
from tap_epicor_kinetic.exceptions import Answer, EpicorRetriableError
from tap_epicor_kinetic.http.repetition import waits
from tap_epicor_kinetic.odata.properties import Property, json_schema
from target_looker_staging.staging import tables
from target_looker_staging.staging.shape import table_shape
from target_looker_staging.staging.types import PgType
from tests.faults import plain
from tests.tap.runs import catalog_of, run
from tests.target.conftest import VENDORS, Staging, schema, state, vendor, wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.epicor.server import EpicorServer
    from tests.faults.conftest import Gate
    from tests.fixtures.postgres import DatabaseSettings
    from tests.line.line import Line

ROOT = Path(__file__).resolve().parents[2]
OURS = [str(Path(sysconfig.get_path("scripts"), "target-looker-staging"))]
PLAIN_TAP, PLAIN_TARGET = (
    [sys.executable, "-m", "tests.faults.plain", which] for which in ("tap", "target")
)
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def staging(database: DatabaseSettings) -> Iterator[Staging]:
    """Give a staging area in a fresh database, with a table for the plain target."""
    with closing(Staging(database)) as area:
        area.rows("CREATE TABLE public.plain (id int)")
        yield area


@pytest.fixture
def plain_config(staging: Staging, tmp_path: Path) -> dict[str, str]:
    """Give the settings of the plain target."""
    dsn = psycopg2.extensions.make_dsn(**login(staging))
    return {"dsn": dsn, "told": str(tmp_path / "told")}


def start(command: list[str], config: dict[str, Any], folder: Path) -> subprocess.Popen[bytes]:
    """Start a tap or target with settings from a file."""
    path = folder / f"config-{len(list(folder.iterdir()))}.json"
    path.write_text(json.dumps(config))
    return subprocess.Popen(
        [*command, f"--config={path}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "COV_CORE_SOURCE"},
    )


def test_sigterm_while_loading(
    staging: Staging, plain_config: dict[str, str], tmp_path: Path
) -> None:
    """Trap 1. SIGTERM in the middle of a load: the SDK passes a state on for rows it rolls back.

    Its handler drains while a drain is under way, finds the batch taken, and exits with 0.
    """
    out, code = told_to_end(staging, PLAIN_TARGET, plain_config, "public.plain", tmp_path)
    assert (code, b"bookmarks" in out) == (0, True)
    assert staging.value("SELECT count(*) FROM public.plain") == 0  # the state says 1

    staging.sync(schema(), vendor(9))
    out, code = told_to_end(staging, OURS, staging.config, "epicor_staging.vendors", tmp_path)
    assert (code, out) == (143, b"")
    assert staging.rows("SELECT vendornum FROM vendors") == [(9,)]


def told_to_end(
    staging: Staging, command: list[str], config: dict[str, Any], table: str, folder: Path
) -> tuple[bytes, int]:
    """Return what a target printed and its exit code after SIGTERM in the middle of a batch.

    A lock keeps the batch in its transaction. The SDK's handler gets its turn only when the lock is
    gone; ours cancels the statement that waits for it.
    """
    with (
        closing(psycopg2.connect(**login(staging))) as holder,
        holder.cursor() as cursor,
        start(command, {**config, "batch_size_rows": 2}, folder) as process,
    ):
        cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        assert process.stdin is not None
        process.stdin.write(wire(schema(), vendor(1), state(v=1), vendor(2), vendor(3)))
        process.stdin.flush()
        while not staging.value(WAITING):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        if command is PLAIN_TARGET:
            holder.rollback()
        out, _ = process.communicate()
    return out, process.returncode


def login(staging: Staging) -> dict[str, Any]:
    """Return how to connect to a staging area's database."""
    settings = {name: staging.config[name] for name in ("host", "port", "user", "password")}
    return {**settings, "dbname": staging.config["database"]}


def test_failed_tap_looks_like_a_finished_one(
    plain_config: dict[str, str], line: Line, tmp_path: Path
) -> None:
    """Trap 2. A tap that fails in the middle: the SDK's target goes on as if all had come."""
    (tmp_path / "plain").mkdir()
    with start(PLAIN_TAP, {"then": "fail"}, tmp_path / "plain") as tap:
        messages, _ = tap.communicate()
    with start(PLAIN_TARGET, plain_config, tmp_path / "plain") as target:
        target.communicate(messages)
    assert (tap.returncode, target.returncode) == (1, 0)
    assert Path(plain_config["told"]).exists()  # of half a load

    line.epicor.faults.add("status", path="PartTrans$", nth=6, times=None, status=403)
    ending = line.start_pipe().finish()
    assert ending.codes == {"tap": 1, "target": 1}
    assert line.refreshed() == []


def test_tap_that_was_told_to_end(line: Line, gate: Gate, tmp_path: Path) -> None:
    """Trap 3. SIGTERM to a tap: the SDK's exits with 0, as if it had read everything."""
    (tmp_path / "plain").mkdir()
    with start(PLAIN_TAP, {"then": "wait"}, tmp_path / "plain") as tap:
        assert tap.stdout is not None
        while b"RECORD" not in tap.stdout.readline():
            assert tap.poll() is None
        tap.send_signal(signal.SIGTERM)
        tap.communicate()
    assert tap.returncode == 0

    running = line.start_pipe()
    gate.wait_until_reached(running)
    running.send(signal.SIGTERM, "tap")
    assert running.finish().codes == {"tap": 143, "target": 1}


def test_dates_compared_as_text(epicor: EpicorServer) -> None:
    """Trap 4. The SDK takes half a second past for earlier than the second itself."""
    times = ["2026-11-02T08:00:30Z", "2026-11-02T08:00:30.5Z"]
    bookmark: dict[str, Any] = {}
    move_on = partial(
        increment_state, bookmark, replication_key="UpdatedOn", is_sorted=True, check_sorted=True
    )
    move_on(latest_record={"UpdatedOn": times[0]})
    with pytest.raises(InvalidStreamSortException):
        move_on(latest_record={"UpdatedOn": times[1]})

    epicor.configure(updated_on=True, date_zone="Z")
    codes = ["zz1", "zz2"]
    epicor.store.insert("VendGrup", [
        {"Company": "EPIC06", "GroupCode": code, "UpdatedOn": time.removesuffix("Z")}
        for code, time in zip(codes, times, strict=True)
    ])  # fmt: skip
    done = run(epicor, "vendor_groups")
    last_two = done.records("vendor_groups")[-2:]
    assert [(row["GroupCode"], row["UpdatedOn"]) for row in last_two] == list(
        zip(codes, times, strict=True)
    )
    assert done.bookmark("vendor_groups")["replication_key_value"] == times[-1]


def test_version_announced_before_its_records(staging: Staging, tmp_path: Path) -> None:
    """Trap 5. A tap announces a new version and dies: the SDK's target empties the table."""
    file = tmp_path / "plain.sqlite"
    config = {"file": str(file), "hard_delete": True, "add_record_metadata": True}
    rows = [{**vendor(number), "version": 1} for number in (1, 2)]
    announced = {"type": "ACTIVATE_VERSION", "stream": "vendors", "version": 2}
    for messages in ([schema(), *rows], [schema(), announced]):
        target = plain.PlainSqlTarget(config=config)
        with redirect_stdout(StringIO()):
            target.listen(StringIO(wire(*messages).decode()))
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM vendors")).scalar() == 0
    engine.dispose()

    for messages in ([schema(), *rows], [schema(), announced]):
        staging.sync(*messages, hard_delete=True)
    assert staging.value("SELECT count(*) FROM vendors") == 2


def test_query_on_the_wire(epicor: EpicorServer) -> None:
    """Trap 6. The SDK encodes `$select` and its commas anew, and drops options without a value."""
    plain_tap_reads(epicor)
    assert epicor.log[-1].query == "%24select=VendorNum%2CName"

    run(epicor, "vendors")
    assert "$select=" in epicor.log[-1].query
    assert "%24" not in epicor.log[-1].query


def plain_tap_reads(epicor: EpicorServer) -> list[Any]:
    """Return what a plain tap reads of vendors."""
    [stream] = plain.PlainRestTap(config={"base_url": epicor.base_url}).streams.values()
    return list(stream.get_records(None))


def test_token_that_expires(epicor: EpicorServer) -> None:
    """Trap 7. One 401 ends the SDK's stream; ours renews the token and goes on."""
    fault = epicor.faults.add("status", status=401)
    with pytest.raises(FatalAPIError):
        plain_tap_reads(epicor)
    assert fault.hits == 1

    catalog = catalog_of(epicor, ["part_transactions"])
    fault = epicor.faults.add("revoke_tokens", path="PartTrans$", nth=3)
    done = run(
        epicor,
        "part_transactions",
        catalog=catalog,
        auth_method="token_resource",
        page_size=50,
    )
    assert fault.hits == 1
    assert len(done.records("part_transactions")) == epicor.store.count("PartTran", "EPIC06")


def test_retry_after() -> None:
    """Trap 8. The SDK waits as long as it likes; ours as long as the server asks for."""
    response = requests.Response()
    response.status_code = 429
    response.headers["Retry-After"] = "17"
    stream = plain.PlainVendors(plain.PlainRestTap(config={"base_url": "http://127.0.0.1"}))
    plain_waits: Any = stream.backoff_wait_generator()
    next(plain_waits)
    assert plain_waits.send(RetriableAPIError("busy", response)) < 17

    pauses = waits(first=2)
    next(pauses)
    answer = Answer("Erp.BO.VendorSvc/Vendors", 429, retry_after_seconds=17.0)
    assert pauses.send(EpicorRetriableError(answer)) == 17


def test_decimals(staging: Staging) -> None:
    """Trap 9. The SDK's exact decimals become text in its SQL; ours stay numbers to the digit."""
    exact = th.Property("CreditLimit", th.SingerDecimalType).to_dict()["CreditLimit"]
    assert isinstance(connector().to_sql_type(exact), sa.VARCHAR)

    limit = Decimal("12345678901234567890.123456789")
    row = wire(vendor(1, CreditLimit=0)).decode().replace(":0,", f":{limit},")
    staging.sync(schema(), row.strip())
    assert staging.types("vendors")["creditlimit"] == "numeric"
    assert staging.value("SELECT creditlimit FROM vendors") == limit


def connector() -> plain.PlainConnector:
    """Return the SDK's SQL connector, not connected."""
    return plain.PlainConnector({"file": ":memory:"})


def test_keywords_of_ours_survive_a_catalog(epicor: EpicorServer) -> None:
    """Trap 10. A catalog, which Meltano always gives, loses the keywords that the SDK has not."""
    assert "x-source" not in Schema.from_dict(VENDORS).to_dict()

    sent = run(epicor, "vendors", catalog=catalog_of(epicor, ["vendors"])).schema("vendors")
    assert sent["x-source"] == {
        "system": "epicor-kinetic",
        "entity": "Erp.BO.VendorSvc/Vendors",
        "id": "SysRowID",
        "company": "Company",
    }


@pytest.mark.parametrize(
    ("edm_type", "plain_type", "our_type"),
    [
        pytest.param("Edm.Int64", sa.INTEGER, PgType.BIGINT, id="row versions overflow"),
        pytest.param("Edm.DateTimeOffset", sa.DATETIME, PgType.TIMESTAMPTZ, id="zones are lost"),
        pytest.param("Collection(X)", sa.VARCHAR, PgType.JSONB, id="structure is lost"),
    ],
)
def test_types(edm_type: str, plain_type: type, our_type: PgType) -> None:
    """Trap 11. The SDK's SQL types are too narrow for what Epicor sends."""
    written = json_schema(Property("Value", edm_type))
    assert isinstance(connector().to_sql_type(written), plain_type)

    shape = table_shape("s", {"properties": {"Value": written}}, [], metadata=False)
    assert shape.columns[0].pg_type is our_type


def test_wide_table_costs_a_few_statements(staging: Staging, tmp_path: Path) -> None:
    """Trap 13. For a table that is there the SDK asks the database twice for each column."""
    wide = {"properties": {f"Column{number}": {"type": "string"} for number in range(80)}}
    definition = schema("wide", wide, ["Column1"])
    config = {"file": str(tmp_path / "wide.sqlite")}
    for _ in range(2):
        target = plain.PlainSqlTarget(config=config)
        statements = 0

        def count(*_args: object) -> None:
            nonlocal statements
            statements += 1

        sa.event.listen(target.target_connector._engine, "before_cursor_execute", count)  # noqa: SLF001
        with redirect_stdout(StringIO()):
            target.listen(StringIO(wire(definition).decode()))
    assert statements > 80

    class Counting(plain_cursor):
        statements = 0

        def execute(self, *arguments: Any) -> None:
            type(self).statements += 1
            super().execute(*arguments)

    staging.sync(definition)
    shape = table_shape("wide", wide, ["Column1"], metadata=True)
    with (
        closing(psycopg2.connect(**login(staging))) as connection,
        connection.cursor(cursor_factory=Counting) as cursor,
    ):
        tables.prepare(cursor, "epicor_staging", shape, unique=True)
    assert 0 < Counting.statements < 10


def test_schema_that_is_too_strict(staging: Staging) -> None:
    """Trap 14. The SDK validates each record, slowly, and dies of text longer than was declared."""
    short = {"properties": {"Id": {"type": "integer"}, "T": {"type": "string", "maxLength": 3}}}
    long = {"type": "RECORD", "stream": "s", "record": {"Id": 1, "T": "four"}}
    messages = wire(schema("s", short, ["Id"]), long)
    target = plain.PlainTarget(config={"dsn": "", "told": ""})
    with pytest.raises(InvalidRecord):
        target.listen(StringIO(messages.decode()))

    staging.sync(*messages.decode().splitlines())
    assert staging.rows("SELECT t FROM s") == [("four",)]


def test_meltanos_own_test(staging: Staging, plain_config: dict[str, str]) -> None:
    """Trap 15. Meltano tests a loader with records of its own; nobody is told of them."""
    test_stream = schema(
        "meltano_test_stream", {"properties": {"VendorNum": {"type": "integer"}}}, []
    )
    row = {"type": "RECORD", "stream": "meltano_test_stream", "record": {"VendorNum": 1}}
    last = state(meltano_test_stream={})
    with redirect_stdout(StringIO()):
        plain.PlainTarget(config=plain_config).listen(
            StringIO(wire(test_stream, row, last).decode())
        )
    assert Path(plain_config["told"]).exists()

    with LookerServer() as looker:
        staging.sync(test_stream, row, last, looker_base_url=looker.base_url,
                     looker_client_id="sandbox-looker-id",
                     looker_client_secret="sandbox-looker-secret",
                     looker_datagroups=["epicor_kinetic::staging"])  # fmt: skip
        assert looker.calls == []


def test_no_setting_that_meltano_cannot_pass_on() -> None:
    """Trap 16. A decimal setting from the environment crashes Meltano; there is none."""
    with pytest.raises(TypeError, match="Decimal"):
        json.dumps({"timeout": Decimal("1.5")})  # what Meltano does with one

    project = yaml.safe_load((ROOT / "meltano.yml").read_text())
    kinds = {
        setting.get("kind")
        for plugins in project["plugins"].values()
        for plugin in plugins
        for setting in plugin.get("settings", ())
    }
    assert "decimal" not in kinds

"""Loaders beside other sessions that write to their table."""

from __future__ import annotations

import json
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from psycopg2 import errors as pg_errors

from target_looker_staging.exceptions import StagingDataError, StagingError
from target_looker_staging.postgres.connection import connect, transaction
from target_looker_staging.postgres.settings import PostgresSettings
from target_looker_staging.staging.batch import Batch, LoadCounts, LoadPlace
from target_looker_staging.staging.rows import BatchStamp, RowEncoder
from target_looker_staging.staging.shape import table_shape
from target_looker_staging.staging.temporaries import Temporaries
from target_looker_staging.staging.upsert import UpsertLoader
from target_looker_staging.target import TargetLookerStaging
from tests.target.conftest import VENDOR_KEY, VENDORS, schema, state, vendor
from tests.target.test_parallel_runs import targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_looker_staging.staging.shape import TableShape
    from tests.target.conftest import Staging
    from tests.target.test_parallel_runs import Targets

__all__ = ["targets"]

WAITING_FOR_TABLE = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND NOT granted "
    "AND relation = 'vendors'::regclass"
)
SECONDS = 20.0


class HeldLines(list[bytes]):
    """Lines of a batch that come only when they are let through."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        """Take the lines."""
        super().__init__(lines)
        self.begun = threading.Event()
        self.let_through = threading.Event()

    def __getitem__(self, place: Any) -> Any:
        """Return lines, once they may come."""
        self.begun.set()
        assert self.let_through.wait(SECONDS)
        return super().__getitem__(place)


class Work:
    """A loader on a connection of its own, and a batch that it loads in a thread."""

    def __init__(self, staging: Staging, stack: ExitStack, *messages: dict[str, Any]) -> None:
        """Prepare the loader and encode the messages."""
        settings = PostgresSettings.from_config(TargetLookerStaging(config=staging.config).config)
        connection = stack.enter_context(closing(connect(settings)))
        place = LoadPlace(connection, "epicor_staging", "vendors", "stage", "seen", Temporaries())
        self.loader = UpsertLoader(
            place, table_shape("vendors", VENDORS, VENDOR_KEY), hard_delete=False
        )
        with transaction(connection, "Preparing") as cursor:
            self.loader.prepare(cursor, self._encode_with)
        lines = [json.dumps(each).encode() for each in messages]
        now = int(time.time() * 1000)
        suffix = self.encoder.suffix(BatchStamp("2026-11-23T10:00:00Z", now, now))
        self.lines = HeldLines(list(self.encoder.encode_lines(lines, suffix)))
        self.counts: LoadCounts | None = None
        self.thread = threading.Thread(target=self._load, daemon=True)

    def _encode_with(self, shape: TableShape) -> Sequence[str]:
        self.encoder = RowEncoder("vendors", shape)
        return self.encoder.copy_columns

    def _load(self) -> None:
        self.counts = self.loader.load(Batch(self.lines, 1), lambda _cursor, _counts: None)

    def end(self) -> LoadCounts | None:
        """Let the lines through, and return the counts, None if the load failed."""
        self.lines.let_through.set()
        self.thread.join(SECONDS)
        return self.counts


@contextmanager
def begun_load(staging: Staging, *messages: dict[str, Any]) -> Iterator[Work]:
    """Give a load that has its lock and waits for its lines."""
    with ExitStack() as stack:
        work = Work(staging, stack, *messages)
        work.thread.start()
        stack.callback(work.end)
        assert work.lines.begun.wait(SECONDS)
        yield work


def insert(staging: Staging, number: int, name: str) -> None:
    """Insert a vendor in another session, which does not wait long."""
    statement = (
        "INSERT INTO epicor_staging.vendors (company, vendornum, name, _source_id, _source_entity) "
        "VALUES ('EPIC06', %s, %s, %s, 'e')"
    )
    database = staging.config
    with closing(
        psycopg2.connect(
            host=database["host"],
            port=database["port"],
            user=database["user"],
            password=database["password"],
            dbname=database["database"],
            options="-c lock_timeout=300",
        )
    ) as connection, connection, connection.cursor() as cursor:  # fmt: skip
        cursor.execute(statement, (number, name, str(number)))


def test_writers_wait_for_a_load(staging: Staging) -> None:
    """From its first look at the table to its commit nobody else writes to it."""
    staging.sync(schema(), vendor(9))
    with begun_load(staging, vendor(1), vendor(9, "new")) as work:
        with pytest.raises(pg_errors.LockNotAvailable):
            insert(staging, 1, "other")
        assert work.end() == LoadCounts(received=2, inserted=1, updated=1)
    insert(staging, 2, "other")
    assert staging.rows("SELECT name FROM vendors ORDER BY vendornum") == [
        ("Müller",),
        ("other",),
        ("new",),
    ]


def test_loads_take_turns(staging: Staging) -> None:
    """A second load of the table does nothing before the first has committed, and both end well."""
    staging.sync(schema(), vendor(9))
    with begun_load(staging, vendor(1, "first"), vendor(9)) as first, ExitStack() as stack:
        second = Work(staging, stack, vendor(1, "second"), vendor(2))
        second.thread.start()
        stack.callback(second.end)
        while not staging.value(WAITING_FOR_TABLE):
            assert not second.lines.begun.is_set()
        assert first.end() == LoadCounts(received=2, inserted=1, unchanged=1)
        assert second.end() == LoadCounts(received=2, inserted=1, updated=1)
    assert staging.value("SELECT name FROM vendors WHERE vendornum = 1") == "second"


def test_writers_wait_while_a_table_is_replaced(staging: Staging, targets: Targets) -> None:
    """What another session writes to a table that is being replaced comes before or after it."""
    staging.sync(schema(), vendor(1), vendor(2))
    staging.rows(
        "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END $$; "
        "CREATE TRIGGER hold BEFORE DELETE ON vendors EXECUTE FUNCTION hold()"
    )
    staging.rows("SELECT pg_advisory_lock(42)")
    process = targets.start(
        schema(), vendor(2), vendor(3), state(vendors={}), load_method="overwrite"
    )
    assert process.stdin
    process.stdin.close()
    held = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted"
    )
    while not staging.value(held):
        assert process.poll() is None
    with pytest.raises(pg_errors.LockNotAvailable):
        insert(staging, 3, "other")
    staging.rows("SELECT pg_advisory_unlock(42)")
    assert process.wait(SECONDS) == 0
    assert staging.rows("SELECT vendornum, name FROM vendors ORDER BY 1") == [
        (2, "Müller"),
        (3, "Müller"),
    ]


def test_two_records_with_one_row_id(staging: Staging) -> None:
    """Two keys with one row id in a batch are not taken for one record that moved."""
    staging.sync(schema(), vendor(9))
    row_id = "00000000-0000-0000-0000-00000000abcd"
    with pytest.raises(StagingDataError, match="deselect 'SysRowID'"):
        staging.sync(schema(), vendor(1, SysRowID=row_id), vendor(2, SysRowID=row_id))
    assert staging.rows("SELECT vendornum FROM vendors") == [(9,)]


def test_error_of_the_server_is_no_record_s(staging: Staging) -> None:
    """An internal error that Postgres reports of no line is blamed on no record."""
    staging.sync(schema(), vendor(9))
    staging.rows(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = 'XX000'; END $$; "
        "CREATE TRIGGER fail BEFORE INSERT ON vendors FOR EACH ROW EXECUTE FUNCTION fail()"
    )
    with pytest.raises(StagingError, match="XX000") as caught:
        staging.sync(schema(), vendor(1))
    assert not isinstance(caught.value, StagingDataError)
    assert "record" not in str(caught.value)

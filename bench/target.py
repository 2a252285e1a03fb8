"""How fast target-looker-staging loads, against the floor, a plain SQLTarget and a peer.

Each loads the same Singer file into a schema of its own on one server, in turn, round by round, so
that ratios hold however busy the machine is.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql

from bench.peers import TARGET_POSTGRES, environment
from bench.processes import SCRIPTS, Usage, best, fastest, run
from bench.results import Goal, Measure
from bench.singer_file import KEY, Table, singer_file
from bench.warehouse import Warehouse, warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TITLE = "Loading: target-looker-staging"

TARGET = "target-looker-staging"
FLOOR = "floor: COPY of a prepared file + INSERT ON CONFLICT"
PLAIN = "plain SDK SQLTarget"
PEER = "MeltanoLabs target-postgres, COPY"

ROUNDS = 3
WIDE, GIANT, SLOW = Table(62, 200_000), Table(500, 20_000), Table(62, 4_000)
MANY = Table(62, 1_000_000)

FULL = "full load, 62 columns"
AGAIN = {share: f"second load, {share} % changed, 62 columns" for share in (0, 1, 100)}
GIANT_FULL, GIANT_AGAIN = "full load, 500 columns", "second load, 0 % changed, 500 columns"
BOTH = "first and second load, 62 columns"
MANY_FULL = "full load of 1,000,000 rows, 62 columns"
START = "one record"
APART = ", start-up apart"

GOALS = (
    Goal(FULL + APART, TARGET, FLOOR, 1 / 1.5),
    Goal(GIANT_FULL + APART, TARGET, FLOOR, 1 / 1.5),
    Goal(FULL, TARGET, PEER, 15),
    # As fast, but for the noise of a measurement.
    Goal(BOTH, f"{TARGET}, nothing changed", f"{TARGET}, empty table", 0.95),
    Goal(START, TARGET, f"{TARGET} --version", 1 / 1.3),
)


def measure() -> Iterator[Measure]:
    """Yield the measures case by case."""
    with tempfile.TemporaryDirectory(prefix="bench-target-") as folder, warehouse() as house:
        files = Path(folder)
        yield from _start(house, files)
        yield from _loads(house, files, WIDE, FULL, AGAIN)
        yield from _loads(house, files, GIANT, GIANT_FULL, {0: GIANT_AGAIN})
        yield from _slow(house, files)
        house.empty("staging")
        usage = _load(_command(house), singer_file(files, MANY))
        yield Measure.of(MANY_FULL, TARGET, MANY.rows, usage)


def _start(house: Warehouse, files: Path) -> Iterator[Measure]:
    """Compare a run of one record with the start of the program."""
    source, command = singer_file(files, Table(62, 1)), _command(house)
    _load(command, source)
    yield Measure.of(START, TARGET, 1, best(lambda: _load(command, source), 5), "runs")
    yield Measure.of(START, f"{TARGET} --version", 1, _start_up(), "runs")


def _loads(
    house: Warehouse, files: Path, table: Table, full: str, again: dict[int, str]
) -> Iterator[Measure]:
    """Yield a first load beside the floor, round by round, then loads into the full table."""
    command, first = _command(house), singer_file(files, table)
    ours, floor, unchanged = [], [], []
    for _ in range(ROUNDS):
        house.empty("staging")
        ours.append(_load(command, first))
        house.execute("CHECKPOINT")
        unchanged.append(_load(command, first))
        floor.append(_prepare_floor(house, files, table)())
    quickest = fastest(ours)
    yield Measure.of(full, TARGET, table.rows, quickest)
    yield Measure.of(full + APART, TARGET, table.rows, quickest.apart_from(_start_up()))
    yield Measure(full + APART, FLOOR, table.rows, min(floor))
    if table is WIDE:
        yield Measure.of(BOTH, f"{TARGET}, empty table", table.rows, quickest)
        same = fastest(unchanged)
        yield Measure.of(BOTH, f"{TARGET}, nothing changed", table.rows, same)
    for share, case in again.items():
        usage = fastest(unchanged)
        if share:
            usage = _again(house, command, first, singer_file(files, table, share))
        yield Measure.of(case, TARGET, table.rows, usage)


def _again(house: Warehouse, command: list[str], first: Path, second: Path) -> Usage:
    """Return what it takes to load rows of which a share has changed, there and back again."""
    usages = []
    for number in range(ROUNDS + 1):
        house.execute("CHECKPOINT")
        usages.append(_load(command, first if number % 2 else second))
    return fastest(usages)


def _slow(house: Warehouse, files: Path) -> Iterator[Measure]:
    """Yield the first loads of those who take milliseconds a row, with fewer rows."""
    source = singer_file(files, SLOW)
    plain = [
        sys.executable,
        "-m",
        "bench.contenders.plain_target",
        "--config",
        str(house.config("plain")),
    ]
    contenders = {PLAIN: plain}
    if peer := environment(TARGET_POSTGRES):
        config = house.config("peer", use_copy=True, load_method="upsert")
        contenders[PEER] = [str(peer / "target-postgres"), "--config", str(config)]
    for contender, command in contenders.items():
        house.empty("plain")
        yield Measure.of(FULL, contender, SLOW.rows, _load(command, source))


def _prepare_floor(house: Warehouse, files: Path, table: Table) -> Callable[[], float]:
    """Return what loads the staged rows from a file, and returns the seconds that it took."""
    columns = [
        name
        for (name,) in house.execute(
            sql.SQL(
                "SELECT attname FROM pg_attribute WHERE attrelid = {}::regclass AND attnum > 0 "
                "ORDER BY attnum"
            ).format(sql.Literal(f"staging.{table.stream}"))
        )
    ]
    names: dict[str, sql.Composable] = {
        "table": sql.Identifier("staging", table.stream),
        "floor": sql.Identifier("staging", "floor"),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "key": sql.SQL(", ").join(sql.Identifier(name.lower()) for name in KEY),
        "sets": sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in columns
        ),
    }
    prepared = files / f"{table.stream}.copy"
    house.copy_out(sql.SQL("COPY {table} ({columns}) TO STDOUT").format(**names), prepared)
    house.execute(sql.SQL("CREATE TABLE {floor} (LIKE {table} INCLUDING ALL)").format(**names))
    house.execute("CHECKPOINT")
    create, copy, insert = (
        sql.SQL(text).format(**names)
        for text in (
            "CREATE TEMPORARY TABLE stage (LIKE {table}) ON COMMIT DROP",
            "COPY stage ({columns}) FROM STDIN",
            (
                "INSERT INTO {floor} ({columns}) SELECT {columns} FROM stage "
                "ON CONFLICT ({key}) DO UPDATE SET {sets}"
            ),
        )
    )

    def load() -> float:
        started = time.perf_counter()
        with closing(psycopg2.connect(house.server.dsn)) as connection:
            with connection, connection.cursor() as cursor, prepared.open("rb") as rows:
                cursor.execute(create)
                cursor.copy_expert(copy, rows, 1 << 20)
                cursor.execute(insert)
            return time.perf_counter() - started

    return load


def _command(house: Warehouse) -> list[str]:
    return [str(SCRIPTS / TARGET), "--config", str(house.config("staging"))]


def _load(command: list[str], source: Path) -> Usage:
    with source.open("rb") as lines:
        return run(command, stdin=lines)


@cache
def _start_up() -> Usage:
    return best(lambda: run([str(SCRIPTS / TARGET), "--version"]), 5)

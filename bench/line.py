"""How fast rows come from Epicor into the warehouse, against others who do the same.

All read the same data server and load into empty schemas of one Postgres server. dlt is measured as
it does the same work, merging by key, and as it is fastest, only appending.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.peers import DLT, TARGET_POSTGRES, environment
from bench.processes import SCRIPTS, Usage, fastest, run, run_line
from bench.results import Goal, Measure
from bench.tap import PAGE_SIZE, plain_command, source, tap_command
from bench.warehouse import Warehouse, warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TITLE = "The whole line: Epicor to warehouse"

LINE = "tap-epicor-kinetic into target-looker-staging"
PAIR = "plain SDK tap into MeltanoLabs target-postgres, COPY"
SCRIPT = "hand-written: 8 pages at a time, orjson, COPY, upsert"
DLT_MERGE = "dlt: Arrow tables, ADBC, merge"
DLT_APPEND = "dlt: Arrow tables, ADBC, append"

ROWS, SLOW_ROWS = 200_000, 10_000
ROUNDS = 3
CASE = "62 columns into an empty schema"

GOALS = (
    Goal(CASE, LINE, PAIR, 15),
    Goal(CASE, LINE, SCRIPT, 1),
    Goal(CASE, LINE, DLT_MERGE, 2),
)

_SET, _TABLE = "Wides", "wides"


def measure() -> Iterator[Measure]:
    """Yield the measures: the fast ones in turn, round by round; the slow one with fewer rows."""
    with warehouse() as house, tempfile.TemporaryDirectory(prefix="bench-line-") as folder:
        with source("--rows", str(ROWS)) as base_url:
            yield from _fast(house, base_url, Path(folder))
        with source("--rows", str(SLOW_ROWS)) as base_url:
            yield from _slow(house, base_url)


def _fast(house: Warehouse, base_url: str, folder: Path) -> Iterator[Measure]:
    arguments = [base_url, _SET, str(PAGE_SIZE), house.server.dsn]
    target = [str(SCRIPTS / "target-looker-staging"), "--config", str(house.config("line"))]
    tap = tap_command(base_url, _SET)
    script = [sys.executable, "-m", "bench.contenders.hand_written", *arguments, f"line.{_TABLE}"]
    contenders: dict[str, Callable[[], Usage]] = {
        LINE: lambda: run_line(tap, target),
        SCRIPT: lambda: run(script),
    }
    if peer := environment(*DLT):
        program = [
            str(peer / "python"),
            str(Path(__file__).with_name("contenders") / "dlt_line.py"),
            *arguments,
        ]
        for contender, disposition in ((DLT_MERGE, "merge"), (DLT_APPEND, "append")):
            command = [*program, "line", disposition]
            contenders[contender] = lambda command=command: run(  # type: ignore[misc]
                command, environment={"HOME": str(folder), "RUNTIME__DLTHUB_TELEMETRY": "false"}
            )
    usages: dict[str, list[Usage]] = {contender: [] for contender in contenders}
    run(tap)  # the server renders the rows once
    for _ in range(ROUNDS):
        for contender, load in contenders.items():
            usages[contender].append(_loaded(house, load, ROWS))
    for contender, found in usages.items():
        yield Measure.of(CASE, contender, ROWS, fastest(found))


def _slow(house: Warehouse, base_url: str) -> Iterator[Measure]:
    if peer := environment(TARGET_POSTGRES):
        config = house.config("line", use_copy=True, load_method="upsert")
        target = [str(peer / "target-postgres"), "--config", str(config)]
        tap = plain_command(base_url, _SET)
        usage = _loaded(house, lambda: run_line(tap, target), SLOW_ROWS)
        yield Measure.of(CASE, PAIR, SLOW_ROWS, usage)


def _loaded(house: Warehouse, load: Callable[[], Usage], rows: int) -> Usage:
    """Return what a load into an empty schema took.

    Raises:
        RuntimeError: If not all rows are there.
    """
    house.empty("line")
    usage = load()
    found = house.count("line", _TABLE)
    if found != rows:
        raise RuntimeError(f"{found} of {rows} rows were loaded")
    return usage

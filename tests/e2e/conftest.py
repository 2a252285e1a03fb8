"""A line of its own for each test, and one story that several tests look at."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.company import next_working_day
from sandbox.epicor.server import EpicorServer
from sandbox.looker.server import LookerServer
from tests.e2e.kills import Victim
from tests.fixtures.postgres import fresh_database
from tests.line.comparison import list_staged_tables, read_source, read_staging
from tests.line.line import Line, counts_by_stream
from tests.tap import runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sandbox.postgres import Postgres
    from tests.fixtures.postgres import DatabaseSettings
    from tests.line.comparison import Rows
    from tests.line.running import Outcome


@pytest.fixture
def line(
    tmp_path: Path, epicor: EpicorServer, looker: LookerServer, database: DatabaseSettings
) -> Line:
    """Give a line over small streams, on servers of its own, that has never run."""
    return Line(tmp_path, epicor, looker, database)


@pytest.fixture(scope="session")
def tap_lines(epicor_db: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Give what the tap writes of three small streams, line by line."""
    copy = tmp_path_factory.mktemp("tap") / "epicor.sqlite"
    shutil.copy2(epicor_db, copy)
    with EpicorServer(copy) as server:
        done = runs.run(server, "plants", "currencies", "vendors")
    assert done.error is None
    return [f"{line}\n".encode() for line in done.lines]


@pytest.fixture
def victim(database: DatabaseSettings, looker: LookerServer, tap_lines: list[bytes]) -> Victim:
    """Give a target that may be killed, with a Looker to be told of what it loads."""
    return Victim(database, looker, b"".join(tap_lines))


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one run of the story did, and what was on both sides after it.

    Attributes:
        run: The run's row in the audit trail: id, status, rows changed, state before and after.
        counts: Received, inserted, updated and unchanged by stream.
        refreshed: Datagroups that Looker was told to trigger during the run.
        source: Rows of the source by stream, in the columns that are staged.
        staging: Rows of the staging tables by stream.
    """

    outcome: Outcome
    run: tuple[Any, ...]
    counts: Mapping[str, tuple[int, int, int, int]]
    refreshed: list[str]
    source: dict[str, Rows]
    staging: dict[str, Rows]


@pytest.fixture(scope="module")
def story(
    epicor_db: Path, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Chapter]]:
    """Give three runs under Meltano: everything, after one working day, after nothing happened."""
    directory = tmp_path_factory.mktemp("story")
    copy = directory / "epicor.sqlite"
    shutil.copy2(epicor_db, copy)
    with (
        EpicorServer(copy) as epicor,
        LookerServer() as looker,
        fresh_database(postgres) as database,
    ):
        line = Line(directory, epicor, looker, database)
        chapters = [_live_through(line, copy)]
        next_working_day(epicor.store)
        chapters += [_live_through(line, copy), _live_through(line, copy)]
        yield chapters


def _live_through(line: Line, database: Path) -> Chapter:
    """Run the line once under Meltano and look at everything."""
    seen = len(line.refreshed())
    outcome = line.run_meltano()
    assert outcome.code == 0, outcome.log
    run = line.query(
        "SELECT run_id, status, rows_changed, state_before, state_after FROM _sync_runs "
        "ORDER BY started_at DESC LIMIT 1"
    )[0]
    tables = list_staged_tables(line)
    return Chapter(
        outcome=outcome,
        run=run,
        counts=counts_by_stream(line, run[0]),
        refreshed=line.refreshed()[seen:],
        source={table.name: read_source(database, table) for table in tables},
        staging={table.name: read_staging(line, table) for table in tables},
    )

"""The ground on which rounds are lived through."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.ground import Ground
from tests.faults.line import TAP_ENTRY, noting_programs
from tests.fixtures.postgres import DIRECTORY
from tests.line.line import Line
from tests.tap.runs import catalog_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.epicor.messages import Request
    from sandbox.epicor.server import EpicorServer
    from sandbox.looker.server import LookerServer
    from tests.fixtures.postgres import DatabaseSettings
    from tests.line.running import Running


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Give a Postgres server of its own, which rounds may break."""
    server = Path(tempfile.mkdtemp(dir=os.environ[DIRECTORY]))
    with closing(Ground(tmp_path_factory.mktemp("ground"), server)) as made:
        yield made


@pytest.fixture
def line(
    tmp_path: Path, epicor: EpicorServer, looker: LookerServer, database: DatabaseSettings
) -> Line:
    """Give a line over two streams that has never run."""
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps(catalog_of(epicor, ("part_transactions", "vendors"))))
    return Line(
        tmp_path,
        epicor,
        looker,
        database,
        tap_settings={"page_size": 50},
        target_settings={"checkpoint_seconds": 0},
        catalog=catalog,
        executables=noting_programs(tmp_path, state_every=50),
        tap_entry=TAP_ENTRY,
    )


class Gate:
    """Keeps one request in the middle of the large stream waiting, so that the tap waits, too."""

    def __init__(self, nth: int = 12) -> None:
        """Let the nth request for the stream wait."""
        self._nth = nth
        self._seen = 0
        self._reached = threading.Event()
        self._open = threading.Event()

    def __call__(self, request: Request) -> None:
        """Let a request through, or keep it."""
        if not request.path.endswith("PartTrans"):
            return
        self._seen += 1
        if self._seen == self._nth:
            self._reached.set()
            self._open.wait(_LONGEST_SECONDS)

    def wait_until_reached(self, running: Running, states: int = 1) -> None:
        """Return when the request waits and the target has passed on some states."""
        while not (self._reached.is_set() and running.states >= states):
            assert not running.over.wait(0.005)

    def open(self) -> None:
        """Let everything through from now on."""
        self._open.set()


_LONGEST_SECONDS = 60


@pytest.fixture
def gate(line: Line) -> Iterator[Gate]:
    """Give a gate in front of the Epicor of the test's line."""
    made = line.epicor.before_request = Gate()
    yield made
    made.open()

"""The ground on which rounds are lived through."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.line import Line
from tests.faults.ground import Ground
from tests.faults.line import Runner
from tests.fixtures.postgres import DIRECTORY
from tests.tap.runs import catalog_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.epicor.server import EpicorServer
    from sandbox.looker.server import LookerServer
    from tests.fixtures.postgres import DatabaseSettings


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Give a Postgres server of its own, which rounds may break."""
    server = Path(tempfile.mkdtemp(dir=os.environ[DIRECTORY]))
    with closing(Ground(tmp_path_factory.mktemp("ground"), server)) as made:
        yield made


@pytest.fixture
def runner(
    tmp_path: Path, epicor: EpicorServer, looker: LookerServer, database: DatabaseSettings
) -> Runner:
    """Give a line over two streams that has never run."""
    tap = {"page_size": 50, "timeout_seconds": 1}
    line = Line(tmp_path, epicor, looker, database, tap, {"checkpoint_seconds": 0})
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps(catalog_of(epicor, ("part_transactions", "vendors"))))
    return Runner(line, catalog, state_every=50)

"""The ground on which rounds are lived through."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults.ground import Ground
from tests.fixtures.postgres import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Give a Postgres server of its own, which rounds may break."""
    server = Path(tempfile.mkdtemp(dir=os.environ[DIRECTORY]))
    with closing(Ground(tmp_path_factory.mktemp("ground"), server)) as made:
        yield made

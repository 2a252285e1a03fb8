"""One small company, built once for all workers; tests that change it get a copy."""

from __future__ import annotations

import fcntl
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from sandbox.company import build
from sandbox.epicor.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCALE = 0.08
SEED = 7


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database file of a small company, not to be changed."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / "reconciled-company.db"
    with (folder / "reconciled-company.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            building = folder / "reconciled-company.building.db"
            build(building, SCALE, SEED)
            building.rename(path)
    return path


@pytest.fixture(scope="session")
def company(built: Path) -> Iterator[Store]:
    """Return the small company for reading."""
    store = Store(built)
    yield store
    store.close()


@pytest.fixture
def own_company(built: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a copy of the small company that the test may change."""
    copy = tmp_path / "company.db"
    shutil.copyfile(built, copy)
    store = Store(copy)
    yield store
    store.close()

"""One small company, built once for all workers; tests that change it get a copy."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from sandbox.epicor.store import Store
from tests.fixtures.epicor import build_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCALE = 0.08
SEED = 7


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database file of a small company, not to be changed."""
    return build_once(tmp_path_factory, "reconciled-company", SCALE, SEED)


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

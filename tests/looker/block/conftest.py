"""Staged data for tests of the block: Epicor's stand-in, the real tap and target, Postgres."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import uuid
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from sandbox.company import build
from sandbox.epicor.server import EpicorServer
from sandbox.looker.instance import MODEL
from sandbox.looker.server import LookerServer
from tests.fixtures.postgres import create_database, drop_database
from tests.looker.block.project import Project, load
from tests.looker.block.renderer import Query, Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.postgres import Postgres
    from target_looker_staging.postgres.types import Cursor

LAST_DAY = "2026-10-30"
SCHEMA = "epicor_staging"


@dataclass(frozen=True)
class Staged:
    """A database with everything staged.

    Attributes:
        environ: Variables by which `looker-staging` finds it.
    """

    postgres: Postgres
    cursor: Cursor
    environ: dict[str, str]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a statement on the staging schema."""
        self.cursor.execute(statement)
        return list(self.cursor.fetchall())

    def value(self, statement: str) -> Any:
        """Return the one value of a statement."""
        return self.rows(statement)[0][0]


@pytest.fixture(scope="session")
def staged(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    """Stage the whole company, at its full size, once for all workers of a run."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    users = Users(folder / "staged.users")
    # One name per run, for the server may be one that other runs use as well.
    name = f"block_{uuid.uuid5(uuid.NAMESPACE_URL, folder.as_uri()).hex}"
    server = replace(postgres, database=name)
    with users.lock() as count:
        if not count:
            create_database(postgres, name)
            _stage_company(server, folder / "full_size.db")
        users.write(count + 1)
    with closing(psycopg2.connect(server.dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"SET search_path TO {SCHEMA}")
        yield Staged(server, cursor, _environ(server))
    with users.lock() as count:
        users.write(count - 1)
        if count == 1:
            drop_database(postgres, name)


@dataclass(frozen=True)
class Users:
    """How many workers use the staged data: the first one stages, the last one cleans up."""

    path: Path

    @contextmanager
    def lock(self) -> Iterator[int]:
        """Give their number, while no other worker can look."""
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield int(self.path.read_text()) if self.path.exists() else 0

    def write(self, count: int) -> None:
        """Set their number."""
        self.path.write_text(str(count))


def _stage_company(server: Postgres, path: Path) -> None:
    """Make the company's data and load them through the console scripts."""
    if not path.exists():
        build(path, scale=1.0, seed=1)
    with EpicorServer(path) as epicor, LookerServer() as looker:
        variables = {**_environ(server), **_tap_environ(epicor), **_looker_environ(looker)}
        _stage({**os.environ, **variables})
    with closing(psycopg2.connect(server.dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("ANALYZE")


@pytest.fixture(scope="session")
def project() -> Project:
    """Give the block, with the last day of the made-up company as its today."""
    return load({"TODAY": f"DATE '{LAST_DAY}'"})


@pytest.fixture
def ask(project: Project, staged: Staged) -> Any:
    """Give a function that runs a query on an explore and returns its rows."""

    def run(explore: str, *fields: str, as_of: str | None = None, **filters: str) -> Any:
        given = {name.replace("__", "."): value for name, value in filters.items()}
        query = Query(explore, fields, given, as_of)
        return staged.rows(Renderer(project).sql(query))

    return run


def _environ(server: Postgres) -> dict[str, str]:
    prefix = "TARGET_LOOKER_STAGING_"
    return {
        f"{prefix}HOST": server.host,
        f"{prefix}PORT": str(server.port),
        f"{prefix}USER": server.user,
        f"{prefix}PASSWORD": server.password,
        f"{prefix}DATABASE": server.database,
    }


def _tap_environ(epicor: Any) -> dict[str, str]:
    prefix = "TAP_EPICOR_KINETIC_"
    options = epicor.options
    return {
        f"{prefix}BASE_URL": epicor.base_url,
        f"{prefix}COMPANIES": '["EPIC06", "EPIC07"]',
        f"{prefix}AUTH_METHOD": "basic",
        f"{prefix}USERNAME": options.username,
        f"{prefix}PASSWORD": options.password,
        f"{prefix}API_KEY": options.api_key,
    }


def _looker_environ(looker: LookerServer) -> dict[str, str]:
    prefix = "TARGET_LOOKER_STAGING_LOOKER_"
    user = looker.instance.users[0]
    return {
        f"{prefix}BASE_URL": looker.base_url,
        f"{prefix}CLIENT_ID": user.client_id,
        f"{prefix}CLIENT_SECRET": user.client_secret,
        f"{prefix}DATAGROUPS": f'["{MODEL}::staging"]',
    }


def _stage(environ: dict[str, str]) -> None:
    scripts = Path(sys.executable).parent
    tap_command: list[str | Path] = [scripts / "tap-epicor-kinetic", "--config", "ENV"]
    with subprocess.Popen(
        tap_command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as tap:
        target = subprocess.run(
            [scripts / "target-looker-staging", "--config", "ENV"],
            env=environ,
            stdin=tap.stdout,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
            timeout=120,
        )
    assert (tap.returncode, target.returncode) == (0, 0), target.stderr[-2000:]

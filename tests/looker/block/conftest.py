"""Staged data for tests of the block: Epicor's stand-in, the real tap and target, Postgres."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from psycopg2 import sql

from sandbox.epicor.server import EpicorServer
from sandbox.looker.instance import MODEL
from sandbox.looker.server import LookerServer
from tests.looker.block.project import Project, load
from tests.looker.block.renderer import Query, Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg2.extensions import cursor as Cursor  # noqa: N812 psycopg2's own spelling

    from sandbox.postgres import Postgres

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
def staged(postgres: Postgres, epicor_db: Path) -> Iterator[Staged]:
    """Stage the small company once, through the console scripts."""
    name = f"block_{uuid.uuid4().hex}"
    _administer(
        postgres, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
    )
    server = replace(postgres, database=name)
    environ = _environ(server)
    with EpicorServer(epicor_db) as epicor, LookerServer() as looker:
        _stage({**os.environ, **environ, **_tap_environ(epicor), **_looker_environ(looker)})
    with closing(psycopg2.connect(server.dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"ANALYZE; SET search_path TO {SCHEMA}")
        yield Staged(server, cursor, environ)
    _administer(postgres, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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


def _administer(server: Postgres, statement: sql.Composable) -> None:
    with closing(psycopg2.connect(server.dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)

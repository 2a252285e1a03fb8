"""What every round begins from: a server, a source, a catalog, and staging after a first load."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from psycopg2 import sql

from sandbox import postgres
from sandbox.company import build
from sandbox.epicor.options import EpicorOptions
from sandbox.epicor.server import EpicorServer
from sandbox.looker.server import LookerServer
from sandbox.programs import program
from tests.faults.line import STATE_ID, TAP_ENTRY
from tests.faults.source import COMPANIES, STREAMS, WHOLE_TABLE
from tests.fixtures.postgres import administer, create_database, drop_database, settings_for
from tests.line.line import TAP, Line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.postgres import Postgres
    from tests.fixtures.postgres import DatabaseSettings

Cursor = Literal["SysRevID", "UpdatedOn"]
CURSORS: tuple[Cursor, ...] = ("SysRevID", "UpdatedOn")
SCALE = 0.02
SCRATCH = "scratch"


@dataclass(frozen=True, slots=True)
class Start:
    """A first load, to begin rounds from without doing it each time.

    Attributes:
        source: The source's database file, not to be changed.
        catalog: What the tap reads.
        staging: Name of a database to copy.
        project: A Meltano project that knows the state, and the state file of the pipe.
    """

    cursor: Cursor
    source: Path
    catalog: Path
    staging: str
    project: Path


class Ground:
    """One Postgres server of its own, which rounds may stop and break, and the starts on it."""

    def __init__(self, directory: Path, server_directory: Path) -> None:
        """Start the server.

        Args:
            directory: For everything but the server.
            server_directory: For the server, which may run as another account.
        """
        self.directory = directory
        self.server_directory = server_directory
        # Durable: a server that is killed must not forget what it said it had committed.
        self.server: Postgres = postgres.start(server_directory, own=True)
        self._starts: dict[Cursor, Start] = {}
        self.administer("ALTER SYSTEM SET fsync = off")  # the machine itself does not crash
        self.administer("SELECT pg_reload_conf()")
        self._make_scratch()

    def close(self) -> None:
        """Stop the server."""
        self.server.stop()

    def administer(self, statement: str | sql.Composable, *values: object) -> list[Any]:
        """Return the rows of a statement on the server, if it has any."""
        return administer(self.server, statement, *values)

    @property
    def scratch(self) -> Path:
        """The folder of the tablespace for temporary tables."""
        return self.server_directory / SCRATCH

    def _make_scratch(self) -> None:
        cluster = self.server_directory / "cluster"
        self.scratch.mkdir(exist_ok=True)
        shutil.copystat(cluster, self.scratch)
        owner = cluster.stat()
        with contextlib.suppress(PermissionError):
            shutil.chown(self.scratch, owner.st_uid, owner.st_gid)
        location = sql.Literal(str(self.scratch.resolve()))
        self.administer(sql.SQL("CREATE TABLESPACE scratch LOCATION {}").format(location))

    def start(self, cursor: Cursor) -> Start:
        """Return the first load by a cursor, made at the first call."""
        if cursor not in self._starts:
            self._starts[cursor] = self._make_start(cursor)
        return self._starts[cursor]

    def _make_start(self, cursor: Cursor) -> Start:
        project = self.directory / f"start-{cursor}"
        project.mkdir()
        source, catalog = project / "source.db", project / "catalog.json"
        build(source, scale=SCALE, seed=1, updated_on=True)
        staging = f"start_{cursor.lower()}"
        working = project / "working.db"
        shutil.copy(source, working)
        create_database(self.server, staging)
        options = EpicorOptions(updated_on=cursor == "UpdatedOn")
        with EpicorServer(working, options) as epicor, LookerServer() as looker:
            line = Line(project, epicor, looker, self.database(staging), tap_entry=TAP_ENTRY)
            catalog.write_text(json.dumps(_discover(line)), encoding="utf-8")
            line.catalog = catalog
            outcome = line.run_pipe()
            assert outcome.ok, outcome.log
            state = line.state_file.read_text(encoding="utf-8")
            wrapped = json.dumps({"singer_state": json.loads(state)})
            outcome = line.meltano("state", "set", "--force", STATE_ID, wrapped)
            assert outcome.ok, outcome.log
        return Start(cursor, source, catalog, staging, project)

    def database(self, name: str) -> DatabaseSettings:
        """Return the settings of a database on the server."""
        return settings_for(self.server, name)

    @contextmanager
    def staging(self, name: str, template: str) -> Iterator[DatabaseSettings]:
        """Give a database, a copy of another one, and drop it."""
        names = sql.Identifier(name), sql.Identifier(template)
        # By the other strategy, which copies through the write-ahead log, PostgreSQL 18 forgets
        # after a crash how far the copy's sequences had come.
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self.administer(copy.format(*names))
        try:
            yield self.database(name)
        finally:
            drop_database(self.server, name)


def _discover(line: Line) -> dict[str, Any]:
    """Return the catalog with the streams of this suite selected."""
    config = line.directory / "discover.json"
    config.write_text(json.dumps(line.tap_config), encoding="utf-8")
    done = subprocess.run(
        [program(TAP), f"--config={config}", "--discover"],
        capture_output=True,
        check=True,
    )
    catalog: dict[str, Any] = json.loads(done.stdout)
    for entry in catalog["streams"]:
        for item in entry["metadata"]:
            if not item["breadcrumb"]:
                item["metadata"]["selected"] = entry["stream"] in STREAMS
        if entry["stream"] == WHOLE_TABLE:
            entry["replication_method"] = "FULL_TABLE"
            entry.pop("replication_key", None)
    return catalog


__all__ = ["COMPANIES", "CURSORS", "Cursor", "Ground", "Start"]

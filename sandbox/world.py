"""All stand-ins together: data made if absent, three servers, the settings that reach them."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shlex
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql

from sandbox import company, postgres
from sandbox.epicor.options import DEFAULT_COMPANIES, EpicorOptions
from sandbox.epicor.server import EpicorServer
from sandbox.epicor.store import Store
from sandbox.looker.instance import DATAGROUPS, MODEL
from sandbox.looker.server import LookerServer

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

    from sandbox.company import Changes
    from sandbox.postgres import Postgres

WAREHOUSE = "warehouse"


class SandboxError(Exception):
    """The sandbox cannot start or do what it was asked; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the data of a sandbox is made from; the same recipe makes the same data.

    Attributes:
        scale: 1 is about 150,000 rows.
        updated_on: Every entity set has the column `UpdatedOn`, as in an extended installation.
    """

    scale: float = 1.0
    seed: int = 1
    updated_on: bool = False


class Sandbox:
    """Epicor, Looker and Postgres on this machine, from `with` to its end.

    Attributes:
        directory: Holds data and settings; kept, so that the next start is quick.
        epicor: The Epicor server, once started.
        looker: The Looker server, once started.
        postgres: The warehouse, once started; a server that `PGHOST` names wins over the embedded.
    """

    epicor: EpicorServer
    looker: LookerServer
    postgres: Postgres

    def __init__(
        self, directory: Path, scale: float = 1.0, seed: int = 1, *, updated_on: bool = False
    ) -> None:
        self.directory = directory.resolve()
        self.recipe = Recipe(scale, seed, updated_on)
        self._stack = ExitStack()

    @property
    def environ(self) -> dict[str, str]:
        """Return the settings of tap and target that reach the three servers, and `PG*`."""
        identity = self.epicor.options
        user = self.looker.instance.users[0]
        return {
            "TAP_EPICOR_KINETIC_BASE_URL": self.epicor.base_url,
            "TAP_EPICOR_KINETIC_COMPANIES": json.dumps(DEFAULT_COMPANIES),
            "TAP_EPICOR_KINETIC_AUTH_METHOD": "basic",
            "TAP_EPICOR_KINETIC_USERNAME": identity.username,
            "TAP_EPICOR_KINETIC_PASSWORD": identity.password,
            "TAP_EPICOR_KINETIC_API_KEY": identity.api_key,
            "TARGET_LOOKER_STAGING_HOST": self.postgres.host,
            "TARGET_LOOKER_STAGING_PORT": str(self.postgres.port),
            "TARGET_LOOKER_STAGING_USER": self.postgres.user,
            "TARGET_LOOKER_STAGING_PASSWORD": self.postgres.password,
            "TARGET_LOOKER_STAGING_DATABASE": self.postgres.database,
            "TARGET_LOOKER_STAGING_LOOKER_BASE_URL": self.looker.base_url,
            "TARGET_LOOKER_STAGING_LOOKER_CLIENT_ID": user.client_id,
            "TARGET_LOOKER_STAGING_LOOKER_CLIENT_SECRET": user.client_secret,
            "TARGET_LOOKER_STAGING_LOOKER_DATAGROUPS": json.dumps([f"{MODEL}::{DATAGROUPS[0]}"]),
            **self.postgres.environ,
        }

    @property
    def env_file(self) -> Path:
        """Return the file with `environ` as shell lines, which Meltano reads as `.env`, too."""
        return self.directory / "env"

    @property
    def is_built(self) -> bool:
        """Return whether the data is there, so that a start takes seconds."""
        return self._recipe_file.exists()

    def __enter__(self) -> Self:
        """Make the data if it is absent, start the servers, write `env_file`.

        Raises:
            SandboxError: If the folder is in use, or holds data of another recipe.
            PostgresError: If the warehouse does not start.
        """
        with ExitStack() as stack:
            self._lock(stack)
            self._build()
            options = EpicorOptions(updated_on=self.recipe.updated_on)
            self.epicor = stack.enter_context(EpicorServer(self._database, options))
            self.looker = stack.enter_context(LookerServer())
            server = postgres.start(self.directory / "postgres")
            stack.callback(server.stop)
            self.postgres = _with_warehouse(server)
            self._write_env()
            stack.callback(self.env_file.unlink, missing_ok=True)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the servers; the data stays."""
        self._stack.close()

    def mutate(self) -> Changes:
        """Make the next working day happen in Epicor, also while another process serves it.

        Raises:
            SandboxError: If there is no data yet.
        """
        if not self.is_built:
            raise SandboxError(f"There is no data in {self.directory}: start it with `up` first")
        with contextlib.closing(Store(self._database)) as store:
            return company.next_working_day(store)

    @property
    def _database(self) -> Path:
        return self.directory / "company.db"

    @property
    def _recipe_file(self) -> Path:
        return self.directory / "company.json"

    def _lock(self, stack: ExitStack) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = stack.enter_context((self.directory / "lock").open("w", encoding="utf-8"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SandboxError(
                f"A sandbox already runs in {self.directory}: stop it, or use another folder"
            ) from error

    def _build(self) -> None:
        """Make the data; the recipe is written last, so that half a company never counts as one."""
        if self.is_built:
            made_from = Recipe(**json.loads(self._recipe_file.read_text(encoding="utf-8")))
            if made_from != self.recipe:
                raise SandboxError(
                    f"{self.directory} holds data of {made_from}, not of {self.recipe}: "
                    "remove it, or use another folder"
                )
            return
        for leftover in self.directory.glob(f"{self._database.name}*"):
            leftover.unlink()
        recipe = self.recipe
        company.build(self._database, recipe.scale, recipe.seed, updated_on=recipe.updated_on)
        self._recipe_file.write_text(json.dumps(asdict(recipe)), encoding="utf-8")

    def _write_env(self) -> None:
        lines = (f"{name}={shlex.quote(value)}\n" for name, value in self.environ.items())
        # Opened with its mode, so that the warehouse's password is at no time for all to read.
        handle = os.open(self.env_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(lines)


def _with_warehouse(server: Postgres) -> Postgres:
    """Return the server with a database of its own for the warehouse, made if absent.

    On a server that `PGHOST` names, the database that `PGDATABASE` names is the warehouse.
    """
    if server.directory is None:
        return server
    with contextlib.closing(psycopg2.connect(server.dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", (WAREHOUSE,))
            if cursor.rowcount == 0:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(WAREHOUSE)))
    return replace(server, database=WAREHOUSE)

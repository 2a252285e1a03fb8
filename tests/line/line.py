"""The line as users run it: under Meltano, or as two console scripts with a pipe between them."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import sql

from sandbox.demo.project import PACKAGES
from sandbox.programs import program
from tests.line import meltano_runs, pipe

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sandbox.epicor.server import EpicorServer
    from sandbox.looker.server import LookerServer
    from tests.fixtures.postgres import DatabaseSettings
    from tests.line.running import Outcome, Running

SCHEMA = "epicor_staging"
TAP, TARGET = PACKAGES
DATAGROUP = "epicor_kinetic::staging"


@dataclass(slots=True)
class Line:
    """Servers, settings and state of one line; each run goes on from where the last one ended.

    Attributes:
        directory: Where the Meltano project and the state file are.
        tap_settings: Settings of the tap beside those that reach the server.
        other_targets: Targets of another make, as they stand in meltano.yml.
        environment: Variables beside the settings.
        catalog: What the pipe reads; everything, if there is none.
        executables: Programs in place of the installed ones, by name.
        tap_entry: What else the tap's entry in meltano.yml holds.
    """

    directory: Path
    epicor: EpicorServer
    looker: LookerServer
    database: DatabaseSettings
    tap_settings: dict[str, Any] = field(default_factory=dict)
    target_settings: dict[str, Any] = field(default_factory=dict)
    other_targets: list[dict[str, Any]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    catalog: Path | None = None
    executables: dict[str, str] = field(default_factory=dict)
    tap_entry: dict[str, Any] = field(default_factory=dict)

    @property
    def tap_config(self) -> dict[str, Any]:
        """The tap's settings."""
        return {
            "base_url": self.epicor.base_url,
            "companies": ["EPIC06", "EPIC07"],
            "username": "sandbox",
            "password": "sandbox-password",
            "api_key": "sandbox-api-key",
            "retry_wait_seconds": 0,
            **self.tap_settings,
        }

    @property
    def target_config(self) -> dict[str, Any]:
        """The target's settings."""
        return {
            **self.database,
            "looker_base_url": self.looker.base_url,
            "looker_client_id": "sandbox-looker-id",
            "looker_client_secret": "sandbox-looker-secret",
            "looker_datagroups": [DATAGROUP],
            **self.target_settings,
        }

    @property
    def variables(self) -> dict[str, str]:
        """The settings of both as Meltano takes them, and the variables beside them."""
        settings = {TAP: self.tap_config, TARGET: self.target_config}
        return meltano_runs.as_variables(settings) | self.environment

    @property
    def state_file(self) -> Path:
        """Where the pipe's state is kept."""
        return self.directory / "state.json"

    def run_meltano(self) -> Outcome:
        """Run the line once under Meltano, with the plugins of this environment."""
        return self.meltano("run", TAP, TARGET)

    def meltano(self, *arguments: str) -> Outcome:
        """Do what Meltano is told, in the project's own project, with the line's settings."""
        self.write_project()
        return meltano_runs.run(self.directory, self.variables, *arguments)

    def start_meltano(self, *, afresh: bool = False, force: bool = True) -> Running:
        """Start `meltano run`.

        Args:
            afresh: Whether to give the tap no state.
            force: Whether to run although the last run is said to be under way still, which
                Meltano believes for five minutes of one that was killed.
        """
        self.write_project()
        options = [*(["--full-refresh"] if afresh else []), *(["--force"] if force else [])]
        return meltano_runs.start(self.directory, self.variables, *options)

    def run_pipe(
        self,
        catalog: Mapping[str, Any] | None = None,
        meanwhile: Callable[[subprocess.Popen[bytes]], None] | None = None,
    ) -> Outcome:
        """Run `tap | target` once, keeping the last state line as Meltano would.

        Args:
            catalog: What to read; everything, if it is not given.
            meanwhile: What to do to the tap while both run.
        """
        if catalog:
            self.catalog = self.directory / "catalog.json"
            self.catalog.write_text(json.dumps(catalog), encoding="utf-8")
        running = self.start_pipe()
        if meanwhile:
            meanwhile(running.processes["tap"])
        return running.finish()

    def start_pipe(self, *, watched: bool = False, afresh: bool = False) -> Running:
        """Start `tap | target`.

        Args:
            watched: Whether to count the lines between them, which then pass through here.
            afresh: Whether to give the tap no state.
        """
        tap = self._command(TAP, self.tap_config)
        if self.catalog:
            tap.append(f"--catalog={self.catalog}")
        if self.state_file.exists() and not afresh:
            tap.append(f"--state={self.state_file}")
        target = self._command(TARGET, self.target_config)
        return pipe.start(self.directory, tap, target, self.environment, watched=watched)

    def _command(self, name: str, config: dict[str, Any]) -> list[str]:
        path = self.directory / f"{name.partition('-')[0]}.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        return [self.executables.get(name, program(name)), f"--config={path}"]

    def query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement on the staging schema."""
        with closing(psycopg2.connect(**self.database)) as connection, connection.cursor() as cur:
            cur.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(SCHEMA)))
            cur.execute(statement, parameters or None)
            return list(cur.fetchall())

    def change(self, statement: str) -> None:
        """Do something to the staging schema, as a DBA would."""
        with closing(psycopg2.connect(**self.database)) as connection, connection.cursor() as cur:
            cur.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(SCHEMA)))
            cur.execute(statement)
            connection.commit()

    def refreshed(self) -> list[str]:
        """Return the ids of the datagroups that Looker was told to trigger, in order."""
        return [
            call.path.rpartition("/")[2]
            for call in self.looker.calls
            if call.operation == "update_datagroup"
        ]

    def write_project(self) -> None:
        """Write the project's own meltano.yml, with plugins that are installed already."""
        meltano_runs.write_project(
            self.directory, self.executables, self.tap_entry, self.other_targets
        )


def counts_by_stream(line: Line, run_id: str) -> Mapping[str, tuple[int, int, int, int]]:
    """Return received, inserted, updated and unchanged of each stream in a run."""
    rows = line.query(
        "SELECT stream, records_received, rows_inserted, rows_updated, rows_unchanged "
        "FROM _sync_run_streams WHERE run_id = %s",
        run_id,
    )
    return {stream: (received, new, old, same) for stream, received, new, old, same in rows}

"""The line as users run it: under Meltano, or as two console scripts with a pipe between them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import yaml
from psycopg2 import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.epicor.server import EpicorServer
    from sandbox.looker.server import LookerServer
    from tests.fixtures.postgres import DatabaseSettings

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = "epicor_staging"
TAP, TARGET = "tap-epicor-kinetic", "target-looker-staging"
DATAGROUP = "epicor_kinetic::staging"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run of the line ended.

    Attributes:
        code: Meltano's exit code; of a pipe the tap's, or else the target's.
        output: What was written to standard error, and by Meltano to standard output.
    """

    code: int
    output: str

    @property
    def log(self) -> str:
        """Return the output without metrics."""
        return "\n".join(line for line in self.output.splitlines() if "METRIC" not in line)


@dataclass(slots=True)
class Line:
    """Servers, settings and state of one line; each run goes on from where the last one ended.

    Attributes:
        directory: Where the Meltano project and the state file are.
        tap_settings: Settings of the tap beside those that reach the server.
        other_targets: Targets of another make, as they stand in meltano.yml.
        environment: Variables beside the settings.
    """

    directory: Path
    epicor: EpicorServer
    looker: LookerServer
    database: DatabaseSettings
    tap_settings: dict[str, Any] = field(default_factory=dict)
    target_settings: dict[str, Any] = field(default_factory=dict)
    other_targets: list[dict[str, Any]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

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

    def run_meltano(self) -> Outcome:
        """Run the line once under Meltano, with the plugins of this environment."""
        return self.meltano("run", TAP, TARGET)

    def meltano(self, *arguments: str) -> Outcome:
        """Do what Meltano is told, in the project's own project, with the line's settings."""
        self.write_project()
        settings = {TAP: self.tap_config, TARGET: self.target_config}
        variables = {
            f"{plugin}_{name}".replace("-", "_").upper(): _as_text(value)
            for plugin, config in settings.items()
            for name, value in config.items()
        }
        done = subprocess.run(
            [_script("meltano"), "--environment=sandbox", *arguments],
            cwd=self.directory,
            env=_clean_environment() | variables | self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        return Outcome(done.returncode, done.stdout + done.stderr)

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
        state = self.directory / "state.json"
        arguments = [f"--state={state}"] if state.exists() else []
        if catalog:
            path = self.directory / "catalog.json"
            path.write_text(json.dumps(catalog), encoding="utf-8")
            arguments.append(f"--catalog={path}")
        for name, config in (("tap.json", self.tap_config), ("target.json", self.target_config)):
            (self.directory / name).write_text(json.dumps(config), encoding="utf-8")
        log = self.directory / "tap.log"
        with log.open("w") as tap_log:
            tap = subprocess.Popen(
                [_script(TAP), f"--config={self.directory / 'tap.json'}", *arguments],
                env=_clean_environment() | self.environment,
                stdout=subprocess.PIPE,
                stderr=tap_log,
            )
            target = subprocess.Popen(
                [_script(TARGET), f"--config={self.directory / 'target.json'}"],
                env=_clean_environment() | self.environment,
                stdin=tap.stdout,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            if tap.stdout:
                tap.stdout.close()
            if meanwhile:
                meanwhile(tap)
            out, errors = target.communicate()
            code = tap.wait()
        if lines := out.splitlines():
            state.write_text(lines[-1], encoding="utf-8")
        text = log.read_text(encoding="utf-8") + errors
        return Outcome(code or target.returncode, text)

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
        project = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
        for plugins in project["plugins"].values():
            for plugin in plugins:
                del plugin["pip_url"]
                plugin["executable"] = _script(plugin["name"])
                for command in plugin.get("commands", {}).values():
                    command["executable"] = _script(command.get("executable", plugin["name"]))
        project["plugins"]["loaders"] += self.other_targets
        (self.directory / "meltano.yml").write_text(yaml.safe_dump(project), encoding="utf-8")


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _clean_environment() -> dict[str, str]:
    """Return the environment without anything that would change a setting."""
    foreign = ("TAP_", "TARGET_", "MELTANO_", "PG", "LOOKER", "COV_CORE")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def counts_by_stream(line: Line, run_id: str) -> Mapping[str, tuple[int, int, int, int]]:
    """Return received, inserted, updated and unchanged of each stream in a run."""
    rows = line.query(
        "SELECT stream, records_received, rows_inserted, rows_updated, rows_unchanged "
        "FROM _sync_run_streams WHERE run_id = %s",
        run_id,
    )
    return {stream: (received, new, old, same) for stream, received, new, old, same in rows}

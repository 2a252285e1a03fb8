"""The line of a round: two processes with a pipe between them, or the same two under Meltano.

Both are the console scripts' own code; small scripts around them note the process id, and make the
tap write a state every few records, as it does every ten thousand on a table of real size.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg2
import yaml
from typing_extensions import override

from tests.e2e.line import SCHEMA, TAP, TARGET, Line
from tests.faults.source import STREAMS, WHOLE_TABLE

STATE_ID = f"sandbox:{TAP}-to-{TARGET}"
RUN_SECONDS = 90.0
_FOREIGN = ("TAP_", "TARGET_", "MELTANO_", "PG", "LOOKER", "COV_CORE")
_NOTE = """#!{python}
import os, pathlib, sys
pathlib.Path({pid!r}).write_text(str(os.getpid()))
"""
_TAP = """
from tap_epicor_kinetic.tap import TapEpicorKinetic
TapEpicorKinetic.state_every_records = {state_every}
TapEpicorKinetic.cli()
"""
_TARGET = """
from target_looker_staging.target import TargetLookerStaging
TargetLookerStaging.cli()
"""


@dataclass
class KeptLine(Line):
    """A line whose questions to staging go through one connection, as long as the server stays."""

    _connection: Any = None

    @override
    def query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        try:
            return self._ask(statement, parameters)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            self.close()  # the server was restarted, or threw everybody out
            return self._ask(statement, parameters)

    def _ask(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            options = f"-c search_path={SCHEMA}"
            self._connection = psycopg2.connect(**self.database, options=options)
            self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return list(cursor.fetchall())

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass(slots=True)
class Ending:
    """How a run ended.

    Attributes:
        codes: Exit code by process: `tap` and `target`, or `meltano`; negative for a signal.
        log: What all of them wrote to standard error.
        hung: It had to be killed because it did not end.
    """

    codes: dict[str, int]
    log: str
    hung: bool = False

    @property
    def ok(self) -> bool:
        """Whether every process said that all went well."""
        return not self.hung and not any(self.codes.values())


@dataclass
class Running:
    """A run under way, as those who break it see it.

    Attributes:
        directory: Where the processes' ids are.
        processes: By name; under Meltano it alone.
        lines: Lines that went through the pipe so far, if it is watched.
        states: State lines that the target wrote so far.
        over: Set when it has ended.
    """

    directory: Path
    processes: dict[str, subprocess.Popen[bytes]]
    lines: int = 0
    states: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def send(self, number: int, *names: str) -> bool:
        """Send a signal to processes and return whether one of them was there to get it."""
        sent = [self._send_one(number, name) for name in names]
        return any(sent)

    def send_group(self, number: int) -> bool:
        """Send a signal to Meltano and all its children, as a service manager does."""
        with suppress(ProcessLookupError):
            os.killpg(self.processes["meltano"].pid, number)
            return True
        return False

    def _send_one(self, number: int, name: str) -> bool:
        process = self.processes.get(name)
        if process is not None:
            there = process.poll() is None
            if there:
                process.send_signal(number)
            return there
        with suppress(OSError, ValueError):
            pid = int((self.directory / f"{name}.pid").read_text())
            if os.getpgid(pid) == self.processes["meltano"].pid:
                os.kill(pid, number)
                return True
        return False


class Runner:
    """Starts runs of one line; each goes on from the state that the last one left."""

    def __init__(self, line: Line, catalog: Path, state_every: int) -> None:
        """Write the scripts.

        Args:
            line: Servers and settings; its folder is used.
            catalog: The streams to read, for the pipe.
            state_every: Records between two states of the tap.
        """
        self.line = line
        self.directory = line.directory
        self.catalog = catalog
        self.scripts = {
            name: self._script(name, body)
            for name, body in (
                ("tap", _TAP.format(state_every=state_every)),
                ("target", _TARGET),
            )
        }

    @property
    def state_file(self) -> Path:
        """Where the pipe's state is kept."""
        return self.directory / "state.json"

    def _script(self, name: str, body: str) -> Path:
        path = self.directory / f"{name}.py"
        pid = str(self.directory / f"{name}.pid")
        path.write_text(_NOTE.format(python=sys.executable, pid=pid) + body, encoding="utf-8")
        path.chmod(0o755)
        return path

    # A pipe

    def start_pipe(self, *, watched: bool = False, afresh: bool = False) -> Running:
        """Start `tap | target`.

        Args:
            watched: Whether to count the lines between them, which then pass through here.
            afresh: Whether to give the tap no state.
        """
        self._write_settings()
        given = [] if afresh or not self.state_file.exists() else [f"--state={self.state_file}"]
        tap = self._spawn(
            "tap",
            [f"--catalog={self.catalog}", *given],
            stdin=subprocess.DEVNULL,
        )
        target = self._spawn("target", [], stdin=subprocess.PIPE if watched else tap.stdout)
        running = Running(self.directory, {"tap": tap, "target": target})
        assert tap.stdout is not None
        if watched:
            assert target.stdin is not None
            threading.Thread(
                target=_relay, args=(tap.stdout, target.stdin, running), daemon=True
            ).start()
        else:
            tap.stdout.close()
        threading.Thread(target=self._keep_states, args=(target, running), daemon=True).start()
        return running

    def _spawn(self, name: str, arguments: list[str], **pipes: Any) -> subprocess.Popen[bytes]:
        with (self.directory / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [self.scripts[name], f"--config={self.directory / name}.json", *arguments],
                env=_environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                **pipes,
            )

    def _keep_states(self, target: subprocess.Popen[bytes], running: Running) -> None:
        """Keep the last whole state line, as Meltano does."""
        assert target.stdout is not None
        with target.stdout as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    running.states += 1
                    _replace(self.state_file, line)
        running.over.set()

    # Meltano

    def start_meltano(self, *, afresh: bool = False, force: bool = True) -> Running:
        """Start `meltano run`.

        Args:
            afresh: Whether to give the tap no state.
            force: Whether to run although the last run is said to be under way still, which
                Meltano believes for five minutes of one that was killed.
        """
        self._write_project()
        options = [*(["--full-refresh"] if afresh else []), *(["--force"] if force else [])]
        with (self.directory / "meltano.log").open("wb") as log:
            process = subprocess.Popen(
                [_program("meltano"), "--environment=sandbox", "run", *options, TAP, TARGET],
                cwd=self.directory,
                env=_environment() | self._variables(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        running = Running(self.directory, {"meltano": process})
        threading.Thread(target=_wait_for_group, args=(process, running), daemon=True).start()
        return running

    def _variables(self) -> dict[str, str]:
        settings = {TAP: self.line.tap_config, TARGET: self.line.target_config}
        return {
            f"{plugin}_{name}".replace("-", "_").upper(): (
                value if isinstance(value, str) else json.dumps(value)
            )
            for plugin, config in settings.items()
            for name, value in config.items()
        }

    def _write_project(self) -> None:
        root = Path(__file__).resolve().parents[2]
        project = yaml.safe_load((root / "meltano.yml").read_text(encoding="utf-8"))
        for kind, name in (("extractors", "tap"), ("loaders", "target")):
            plugin = project["plugins"][kind][0]
            del plugin["pip_url"]
            plugin["executable"] = str(self.scripts[name])
        tap = project["plugins"]["extractors"][0]
        tap["select"] = [f"{stream}.*" for stream in STREAMS]
        tap["metadata"] = {WHOLE_TABLE: {"replication-method": "FULL_TABLE"}}
        project["plugins"] = {
            kind: project["plugins"][kind][:1] for kind in ("extractors", "loaders")
        }
        for superfluous in ("jobs", "schedules"):
            project.pop(superfluous, None)
        text = yaml.safe_dump(project)
        (self.directory / "meltano.yml").write_text(text, encoding="utf-8")

    def meltano_command(self, *arguments: str) -> str:
        """Return what another command of Meltano prints."""
        self._write_project()
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [_program("meltano"), "--environment=sandbox", *arguments],
            cwd=self.directory,
            env=_environment() | self._variables(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    # Both

    def finish(self, running: Running) -> Ending:
        """Wait for the end of all processes; kill them if there is none."""
        hung = not running.over.wait(RUN_SECONDS)
        if hung:
            for process in running.processes.values():
                process.kill()
            if "meltano" in running.processes:
                running.send_group(signal.SIGKILL)
            running.over.wait(RUN_SECONDS)
        codes = {}
        for name, process in running.processes.items():
            try:
                codes[name] = process.wait(RUN_SECONDS)
            except subprocess.TimeoutExpired:
                hung = True
                process.kill()
                codes[name] = process.wait()
        log = "".join(
            f"--- {name}\n" + (self.directory / f"{name}.log").read_text(errors="replace")
            for name in running.processes
        )
        return Ending(codes, log, hung)

    def _write_settings(self) -> None:
        for name, config in (("tap", self.line.tap_config), ("target", self.line.target_config)):
            (self.directory / f"{name}.json").write_text(json.dumps(config), encoding="utf-8")


def _relay(source: IO[bytes], sink: IO[bytes], running: Running) -> None:
    """Pass lines on and count them; an end on one side becomes an end on the other."""
    with source:
        with suppress(OSError):
            for line in source:
                sink.write(line)
                running.lines += 1
                if running.lines % _FLUSH_LINES == 0:
                    sink.flush()
        with suppress(OSError):
            sink.close()


def _wait_for_group(process: subprocess.Popen[bytes], running: Running) -> None:
    """Wait until neither Meltano nor any child of it is left."""
    process.wait()
    with suppress(ProcessLookupError):
        while not running.over.wait(0.02):
            os.killpg(process.pid, 0)
    running.over.set()


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(content)
    shutil.move(fresh, path)


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _environment() -> dict[str, str]:
    """Return the environment without anything that would change a setting."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}


_FLUSH_LINES = 16

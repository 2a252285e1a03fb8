"""Meltano's side of a replay, all by its own commands: the state before a run, and the run again.

The replay runs under a state id of its own, so that whatever becomes of it the schedule goes on
from where it was. Meltano names state ids `<environment>:<tap>-to-<target>[:<suffix>]` and takes
`--state-id-suffix` (Meltano 4.4, `meltano run --help`).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from target_looker_staging.exceptions import ReplayError

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATE_ID = re.compile(r"([^:]+):([^:]+)-to-([^:]+)(?::(.+))?")


@dataclass(frozen=True, slots=True)
class StateId:
    """A state id in its parts."""

    environment: str
    tap: str
    target: str
    suffix: str | None = None

    @classmethod
    def parse(cls, text: str) -> StateId:
        """Return the parts of a state id.

        Raises:
            ReplayError: If `meltano run` would not name a state so.
        """
        found = _STATE_ID.fullmatch(text)
        if found is None:
            raise ReplayError(
                f"'{text}' is no state id of `meltano run` (environment:tap-to-target, perhaps "
                "with :suffix); `meltano state list` shows them."
            )
        return cls(*found.groups())

    def __str__(self) -> str:
        """Return it as Meltano writes it."""
        return f"{self.environment}:{self.tap}-to-{self.target}" + (
            f":{self.suffix}" if self.suffix else ""
        )

    def for_replay(self, run_id: str) -> StateId:
        """Return a state id that no schedule uses."""
        suffix = "replay-" + re.sub(r"[^A-Za-z0-9_.-]", "-", run_id)
        return StateId(self.environment, self.tap, self.target, suffix)


@dataclass(frozen=True, slots=True)
class Meltano:
    """A Meltano project and the command that serves it."""

    command: str
    project: Path

    @classmethod
    def find(cls, command: str | None) -> Meltano | None:
        """Return the project of this folder, or of the Meltano that runs this; None without one.

        Args:
            command: Meltano, if it is not to be searched for.

        Raises:
            ReplayError: If there is a project, but no Meltano.
        """
        here = Path(os.environ.get("MELTANO_PROJECT_ROOT") or Path.cwd())
        project = next((p for p in (here, *here.parents) if (p / "meltano.yml").is_file()), None)
        if project is None:
            return None
        beside = Path(sys.executable).with_name("meltano")
        found = command or shutil.which("meltano") or (str(beside) if beside.is_file() else None)
        if found is None:
            raise ReplayError("There is no `meltano` on the PATH. Say where it is: --meltano PATH")
        return cls(found, project)

    def state(self, state_id: StateId) -> dict[str, Any]:
        """Return a state as Meltano keeps it, empty if it keeps none."""
        answer = self._call("state", "get", str(state_id))
        state: dict[str, Any] = json.loads(answer.splitlines()[-1])
        return state

    def set_state(self, state_id: StateId, state: Mapping[str, Any]) -> None:
        """Put a state in place of the one that Meltano keeps."""
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "state.json"
            path.write_text(json.dumps(state), encoding="utf-8")
            self._call("state", "set", "--force", str(state_id), f"--input-file={path}")

    def clear_state(self, state_id: StateId) -> None:
        """Remove a state."""
        self._call("state", "clear", "--force", str(state_id))

    def run_command(self, state_id: StateId) -> str:
        """Return what runs tap and target under a state id, as one would type it."""
        return shlex.join(["meltano", *self._run_arguments(state_id)])

    def _run_arguments(self, state_id: StateId) -> list[str]:
        return [
            f"--environment={state_id.environment}",
            "run",
            f"--state-id-suffix={state_id.suffix}",
            state_id.tap,
            state_id.target,
        ]

    def run(self, state_id: StateId, replay_of: str) -> int:
        """Run tap and target under a state id and return the exit code; Meltano's log is shown."""
        variable = re.sub(r"\W", "_", f"{state_id.target}_REPLAY_OF").upper()
        done = subprocess.run(  # noqa: S603 Meltano, with names out of the run log
            [self.command, *self._run_arguments(state_id)],
            cwd=self.project,
            env={**os.environ, variable: replay_of},
            check=False,
        )
        return done.returncode

    def _call(self, *arguments: str) -> str:
        """Return what a command of Meltano prints.

        Raises:
            ReplayError: If it fails.
        """
        command = [self.command, "--log-level=warning", *arguments]
        done = subprocess.run(  # noqa: S603 Meltano, with names out of the run log
            command, cwd=self.project, capture_output=True, text=True, check=False
        )
        if done.returncode:
            last = "".join(done.stderr.splitlines()[-1:])
            raise ReplayError(
                f"`{shlex.join(['meltano', *arguments])}` failed with exit code "
                f"{done.returncode}: {last}"
            )
        return done.stdout


def with_bookmarks(state: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state of Meltano's with the bookmarks of a later one; other streams keep theirs."""
    old, new = state.get("singer_state") or {}, later.get("singer_state") or {}
    bookmarks = {**(old.get("bookmarks") or {}), **(new.get("bookmarks") or {})}
    return {"singer_state": {**old, **new, "bookmarks": bookmarks}}

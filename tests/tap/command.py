"""The tap's command as people and Meltano call it, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Done:
    """How the command ended.

    Attributes:
        output: What it wrote to standard output.
        log: What it wrote to standard error.
    """

    code: int
    output: str
    log: str

    @property
    def catalog(self) -> dict[str, dict[str, Any]]:
        """The entries of the catalog that it wrote, by stream."""
        return {entry["tap_stream_id"]: entry for entry in json.loads(self.output)["streams"]}

    @property
    def run(self) -> dict[str, Any]:
        """The run record in the last state that it wrote."""
        messages = map(json.loads, self.output.splitlines())
        states = [message["value"] for message in messages if message["type"] == "STATE"]
        return dict(states[-1]["run"])


def command(
    folder: Path,
    config: dict[str, Any] | None,
    *options: str,
    environment: dict[str, str] | None = None,
    **files: Any,
) -> Done:
    """Run the tap's command.

    Args:
        folder: Where its files go.
        config: The settings, written to a file; `None` takes them from the environment.
        options: Options without a file.
        environment: Variables beside those of this process.
        files: Options with a file (`state`, `catalog`); text is written as it is, else as JSON.
    """
    arguments = ["--config=ENV"]
    if config is not None:
        path = folder / "config.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        arguments = [f"--config={path}"]
    for name, content in files.items():
        path = folder / f"{name}.json"
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        arguments.append(f"--{name}={path}")
    done = subprocess.run(
        [sys.executable, "-m", "tap_epicor_kinetic", *arguments, *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | (environment or {}),
    )
    return Done(done.returncode, done.stdout, done.stderr)

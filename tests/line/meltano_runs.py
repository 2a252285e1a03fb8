"""Meltano with the project's own plugins as they are installed here, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import yaml

from sandbox.demo.project import PACKAGES, ROOT
from sandbox.programs import clean_environment, program
from tests.line.running import Outcome, Running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def write_project(
    directory: Path,
    executables: Mapping[str, str],
    tap_entry: Mapping[str, Any],
    other_targets: Sequence[Mapping[str, Any]],
) -> None:
    """Write the project's own meltano.yml, with plugins that are installed already.

    Args:
        directory: Where it goes.
        executables: Programs in place of the installed ones, by name.
        tap_entry: What else the tap's entry holds.
        other_targets: Targets of another make.
    """
    project = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    for plugins in project["plugins"].values():
        for plugin in plugins:
            del plugin["pip_url"]
            for entry in (plugin, *plugin.get("commands", {}).values()):
                name = entry.get("executable", plugin["name"])
                entry["executable"] = executables.get(name, program(name))
    project["plugins"]["extractors"][0].update(tap_entry)
    project["plugins"]["loaders"] += other_targets
    (directory / "meltano.yml").write_text(yaml.safe_dump(project), encoding="utf-8")


def as_variables(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the settings of plugins, by plugin, as the variables that Meltano takes them from."""
    return {
        f"{plugin}_{name}".replace("-", "_").upper(): (
            value if isinstance(value, str) else json.dumps(value)
        )
        for plugin, config in settings.items()
        for name, value in config.items()
    }


def run(directory: Path, variables: Mapping[str, str], *arguments: str) -> Outcome:
    """Do what Meltano is told in a project, and return how it ended."""
    done = subprocess.run(
        [program("meltano"), "--environment=sandbox", *arguments],
        cwd=directory,
        env={**clean_environment(), **variables},
        check=False,
        capture_output=True,
        text=True,
    )
    return Outcome({"meltano": done.returncode}, done.stdout + done.stderr, done.stdout)


def start(directory: Path, variables: Mapping[str, str], *options: str) -> Running:
    """Start `meltano run` in a project, in a process group of its own."""
    with (directory / "meltano.log").open("wb") as log:
        process = subprocess.Popen(
            [program("meltano"), "--environment=sandbox", "run", *options, *PACKAGES],
            cwd=directory,
            env={**clean_environment(), **variables},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    running = Running(directory, {"meltano": process})
    threading.Thread(target=_wait_for_group, args=(process, running), daemon=True).start()
    return running


def _wait_for_group(process: subprocess.Popen[bytes], running: Running) -> None:
    """Wait until neither Meltano nor any child of it is left."""
    process.wait()
    with suppress(ProcessLookupError):
        while not running.over.wait(0.02):
            os.killpg(process.pid, 0)
    running.over.set()

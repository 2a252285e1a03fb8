"""Tap and target as two processes with a pipe between them."""

from __future__ import annotations

import shutil
import subprocess
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from sandbox.programs import clean_environment
from tests.line.running import Running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_FLUSH_LINES = 16


def start(
    directory: Path,
    tap: Sequence[str],
    target: Sequence[str],
    environment: Mapping[str, str],
    *,
    watched: bool,
) -> Running:
    """Start `tap | target`; the last state that comes out is kept in `state.json`.

    Args:
        directory: Gets the state and both logs.
        tap: Command of the tap.
        target: Command of the target.
        environment: Variables beside the plain ones.
        watched: Whether to count the lines between them, which then pass through here.
    """

    def spawn(name: str, command: Sequence[str], stdin: int | IO[bytes] | None) -> _Process:
        with (directory / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                command,
                env={**clean_environment(), **environment},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    first = spawn("tap", tap, subprocess.DEVNULL)
    second = spawn("target", target, subprocess.PIPE if watched else first.stdout)
    running = Running(directory, {"tap": first, "target": second})
    assert first.stdout is not None
    if watched:
        relay = threading.Thread(
            target=_relay, args=(first.stdout, second.stdin, running), daemon=True
        )
        relay.start()
    else:
        first.stdout.close()
    keeper = threading.Thread(target=_keep_states, args=(second.stdout, running), daemon=True)
    keeper.start()
    return running


_Process = subprocess.Popen[bytes]


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


def _keep_states(states: IO[bytes], running: Running) -> None:
    """Keep the last whole state line, as Meltano does."""
    fresh = running.directory / "state.fresh"
    with states:
        for line in states:
            if line.endswith(b"\n"):
                running.states += 1
                fresh.write_bytes(line)
                shutil.move(fresh, running.directory / "state.json")
    running.over.set()

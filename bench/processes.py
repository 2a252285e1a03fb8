"""Whole processes, timed by the operating system's own accounts."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process took: wall-clock and processor seconds, peak memory in 10^6 bytes."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def run_into_pipe(command: Sequence[str]) -> Usage:
    """Run a command whose output another process reads and drops, as a tap's always is."""
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as reader:
        assert reader.stdin is not None
        return run(command, stdout=reader.stdin)


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
    stdout: IO[bytes] | int = subprocess.DEVNULL,
) -> Usage:
    """Run a command to its end and return what it took.

    Raises:
        RuntimeError: If it failed; the end of its log is part of the message.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stderr is not None
        log = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        end = log.decode(errors="replace")[-2000:]
        raise RuntimeError(f"{command[0]} ended with {process.returncode}:\n{end}")
    # Linux counts the resident set in KiB.
    return Usage(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)

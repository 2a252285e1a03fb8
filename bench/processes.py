"""Whole processes, timed by the operating system's own accounts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import resource
    from collections.abc import Callable, Mapping, Sequence

SCRIPTS = Path(sys.executable).parent
"""Where this project's commands are installed."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process took: wall-clock and processor seconds, peak memory in 10^6 bytes."""

    seconds: float
    cpu_seconds: float
    peak_mb: float

    def apart_from(self, start_up: Usage) -> Usage:
        """Return the usage without what it takes to start and do nothing."""
        return Usage(
            self.seconds - start_up.seconds, self.cpu_seconds - start_up.cpu_seconds, self.peak_mb
        )


def best(work: Callable[[], Usage], rounds: int) -> Usage:
    """Return the fastest of several runs: the others were disturbed."""
    return fastest([work() for _ in range(rounds)])


def fastest(usages: Sequence[Usage]) -> Usage:
    """Return the one of least wall-clock time."""
    return min(usages, key=attrgetter("seconds"))


def run_into_pipe(command: Sequence[str]) -> Usage:
    """Run a command whose output another process reads and drops, as a tap's always is."""
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as reader:
        assert reader.stdin is not None
        return run(command, stdout=reader.stdin)


def run_line(first: Sequence[str], second: Sequence[str]) -> Usage:
    """Run two commands, the first writing into the second; the peak is that of the larger one.

    Raises:
        RuntimeError: If one of them failed.
    """
    started = time.perf_counter()
    with (
        subprocess.Popen(first, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as writer,
        ThreadPoolExecutor(1) as waiter,
    ):
        assert writer.stdout is not None
        pending = waiter.submit(_wait, writer)
        loaded = run(second, stdin=writer.stdout)
        writer.stdout.close()
        read = pending.result()
    seconds = time.perf_counter() - started
    if writer.returncode:
        raise RuntimeError(f"{first[0]} ended with {writer.returncode}")
    cpu_seconds = loaded.cpu_seconds + read.ru_utime + read.ru_stime
    return Usage(seconds, cpu_seconds, max(loaded.peak_mb, _megabytes(read)))


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
        usage = _wait(process)
    seconds = time.perf_counter() - started
    if process.returncode:
        end = log.decode(errors="replace")[-2000:]
        raise RuntimeError(f"{command[0]} ended with {process.returncode}:\n{end}")
    return Usage(seconds, usage.ru_utime + usage.ru_stime, _megabytes(usage))


def _wait(process: subprocess.Popen[bytes]) -> resource.struct_rusage:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def _megabytes(usage: resource.struct_rusage) -> float:
    # Linux counts the resident set in KiB.
    return usage.ru_maxrss * 1024 / 1e6

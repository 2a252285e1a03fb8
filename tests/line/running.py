"""A run under way, as those who watch or break it see it, and how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RUN_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        codes: Exit code by process: `tap` and `target`, or `meltano`; negative for a signal.
        output: What all of them wrote to standard error, and Meltano to standard output.
        printed: What Meltano wrote to standard output.
        hung: It had to be killed because it did not end.
    """

    codes: dict[str, int]
    output: str
    printed: str = ""
    hung: bool = False

    @property
    def code(self) -> int:
        """The first exit code that is not zero: of a pipe the tap's, or else the target's."""
        return next((code for code in self.codes.values() if code), 0)

    @property
    def ok(self) -> bool:
        """Whether every process said that all went well."""
        return not self.hung and not self.code

    @property
    def log(self) -> str:
        """The output without metrics."""
        return "\n".join(line for line in self.output.splitlines() if "METRIC" not in line)


@dataclass
class Running:
    """A run under way.

    Attributes:
        directory: Where the logs are, and the processes' ids if their scripts note them.
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

    def finish(self, seconds: float = RUN_SECONDS) -> Outcome:
        """Wait for the end of all processes; kill them if there is none."""
        hung = not self.over.wait(seconds)
        if hung:
            for process in self.processes.values():
                process.kill()
            if "meltano" in self.processes:
                self.send_group(signal.SIGKILL)
            self.over.wait(seconds)
        codes = {}
        for name, process in self.processes.items():
            try:
                codes[name] = process.wait(seconds)
            except subprocess.TimeoutExpired:
                hung = True
                process.kill()
                codes[name] = process.wait()
        output = "".join(
            f"--- {name}\n" + (self.directory / f"{name}.log").read_text(errors="replace")
            for name in self.processes
        )
        return Outcome(codes, output, hung=hung)

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

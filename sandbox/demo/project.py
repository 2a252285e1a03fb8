"""A Meltano project in a folder of its own, and runs of it as they happen."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.programs import clean_environment, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("tap-epicor-kinetic", "target-looker-staging")
RUN = ("run", *PACKAGES)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of Meltano's log.

    Attributes:
        source: The plugin that wrote it, or `meltano`.
        text: What it says.
        logger: The plugin's logger that wrote it; a stream's is named `<plugin>.<stream>`.
        metric: The Singer SDK's metric that it carries, empty for an ordinary line.
    """

    time: str
    level: str
    source: str
    text: str
    logger: str = ""
    metric: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, line: str) -> LogLine:
        """Return a line of `--log-format json`; anything else is kept as text."""
        try:
            entry = json.loads(line)
        except ValueError:
            return cls("", "info", "meltano", line.rstrip())
        if not isinstance(entry, dict):
            return cls("", "info", "meltano", line.rstrip())
        return cls(
            time=str(entry.get("timestamp", "")),
            level=str(entry.get("level", "info")),
            source=str(entry.get("string_id") or entry.get("name") or "meltano"),
            text=str(entry.get("event", "")),
            logger=str(entry.get("plugin_logger", "")),
            metric=entry.get("metric_info") or {},
        )

    def __str__(self) -> str:
        """Return the line for a log file."""
        metric = f" {json.dumps(self.metric)}" if self.metric else ""
        return f"{self.time} {self.level:<8} {self.source:<22} {self.text}{metric}".strip()


class MeltanoProject:
    """The project's own `meltano.yml` and packages, with state, plugins and settings apart.

    What a user has in production, but in `directory`: neither a `.env` nor the state of the
    folder above is read or changed.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()

    @classmethod
    def create(cls, directory: Path, settings: Mapping[str, str]) -> MeltanoProject:
        """Make the folder's project anew, with `settings` as its `.env`."""
        project = cls(directory)
        project.directory.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(project.directory / ".meltano", ignore_errors=True)
        shutil.copy2(ROOT / "meltano.yml", project.directory)
        for name in (*PACKAGES, "requirements.lock"):
            link = project.directory / name
            link.unlink(missing_ok=True)
            link.symlink_to(ROOT / name)
        env_file = project.directory / ".env"
        env_file.touch(mode=0o600)
        lines = (f"{name}={_quote(value)}\n" for name, value in sorted(settings.items()))
        env_file.write_text("".join(lines), encoding="utf-8")
        return project

    def run(self, log: Path, tell: Callable[[LogLine], None]) -> int:
        """Run the line once and return Meltano's exit code.

        Args:
            log: Gets every line.
            tell: Called with every line as it comes.
        """
        with log.open("w", encoding="utf-8") as file, self._start() as process:
            for line in self._read(process):
                file.write(f"{line}\n")
                file.flush()
                tell(line)
        return process.returncode

    def _start(self) -> subprocess.Popen[str]:
        # Without settings that would win over `.env`.
        return subprocess.Popen(
            [program("meltano"), "--log-format=json", "--environment=sandbox", *RUN],
            cwd=self.directory,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    @staticmethod
    def _read(process: subprocess.Popen[str]) -> Iterator[LogLine]:
        if process.stdout is None:  # it is a pipe
            return
        for line in process.stdout:
            if line.strip():
                yield LogLine.parse(line)


def _quote(value: str) -> str:
    """Return a value as it stands in a `.env` file.

    Its reader expands `${NAME}` even in single quotes; no setting of the sandbox holds that.
    """
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

"""`python -m sandbox.demo`: run the line, let a day pass, run it again, show what came of it."""

from __future__ import annotations

import argparse
import fcntl
import io
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from rich.console import Console, Group
from rich.markup import escape

from sandbox.demo import figures, report
from sandbox.demo.project import PACKAGES, ROOT, LogLine, MeltanoProject
from sandbox.postgres import stop
from sandbox.postgres_programs import PostgresError
from sandbox.programs import program
from sandbox.world import Sandbox, SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sandbox.looker.server import Call

DIRECTORY = ROOT / ".demo"
PAGE = DIRECTORY / "report.html"
# In the sandbox's own Postgres the name that README.md uses. With PGHOST the server may hold other
# people's tables, and the demo drops its schema before it starts.
SCHEMA = "epicor_staging" if "PGHOST" not in os.environ else "epicor_staging_demo"
GOODBYE = """
Look around yourself; the first line starts the servers again, until Ctrl-C:
  .venv/bin/python -m sandbox up --dir .demo/sandbox{scale}
  .venv/bin/python -m sandbox psql --dir .demo/sandbox      # the tables are in schema {schema}
  .venv/bin/python -m sandbox mutate --dir .demo/sandbox    # another working day in Epicor
and, to run the line as you would in your own project:
  set -a; . .demo/sandbox/env; set +a
  cd .demo && ../.venv/bin/meltano run tap-epicor-kinetic target-looker-staging
The figures as a page for people are in .demo/report.html; open it in a browser.
The whole log of each run is in .demo/run-1.log and .demo/run-2.log.
"""
LOG_LINES_SHOWN = 12  # of a run that failed without saying why
WIDTH = 118


class DemoError(Exception):
    """A part of the demo failed; the message says which, and where to read more."""


@dataclass(slots=True)
class Demo:
    """One run of the demo.

    Attributes:
        looker_calls: The calls that arrived at Looker, one list for each run of the line.
    """

    sandbox: Sandbox
    project: MeltanoProject
    console: Console
    looker_calls: list[list[Call]] = field(default_factory=list)

    @property
    def warehouse(self) -> figures.Warehouse:
        """The staging schema of the line."""
        return figures.Warehouse(self.sandbox.postgres.dsn, SCHEMA)

    def run_line(self, title: str) -> None:
        """Run Meltano once and tell what the tap says of each stream."""
        number = len(self.looker_calls) + 1
        log = self.project.directory / f"run-{number}.log"
        seen = len(self.sandbox.looker.calls)
        errors: list[str] = []

        with _step(
            self.console, f"{title}: meltano run tap-epicor-kinetic target-looker-staging"
        ) as progress:

            def tell(line: LogLine) -> None:
                if line.level in {"error", "critical"}:
                    errors.append(line.text)
                    self.console.print(f"    {line.source}: {line.text}", style="red", markup=False)
                elif line.level == "warning" and line.source in PACKAGES:
                    self.console.print(f"    {line.text}", style="yellow", markup=False)
                elif _is_progress(line):
                    progress(line.text)

            code = self.project.run(log, tell)
        if code:
            if not errors:
                last = log.read_text(encoding="utf-8").splitlines()[-LOG_LINES_SHOWN:]
                self.console.print("\n".join(last), markup=False, soft_wrap=True)
            msg = f"meltano run ended with exit code {code}; its whole log is {log}"
            raise DemoError(msg)
        self.looker_calls.append(self.sandbox.looker.calls[seen:])
        runs = self.warehouse.query(figures.RUNS)
        read, inserted, updated = runs[-1][5:8] if runs else (0, 0, 0)
        self.console.print(
            f"    {read:,} rows read: {inserted:,} inserted, {updated:,} updated, "
            f"{read - inserted - updated:,} were there already",
            style="bold",
        )

    def let_a_day_pass(self) -> None:
        """Make the next working day happen at the source."""
        with _step(self.console, "The next working day happens in Epicor"):
            changes = self.sandbox.mutate()
        told = (
            f"{sum(counter.values()):,} rows {what}"
            for what, counter in (
                ("inserted", changes.inserted),
                ("updated", changes.updated),
                ("deleted", changes.deleted),
            )
        )
        self.console.print(f"    {changes.day:%A, %d %B %Y}: {', '.join(told)}", style="dim")

    def write_page(self, settings: Mapping[str, str]) -> None:
        """Write the report for people as a page, by the command that an operator would use.

        Raises:
            DemoError: If the command fails.
        """
        ((as_of,),) = self.warehouse.query(figures.AS_OF)
        command = [
            program("looker-staging"),
            "report",
            f"--output={PAGE}",
            f"--as-of={as_of}",
        ]
        with _step(self.console, "The figures as a page: looker-staging report"):
            done = subprocess.run(
                command, env={**os.environ, **settings}, capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise DemoError(f"The report could not be written: {done.stderr.strip()}")

    def compose_report(self) -> Group:
        """Return what people want to see after two runs.

        Raises:
            DemoError: If the figures show that the line did not do what it should.
        """
        warehouse = self.warehouse
        runs = warehouse.query(figures.RUNS)
        self.check(runs)
        ((as_of,),) = warehouse.query(figures.AS_OF)
        when = {"as_of": as_of}
        return Group(
            report.staged(warehouse, [run[0] for run in runs]),
            report.audit_trail(runs),
            report.refreshes(warehouse.query(figures.REFRESHES)),
            report.looker_calls(self.looker_calls),
            report.ap_ageing(warehouse.query(figures.AP_AGEING, when), as_of),
            report.open_orders(warehouse.query(figures.OPEN_ORDERS, when), as_of),
        )

    def check(self, runs: Sequence[figures.Row]) -> None:
        """Raise a DemoError unless both runs were complete and each brought Looker its refresh."""
        statuses = [run[3] for run in runs]
        if statuses != ["complete", "complete"]:
            msg = f"The audit trail should hold two complete runs; it says: {statuses}"
            raise DemoError(msg)
        first, second = (run[4] for run in runs)
        if not 0 < second < first:
            msg = f"Run 2 should move only what changed; run 1 moved {first} rows, run 2 {second}"
            raise DemoError(msg)
        for number, calls in enumerate(self.looker_calls, start=1):
            if not any(call.operation == "update_datagroup" for call in calls):
                msg = f"Run {number} changed data, but no datagroup was refreshed at Looker"
                raise DemoError(msg)


def run_demo(console: Console, scale: float) -> Group:
    """Run the whole demo in `DIRECTORY` and return its report.

    Raises:
        DemoError: If a part did not do what it should.
        SandboxError, PostgresError: If the stand-ins do not start.
    """
    console.print(f"Everything happens on this machine, in {DIRECTORY}.\n")
    _clear(DIRECTORY / "sandbox")
    sandbox = Sandbox(DIRECTORY / "sandbox", scale=scale)
    with ExitStack() as stack:
        with _step(console, "Two companies, 24 months of business, and the servers around them"):
            stack.enter_context(sandbox)
            figures.drop_schema(sandbox.postgres.dsn, SCHEMA)
        settings = {**sandbox.environ, "TARGET_LOOKER_STAGING_DEFAULT_TARGET_SCHEMA": SCHEMA}
        project = MeltanoProject.create(DIRECTORY, settings)
        demo = Demo(sandbox, project, console)
        demo.run_line("Run 1, everything")
        demo.let_a_day_pass()
        demo.run_line("Run 2, what changed")
        demo.write_page(settings)
        return demo.compose_report()


def _clear(directory: Path) -> None:
    """Remove what an earlier demo left, unless somebody is using it.

    Raises:
        SandboxError: If a sandbox runs there.
    """
    if not directory.exists():
        return
    with (directory / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"A demo or sandbox still runs in {directory}: stop it first"
            raise SandboxError(msg) from error
        stop(directory / "postgres")  # of a demo that was killed
        shutil.rmtree(directory)


@contextmanager
def _step(console: Console, title: str) -> Iterator[Callable[[str], None]]:
    """Say what begins, give what tells how far it is, and say how long it took.

    On a terminal progress is one line that changes, in a log it is lines.
    """
    started = time.monotonic()
    console.print(f"[bold cyan]▸[/] {title}")
    if console.is_terminal:
        with console.status("working") as status:
            yield lambda text: status.update(escape(text))
    else:
        yield lambda text: console.print(f"    {text}", markup=False)
    console.print(f"  done in {time.monotonic() - started:.1f} s", style="green")


def _is_progress(line: LogLine) -> bool:
    """Return whether the tap tells in this line how far a stream is."""
    return (
        line.logger.startswith("tap-epicor-kinetic.")
        and not line.metric
        and not line.text.startswith("Beginning ")
    )


def _draw(summary: Group, path: Path) -> None:
    """Write the report as a picture, in a font of the reader's machine instead of one to fetch."""
    picture = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    picture.print(summary)
    svg = re.sub(
        r"@font-face \{.*?\}\s*", "", picture.export_svg(title="make demo"), flags=re.DOTALL
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; return 0 only if every part of it did what it should."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is about 150,000 rows")
    parser.add_argument("--svg", type=Path, help="also write the report as a picture")
    options = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    try:
        summary = run_demo(console, options.scale)
    except (DemoError, SandboxError, PostgresError, psycopg2.Error, OSError) as error:
        console.print(f"\nThe demo failed: {error}", style="bold red", markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("\nStopped.")
        return 130
    console.print(summary)
    scale = "" if options.scale == 1 else f" --scale {options.scale:g}"
    console.print(GOODBYE.format(schema=SCHEMA, scale=scale), markup=False, soft_wrap=True)
    if options.svg:
        _draw(summary, options.svg)
    return 0


if __name__ == "__main__":
    sys.exit(main())

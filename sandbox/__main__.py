"""The command `python -m sandbox`: start the stand-ins, let a day pass, reach the warehouse."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from sandbox.postgres_programs import PostgresError, binary
from sandbox.world import Sandbox, SandboxError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.company import Changes
    from sandbox.looker.calls import Call

DIRECTORY = Path(".sandbox")
LOOK_SECONDS = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; return the exit code."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "psql":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    console = Console(highlight=False)
    try:
        if options.command == "up":
            return _up(options, console)
        if options.command == "mutate":
            console.print(_day(Sandbox(options.dir).mutate()))
            return 0
        environ = _read_env(options.dir)
    except (SandboxError, PostgresError) as error:
        Console(stderr=True).print(str(error), style="bold red", markup=False, soft_wrap=True)
        return 1
    if options.command == "psql":
        psql = str(binary("psql"))
        os.execve(psql, [psql, *rest], {**os.environ, **environ})  # noqa: S606
    sys.stdout.write((options.dir / "env").read_text(encoding="utf-8"))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--dir", type=Path, default=DIRECTORY, help="where data and settings are (%(default)s)"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser(
        "up", parents=[common], help="start Epicor, Looker and Postgres, until Ctrl-C"
    )
    up.add_argument("--scale", type=float, default=1.0, help="1 is about 150,000 rows")
    up.add_argument("--seed", type=int, default=1, help="the same seed makes the same company")
    up.add_argument(
        "--updated-on", action="store_true", help="entity sets have UpdatedOn, as if extended"
    )
    commands.add_parser(
        "mutate", parents=[common], help="make the next working day happen in Epicor"
    )
    commands.add_parser("env", parents=[common], help="print the settings of the running sandbox")
    commands.add_parser(
        "psql", parents=[common], help="open psql on the warehouse; takes psql's own options, too"
    )
    return parser


def _up(options: argparse.Namespace, console: Console) -> int:
    # SIGTERM ends it as Ctrl-C does, also while the data is being made.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sandbox = Sandbox(options.dir, options.scale, options.seed, updated_on=options.updated_on)
    if not sandbox.is_built:
        where = sandbox.directory
        console.print(f"Making a company of scale {options.scale:g} in {where} …", soft_wrap=True)
    try:
        with sandbox:
            console.print(_overview(sandbox))
            console.print(_instructions(sandbox), markup=False, soft_wrap=True)
            _show_looker_calls(sandbox, console)
    except KeyboardInterrupt:
        console.print(f"Stopped. The data stays in {sandbox.directory}.", soft_wrap=True)
    return 0


def _overview(sandbox: Sandbox) -> Table:
    identity, user, server = (
        sandbox.epicor.options,
        sandbox.looker.instance.users[0],
        sandbox.postgres,
    )
    table = Table(title="The sandbox is up", title_justify="left", show_header=False)
    table.add_row("Epicor Kinetic", sandbox.epicor.base_url)
    table.add_row("", f"user {identity.username}, password {identity.password}")
    table.add_row(
        "", f"API key {identity.api_key}, companies {', '.join(sorted(identity.companies))}"
    )
    table.add_row("Looker", sandbox.looker.base_url)
    table.add_row("", f"client id {user.client_id}, secret {user.client_secret}")
    table.add_row("Postgres", f"{server.host}:{server.port}, database {server.database}")
    table.add_row("", f"user {server.user}, password in {sandbox.env_file}")
    return table


def _instructions(sandbox: Sandbox) -> str:
    where = "" if sandbox.directory == DIRECTORY.resolve() else f" --dir {sandbox.directory}"
    programs = os.path.relpath(Path(sys.executable).parent)
    return f"""
In another terminal, in the folder of the project:

  # the settings of tap and target
  set -a; . {sandbox.env_file}; set +a
  # load everything, or what changed since the last time, and refresh Looker
  {programs}/meltano run tap-epicor-kinetic target-looker-staging
  # the next working day happens in Epicor
  {programs}/python -m sandbox mutate{where}
  # look into the warehouse, schema epicor_staging
  {programs}/python -m sandbox psql{where}

Ctrl-C stops everything; the data stays. Calls that arrive at Looker:
"""


def _day(changes: Changes) -> Table:
    table = Table("Table", title=f"{changes.day:%A, %d %B %Y} in Epicor", title_justify="left")
    for kind in ("inserted", "updated", "deleted"):
        table.add_column(kind, justify="right")
    counts = (changes.inserted, changes.updated, changes.deleted)
    for name in sorted(set().union(*counts)):
        table.add_row(name, *(f"{count[name]:,}" if count[name] else "" for count in counts))
    table.add_section()
    table.add_row("all", *(f"{sum(count.values()):,}" for count in counts))
    return table


def _show_looker_calls(sandbox: Sandbox, console: Console) -> None:
    """Print each call as it has been answered, until the process is told to end."""
    shown = 0
    while True:
        time.sleep(LOOK_SECONDS)
        calls = sandbox.looker.calls
        while shown < len(calls) and calls[shown].status is not None:
            console.print(_line(calls[shown]), markup=False, soft_wrap=True)
            shown += 1


def _line(call: Call) -> str:
    name = call.operation or f"{call.method} {call.path}"
    details = ", ".join(f"{key} {value}" for key, value in {**call.query, **call.body}.items())
    return f"  {time.strftime('%H:%M:%S')}  {call.status}  {name}  {details}".rstrip()


def _read_env(directory: Path) -> dict[str, str]:
    """Return the `PG*` variables of the running sandbox.

    Raises:
        SandboxError: If none runs in `directory`.
    """
    path = directory / "env"
    if not path.exists():
        raise SandboxError(f"No sandbox runs in {directory}: start one with python -m sandbox up")
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: "".join(shlex.split(value)) for name, _, value in pairs if name.startswith("PG")}


if __name__ == "__main__":
    sys.exit(main())

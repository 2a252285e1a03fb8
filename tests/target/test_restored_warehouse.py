"""A state goes on from a warehouse that has really lost its last commits."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from sandbox import postgres as embedded
from sandbox import postgres_programs
from target_looker_staging.commands.cli import main
from target_looker_staging.exceptions import StagingConnectionError, WarehouseBehindError
from target_looker_staging.target import TargetLookerStaging
from tests.target.conftest import Staging, schema, vendor, wire
from tests.target.test_behind import at, tap_state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sandbox.postgres import Postgres
    from tests.fixtures.postgres import DatabaseSettings

FIRST, SECOND = {"vendors": at(1)}, {"vendors": at(2)}


def load(area: Staging, before: Mapping[str, Any], after: Mapping[str, Any], *numbers: int) -> None:
    """Load vendors with this project's tap, from one state to another."""
    last = tap_state(after, "vendors", complete=True)
    last["value"]["run"]["streams"]["vendors"]["records"] = len(numbers)
    area.sync(tap_state(before, "vendors"), schema(), *map(vendor, numbers), last)


def vendors(area: Staging) -> list[int]:
    """Return the numbers of the vendors that are staged."""
    return [number for (number,) in area.rows("SELECT vendornum FROM vendors ORDER BY 1")]


def is_made_whole(area: Staging, folder: Path) -> None:
    """Check that the second state is refused, set back, and that a normal run then is enough."""
    assert vendors(area) == [1]
    with pytest.raises(WarehouseBehindError, match="'vendors': the state is not one that"):
        load(area, SECOND, {"vendors": at(3)}, 3)
    assert vendors(area) == [1]
    config, path = folder / "config.json", folder / "state.json"
    config.write_text(json.dumps(area.config))
    arguments = ["--config", str(config), "replay", "--behind", "--output", str(path)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    healed = json.loads(path.read_text())["bookmarks"]
    assert healed == FIRST
    # The source has kept what the warehouse lost: it comes again behind the first state.
    load(area, healed, {"vendors": at(3)}, 2, 3)
    assert vendors(area) == [1, 2, 3]


def settings_of(server: Postgres) -> DatabaseSettings:
    """Return where a server's first database is."""
    return {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "database": server.database,
    }


def test_restored_dump(staging: Staging, tmp_path: Path) -> None:
    """A dump of the warehouse is restored into a new database, and the state is of later."""
    load(staging, {}, FIRST, 1)
    dump = tmp_path / "dump"
    variables = {
        "PGHOST": staging.config["host"],
        "PGPORT": str(staging.config["port"]),
        "PGUSER": staging.config["user"],
        "PGPASSWORD": staging.config["password"],
    }
    name = f"{staging.config['database']}_restored"

    def run(program: str, *arguments: str) -> None:
        command = [str(postgres_programs.binary(program)), *arguments]
        subprocess.run(command, env={**os.environ, **variables}, check=True)

    run("pg_dump", "--format=custom", f"--file={dump}", staging.config["database"])
    load(staging, FIRST, SECOND, 2)
    staging.rows(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        run("pg_restore", f"--dbname={name}", str(dump))
        with closing(Staging({**staging.config, "database": name})) as restored:  # type: ignore[typeddict-item]
            is_made_whole(restored, tmp_path)
    finally:
        staging.rows(f"DROP DATABASE {name} WITH (FORCE)")


def stop_process(area: Staging, backend: str) -> None:
    """Keep a process of the server from doing anything; a crash of the server ends it."""
    process = area.value("SELECT pid FROM pg_stat_activity WHERE backend_type = %s", backend)
    os.kill(process, signal.SIGSTOP)


def crash_once_passed_on(area: Staging, server_directory: Path) -> None:
    """Load the second vendor, and crash the server once the state of that has been passed on.

    Its session is open then: the commit that removes temporary tables is never a relaxed one.
    """
    first = [tap_state(FIRST, "vendors"), schema(), vendor(2)]

    class Input:
        """What a pipe gives until the tap waits for its source."""

        def __init__(self) -> None:
            self._blocks = [wire(*first, tap_state(SECOND, "vendors"))]

        def read1(self, _size: int) -> bytes:
            if not self._blocks:
                target.run.wait()
                embedded.restart(server_directory, crash=True)
                return wire(vendor(3))
            return self._blocks.pop(0)

        read = read1

    target = TargetLookerStaging(
        config={**area.config, "checkpoint_seconds": 0, "batch_size_rows": 1}
    )
    with pytest.raises(StagingConnectionError):
        target.listen(Input())  # type: ignore[arg-type]  # what a pipe can do


@pytest.mark.timeout(120)
def test_crash_without_synchronous_commit(server_directory: Path, tmp_path: Path) -> None:
    """A server that answers before a commit is on the disk may lose it, as long as all of it."""
    server = embedded.start(server_directory, durable=False, own=True)
    try:
        with closing(Staging(settings_of(server))) as area:
            load(area, {}, FIRST, 1)
            # As a role or a database can be set up, and whatever the session says itself.
            area.rows(
                "CREATE FUNCTION epicor_staging.relaxed() RETURNS trigger LANGUAGE plpgsql AS "
                "$$BEGIN PERFORM set_config('synchronous_commit', 'off', true); RETURN NULL; END$$"
            )
            for table in ("_sync_runs", "_sync_run_streams", "_sync_bookmarks"):
                area.rows(
                    f"CREATE TRIGGER relaxed AFTER INSERT OR UPDATE ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION epicor_staging.relaxed()"
                )
            # Statements that make temporary tables commit on their own.
            area.rows(
                "CREATE FUNCTION public.relaxed_ddl() RETURNS event_trigger LANGUAGE plpgsql AS "
                "$$BEGIN PERFORM set_config('synchronous_commit', 'off', true); END$$"
            )
            area.rows(
                "CREATE EVENT TRIGGER relaxed ON ddl_command_start "
                "EXECUTE FUNCTION public.relaxed_ddl()"
            )
            area.rows("CHECKPOINT")
            stop_process(area, "walwriter")
            crash_once_passed_on(area, server_directory)
        with closing(Staging(settings_of(embedded.start(server_directory, own=True)))) as area:
            is_made_whole(area, tmp_path)
    finally:
        embedded.stop(server_directory)


@pytest.mark.timeout(120)
def test_standby_promoted_without_the_last_commits(server_directory: Path, tmp_path: Path) -> None:
    """A standby that had not got everything takes over, and the state is of the lost primary."""
    first, second = server_directory / "primary", server_directory / "standby"
    primary = embedded.start(first, durable=False, own=True)
    try:
        with closing(Staging(settings_of(primary))) as area:
            load(area, {}, FIRST, 1)
            area.rows("ALTER SYSTEM SET wal_level = 'replica'")
            area.rows("ALTER SYSTEM SET max_wal_senders = 4")
        embedded.restart(first)
        make_standby(primary, second)
        standby = embedded.start(second, durable=False, own=True)
        with closing(Staging(settings_of(primary))) as area:
            wait_until_streaming(area)
            embedded.stop(second)
            load(area, FIRST, SECOND, 2)
        embedded.stop(first)
        standby = embedded.start(second, durable=False, own=True)
        postgres_programs.run(second, "pg_ctl", "promote", "-w", "-D", second / "cluster")
        with closing(Staging(settings_of(standby))) as area:
            is_made_whole(area, tmp_path)
    finally:
        embedded.stop(first)
        embedded.stop(second)


def make_standby(primary: Postgres, directory: Path) -> None:
    """Copy a running server into a folder, as one that follows it."""
    assert primary.directory is not None
    directory.mkdir()
    shutil.copystat(primary.directory, directory)
    owner = primary.directory.stat()
    os.chown(directory, owner.st_uid, owner.st_gid)
    shutil.copy2(primary.directory / "password", directory / "password")
    address = f"{primary.dsn}?application_name=standby"
    postgres_programs.run(
        directory,
        *("pg_basebackup", "--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
        *(f"--dbname={address}", f"--pgdata={directory / 'cluster'}"),
    )


def wait_until_streaming(area: Staging) -> None:
    """Return once the standby has all that the primary has."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        behind = area.rows(
            "SELECT 1 FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"
        )
        if behind:
            return
        time.sleep(0.1)
    raise TimeoutError

"""The sandbox starts everything, says how to reach it, and keeps its data."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg2
import pytest
import requests

from sandbox import Sandbox
from sandbox.__main__ import main
from sandbox.epicor.store import Store
from sandbox.world import SandboxError

if TYPE_CHECKING:
    from pathlib import Path

SCALE = 0.02


@pytest.fixture
def folder(server_directory: Path, epicor_db: Path) -> Path:
    """Give a sandbox's folder with data, so that a start makes none."""
    folder = server_directory / "sandbox"
    folder.mkdir()
    shutil.copy(epicor_db, folder / "company.db")
    (folder / "company.json").write_text(f'{{"scale": {SCALE}, "seed": 1, "updated_on": false}}')
    return folder


def test_all_three_answer(folder: Path) -> None:
    """With the settings it gives, Epicor, Looker and the warehouse can be used."""
    with Sandbox(folder, scale=SCALE) as sandbox:
        environ = sandbox.environ
        vendors = requests.get(
            f"{environ['TAP_EPICOR_KINETIC_BASE_URL']}/api/v2/odata/EPIC06/Erp.BO.VendorSvc/Vendors",
            params={"$top": "1", "$select": "Company,VendorNum"},
            headers={"x-api-key": environ["TAP_EPICOR_KINETIC_API_KEY"]},
            auth=("sandbox", environ["TAP_EPICOR_KINETIC_PASSWORD"]),
            timeout=10,
        )
        login = requests.post(
            f"{environ['TARGET_LOOKER_STAGING_LOOKER_BASE_URL']}/api/4.0/login",
            data={
                name: environ[f"TARGET_LOOKER_STAGING_LOOKER_{name.upper()}"]
                for name in ("client_id", "client_secret")
            },
            timeout=10,
        )
        with contextlib.closing(psycopg2.connect(sandbox.postgres.dsn)) as connection:
            database = connection.info.dbname
    assert [row["Company"] for row in vendors.json()["value"]] == ["EPIC06"]
    assert login.json()["expires_in"] == 3600
    assert database == environ["PGDATABASE"] == environ["TARGET_LOOKER_STAGING_DATABASE"]


def test_env_file_is_private_and_shell(folder: Path) -> None:
    """The settings stand in a file that only its owner reads and that goes with the servers."""
    with Sandbox(folder, scale=SCALE) as sandbox:
        assert sandbox.env_file.stat().st_mode & 0o777 == 0o600
        lines = sandbox.env_file.read_text(encoding="utf-8").splitlines()
        pairs = [line.partition("=") for line in lines]
        assert {name: shlex.split(value)[0] for name, _, value in pairs} == sandbox.environ
    assert not sandbox.env_file.exists()


def test_one_sandbox_a_folder(folder: Path) -> None:
    """A second start in the same folder is refused, and so is data of another recipe."""
    with Sandbox(folder, scale=SCALE) as running:
        with pytest.raises(SandboxError, match="already runs"), Sandbox(folder, scale=SCALE):
            pytest.fail("two sandboxes in one folder")
        assert requests.get(f"{running.looker.base_url}/api/4.0/versions", timeout=10).ok
    with (
        pytest.raises(SandboxError, match="use another folder"),
        Sandbox(folder, scale=SCALE, seed=2),
    ):
        pytest.fail("data of another seed")


def test_mutate_changes_what_epicor_serves(folder: Path) -> None:
    """The next working day can be made from beside a running sandbox."""
    with contextlib.closing(Store(folder / "company.db")) as store:
        before = store.count("GLJrnDtl")
        Sandbox(folder).mutate()
        assert store.count("GLJrnDtl") > before


def test_mutate_command_tells_the_day(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints, table by table, what the day changed."""
    assert main(["mutate", "--dir", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "in Epicor" in printed
    assert "GLJrnDtl" in printed


def test_mutate_without_data(tmp_path: Path) -> None:
    """Without data there is no next day, and the message says where data comes from."""
    with pytest.raises(SandboxError, match="start it with `up`"):
        Sandbox(tmp_path / "nowhere").mutate()


@pytest.mark.skipif("PGHOST" in os.environ, reason="psql is that of the embedded server")
def test_command_runs_until_told_to_end(folder: Path) -> None:
    """`up` prints what runs, `psql` and `env` find it, SIGTERM stops all of it."""
    command = [sys.executable, "-m", "sandbox"]
    up = subprocess.Popen(
        [*command, "up", "--scale", str(SCALE), "--dir", folder],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert up.stdout is not None
    try:
        printed = ""
        while "Calls that arrive" not in printed:
            line = up.stdout.readline()
            assert line, f"ended early, after: {printed}"
            printed += line
        one = subprocess.run(
            [*command, "psql", "--dir", folder, "-Atc", "SELECT current_database()"],
            capture_output=True,
            check=True,
            text=True,
        )
        env = subprocess.run(
            [*command, "env", "--dir", folder], capture_output=True, check=True, text=True
        )
    finally:
        up.send_signal(signal.SIGTERM)
        rest, _ = up.communicate(timeout=30)
    assert one.stdout == "warehouse\n"
    assert "TAP_EPICOR_KINETIC_BASE_URL=http://127.0.0.1:" in env.stdout
    assert up.returncode == 0
    assert "Stopped" in rest
    assert not (folder / "postgres" / "cluster" / "postmaster.pid").exists()


def test_command_says_what_is_wrong(tmp_path: Path) -> None:
    """Without a running sandbox the command says so and fails."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "env", "--dir", tmp_path],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 1
    assert "start one with" in done.stderr

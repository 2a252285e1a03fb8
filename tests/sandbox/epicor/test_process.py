"""The server as a process of its own, with faults and options through its control path."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

import sandbox.epicor
from sandbox.epicor.faults import KINDS
from sandbox.epicor.options import EpicorOptions, options_from_text

if TYPE_CHECKING:
    from tests.sandbox.epicor.conftest import Client

HEADERS = {"x-api-key": "sandbox-api-key", "Accept": "application/json"}


def test_process_serves_and_takes_faults(filled_db: Path, tmp_path: Path) -> None:
    """The first line of output is the URL; faults, options, log and end come from outside."""
    path = tmp_path / "process.db"
    path.write_bytes(filled_db.read_bytes())
    command = [
        sys.executable,
        "-m",
        "sandbox.epicor",
        "--db",
        str(path),
        "--option",
        "default_rows=3",
    ]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        requests.Session() as session,
    ):
        assert process.stdout is not None
        base = process.stdout.readline().strip()
        session.headers.update(HEADERS)
        session.auth = ("sandbox", "sandbox-password")
        vendors = f"{base}/api/v2/odata/EPIC06/Erp.BO.VendorSvc/Vendors"
        control = base.removesuffix("/Sandbox") + "/_sandbox"
        assert len(session.get(vendors, timeout=10).json()["value"]) == 3
        session.post(f"{control}/faults", json={"kind": "status", "status": 503}, timeout=10)
        session.patch(f"{control}/options", json={"default_rows": 4, "gzip": True}, timeout=10)
        assert session.get(vendors, timeout=10).status_code == 503
        assert len(session.get(vendors, timeout=10).json()["value"]) == 4
        state = session.get(f"{control}/log", timeout=10).json()
        assert [arrived["status"] for arrived in state["log"]] == [200, 503, 200]
        assert (
            session.post(f"{control}/faults", json={"kind": "explode"}, timeout=10).status_code
            == 400
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_control_path_is_closed_in_process(client: Client) -> None:
    """A server inside a test has no control path."""
    assert client.session.get(f"{client.server.origin}/_sandbox/log", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        pytest.param("max_rows", "250", 250, id="number"),
        pytest.param("max_rows", "none", None, id="none"),
        pytest.param("gzip", "true", True, id="flag"),
        pytest.param("latency_ms", "80", 80.0, id="float"),
        pytest.param("companies", "A,B", frozenset({"A", "B"}), id="set"),
        pytest.param(
            "api_key_scope", "Erp.BO.POSvc", frozenset({"Erp.BO.POSvc"}), id="set-or-none"
        ),
        pytest.param(
            "heavy_sets", "Erp.BO.POSvc=25", (("Erp.BO.POSvc", 25),), id="pairs-with-number"
        ),
        pytest.param("poisoned", "A/B=X eq 1", (("A/B", "X eq 1"),), id="pairs"),
        pytest.param("adds_to_select", "RowMod", ("RowMod",), id="tuple"),
    ],
)
def test_options_come_as_text(name: str, text: str, value: object) -> None:
    """Each kind of option can be given on the command line."""
    found = options_from_text({name: text})
    assert found == {name: value}
    assert getattr(EpicorOptions(**found), name) == value


@pytest.mark.parametrize(
    ("items", "message"),
    [
        pytest.param({"max_row": "1"}, "no option 'max_row'", id="unknown"),
        pytest.param({"gzip": "yes"}, "true or false", id="flag"),
        pytest.param({"max_rows": "many"}, "many", id="number"),
    ],
)
def test_bad_options_are_told(items: dict[str, str], message: str) -> None:
    """A wrong option is refused with what it takes."""
    with pytest.raises(ValueError, match=message):
        options_from_text(items)


def test_readme_tells_every_option_and_fault() -> None:
    """The tables of the README are complete."""
    text = Path(sandbox.epicor.__file__).with_name("README.md").read_text(encoding="utf-8")
    names = [field.name for field in dataclasses.fields(EpicorOptions)]
    assert [name for name in (*names, *KINDS) if f"`{name}`" not in text] == []

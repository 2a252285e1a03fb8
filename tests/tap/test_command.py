"""The console script: how it ends when it is told to, and what it says of mistakes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sysconfig
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from sandbox.epicor.faults import Fault
    from sandbox.epicor.server import EpicorServer

TAP = Path(sysconfig.get_path("scripts"), "tap-epicor-kinetic")
MOST_SECONDS = 10
SIGNALS = [
    pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
    pytest.param(signal.SIGINT, 130, id="SIGINT"),
]


def write(folder: Path, **files: Any) -> list[str]:
    """Write JSON files, and return the options that name them."""
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return [f"--{name}={folder / f'{name}.json'}" for name in files]


def told_to_end(arguments: list[str], held: Fault, number: int) -> tuple[int, str]:
    """Return exit code and log of a tap that gets a signal once a fault has struck it."""
    with subprocess.Popen(
        [str(TAP), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            while not held.hits:
                assert process.poll() is None
                time.sleep(0.01)
            time.sleep(0.3)
            process.send_signal(number)
            begun = time.monotonic()
            _, log = process.communicate(timeout=60)
            assert time.monotonic() - begun < MOST_SECONDS
        finally:
            process.kill()
    return process.returncode, log


# Faults that keep a request for minutes
KEPT = [
    pytest.param({"kind": "hang"}, id="no answer"),
    pytest.param({"kind": "drip", "seconds": 1, "size": 1}, id="drip"),
    pytest.param({"kind": "status", "status": 503, "retry_after": "300"}, id="back-off"),
    pytest.param({"kind": "status", "status": 500, "retry_after": "300"}, id="back-off of a 500"),
]


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("fault", KEPT)
def test_discovery_ends_when_told_to(
    epicor: EpicorServer, tmp_path: Path, number: int, code: int, fault: dict[str, Any]
) -> None:
    """Whatever it waits for, discovery ends within seconds, with the shell's exit code."""
    held = epicor.faults.add(path=r"\$metadata$", times=None, nth=3, **fault)
    options = write(tmp_path, config=config_for(epicor))
    ended, log = told_to_end([*options, "--discover"], held, number)
    assert ended == code
    assert "Ended by SIG" in log
    assert "Traceback" not in log


@pytest.mark.parametrize("option", ["--test", "--discover"])
def test_log_in_ends_when_told_to(epicor: EpicorServer, tmp_path: Path, option: str) -> None:
    """A token endpoint that does not answer keeps nothing."""
    held = epicor.faults.add("hang", path="TokenResource", times=None)
    options = write(tmp_path, config=config_for(epicor, auth_method="token_resource"))
    ended, log = told_to_end([*options, option], held, signal.SIGTERM)
    assert ended == 143
    assert "Traceback" not in log


@pytest.mark.parametrize("fault", KEPT)
@pytest.mark.parametrize("option", ["--test", None], ids=["test", "run"])
def test_first_look_ends_when_told_to(
    epicor: EpicorServer, tmp_path: Path, option: str | None, fault: dict[str, Any]
) -> None:
    """So do the test of a stream, and a run that looks for the way to its rows."""
    catalog = catalog_of(epicor, ["vendors", "parts"])
    held = epicor.faults.add(path="Vendors$", times=None, **fault)
    options = write(tmp_path, config=config_for(epicor), catalog=catalog)
    ended, log = told_to_end(options + ([option] if option else []), held, signal.SIGTERM)
    assert ended == 143
    assert "Traceback" not in log


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_question_between_two_pages_ends_when_told_to(
    epicor: EpicorServer, tmp_path: Path, number: int, code: int
) -> None:
    """A run that asks for the highest date itself, and has to wait, ends with its last state."""
    epicor.configure(refuse_sysrevid_filter=True)
    catalog = catalog_of(epicor, ["parts"])
    state = run(epicor, catalog=catalog).state
    # As if the run had ended once the way was found, before the first row.
    del state["bookmarks"]["parts"]["partitions"][0]["replication_key_value"]
    held = epicor.faults.add(
        "status", path="Parts$", query=" desc", status=503, retry_after="300", times=None
    )
    options = write(tmp_path, config=config_for(epicor), catalog=catalog, state=state)
    ended, log = told_to_end(options, held, number)
    assert ended == code
    assert "the next run goes on from the last state" in log
    assert "Traceback" not in log


def ended(arguments: list[str], **variables: str) -> tuple[int, str]:
    """Return exit code and log of a run of the console script."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("TAP_")}
    done = subprocess.run(
        [str(TAP), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=own | variables,
        timeout=120,
    )
    return done.returncode, done.stderr


GOOD = {"company": "A", "username": "u", "password": "p", "api_key": "k", "retry_wait_seconds": 0}


@pytest.mark.parametrize("option", ["--discover", "--test", None], ids=["discover", "test", "run"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, "cannot be read (No such file or directory)", id="missing"),
        pytest.param(b"{", "is no JSON: line 1, column 2", id="JSON"),
        pytest.param(b"[1]", "holds no JSON object", id="list"),
        pytest.param(b"\xff\xfe", "not text in UTF-8", id="no text"),
        pytest.param(b"{}", "base_url", id="empty"),
        pytest.param(b"[" * 100_000, "is no JSON", id="deep"),
    ],
)
def test_bad_settings_are_one_line(
    tmp_path: Path, option: str | None, content: bytes | None, words: str
) -> None:
    """A file of settings that is none is said to be that, without a traceback."""
    path = tmp_path / "config.json"
    if content is not None:
        path.write_bytes(content)
    code, log = ended([f"--config={path}", *([option] if option else [])])
    assert code == 1
    assert words in log
    assert "Traceback" not in log


ENTRY = {"tap_stream_id": "vendors", "schema": {"properties": {}}, "metadata": []}


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        pytest.param("catalog", b"{", "is no JSON", id="catalog, JSON"),
        pytest.param("catalog", b"[]", "no list of streams", id="catalog, list"),
        pytest.param("catalog", b'{"streams":{}}', "no list of streams", id="catalog, object"),
        pytest.param("catalog", b'{"streams":[1]}', "entry 1", id="catalog, entry"),
        pytest.param(
            "catalog",
            json.dumps({"streams": [{**ENTRY, "metadata": [{}]}]}).encode(),
            "entry 1",
            id="catalog, metadata",
        ),
        pytest.param(
            "catalog",
            json.dumps({"streams": [{**ENTRY, "schema": {}}]}).encode(),
            "entry 1",
            id="catalog, schema",
        ),
        pytest.param("state", b"{", "is no JSON", id="state, JSON"),
        pytest.param("state", b"[]", "no JSON object", id="state, list"),
        pytest.param("state", b'{"bookmarks":[]}', "bookmarks", id="state, bookmarks"),
        pytest.param("state", b'{"bookmarks":{"vendors":1}}', "vendors", id="state, bookmark"),
        pytest.param(
            "state", b'{"bookmarks":{"vendors":{"partitions":[1]}}}', "vendors", id="state, part"
        ),
        pytest.param("state", b"\xff", "not text in UTF-8", id="state, no text"),
    ],
)
def test_bad_files_are_one_line(tmp_path: Path, kind: str, content: bytes, words: str) -> None:
    """So are a catalog and a state."""
    path = tmp_path / f"{kind}.json"
    path.write_bytes(content)
    options = write(tmp_path, config={**GOOD, "base_url": "http://127.0.0.1:9/x"})
    code, log = ended([*options, f"--{kind}={path}"])
    assert code == 1
    assert words in log
    assert "Traceback" not in log


@pytest.mark.parametrize("option", ["--discover", "--test", "--test=schema", None])
@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({}, id="no server"),
        pytest.param({"base_url": "https://nowhere.invalid/x"}, id="no name"),
        pytest.param({"base_url": "https://127.0.0.1:9/x"}, id="no TLS"),
        pytest.param({"page_size": "many"}, id="setting"),
        pytest.param({"stream_maps": {"vendors": {"x": "1 +"}}}, id="stream map"),
    ],
)
def test_mistakes_are_no_tracebacks(
    tmp_path: Path, option: str | None, broken: dict[str, Any]
) -> None:
    """Whatever is wrong, whatever was asked: an exit code of 1 and lines that say why."""
    options = write(tmp_path, config={**GOOD, "base_url": "http://127.0.0.1:9/x", **broken})
    code, log = ended([*options, *([option] if option else [])])
    assert code == 1
    assert "ERROR" in log
    assert "Traceback" not in log


def test_failures_of_a_server_are_no_tracebacks(epicor: EpicorServer, tmp_path: Path) -> None:
    """Wrong credentials at discovery are one line."""
    options = write(tmp_path, config=config_for(epicor, password="wrong"))
    code, log = ended([*options, "--discover"])
    assert code == 1
    assert "Check user, password and API key" in log
    assert "Traceback" not in log


def test_settings_of_the_environment(epicor: EpicorServer) -> None:
    """Every setting may come as text with `--config=ENV`, numbers and booleans among them."""
    settings = config_for(epicor, retry_wait_seconds="0.5", page_size="250", timeout_seconds="30")
    variables = {
        f"TAP_EPICOR_KINETIC_{name.upper()}": str(value)
        for name, value in {**settings, "flattening_enabled": "false"}.items()
    }
    code, log = ended(["--config=ENV", "--discover"], **variables)
    assert code == 0, log


def test_settings_by_a_pipe(epicor: EpicorServer, tmp_path: Path) -> None:
    """A file of settings may be one that can be read only once."""
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(
        [str(TAP), f"--config={tmp_path / 'pipe'}", "--discover"], stdout=subprocess.DEVNULL
    ) as process:
        (tmp_path / "pipe").write_text(json.dumps(config_for(epicor)))
        assert process.wait(timeout=60) == 0


# The root of a site


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"kind": "status", "status": 404, "shape": "html"}, id="IIS"),
        pytest.param({"kind": "status", "status": 403, "shape": "html"}, id="no listing"),
        pytest.param({"kind": "html_200"}, id="web page"),
        pytest.param({"kind": "redirect", "location": "/Apps/Erp/Home/"}, id="redirect"),
    ],
)
@pytest.mark.parametrize("method", ["basic", "token_resource"])
def test_root_without_kinetic(
    epicor: EpicorServer, tmp_path: Path, answer: dict[str, Any], method: str
) -> None:
    """Where Kinetic does not answer at a site's root, it is said what is missing."""
    epicor.faults.add(path=r"\$metadata$", times=None, **answer)
    epicor.faults.add("status", path="^/TokenResource", times=None, status=404, shape="html")
    config = config_for(epicor, base_url=epicor.origin, auth_method=method)
    code, log = ended([*write(tmp_path, config=config), "--discover"])
    assert code == 1
    errors = [line for line in log.splitlines() if "ERROR" in line]
    assert len(errors) == 1
    if method == "basic":
        assert "without an instance" in errors[0]
        assert "/SaaS123" in errors[0]
        assert "try 2 of" not in log
    else:
        assert "base_url" in errors[0]


def test_root_where_kinetic_answers(epicor: EpicorServer) -> None:
    """A site whose root is all of the address is read like any other."""
    honest = epicor.service.handle
    epicor.service.handle = lambda request: honest(  # type: ignore[method-assign]
        replace(request, path=f"/Sandbox{request.path}")
    )
    assert run(epicor, "vendors", base_url=epicor.origin).records("vendors")

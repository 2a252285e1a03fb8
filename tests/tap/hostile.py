"""Servers that mean harm, and a tap whose memory is watched."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.tap.runs import config_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.epicor.messages import Request, Response
    from sandbox.epicor.server import EpicorServer

_TAP = """
import atexit, sys
from tap_epicor_kinetic.tap import TapEpicorKinetic
atexit.register(lambda: print(open("/proc/self/status").read(), file=sys.stderr))
TapEpicorKinetic.cli()
"""
_PEAK = re.compile(r"^VmHWM:\s*(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a tap in a process of its own ended.

    Attributes:
        log: What it wrote to standard error.
        longest_line: Bytes of its longest message.
        peak_mebibytes: The most memory that it had at any time.
    """

    code: int
    log: str
    longest_line: int
    peak_mebibytes: int


def run_alone(
    server: EpicorServer, folder: Path, catalog: dict[str, Any] | None, **settings: Any
) -> Ended:
    """Run the console script's code with a catalog, or let it discover, and watch its memory."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells how much memory a process had")
    config, messages = folder / "config.json", folder / "messages"
    config.write_text(json.dumps(config_for(server, **settings)))
    arguments = [f"--config={config}"]
    if catalog is None:
        arguments.append("--discover")
    else:
        (folder / "catalog.json").write_text(json.dumps(catalog))
        arguments.append(f"--catalog={folder / 'catalog.json'}")
    with messages.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-c", _TAP, *arguments],
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    log, _, status = done.stderr.partition("\nName:")
    peak = _PEAK.search(status)
    assert peak, done.stderr
    with messages.open("rb") as lines:
        longest = max(map(len, lines), default=0)
    return Ended(done.returncode, log, longest, int(peak[1]) // 1024)


def altered(server: EpicorServer, request: Request, column: str, raw: bytes) -> Response:
    """Return the true answer to a request, but a column's value in the first row."""
    response = server.service.handle(request)
    value = re.compile(rb'("%s":)(?:"(?:[^"\\]|\\.)*"|[^,}]*)' % column.encode())
    return replace(response, body=value.sub(lambda found: found[1] + raw, response.body, count=1))


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Give the origin of a socket on loopback; each connection to it is handed to `talk`."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_accept, args=(server, talk))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(server: socket.socket, talk: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # no longer listening
            return
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            talk(connection)

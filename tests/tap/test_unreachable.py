"""A server that cannot be reached is one clear verdict; proxies keep to their own."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.exceptions import Answer, EpicorRetriableError, ServerUnreachableError
from tap_epicor_kinetic.http.client import EpicorClient
from tap_epicor_kinetic.http.repetition import FIRST_ANSWER_SECONDS, Patience
from tap_epicor_kinetic.settings_values import server_settings
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.fixtures.tls import breaking_front, tls_front
from tests.tap.hostile import listening
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.epicor.server import EpicorServer
    from tests.fixtures.tls import Authority


@pytest.fixture
def closed_port() -> int:
    """Give a port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def full_port() -> Iterator[int]:
    """Give a port that neither takes nor refuses a connection: its queue is full."""
    with contextlib.ExitStack() as held:
        server = held.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)  # noqa: FBT003 - its only form
            waiting.connect_ex(server.getsockname())
        yield server.getsockname()[1]


def test_refused_connection_is_one_verdict(
    epicor: EpicorServer, closed_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The first service finds out for all of them, and the error names the address."""
    with pytest.raises(ServerUnreachableError, match="Connection refused") as caught:
        TapEpicorKinetic(config=config_for(epicor, base_url=f"http://127.0.0.1:{closed_port}/x"))
    assert f"127.0.0.1:{closed_port}" in str(caught.value)
    assert caplog.text.count("try 2 of") == 1


def test_run_without_a_server_says_so_once(
    epicor: EpicorServer, closed_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Every stream failed, and the log has one line for it."""
    catalog = catalog_of(epicor, ["vendors", "parts", "customers"])
    done = run(epicor, catalog=catalog, base_url=f"http://127.0.0.1:{closed_port}/x")
    assert done.error == "3 of 3 streams failed: customers, parts, vendors"
    assert done.state["run"]["complete"] is False
    assert len([line for line in caplog.messages if "failed: " in line]) == 1


def test_name_without_an_address(epicor: EpicorServer) -> None:
    """A host name that nobody knows is said to be that."""
    with pytest.raises(ServerUnreachableError, match="its name has no address"):
        TapEpicorKinetic(config=config_for(epicor, base_url="https://nowhere.invalid/x"))


def test_resolver_that_does_not_answer(
    epicor: EpicorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead name server is not waited for longer than a connection."""
    ended = threading.Event()

    def dead(*_address: Any) -> Any:
        ended.wait(60)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", dead)
    begun = time.monotonic()
    try:
        with pytest.raises(ServerUnreachableError, match="name server does not answer"):
            TapEpicorKinetic(
                config=config_for(epicor, base_url="https://erp.example/x", timeout_seconds=1)
            )
    finally:
        ended.set()
    assert time.monotonic() - begun < 20


def test_address_that_swallows_connections(epicor: EpicorServer, full_port: int) -> None:
    """No connection in time is no slow answer: it is one verdict, and no page is halved for it."""
    catalog = catalog_of(epicor, ["vendors", "parts"])
    begun = time.monotonic()
    done = run(
        epicor, catalog=catalog, base_url=f"http://127.0.0.1:{full_port}/x", timeout_seconds=1
    )
    assert time.monotonic() - begun < 20
    assert "no connection in time" in done.state["run"]["streams"]["vendors"]["error"]


def test_first_address_of_a_name_may_be_dead(
    epicor: EpicorServer, full_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a name with several addresses the one that answers is found within one time-out."""
    honest = socket.getaddrinfo
    port = int(epicor.origin.rpartition(":")[2])

    def both(host: str, *others: Any) -> Any:
        if host != "localhost":
            return honest(host, *others)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("127.0.0.1", full_port)), (*kind, ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    base_url = epicor.base_url.replace("127.0.0.1", "localhost")
    assert run(epicor, "departments", base_url=base_url, timeout_seconds=3).records("departments")


def test_handshake_that_never_comes(epicor: EpicorServer) -> None:
    """A server that takes connections and never shows a certificate is one without connection."""
    ended = threading.Event()

    def keep_silent(_connection: socket.socket) -> None:
        ended.wait(30)

    with listening(keep_silent) as origin:
        config = config_for(epicor, base_url=f"{origin.replace('http', 'https')}/x")
        begun = time.monotonic()
        try:
            with pytest.raises(ServerUnreachableError, match="no connection in time"):
                TapEpicorKinetic(config={**config, "timeout_seconds": 1})
        finally:
            ended.set()
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("first_wait", [0, 2, 30, 600])
@pytest.mark.parametrize("attempt", [0.0, 15.0, 30.0])
def test_verdict_comes_within_90_seconds(first_wait: float, attempt: float) -> None:
    """Whatever the waits, and however long an attempt, a server without an answer is given up."""
    now = [0.0]
    patience = Patience(first_wait, lambda: False, clock=lambda: now[0])
    error = ServerUnreachableError(Answer("service"))
    while True:
        now[0] += attempt
        pause = patience.pause_after(error)
        if pause is None:
            break
        now[0] += pause
    assert now[0] <= FIRST_ANSWER_SECONDS + attempt
    assert now[0] < 90


def test_server_that_has_answered_is_waited_for() -> None:
    """In mid-run a server may be away for a minute: 2, 4, 8, 16 and 32 seconds."""
    patience = Patience(2, lambda: True)
    error = ServerUnreachableError(Answer("service"))
    assert [patience.pause_after(error) for _ in range(6)] == [2, 4, 8, 16, 32, None]


def test_token_provider_that_cannot_be_reached(epicor: EpicorServer, closed_port: int) -> None:
    """The verdict names the token endpoint, and the server is not asked."""
    with pytest.raises(ServerUnreachableError, match=r"token endpoint.*token_url"):
        TapEpicorKinetic(
            config=config_for(
                epicor,
                auth_method="oauth2",
                client_id="c",
                client_secret="s",
                token_url=f"http://127.0.0.1:{closed_port}/token",
            )
        )
    assert epicor.log == []


# Proxies


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Give the first bytes that a proxy gets, which the environment names for everything."""
    heard: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    with _hearing(heard, talk) as port:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        yield heard


@contextlib.contextmanager
def _hearing(heard: list[bytes], talk: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    heard.append(connection.recv(65_536))
                    talk(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize("method", ["basic", "token_resource", "oauth2"])
def test_loopback_never_goes_through_a_proxy(
    epicor: EpicorServer, proxy: list[bytes], method: str
) -> None:
    """Plain http to this machine shows its secrets to nobody, pages and tokens alike."""
    settings: dict[str, Any] = {"auth_method": method}
    if method == "oauth2":
        settings |= {
            "client_id": "sandbox-client",
            "client_secret": "sandbox-secret",
            "token_url": f"{epicor.origin}/connect/token",
        }
    assert run(epicor, "vendors", **settings).records("vendors")
    assert proxy == []


def test_https_goes_through_the_proxy(
    epicor: EpicorServer, proxy: list[bytes], authority: Authority
) -> None:
    """A proxy that refuses is named as what is in the way, and learns no more than the address."""
    with tls_front(int(epicor.origin.rpartition(":")[2]), authority.context("127.0.0.1")) as port:
        base_url = f"https://127.0.0.1:{port}/Sandbox"
        with pytest.raises(ServerUnreachableError, match=r"proxy.*407.*HTTPS_PROXY"):
            TapEpicorKinetic(
                config=config_for(epicor, base_url=base_url, ca_bundle=authority.bundle)
            )
    assert proxy[0].startswith(b"CONNECT 127.0.0.1:%d " % port)
    assert b"sandbox-api-key" not in b"".join(proxy)


def test_proxy_that_is_not_there(
    epicor: EpicorServer, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy is to blame, not the server."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(ServerUnreachableError, match="the proxy lets nothing through"):
        TapEpicorKinetic(config=config_for(epicor, base_url="https://erp.example.com/x"))


@pytest.mark.parametrize("address", ["http://", "http://a b", "ftp://127.0.0.1:9", "http://[x"])
def test_proxy_that_makes_no_sense(
    epicor: EpicorServer, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """A proxy's address that is none ends the run with an error of this package."""
    monkeypatch.setenv("HTTPS_PROXY", address)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises((ServerUnreachableError, Exception)) as caught:
        TapEpicorKinetic(config=config_for(epicor, base_url="https://erp.example.com/x"))
    assert type(caught.value).__module__ == "tap_epicor_kinetic.exceptions"


# What answers say beside their content


def test_connection_that_breaks_is_repeated_in_mid_run(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that closes without a word is waited for, and the log says what happened."""
    with breaking_front(int(epicor.origin.rpartition(":")[2]), 2, b"") as (port, seen):
        done = run(epicor, "vendors", base_url=f"http://127.0.0.1:{port}/Sandbox")
    assert done.error is None
    assert len(seen) > 2
    assert "closed without an answer" in caplog.text


def test_close_ends_the_pauses(epicor: EpicorServer) -> None:
    """A request that waits for its next try ends when the client is closed."""
    epicor.faults.add("status", status=503, retry_after="300", times=None)
    config = TapEpicorKinetic(config=config_for(epicor), catalog={"streams": []}).config
    client = EpicorClient(server_settings(config, "test"), logging.getLogger("test"))
    threading.Timer(1, client.close).start()
    begun = time.monotonic()
    with pytest.raises(EpicorRetriableError):
        client.get("x", json.loads, service="x")
    assert time.monotonic() - begun < 20

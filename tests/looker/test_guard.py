"""The guarded SDK survives what Looker does, and repeats only what may be repeated."""

from __future__ import annotations

import datetime as dt
import logging
import socket
import ssl
import subprocess
import sys
from importlib.metadata import version
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.looker.faults import Fault, Kind
from sandbox.looker.server import LookerServer
from target_looker_staging.looker.failures import Failure, LookerCallError
from target_looker_staging.looker.guard import RETRY_SECONDS, connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from target_looker_staging.looker.settings import LookerSettings
    from tests.looker.conftest import SettingsFactory
    from tests.looker.times import FakeClock

PLAN = "scheduled_plan_run_once_by_id"


def test_one_login_a_run(looker: LookerServer, settings: SettingsFactory, clock: FakeClock) -> None:
    """A session logs in at its first call, logs out at its end, and counts every request."""
    with connect(settings(), clock) as client:
        client.call("me")
        client.call("all_datagroups")
    assert looker.operations() == ["login", "me", "all_datagroups", "logout"]
    assert client.calls == 4
    assert looker.instance.tokens == {}


def test_no_call_no_login(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A session in which nothing is asked sends nothing."""
    with connect(settings(), clock):
        pass
    assert looker.calls == []


def test_says_who_calls(looker: LookerServer, settings: SettingsFactory, clock: FakeClock) -> None:
    """Looker's administrators can tell this client from others."""
    with connect(settings(), clock) as client:
        client.call("me")
    tag = f"target-looker-staging {version('target-looker-staging')}"
    assert {call.headers["x-looker-appid"] for call in looker.calls} == {tag}


def test_settings_come_from_nowhere_else(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A looker.ini in the folder and variables of the SDK change nothing."""
    (tmp_path / "looker.ini").write_text("[Looker]\nbase_url=http://127.0.0.1:1\nclient_id=stray")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOOKERSDK_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("LOOKERSDK_CLIENT_ID", "stray")
    monkeypatch.setenv("LOOKERSDK_TIMEOUT", "0")
    with connect(settings(), clock) as client:
        client.call("me")
    assert looker.calls[0].body == {"client_id": "sandbox-looker-id"}


def test_secret_with_special_characters(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A secret arrives as it was set: quotes, percent signs and all."""
    secret = '\'a%b&c=d "é"'
    looker.instance.users[0] = looker.instance.users[0].__class__("7", "odd", secret)
    with connect(settings(client_id="odd", client_secret=secret), clock) as client:
        assert client.call("me").id == "7"


def strikes(client_settings: LookerSettings, clock: FakeClock, operation: str, *args: Any) -> Any:
    """Return what one call answers, in a session of its own."""
    with connect(client_settings, clock) as client:
        return client.call(operation, *args, repeatable=operation != PLAN)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(Kind.HTML, status=502), id="bad-gateway-page"),
        pytest.param(Fault(Kind.STATUS, status=500), id="server-error"),
        pytest.param(Fault(Kind.STATUS, status=429), id="too-many-requests"),
        pytest.param(Fault(Kind.HANGING_BODY, status=503), id="hanging-error-page"),
        pytest.param(Fault(Kind.MAINTENANCE), id="maintenance-page"),
        pytest.param(Fault(Kind.EMPTY), id="empty-answer"),
        pytest.param(Fault(Kind.RESET), id="reset"),
        pytest.param(Fault(Kind.HANG), id="no-answer"),
    ],
)
@pytest.mark.parametrize("operation", ["login", "datagroup"])
def test_passing_failures_are_survived(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    fault: Fault,
    operation: str,
) -> None:
    """What may pass is tried again after a pause, for the log-in as well."""
    looker.faults.add(Fault(fault.kind, operation, status=fault.status))
    assert strikes(settings(), clock, "datagroup", "21").name == "staging"
    assert looker.operations().count(operation) == 2
    assert len(clock.waits) == 1


def test_page_instead_of_json_is_named(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A page with status 200 is told as what it is, not as a parser's complaint."""
    looker.faults.add(Fault(Kind.MAINTENANCE, "me", times=None))
    with pytest.raises(LookerCallError, match="HTTP 200 with text/html instead of JSON"):
        strikes(settings(), clock, "me")


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        pytest.param("7", 7.0, id="seconds"),
        pytest.param("Mon, 21 Sep 2026 15:06:50 GMT", 10.0, id="date"),
    ],
)
def test_retry_after_is_honoured(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    retry_after: str,
    seconds: float,
) -> None:
    """Looker is left alone for as long as it asks, in both forms of the header."""
    clock.seconds = dt.datetime(2026, 9, 21, 15, 6, 40, tzinfo=dt.timezone.utc).timestamp()
    looker.faults.add(Fault(Kind.STATUS, "me", status=429, retry_after=retry_after))
    strikes(settings(), clock, "me")
    assert clock.waits == [seconds]


def test_too_long_a_wait_is_refused(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A Looker that wants to be left alone for an hour does not hold the run up for one."""
    looker.faults.add(Fault(Kind.STATUS, "me", times=None, status=429, retry_after="3600"))
    with pytest.raises(LookerCallError, match="HTTP 429"):
        strikes(settings(), clock, "me")
    assert clock.waits == []


def test_revoked_token_is_replaced_once(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A token revoked in mid-run costs one more log-in, and no wait."""
    looker.faults.add(Fault(Kind.REVOKED, "all_datagroups"))
    with connect(settings(), clock) as client:
        client.call("me")
        assert client.call("all_datagroups")
    assert looker.operations() == [
        *("login", "me", "all_datagroups", "login", "all_datagroups", "logout")
    ]
    assert clock.waits == []


def test_refused_for_good(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A user whose every token is refused does not log in without end."""
    looker.faults.add(Fault(Kind.REVOKED, "me", times=None))
    with pytest.raises(LookerCallError, match="HTTP 401"):
        strikes(settings(), clock, "me")
    assert looker.operations().count("login") == 2


def test_wrong_secret(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Wrong credentials are tried once, for all calls, and said so without showing them."""
    caplog.set_level(logging.DEBUG)
    with connect(settings(client_secret="canary-secret"), clock) as client:
        for _ in range(2):
            with pytest.raises(LookerCallError, match="refused the client id and secret") as caught:
                client.call("me")
    assert looker.operations() == ["login"]
    assert "canary-secret" not in caplog.text + repr(caught.value) + repr(caught.value.__context__)


@pytest.mark.parametrize(
    ("operation", "arguments", "text"),
    [
        pytest.param("datagroup", ("99",), "HTTP 404: Not found", id="not-found"),
        pytest.param(
            "update_datagroup",
            ("21", {"stale_before": 9_999_999_999}),
            "HTTP 422: Validation Failed, stale_before cannot be in the future",
            id="not-valid",
        ),
    ],
)
def test_lasting_failures_are_not_repeated(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    operation: str,
    arguments: tuple[Any, ...],
    text: str,
) -> None:
    """What will not pass fails at once, with Looker's reason."""
    with pytest.raises(LookerCallError) as caught:
        strikes(settings(), clock, operation, *arguments)
    assert str(caught.value) == text
    assert looker.operations().count(operation) == 1


def test_redirects_are_not_followed(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """The client secret goes to no other address than the one in the settings."""
    looker.faults.add(Fault(Kind.REDIRECT, "login"))
    with pytest.raises(LookerCallError, match="looker_base_url"):
        strikes(settings(), clock, "me")
    assert [call.path for call in looker.calls] == ["/api/4.0/login"]


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        pytest.param(Fault(Kind.RESET, PLAN, handled=True), 1, id="reset-after"),
        pytest.param(Fault(Kind.RESET, PLAN), 0, id="reset-before"),
        pytest.param(Fault(Kind.HANG, PLAN, handled=True), 1, id="no-answer"),
        pytest.param(Fault(Kind.HTML, PLAN, status=502, handled=True), 1, id="bad-gateway"),
        pytest.param(Fault(Kind.STATUS, PLAN, status=503, retry_after="1"), 0, id="unavailable"),
        pytest.param(Fault(Kind.MAINTENANCE, PLAN, handled=True), 1, id="maintenance"),
        pytest.param(Fault(Kind.EMPTY, PLAN, handled=True), 1, id="empty"),
    ],
)
def test_plan_is_never_sent_twice(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    fault: Fault,
    sent: int,
) -> None:
    """A plan that may have gone out is not run again."""
    looker.faults.add(fault)
    with pytest.raises(LookerCallError) as caught:
        strikes(settings(), clock, PLAN, "31")
    assert caught.value.is_ambiguous
    assert looker.operations().count(PLAN) == 1
    assert len(looker.instance.deliveries) == sent


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(Kind.STATUS, PLAN, status=429), id="too-many-requests"),
        pytest.param(Fault(Kind.REVOKED, PLAN), id="revoked-token"),
        pytest.param(Fault(Kind.RESET, "login"), id="log-in-reset"),
        pytest.param(Fault(Kind.HTML, "login", status=502), id="log-in-bad-gateway"),
    ],
)
def test_plan_is_sent_again_if_it_cannot_have_been(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, fault: Fault
) -> None:
    """A plan that Looker turned away, or never saw, is sent; and once."""
    looker.faults.add(fault)
    strikes(settings(), clock, PLAN, "31")
    assert len(looker.instance.deliveries) == 1


def closed_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_unreachable_in_bounded_time(settings: SettingsFactory, clock: FakeClock) -> None:
    """Without Looker the first call gives up after a while, and the others do not even try."""
    nowhere = settings(base_url=f"http://127.0.0.1:{closed_port()}")
    with connect(nowhere, clock) as client:
        for text in ("cannot be reached", "not tried"):
            with pytest.raises(LookerCallError, match=text) as caught:
                client.call("me")
            assert caught.value.failure is Failure.UNREACHABLE
            assert not caught.value.is_ambiguous
        tried = client.calls
    assert 2 <= tried <= 10
    assert client.calls == tried
    assert sum(clock.waits) <= RETRY_SECONDS


def test_hanging_looker_in_bounded_time(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Looker that takes requests and never answers is given up in time, too."""
    looker.faults.add(Fault(Kind.HANG, times=None))
    began = clock.monotonic()

    def pass_time(*_: object) -> float:
        clock.waits.append(60.0)
        return 0.0

    monkeypatch.setattr("backoff.full_jitter", pass_time)
    with pytest.raises(LookerCallError):
        strikes(settings(), clock, "me")
    assert clock.monotonic() - began <= RETRY_SECONDS + 60
    assert looker.operations() == ["login", "login", "login"]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Give a file with a key and a certificate for 127.0.0.1 that no authority has signed."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.timezone.utc)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    path = tmp_path / "looker.pem"
    path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(encoding)
    )
    return path


@pytest.fixture
def over_tls(certificate: Path) -> Callable[[], LookerServer]:
    """Give a way to make a Looker that speaks TLS with that certificate."""

    def make() -> LookerServer:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        return LookerServer(tls=context)

    return make


def test_unknown_certificate_is_refused(
    over_tls: Callable[[], LookerServer], settings: SettingsFactory, clock: FakeClock
) -> None:
    """A Looker whose certificate nobody vouches for gets nothing, at once, with advice."""
    with over_tls() as looker:
        with pytest.raises(LookerCallError, match="looker_ca_bundle"):
            strikes(settings(base_url=looker.base_url), clock, "me")
        assert (looker.calls, clock.waits) == ([], [])


def test_own_authority(
    over_tls: Callable[[], LookerServer],
    certificate: Path,
    settings: SettingsFactory,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`looker_ca_bundle` is trusted, and the environment does not overrule it."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/at/all.pem")
    with over_tls() as looker:
        trusting = settings(base_url=looker.base_url, ca_bundle=str(certificate))
        assert strikes(trusting, clock, "me").id == "7"


def test_sdk_is_imported_late() -> None:
    """Whoever does not use Looker does not pay for importing its SDK."""
    code = "import sys, target_looker_staging.looker; print('looker_sdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "False"

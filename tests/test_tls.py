"""TLS is verified by default, by the machine's authorities or by the one that a setting names."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import certifi
import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.exceptions import EpicorError
from tap_epicor_kinetic.tap import TapEpicorKinetic
from target_looker_staging.exceptions import StagingConnectionError
from target_looker_staging.postgres.connection import connect
from target_looker_staging.postgres.settings import PostgresSettings
from target_looker_staging.target import TargetLookerStaging
from tests.fixtures.tls import breaking_front, tls_front
from tests.tap.runs import config_for, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.epicor.server import EpicorServer
    from tests.fixtures.postgres import DatabaseSettings
    from tests.fixtures.tls import Authority

HERE, ELSEWHERE = "127.0.0.1", "192.0.2.1"


@pytest.fixture
def kinetic(epicor: EpicorServer, authority: Authority) -> Iterator[dict[str, Any]]:
    """Give the tap's addresses of an Epicor that speaks TLS."""
    with tls_front(int(epicor.origin.rpartition(":")[2]), authority.context(HERE)) as port:
        origin = f"https://{HERE}:{port}"
        yield {
            "base_url": epicor.base_url.replace(epicor.origin, origin),
            "token_url": f"{origin}/connect/token",
        }


OAUTH = {"auth_method": "oauth2", "client_id": "sandbox-client", "client_secret": "sandbox-secret"}


@pytest.mark.parametrize("identity", [{}, OAUTH], ids=["pages", "tokens"])
def test_tap_trusts_the_authority_it_is_told(
    epicor: EpicorServer, kinetic: dict[str, Any], authority: Authority, identity: dict[str, Any]
) -> None:
    """Pages and tokens come from a server whose certificate `ca_bundle` vouches for."""
    done = run(epicor, "vendors", ca_bundle=authority.bundle, **kinetic, **identity)
    assert done.error is None
    assert done.records("vendors")


@pytest.mark.parametrize("identity", [{}, OAUTH], ids=["pages", "tokens"])
def test_tap_trusts_what_the_machine_is_told(
    epicor: EpicorServer,
    kinetic: dict[str, Any],
    authority: Authority,
    identity: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the setting `REQUESTS_CA_BUNDLE` holds, for pages as for tokens."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.bundle)
    assert run(epicor, "vendors", **kinetic, **identity).records("vendors")


@pytest.mark.parametrize("identity", [{}, OAUTH], ids=["pages", "tokens"])
@pytest.mark.parametrize(
    "bundle", [pytest.param(None, id="unknown authority"), pytest.param("/nowhere.pem", id="file")]
)
def test_tap_refuses_an_unknown_certificate(
    epicor: EpicorServer,
    kinetic: dict[str, Any],
    identity: dict[str, Any],
    bundle: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not one request, so not one secret, arrives at a server that nobody vouches for."""
    if bundle:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    with pytest.raises(EpicorError, match="ca_bundle"):
        TapEpicorKinetic(config=config_for(epicor, **kinetic, **identity))
    assert epicor.log == []


@pytest.mark.parametrize(
    ("address", "ends_in_days", "words"),
    [
        pytest.param(ELSEWHERE, 1, "IP address mismatch", id="another server"),
        pytest.param(HERE, -1, "certificate has expired", id="expired"),
        pytest.param(HERE, 3, "certificate is not yet valid", id="not yet valid"),
    ],
)
def test_tap_says_what_is_wrong_with_a_certificate(
    epicor: EpicorServer,
    authority: Authority,
    caplog: pytest.LogCaptureFixture,
    address: str,
    ends_in_days: int,
    words: str,
) -> None:
    """OpenSSL's own reason is shown, at once and without a request; no authority is to blame."""
    context = authority.context(address, ends_in_days)
    with tls_front(int(epicor.origin.rpartition(":")[2]), context) as port:
        config = config_for(
            epicor, base_url=f"https://{HERE}:{port}/Sandbox", ca_bundle=authority.bundle
        )
        with pytest.raises(EpicorError, match="certificate cannot be verified") as caught:
            TapEpicorKinetic(config={**config, "retry_wait_seconds": 60})
    assert words in str(caught.value)
    assert "ca_bundle" not in str(caught.value)
    assert "try 2 of" not in caplog.text
    assert epicor.log == []


@pytest.mark.parametrize(
    "end",
    [pytest.param(None, id="reset"), pytest.param(b"", id="closed"), b"HTTP/1.1 503 x\r\n\r\n"],
)
def test_handshake_that_breaks_off_is_repeated(
    epicor: EpicorServer, authority: Authority, caplog: pytest.LogCaptureFixture, end: bytes | None
) -> None:
    """It says nothing about the certificate, and the next attempt succeeds."""
    context = authority.context(HERE)
    with (
        tls_front(int(epicor.origin.rpartition(":")[2]), context) as behind,
        breaking_front(behind, 2, end) as (port, seen),
    ):
        base_url = f"https://{HERE}:{port}/Sandbox"
        done = run(epicor, "vendors", base_url=base_url, ca_bundle=authority.bundle)
    assert done.error is None
    assert len(seen) > 2
    assert "try 3 of" in caplog.text
    assert "certificate" not in caplog.text


def test_handshake_that_always_breaks_off_is_one_verdict(
    epicor: EpicorServer, authority: Authority
) -> None:
    """Two services decide for thirty, and the error does not speak of certificates."""
    with breaking_front(9, 10_000, b"") as (port, seen):
        config = config_for(
            epicor, base_url=f"https://{HERE}:{port}/Sandbox", ca_bundle=authority.bundle
        )
        with pytest.raises(EpicorError) as caught:
            TapEpicorKinetic(config=config)
    assert "certificate" not in str(caught.value)
    assert len(seen) == 2 * 6


@pytest.fixture
def two_authorities(
    epicor: EpicorServer,
    authority: Authority,
    other_authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[dict[str, Any]]:
    """Give settings of a server with an internal authority and a token provider with a public one.

    "Public" is what the machine believes.
    """
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", other_authority.bundle)
    plain = int(epicor.origin.rpartition(":")[2])
    with (
        tls_front(plain, authority.context(HERE)) as server,
        tls_front(plain, other_authority.context(HERE)) as provider,
    ):
        yield {
            **OAUTH,
            "base_url": f"https://{HERE}:{server}/Sandbox",
            "token_url": f"https://{HERE}:{provider}/connect/token",
            "ca_bundle": authority.bundle,
        }


def test_internal_authority_does_not_shut_out_a_public_token_provider(
    epicor: EpicorServer, two_authorities: dict[str, Any]
) -> None:
    """`ca_bundle` adds to the public authorities where the token provider is elsewhere."""
    assert run(epicor, "vendors", **two_authorities).records("vendors")


def test_internal_authority_may_sign_the_token_provider_too(
    epicor: EpicorServer, two_authorities: dict[str, Any], authority: Authority
) -> None:
    """A provider elsewhere that the internal authority signed is believed as well."""
    plain = int(epicor.origin.rpartition(":")[2])
    with tls_front(plain, authority.context(HERE)) as provider:
        two_authorities["token_url"] = f"https://{HERE}:{provider}/connect/token"
        assert run(epicor, "vendors", **two_authorities).records("vendors")


def test_public_authority_does_not_vouch_for_the_server(
    epicor: EpicorServer, two_authorities: dict[str, Any], other_authority: Authority
) -> None:
    """Where an internal authority is named, it alone is believed for the server itself."""
    plain = int(epicor.origin.rpartition(":")[2])
    with tls_front(plain, other_authority.context(HERE)) as server:
        two_authorities["base_url"] = f"https://{HERE}:{server}/Sandbox"
        with pytest.raises(EpicorError, match="certificate cannot be verified"):
            TapEpicorKinetic(config=config_for(epicor, **two_authorities))
    assert [entry for entry in epicor.log if "/api/" in entry.path] == []


@pytest.fixture
def warehouse(database: DatabaseSettings, authority: Authority) -> Iterator[dict[str, Any]]:
    """Give the target's settings of a Postgres that speaks TLS, still without an authority."""
    with tls_front(database["port"], authority.context(HERE), postgres=True) as port:
        yield {
            **database,
            "port": port,
            "connect_timeout_seconds": 10,
            "lock_timeout_seconds": 10,
        }


def test_postgres_with_an_authority(warehouse: dict[str, Any], authority: Authority) -> None:
    """`ca_bundle` alone makes libpq verify the certificate and the name in it."""
    settings = PostgresSettings.from_config({**warehouse, "ca_bundle": authority.bundle})
    assert settings.sslmode == "verify-full"
    with closing(connect(settings)) as connection:
        assert connection.info.ssl_in_use


def test_postgres_with_another_authority(warehouse: dict[str, Any]) -> None:
    """A certificate that another authority signed is refused before the password is sent."""
    settings = PostgresSettings.from_config({**warehouse, "ca_bundle": certifi.where()})
    with pytest.raises(StagingConnectionError, match="certificate verify failed"):
        connect(settings)


def test_postgres_certificate_of_another_server(
    database: DatabaseSettings, authority: Authority
) -> None:
    """A certificate for another address is refused."""
    with tls_front(database["port"], authority.context(ELSEWHERE), postgres=True) as port:
        config = {**database, "port": port, "ca_bundle": authority.bundle}
        settings = PostgresSettings.from_config(
            {**config, "connect_timeout_seconds": 10, "lock_timeout_seconds": 10}
        )
        with pytest.raises(StagingConnectionError, match="does not match host name"):
            connect(settings)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
def test_authority_that_would_not_be_asked(
    database: DatabaseSettings, authority: Authority, mode: str
) -> None:
    """An authority beside an `sslmode` that verifies nothing is a mistake, and said to be one."""
    with pytest.raises(ConfigValidationError) as caught:
        TargetLookerStaging(config={**database, "ca_bundle": authority.bundle, "sslmode": mode})
    [problem] = caught.value.errors
    assert "verify-full" in problem


@pytest.mark.parametrize("plugin", [TapEpicorKinetic, TargetLookerStaging])
def test_bundle_that_is_not_there(plugin: Any, database: DatabaseSettings) -> None:
    """A file that does not exist is told at the start."""
    tap = {
        "base_url": "https://h/i",
        "company": "A",
        "username": "u",
        "password": "p",
        "api_key": "k",
    }
    given = tap if plugin is TapEpicorKinetic else database
    with pytest.raises(ConfigValidationError) as caught:
        plugin(config={**given, "ca_bundle": "/nowhere.pem"})
    assert caught.value.errors == ["ca_bundle names /nowhere.pem, which is not a file"]

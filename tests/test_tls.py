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
from tests.fixtures.tls import tls_front
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


def test_tap_refuses_the_certificate_of_another_server(
    epicor: EpicorServer, authority: Authority
) -> None:
    """A certificate of a known authority for another address is no good."""
    with tls_front(int(epicor.origin.rpartition(":")[2]), authority.context(ELSEWHERE)) as port:
        config = config_for(
            epicor, base_url=f"https://{HERE}:{port}/Sandbox", ca_bundle=authority.bundle
        )
        with pytest.raises(EpicorError, match="certificate cannot be verified"):
            TapEpicorKinetic(config=config)
    assert epicor.log == []


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
    tap = {"base_url": "https://h/i", "company": "A", "username": "u", "api_key": "k"}
    with pytest.raises(ConfigValidationError) as caught:
        plugin(config={**tap, **database, "ca_bundle": "/nowhere.pem"})
    assert caught.value.errors == ["ca_bundle names /nowhere.pem, which is not a file"]

"""A refused identity is not tried again and again: that would lock the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.catalog.entities import ENTITIES
from tap_epicor_kinetic.exceptions import IdentityRefusedError
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import catalog_of, config_for, offered_by, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

OAUTH = {"auth_method": "oauth2", "client_id": "sandbox-client", "client_secret": "sandbox-secret"}
REFUSED = [
    pytest.param({"password": "wrong"}, {}, 2, id="password"),
    pytest.param({"api_key": "wrong"}, {}, 2, id="API key"),
    pytest.param({"auth_method": "token_resource", "password": "wrong"}, {}, 1, id="TokenResource"),
    pytest.param({**OAUTH, "client_secret": "wrong"}, {}, 1, id="client secret"),
    # Two services, each with a token and a renewed one.
    pytest.param(OAUTH, {"oauth_user_mapped": False}, 8, id="client without a user"),
]


def identity(server: EpicorServer, settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with the address of the sandbox's token endpoint where there is need."""
    if settings.get("auth_method") == "oauth2":
        return {**settings, "token_url": f"{server.origin}/connect/token"}
    return settings


@pytest.mark.parametrize(("settings", "options", "most"), REFUSED)
def test_discovery_gives_up_after_the_second_refusal(
    epicor: EpicorServer, settings: dict[str, Any], options: dict[str, Any], most: int
) -> None:
    """Thirty services are not asked with a password that two have refused."""
    epicor.configure(**options)
    config = config_for(epicor, max_concurrent_requests=8, **identity(epicor, settings))
    with pytest.raises(IdentityRefusedError):
        TapEpicorKinetic(config=config)
    assert len(epicor.log) <= most


@pytest.mark.parametrize(("settings", "options", "most"), REFUSED)
def test_run_gives_up_after_the_second_refusal(
    epicor: EpicorServer, settings: dict[str, Any], options: dict[str, Any], most: int
) -> None:
    """Forty streams of a catalog fail, each with the reason, by a few requests in all."""
    names = [entity.name for entity in ENTITIES]
    catalog = catalog_of(epicor, names)
    epicor.configure(**options)
    before = len(epicor.log)
    done = run(epicor, catalog=catalog, max_concurrent_requests=8, **identity(epicor, settings))
    assert len(epicor.log) - before <= most
    streams = done.state["run"]["streams"]
    assert {streams[name]["status"] for name in names} == {"failed"}
    assert all("HTTP 40" in streams[name]["error"] for name in names)


@pytest.mark.parametrize("service", ["Erp.BO.VendorSvc", "Erp.BO.PartSvc"])
def test_closed_service_with_401_is_no_refused_identity(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture, service: str
) -> None:
    """Some servers answer 401 for a service closed to the user; the others are offered."""
    epicor.configure(denied_services=frozenset({service}), access_denied_status=401)
    offered = offered_by(TapEpicorKinetic(config=config_for(epicor)))
    lacking = {entity.name for entity in ENTITIES if entity.service == service}
    assert offered == {entity.name for entity in ENTITIES} - lacking
    assert caplog.text.count("cannot be offered") == 1


def test_company_without_rights_fails_each_stream_with_its_name(epicor: EpicorServer) -> None:
    """A company that the user has not ends no other stream's first company."""
    catalog = catalog_of(epicor, ["vendors", "parts"])
    done = run(epicor, catalog=catalog, companies=["EPIC06", "NOPE"], company=None)
    assert done.error == "2 of 2 streams failed: parts, vendors"
    assert len(done.records("parts")) == epicor.store.count("Part", "EPIC06")
    assert len(done.records("vendors")) == epicor.store.count("Vendor", "EPIC06")

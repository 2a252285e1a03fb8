"""Who is let in, with what, and for how long."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.epicor.options import EpicorOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from tests.sandbox.epicor.conftest import Client

VENDORS = "Erp.BO.VendorSvc/Vendors?$top=1"


def basic(user: str, password: str) -> str:
    """Return the value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def token_resource(client: Client, **headers: str) -> requests.Response:
    """Ask TokenResource for a token."""
    sent = {
        "username": "sandbox",
        "password": "sandbox-password",
        "Accept": "application/json",
    } | headers
    return client.session.post(
        f"{client.server.base_url}/TokenResource.svc/", headers=sent, timeout=10
    )


def oauth(client: Client, path: str = "/connect/token", **form: str) -> requests.Response:
    """Ask an OAuth server for a token."""
    sent = {
        "grant_type": "client_credentials",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "scope": "epicor_erp",
    } | form
    return client.session.post(client.server.origin + path, data=sent, timeout=10)


def status_with(client: Client, token: str) -> int:
    """Return the status of a call with a bearer token."""
    return client.get(VENDORS, headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Authorization": ""}, id="no-identity"),
        pytest.param({"Authorization": basic("sandbox", "wrong")}, id="wrong-password"),
        pytest.param({"Authorization": "Basic %%%"}, id="no-base64"),
        pytest.param({"Authorization": "Bearer nothing"}, id="unknown-token"),
        pytest.param({"Authorization": "Negotiate abc"}, id="other-scheme"),
        pytest.param({"x-api-key": ""}, id="no-api-key"),
        pytest.param({"x-api-key": "wrong"}, id="wrong-api-key"),
    ],
)
def test_call_needs_identity_and_api_key(client: Client, headers: dict[str, str]) -> None:
    """Basic or bearer shows the user, the API key the application; without either it is 401."""
    assert client.get(VENDORS, headers=headers).status_code == 401


def test_api_key_may_stand_in_the_query(client: Client) -> None:
    """The key is also read from the query string, where logs see it."""
    assert (
        client.get(f"{VENDORS}&api-key=sandbox-api-key", headers={"x-api-key": ""}).status_code
        == 200
    )


def test_401_may_echo_the_api_key(serve: Callable[..., Client]) -> None:
    """A server that repeats the key in its message puts it into careless logs."""
    client = serve(EpicorOptions(echoes_api_key=True, api_key="the-right-key"))
    answer = client.get(VENDORS, headers={"x-api-key": "canary-key"})
    assert (answer.status_code, "canary-key" in answer.text) == (401, True)


@pytest.mark.parametrize(
    ("accepts", "headers", "status"),
    [
        pytest.param({"bearer"}, {}, 401, id="basic-is-off"),
        pytest.param({"api_key"}, {"Authorization": ""}, 200, id="api-key-alone"),
        pytest.param({"basic", "bearer"}, {"Authorization": ""}, 401, id="api-key-alone-is-off"),
    ],
)
def test_ways_to_log_in_are_options(
    serve: Callable[..., Client], accepts: set[str], headers: dict[str, str], status: int
) -> None:
    """A server can accept only some of the ways."""
    client = serve(EpicorOptions(accepts=frozenset(accepts)))
    assert client.get(VENDORS, headers=headers).status_code == status


def test_token_resource_gives_a_bearer_token(client: Client) -> None:
    """The token lets the user in, together with the API key."""
    token = token_resource(client).json()
    assert token["ExpiresIn"] == 3600
    assert status_with(client, token["AccessToken"]) == 200


def test_token_resource_answers_xml_unless_json_is_accepted(client: Client) -> None:
    """Without the Accept header the token comes as XML."""
    answer = token_resource(client, Accept="*/*")
    assert "xml" in answer.headers["Content-Type"]
    assert "<AccessToken>" in answer.text


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(
            EpicorOptions(token_expires_in="absent"),
            {"AccessToken", "TokenType", "RefreshToken"},
            id="no-life",
        ),
        pytest.param(
            EpicorOptions(token_names="snake", token_expires_in="text"),
            {"access_token", "token_type", "expires_in", "refresh_token"},
            id="other-names",
        ),
    ],
)
def test_token_answers_differ(
    serve: Callable[..., Client], options: EpicorOptions, expected: set[str]
) -> None:
    """Servers differ in what they tell about a token."""
    token = token_resource(serve(options)).json()
    assert set(token) == expected
    assert token.get("expires_in", "3600") == "3600"


def test_token_resource_may_be_off(serve: Callable[..., Client]) -> None:
    """Where it is not switched on IIS answers 404."""
    client = serve(EpicorOptions(token_resource_enabled=False))
    assert token_resource(client).status_code == 404


def test_token_resource_refuses_a_wrong_password(client: Client) -> None:
    """Wrong credentials are 401."""
    assert token_resource(client, password="wrong").status_code == 401


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        pytest.param("/connect/token", "epicor_erp", id="epicor"),
        pytest.param("/tenant/oauth2/v2.0/token", "api://sandbox/.default", id="entra"),
    ],
)
def test_oauth_gives_a_bearer_token(client: Client, path: str, scope: str) -> None:
    """Both kinds of OAuth server give tokens for client credentials."""
    token = oauth(client, path, scope=scope).json()
    assert token["expires_in"] == 3600
    assert status_with(client, token["access_token"]) == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        pytest.param({"client_secret": "wrong"}, "invalid_client", id="secret"),
        pytest.param({"grant_type": "implicit"}, "unauthorized_client", id="grant"),
        pytest.param({"scope": "other"}, "invalid_scope", id="scope"),
        pytest.param(
            {"grant_type": "password", "username": "sandbox", "password": "x"},
            "invalid_grant",
            id="password",
        ),
    ],
)
def test_oauth_refuses_with_400(client: Client, form: dict[str, str], error: str) -> None:
    """What is wrong stands in the error code, the status is 400."""
    answer = oauth(client, **form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_client_may_be_mapped_to_no_user(serve: Callable[..., Client]) -> None:
    """A valid token of a client that no Epicor user belongs to is 401."""
    client = serve(EpicorOptions(oauth_user_mapped=False))
    assert status_with(client, oauth(client).json()["access_token"]) == 401


def test_token_ends_after_its_uses(serve: Callable[..., Client]) -> None:
    """A life counted in calls lets a test end a token where it likes."""
    client = serve(EpicorOptions(token_uses=2))
    token = token_resource(client).json()["AccessToken"]
    assert [status_with(client, token) for _ in range(3)] == [200, 200, 401]


def test_token_ends_with_its_life(serve: Callable[..., Client]) -> None:
    """A token whose seconds are over is 401."""
    client = serve(EpicorOptions(token_seconds=0))
    assert status_with(client, token_resource(client).json()["AccessToken"]) == 401


def test_tokens_can_be_revoked(client: Client) -> None:
    """A revoked token is 401, a new one works."""
    old = token_resource(client).json()["AccessToken"]
    client.server.revoke_tokens()
    new = token_resource(client).json()["AccessToken"]
    assert (status_with(client, old), status_with(client, new)) == (401, 200)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        pytest.param(
            {"api_key_scope": frozenset({"Erp.BO.POSvc"})}, 403, id="outside-the-keys-scope"
        ),
        pytest.param(
            {"denied_services": frozenset({"Erp.BO.VendorSvc"})}, 403, id="user-has-no-right"
        ),
        pytest.param(
            {"denied_services": frozenset({"Erp.BO.VendorSvc"}), "access_denied_status": 401},
            401,
            id="denied-as-401",
        ),
    ],
)
def test_rights_are_per_service(
    serve: Callable[..., Client], options: dict[str, Any], status: int
) -> None:
    """A service outside the scope or closed to the user is refused, the others are not."""
    client = serve(EpicorOptions(**options))
    assert client.get(VENDORS).status_code == status
    assert client.get("Erp.BO.POSvc/POes?$top=1").status_code == 200


def test_foreign_company_is_refused(serve: Callable[..., Client]) -> None:
    """A company that the user has not is refused, in the URL as in CallSettings."""
    client = serve(EpicorOptions(companies=frozenset({"EPIC06"}), foreign_company_status=403))
    assert client.get(VENDORS, company="EPIC07").status_code == 403
    assert client.get(VENDORS, headers={"CallSettings": '{"Company":"EPIC07"}'}).status_code == 403
    assert client.get(VENDORS, headers={"CallSettings": '{"Plant":"MAIN"}'}).status_code == 200


def test_log_shows_headers_but_no_secret(client: Client) -> None:
    """The log tells names of all headers, and values of those that are no secret."""
    client.get(VENDORS, headers={"CallSettings": '{"Plant":"MAIN"}'})
    arrived = client.server.log[-1]
    assert {"authorization", "x-api-key", "callsettings"} <= set(arrived.header_names)
    assert arrived.headers["callsettings"] == '{"Plant":"MAIN"}'
    assert "authorization" not in arrived.headers
    assert "sandbox-api-key" not in str(arrived)

"""OAuth grants: what each shows for a token, and what happens to a refresh token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from tap_epicor_kinetic.exceptions import EpicorAccessError
from tests.tap.runs import catalog_of, run

if TYPE_CHECKING:
    from sandbox.epicor.messages import Request
    from sandbox.epicor.server import EpicorServer


def oauth(server: EpicorServer, grant: str, **changes: Any) -> dict[str, Any]:
    """Return settings for a grant at the sandbox's identity provider."""
    return {
        "auth_method": "oauth2",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "token_url": f"{server.origin}/connect/token",
        "grant_type": grant,
        "username": None,
        "password": None,
        **changes,
    }


PERSON = {"username": "sandbox", "password": "sandbox-password"}


@pytest.fixture
def forms(epicor: EpicorServer) -> list[dict[str, list[str]]]:
    """Give the forms that the token endpoint gets."""
    seen: list[dict[str, list[str]]] = []

    def note(request: Request) -> None:
        if request.path == "/connect/token":
            seen.append(parse_qs(request.body.decode()))

    epicor.before_request = note
    return seen


def test_client_credentials_are_the_default(
    epicor: EpicorServer, forms: list[dict[str, list[str]]]
) -> None:
    """Without the setting the client shows its own secret, with Epicor's scope for clients."""
    assert run(epicor, "vendors", **oauth(epicor, "client_credentials")).records("vendors")
    settings = oauth(epicor, "client_credentials")
    del settings["grant_type"]
    assert run(epicor, "vendors", **settings).records("vendors")
    expected = {
        "grant_type": ["client_credentials"],
        "client_id": ["sandbox-client"],
        "client_secret": ["sandbox-secret"],
        "scope": ["epicor_erp"],
    }
    assert all(form == expected for form in forms)


def test_password_grant(epicor: EpicorServer, forms: list[dict[str, list[str]]]) -> None:
    """A person's log-in is sent with the scope that Epicor grants to persons."""
    assert run(epicor, "vendors", **oauth(epicor, "password", **PERSON)).records("vendors")
    assert forms[0]["scope"] == ["openid email epicor_erp"]
    assert forms[0]["username"] == ["sandbox"]


def test_public_client(epicor: EpicorServer, forms: list[dict[str, list[str]]]) -> None:
    """A client without a secret sends none."""
    epicor.configure(client_secret="")
    settings = oauth(epicor, "password", **PERSON, client_secret=None)
    assert run(epicor, "vendors", **settings).records("vendors")
    assert "client_secret" not in forms[0]


def test_refresh_token_that_stays(
    epicor: EpicorServer, forms: list[dict[str, list[str]]], caplog: pytest.LogCaptureFixture
) -> None:
    """A provider that does not replace it gets the same one each time, and no scope."""
    token = epicor.service.tokens.issue_refresh()
    epicor.configure(token_uses=3)
    settings = oauth(epicor, "refresh_token", refresh_token=token)
    assert run(epicor, "gl_transactions", page_size=200, **settings).error is None
    assert len(forms) > 2
    assert all(form["refresh_token"] == [token] and "scope" not in form for form in forms)
    assert "replaced the refresh token" not in caplog.text


def test_refresh_token_that_is_replaced(
    epicor: EpicorServer, forms: list[dict[str, list[str]]], caplog: pytest.LogCaptureFixture
) -> None:
    """The rest of the run goes on with the new one; the log says so without showing any."""
    tokens = epicor.service.tokens
    first, second = tokens.issue_refresh(), tokens.issue_refresh()
    epicor.configure(refresh_tokens_rotate=True)
    settings = oauth(epicor, "refresh_token")
    # Discovery, a process of its own, uses up the first one.
    catalog = catalog_of(epicor, ["gl_transactions"], **settings, refresh_token=first)
    epicor.configure(token_uses=3)
    done = run(epicor, catalog=catalog, page_size=200, **settings, refresh_token=second)
    assert done.error is None
    assert len(done.records("gl_transactions")) == epicor.store.count("GLJrnDtl", "EPIC06")
    shown = [form["refresh_token"][0] for form in forms]
    assert len(shown) > 3
    assert len(set(shown)) == len(shown)
    assert "replaced the refresh token" in caplog.text
    assert not [token for token in shown if token in caplog.text + "".join(done.lines)]


@pytest.mark.parametrize(
    ("grant", "changes", "words"),
    [
        pytest.param("refresh_token", {"refresh_token": "canary"}, "invalid_grant", id="used up"),
        pytest.param("password", {**PERSON, "password": "canary"}, "invalid_grant", id="password"),
        pytest.param("password", {**PERSON, "scope": "epicor_erp"}, "invalid_scope", id="scope"),
    ],
)
def test_refused_grant_is_explained_once(
    epicor: EpicorServer, grant: str, changes: dict[str, Any], words: str
) -> None:
    """The error names what to check for this grant, shows no secret, and is not tried again."""
    with pytest.raises(EpicorAccessError, match=f"{words}.*registered for {grant}") as caught:
        run(epicor, "vendors", **oauth(epicor, grant, **changes))
    assert "canary" not in str(caught.value)
    assert len(epicor.log) == 1


def test_client_that_is_not_registered_for_a_grant(epicor: EpicorServer) -> None:
    """The provider's refusal is shown."""
    epicor.configure(oauth_grants=frozenset({"password"}))
    with pytest.raises(EpicorAccessError, match="unauthorized_client"):
        run(epicor, "vendors", **oauth(epicor, "client_credentials"))


@pytest.mark.parametrize("status", [404, 405, 302])
def test_no_token_endpoint(epicor: EpicorServer, status: int) -> None:
    """Where nothing issues tokens, the address is to blame and not the secrets."""
    epicor.faults.add("status", path="/connect/token", status=status, times=None)
    with pytest.raises(EpicorAccessError, match="Nothing issues tokens at"):
        run(epicor, "vendors", **oauth(epicor, "client_credentials"))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "status", "status": 408}, id="408"),
        pytest.param({"kind": "status", "status": 425}, id="425"),
        pytest.param({"kind": "status", "status": 500}, id="500"),
        pytest.param({"kind": "html_200"}, id="HTML with 200"),
        pytest.param({"kind": "reset"}, id="reset"),
    ],
)
def test_provider_that_is_not_well_is_asked_again(
    epicor: EpicorServer, fault: dict[str, Any]
) -> None:
    """A passing failure of the token endpoint ends nothing."""
    rule = epicor.faults.add(path="/connect/token", times=2, **fault)
    assert run(epicor, "vendors", **oauth(epicor, "client_credentials")).records("vendors")
    assert rule.hits == 2

"""Who the tap says it is, and how long that holds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.exceptions import EpicorAccessError
from tap_epicor_kinetic.http.auth import TokenIdentity
from tap_epicor_kinetic.http.tokens import read_token
from tests.tap.runs import run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer


def oauth(server: EpicorServer, path: str = "/connect/token", **changes: Any) -> dict[str, Any]:
    """Return settings for the sandbox's identity provider."""
    return {
        "auth_method": "oauth2",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "token_url": server.origin + path,
        **changes,
    }


ENTRA = {"path": "/tenant/oauth2/v2.0/token", "scope": "api://sandbox/.default"}


@pytest.mark.parametrize("method", ["basic", "token_resource", "oauth2", "entra"])
def test_each_identity_reads(epicor: EpicorServer, method: str) -> None:
    """Each way to say who one is gives rows, and the API key goes with every call."""
    settings: dict[str, Any] = {"auth_method": method}
    if method == "oauth2":
        settings = oauth(epicor)
    if method == "entra":
        settings = oauth(epicor, **ENTRA)
    done = run(epicor, "vendors", **settings)
    assert done.error is None
    assert done.records("vendors")
    calls = [entry for entry in epicor.log if "/api/v2/" in entry.path]
    assert all("x-api-key" in map(str.lower, entry.header_names) for entry in calls)


@pytest.mark.parametrize("method", ["token_resource", "oauth2"])
def test_token_that_expires_in_mid_run_is_renewed(epicor: EpicorServer, method: str) -> None:
    """A token that is refused is fetched anew once, and the call repeated."""
    epicor.configure(token_uses=3)
    settings = oauth(epicor) if method == "oauth2" else {"auth_method": method}
    done = run(epicor, "gl_transactions", page_size=200, max_concurrent_requests=1, **settings)
    assert done.error is None
    assert len(done.records("gl_transactions")) == epicor.store.count("GLJrnDtl", "EPIC06")


@pytest.mark.parametrize("kind", ["truncated_json", "cut", "reset"])
def test_token_answer_that_breaks_off_is_asked_for_again(epicor: EpicorServer, kind: str) -> None:
    """One broken answer of the token endpoint does not end a run."""
    fault = epicor.faults.add(kind, path="TokenResource")
    done = run(epicor, "vendors", auth_method="token_resource")
    assert fault.hits == 1
    assert done.error is None
    assert len(done.records("vendors")) == epicor.store.count("Vendor", "EPIC06")


def test_revoked_tokens_cause_no_storm(epicor: EpicorServer) -> None:
    """When all threads find the token refused at once, there is one log-in more, not eight."""
    epicor.faults.add("revoke_tokens", path="GLJrnDtls$", nth=4)
    done = run(
        epicor,
        "gl_transactions",
        auth_method="token_resource",
        page_size=50,
        max_concurrent_requests=8,
    )
    assert done.error is None
    log_ins = [entry for entry in epicor.log if "TokenResource" in entry.path]
    # One for discovery, one for the run, one after the revocation.
    assert len(log_ins) == 3


def test_client_without_a_user_is_explained(epicor: EpicorServer) -> None:
    """A valid token of a client that no Epicor user stands behind is refused with advice."""
    epicor.configure(oauth_user_mapped=False)
    with pytest.raises(EpicorAccessError, match="Check user"):
        run(epicor, "vendors", **oauth(epicor))


def test_wrong_client_secret_is_explained(epicor: EpicorServer) -> None:
    """The token endpoint's refusal names what to check, not the secret."""
    with pytest.raises(EpicorAccessError, match="client_id, client_secret, scope") as caught:
        run(epicor, "vendors", **oauth(epicor, client_secret="canary"))
    assert "canary" not in str(caught.value)


def test_plant_language_and_licence_go_along(epicor: EpicorServer) -> None:
    """Site and language stand in CallSettings, the licence type in License, as JSON."""
    run(epicor, "vendors", plant="MfgSys", language="enu", license_type="web_service")
    headers = epicor.log[-1].headers
    folded = {name.lower(): value for name, value in headers.items()}
    assert folded["callsettings"] == '{"Plant":"MfgSys","Language":"enu"}'
    assert folded["license"] == '{"ClaimedLicense":"00000003-9439-4B30-A6F4-6D2FD4B9FD0F"}'


def test_query_goes_out_as_built(epicor: EpicorServer) -> None:
    """System options keep their dollar sign, blanks are %20, nothing is encoded twice."""
    done = run(epicor, "vendors")
    run(epicor, "vendors", state=done.state)
    query = epicor.log[-1].query
    assert "$filter=SysRevID%20ge%20" in query
    assert "$select=SysRevID,Company,VendorNum," in query
    assert "+" not in query
    assert "%24" not in query


def test_netrc_does_not_replace_the_identity(
    epicor: EpicorServer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry of a .netrc file must not send another user's password."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert run(epicor, "vendors").error is None


@pytest.mark.parametrize(
    ("body", "token", "life"),
    [
        pytest.param(b'{"AccessToken":"a","ExpiresIn":60}', "a", 60.0, id="Epicor"),
        pytest.param(b'{"access_token":"b","expires_in":"3600"}', "b", 3600.0, id="text"),
        pytest.param(b'{"AccessToken":"c"}', "c", None, id="no life"),
        pytest.param(b'{"AccessToken":"d","ExpiresIn":-5}', "d", None, id="negative life"),
        pytest.param(
            b"<Token><AccessToken>e</AccessToken><ExpiresIn>9</ExpiresIn></Token>",
            "e",
            9.0,
            id="XML",
        ),
    ],
)
def test_token_answers(body: bytes, token: str, life: float | None) -> None:
    """Both spellings, JSON and XML, numbers as text."""
    assert read_token(body) == (token, life)


@pytest.mark.parametrize("body", [b"", b"<html>log in</html>", b'{"AccessToken":""}', b"[]"])
def test_answers_without_a_token(body: bytes) -> None:
    """An answer without a token is an error that quotes nothing of it."""
    with pytest.raises(EpicorAccessError, match="holds no access token"):
        read_token(body)


def test_token_is_renewed_early_and_once() -> None:
    """A token is renewed before its end; threads that wait share the new one."""
    moment = [0.0]
    fetched = []

    def fetch() -> tuple[str, float]:
        fetched.append(moment[0])
        return f"t{len(fetched)}", 1000.0

    identity = TokenIdentity(fetch, {"x-api-key": "k"}, lambda: moment[0])
    assert identity.headers() == {"x-api-key": "k", "Authorization": "Bearer t1"}
    moment[0] = 935.0
    assert identity.headers()["Authorization"] == "Bearer t1"
    moment[0] = 945.0
    threads = [threading.Thread(target=identity.headers) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fetched == [0.0, 945.0]

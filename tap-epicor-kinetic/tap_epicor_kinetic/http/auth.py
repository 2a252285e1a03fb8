"""Identity: settings to request headers, and the life of a token.

Only headers are set; the query string goes out exactly as it was built. One authenticator serves
the whole run and all of its threads.
"""

from __future__ import annotations

import base64
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import requests

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorRetriableError,
    IdentityRefusedError,
)
from tap_epicor_kinetic.http.bodies import SMALL_LIMIT, json_fields, read_body
from tap_epicor_kinetic.http.transport import Place, broken_connections
from tap_epicor_kinetic.odata.xml import xml_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_epicor_kinetic.http.server_settings import Identity, ServerSettings

# A token goes into a header as it is, so it must not be able to end one.
_HEADER_VALUE = re.compile(r"[!-~]+\Z")
_RENEW_BEFORE_SECONDS = 60.0
_RENEW_BEFORE_SHARE = 0.1


class Authenticator(Protocol):
    """What the client needs to know of an identity."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers that identify the next request."""

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Drop the credentials of `refused` headers; return whether others can be had."""


@dataclass(frozen=True, slots=True)
class FixedIdentity:
    """An identity that does not change during a run: Basic, or an API key alone."""

    fixed: Mapping[str, str]

    def headers(self) -> Mapping[str, str]:
        """Return the same headers for every request."""
        return self.fixed

    def renew(self, refused: Mapping[str, str]) -> bool:  # noqa: ARG002 - the protocol's parameter
        """Return False: repeating a refused password can lock the account."""
        return False


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token.

    Attributes:
        value: As it stands in the header.
        renew_at: Monotonic second from which it is renewed; `None`: only when it is refused.
    """

    value: str
    renew_at: float | None


class TokenIdentity:
    """A bearer token, fetched when first needed, renewed early, and once more when it is refused.

    Threads that find the token refused at the same time cause one log-in, not one each. A refused
    log-in is the last one: repeating it can lock the account.
    """

    def __init__(
        self,
        fetch: Callable[[], tuple[str, float | None]],
        fixed: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare the identity without a request.

        Args:
            fetch: Logs in; returns the token and its life in seconds, if the server said so.
            fixed: Headers beside the token, such as `x-api-key`.
            clock: Monotonic seconds.
        """
        self._fetch = fetch
        self._fixed = fixed
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._refusal: IdentityRefusedError | None = None

    def headers(self) -> Mapping[str, str]:
        """Return headers with a token that is good for a while."""
        with self._lock:
            token = self._token
            if token is None or (token.renew_at is not None and self._clock() >= token.renew_at):
                token = self._token = self._log_in()
        return {**self._fixed, "Authorization": f"Bearer {token.value}"}

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Drop the refused token unless another thread did; the next request brings a new one."""
        with self._lock:
            if self._token and refused.get("Authorization") == f"Bearer {self._token.value}":
                self._token = None
        return True

    def _log_in(self) -> Token:
        if self._refusal is not None:
            raise self._refusal
        try:
            value, life = self._fetch()
        except IdentityRefusedError as error:
            self._refusal = error
            raise
        if life is None:
            return Token(value, None)
        margin = min(_RENEW_BEFORE_SECONDS, life * _RENEW_BEFORE_SHARE)
        return Token(value, self._clock() + life - margin)


def authenticator(settings: ServerSettings, session: requests.Session) -> Authenticator:
    """Return the identity that the settings describe."""
    identity = settings.identity
    key = {"x-api-key": identity.api_key} if identity.api_key else {}
    if identity.method == "api_key":
        return FixedIdentity(key)
    if identity.method == "basic":
        pair = f"{identity.username}:{identity.password}".encode()
        return FixedIdentity({**key, "Authorization": f"Basic {base64.b64encode(pair).decode()}"})
    if identity.method == "token_resource":
        headers = {"username": identity.username, "password": identity.password, **key}
        return TokenIdentity(lambda: _request_token(settings, session, headers, None), key)
    form = {
        "grant_type": "client_credentials",
        "client_id": identity.client_id,
        "client_secret": identity.client_secret,
        "scope": identity.scope,
    }
    return TokenIdentity(lambda: _request_token(settings, session, {}, form), key)


def _request_token(
    settings: ServerSettings,
    session: requests.Session,
    headers: Mapping[str, str],
    form: Mapping[str, str] | None,
) -> tuple[str, float | None]:
    """Ask a token endpoint, TokenResource (headers, empty body) or OAuth (form)."""
    identity = settings.identity
    place = Place("token endpoint", f"Check token_url ({identity.token_url}) and the network.")
    too_slow = EpicorRetriableError(
        Answer(place.name, message=f"no answer within {settings.timeout_seconds:g} seconds"),
        place.advice,
    )
    with (
        broken_connections(place, too_slow),
        session.post(
            identity.token_url,
            data=form,
            headers={**headers, "Accept": "application/json"},
            timeout=settings.timeout_seconds,
            verify=settings.verify,
            allow_redirects=False,
            stream=True,
        ) as response,
    ):
        body = read_body(response, SMALL_LIMIT) or b""
    if (
        response.status_code >= requests.codes.server_error
        or response.status_code == requests.codes.too_many
    ):
        raise EpicorRetriableError(
            Answer("token endpoint", response.status_code), "It will be asked again."
        )
    if response.status_code >= requests.codes.multiple_choices:
        raise IdentityRefusedError(
            Answer("token endpoint", response.status_code, _oauth_error(body)),
            _token_advice(identity),
        )
    return read_token(body)


_OAUTH_ERRORS = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)


def _oauth_error(body: bytes) -> str:
    """Return the error code of an OAuth answer (RFC 6749, 5.2); other words may be a secret."""
    code = json_fields(body).get("error")
    return code if isinstance(code, str) and code in _OAUTH_ERRORS else ""


def _token_advice(identity: Identity) -> str:
    if identity.method == "oauth2":
        return (
            f"Check client_id, client_secret, scope '{identity.scope}' and that the client is "
            "registered for "
            "client_credentials and mapped to an Epicor user."
        )
    return (
        "Check username and password, and that the server issues tokens (Administration Console); "
        "else use basic."
    )


def read_token(body: bytes) -> tuple[str, float | None]:
    """Return the token in an answer and its life in seconds.

    Takes OAuth's spelling (`access_token`) and Epicor's (`AccessToken`), JSON or XML, and numbers
    as text.

    Raises:
        IdentityRefusedError: If there is no token in it.
        EpicorRetriableError: If it breaks off.
    """
    fields = json_fields(body) or xml_fields(body)
    if not fields and body.lstrip().startswith((b"{", b"<Token")):
        raise EpicorRetriableError(Answer("token endpoint", message="the answer breaks off"))
    folded = {name.replace("_", "").lower(): value for name, value in fields.items()}
    token = folded.get("accesstoken")
    if not isinstance(token, str) or not _HEADER_VALUE.match(token):
        raise IdentityRefusedError(
            Answer("token endpoint", message="the answer holds no access token"),
            "Check token_url; a login page or proxy may have answered.",
        )
    try:
        life = float(str(folded.get("expiresin")))
    except ValueError:
        return token, None
    return token, life if life > 0 else None

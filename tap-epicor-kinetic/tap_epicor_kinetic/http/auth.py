"""Identity: settings to request headers, and the life of a token.

Only headers are set; the query string goes out exactly as it was built. One authenticator serves
the whole run and all of its threads.
"""

from __future__ import annotations

import base64
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tap_epicor_kinetic.exceptions import IdentityRefusedError
from tap_epicor_kinetic.http.tokens import TokenEndpoint, read_refresh_token, read_token

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping

    import requests

    from tap_epicor_kinetic.http.server_settings import Identity, ServerSettings

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


def authenticator(
    settings: ServerSettings, session: requests.Session, logger: logging.Logger
) -> Authenticator:
    """Return the identity that the settings describe.

    Args:
        settings: Where the server is and who asks.
        session: Sends what a token endpoint is asked.
        logger: Hears of a refresh token that was replaced.
    """
    identity = settings.identity
    key = {"x-api-key": identity.api_key} if identity.api_key else {}
    if identity.method == "api_key":
        return FixedIdentity(key)
    if identity.method == "basic":
        pair = f"{identity.username}:{identity.password}".encode()
        return FixedIdentity({**key, "Authorization": f"Basic {base64.b64encode(pair).decode()}"})
    endpoint = TokenEndpoint(settings, session)
    if identity.method == "token_resource":
        headers = {"username": identity.username, "password": identity.password, **key}
        return TokenIdentity(lambda: read_token(endpoint.ask(headers, None)), key)
    return TokenIdentity(_Grant(endpoint, identity, logger).fetch, key)


class _Grant:
    """What an OAuth client shows for a token; a refresh token may be replaced each time."""

    def __init__(self, endpoint: TokenEndpoint, identity: Identity, logger: logging.Logger) -> None:
        self._endpoint = endpoint
        self._identity = identity
        self._logger = logger
        self._refresh_token = identity.refresh_token

    def fetch(self) -> tuple[str, float | None]:
        """Return a new token and its life in seconds."""
        answer = self._endpoint.ask({}, self._form())
        token = read_token(answer)
        found = read_refresh_token(answer) or self._refresh_token
        if self._identity.grant_type == "refresh_token" and found != self._refresh_token:
            self._refresh_token = found
            self._logger.warning(
                "The token provider replaced the refresh token; this run goes on with the new one. "
                "If the next run is refused, put a fresh one into refresh_token, or let the "
                "provider reuse them"
            )
        return token

    def _form(self) -> dict[str, str]:
        identity = self._identity
        form = {
            "grant_type": identity.grant_type,
            "client_id": identity.client_id,
            "client_secret": identity.client_secret,
            "scope": identity.scope,
        }
        if identity.grant_type == "password":
            form |= {"username": identity.username, "password": identity.password}
        if identity.grant_type == "refresh_token":
            form["refresh_token"] = self._refresh_token
        # A public client has no secret, and a refresh keeps the scope that it was given.
        return {name: value for name, value in form.items() if value}

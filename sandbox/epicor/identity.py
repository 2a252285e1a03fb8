"""Who may call: users, API keys, and the tokens of TokenResource and two kinds of OAuth server."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import orjson

from sandbox.epicor.errors import JSON, XML, RefusalError, iis_not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.epicor.options import EpicorOptions


@dataclass(slots=True)
class _Token:
    """A token and what is left of its life."""

    user: str | None
    ends_at: float
    uses_left: int | None


class Tokens:
    """The tokens that the server has given out."""

    def __init__(self) -> None:
        self._tokens: dict[str, _Token] = {}
        self._refresh_tokens: set[str] = set()
        self._lock = threading.Lock()
        self.issued = 0

    def issue(self, user: str | None, seconds: float, uses: int | None) -> str:
        """Return a new token; `user` is None for a client that no user is mapped to."""
        value = secrets.token_urlsafe(32)
        with self._lock:
            self.issued += 1
            self._tokens[value] = _Token(user, time.monotonic() + seconds, uses)
        return value

    def user_of(self, value: str) -> str | None:
        """Return whom a living token stands for, and use it up by one.

        Raises:
            errors.RefusalError: 401, the token is unknown, expired, revoked, used up or mapped to
                nobody.
        """
        with self._lock:
            token = self._tokens.get(value)
            if token is None or token.ends_at <= time.monotonic() or token.uses_left == 0:
                raise RefusalError(401, "Invalid or expired access token.", "SecurityException")
            if token.uses_left is not None:
                token.uses_left -= 1
        if token.user is None:
            raise RefusalError(
                401, "No user account is mapped to this identity.", "SecurityException"
            )
        return token.user

    def revoke(self) -> None:
        """End every token that was given out so far; those to refresh with stay."""
        with self._lock:
            self._tokens.clear()

    def issue_refresh(self) -> str:
        """Return a new refresh token."""
        value = secrets.token_urlsafe(24)
        with self._lock:
            self._refresh_tokens.add(value)
        return value

    def redeem(self, refresh_token: str, *, once: bool) -> bool:
        """Return whether a refresh token is good, and end it if it is good `once`."""
        with self._lock:
            good = refresh_token in self._refresh_tokens
            if once:
                self._refresh_tokens.discard(refresh_token)
        return good


def authenticate(
    headers: Mapping[str, str], options: EpicorOptions, tokens: Tokens, api_key: str | None
) -> None:
    """Let a call pass that shows who it is and from which application.

    Args:
        headers: The headers, by lower-case name.
        options: The server's options.
        tokens: The tokens given out.
        api_key: The API key from header or query, if any.

    Raises:
        errors.RefusalError: 401, something is missing or wrong.
    """
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if not scheme and not (api_key and "api_key" in options.accepts):
        raise RefusalError(401, "Authorization is required.", "SecurityException")
    if scheme.lower() == "basic" and "basic" in options.accepts:
        _require_password(*_basic(credentials), options)
    elif scheme.lower() == "bearer" and "bearer" in options.accepts:
        tokens.user_of(credentials.strip())
    elif scheme:
        raise RefusalError(
            401, f"Authorization scheme '{scheme}' is not enabled.", "SecurityException"
        )
    if options.api_key_required and api_key != options.api_key:
        shown = f" '{api_key}'" if options.echoes_api_key and api_key else ""
        raise RefusalError(401, f"API key{shown} is missing or not valid.", "SecurityException")


def token_resource(
    headers: Mapping[str, str], body: bytes, options: EpicorOptions, tokens: Tokens
) -> tuple[str, bytes]:
    """Return content type and body of TokenResource's answer: JSON if accepted, else XML.

    Raises:
        errors.RefusalError: 401 for wrong credentials, 404 where the service is not switched on.
    """
    if not options.token_resource_enabled:
        raise iis_not_found()
    form = _form(body)
    user = headers.get("username") or form.get("username", "")
    password = headers.get("password") or form.get("password", "")
    _require_password(user, password, options)
    token = tokens.issue(user, options.token_seconds, options.token_uses)
    answer = _token_answer(token, options)
    if "json" in headers.get("accept", ""):
        return JSON, orjson.dumps(answer)
    parts = "".join(f"<{name}>{value}</{name}>" for name, value in answer.items())
    return (
        XML,
        f'<Token xmlns="http://schemas.datacontract.org/2004/07/Ice.TokenResource">{parts}</Token>'.encode(),
    )


def oauth_token(
    headers: Mapping[str, str], body: bytes, scope: str, options: EpicorOptions, tokens: Tokens
) -> bytes:
    """Return the answer of an OAuth token endpoint to a form.

    Args:
        headers: The headers, by lower-case name; the client may show itself by Basic there.
        body: The form.
        scope: What this endpoint knows as scope.
        options: The server's options.
        tokens: The tokens given out.

    Raises:
        OAuthError: The client, grant or scope is refused.
    """
    form = _form(body)
    client = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client = _basic(credentials)
    if client != (options.client_id, options.client_secret):
        raise OAuthError("invalid_client")
    grant = form.get("grant_type", "")
    if grant not in options.oauth_grants:
        raise OAuthError("unauthorized_client" if grant else "invalid_request")
    _require_grant(grant, form, scope, options, tokens)
    user = options.username if options.oauth_user_mapped else None
    token = tokens.issue(user, options.token_seconds, options.token_uses)
    answer: dict[str, object] = {"access_token": token, "token_type": "Bearer", "scope": scope}
    if options.token_expires_in != "absent":
        answer["expires_in"] = _seconds(options)
    if grant == "password" or (grant == "refresh_token" and options.refresh_tokens_rotate):
        answer["refresh_token"] = tokens.issue_refresh()
    return orjson.dumps(answer)


def _require_grant(
    grant: str, form: Mapping[str, str], scope: str, options: EpicorOptions, tokens: Tokens
) -> None:
    """Let a form pass that shows what its grant needs.

    A refresh keeps the scope of the log-in and may name none; Epicor's scope beside `openid` works
    with a person's log-in only, and alone with the client's only.

    Raises:
        OAuthError: It does not.
    """
    asked = form.get("scope", "").split()
    if grant == "refresh_token":
        if not tokens.redeem(form.get("refresh_token", ""), once=options.refresh_tokens_rotate):
            raise OAuthError("invalid_grant")
        if asked and scope not in asked:
            raise OAuthError("invalid_scope")
        return
    login = form.get("username"), form.get("password")
    if grant == "password" and login != (options.username, options.password):
        raise OAuthError("invalid_grant")
    is_epicors = scope == options.oauth_scope
    if scope not in asked or (is_epicors and ("openid" in asked) != (grant == "password")):
        raise OAuthError("invalid_scope")


class OAuthError(Exception):
    """A refusal of an OAuth token endpoint, by its `error` code; the status is 400 in each case."""

    def body(self) -> bytes:
        """Return the JSON of RFC 6749, section 5.2."""
        return orjson.dumps({"error": str(self)})


def _token_answer(token: str, options: EpicorOptions) -> dict[str, object]:
    names = ("AccessToken", "TokenType", "ExpiresIn", "RefreshToken")
    if options.token_names == "snake":
        names = ("access_token", "token_type", "expires_in", "refresh_token")
    values: tuple[object, ...] = ("Bearer", _seconds(options), secrets.token_urlsafe(24))
    answer = dict(zip(names, (token, *values), strict=True))
    if options.token_expires_in == "absent":
        del answer[names[2]]
    return answer


def _seconds(options: EpicorOptions) -> int | str:
    return (
        str(options.token_seconds) if options.token_expires_in == "text" else options.token_seconds
    )


def _require_password(user: str, password: str, options: EpicorOptions) -> None:
    if (user, password) != (options.username, options.password):
        raise RefusalError(401, "Invalid username or password.", "SecurityException")


def _basic(credentials: str) -> tuple[str, str]:
    try:
        user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


def _form(body: bytes) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}

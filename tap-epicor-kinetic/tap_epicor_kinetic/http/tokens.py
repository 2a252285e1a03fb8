"""Token endpoints, TokenResource and OAuth: what they are asked, and what their answers hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import requests

from tap_epicor_kinetic.exceptions import (
    Answer,
    AnswerTooSlowError,
    EpicorRetriableError,
    IdentityRefusedError,
)
from tap_epicor_kinetic.http.answers import BUSY, retry_after_seconds
from tap_epicor_kinetic.http.bodies import SMALL_LIMIT, json_fields, read_body
from tap_epicor_kinetic.http.connections import bounded
from tap_epicor_kinetic.http.failures import Place, broken_connections
from tap_epicor_kinetic.http.transport import way_to
from tap_epicor_kinetic.odata.xml import xml_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_epicor_kinetic.http.server_settings import Identity, ServerSettings

_NAME = "token endpoint"
# A token goes into a header as it is, so it must not be able to end one.
_HEADER_VALUE = re.compile(r"[!-~]+\Z")
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
_NO_ENDPOINT = frozenset({301, 302, 303, 307, 308, 404, 405, 410})


class TokenEndpoint:
    """The endpoint that the settings name."""

    def __init__(self, settings: ServerSettings, session: requests.Session) -> None:
        """Prepare to ask; nothing is sent yet."""
        self._settings = settings
        self._session = session
        self._way = way_to(session, settings, settings.identity.token_url)

    def ask(self, headers: Mapping[str, str], form: Mapping[str, str] | None) -> bytes:
        """Return the answer to a log-in by headers (TokenResource) or by a form (OAuth).

        Raises:
            IdentityRefusedError: If it is a refusal.
            EpicorRetriableError: If the endpoint is not well at the moment.
        """
        url = self._settings.identity.token_url
        place = Place(_NAME, f"Check token_url ({url}) and the network.")
        too_slow = AnswerTooSlowError(
            Answer(_NAME, message=f"no answer within {self._settings.timeout_seconds:g} seconds"),
            place.advice,
        )
        request = self._session.prepare_request(
            requests.Request(
                "POST",
                url,
                data=form,
                headers={
                    "User-Agent": self._settings.headers.get("User-Agent"),
                    **headers,
                    "Accept": "application/json",
                },
            )
        )
        with (
            broken_connections(place, too_slow),
            bounded(self._way.seconds),
            self._session.send(request, **self._way.options()) as response,
        ):
            body = read_body(response, SMALL_LIMIT) or b""
        self._judge(response.status_code, response.headers, body)
        return body

    def _judge(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Raise the error that an answer stands for, unless it may hold a token."""
        if status >= requests.codes.server_error or status in BUSY:
            pause = retry_after_seconds(headers.get("Retry-After"))
            raise EpicorRetriableError(
                Answer(_NAME, status, retry_after_seconds=pause), "It will be asked again."
            )
        if status >= requests.codes.multiple_choices:
            raise IdentityRefusedError(
                Answer(_NAME, status, _oauth_error(body)),
                _advice(self._settings.identity, status),
            )
        if "html" in headers.get("Content-Type", "").lower():
            raise EpicorRetriableError(
                Answer(_NAME, status, "the answer is a web page"),
                "A login or maintenance page may stand in between; check token_url.",
            )


def _oauth_error(body: bytes) -> str:
    """Return the error code of an OAuth answer (RFC 6749, 5.2); other words may be a secret."""
    code = json_fields(body).get("error")
    return code if isinstance(code, str) and code in _OAUTH_ERRORS else ""


def _advice(identity: Identity, status: int) -> str:
    if status in _NO_ENDPOINT:
        return f"Nothing issues tokens at {identity.token_url}; correct token_url, or base_url."
    if identity.method != "oauth2":
        return (
            "Check username and password, and that the server issues tokens (Administration "
            "Console); else use basic."
        )
    shown = {
        "client_credentials": "client_id, client_secret, ",
        "password": "client_id, client_secret, username, password, ",
        "refresh_token": "client_id, client_secret, refresh_token (it may have ended or been used "
        "already), ",
    }
    scope = f"scope '{identity.scope}' " if identity.scope else "scope "
    return (
        f"Check {shown[identity.grant_type]}{scope}and that the client is registered for "
        f"{identity.grant_type} and mapped to an Epicor user."
    )


def read_token(body: bytes) -> tuple[str, float | None]:
    """Return the token in an answer and its life in seconds.

    Takes OAuth's spelling (`access_token`) and Epicor's (`AccessToken`), JSON or XML, and numbers
    as text.

    Raises:
        IdentityRefusedError: If there is no token in it.
        EpicorRetriableError: If it breaks off.
    """
    fields = _folded(body)
    if not fields and body.lstrip().startswith((b"{", b"<Token")):
        raise EpicorRetriableError(Answer(_NAME, message="the answer breaks off"))
    token = fields.get("accesstoken")
    if not isinstance(token, str) or not _HEADER_VALUE.match(token):
        raise IdentityRefusedError(
            Answer(_NAME, message="the answer holds no access token"),
            "Check token_url; a login page or proxy may have answered.",
        )
    try:
        life = float(str(fields.get("expiresin")))
    except ValueError:
        return token, None
    return token, life if life > 0 else None


def read_refresh_token(body: bytes) -> str | None:
    """Return what to ask for the next token with, if an answer holds it."""
    token = _folded(body).get("refreshtoken")
    return token if isinstance(token, str) and token else None


def _folded(body: bytes) -> dict[str, Any]:
    """Return the members of an answer by their names without case and underscores."""
    fields = json_fields(body) or xml_fields(body)
    return {name.replace("_", "").lower(): value for name, value in fields.items()}

"""The values that the rooms get of a valid configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_epicor_kinetic.encrypted import decrypted
from tap_epicor_kinetic.http.server_settings import Identity, ServerSettings
from tap_epicor_kinetic.settings import (
    ALL_COMPANIES,
    EPICOR_TOKEN_URL,
    GRANT_SCOPES,
    LICENSE_TYPES,
    SECRETS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def server_settings(config: Mapping[str, Any], user_agent: str) -> ServerSettings:
    """Return the connection part of a valid configuration.

    Args:
        config: The tap's configuration, defaults filled in.
        user_agent: What the tap calls itself unless the configuration says otherwise.
    """
    base_url = config["base_url"].rstrip("/")
    method, grant = config["auth_method"], config["grant_type"]
    default_token_url = (
        f"{base_url}/TokenResource.svc/" if method == "token_resource" else EPICOR_TOKEN_URL
    )
    identity = Identity(
        method=method,
        username=config.get("username") or "",
        client_id=config.get("client_id") or "",
        **{name: decrypted(name, config.get(name)) or "" for name in SECRETS},
        token_url=config.get("token_url") or default_token_url,
        scope=config.get("scope") or GRANT_SCOPES[grant],
        grant_type=grant,
    )
    return ServerSettings(
        base_url=base_url,
        identity=identity,
        headers=_headers(config, user_agent),
        verify=config.get("ca_bundle") or True,
        timeout_seconds=float(config["timeout_seconds"]),
        retry_wait_seconds=float(config["retry_wait_seconds"]),
        max_concurrent_requests=config["max_concurrent_requests"],
    )


def _headers(config: Mapping[str, Any], user_agent: str) -> dict[str, str]:
    headers = {"User-Agent": config.get("user_agent") or user_agent}
    call = {"Plant": config.get("plant"), "Language": config.get("language")}
    if any(call.values()):
        parts = ",".join(f'"{name}":{_json_text(value)}' for name, value in call.items() if value)
        headers["CallSettings"] = f"{{{parts}}}"
    if license_type := config.get("license_type"):
        headers["License"] = f'{{"ClaimedLicense":"{LICENSE_TYPES[license_type]}"}}'
    return headers


def _json_text(value: str) -> str:
    """Return a JSON string in ASCII, which is what a header can carry."""
    import json  # noqa: PLC0415 - only sites with a plant or language pay for it

    return json.dumps(value)


def companies(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the companies to read in the order given.

    `("*",)` means to ask the server; `company` then stands in the path of the question.
    """
    listed = list(config.get("companies") or ())
    if ALL_COMPANIES not in listed and config.get("company"):
        listed.append(config["company"])
    return tuple(dict.fromkeys(listed))

"""Where a server is, how to speak to it, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Identity:
    """How requests say who they are; secrets never show in its representation."""

    method: str
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    token_url: str = ""
    scope: str = ""
    grant_type: str = "client_credentials"
    refresh_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the server is and how to speak to it."""

    base_url: str
    identity: Identity
    headers: dict[str, str] = field(repr=False)
    verify: str | bool
    timeout_seconds: float
    retry_wait_seconds: float
    max_concurrent_requests: int

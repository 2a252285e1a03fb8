"""Requests and answers as the server sees them, free of sockets."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

from sandbox.epicor.errors import JSON, RefusalError


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived: raw path and query, headers by lower-case name.

    `next_link` is a link that the answer must carry though nobody asked, if not empty.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""
    next_link: str = ""

    @property
    def accepts_json(self) -> bool:
        """Whether the client asks for JSON by name; a wildcard is not enough for errors."""
        return "json" in self.headers.get("accept", "")


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; `rows` is how many rows it carries."""

    status: int
    body: bytes
    content_type: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)
    rows: int = 0


def json_response(value: object) -> Response:
    """Return an answer that is a small JSON document."""
    return Response(200, orjson.dumps(value))


def require_method(request: Request, method: str) -> None:
    """Refuse every other method.

    Raises:
        errors.RefusalError: 405, with the header Allow.
    """
    if request.method != method:
        message = f"The requested resource does not support http method '{request.method}'."
        raise RefusalError(405, message, headers={"Allow": method})

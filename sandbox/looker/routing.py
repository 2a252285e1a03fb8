"""From a request to the operation of API 4.0 that handles it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.looker.instance import Instance, User

    Handler = Callable[[Instance, "Request"], "Answer"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is authenticated and taken apart.

    Attributes:
        user: Who calls; `None` for the operations that need no token.
        token: The access token that came with it.
        path: The values of the path's placeholders.
        query: The query parameters; the last one of a name counts.
        body: The decoded JSON object or form; empty without a body.
    """

    user: User | None
    token: str
    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]

    @property
    def caller(self) -> User:
        """Return who calls, where the operation needs a token."""
        if self.user is None:
            raise ValueError("This operation does not need a token, so it has no caller")
        return self.user


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status and what becomes JSON (`None`: no body; `str`: plain text)."""

    body: Any
    status: int = 200


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    Attributes:
        id: Its operation id, which is also the name of the SDK's method.
        path: The path template below the version, as in the API's description.
        open: Needs no token.
    """

    id: str
    method: str
    path: str
    handle: Handler
    open: bool = False

    def match(self, path: str) -> dict[str, str] | None:
        """Return the values of the placeholders, or `None` if `path` is another operation's."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None


@dataclass(slots=True)
class Router:
    """The operations that a server offers, in the order in which they are tried."""

    operations: list[Operation]

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation and the values of its placeholders, or `None`."""
        for operation in self.operations:
            if operation.method == method and (values := operation.match(path)) is not None:
                return operation, values
        return None

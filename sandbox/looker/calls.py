"""What arrives at the stand-in, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.looker.routing import Operation


@dataclass(slots=True)
class Call:
    """A call that arrived, and what it was answered.

    Attributes:
        operation: The operation id, or an empty text if the API has no such operation.
        body: The decoded body; a client secret is left out.
        status: The status that was sent; `None` while there is none, and if none ever was.
        answer: The JSON that was sent.
        user: The id of the user whose token came with it.
    """

    operation: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: dict[str, Any]
    status: int | None = None
    answer: Any = None
    user: str | None = None


@dataclass(slots=True)
class Exchange:
    """A request on its way through the handler."""

    call: Call
    operation: Operation
    path: dict[str, str]
    body: dict[str, Any]

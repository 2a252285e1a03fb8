"""Faults and options of a server in another process, over loopback.

The paths are `/_sandbox/faults`, `/_sandbox/options`, `/_sandbox/log` and `/_sandbox/tokens`.
Nothing asks who calls: the server listens on loopback only, and guards made-up data.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import orjson

from sandbox.epicor.messages import Request, Response
from sandbox.epicor.options import options_from_text

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

CONTROL_PREFIX = "/_sandbox/"


def control(server: EpicorServer, request: Request) -> Response:
    """Do what a request to the control path asks and return the state, or 400 with a reason."""
    try:
        return Response(200, orjson.dumps(_done(server, request), default=_plain))
    except (ValueError, TypeError) as error:
        return Response(400, orjson.dumps({"error": str(error)}))


def _done(server: EpicorServer, request: Request) -> object:
    body = orjson.loads(request.body) if request.body else {}
    match request.method, request.path.removeprefix(CONTROL_PREFIX):
        case "POST", "faults":
            server.faults.add(**body)
        case "DELETE", "faults":
            server.faults.clear()
        case "PATCH" | "POST", "options":
            server.configure(
                **options_from_text({name: _text(value) for name, value in body.items()})
            )
        case "DELETE", "log":
            server.log.clear()
        case "DELETE", "tokens":
            server.revoke_tokens()
        case "GET", "faults" | "options" | "log" | "tokens":
            pass
        case method, path:
            msg = f"There is no {method} {path}; see the README of the sandbox."
            raise ValueError(msg)
    return {
        "faults": server.faults.rules(),
        "options": dataclasses.asdict(server.options),
        "log": [dataclasses.asdict(arrived) for arrived in server.log],
        "tokens_issued": server.service.tokens.issued,
    }


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)

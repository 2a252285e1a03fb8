"""The stand-in server: start it, look at what arrived, break it, change it while it runs."""

from __future__ import annotations

import gzip
import threading
import zlib
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from sandbox.epicor.control import CONTROL_PREFIX, control
from sandbox.epicor.errors import HTML, RefusalError, reason
from sandbox.epicor.faults import Fault, FaultPlan
from sandbox.epicor.messages import Request, Response
from sandbox.epicor.options import EpicorOptions
from sandbox.epicor.service import INSTANCE, EpicorService, licence_error
from sandbox.epicor.store import Store
from sandbox.epicor.wire import HttpServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typing_extensions import Self

_SECRET_HEADERS = frozenset({"authorization", "x-api-key", "password"})
_MAINTENANCE = (
    b"<!DOCTYPE html><html><head><title>Maintenance</title></head>"
    b"<body><h1>We will be back soon</h1></body></html>"
)
_BOMB_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request that arrived: what it asked and got, and its headers but for the secret values.

    `status` is 0 where no answer went out. `rows` counts the rows of the answer.
    """

    method: str
    path: str
    query: str
    status: int
    header_names: tuple[str, ...]
    headers: dict[str, str]
    rows: int


class EpicorServer:
    """A stand-in Kinetic server on 127.0.0.1; as a context manager it serves inside the block.

    Attributes:
        base_url: The URL to give to a client, with the instance.
        log: What arrived, oldest first.
        faults: The plan of faults.
        failures: Errors of the sandbox itself, each answered with 501; a test may assert that none
            are there.
        before_request: Called with each request before it is handled, in the thread that handles
            it.
        store: The database, which a test may change at any time.
    """

    def __init__(
        self,
        store_path: str | Path,
        options: EpicorOptions | None = None,
        *,
        port: int = 0,
        control_path: bool = False,
    ) -> None:
        """Prepare a server.

        Args:
            store_path: The database, made by `Store.create`.
            options: How the server behaves.
            port: The port, or 0 for a free one.
            control_path: Whether `/_sandbox/` lets anyone on this machine set faults and options.
        """
        self.store = Store(store_path)
        self.faults = FaultPlan()
        self.log: list[Arrived] = []
        self._before: Response | None = None
        self.before_request: Callable[[Request], None] | None = None
        self.control_path = control_path
        self.stopping = threading.Event()
        self.failures: list[Exception] = []
        self._http = HttpServer(("127.0.0.1", port), self)
        self.origin = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.base_url = f"{self.origin}/{INSTANCE}"
        self.service = EpicorService(self.store, options or EpicorOptions(), self.origin)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self) -> Self:
        """Start to serve."""
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop."""
        self.close()

    @property
    def options(self) -> EpicorOptions:
        """The options in force."""
        return self.service.options

    def configure(self, **changes: Any) -> None:
        """Change options of the running server."""
        self.service.options = replace(self.service.options, **changes)

    def revoke_tokens(self) -> None:
        """End every token that was given out so far."""
        self.service.tokens.revoke()

    def close(self) -> None:
        """Stop serving, break off what is under way and close the database."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()
        self._http.end_connections()
        self.store.close()

    def respond(self, request: Request) -> tuple[Response | None, Fault | None]:
        """Return the answer to a request, None where there is none, and the fault that it met."""
        if self.control_path and request.path.startswith(CONTROL_PREFIX):
            return control(self, request), None
        if self.before_request is not None:
            self.before_request(request)
        fault = self.faults.fault_for(request.method, request.path, request.query)
        if fault is None:
            response = self.service.handle(request)
        else:
            early = self._early(fault, request)
            if early is not None or fault.kind in ("hang", "reset"):
                return early, fault
            response = self._distorted(fault, self.service.handle(_altered(fault, request)))
        if response.status == HTTPStatus.OK and b'"value"' in response.body:
            self._before = response
        return self._compressed(request, response, fault), fault

    def _distorted(self, fault: Fault, response: Response) -> Response:
        """Return what a cache or an ailing server makes of the right answer."""
        if fault.kind == "page_before" and self._before is not None:
            return self._before
        if fault.kind == "thinned":
            return _thinned(response, fault.size)
        return response

    def record(self, request: Request, response: Response | None) -> None:
        """Add a request to the log, unless it came on the control path."""
        if self.control_path and request.path.startswith(CONTROL_PREFIX):
            return
        headers = request.headers.items()
        self.log.append(
            Arrived(
                method=request.method,
                path=request.path,
                query=request.query,
                status=response.status if response else 0,
                header_names=tuple(request.headers),
                headers={name: value for name, value in headers if name not in _SECRET_HEADERS},
                rows=response.rows if response else 0,
            )
        )

    def _early(self, fault: Fault, request: Request) -> Response | None:
        """Return the answer of a fault that keeps a request from the service, None to let it in."""
        match fault.kind:
            case "status":
                headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
                error = RefusalError(
                    fault.status,
                    fault.message or reason(fault.status),
                    fault.error_type,
                    shape=fault.shape,
                    headers=headers,
                    details=tuple(fault.details),
                )
                return self.service.refusal(request, error)
            case "licence":
                return self.service.refusal(request, licence_error())
            case "html_200":
                return Response(200, _MAINTENANCE, HTML)
            case "redirect":
                return Response(302, b"", None, {"Location": fault.location})
            case "body":
                return Response(200, fault.message.encode(), fault.content_type)
            case "bomb":
                return Response(200, _bomb(fault.size), headers={"Content-Encoding": "gzip"})
            case "delay":
                self.stopping.wait(fault.seconds)
            case "revoke_tokens":
                self.revoke_tokens()
        return None

    def _compressed(self, request: Request, response: Response, fault: Fault | None) -> Response:
        wanted = self.options.gzip or (fault is not None and fault.kind == "gzip")
        if (
            not wanted
            or "gzip" not in request.headers.get("accept-encoding", "")
            or not response.body
        ):
            return response
        headers = {**response.headers, "Content-Encoding": "gzip"}
        return replace(response, body=gzip.compress(response.body, 1), headers=headers)


def _altered(fault: Fault, request: Request) -> Request:
    """Return the request that is answered in the place of the one that arrived."""
    if fault.kind == "next_link":
        return replace(request, next_link=fault.location)
    dropped = {"first_page": ("$skip", "$filter"), "empty_page": ("$top",)}.get(fault.kind)
    if dropped is None:
        return request
    parts = [
        part for part in request.query.split("&") if unquote(part.partition("=")[0]) not in dropped
    ]
    if fault.kind == "empty_page":
        parts.append("$top=0")
    return replace(request, query="&".join(parts))


def _thinned(response: Response, rows: int) -> Response:
    """Return a page without some rows of its middle."""
    page = msgspec.json.decode(response.body, type=dict[str, msgspec.Raw])
    kept = msgspec.json.decode(page["value"], type=list[msgspec.Raw])
    middle = len(kept) // 2
    kept[middle : middle + rows] = []
    page["value"] = msgspec.Raw(msgspec.json.encode(kept))
    return replace(response, body=msgspec.json.encode(page), rows=len(kept))


def _bomb(size: int) -> bytes:
    """Return `size` bytes of blanks, compressed, without ever holding them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    chunk = b" " * _BOMB_CHUNK
    parts = [packer.compress(chunk) for _ in range(size // _BOMB_CHUNK)]
    return b"".join([*parts, packer.compress(b" " * (size % _BOMB_CHUNK)), packer.flush()])

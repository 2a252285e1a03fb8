"""The stand-in's socket: one thread a connection, and a log of all that arrives."""

from __future__ import annotations

import ssl
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from sandbox.looker.calls import Call
from sandbox.looker.faults import FaultPlan
from sandbox.looker.handler import Handler
from sandbox.looker.instance import Instance
from sandbox.looker.operations import build_router

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Call", "HttpServer", "LookerServer"]


class LookerServer:
    """A Looker instance on a free port of 127.0.0.1, from `with` to its end.

    Attributes:
        instance: What it holds and who may do what; to set up and to look at.
        faults: What goes wrong.
        calls: Every call that arrived, in order.
        date_skew: How many seconds the header `Date` is ahead of the instance's own clock, as a
            proxy's clock may be.
    """

    def __init__(
        self,
        instance: Instance | None = None,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.instance = instance or Instance.sandbox()
        self.date_skew = 0.0
        self.faults = FaultPlan()
        self.calls: list[Call] = []
        self.closing = threading.Event()
        # One call at a time changes the instance; faults that wait do so outside of it.
        self.lock = threading.Lock()
        self.router = build_router()
        self._http = HttpServer(("127.0.0.1", port), Handler)
        self._http.looker = self
        self._scheme = "http"
        if tls is not None:
            self._scheme = "https"
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def base_url(self) -> str:
        """Return what the SDK wants as `base_url`: without `/api/4.0`."""
        return f"{self._scheme}://127.0.0.1:{self._http.server_address[1]}"

    def operations(self) -> list[str]:
        """Return the operation ids of all calls, in the order of their arrival."""
        return [call.operation for call in self.calls]

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering, and let go of the calls that are kept waiting."""
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        """Start and return the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server."""
        self.stop()


class HttpServer(ThreadingHTTPServer):
    """The listening socket of a `LookerServer`, which its handlers reach through it."""

    daemon_threads = True
    block_on_close = False
    looker: LookerServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers that go away; anything else is a fault of the stand-in."""
        if not isinstance(sys.exc_info()[1], ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)

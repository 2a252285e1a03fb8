"""The server's socket: HTTP/1.1 on loopback, one thread per connection, and faults on the wire."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sandbox.epicor.messages import Request, Response

if TYPE_CHECKING:
    from sandbox.epicor.faults import Fault
    from sandbox.epicor.server import EpicorServer

_HANG_POLL_SECONDS = 0.05
_CLOSE_SECONDS = 5


class HttpServer(ThreadingHTTPServer):
    """Listens, and knows its open connections."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], epicor: EpicorServer) -> None:
        """Listen at `address` for `epicor`."""
        super().__init__(address, _Handler)
        self.epicor = epicor
        self._connections: set[socket.socket] = set()
        self._connection_lock = threading.Lock()

    @override
    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._connection_lock:
            self._connections.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._connection_lock:
                self._connections.discard(request)
            self.epicor.store.close_thread()

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a client that went away; anything else is a fault of this program."""
        if not isinstance(sys.exc_info()[1], ConnectionError) and not self.epicor.stopping.is_set():
            super().handle_error(request, client_address)

    def end_connections(self) -> None:
        """Break off every connection and wait until their threads are done."""
        deadline = time.monotonic() + _CLOSE_SECONDS
        while time.monotonic() < deadline:
            with self._connection_lock:
                if not self._connections:
                    return
                for connection in self._connections:
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
            time.sleep(0.005)


class _Handler(BaseHTTPRequestHandler):
    """Reads one request after another from a connection and writes the answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: HttpServer

    @override
    def handle_one_request(self) -> None:
        with contextlib.suppress(ConnectionError):
            super().handle_one_request()
            return
        self.close_connection = True

    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = int(headers.get("content-length") or 0)
        request = Request(
            self.command, path, query, headers, self.rfile.read(length) if length else b""
        )
        epicor = self.server.epicor
        try:
            response, fault = epicor.respond(request)
        except Exception as error:  # noqa: BLE001 - kept and told, see below
            # A flaw of the sandbox must not look like one of the faults that clients retry.
            epicor.failures.append(error)
            response, fault = (
                Response(501, f"The sandbox failed: {error!r}".encode(), "text/plain"),
                None,
            )
        epicor.record(request, response)
        if response is None:
            self._leave_unanswered(fault)
        else:
            self._write(response, fault)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815 - http.server's names

    def _write(self, response: Response, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        body = response.body
        if kind == "truncated_json":
            body = body[: len(body) // 2]
        self.send_response_only(response.status)
        self.send_header("Date", self.date_time_string())
        if response.content_type:
            self.send_header("Content-Type", response.content_type)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if fault is not None and kind == "drip":
            self._drip(body, fault)
            return
        self.send_header("Content-Length", str(len(body)))
        if kind == "cut":
            body = body[: len(body) // 2]
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def _drip(self, body: bytes, fault: Fault) -> None:
        """Write an answer piece by piece, until the client gives up or the server stops."""
        if fault.part == "headers":
            self.flush_headers()
            body = b"X-Slow: " + b"x" * len(body) + b"\r\n\r\n"
        else:
            chunked = fault.part == "chunks"
            length = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", len(body))
            self.send_header(length[0], str(length[1]))
            self.end_headers()
        size = fault.size or 1
        for start in range(0, len(body), size):
            piece = body[start : start + size]
            if fault.part == "chunks":
                piece = b"%x\r\n%s\r\n" % (len(piece), piece)
            self.wfile.write(piece)
            self.wfile.flush()
            if self.server.epicor.stopping.wait(fault.seconds):
                return
        if fault.part == "chunks":
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = fault.part == "headers"

    def _leave_unanswered(self, fault: Fault | None) -> None:
        self.close_connection = True
        if fault is not None and fault.kind == "hang":
            while not self.server.epicor.stopping.is_set() and not self._client_has_gone():
                self.server.epicor.stopping.wait(_HANG_POLL_SECONDS)
        # A linger of zero seconds makes the close a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _client_has_gone(self) -> bool:
        readable, _, _ = select.select([self.connection], [], [], 0)
        try:
            return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet; `EpicorServer.log` has it all."""

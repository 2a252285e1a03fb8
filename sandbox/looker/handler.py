"""One connection: requests taken in, answers sent out, and the faults that spoil them."""

from __future__ import annotations

import json
import socket
import struct
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.looker.calls import Call, Exchange
from sandbox.looker.errors import LookerApiError
from sandbox.looker.faults import Fault, Kind
from sandbox.looker.routing import Answer, Operation, Request
from sandbox.looker.session import logout

if TYPE_CHECKING:
    from sandbox.looker.instance import Instance
    from sandbox.looker.server import HttpServer, LookerServer

API = "/api/4.0"
DEPTH = 200_000
DRIP_SECONDS = 0.1
# The SDK logs out at a path without the version.
LOGOUT = Operation("logout", "DELETE", "/api/logout", logout)
HTML_PAGE = "<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"


class Handler(BaseHTTPRequestHandler):
    """Serves one connection of a `LookerServer`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer one request, or do to it what the next fault says."""
        self._handle()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the instance's time, which callers may read from the header `Date`."""
        own = self._looker.instance.clock() + self._looker.date_skew
        return formatdate(own if timestamp is None else timestamp, usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet: the calls are logged as objects."""

    @property
    def _looker(self) -> LookerServer:
        return cast("HttpServer", self.server).looker

    def _handle(self) -> None:
        exchange = self._receive()
        fault = self._looker.faults.take(exchange.operation.id)
        if fault is None:
            self._send(exchange.call, self._perform(exchange))
            return
        if fault.kind is Kind.REVOKED:
            self._looker.instance.revoke_tokens()
            self._send(exchange.call, self._perform(exchange))
            return
        answer = self._perform(exchange) if fault.handled or fault.kind is Kind.SLOW else None
        with suppress(OSError):  # the caller may have gone away
            self._spoil(exchange, fault, answer)

    def _receive(self) -> Exchange:
        url = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(url.path)
        found = self._looker.router.find(self.command, path.removeprefix(API))
        if (self.command, path) == (LOGOUT.method, LOGOUT.path):
            found = LOGOUT, {}
        elif found is None or not path.startswith(API):
            found = Operation("", self.command, path, _unknown), {}
        body = self._decode(raw)
        call = Call(
            found[0].id,
            self.command,
            path,
            dict(parse_qsl(url.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            {name: value for name, value in body.items() if name != "client_secret"},
        )
        self._looker.calls.append(call)
        return Exchange(call, *found, body)

    def _decode(self, raw: bytes) -> dict[str, Any]:
        kind = (self.headers.get("Content-Type") or "").partition(";")[0]
        if kind == "application/x-www-form-urlencoded":
            return dict(parse_qsl(raw.decode()))
        with suppress(ValueError):
            decoded = json.loads(raw or b"{}")
            if isinstance(decoded, dict):
                return decoded
        return {}

    def _perform(self, exchange: Exchange) -> Answer:
        """Do what the operation does, or say why not."""
        call, operation, looker = exchange.call, exchange.operation, self._looker
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            with looker.lock:
                user = looker.instance.token_user(token)
                call.user = user.id if user else None
                if user is None and not operation.open:
                    raise LookerApiError(401, "Requires authentication.")  # noqa: TRY301
                self._check_content_type(operation)
                request = Request(user, token, exchange.path, call.query, exchange.body)
                return operation.handle(looker.instance, request)
        except LookerApiError as error:
            place = f"{operation.method.lower()}{operation.path}".replace("{", ":").replace("}", "")
            return Answer(error.body(place), error.status)

    def _check_content_type(self, operation: Operation) -> None:
        if not int(self.headers.get("Content-Length") or 0):
            return
        wanted = "x-www-form-urlencoded" if operation.id == "login" else "json"
        if not (self.headers.get("Content-Type") or "").startswith(f"application/{wanted}"):
            # Assumed: the API's description does not tell the status for a wrong content type.
            raise LookerApiError(400, f"The body must be application/{wanted}")

    def _send(self, call: Call, answer: Answer, retry_after: str | None = None) -> None:
        call.status, call.answer = answer.status, answer.body
        content = b"" if answer.body is None else json.dumps(answer.body).encode()
        self._write(answer.status, content, "application/json", retry_after)

    def _write(
        self, status: int, content: bytes, kind: str, retry_after: str | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind};charset=utf-8")
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _spoil(self, exchange: Exchange, fault: Fault, answer: Answer | None) -> None:
        call, closing = exchange.call, self._looker.closing
        if fault.kind is Kind.SLOW and answer is not None:
            closing.wait(fault.seconds)
            self._send(call, answer)
        elif fault.kind in {Kind.STATUS, Kind.ECHO}:
            token = call.headers.get("authorization", "") if fault.kind is Kind.ECHO else ""
            error = LookerApiError(fault.status, f"Status {fault.status} {token}".strip())
            place = f"{call.method.lower()}{exchange.operation.path}"
            self._send(call, Answer(error.body(place), fault.status), fault.retry_after)
        elif fault.kind in {Kind.HTML, Kind.MAINTENANCE}:
            call.status = 200 if fault.kind is Kind.MAINTENANCE else fault.status
            title = "Maintenance" if fault.kind is Kind.MAINTENANCE else f"{fault.status} Error"
            page = HTML_PAGE.format(title=title).encode()
            self._write(call.status, page, "text/html", fault.retry_after)
        elif fault.kind is Kind.EMPTY:
            call.status = 200
            self._write(200, b"", "application/json")
        elif fault.kind is Kind.DEEP:
            call.status = fault.status
            self._write(fault.status, b"[" * DEPTH + b"]" * DEPTH, "application/json")
        elif fault.kind in {Kind.ENDLESS, Kind.DRIP}:
            self._go_on(call, fault)
        elif fault.kind is Kind.REDIRECT:
            call.status = 302
            self.send_response(302)
            self.send_header("Location", f"{self._looker.base_url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._break_off(call, fault)

    def _go_on(self, call: Call, fault: Fault) -> None:
        """Send an answer without end, until the caller has had enough."""
        self.close_connection = True
        call.status = fault.status
        pause, piece = (DRIP_SECONDS, b"X") if fault.kind is Kind.DRIP else (0.0, b" " * 65536)
        head = b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\n" % fault.status
        self.wfile.write(head + (b"X-Long: " if pause else b"\r\n["))
        while not self._looker.closing.wait(pause):
            self.wfile.write(piece)
            self.wfile.flush()

    def _break_off(self, call: Call, fault: Fault) -> None:
        self.close_connection = True
        if fault.kind is Kind.RESET:
            # Closing with a linger time of zero sends a reset instead of an orderly end.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            return
        if fault.kind is Kind.HANGING_BODY:
            call.status = fault.status
            self.send_response(fault.status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"<html>")
            self.wfile.flush()
        self._looker.closing.wait()


def _unknown(instance: Instance, request: Request) -> Answer:
    del instance, request
    raise LookerApiError(404, "Not found")

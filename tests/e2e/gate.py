"""A relay between the target and Postgres that stops everything at a chosen message.

Whoever is killed then is killed at a known point of the conversation, every time.
"""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

QUERY, COPY_DATA, READY = b"Q", b"d", b"Z"
CHUNK = 65536


@dataclass(slots=True)
class Stop:
    """Where the gate closes.

    Attributes:
        texts: Each must come in a statement, one after the other; at the last the gate closes.
        copy_data: It closes at the first data of a COPY instead.
        answered: The server gets that statement and performs it; only its answer is kept back.
    """

    texts: tuple[str, ...] = ()
    copy_data: bool = False
    answered: bool = False
    _left: list[bytes] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare to look for the first text."""
        self._left = [text.encode() for text in self.texts]

    @property
    def met(self) -> bool:
        """Return whether all texts have come."""
        return not self._left

    def strikes(self, kind: bytes, message: bytes) -> bool:
        """Return whether the gate closes at this message of the target."""
        if self.copy_data:
            return kind == COPY_DATA
        if kind == QUERY and self._left and self._left[0] in message:
            del self._left[0]
            return self.met
        return False


class Gate:
    """Relays connections to a server, from `with` to its end.

    Only for connections without TLS (`sslmode: disable`).
    """

    def __init__(self, host: str, port: int, stop: Stop) -> None:
        """Listen; nothing is relayed yet."""
        self._closed = threading.Event()
        self._server = (host, port)
        self._stop = stop
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._end = threading.Event()

    @property
    def port(self) -> int:
        """Return where the target is to connect to, on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    def is_closed(self) -> bool:
        """Return whether the message has come at which the gate closes."""
        return self._closed.is_set()

    def __enter__(self) -> Self:
        """Begin to relay."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Cut all connections, as the end of the target's process does."""
        self._end.set()
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                target, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                self._open += [target, server]
                for each in (target, server):
                    # Small messages at once: otherwise each waits 40 ms for the one before.
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for work in (self._relay_questions, self._relay_answers):
                    threading.Thread(target=work, args=(target, server), daemon=True).start()

    def _relay_questions(self, target: socket.socket, server: socket.socket) -> None:
        with suppress(OSError, EOFError):
            (length,) = struct.unpack("!I", startup := _exactly(target, 4))
            server.sendall(startup + _exactly(target, length - 4))
            while True:
                kind, message = _message(target)
                if not self._stop.strikes(kind, message):
                    server.sendall(message)
                elif self._stop.answered:
                    server.sendall(message)
                    # The other direction sees the answer come.
                    self._end.wait()
                else:
                    self._closed.set()
                    self._end.wait()

    def _relay_answers(self, target: socket.socket, server: socket.socket) -> None:
        with suppress(OSError, EOFError):
            while True:
                kind, message = _message(server)
                if not (self._stop.answered and self._stop.met):
                    target.sendall(message)
                elif kind == READY:
                    self._closed.set()
                    self._end.wait()


def _message(sender: socket.socket) -> tuple[bytes, bytes]:
    """Return the kind of the next message, and all of it.

    A byte for the kind and a length that counts itself (PostgreSQL manual, "Message Formats").
    """
    head = _exactly(sender, 5)
    kind, length = struct.unpack("!cI", head)
    return kind, head + _exactly(sender, length - 4)


def _exactly(sender: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = sender.recv(min(size, CHUNK))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)

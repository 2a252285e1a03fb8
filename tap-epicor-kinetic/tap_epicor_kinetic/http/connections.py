"""Connections whose waits are bounded as a whole, however slowly the other side speaks.

A time-out of a socket bounds one wait for bytes, and a name that resolves to many addresses is
tried for each of them. A server that sends a byte now and then, in its headers, in the lengths of
chunks or in its body, would keep a request for ever. Here the whole exchange has a `Deadline`.
"""

from __future__ import annotations

import http.client
import io
import queue
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import urllib3
from typing_extensions import override
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Buffer

SLOWEST_BYTES_PER_SECOND = 16 * 1024
"""What an answer must bring beyond its first time-out's worth of seconds."""
LONGEST_FACTOR = 30
"""No answer takes longer than so many time-outs, however steadily it flows."""

_Address = tuple[Any, ...]
_current = threading.local()


class Deadline:
    """The end of one exchange; each byte that arrives puts it off a little, up to a limit."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin now.

        Args:
            seconds: What the exchange may take without a byte.
            clock: Monotonic seconds.
        """
        self._seconds = seconds
        self._clock = clock
        self._begun = clock()
        self._bytes = 0

    def credit(self, count: int) -> None:
        """Note that bytes arrived."""
        self._bytes += count

    def seconds_left(self) -> float:
        """Return the seconds until the end.

        Raises:
            TimeoutError: If there are none.
        """
        allowed = self._seconds + self._bytes / SLOWEST_BYTES_PER_SECOND
        left = min(allowed, self._seconds * LONGEST_FACTOR) - (self._clock() - self._begun)
        if left <= 0:
            message = "the answer takes too long as a whole"
            raise TimeoutError(message)
        return left


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Bound whatever this thread receives inside the block.

    Args:
        seconds: What an exchange may take, beside what its bytes earn.
    """
    _current.deadline = Deadline(seconds)
    try:
        yield
    finally:
        _current.deadline = None


class _TimedStream(io.RawIOBase):
    """What arrives on a socket, until the deadline of the thread that reads it."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        super().__init__()
        self._raw = raw
        self._socket = sock
        self._timeout = sock.gettimeout()

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer, /) -> int | None:
        deadline: Deadline | None = getattr(_current, "deadline", None)
        if deadline is None:
            return self._raw.readinto(buffer)
        left = deadline.seconds_left()
        self._socket.settimeout(left if self._timeout is None else min(left, self._timeout))
        count = self._raw.readinto(buffer)
        deadline.credit(count or 0)
        return count

    @override
    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """An answer that is read through a timed stream, from its first line on."""

    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp = io.BufferedReader(_TimedStream(self.fp.detach(), sock))


class _Connection(HTTPConnection):
    """A connection to one of a host's addresses, found and opened within one time-out."""

    response_class = _TimedResponse

    @override
    def _new_conn(self) -> socket.socket:
        return _opened(self)


class _SecureConnection(HTTPSConnection):
    """The same with TLS; a handshake that does not end is a connection that did not come about."""

    response_class = _TimedResponse

    @override
    def _new_conn(self) -> socket.socket:
        return _opened(self)

    @override
    def connect(self) -> None:
        try:
            super().connect()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "the TLS handshake timed out") from error


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS: dict[str, type[urllib3.HTTPConnectionPool]] = {"http": _Pool, "https": _SecurePool}
"""Pools of bounded connections by scheme, for urllib3's `pool_classes_by_scheme`."""


def _opened(connection: HTTPConnection) -> socket.socket:
    """Return a socket that is connected, or raise urllib3's errors as its own connections do."""
    timeout = connection.timeout
    seconds = timeout if isinstance(timeout, (int, float)) else None
    host = connection._dns_host.strip("[]")  # noqa: SLF001 - as urllib3's own subclass for SOCKS
    try:
        addresses = _addresses(host, connection.port, seconds)
        return _connected(addresses, seconds, connection)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"no connection within {seconds} s") from error
    except OSError as error:
        raise NewConnectionError(connection, str(error)) from error


def _addresses(host: str, port: int | None, seconds: float | None) -> list[_Address]:
    """Return the addresses of a host; a resolver that does not answer is not waited for longer.

    A thread of its own asks, since nothing can interrupt the question.
    """
    answers: queue.SimpleQueue[list[_Address] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(
                list(socket.getaddrinfo(host, port, allowed_gai_family(), socket.SOCK_STREAM))
            )
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except queue.Empty:
        raise socket.gaierror(socket.EAI_AGAIN, "The name server does not answer") from None
    if isinstance(found, UnicodeError):
        raise socket.gaierror(socket.EAI_NONAME, "This is no host name") from found
    if isinstance(found, Exception):
        raise found
    return found


def _connected(
    addresses: list[_Address], seconds: float | None, connection: HTTPConnection
) -> socket.socket:
    """Return a socket to the first address that answers; each gets an equal share of the time."""
    until = None if seconds is None else time.monotonic() + seconds
    failure = OSError("the name has no address")
    for index, (family, kind, protocol, _, address) in enumerate(addresses):
        left = None if until is None else max(0.0, until - time.monotonic())
        sock = socket.socket(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(None if left is None else max(0.1, left / (len(addresses) - index)))
            sock.connect(address)
            sock.settimeout(seconds)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure

"""Chosen calls go wrong: error statuses, lost tokens, answers late, broken or never there."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import Enum
from fnmatch import fnmatchcase


class Kind(Enum):
    """What goes wrong."""

    STATUS = "an error status with Looker's error body"
    ECHO = "the same, with a message that repeats the token which came"
    HTML = "an error status with the HTML page of a proxy"
    MAINTENANCE = "status 200 with an HTML page"
    REDIRECT = "a redirect to another address"
    REVOKED = "all tokens are revoked before the call is handled"
    SLOW = "the answer comes late"
    HANG = "the answer never comes"
    HANGING_BODY = "an error status whose body never ends"
    RESET = "the connection is reset instead of an answer"
    EMPTY = "status 200 without a body"
    ENDLESS = "JSON that goes on and on"
    DRIP = "an answer that comes a byte at a time, header and all, and never ends"
    DEEP = "JSON of brackets in brackets"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which calls go wrong.

    Attributes:
        kind: What goes wrong.
        operation: Which operations, by their operation id; `*` and `?` match as in file names.
        skip: How many matching calls still go well first.
        times: How many calls then go wrong; `None`: all.
        status: The status, for kinds that have one.
        retry_after: The header `Retry-After`, if it is sent.
        seconds: How late, for `SLOW`.
        handled: The work is done before its answer is spoilt: the caller cannot know.
    """

    kind: Kind
    operation: str = "*"
    skip: int = 0
    times: int | None = 1
    status: int = 500
    retry_after: str | None = None
    seconds: float = 0.0
    handled: bool = False


class FaultPlan:
    """The faults still to come. Safe between threads."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Plan a fault; of several that match a call, the one added first happens."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._faults.clear()

    def take(self, operation: str) -> Fault | None:
        """Return the fault that strikes this call of `operation`, and count it as used."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if not fnmatchcase(operation, fault.operation) or fault.times == 0:
                    continue
                if fault.skip:
                    self._faults[index] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times is not None:
                    self._faults[index] = replace(fault, times=fault.times - 1)
                return fault
        return None

"""Ending a run early: on SIGTERM or SIGINT between two messages, or because nobody reads them."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

_T = TypeVar("_T")
_SIGNAL_BASE = 128


class Terminated(SystemExit):
    """The run was asked to end.

    Not an `Exception`: nothing on the way may take it for a failed stream.
    """

    def __init__(self, signum: int) -> None:
        """Keep the signal; shells expect 128 plus its number as the exit code."""
        super().__init__(_SIGNAL_BASE + signum)
        self.exit_code = _SIGNAL_BASE + signum
        self.signal_name = signal.Signals(signum).name


class TargetGone(SystemExit):
    """Nobody reads what the tap writes any more.

    Not an `Exception`, as `Terminated` is none.
    """

    def __init__(self) -> None:
        """Exit as a run that failed."""
        self.exit_code = 1
        super().__init__(self.exit_code)


class Termination:
    """Remembers a request to end, and ends at the next safe place."""

    def __init__(self) -> None:
        """Nothing is asked for yet, and nothing is being written that must not be cut."""
        self._signum: int | None = None
        self._interruptible = True

    def guard(self) -> None:
        """From now on, end only where the run waits."""
        self._interruptible = False

    def request(self, signum: int) -> None:
        """Ask for the end; called from a signal handler.

        Raises:
            Terminated: If the run only waits for the server, so that nothing is cut in two.
        """
        self._signum = signum
        if self._interruptible:
            raise Terminated(signum)

    def check(self) -> None:
        """Raise `Terminated` if the end was asked for."""
        if self._signum is not None:
            raise Terminated(self._signum)

    def wait(self, pending: Future[_T]) -> _T:
        """Return a result, or leave when the end is asked for meanwhile."""
        with self.waiting():
            return pending.result()

    def settle(self, pending: Future[_T]) -> None:
        """Wait for a result, good or bad, or leave when the end is asked for meanwhile."""
        with self.waiting():
            pending.exception()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let the end come inside the block, where nothing is written.

        Signals arrive in the main thread alone; for all others this does nothing.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before, self._interruptible = self._interruptible, True
        try:
            self.check()
            yield
        finally:
            self._interruptible = before


def leave(code: int) -> NoReturn:
    """End the process at once; a request under way could keep it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)

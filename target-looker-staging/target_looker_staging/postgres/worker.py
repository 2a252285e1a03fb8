"""One thread that talks to Postgres while the main thread reads and encodes."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class _Job(Generic[T]):
    """Work for the thread, and what came of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.done = threading.Event()
        self.result: T
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.work()
        except BaseException as error:  # noqa: BLE001 the main thread raises it again
            self.error = error
        self.done.set()


class LoadWorker:
    """Runs jobs one after the other, in the order in which they were given.

    After a job has failed no other one runs, so that nothing, a state above all, can overtake the
    failure; the error is raised in the main thread by whatever it calls next.
    """

    def __init__(self, waiting: int = 1) -> None:
        """Start the thread.

        Args:
            waiting: How many jobs may wait while one runs; with a batch per job this bounds memory.
        """
        self._jobs: queue.Queue[_Job[object] | None] = queue.Queue(waiting)
        self._failed: BaseException | None = None
        self._aborted = False
        # A daemon: an interpreter that is told to end does not wait for Postgres.
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[], object]) -> None:
        """Hand work over to the thread, waiting while too much of it is waiting already.

        Raises:
            BaseException: What an earlier job failed with.
        """
        self._raise_failure()
        self._jobs.put(_Job(work))

    def call(self, work: Callable[[], T]) -> T:
        """Return what the work returns, after everything that was submitted before.

        Raises:
            BaseException: What this or an earlier job failed with.
        """
        self._raise_failure()
        job = _Job(work)
        self._jobs.put(job)  # type: ignore[arg-type]  # _Job is covariant in what it returns
        job.done.wait()
        self._raise_failure()
        return job.result

    def finish(self) -> None:
        """Wait for all jobs.

        Raises:
            BaseException: What one of them failed with.
        """
        self.call(lambda: None)

    def close(self) -> None:
        """End the thread after the jobs that it has been given; one that fails is the last."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    def abort(self, timeout_seconds: float) -> bool:
        """Let no further job begin.

        Returns:
            Whether the job that runs, which is the caller's to cancel, has ended within the time.
        """
        self._aborted = True
        # A full queue needs no wake-up: the thread looks at it, and then at `_aborted`.
        with suppress(queue.Full):
            self._jobs.put_nowait(None)
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._aborted and (job := self._jobs.get()) is not None:
            if self._failed is None and not self._aborted:
                job.run()
                self._failed = job.error
            job.done.set()

    def _raise_failure(self) -> None:
        if self._failed is not None:
            raise self._failed

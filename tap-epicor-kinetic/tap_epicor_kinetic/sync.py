"""One run: the chosen streams one after the other, and an end that is said whatever happens."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import EpicorError, ServerUnreachableError, SyncIncompleteError
from tap_epicor_kinetic.run.termination import TargetGone, Terminated, leave

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from tap_epicor_kinetic.run.session import Session
    from tap_epicor_kinetic.run.termination import Termination
    from tap_epicor_kinetic.stream import EpicorStream
    from tap_epicor_kinetic.unavailable import UnavailableStream


class Sync:
    """Reads the chosen streams; one that fails does not stop the others."""

    def __init__(
        self,
        session: Session,
        termination: Termination,
        logger: logging.Logger,
        chosen: Sequence[EpicorStream],
        lost: Sequence[UnavailableStream],
    ) -> None:
        """Prepare; nothing is read or written yet.

        Args:
            session: The run.
            termination: Where signals are remembered.
            logger: Hears of failures.
            chosen: The streams to read.
            lost: The streams that are to be read and cannot be offered.
        """
        self._session = session
        self._termination = termination
        self._logger = logger
        self._chosen = chosen
        self._lost = lost
        self._told: set[str] = set()

    def run(self) -> None:
        """Read everything; the process ends here if it was asked to, or if the target is gone.

        Raises:
            SyncIncompleteError: If a stream failed.
        """
        session, record = self._session, self._session.record
        for stream in self._chosen:
            record.stream(stream.name).replication_key = stream.replication_key
        for lost in self._lost:
            record.stream(lost.name)
        self._termination.guard()
        try:
            self._read()
        except Terminated as terminated:
            self._logger.warning(
                "Ended by %s; the next run goes on from the last state", terminated.signal_name
            )
            with suppress(TargetGone):
                session.write_state()
            leave(terminated.exit_code)
        except TargetGone as gone:
            self._logger.error(  # noqa: TRY400 - the message says it all
                "The target ended before it had read everything; its log tells why. The next run "
                "goes on from the last state that it passed on"
            )
            leave(gone.exit_code)
        if failed := record.failed:
            message = f"{len(failed)} of {len(record.streams)} streams failed: {', '.join(failed)}"
            raise SyncIncompleteError(message)

    def _read(self) -> None:
        session = self._session
        session.write_state()
        opened = self._open()
        session.row_versions.freeze(session.clock())
        for stream in self._chosen:
            self._sync_stream(stream, opened[stream.name])
        for lost, error in self.reasons():
            self._fail(lost.name, error)
        session.record.finish()
        session.write_state()
        end_requests(session, self._termination)

    def reasons(self) -> Iterator[tuple[UnavailableStream, EpicorError]]:
        """Yield why streams cannot be offered; for some the server has to be asked."""
        pending = [self._session.server.executor.submit(each.reason) for each in self._lost]
        for each, answer in zip(self._lost, pending, strict=True):
            yield each, self._termination.wait(answer)

    def _open(self) -> dict[str, Future[None]]:
        """Find the ways to the rows of all streams side by side; return how each attempt ended."""
        executor = self._session.server.executor
        pending = {item.name: executor.submit(item.look_ahead) for item in self._chosen}
        for future in pending.values():
            self._termination.settle(future)
        return pending

    def _sync_stream(self, stream: EpicorStream, opened: Future[None]) -> None:
        record = self._session.record.stream(stream.name)
        record.status = "running"
        try:
            opened.result()
            stream.sync()
        except EpicorError as error:
            self._fail(stream.name, error)
            self._session.write_state()

    def _fail(self, name: str, error: EpicorError) -> None:
        record = self._session.record.stream(name)
        record.status = "failed"
        record.error = str(error.answer)
        if isinstance(error, ServerUnreachableError):
            # That there is no server is said once for all streams.
            if str(error) in self._told:
                return
            self._told.add(str(error))
        self._logger.error("Stream %s failed: %s", name, error)


def end_requests(session: Session, termination: Termination, *, wait: bool = True) -> None:
    """Send nothing more; wait for what is under way unless the process ends anyway."""
    session.server.client.close()
    with termination.waiting():
        session.server.executor.shutdown(wait=wait, cancel_futures=True)

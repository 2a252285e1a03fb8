"""What a run does its work with: a connection, the one thread that uses it, its run log."""

from __future__ import annotations

import getpass
import logging
import socket
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, TypeVar

import psycopg2
from singer_sdk.exceptions import SingerSDKError
from singer_sdk.singerlib.exceptions import InvalidInputLine

from target_looker_staging.exceptions import StagingError, StreamBusyError
from target_looker_staging.postgres.connection import connect, transaction
from target_looker_staging.postgres.grants import grant_select
from target_looker_staging.postgres.locks import lock_run
from target_looker_staging.postgres.worker import LoadWorker
from target_looker_staging.quarantine.store import RejectedRecordStore
from target_looker_staging.run.identity import refused_identity
from target_looker_staging.run.log import RunLog, free_run_id
from target_looker_staging.run.tables import close_dead_runs, create_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.postgres.types import Connection, Cursor
    from target_looker_staging.run.identity import RunIdentity
    from target_looker_staging.run.tables import RunStatus
    from target_looker_staging.staging.settings import LoadSettings

logger = logging.getLogger("target-looker-staging")

T = TypeVar("T")

# How long a run that is told to end waits for its statement to notice; then the connection is cut.
GRACE_SECONDS = 5.0
_CLOSING = "Closing the run in the run log"


class Session:
    """Does in the loading thread whatever needs Postgres, in the order in which it is handed over.

    Attributes:
        connection: Used by the loading thread alone, while that has work.
        identity: Who runs.
        log: The run in the run log.
        rejected: Where rejected records go.
        in_quarantine: Streams that had records in quarantine when the run began.
    """

    def __init__(
        self, postgres: PostgresSettings, load: LoadSettings, identity: RunIdentity
    ) -> None:
        """Connect, make the run log if there is none, and enter the run.

        Raises:
            StagingConnectionError: If Postgres is not there or refuses.
            StreamBusyError: If another process has a run of the same id.
        """
        self.identity = identity
        self.log = RunLog(load.target_schema, identity.run_id)
        self.rejected = RejectedRecordStore(load.target_schema)
        self.in_quarantine: Collection[str] = ()
        self._load = load
        self._is_open = False
        self.connection: Connection = connect(postgres)
        self._worker = LoadWorker()
        try:
            self._open()
        except StreamBusyError as error:
            # The entry of that id is the other run's.
            self.identity = refused_identity(identity)
            self._worker.close()
            self._worker = LoadWorker()
            with suppress(StagingError):
                self._open()
            self.fail(error)
            raise
        except BaseException as error:
            self.fail(error)
            raise

    def _open(self) -> None:
        started_at = datetime.now(tz=timezone.utc)
        invoked_by = self.identity.invoked_by or f"{getpass.getuser()}@{socket.gethostname()}"
        schema = self._load.target_schema

        def begin(cursor: Cursor) -> list[str]:
            create_tables(cursor, schema)
            self.rejected.create_tables(cursor)
            self.log = RunLog(schema, free_run_id(cursor, schema, self.identity.run_id))
            dead = close_dead_runs(cursor, schema)
            lock_run(cursor, self.log.run_id)
            # From here on the entry is this run's to close, and not a live one's of the same id.
            self._is_open = True
            self.log.start(cursor, self._identity_in_log, started_at, invoked_by)
            self.in_quarantine = self.rejected.count_waiting(cursor).keys()
            grant_select(cursor, schema, self._load.grant_select_to)
            return dead

        for run_id in self.transact("Opening the run log", begin):
            logger.warning("Run %s died; it is now marked as interrupted", run_id)

    @property
    def _identity_in_log(self) -> RunIdentity:
        """Return who runs; a table that is replaced as a whole has no companies of its own."""
        if self._load.load_method == "overwrite":
            return replace(self.identity, companies=None)
        return self.identity

    def submit(self, work: Callable[[], object]) -> None:
        """Hand work over, waiting while too much of it is waiting already.

        Raises:
            StagingError: If something that was handed over before failed.
        """
        self._worker.submit(work)

    def call(self, work: Callable[[], T]) -> T:
        """Return what the work returns, after everything that was handed over before.

        Raises:
            StagingError: If this or something that was handed over before failed.
        """
        return self._worker.call(work)

    def transact(self, doing: str, work: Callable[[Cursor], T]) -> T:
        """Return what the work returns, done in a transaction of its own.

        Args:
            doing: What is done, for error messages.
            work: Called in the loading thread.

        Raises:
            StagingError: If this or something that was handed over before failed.
        """

        def do() -> T:
            with transaction(self.connection, doing) as cursor:
                return work(cursor)

        return self.call(do)

    def wait(self) -> None:
        """Return when everything that was handed over is committed.

        Raises:
            StagingError: If some of it failed.
        """
        self._worker.finish()

    def conclude(self, work: Callable[[Cursor], T]) -> T:
        """Return what the work returns, which closes the run in the run log; nothing else does."""
        self._is_open = False
        return self.transact(_CLOSING, work)

    def fail(self, error: BaseException) -> None:
        """Close a run that failed, as far as the connection still allows, and disconnect."""
        if isinstance(error, Exception):
            # What came before the failure is whole: it is committed, and its state passed on.
            self._worker.close()
            known = isinstance(error, (SingerSDKError, InvalidInputLine))
            self._close("failed", str(error) if known else type(error).__name__)
        elif self._stop():
            self._close("interrupted", "The process was told to end (SIGTERM or SIGINT).")

    def _stop(self) -> bool:
        """Return whether the loading thread has ended, its statement cancelled if need be."""
        if self._worker.abort(0):
            return True
        with suppress(psycopg2.Error):
            self.connection.cancel()
        return self._worker.abort(GRACE_SECONDS)

    def _close(self, status: RunStatus, error: str) -> None:
        with suppress(StagingError, psycopg2.Error):
            self.connection.rollback()
            if self._is_open:
                with transaction(self.connection, _CLOSING) as cursor:
                    self.log.finish(cursor, status, error)
        self._is_open = False
        self.connection.close()

    def disconnect(self) -> None:
        """Close the connection."""
        self._worker.close()
        self.connection.close()

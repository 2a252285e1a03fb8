"""One run against the warehouse, from its beginning to what Looker is told of it."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib.json import serialize_json

from target_looker_staging.exceptions import LookerRefreshError, StagingError
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.postgres.locks import lock_conclusions
from target_looker_staging.run.last_lines import last_lines
from target_looker_staging.run.refresh_log import RefreshLog
from target_looker_staging.run.refreshing import Refresher, judge_refresh
from target_looker_staging.run.session import Session
from target_looker_staging.run.stream_load import StreamLoads
from target_looker_staging.run.table_versions import TableVersions
from target_looker_staging.run.warehouse_check import WarehouseCheck
from target_looker_staging.run.wholeness import WholenessLog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_looker_staging.looker import LookerSettings
    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.run.debts import Debt
    from target_looker_staging.run.identity import RunIdentity
    from target_looker_staging.run.tables import RunStatus
    from target_looker_staging.staging.settings import LoadSettings


class Run:
    """A run that has begun.

    Attributes:
        session: What it works with.
        loads: What it loads.
        versions: What it deletes.
        warehouse: Whether the warehouse has what the tap takes for loaded.
    """

    def __init__(
        self,
        postgres: PostgresSettings,
        load: LoadSettings,
        identity: RunIdentity,
        tables_of: Callable[[str], Sequence[str] | None] = lambda _stream: None,
    ) -> None:
        """Connect, and enter the run into the run log.

        Args:
            postgres: The warehouse.
            load: What a load does.
            identity: Who runs.
            tables_of: From a stream as the tap calls it to the tables that its records go to, None
                where that is not known before it begins.

        Raises:
            StagingConnectionError: If Postgres is not there or refuses.
            StreamBusyError: If another process has a run of the same id.
        """
        self.session = Session(postgres, load, identity)
        self.warehouse = WarehouseCheck(self.session, load, tables_of)
        self.loads = StreamLoads(self.session, load, postgres.lock_timeout_seconds)
        self.versions = TableVersions(self.session, self.loads)
        self._refresh_log = RefreshLog(load.target_schema)
        self._wholeness = WholenessLog(load.target_schema)
        self._refresher = Refresher(self.session.connection, self._refresh_log)

    def pass_on(self, state: Mapping[str, Any]) -> None:
        """Write a state to standard output once all that was handed over before is committed."""
        session, streams = self.session, list(self.loads.tallies)
        line = serialize_json(state)

        def work() -> None:
            with transaction(session.connection, "Writing the state to the run log") as cursor:
                session.log.note_state(cursor, state, streams)
                self.warehouse.note(cursor, state)
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

        session.submit(work)

    def wait(self) -> None:
        """Return when everything that was handed over is committed.

        Raises:
            StagingError: If some of it failed.
        """
        self.session.wait()

    def close(
        self,
        status: RunStatus,
        whole: Mapping[str, bool],
        looker: LookerSettings | None = None,
        reason: str | None = None,
    ) -> list[Debt]:
        """Close the run, and write down what Looker is owed now that it has ended.

        Both in one transaction, so that a process that dies now leaves the refresh owed.

        Args:
            status: How it ended.
            whole: Stream to whether all came that the tap had to send.
            looker: What there is to be told.
            reason: Why the run is not complete.

        Returns:
            What is owed, from this run and from earlier ones.
        """
        log = self.session.log
        # A run that brought nothing whole can have completed nothing that others wait for.
        tells = looker is not None and (status == "complete" or any(whole.values()))
        everything = status == "complete" and looker is not None and looker.refresh_when == "always"

        def work(cursor: Cursor) -> list[Debt]:
            lock_conclusions(cursor, self._refresh_log.schema)
            log.close_streams(cursor, whole)
            self.warehouse.note_end(cursor)
            log.finish(cursor, status, reason)
            found = self._wholeness.note(cursor, log.run_id)
            if looker is None:
                return []
            debts = self._refresher.enqueue(
                cursor, looker, log.run_id, found, everything=everything
            )
            return debts if tells else []

        if looker is not None:
            self.session.call(self._refresher.lock)
        debts = self.session.conclude(work)
        # Looker may build tables for an hour; the next load need not wait for that.
        self.loads.release()
        return debts

    def refresh(self, looker: LookerSettings, debts: Sequence[Debt]) -> None:
        """Tell Looker what `close` returned, as far as it can be told.

        Raises:
            LookerRefreshError: If an action failed and `looker_on_error` is not `warn`.
        """
        judge_refresh(self._refresher.run_pending(looker, debts), looker)

    def owed(self) -> list[str]:
        """Return the targets that Looker is still to be told of."""
        owed = self.session.transact(READING_RUN_LOG, self._refresh_log.owed)
        return [target for _, target in owed]

    def last_lines(self, error: BaseException) -> tuple[str, ...]:
        """Return what a run that ends with an error has loaded, changed and left owed."""
        if not isinstance(error, LookerRefreshError):
            return last_lines(self.loads.tallies, (), "it ended with an error.")
        with suppress(StagingError):
            return last_lines(self.loads.tallies, self.owed())
        return ()

    def fail(self, error: BaseException) -> None:
        """Close a run that failed, as far as the connection still allows."""
        self.session.fail(error)

    def disconnect(self) -> None:
        """Close the connection."""
        self.session.disconnect()

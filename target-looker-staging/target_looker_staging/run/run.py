"""One run against the warehouse, from its beginning to what Looker is told of it."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib.json import serialize_json

from target_looker_staging.exceptions import LookerRefreshError, StagingError
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.run.last_lines import last_lines
from target_looker_staging.run.refresh_log import RefreshLog
from target_looker_staging.run.refreshing import Refresher, judge_refresh
from target_looker_staging.run.session import Session
from target_looker_staging.run.stream_load import StreamLoads
from target_looker_staging.run.table_versions import TableVersions
from target_looker_staging.run.warehouse_check import WarehouseCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_looker_staging.looker import Action, LookerSettings
    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.run.identity import RunIdentity
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

    def complete(self, looker: LookerSettings | None) -> frozenset[Action]:
        """Close the run as complete, and write down what Looker is to be told of it.

        Both in one transaction, so that a process that dies now leaves the refresh owed.

        Returns:
            What is owed, from this run and from earlier ones.
        """
        own = {stream for stream, tally in self.loads.tallies.items() if tally.changed}

        def work(cursor: Cursor) -> frozenset[Action]:
            due: frozenset[Action] = frozenset()
            if looker:
                changed = own.union(self._refresh_log.changed_streams(cursor))
                due = self._refresher.enqueue(cursor, looker, self.session.log.run_id, changed)
            self.warehouse.note_end(cursor)
            self.session.log.finish(cursor, "complete")
            return due

        if looker:
            self.session.call(self._refresher.lock)
        due = self.session.conclude(work)
        # Looker may build tables for an hour; the next load need not wait for that.
        self.loads.release()
        return due

    def leave_incomplete(self, reason: str) -> None:
        """Close the run as one of which not everything came."""

        def work(cursor: Cursor) -> None:
            self.warehouse.note_end(cursor)
            self.session.log.finish(cursor, "incomplete", reason)

        self.session.conclude(work)

    def refresh(self, looker: LookerSettings, due: frozenset[Action]) -> None:
        """Tell Looker what `complete` returned.

        Raises:
            LookerRefreshError: If an action failed and `looker_on_error` is not `warn`.
        """
        judge_refresh(self._refresher.run_pending(looker, due), looker)

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

"""Telling Looker what it is owed; each action is in the run log before and after it is asked."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from target_looker_staging.exceptions import LookerRefreshError
from target_looker_staging.looker import action_streams, refresh
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.locks import lock_refreshes
from target_looker_staging.run.debts import Ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from target_looker_staging.looker import Action, ActionReport, LookerSettings, RefreshReport
    from target_looker_staging.postgres.types import Connection, Cursor
    from target_looker_staging.run.debts import Debt
    from target_looker_staging.run.refresh_log import RefreshLog
    from target_looker_staging.run.wholeness import Wholeness

logger = logging.getLogger("target-looker-staging")


def judge_refresh(report: RefreshReport, looker: LookerSettings) -> None:
    """Let a refresh that failed be a failure of the run, or not, as the settings say.

    Raises:
        LookerRefreshError: If an action failed and `looker_on_error` is not `warn`.
    """
    failed = [f"{each.target}: {each.detail}" for each in report.actions if not each.ok]
    if not failed:
        return
    message = "The rows are staged, but Looker was not told everything. " + "; ".join(failed)
    if looker.on_error == "fail":
        raise LookerRefreshError(message)
    logger.warning("%s", message)


class Refresher:
    """Tells Looker, and the run log what came of it."""

    def __init__(self, connection: Connection, log: RefreshLog) -> None:
        """Take a connection that nothing else uses meanwhile."""
        self._connection = connection
        self._log = log

    def lock(self) -> None:
        """Wait until no other process tells Looker about this schema; held until disconnected.

        Two runs that end together would both find the same plan owed, and deliver it twice.
        """
        with transaction(self._connection, "Waiting for another refresh") as cursor:
            lock_refreshes(cursor, self._log.schema)

    def enqueue(
        self,
        cursor: Cursor,
        looker: LookerSettings,
        run_id: str,
        wholeness: Wholeness,
        *,
        everything: bool = False,
    ) -> list[Debt]:
        """Write down what Looker is owed, and return it. The caller commits.

        Args:
            cursor: In a transaction, while the lock is held.
            looker: What there is to be told.
            run_id: On whose behalf.
            wholeness: Which streams are not whole now.
            everything: Whether rows changed or not.
        """
        for plan in self._log.mark_unknown(cursor):
            logger.warning(
                "Scheduled plan %s may or may not have been sent by a process that then died, so "
                "it is not sent again: look at the schedule history in Looker",
                plan,
            )
        if looker.refresh_when == "never":
            return []
        ledger = Ledger(
            wholeness,
            self._log.changes(cursor, wholeness.as_of),
            self._log.told(cursor),
            self._log.owed_streams(cursor),
        )
        debts = ledger.debts(action_streams(looker), everything=everything)
        self._log.enqueue(cursor, run_id, debts)
        return debts

    def run_pending(self, looker: LookerSettings, debts: Sequence[Debt]) -> RefreshReport:
        """Tell Looker what it can be told now, and return what came of it."""
        for debt in debts:
            if debt.waits_for:
                kind, target = debt.action.kind.value, debt.action.target
                logger.warning("Looker, %s %s: not told yet, %s", kind, target, debt.waits_for)
        due = frozenset(debt.action for debt in debts if not debt.waits_for)
        # Nothing but that: with `always` a refresh would tell what has to wait as well.
        return refresh(
            replace(looker, refresh_when="changed"), frozenset(), owed=due, listener=self
        )

    def begin(self, action: Action, requested_at: datetime) -> None:
        """Write down that an action is about to be asked of Looker."""
        with transaction(self._connection, "Writing down a refresh") as cursor:
            self._log.begin(cursor, action, requested_at)

    def end(self, report: ActionReport) -> None:
        """Write down what became of an action."""
        with transaction(self._connection, "Writing down a refresh") as cursor:
            self._log.end(cursor, report)

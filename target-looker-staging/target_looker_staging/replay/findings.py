"""What the run log says of a run that may be done again, and so what of it is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from target_looker_staging.exceptions import ReplayError
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.quarantine.store import RejectedRecordStore
from target_looker_staging.run.completeness import judge
from target_looker_staging.run.history import RunHistory
from target_looker_staging.run.refresh_log import RefreshLog
from target_looker_staging.staging.existing_tables import look_up
from target_looker_staging.staging.shape import table_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_looker_staging.postgres.types import Connection
    from target_looker_staging.quarantine.records import RejectedRecord
    from target_looker_staging.run.history import LoggedRun
    from target_looker_staging.staging.settings import LoadSettings


class Part(str, Enum):
    """Which part of a run is done again."""

    NOTHING = "nothing"
    REFRESH = "refresh"
    REJECTED = "rejected"
    LOAD = "load"


@dataclass(frozen=True, slots=True)
class Findings:
    """What the run log says of a run that may be done again.

    Attributes:
        run: The run.
        owed: Targets that Looker still has to be told of.
        waiting: Records of the run that are in quarantine.
    """

    run: LoggedRun
    owed: Sequence[str]
    waiting: Sequence[RejectedRecord]

    @property
    def part(self) -> Part:
        """Return what has to be done again: the least that mends the run."""
        if self.run.status == "complete":
            return Part.REFRESH if self.owed else Part.NOTHING
        if not is_whole(self.run):
            return Part.LOAD
        return Part.REJECTED if self.waiting else Part.NOTHING


def is_whole(run: LoggedRun) -> bool:
    """Return whether all that the tap sent in a run was staged or set aside."""
    if run.status == "complete":
        return True
    return run.status == "incomplete" and judge(run.state_after, run.received).complete


def find(connection: Connection, schema: str, run_id: str) -> Findings:
    """Return what there is to do about a run.

    Raises:
        ReplayError: If there is no such run, or it still goes on.
    """
    with transaction(connection, READING_RUN_LOG) as cursor:
        run = RunHistory(schema).run(cursor, run_id)
        if run is None:
            raise ReplayError(f"There is no run {run_id}. `looker-staging runs` shows the latest.")
        owed = [target for _, target in RefreshLog(schema).owed(cursor)]
        waiting = RejectedRecordStore(schema).waiting(cursor, run_id, ())
    if run.status == "running":
        raise ReplayError(f"Run {run_id} still goes on. Wait for its end.")
    return Findings(run, owed, waiting)


def find_rejected(
    connection: Connection, schema: str, run_id: str | None, streams: Sequence[str]
) -> dict[str, list[RejectedRecord]]:
    """Return the records in quarantine by the run that rejected them, the oldest run first."""
    with transaction(connection, READING_RUN_LOG) as cursor:
        waiting = RejectedRecordStore(schema).waiting(cursor, run_id, streams)
    by_run: dict[str, list[RejectedRecord]] = {}
    for record in sorted(waiting, key=lambda each: each.id):
        by_run.setdefault(record.run_id, []).append(record)
    return by_run


def check_repeatable(connection: Connection, load: LoadSettings, run: LoggedRun) -> None:
    """Make sure that doing a load again doubles no row.

    Raises:
        ReplayError: If it would, and in which tables.
    """
    doubled = []
    with transaction(connection, "Reading the staging tables") as cursor:
        for stream, received in run.received.items():
            table = look_up(cursor, load.target_schema, table_name(stream))
            if received and table is not None and not table.key:
                doubled.append(stream)
    if doubled and load.load_method != "overwrite":
        raise ReplayError(
            f"The tables of {', '.join(sorted(doubled))} have no key, so that doing the load again "
            "would add their rows a second time. Deselect these streams in the tap, or empty the "
            "tables and load them anew."
        )

"""What `looker-staging replay` does again of a run: refresh, rejected records, or the load."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from target_looker_staging.exceptions import ReplayError
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.quarantine.store import RejectedRecordStore, in_words
from target_looker_staging.replay.meltano import with_bookmarks
from target_looker_staging.replay.readmission import Readmission
from target_looker_staging.run.completeness import judge
from target_looker_staging.run.log import REPLAYED, RunLog
from target_looker_staging.run.run import Run, RunIdentity
from target_looker_staging.staging.shape import table_name
from target_looker_staging.staging.tables import look_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from target_looker_staging.looker import LookerSettings
    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.postgres.types import Connection
    from target_looker_staging.quarantine.records import RejectedRecord
    from target_looker_staging.replay.meltano import Meltano, StateId
    from target_looker_staging.run.log import RunPage
    from target_looker_staging.staging.settings import LoadSettings

logger = logging.getLogger("target-looker-staging")


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
        page: The run.
        owed: Targets that Looker still has to be told of.
        waiting: Records of the run that are in quarantine.
    """

    page: RunPage
    owed: Sequence[str]
    waiting: Sequence[RejectedRecord]

    @property
    def part(self) -> Part:
        """Return what has to be done again: the least that mends the run."""
        if self.page.status == "complete":
            return Part.REFRESH if self.owed else Part.NOTHING
        if not is_whole(self.page):
            return Part.LOAD
        return Part.REJECTED if self.waiting else Part.NOTHING


def is_whole(page: RunPage) -> bool:
    """Return whether all that the tap sent in a run was staged or set aside."""
    if page.status == "complete":
        return True
    return page.status == "incomplete" and judge(page.state_after, page.received).complete


def find(connection: Connection, schema: str, run_id: str) -> Findings:
    """Return what there is to do about a run.

    Raises:
        ReplayError: If there is no such run, or it still goes on.
    """
    log = RunLog(schema)
    with transaction(connection, READING_RUN_LOG) as cursor:
        page = log.page(cursor, run_id)
        if page is None:
            raise ReplayError(f"There is no run {run_id}. `looker-staging runs` shows the latest.")
        owed = [target for _, target in log.owed_actions(cursor)]
        waiting = RejectedRecordStore(schema).waiting(cursor, run_id, ())
    if page.status == "running":
        raise ReplayError(f"Run {run_id} still goes on. Wait for its end.")
    return Findings(page, owed, waiting)


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


def check_repeatable(connection: Connection, load: LoadSettings, page: RunPage) -> None:
    """Make sure that doing a load again doubles no row.

    Raises:
        ReplayError: If it would, and in which tables.
    """
    doubled = []
    with transaction(connection, "Reading the staging tables") as cursor:
        for stream, received in page.received.items():
            table = look_up(cursor, load.target_schema, table_name(stream))
            if received and table is not None and not table.key:
                doubled.append(stream)
    if doubled and load.load_method != "overwrite":
        raise ReplayError(
            f"The tables of {', '.join(sorted(doubled))} have no key, so that doing the load again "
            "would add their rows a second time. Deselect these streams in the tap, or empty the "
            "tables and load them anew."
        )


def state_before(page: RunPage) -> dict[str, Any]:
    """Return the state from which a run began, as a tap takes it; empty if none is known."""
    return {name: part for name, part in (page.state_before or {}).items() if name != "run"}


def write_state(page: RunPage, path: Path) -> None:
    """Write the state from which a run began into a file."""
    path.write_text(json.dumps(state_before(page)) + "\n", encoding="utf-8")


def load_again(meltano: Meltano, state_id: StateId, page: RunPage) -> int:
    """Run tap and target from the state before a run, and return Meltano's exit code.

    The state that the schedule goes on from is touched only by a replay that went well, and only
    if it is what it was when the replay began.

    Raises:
        ReplayError: If Meltano refuses a state.
    """
    own = state_id.for_replay(page.run_id)
    scheduled = meltano.state(state_id)
    meltano.set_state(own, {"singer_state": state_before(page)})
    try:
        code = meltano.run(own, page.run_id)
        if code == 0:
            reached = meltano.state(own)
            if meltano.state(state_id) == scheduled:
                meltano.set_state(state_id, with_bookmarks(scheduled, reached))
            else:
                logger.warning("State %s has moved meanwhile, and stays as it is", state_id)
    finally:
        meltano.clear_state(own)
    return code


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run of the operator's command needs to be a run like any other."""

    postgres: PostgresSettings
    load: LoadSettings
    looker: LookerSettings | None
    invoked_by: str | None
    version: str


def readmit(
    settings: Settings, run_id: str, records: Sequence[RejectedRecord]
) -> Mapping[str, int]:
    """Load a run's rejected records in a new run, and tell Looker if everything then is there.

    Returns:
        Stream to records that still wait in quarantine, whichever run rejected them.

    Raises:
        StagingError: If something other than the records is at fault.
        LookerRefreshError: If Looker could not be told.
    """
    load = settings.load
    if load.load_method == "overwrite":
        # A few records are no table to put in the place of the one that is there.
        load = replace(load, load_method="upsert")
    run = Run(
        settings.postgres,
        load,
        RunIdentity(tap=REPLAYED, replay_of=run_id),
        invoked_by=settings.invoked_by,
        version=settings.version,
    )
    try:
        run.open()
        readmission = Readmission(run, load)
        for stream in sorted({each.stream for each in records}):
            readmission.readmit(stream, [each for each in records if each.stream == stream])
        quarantined = run.quarantined()
        _conclude(run, settings, run_id, quarantined)
    except BaseException as error:
        run.fail(error)
        raise
    run.disconnect()
    return quarantined


def _conclude(run: Run, settings: Settings, run_id: str, quarantined: Mapping[str, int]) -> None:
    """Close the page, and tell Looker if neither this run nor the load before left anything out."""
    reason = in_words(quarantined)
    latest = run.latest_page(run_id)
    if latest is not None and not is_whole(latest):
        reason = f"{reason} Run {latest.run_id} did not load everything ({latest.status}).".strip()
    if reason:
        logger.warning("Looker is not told: %s", reason)
        run.leave_incomplete(reason)
        return
    due = run.complete(settings.looker)
    if settings.looker and due:
        run.refresh(settings.looker, due)

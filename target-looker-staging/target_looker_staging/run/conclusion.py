"""How a load ends: complete and told to Looker, or incomplete, and why."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from target_looker_staging.exceptions import LoadIncompleteError, QuarantineError
from target_looker_staging.looker import TEST_STREAM
from target_looker_staging.quarantine.store import in_words

if TYPE_CHECKING:
    from target_looker_staging.looker import LookerSettings
    from target_looker_staging.run.completeness import Verdict
    from target_looker_staging.run.run import Run

logger = logging.getLogger("target-looker-staging")


def conclude(run: Run, verdict: Verdict, looker: LookerSettings | None) -> None:
    """Close a run of which everything that came is committed, and tell Looker if that is all.

    Raises:
        QuarantineError: If records are in quarantine.
        LoadIncompleteError: If the tap says itself that not everything came.
        LookerRefreshError: If Looker could not be told, unless `looker_on_error` is `warn`.
    """
    quarantined = in_words(run.loads.in_quarantine())
    if not verdict.complete or quarantined:
        _leave_incomplete(run, verdict, quarantined)
        return
    is_test = set(run.loads.tallies) == {TEST_STREAM}
    due = run.complete(None if is_test else looker)
    if looker is not None and due:
        run.refresh(looker, due)


def _leave_incomplete(run: Run, verdict: Verdict, quarantined: str) -> None:
    reason = " ".join(filter(None, [verdict.reason, quarantined]))
    logger.warning("The load is incomplete, Looker is not told: %s", reason)
    run.leave_incomplete(reason)
    if quarantined:
        raise QuarantineError(
            f"{reason} All else that came is staged. Look at _rejected_records, mend the source, "
            "the table or the record, and run `looker-staging replay --rejected`; see the README, "
            "'Quarantine'."
        )
    if verdict.by_run_record:
        # A shell reports of a pipe how its last process ended.
        raise LoadIncompleteError(
            f"Not everything came: {verdict.reason} What came is staged; the tap's log tells what "
            "went wrong. The next run goes on from there."
        )

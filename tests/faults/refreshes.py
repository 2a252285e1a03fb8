"""What is wrong with what Looker was told in the runs of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.inspection import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.inspection import Lived
    from tests.line.line import Line

PLAN, BOUND_PLAN = "31", "32"


def wrong_refreshes(line: Line, runs: list[Lived]) -> Iterator[Finding]:
    """Yield what Looker was told and should not have been, and the other way round."""
    lived = sum(run.entry.rows_changed for run in runs if run.entry)
    [(ever,)] = line.query("SELECT coalesce(sum(rows_changed), 0)::bigint FROM _sync_runs")
    # The first load had no plan in its settings, so the plan is owed its changes.
    changes = untold_plans = ever - lived
    untold_triggers = 0
    for number, run in enumerate(runs, start=1):
        changed = run.entry.rows_changed if run.entry else 0
        changes, untold_triggers = changes + changed, untold_triggers + changed
        untold_plans += changed
        yield from _wrong_telling(number, run, changes, untold_plans)
        untold_triggers = 0 if run.told.triggers else untold_triggers
        untold_plans = 0 if run.told.plans else untold_plans
    if untold_triggers:
        yield Finding("refresh", f"{untold_triggers} changes were never told")
    if untold_plans and not line.query(_PLANS_IN_DOUBT):
        yield Finding("refresh", f"the plan was not delivered for {untold_plans} changes")
    for (run_id,) in line.query(_EARLY):
        yield Finding("refresh", f"run {run_id} told Looker before its last commit")
    for (action,) in line.query(_OWED):
        yield Finding("refresh", f"a {action} is still owed after the quiet run")


def _wrong_telling(number: int, run: Lived, changes: int, untold: int) -> Iterator[Finding]:
    """Yield what is wrong with what Looker was told in one run.

    A datagroup may be triggered twice, if it is not known whether the first call arrived; a plan,
    which mails people, may not.

    Args:
        number: Of the run, from 1.
        run: The run.
        changes: Rows changed up to its end.
        untold: Those of them that came after the plan was delivered last.
    """
    told = run.told
    if not told.triggers and not told.plans:
        return
    if run.entry is None or run.entry.status != "complete":
        yield Finding("refresh", f"run {number} is {run.entry}, but Looker was told")
    if not changes:
        yield Finding("refresh", f"run {number}: Looker was told, but nothing had changed")
    if told.plans > 1 or (told.plans and not untold):
        yield Finding("refresh", f"run {number}: the plan was delivered again")


# A plan that may have been delivered is not sent again, by design.
_PLANS_IN_DOUBT = (
    "SELECT 1 FROM _looker_refreshes WHERE action = 'scheduled_plan' "
    "AND status IN ('begun', 'unknown')"
)
_EARLY = (
    "SELECT r.run_id FROM _sync_run_streams s JOIN _looker_refreshes r USING (run_id) "
    "WHERE s.last_commit_at > r.requested_at"
)
_OWED = (
    "SELECT action FROM (SELECT DISTINCT ON (action, target) * FROM _looker_refreshes "
    "ORDER BY action, target, id DESC) latest WHERE status IN ('owed', 'failed') "
    "OR status = 'begun' AND action <> 'scheduled_plan'"
)

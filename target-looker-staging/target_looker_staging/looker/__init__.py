"""Telling Looker that new data is there: datagroups, builds of persistent tables, scheduled plans.

Nothing here decides whether a load is complete or what changed in it; the caller knows. The
official SDK takes half a second to import and is only imported when there is something to tell.
"""

from __future__ import annotations

from target_looker_staging.looker.freshness import (
    TEST_STREAM,
    action_streams,
    due_actions,
    refresh,
)
from target_looker_staging.looker.report import (
    Action,
    ActionKind,
    ActionReport,
    RefreshListener,
    RefreshReport,
    Status,
)
from target_looker_staging.looker.settings import (
    DatagroupRule,
    LookerSettings,
    PdtBuildRule,
    ScheduledPlanRule,
)

__all__ = [
    "TEST_STREAM",
    "Action",
    "ActionKind",
    "ActionReport",
    "DatagroupRule",
    "LookerSettings",
    "PdtBuildRule",
    "RefreshListener",
    "RefreshReport",
    "ScheduledPlanRule",
    "Status",
    "action_streams",
    "due_actions",
    "refresh",
]

"""Meltano's own run that this process is a part of, as far as it can be found.

Meltano 4.4 passes a plugin neither the id of its run nor the suffix of the state id, unless whoever
calls Meltano gave them as variables. Its system database has both, and where that is a file, as it
is by default, it is read; a Meltano whose database is elsewhere, or looks different, tells nothing.
"""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

_SQLITE = "sqlite:///"
# Meltano takes a run for dead whose last sign of life is older.
_HEARTBEAT = timedelta(minutes=5)
_RUNNING = """
SELECT run_id, job_name FROM runs
WHERE state = 'RUNNING' AND ended_at IS NULL AND last_heartbeat_at > ?
AND (job_name = ? OR substr(job_name, 1, ?) = ?)
"""


@dataclass(frozen=True, slots=True)
class MeltanoRun:
    """What is known of Meltano's run.

    Attributes:
        run_id: As Meltano names it.
        state_id: Where Meltano keeps the state of it.
    """

    run_id: str | None = None
    state_id: str | None = None


def find_meltano_run(environment: Mapping[str, str]) -> MeltanoRun:
    """Return what is known of the run of Meltano that started this process.

    Args:
        environment: The variables of this process.
    """
    given = environment.get("MELTANO_RUN_ID")
    state_id = _state_id(environment)
    if state_id is None:
        return MeltanoRun(given)
    found = None
    with suppress(sqlite3.Error, ValueError, OSError):
        found = _look_up(environment.get("MELTANO_DATABASE_URI", ""), state_id)
    if found is None:
        return MeltanoRun(given, state_id)
    run_id, name = found
    # A replay has a state of its own for as long as it takes; it is a run of the schedule's state.
    return MeltanoRun(given or str(uuid.UUID(run_id)), state_id if ":replay-" in name else name)


def _state_id(environment: Mapping[str, str]) -> str | None:
    """Return the state id as far as variables tell it; None without Meltano."""
    names = ("MELTANO_ENVIRONMENT", "MELTANO_EXTRACTOR_NAME", "MELTANO_LOADER_NAME")
    if not all(environment.get(name) for name in names):
        return None
    name, tap, target = (environment[name] for name in names)
    suffix = environment.get("MELTANO_RUN_STATE_ID_SUFFIX")
    return f"{name}:{tap}-to-{target}" + (f":{suffix}" if suffix else "")


def _look_up(database: str, state_id: str) -> tuple[str, str] | None:
    """Return run id and state id of the one run that goes on with a state id, suffix or none."""
    if not database.startswith(_SQLITE):
        return None
    path = database.removeprefix(_SQLITE).partition("?")[0]
    alive = (datetime.now(tz=timezone.utc) - _HEARTBEAT).strftime("%Y-%m-%d %H:%M:%S")
    values = (alive, state_id, len(state_id) + 1, f"{state_id}:")
    with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=1)) as connection:
        found: list[tuple[str, str]] = connection.execute(_RUNNING, values).fetchall()
    return found[0] if len(found) == 1 else None

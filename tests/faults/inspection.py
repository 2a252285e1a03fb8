"""What is wrong after a run: staging against the source, state and run log against staging."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from tests.e2e.source import CONVERTERS, list_staged_tables, read_source, read_staging
from tests.faults.source import STREAMS, WHOLE_TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.e2e.line import Line
    from tests.e2e.source import Rows, StagedTable
    from tests.faults.line import Ending, Runner
    from tests.faults.source import Life

Problem = Literal["lost", "double", "state", "audit", "refresh", "ending"]
PLAN, BOUND_PLAN = "31", "32"
_TRACEBACK = re.compile(r"^Traceback \(most recent call last\):\n(?:\s.*\n)*(\S.*)$", re.MULTILINE)
_UNDER_MELTANO = re.compile(r"(?:tap-epicor-kinetic|target-looker-staging) +Traceback")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be."""

    problem: Problem
    text: str


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run as the run log has it."""

    run_id: str
    status: str
    rows_changed: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What Looker really did during a run: datagroups triggered and plans delivered."""

    triggers: int
    plans: int


@dataclass(frozen=True, slots=True)
class Lived:
    """One run of a round: how it ended, what the run log says of it, and what Looker did."""

    ending: Ending
    entry: RunEntry | None
    told: Told


class Look:
    """Staging and source as they are at one moment, each table read once.

    Attributes:
        line: Where staging is.
    """

    def __init__(self, line: Line, source: Path) -> None:
        """Look at staging and at the source's database."""
        self.line = line
        self._path = source
        self._staged: dict[str, Rows] = {}
        self._source: dict[str, Rows] = {}

    @cached_property
    def tables(self) -> dict[str, StagedTable]:
        """The staging tables that have rows, by name."""
        if not run_entries(self.line):
            return {}
        return {table.name: table for table in list_staged_tables(self.line)}

    def staged(self, name: str) -> Rows:
        """Return a table's rows in staging.

        Raises:
            AssertionError: If a key is there twice.
        """
        if name not in self._staged:
            self._staged[name] = read_staging(self.line, self.tables[name])
        return self._staged[name]

    def source(self, name: str) -> Rows:
        """Return the same table's rows in the source."""
        if name not in self._source:
            self._source[name] = read_source(self._path, self.tables[name])
        return self._source[name]


def run_entries(line: Line) -> list[RunEntry]:
    """Return the run log, oldest first; nothing before the first run."""
    if not line.query("SELECT 1 FROM pg_tables WHERE tablename = '_sync_runs'"):
        return []
    rows = line.query(
        "SELECT run_id, status, rows_changed, error FROM _sync_runs ORDER BY started_at, run_id"
    )
    return [RunEntry(*row) for row in rows]


def missing_rows(look: Look, through: int | None = None) -> Iterator[Finding]:
    """Yield rows of the source that staging lacks or has with other values.

    Args:
        look: Staging and source.
        through: Only rows whose last change has at most this number.
    """
    if lacking := STREAMS.keys() - look.tables.keys():
        yield Finding("lost", f"no rows at all of {sorted(lacking)}")
    for name in look.tables:
        try:
            staged = look.staged(name)
        except AssertionError as error:
            yield Finding("double", str(error))
            continue
        for key, row in look.source(name).items():
            if through is None or row["sysrevid"] <= through:
                yield from _difference(name, key, row, staged)


def _difference(
    table: str, key: tuple[Any, ...], row: dict[str, Any], staged: Rows
) -> Iterator[Finding]:
    if key not in staged:
        yield Finding("lost", f"{table} {key} is not staged")
        return
    wrong = [
        f"{name}: {value!r} became {staged[key][name]!r}"
        for name, value in row.items()
        if repr(value) != repr(staged[key][name])
    ]
    if wrong:
        yield Finding("lost", f"{table} {key}: {'; '.join(wrong[:3])}")


def superfluous_rows(look: Look, life: Life) -> Iterator[Finding]:
    """Yield rows of staging that the source never had, and rows that are there twice."""
    gone = {(stream, _plain(key)) for stream, key in life.gone}
    for name in look.tables:
        rows, ids = look.line.query(f"SELECT count(*), count(DISTINCT _source_id) FROM {name}")[0]
        if rows != ids:
            yield Finding("double", f"{name}: {rows} rows of {ids} records")
        for key in look.staged(name).keys() - look.source(name).keys():
            if (name, _plain(key)) not in gone:
                yield Finding("double", f"{name} {key} was never in the source")


def _plain(key: tuple[Any, ...]) -> tuple[str, ...]:
    """Return a key in a form that the source's own database and Postgres share."""
    texts = (part.isoformat() if isinstance(part, date) else str(part) for part in key)
    return tuple(text.partition("T00:00:00")[0] for text in texts)


# State


def held_state(runner: Runner, *, under_meltano: bool) -> Mapping[str, Any]:
    """Return the bookmarks that the next run will begin with."""
    if not under_meltano:
        path = runner.state_file
        state = json.loads(path.read_text()) if path.exists() else {}
        return dict(state.get("bookmarks") or {})
    database = runner.directory / ".meltano" / "meltano.db"
    if not database.exists():
        return {}
    bookmarks: dict[str, Any] = {}
    with closing(sqlite3.connect(database)) as connection:
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone()
        if there is None:
            # Meltano was ended before it had made its tables.
            return {}
        rows = connection.execute("SELECT completed_state, partial_state FROM state").fetchall()
        for texts in rows:
            for text in filter(None, texts):
                state = json.loads(text)
                while isinstance(state.get("singer_state"), dict):
                    state = state["singer_state"]
                bookmarks |= state.get("bookmarks") or {}
    return bookmarks


def state_without_rows(look: Look, bookmarks: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield rows that the state says are staged and that are not.

    Those are the rows that changed last before the bookmark and before the reading began.
    """
    for stream, bookmark in bookmarks.items():
        for part in bookmark.get("partitions", ()):
            known = [part.get(name) for name in ("replication_key_value", "high_water")]
            if stream == WHOLE_TABLE or None in known or 0 in known:
                continue
            if stream not in look.tables:
                yield Finding("state", f"{stream} has a bookmark but no row")
                continue
            column = part["replication_key"].lower()
            limit = min(map(CONVERTERS[look.tables[stream].columns[column]], known))
            for key, row in look.source(stream).items():
                if row["company"] == part["context"]["Company"] and row[column] < limit:
                    for finding in _difference(stream, key, row, look.staged(stream)):
                        yield Finding("state", f"before bookmark {limit}: {finding.text}")


# Run log


def wrong_ending(lived: Lived, look: Look, unchanged_through: int) -> Iterator[Finding]:
    """Yield where exit codes, run log and staging contradict each other after a run.

    Args:
        lived: The run.
        look: Staging and source after it.
        unchanged_through: The last change before the run began: rows up to it stood still.
    """
    ending, entry = lived.ending, lived.entry
    if ending.hung:
        yield Finding("ending", "the run did not end")
    for error in _TRACEBACK.findall(ending.log):
        if error != "KeyboardInterrupt":  # Python's own answer to SIGINT while it still starts
            yield Finding("ending", f"a traceback in the log: {error[:200]}")
    if _UNDER_MELTANO.search(ending.log) and "KeyboardInterrupt" not in ending.log:
        yield Finding("ending", "a traceback of tap or target in Meltano's log")
    if ending.ok and (entry is None or entry.status != "complete"):
        yield Finding("ending", f"exit codes {ending.codes}, but the run log says {entry}")
    if entry is not None and entry.status == "complete":
        for finding in missing_rows(look, unchanged_through):
            yield Finding(finding.problem, f"after a complete run: {finding.text}")


def wrong_counts(look: Look) -> Iterator[Finding]:
    """Yield where the run log's counts do not add up to what is staged."""
    line = look.line
    for run in run_entries(line):
        if run.status == "running":
            yield Finding("audit", f"run {run.run_id} is still said to be running")
    for run_id, told, counted in line.query(
        "SELECT run_id, rows_changed, coalesce((SELECT sum(rows_inserted + rows_updated "
        "+ rows_deleted) FROM _sync_run_streams s WHERE s.run_id = r.run_id), 0) "
        "FROM _sync_runs r"
    ):
        if told != counted:
            yield Finding("audit", f"run {run_id}: {told} rows changed, by stream {counted}")
    for stream, received, sorted_ in line.query(
        "SELECT stream, records_received, rows_inserted + rows_updated + rows_unchanged "
        "+ rows_superseded + rows_rejected FROM _sync_run_streams"
    ):
        if received != sorted_:
            yield Finding("audit", f"{stream}: {received} received, {sorted_} accounted for")
    kept = dict(
        line.query(
            "SELECT stream, sum(rows_inserted) - sum(rows_deleted) FROM _sync_run_streams "
            "GROUP BY stream"
        )
    )
    for name in look.tables:
        rows = len(look.staged(name))
        if rows != kept.get(name):
            yield Finding("audit", f"{name} has {rows} rows, by the log {kept.get(name)}")


def wrong_last_run(line: Line, lived: Lived) -> Iterator[Finding]:
    """Yield what a quiet run must leave in the run log and did not."""
    entry = lived.entry
    if entry is None:
        yield Finding("audit", "the quiet run is not in the run log")
        return
    if entry.status != "complete" or entry.error:
        yield Finding("audit", f"the quiet run is logged as {entry}")
    for stream, sent, received in line.query(
        "SELECT stream, records_sent, records_received FROM _sync_run_streams "
        "WHERE run_id = %s AND records_sent IS DISTINCT FROM records_received",
        entry.run_id,
    ):
        yield Finding("audit", f"{stream}: {sent} sent, {received} received in the quiet run")


# Looker


def wrong_refreshes(line: Line, runs: list[Lived]) -> Iterator[Finding]:
    """Yield what Looker was told and should not have been, and the other way round."""
    changes = untold_triggers = untold_plans = 0
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

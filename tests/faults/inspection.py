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

from tests.faults.source import STREAMS, WHOLE_TABLE
from tests.line.comparison import (
    CONVERTERS,
    difference,
    list_staged_tables,
    read_source,
    read_staging,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.faults.source import Life
    from tests.line.comparison import Rows, StagedTable
    from tests.line.line import Line
    from tests.line.running import Outcome

Problem = Literal["lost", "double", "state", "audit", "refresh", "ending"]
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

    ending: Outcome
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
            late = through is not None and row["sysrevid"] > through
            if not late and (wrong := difference(key, row, staged)):
                yield Finding("lost", f"{name} {wrong}")


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


def held_state(line: Line, *, under_meltano: bool) -> Mapping[str, Any]:
    """Return the bookmarks that the next run will begin with."""
    if not under_meltano:
        path = line.state_file
        state = json.loads(path.read_text()) if path.exists() else {}
        return dict(state.get("bookmarks") or {})
    database = line.directory / ".meltano" / "meltano.db"
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
            known = [part.get("replication_key_value"), _known_at_the_beginning(part)]
            if "reading_from" in part:
                known.append(part["reading_from"])
            if stream == WHOLE_TABLE or None in known or 0 in known:
                continue
            if stream not in look.tables:
                yield Finding("state", f"{stream} has a bookmark but no row")
                continue
            column = part["replication_key"].lower()
            limit = min(map(CONVERTERS[look.tables[stream].columns[column]], known))
            for key, row in look.source(stream).items():
                own = row["company"] == part["context"]["Company"]
                early = own and row[column] < limit
                if early and (wrong := difference(key, row, look.staged(stream))):
                    yield Finding("state", f"before bookmark {limit}: {stream} {wrong}")


def _known_at_the_beginning(part: Mapping[str, Any]) -> Any:
    """Return the highest cursor that a reading knew when it began, `None` if it says none."""
    if "high_water" in part:
        return part["high_water"]
    waters = part.get("high_waters", ())
    known = [water["value"] for water in waters if water["at"] <= part["began_at"]]
    return max(known, default=None)


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

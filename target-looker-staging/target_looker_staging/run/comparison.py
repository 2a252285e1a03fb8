"""The state that a tap goes on from, held against what this warehouse has committed.

A state outlives the warehouse that it speaks of: a dump is restored, a standby is promoted without
the last commits, a server without its disk's last second, a table is dropped, the settings name
another database. The tap then leaves out rows that are nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_looker_staging.postgres.schema_sql import SchemaSql
from target_looker_staging.run.bookmark_log import BookmarkLog, TableThen
from target_looker_staging.staging.presence import file_of, has_reached, has_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.run.bookmark_log import Known
    from target_looker_staging.run.bookmarks import Part
    from target_looker_staging.run.identity import RunIdentity

_EVER_INSERTED = """
SELECT EXISTS (SELECT FROM {schema}._sync_run_streams
    WHERE lower(stream) = %s AND rows_inserted > 0)
"""
_EVER_DELETED = """
SELECT EXISTS (SELECT FROM {schema}._sync_run_streams
    WHERE lower(stream) = %s AND rows_deleted > 0)
"""
UNSEEN = "the state is not one that this warehouse has committed"
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Gap:
    """A place from which a tap must not go on, because the rows before it are not all here.

    Attributes:
        part: The place.
        reason: What is the matter.
        place_before: Up to where the rows are here; None if not even that is known.
    """

    part: Part
    reason: str
    place_before: Part | None = None

    def __str__(self) -> str:
        """Return it for a message, without the bookmark's values."""
        of = ", ".join(str(value) for value in self.part.context.values())
        return f"'{self.part.stream}'{f' ({of})' if of else ''}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing.

    Attributes:
        gaps: Places from which the tap must not go on.
        adopted: Places of which nothing is known, in tables of an earlier version or another tool.
    """

    gaps: Sequence[Gap]
    adopted: Sequence[Part] = ()


class Comparer:
    """Compares states with a warehouse; whoever calls it commits."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._sql = SchemaSql(schema)
        self._log = BookmarkLog(schema)

    def compare(
        self,
        cursor: Cursor,
        parts: Sequence[Part],
        tables_of: Callable[[str], Sequence[str] | None],
        trusted: Iterable[Part] = (),
    ) -> Comparison:
        """Return from where a tap must not go on.

        Args:
            cursor: In a transaction.
            parts: From where it would.
            tables_of: From a stream as the tap calls it to the tables that its records go to; None
                if that is not known yet, and then only what is known already is looked at.
            trusted: Places that this warehouse knows, however long ago.
        """
        if not parts:
            return Comparison(())
        gaps, adopted, known_places = [], [], list(trusted)
        for part, known in zip(parts, self._log.look_up(cursor, parts), strict=True):
            tables = tables_of(part.stream)
            if tables is not None and not tables:
                continue  # a stream map leaves the whole stream out
            if part in known_places or _is_known(part, known):
                gap = self._look_at_tables(cursor, part, known, tables)
            elif known.has_stream:
                gap = self._unseen(cursor, part, known, tables)
            else:
                gap = self._look_at_foreign_tables(cursor, part, tables)
                if gap is None and tables is not None:
                    adopted.append(part)
            gaps += [gap] if gap else []
        return Comparison(gaps, adopted)

    def unseen(
        self, cursor: Cursor, parts: Sequence[Part], trusted: Iterable[Part] = ()
    ) -> list[Gap]:
        """Return the places that a warehouse which knows their streams has not committed."""
        known_places = list(trusted)
        return [
            Gap(part, UNSEEN, known.latest)
            for part, known in zip(parts, self._log.look_up(cursor, parts), strict=True)
            if known.has_stream and part not in known_places and not _is_known(part, known)
        ]

    def _unseen(
        self, cursor: Cursor, part: Part, known: Known, tables: Sequence[str] | None
    ) -> Gap:
        """Return the gap of a place that is not known, or the worse one of a table without rows."""
        empty = known.latest and self._look_at_tables(cursor, known.latest, known, tables)
        return Gap(part, empty.reason) if empty else Gap(part, UNSEEN, known.latest)

    def _look_at_tables(
        self, cursor: Cursor, part: Part, known: Known, tables: Sequence[str] | None
    ) -> Gap | None:
        """Return what is wrong with tables that had rows when the bookmark was committed."""
        then = known.tables
        for table in tables if tables is not None else then or ():
            if then is None:
                self._sql.execute(cursor, _EVER_INSERTED, (table,))
                is_expected = cursor.fetchone() == (True,)
            elif table in then:
                is_expected = then[table]["filled"]
            else:
                is_expected = any(each["filled"] for each in then.values())
            reason = self._lack(cursor, part, table) if is_expected else ""
            if is_expected and not reason and then and table in then:
                reason = self._aged(cursor, part, table, then[table]["file"])
            if reason:
                return Gap(part, reason)
        return None

    def _aged(self, cursor: Cursor, part: Part, table: str, file: Sequence[int]) -> str:
        """Return what is wrong with a table that was made anew, from an old dump perhaps.

        A table that was only rewritten, or copied with all its rows, has the last of them as well.
        """
        now = self._file(cursor, table)
        log, oid, _ = file
        # A whole database that was restored or moved has other numbers for everything.
        if list(file) == now or log != now[0] or part.cursor is None:
            return ""
        key, value = part.cursor
        has_last = has_reached(cursor, self._schema, table, part.context, key, value)
        self._sql.execute(cursor, _EVER_DELETED, (table,))
        if cursor.fetchone() == (True,) and not has_last:
            has_last = None  # the last row may have been deleted at the source
        if has_last is None and oid == now[1]:
            return ""
        return "" if has_last else f"table {self._schema}.{table} was made anew, with fewer rows"

    def _file(self, cursor: Cursor, table: str) -> list[int]:
        log, *_ = file_of(cursor, self._schema, "_sync_bookmarks")
        return [log, *file_of(cursor, self._schema, table)]

    def _look_at_foreign_tables(
        self, cursor: Cursor, part: Part, tables: Sequence[str] | None
    ) -> Gap | None:
        """Return what is wrong with tables of which nothing is known."""
        for table in tables or ():
            if reason := self._lack(cursor, part, table):
                return Gap(part, reason)
        return None

    def _lack(self, cursor: Cursor, part: Part, table: str) -> str:
        """Return what a table lacks, if it holds no row of a partition."""
        found = has_rows(cursor, self._schema, table, part.context)
        if found is None:
            return f"table {self._schema}.{table} is missing"
        if found:
            return ""
        return f"table {self._schema}.{table} holds no row" + (" of it" if part.context else "")

    def tables_now(self, cursor: Cursor, part: Part, tables: Sequence[str]) -> dict[str, TableThen]:
        """Return how the tables of a partition are."""
        return {
            table: TableThen(
                filled=bool(has_rows(cursor, self._schema, table, part.context)),
                file=self._file(cursor, table),
            )
            for table in tables
        }


def _is_known(part: Part, known: Known) -> bool:
    if known.was_committed:
        return True
    return known.latest is not None and part.is_behind_or_at(known.latest)


def in_words(gaps: Sequence[Gap], schema: str, identity: RunIdentity) -> str:
    """Return what is wrong and what to do about it."""
    shown = "; ".join(str(gap) for gap in gaps[:_SHOWN])
    more = f"; and {len(gaps) - _SHOWN} more" if len(gaps) > _SHOWN else ""
    return (
        f"The schema {schema} of this warehouse lacks rows that the tap takes for loaded. "
        f"Streams: {shown}{more}. This happens when a dump was restored, a server lost its last "
        "commits, a table was dropped or emptied, or the settings name another database. "
        f"{_heal(identity)} sets the state back to what is here; the next run then loads the rest. "
        "`when_warehouse_is_behind: load_anyway` goes on without those rows."
    )


def _heal(identity: RunIdentity) -> str:
    """Return the command that sets the state back, in Markdown."""
    if identity.state_id is None or identity.loader is None:
        return "`looker-staging replay --behind`"
    environment = identity.state_id.partition(":")[0]
    return (
        f"`looker-staging replay --behind` (`meltano --environment={environment} invoke "
        f"{identity.loader}:replay --behind --state-id={identity.state_id}`)"
    )


def of_streams(parts: Iterable[Part], streams: Iterable[str] | None) -> list[Part]:
    """Return the places of some streams; of all if None."""
    wanted = None if streams is None else set(streams)
    return [part for part in parts if wanted is None or part.stream in wanted]


def of_companies(parts: Iterable[Part], companies: Sequence[str] | None) -> list[Part]:
    """Return the places that a tap goes on from which reads only some companies."""
    if companies is None:
        return list(parts)
    return [part for part in parts if part.context.get("Company") in {*companies, None}]

"""Where a reading begins, and what is noted of it for the next one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.odata.literals import both, literal
from tap_epicor_kinetic.reading.cursors import ROW_VERSION
from tap_epicor_kinetic.reading.prover import Part
from tap_epicor_kinetic.reading.wanted import Wanted
from tap_epicor_kinetic.run import high_waters
from tap_epicor_kinetic.run.high_waters import HighWater

if TYPE_CHECKING:
    from datetime import datetime

    from tap_epicor_kinetic.catalog.selection import Selection
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.reading.cursors import Cursor
    from tap_epicor_kinetic.reading.reading import Reading
    from tap_epicor_kinetic.run.bookmarks import Bookmark
    from tap_epicor_kinetic.run.session import Session


class StartingPoint:
    """Turns a bookmark into the rows that are wanted."""

    def __init__(
        self, session: Session, selection: Selection, reading: Reading, bookmark: Bookmark
    ) -> None:
        """Take what the place depends on; nothing is requested yet.

        Args:
            session: The run.
            selection: The stream.
            reading: The rows by the route that works.
            bookmark: Where the stream stands in one company; changed in place.
        """
        self._session = session
        self._selection = selection
        self._reading = reading
        self._bookmark = bookmark
        self._logger = session.server.logger

    def begin(self, highest: KeyValue) -> Wanted:
        """Note in the bookmark how the stream is read now, and return what is to be read."""
        reading, bookmark = self._reading, self._bookmark
        cursor, now = reading.cursor, self._session.clock()
        goes_on = bookmark.is_of(cursor)
        unfinished = bookmark.unfinished_from if goes_on else None
        dropped = bookmark.begin(reading.route)
        if dropped:
            self._logger.warning(
                "%s is now read %s instead of by %s; it is loaded anew",
                self._selection.name,
                reading.route.describe(),
                dropped,
            )
        if cursor is None:
            return Wanted()
        start: KeyValue
        if unfinished is not None:
            # What was known when the interrupted reading began counts for its second half as well.
            start = unfinished
        elif cursor.prop.is_number:
            start = self._begin_by_number(cursor, highest, now)
        else:
            start = self._begin_by_time(cursor, highest, now)
        condition = self.first_load_filter()
        if not goes_on:
            return Wanted(condition, highest=highest)
        bookmark.go_on_from(start)
        since, own = cursor.since(start), bookmark.value
        condition = both(since, condition) if bookmark.is_first_load else since
        return Wanted(
            condition,
            nulls=cursor.without_value,
            lowest=start,
            highest=highest,
            are_expected=True,
            unproven=self._unproven_part(cursor),
            own=own,
        )

    def _unproven_part(self, cursor: Cursor) -> Part | None:
        """Return what an interrupted reading read last, to be counted before this one goes on."""
        unproven = self._bookmark.unproven
        if unproven is None:
            return None
        within = cursor.within(unproven.low, unproven.high, includes_low=unproven.includes_low)
        condition = self.first_load_filter() if self._bookmark.is_first_load else None
        return Part(both(within, condition), unproven.rows)

    def _begin_by_number(self, cursor: Cursor, highest: KeyValue, now: datetime) -> KeyValue:
        """Note what is known, and return the number to read on from."""
        bookmark, margin = self._bookmark, self._session.late_commits
        known = self._known(cursor, highest, now)
        waters = bookmark.high_waters or [high_waters.estimated(known, margin)]
        began = bookmark.began_at if bookmark.high_waters else known.at
        reach = high_waters.start(waters, began or known.at, margin)
        waters = high_waters.kept([*waters, known], now, margin)
        bookmark.note_numbers(waters, now)
        return cursor.lower(bookmark.value, reach)

    def _known(self, cursor: Cursor, highest: KeyValue, now: datetime) -> HighWater:
        """Return the highest number that was known before the reading begins."""
        if cursor.name == ROW_VERSION:
            return self._session.row_versions.at_start(now)
        number = cursor.comparable(
            highest if self._bookmark.value is None else self._bookmark.value
        )
        return HighWater(now, int(number or 0))

    def _begin_by_time(self, cursor: Cursor, highest: KeyValue, now: datetime) -> KeyValue:
        """Note what is known, and return the time, or the text, to read on from."""
        bookmark = self._bookmark
        start = cursor.lower(bookmark.value, bookmark.high_water)
        if bookmark.value is None:
            if highest is None and cursor.is_comparable:
                highest = self._reading.highest()
            known = highest if cursor.is_comparable else None
        else:
            known = bookmark.value
        bookmark.note_time(known, now)
        return cursor.moved_back(start, self._session.late_commits)

    def first_load_filter(self) -> str | None:
        """Return the filter by which `start_date` bounds a first load."""
        start_date, cursor = self._session.start_date, self._reading.cursor
        if not start_date or cursor is None:
            return None
        if cursor.prop.is_temporal:
            return cursor.since(cursor.moved_back(start_date, self._session.late_commits))
        date = self._selection.properties.get(self._selection.declaration.business_date or "")
        if date is None:
            return None
        start = literal(start_date, replace(date, zone=self._reading.route.zone))
        return f"{date.name} ge {start} or {date.name} eq null"

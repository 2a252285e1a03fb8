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
        if cursor is not None:
            self._start_anew_for_more()
        goes_on = bookmark.is_of(cursor)
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
        if cursor.prop.is_number:
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

    def _start_anew_for_more(self) -> None:
        """Drop the bookmark if the stream is to bring what rows that did not change lack so far."""
        start = self._session.start_date if self.first_load_filter() else None
        reason = self._bookmark.cover(self._selection.extent(self._reading.columns, start))
        if reason:
            self._logger.warning(
                "%s in %s is read again in full: %s",
                self._selection.name,
                self._reading.company,
                reason,
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
        place = bookmark.place
        if bookmark.is_first_load and place is not None and self._is_as_it_was(cursor, place):
            # The interrupted half and this one are one reading, which began with the first.
            return place
        bookmark.note_numbers(high_waters.kept([*waters, known], now, margin), now)
        return cursor.lower(place, reach)

    def _is_as_it_was(self, cursor: Cursor, place: KeyValue) -> bool:
        """Return whether the source has as many rows up to a place as were read when it was.

        If not, rows have changed since, and others may have been committed late.
        """
        within = cursor.within(None, place, includes_low=False)
        counted = self._reading.count(both(within, self.first_load_filter()))
        return counted is not None and counted == self._bookmark.rows_read

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
        start = cursor.lower(bookmark.place, bookmark.high_water)
        if bookmark.value is None:
            if highest is None and cursor.is_comparable:
                highest = self._reading.highest()
            known = highest if cursor.is_comparable else None
        else:
            # A first load that goes on keeps what was known when it began: below that nothing has
            # changed since without moving above it, so that what it has read stays read.
            known = bookmark.high_water if bookmark.is_first_load else bookmark.value
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

"""One stream in one company: from its bookmark to the end of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_epicor_kinetic.odata.literals import both, literal
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.cursors import ROW_VERSION
from tap_epicor_kinetic.reading.prover import Part
from tap_epicor_kinetic.reading.reading import Wanted
from tap_epicor_kinetic.run import high_waters
from tap_epicor_kinetic.run.high_waters import HighWater
from tap_epicor_kinetic.run.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tap_epicor_kinetic.catalog.selection import Selection
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.reading.cursors import Cursor
    from tap_epicor_kinetic.reading.order import Stretch
    from tap_epicor_kinetic.reading.reading import Reading
    from tap_epicor_kinetic.run.bookmarks import Bookmark
    from tap_epicor_kinetic.run.session import Session


class CompanySync:
    """Yields what changed since a bookmark, and moves the bookmark on behind it."""

    def __init__(
        self,
        session: Session,
        selection: Selection,
        company: str,
        reading: Reading,
        bookmark: Bookmark,
    ) -> None:
        """Prepare; nothing is requested yet.

        Args:
            session: The run.
            selection: The stream.
            company: Whose rows are read.
            reading: The rows by the route that works.
            bookmark: Where the stream stands in this company; changed in place.
        """
        self._session = session
        self._selection = selection
        self._company = company
        self._reading = reading
        self._bookmark = bookmark
        self._record = session.record.stream(selection.name)
        self._logger = session.server.logger

    @property
    def lacks_company(self) -> bool:
        """Whether records do not say themselves which company they are of."""
        return self._reading.lacks_company

    def stretches(self, highest: KeyValue = None, limit: int | None = None) -> Iterator[Stretch]:
        """Yield the rows that may have changed; each stretch must be written before the next.

        Args:
            highest: The cursor of the company's last row, if it was asked for already.
            limit: Rows after which to stop, `None` for all.
        """
        self._record.replication_key = self._reading.route.cursor
        if limit:
            yield from self._reading.sample(self._start_filter(), limit)
            return
        progress = Progress(f"{self._selection.name} {self._company}", self._logger)
        unsaved = 0
        for stretch in self._changed(highest):
            rows = len(stretch.records)
            if rows:
                yield stretch
                self._record.records += rows
                progress.advance(rows, stretch.remaining)
                unsaved += rows
            if stretch.is_checkpoint or stretch.unproven_rows:
                self._advance(stretch)
            if unsaved >= self._session.state_every_records:
                unsaved = 0
                self._session.write_state()
        self._finish()
        progress.finish()
        if progress.total is not None:
            self._record.source_count = (self._record.source_count or 0) + progress.total

    def from_the_start(self, limit: int | None) -> Iterator[Stretch]:
        """Yield all rows, whatever the bookmark says, and leave it alone."""
        if limit:
            return self._reading.sample(self._start_filter(), limit)
        return self._reading.stretches(
            Wanted(self._start_filter()), checkpoint_rows=self._session.state_every_records
        )

    def _start_anew_for_more(self) -> None:
        """Drop the bookmark if the stream is to bring what rows that did not change lack so far."""
        if self._reading.cursor is None:
            return
        start = self._session.start_date if self._start_filter() else None
        reason = self._bookmark.cover(self._selection.extent(self._reading.columns, start))
        if reason:
            self._logger.warning(
                "%s in %s is read again in full: %s", self._selection.name, self._company, reason
            )

    def _changed(self, highest: KeyValue) -> Iterator[Stretch]:
        """Yield what may have changed; everything if the database went back."""
        found = False
        for stretch in self._read(self._begin(highest)):
            found = True
            yield stretch
        if not found and self._went_back():
            self._bookmark.forget()
            yield from self._read(self._begin(None))

    def _read(self, wanted: Wanted) -> Iterator[Stretch]:
        cursor, versions = self._reading.cursor, self._session.row_versions
        for stretch in self._reading.stretches(
            wanted, checkpoint_rows=self._session.state_every_records
        ):
            if cursor and cursor.name == ROW_VERSION and stretch.last:
                versions.note(value_of(stretch.last[0]))
            yield stretch
        self._record.proofs[self._company] = self._reading.proof

    def _begin(self, highest: KeyValue) -> Wanted:
        """Note in the bookmark how the stream is read now, and return what is to be read."""
        self._start_anew_for_more()
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
        condition = self._start_filter()
        if not goes_on:
            return Wanted(condition, highest=highest)
        bookmark.go_on_from(start)
        since = cursor.since(start)
        condition = both(since, condition) if bookmark.is_first_load else since
        return Wanted(
            condition,
            nulls=cursor.without_value,
            lowest=start,
            highest=highest,
            are_expected=True,
            unproven=self._unproven_part(cursor),
        )

    def _unproven_part(self, cursor: Cursor) -> Part | None:
        """Return what an interrupted reading read last, to be counted before this one goes on."""
        unproven = self._bookmark.unproven
        if unproven is None or not unproven[2] or unproven[1] is None:
            return None
        low, high, rows = unproven
        return Part(both(cursor.within(low, high), self._start_filter()), rows)

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
            known = cursor.capped(highest, now) if cursor.is_comparable else None
        else:
            known = bookmark.value
        bookmark.note_time(known, now)
        return cursor.moved_back(start, self._session.late_commits)

    def _advance(self, stretch: Stretch) -> None:
        cursor, bookmark = self._reading.cursor, self._bookmark
        if cursor is None:
            # Half of a whole table is no place to go on from: what was read before the interruption
            # may have changed since, and nothing would show it.
            return
        value = cursor.capped(value_of(stretch.last[0]), self._session.clock())
        bookmark.advance(value)
        bookmark.note_unproven(stretch.unproven_rows, value)

    def _finish(self) -> None:
        """Note that everything was sent, and how far changes are known by now."""
        cursor, bookmark, now = self._reading.cursor, self._bookmark, self._session.clock()
        if cursor and cursor.name == ROW_VERSION:
            began, margin = bookmark.began_at or now, self._session.late_commits
            waters = [*bookmark.high_waters, self._session.row_versions.latest(now)]
            bookmark.note_numbers(high_waters.kept(waters, began, margin), began)
        bookmark.finish()

    def _went_back(self) -> bool:
        """Return whether the row versions are lower than they were: a restored database.

        A bookmark that finds nothing, not even its own row, may also mean that the row was deleted;
        then some other stream has seen higher versions.
        """
        cursor, value = self._reading.cursor, self._bookmark.value
        if not (cursor and cursor.name == ROW_VERSION and isinstance(value, int)):
            return False
        versions, highest = self._session.row_versions, self._reading.highest()
        if not isinstance(highest, int) or max(versions.seen, highest) >= value:
            return False
        versions.note(highest)
        versions.forget(self._session.state, self._session.clock())
        self._logger.warning(
            "%s: the highest %s is %d, below the bookmark %d. The database was restored or copied, "
            "or the last rows were deleted; the stream is loaded anew",
            self._selection.name,
            cursor.name,
            highest,
            value,
        )
        return True

    def _start_filter(self) -> str | None:
        """Return the filter by which `start_date` bounds a first load."""
        start_date, cursor = self._session.start_date, self._reading.cursor
        if not start_date or cursor is None:
            return None
        if cursor.prop.is_temporal:
            return cursor.since(cursor.moved_back(start_date, self._session.late_commits))
        date = self._selection.properties.get(self._selection.declaration.business_date or "")
        if date is None:
            return None
        return f"{date.name} ge {literal(start_date, date.edm_type)} or {date.name} eq null"

"""One stream in one company: from its bookmark to the end of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import Answer, EpicorStreamError, ODataResponseError
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.reading.cursors import ROW_VERSION
from tap_epicor_kinetic.reading.wanted import Wanted
from tap_epicor_kinetic.reading.windows import misfit
from tap_epicor_kinetic.run import high_waters
from tap_epicor_kinetic.run.progress import Progress
from tap_epicor_kinetic.run.starting_point import StartingPoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_epicor_kinetic.catalog.selection import Selection
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.reading.comparison import Comparable
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
        self._start = StartingPoint(session, selection, reading, bookmark)
        self._before = bookmark.copy()
        self._told_of_future = False
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
            yield from self._reading.sample(self._start.first_load_filter(), limit)
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
            return self._reading.sample(self._start.first_load_filter(), limit)
        return self._reading.stretches(
            Wanted(self._start.first_load_filter()),
            checkpoint_rows=self._session.state_every_records,
        )

    def _changed(self, highest: KeyValue) -> Iterator[Stretch]:
        """Yield what may have changed; everything if the database went back."""
        before, latest = self._bookmark.value, 0
        wanted = self._start.begin(highest)
        for stretch in self._read(wanted):
            value = value_of(stretch.last[0]) if stretch.last else None
            latest = max(latest, value) if isinstance(value, int) else latest
            yield stretch
        if not isinstance(before, int) or latest >= before:
            return
        now, lowest = self._reading.highest(), wanted.lowest
        if self._went_back(now):
            self._bookmark.forget()
            yield from self._read(self._start.begin(None))
        elif not latest and isinstance(now, int) and isinstance(lowest, int) and now >= lowest:
            # Nothing came, and a row of what was asked for is there.
            yield from self._something(wanted)

    def _something(self, wanted: Wanted) -> Iterator[Stretch]:
        """Yield the wanted rows, of which some must come.

        Raises:
            ODataResponseError: If none does.
        """
        came = False
        for stretch in self._read(wanted):
            came = came or bool(stretch.records)
            yield stretch
        if not came:
            raise misfit(self._reading.route.label)

    def _read(self, wanted: Wanted) -> Iterator[Stretch]:
        cursor, versions = self._reading.cursor, self._session.row_versions
        own = OwnRow(cursor, wanted.own)
        try:
            for stretch in self._reading.stretches(
                wanted, checkpoint_rows=self._session.state_every_records
            ):
                own.look_for(stretch)
                if cursor and cursor.name == ROW_VERSION and stretch.last:
                    versions.note(value_of(stretch.last[0]))
                yield stretch
        except ODataResponseError:
            # Pages that do not fit may have the same cause as a row that does not come.
            if not own.is_there:
                self._check_own_row()
            raise
        if not own.is_there:
            self._check_own_row()
        self._record.proofs[self._company] = self._reading.proof

    def _check_own_row(self) -> None:
        """Make sure that the bookmark's own row is missing because it changed.

        Raises:
            EpicorStreamError: If the server does not find a row by its own time.
        """
        highest = self._reading.highest()
        if highest is None or self._reading.finds_own_row(highest):
            return
        self._bookmark.restore(self._before)
        self._bookmark.forget_route()
        raise EpicorStreamError(
            Answer(
                self._reading.route.label,
                message=f"the server does not find a row by its own {self._reading.route.cursor}",
            ),
            "It moves times to another zone; the next run looks for a form that it understands.",
        )

    def _advance(self, stretch: Stretch) -> None:
        cursor, bookmark = self._reading.cursor, self._bookmark
        if cursor is None:
            # Half of a whole table is no place to go on from: what was read before the interruption
            # may have changed since, and nothing would show it.
            return
        value = value_of(stretch.last[0])
        limit = cursor.limit(value, self._session.clock())
        if limit is not None and self._is_beyond(cursor, value, limit):
            value = self._last_within(stretch, limit)
        bookmark.advance(value, len(stretch.records))
        bookmark.note_unproven(stretch.unproven_rows, value)

    def _is_beyond(self, cursor: Cursor, value: KeyValue, limit: Comparable) -> bool:
        """Return whether a time is still to come for the server, and say so once."""
        found = cursor.comparable(value)
        if found is None or found <= limit:  # type: ignore[operator]
            return False
        if not self._told_of_future:
            self._told_of_future = True
            self._logger.warning(
                "%s: rows in %s bear a %s that is still to come for the server; they are read "
                "again each time, and hold nothing up",
                self._selection.name,
                self._company,
                cursor.name,
            )
        return True

    def _last_within(self, stretch: Stretch, limit: Comparable) -> KeyValue:
        """Return the cursor of a stretch's last row within a limit, `None` if none is."""
        rows = [n for n, value in enumerate(stretch.values) if value is not None and value <= limit]  # type: ignore[operator]
        return self._reading.cursor_of(stretch.records[rows[-1]]) if rows else None

    def _finish(self) -> None:
        """Note that everything was sent, and how far changes are known by now."""
        cursor, bookmark, now = self._reading.cursor, self._bookmark, self._session.clock()
        if cursor and cursor.name == ROW_VERSION:
            began, margin = bookmark.began_at or now, self._session.late_commits
            waters = [*bookmark.high_waters, self._session.row_versions.latest(now)]
            bookmark.note_numbers(high_waters.kept(waters, began, margin), began)
        bookmark.finish()

    def _went_back(self, highest: KeyValue) -> bool:
        """Return whether the row versions are lower than they were: a restored database.

        A bookmark whose own row does not come may also mean that the row was deleted; then some
        other stream has seen higher versions.
        """
        cursor, value = self._reading.cursor, self._bookmark.value
        if not (cursor and cursor.name == ROW_VERSION and isinstance(value, int)):
            return False
        versions = self._session.row_versions
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


class OwnRow:
    """Looks whether the last row that was read before comes again, as it must unless it changed.

    Where times have no zone a server may move the filter's, and pass over hours of changes.
    """

    def __init__(self, cursor: Cursor | None, own: KeyValue) -> None:
        """Take the row's cursor, `None` if there is none to look for."""
        self._own = cursor.comparable(own) if cursor and cursor.prop.is_temporal else None
        self.is_there = self._own is None

    def look_for(self, stretch: Stretch) -> None:
        """Note whether the row, or one before it, is in a stretch."""
        own = self._own
        if not self.is_there and isinstance(own, str):
            self.is_there = any(isinstance(each, str) and each <= own for each in stretch.values)

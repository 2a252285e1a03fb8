"""One stream in one company: from its bookmark to the end of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_epicor_kinetic.odata.literals import both, literal
from tap_epicor_kinetic.odata.records import value_of
from tap_epicor_kinetic.run.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_epicor_kinetic.catalog.selection import Selection
    from tap_epicor_kinetic.odata.properties import KeyValue
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
        self._start_anew_for_more()
        condition = self._condition()
        self._begin(highest)
        progress = Progress(f"{self._selection.name} {self._company}", self._logger)
        unsaved = 0
        for stretch in self._changed(condition, limit):
            yield stretch
            self._bookmark.advance(stretch.last, self._reading.cursor)
            rows = len(stretch.records)
            self._record.records += rows
            progress.advance(rows, stretch.remaining)
            unsaved += rows
            if unsaved >= self._session.state_every_records:
                unsaved = 0
                self._session.write_state()
        self._bookmark.finish()
        progress.finish()
        if progress.total is not None:
            self._record.source_count = (self._record.source_count or 0) + progress.total

    def from_the_start(self, limit: int | None) -> Iterator[Stretch]:
        """Yield all rows, whatever the bookmark says, and leave it alone."""
        return self._reading.stretches(self._start_filter(), limit)

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

    def _begin(self, highest: KeyValue) -> None:
        """Note in the bookmark how the stream is read now."""
        dropped = self._bookmark.begin(self._reading.route, self._high_water(highest))
        if dropped:
            self._logger.warning(
                "%s is now read %s instead of by %s; it is loaded anew",
                self._selection.name,
                self._reading.route.describe(),
                dropped,
            )

    def _high_water(self, highest: KeyValue) -> KeyValue:
        """Return the highest cursor that is known before the reading begins."""
        cursor, bookmark = self._reading.cursor, self._bookmark
        if cursor is None:
            return None
        if cursor.is_unique:
            return self._session.row_versions.known
        if bookmark.cursor == cursor.name and bookmark.value is not None:
            # A first load that goes on keeps what was known when it began: below that nothing has
            # changed since without moving above it, so that what it has read stays read.
            return bookmark.high_water if bookmark.is_first_load else bookmark.value
        if not cursor.is_comparable:
            return None
        return self._reading.highest() if highest is None else highest

    def _changed(self, condition: str | None, limit: int | None) -> Iterator[Stretch]:
        """Yield what meets a condition; everything if the database went back."""
        versions, reading = self._session.row_versions, self._reading
        found = False
        for stretch in reading.stretches(condition, limit):
            found = True
            if reading.cursor and reading.cursor.is_unique:
                versions.note(value_of(stretch.last[0]))
            yield stretch
        if not found and self._went_back():
            self._bookmark.forget()
            self._bookmark.begin(reading.route, versions.known)
            yield from reading.stretches(self._condition(), limit)

    def _went_back(self) -> bool:
        """Return whether the row versions are lower than they were: a restored database.

        A bookmark that finds nothing, not even its own row, may also mean that the row was deleted;
        then some other stream has seen higher versions.
        """
        cursor, value = self._reading.cursor, self._bookmark.value
        if not (cursor and cursor.is_unique and isinstance(value, int)):
            return False
        versions, highest = self._session.row_versions, self._reading.highest()
        if not isinstance(highest, int) or max(versions.seen, highest) >= value:
            return False
        versions.forget()
        self._logger.warning(
            "%s: the highest %s is %d, below the bookmark %d. The database was restored or copied, "
            "or the last rows were deleted; the stream is loaded anew",
            self._selection.name,
            cursor.name,
            highest,
            value,
        )
        return True

    def _condition(self) -> str | None:
        """Return the filter for what may have changed since a bookmark of this cursor."""
        cursor, bookmark = self._reading.cursor, self._bookmark
        start = self._start_filter()
        if cursor is None or bookmark.value is None or bookmark.cursor != cursor.name:
            return start
        since = cursor.since(bookmark.value, bookmark.high_water)
        return both(since, start) if bookmark.is_first_load else since

    def _start_filter(self) -> str | None:
        """Return the filter by which `start_date` bounds a first load."""
        start_date, cursor = self._session.start_date, self._reading.cursor
        if not start_date or cursor is None:
            return None
        if cursor.prop.is_temporal:
            return cursor.since(start_date)
        date = self._selection.properties.get(self._selection.declaration.business_date or "")
        if date is None:
            return None
        return f"{date.name} ge {literal(start_date, date.edm_type)} or {date.name} eq null"

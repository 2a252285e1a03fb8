"""One page of a query: asked for, read, and put together when it took several requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import Answer, EpicorPageError
from tap_epicor_kinetic.http.client import QUERY_LIMIT
from tap_epicor_kinetic.http.repetition import HEAVY_TRIES, TRIES
from tap_epicor_kinetic.odata.pages import Page

if TYPE_CHECKING:
    from tap_epicor_kinetic.http.client import EpicorClient
    from tap_epicor_kinetic.odata.page_request import PageRequest
    from tap_epicor_kinetic.odata.pages import PageReader
    from tap_epicor_kinetic.odata.queries import Query
    from tap_epicor_kinetic.odata.records import RawRecord

_JOIN_TRIES = 3
SMALLEST_PAGE = 10
"""Rows of a page below which no smaller one is asked for."""


class PageFetcher:
    """Fetches the pages of one query for one company; safe for threads."""

    def __init__(
        self,
        client: EpicorClient,
        company: str,
        query: Query,
        pages: PageReader,
        limit: int = QUERY_LIMIT,
        heavy_tries: int | None = None,
    ) -> None:
        """Prepare to fetch.

        Args:
            client: Connection to the server.
            company: Company in the path.
            query: What to ask.
            pages: Reads what comes.
            limit: Characters that a query string may have.
            heavy_tries: How often to ask for a page on which the server fails; `None`: as often as
                is worth while for its size.
        """
        self._client = client
        self._query = query
        self._path = query.source.path(company)
        self._pages = pages
        self._limit = limit
        self._heavy_tries = heavy_tries

    def __call__(self, request: PageRequest) -> Page:
        """Return one page."""
        asked_at = datetime.now(timezone.utc)
        return replace(self._whole(request), asked_at=asked_at)

    def _whole(self, request: PageRequest) -> Page:
        parts = self._query.parts(request, self._limit)
        tries = self._heavy_tries or _tries(request.top)
        if len(parts) == 1:
            return self._get(parts[0], tries)
        for _ in range(_JOIN_TRIES):
            page = self._joined([self._get(part, tries) for part in parts])
            if page is not None:
                return page
        raise EpicorPageError(
            Answer(
                self._query.source.label,
                message="rows moved while their columns were read in parts",
            ),
            "Select fewer columns, so that one request holds them all.",
        )

    def _get(self, query: str, tries: int) -> Page:
        return self._client.get(
            self._path,
            self._pages.read,
            service=self._query.source.label,
            query=query,
            heavy_tries=tries,
        )

    def _joined(self, pages: list[Page]) -> Page | None:
        """Return the parts' columns side by side, or `None` if they are not of the same rows.

        The anchors hold key and row version where there is one, so a row that changed between two
        parts shows.
        """
        first, *others = pages
        records = list(first.records)
        for page in others:
            if len(page.records) != len(records):
                return None
            for index, right in enumerate(page.records):
                joined = self._pair(records[index], right)
                if joined is None:
                    return None
                records[index] = joined
        return Page(records, first.count, first.next_link)

    def _pair(self, left: RawRecord, right: RawRecord) -> bytes | None:
        """Return one row of two parts with the columns of both, or `None` if it is not one."""
        query = self._query
        if query.navigation:
            return self._pages.beside_below(left, right, query.navigation, query.row_key)
        return self._pages.beside(left, right, query.anchors)


def _tries(rows: int) -> int:
    """Return how often a page is asked for on which the server fails.

    One that can still be halved is not waited for as long as the smallest one.
    """
    return HEAVY_TRIES if rows == 1 or rows > SMALLEST_PAGE else TRIES

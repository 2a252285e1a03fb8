"""The search for a way to a stream's rows: each is tried with one row until one works."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    EpicorAccessError,
    EpicorError,
    EpicorPageError,
    EpicorStreamError,
    IdentityRefusedError,
    ODataQueryError,
)
from tap_epicor_kinetic.http.repetition import HEAVY_TRIES, TRIES
from tap_epicor_kinetic.reading.cursors import ROW_VERSION
from tap_epicor_kinetic.reading.own_columns import own_columns
from tap_epicor_kinetic.reading.reading import Reading
from tap_epicor_kinetic.reading.route import Route, routes
from tap_epicor_kinetic.reading.row_query import RowQuery
from tap_epicor_kinetic.reading.zones import zoned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from tap_epicor_kinetic.catalog.selection import Selection
    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.odata.queries import Source
    from tap_epicor_kinetic.reading.server import Server

_LOOK_AGAIN = timedelta(days=7)
_LOOK_AGAIN_IN_DOUBT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RouteMemory:
    """The route that an earlier run found.

    Attributes:
        label: Of the route.
        cursor: Its cursor column, `None` for a whole table.
        own_columns: Whether its source was found to have columns of its own.
        looked_at: When the ways were last tried.
        is_doubtful: Whether a better one was given up though the server only failed on it.
    """

    label: str
    cursor: str | None
    own_columns: bool
    looked_at: datetime | None = None
    is_doubtful: bool = False
    zone: str = "Z"


class RouteSearch:
    """Finds the readings of one stream, and what the first look at each company tells.

    Attributes:
        highest: Cursor of the last row of each company that was asked for it.
    """

    def __init__(self, server: Server, selection: Selection) -> None:
        """Prepare a search; nothing is requested yet.

        Args:
            server: HTTP client, thread pool, page size, logger.
            selection: The stream.
        """
        self._server = server
        self._selection = selection
        self._routes = _routes(selection)
        self._found: Route | None = None
        self.highest: dict[str, KeyValue] = {}

    @property
    def goes_by_row_version(self) -> bool:
        """Whether the route that was found has a row version as its cursor."""
        return bool(self._found and self._found.cursor == ROW_VERSION)

    def reading(self, company: str, memory: RouteMemory | None) -> Reading:
        """Return the reading by the route that works on this server, finding it if need be.

        Args:
            company: Company in the path.
            memory: The route that an earlier run found.

        Raises:
            EpicorError: If none works.
        """
        route = self._found or self._remembered(memory)
        if route is None:
            route = self._found = self._find(company)
        return self._reading_by(route, company)

    def look_ahead(self, company: str, memory: RouteMemory | None) -> None:
        """Find the route before the run, where no earlier run has.

        By then the highest cursor of each company is known before the first row is read.

        Raises:
            EpicorError: If no route works.
        """
        known = self._remembered(memory)
        if known is not None:
            if self._found is None and self._is_due(known, memory):
                self._found = self._find_better(known, company)
            return
        if self._found is None:
            self._found = self._find(company)
            return
        # What a company refuses is said when it is its turn; the others go on.
        with suppress(EpicorError):
            self._probed(self._found, company)

    def _remembered(self, memory: RouteMemory | None) -> Route | None:
        """Return the route that an earlier run found, if it is still among those to try."""
        for route in self._routes if memory else ():
            if memory and (route.label, route.cursor) == (memory.label, memory.cursor):
                own = route.own_columns or memory.own_columns
                return replace(route, own_columns=own, zone=memory.zone)
        return None

    def _is_due(self, known: Route, memory: RouteMemory | None) -> bool:
        """Return whether better ways than the known one are to be tried again."""
        best = self._routes[0]
        if (known.label, known.cursor) == (best.label, best.cursor):
            return False
        if memory is None or memory.looked_at is None:
            return False
        pause = _LOOK_AGAIN_IN_DOUBT if memory.is_doubtful else _LOOK_AGAIN
        return self._server.clock() - memory.looked_at >= pause

    def _find(self, company: str) -> Route:
        route = choose(
            self._routes,
            lambda option, tries: self._probed(option, company, tries),
            lambda option: self._reading_by(option, company).fails_only_in_order(),
        )
        if (route.label, route.cursor) != (self._routes[0].label, self._routes[0].cursor):
            self._server.logger.info("%s is read %s", self._selection.name, route.describe())
        return replace(route, looked_at=self._server.clock())

    def _find_better(self, known: Route, company: str) -> Route | None:
        """Return what works now of the ways up to the known one; `None` if that cannot be told."""
        try:
            found = self._find(company)
        except EpicorError as error:
            self._server.logger.info(
                "%s goes on being read %s (%s)",
                self._selection.name,
                known.describe(),
                error.answer,
            )
            return None
        return None if found.is_provisional else found

    def _probed(self, route: Route, company: str, tries: int | None = None) -> Route:
        """Read one row by a route; return it, with its own columns if it lacks some of these."""
        try:
            highest = self._reading_by(route, company).highest(tries)
        except ODataQueryError:
            if route.own_columns or route.source == self._selection.declaration.source:
                raise
            return self._probed(replace(route, own_columns=True), company, tries)
        self.highest[company] = highest
        return zoned(
            route, highest, self._server.logger, lambda each: self._reading_by(each, company)
        )

    def _reading_by(self, route: Route, company: str) -> Reading:
        selection = self._selection
        columns = selection.columns
        if route.own_columns:
            route, columns = own_columns(self._server, company, route, columns, selection.key)
        asked = RowQuery(
            company, route, selection.properties, columns, selection.key, selection.notes
        )
        return Reading(self._server, asked)


def _routes(selection: Selection) -> list[Route]:
    key = selection.key or selection.columns
    options = list(routes(selection.declaration, key, selection.cursors))
    if selection.cursor_is_unusual:
        # What a person chose is not silently given up for the whole table.
        options = [route for route in options if route.cursor] or options
    return options


def choose(
    candidates: Iterable[Route],
    probe: Callable[[Route, int], Route],
    refuses_by_failing: Callable[[Route], bool],
) -> Route:
    """Return the first route that the server accepts.

    Args:
        candidates: Routes, best first.
        probe: Reads one row by a route, with so many tries where the server fails, and returns the
            route, adapted to what the source offers.
        refuses_by_failing: Whether a server error is the server's way to refuse a route.

    Raises:
        EpicorStreamError: If none works; it says why each was refused.
        EpicorPageError: If the server is not well at the moment, which says nothing about routes.
        EpicorRetriableError: Likewise.
    """
    refused: list[tuple[Route, EpicorError]] = []
    closed: set[Source] = set()
    failing: set[Source] = set()
    down: tuple[Route, EpicorPageError] | None = None
    for route in candidates:
        if route.source in closed or (down and route.cursor != down[0].cursor):
            continue
        try:
            found = probe(route, 1)
            return replace(found, is_doubtful=bool(failing), is_provisional=bool(down))
        except IdentityRefusedError:
            raise
        except EpicorPageError as error:
            if _is_refusal(route, failing, refuses_by_failing):
                refused.append((route, error))
                continue
            later = _given_time(route, probe, HEAVY_TRIES)
            if isinstance(later, Route):
                return replace(later, is_doubtful=bool(failing), is_provisional=bool(down))
            # Another source with the same cursor may do; nothing has to be loaded anew for it.
            closed.add(route.source)
            down = down or (route, later)
        except EpicorStreamError as error:
            if isinstance(error, EpicorAccessError):
                closed.add(route.source)
            refused.append((route, error))
    if down is None:
        raise _no_way(refused)
    return replace(_last_try(*down, probe), is_doubtful=bool(failing))


def _no_way(refused: list[tuple[Route, EpicorError]]) -> EpicorError:
    """Return the error of a stream that no route reads: why each was refused."""
    first_route, first_error = refused[0]
    if all(route.source == first_route.source for route, _ in refused):
        return first_error
    tried = "; ".join(f"{route.describe()}: {error.answer}" for route, error in refused[1:])
    return EpicorStreamError(
        first_error.answer,
        f"{first_error.advice} No way round works either ({tried}); a BAQ with the same columns, "
        "named in source_of_last_resort, may.",
    )


def _is_refusal(
    route: Route, failing: set[Source], refuses_by_failing: Callable[[Route], bool]
) -> bool:
    """Return whether a server error is a refusal; the sources of such errors are remembered."""
    if route.source not in failing and refuses_by_failing(route):
        failing.add(route.source)
    return route.source in failing


def _last_try(route: Route, error: EpicorPageError, probe: Callable[[Route, int], Route]) -> Route:
    """Return what a probe gives once the server had as long as one that is away."""
    if error.answer.status is None:
        raise error  # It is only slow, and has been asked twice.
    return probe(route, TRIES)


def _given_time(
    route: Route, probe: Callable[[Route, int], Route], tries: int
) -> Route | EpicorPageError:
    """Return what a probe gives while the server is not well, or how it fails in the end."""
    try:
        return probe(route, tries)
    except EpicorPageError as error:
        return error

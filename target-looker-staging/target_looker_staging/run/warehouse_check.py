"""Stops a run whose tap goes on from a state that this warehouse has not got, or no longer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from target_looker_staging.exceptions import WarehouseBehindError
from target_looker_staging.run.bookmark_log import BookmarkLog
from target_looker_staging.run.bookmarks import parts
from target_looker_staging.run.comparison import (
    Comparer,
    Comparison,
    in_words,
    of_companies,
    of_streams,
)
from target_looker_staging.run.history import RunHistory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_looker_staging.postgres.types import Cursor
    from target_looker_staging.run.bookmarks import Part
    from target_looker_staging.run.session import Session
    from target_looker_staging.staging.settings import LoadSettings

logger = logging.getLogger("target-looker-staging")

_DOING = "Comparing the warehouse with the state"


class WarehouseCheck:
    """Compares the warehouse with the state, and keeps what the next run needs for that.

    With this project's tap everything is compared before anything is loaded: its first state says
    which streams it will read. The streams of another tap show one by one. What the state says of
    them is compared at the first one, and whether a stream's tables hold rows before that stream is
    loaded. A tap that sends no state before its records tells nothing, and nothing is compared.
    """

    def __init__(
        self,
        session: Session,
        load: LoadSettings,
        tables_of: Callable[[str], Sequence[str] | None],
    ) -> None:
        """Take what the check works with.

        Args:
            session: The run's.
            load: What a load does.
            tables_of: From a stream as the tap calls it to the tables that its records go to, None
                where that is not known before it begins.
        """
        self._session = session
        self._load = load
        self._tables_of = tables_of
        self._log = BookmarkLog(load.target_schema)
        self._comparer = Comparer(load.target_schema)
        self._opened: dict[str, Sequence[str]] = {}
        # Stream to its tables, and to the places that are adopted once it begins.
        self._compared: dict[str, tuple[Sequence[str], Sequence[Part]]] = {}
        self._noted: dict[str, Part] = {}

    @property
    def _is_needed(self) -> bool:
        # A table that is made equal to what came lacks nothing afterwards.
        return self._load.load_method != "overwrite"

    def compare_start(self) -> None:
        """Compare all that can be compared before a stream has begun.

        Raises:
            WarehouseBehindError: If the tap goes on from what is not here.
        """
        identity = self._session.identity
        places = of_streams(parts(identity.state_before), identity.streams)
        places = of_companies(places, identity.companies)
        if not places or not self._is_needed:
            return

        def work(cursor: Cursor) -> Comparison:
            trusted = self._trusted(cursor)
            if identity.streams is None:
                # Tables of streams that another tap does not read may have been dropped on purpose.
                return Comparison(self._comparer.unseen(cursor, places, trusted))
            return self._comparer.compare(cursor, places, self._tables_of, trusted)

        comparison = self._session.transact(_DOING, work)
        for name in identity.streams or ():
            tables = self._tables_of(name)
            if tables is not None:
                adopted = of_streams(comparison.adopted, [name])
                self._compared[name] = (tuple(tables), adopted)
        self._judge(comparison)

    def _trusted(self, cursor: Cursor) -> list[Part]:
        """Return the places from which the run began that this one does again."""
        replay_of = self._session.identity.replay_of
        run = RunHistory(self._load.target_schema).run(cursor, replay_of) if replay_of else None
        return list(parts(run.state_before)) if run else []

    def open_stream(
        self, stream: str, tables: Sequence[str], state: Mapping[str, Any] | None
    ) -> None:
        """Compare a stream that begins, as far as that is not done, before its tables are made.

        Args:
            stream: As the tap calls it.
            tables: The tables that its records go to.
            state: The state that the tap goes on from, as far as it is known.

        Raises:
            WarehouseBehindError: If the tap goes on from what is not here.
        """
        if stream in self._opened:
            return
        companies = self._session.identity.companies
        places = of_companies(of_streams(parts(state), [stream]), companies)
        known = self._compared.get(stream)
        is_compared = not self._is_needed or (known is not None and known[0] == tuple(tables))

        def work(cursor: Cursor) -> Comparison:
            found = Comparison((), known[1] if known else ())
            if places and not is_compared:
                found = self._comparer.compare(
                    cursor, places, lambda _: tables, self._trusted(cursor)
                )
            if not found.gaps or self._load.when_warehouse_is_behind == "load_anyway":
                self._log.open_stream(cursor, stream, self._session.log.run_id)
                self._note(cursor, found.adopted)
            return found

        self._opened[stream] = tuple(tables)
        self._judge(self._session.transact(_DOING, work))

    def _judge(self, comparison: Comparison) -> None:
        if not comparison.gaps:
            return
        message = in_words(comparison.gaps, self._load.target_schema, self._session.identity)
        if self._load.when_warehouse_is_behind == "fail":
            raise WarehouseBehindError(message)
        logger.warning("Loading anyway, as `when_warehouse_is_behind` says. %s", message)

    def note(self, cursor: Cursor, state: Mapping[str, Any]) -> None:
        """Write down the bookmarks of a state that is about to be passed on. The caller commits.

        Only those of streams that this run loads: a state also bears those of streams that it
        does not, of which this warehouse knows nothing.
        """
        reached = {part.place: part for part in of_streams(parts(state), self._opened)}
        new = [part for place, part in reached.items() if self._noted.get(place) != part]
        self._note(cursor, new)
        self._noted = reached

    def note_end(self, cursor: Cursor) -> None:
        """Write down which tables hold rows now that what is gone has been removed."""
        if self._load.hard_delete:
            self._note(cursor, list(self._noted.values()))

    def _note(self, cursor: Cursor, places: Sequence[Part]) -> None:
        tables = [
            self._comparer.tables_now(cursor, place, self._opened[place.stream]) for place in places
        ]
        self._log.note(cursor, self._session.log.run_id, places, tables)

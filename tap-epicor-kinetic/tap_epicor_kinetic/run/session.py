"""What the streams of one run share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib import StateMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta

    from tap_epicor_kinetic.reading.server import Server
    from tap_epicor_kinetic.run.record import RunRecord
    from tap_epicor_kinetic.run.record_writer import RecordWriter
    from tap_epicor_kinetic.run.row_versions import RowVersions


@dataclass(frozen=True, slots=True)
class Session:
    """One run against one server.

    Attributes:
        server: HTTP client, thread pool, page size, logger.
        companies: The companies to read.
        row_versions: How far the database's counter of changes has come.
        record: The run record.
        state: The Singer state, which streams change in place.
        writer: Writes messages.
        start_date: Bounds first loads, `None` for no bound.
        state_every_records: Records of a stream after which its place is proven and saved.
        late_commits: How long after a row was stamped its transaction may end.
    """

    server: Server
    companies: tuple[str, ...]
    row_versions: RowVersions
    record: RunRecord
    state: Mapping[str, Any]
    writer: RecordWriter
    start_date: str | None
    state_every_records: int
    late_commits: timedelta

    def clock(self) -> datetime:
        """Return the server's own time, as far as it is known."""
        return self.server.clock()

    def write_state(self) -> None:
        """Write bookmarks and run record."""
        value = {**self.state, "run": self.record.as_state()}
        self.writer.write_message(StateMessage(value=value))

    def end_requests(
        self, waiting: Callable[[], AbstractContextManager[None]], *, wait: bool = True
    ) -> None:
        """Send nothing more.

        Args:
            waiting: A place to leave when the run is to stop.
            wait: Whether to wait for what is under way; not if the process ends anyway.
        """
        self.server.client.close()
        with waiting():
            self.server.executor.shutdown(wait=wait, cancel_futures=True)

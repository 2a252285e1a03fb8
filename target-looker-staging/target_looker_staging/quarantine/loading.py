"""Batches that hold records which Postgres refuses: the others are loaded, those set aside."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from target_looker_staging.exceptions import RefusedRowError, StagingDataError
from target_looker_staging.postgres.connection import transaction
from target_looker_staging.quarantine.rejection import reject_row
from target_looker_staging.staging.batch import LoadCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_looker_staging.postgres.types import Connection
    from target_looker_staging.quarantine.records import Definition, Rejection
    from target_looker_staging.quarantine.store import RejectedRecordStore
    from target_looker_staging.staging.batch import Batch, Note
    from target_looker_staging.staging.loader import TableLoader

logger = logging.getLogger("target-looker-staging")

# Rejected records that are logged one by one; the table and the counts have them all.
_LOGGED_RECORDS = 10


@dataclass(slots=True)
class Quarantine:
    """Sets records aside, up to a limit, in transactions of their own.

    Attributes:
        connection: Used by one thread at a time.
        rejected: Where they go.
        run_id: Of this run.
        limit: How many of a run are set aside before it fails.
        counts: Stream to records that this run has set aside.
    """

    connection: Connection
    rejected: RejectedRecordStore
    run_id: str
    limit: int
    counts: dict[str, int] = field(default_factory=dict)

    def load(
        self, loader: TableLoader, batch: Batch, definition: Definition, note: NoteMaker
    ) -> None:
        """Load a batch, and set aside the records that Postgres refuses.

        Postgres names the line at fault for most of them: it is tried alone, and so is what stands
        before and after it. Where it names none for sure, halves are tried. The order of the
        records stays. Each attempt has fewer records than the one before, so it ends.

        Args:
            loader: Loads it.
            batch: The rows.
            definition: Their stream's schema.
            note: Makes what writes counts to the run log; called for each part that is loaded.

        Raises:
            StagingDataError: If there are more of them than the limit allows.
            StagingError: If the load fails for another reason.
        """
        parts = [batch]
        while parts:
            part = parts.pop()
            try:
                loader.try_load(part, note(part))
            except RefusedRowError as error:
                if len(part.lines) > 1:
                    parts += reversed(list(_split(part, error.line)))
                    continue
                rejection = reject_row(
                    part.lines[0],
                    error.reason,
                    error.property_name,
                    part.first_number,
                    loader.shape,
                    loader.copy_columns,
                )
                self.reject(loader, definition, rejection, note(part))

    def reject(
        self, loader: TableLoader, definition: Definition, rejection: Rejection, note: Note
    ) -> None:
        """Set a record aside, and commit.

        Raises:
            StagingDataError: If there are more of them than the limit allows.
        """
        stream = loader.place.stream
        where = f"property '{rejection.property_name}' " if rejection.property_name else ""
        count = sum(self.counts.values())
        if count >= self.limit:
            raise StagingDataError(
                f"Stream '{stream}': {where}{rejection.reason} (record {rejection.number} of the "
                f"stream in this run), after {count} records were set aside already, which is all "
                "that `quarantine_limit` allows a run. This many rejects usually mean that the "
                "source or the schema changed: look whether it has, then run again."
            )
        with transaction(self.connection, "Setting a record aside") as cursor:
            record_id = self.rejected.add(cursor, self.run_id, definition, rejection)
            note(cursor, LoadCounts(received=1, rejected=1))
        self.counts[stream] = self.counts.get(stream, 0) + 1
        # A later version of the record must find it.
        loader.always_stage()
        if count < _LOGGED_RECORDS:
            logger.warning(
                "Stream '%s': %s%s (record %d of the stream in this run); it is in quarantine as "
                "%d of _rejected_records",
                stream,
                where,
                rejection.reason,
                rejection.number,
                record_id,
            )
        elif count == _LOGGED_RECORDS:
            logger.warning("Further records are set aside without a line here, but counted")


def _split(batch: Batch, line: int | None) -> Iterator[Batch]:
    """Yield the parts of a batch of several lines: around the line at fault, or else halves."""
    cuts = [len(batch.lines) // 2] if line is None else [line - 1, line]
    for start, end in zip([0, *cuts], [*cuts, len(batch.lines)], strict=True):
        if start < end:
            number = batch.first_number + start
            yield replace(batch, lines=batch.lines[start:end], first_number=number)


if TYPE_CHECKING:
    NoteMaker = Callable[[Batch], Note]

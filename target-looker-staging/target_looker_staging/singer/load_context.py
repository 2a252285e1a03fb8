"""What the sinks of a run share, and all that they know of it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from singer_sdk import Target

if TYPE_CHECKING:
    from target_looker_staging.run.stream_load import StreamLoads
    from target_looker_staging.run.table_versions import TableVersions
    from target_looker_staging.staging.settings import LoadSettings

# Rows wait for their batch in memory, encoded; with the batch in Postgres and the one that waits
# for it that makes three such sizes.
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class LoadContext:
    """What a sink needs of the run.

    Attributes:
        settings: What a load does with records.
        loads: Takes tables, batches and rejected records.
        versions: Takes versions of tables.
        pending_bytes: Size of the batches that all sinks are gathering.
    """

    settings: LoadSettings
    loads: StreamLoads
    versions: TableVersions
    pending_bytes: int = 0


class LoadTarget(Target):
    """A target whose sinks are given a context, and read nothing else of it."""

    @property
    @abstractmethod
    def load_context(self) -> LoadContext:
        """Return what the sinks of the run share; the run begins with the first of them."""

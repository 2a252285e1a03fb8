"""Every error that this package raises on purpose, by what the reader of a log can do about it.

* `StagingError`
  * `StagingConnectionError`: the warehouse is not there or does not let us in; run again later.
  * `StagingSchemaError`: a table cannot hold what the stream declares; a person must decide.
  * `StagingDataError`: a record does not fit its declared type; fix the source or the schema.
  * `QuarantineError`: records that were set aside are still not loaded; mend and replay them.
  * `WarehouseBehindError`: the tap takes rows for loaded that are not here; set the state back.
  * `StreamBusyError`: another run is loading the same records; run again when it has ended.
* `LoadIncompleteError`: what came is staged, but not everything came; the tap's log tells why.
* `ReplayError`: a run cannot be done again as asked; the text says what can be done.
* `LookerRefreshError`: the data is staged, but Looker was not told.
* `DashboardError`: the block's dashboards cannot be put into Looker.

No message holds a secret, a record's content, or a server's error text that may quote one.
"""

from __future__ import annotations

from singer_sdk.exceptions import FatalSyncError


class StagingError(FatalSyncError):
    """The warehouse did not take the load; nothing of the open batch is kept."""


class StagingConnectionError(StagingError):
    """The warehouse cannot be reached, refused the login, or ended the connection."""


class StagingSchemaError(StagingError):
    """A stream's schema cannot become, or no longer fits, its staging table."""


class StagingDataError(StagingError):
    """A record does not fit the type that its stream's schema declares."""


class RefusedRowError(StagingDataError):
    """Postgres refused a row of a batch, because of the row.

    Attributes:
        reason: What is wrong with it.
        property_name: The property at fault, if Postgres named its column.
        line: Which line of the batch it is, from 1; None if Postgres did not say.
    """

    def __init__(
        self, message: str, reason: str, property_name: str = "", line: int | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.property_name = property_name
        self.line = line


class QuarantineError(StagingError):
    """All that could be is staged, but records are in quarantine: the staged data lacks them."""


class WarehouseBehindError(StagingError):
    """The tap goes on from a state that this warehouse has not got; nothing was loaded."""


class StreamBusyError(StagingError):
    """Another run is loading the same records, or has the same id."""


class LoadIncompleteError(FatalSyncError):
    """What came is staged and its state passed on; by the tap's own account there was more."""


class ReplayError(FatalSyncError):
    """A run cannot be done again, or Meltano refused its part of it."""


class LookerRefreshError(FatalSyncError):
    """The rows are staged and stay; Looker could not be told to show them."""


class DashboardError(FatalSyncError):
    """The block's dashboards cannot be read, or not be put into Looker."""

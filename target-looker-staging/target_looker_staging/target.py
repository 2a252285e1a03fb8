"""The target: Singer messages to batches, commits to states, and a whole load to Looker."""

from __future__ import annotations

import logging
import os
import sys
import uuid
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from singer_sdk.helpers.capabilities import PluginCapabilities
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.singerlib.exceptions import InvalidInputLine
from typing_extensions import override

from target_looker_staging.looker.settings import LookerSettings
from target_looker_staging.plugin import PluginTarget
from target_looker_staging.postgres.settings import PostgresSettings
from target_looker_staging.printable import guard_logs
from target_looker_staging.run.bookmarks import resumed_streams
from target_looker_staging.run.conclusion import InputEnd, conclude, refuse_resumed
from target_looker_staging.run.identity import RunIdentity
from target_looker_staging.run.meltano_run import find_meltano_run
from target_looker_staging.run.refused import log_refused
from target_looker_staging.run.run import Run
from target_looker_staging.singer.arrivals import Arrivals
from target_looker_staging.singer.load_context import BATCH_BYTES, LoadContext
from target_looker_staging.singer.log_lines import RunRecord
from target_looker_staging.singer.messages import (
    check_record,
    check_schema,
    check_state,
    check_version,
)
from target_looker_staging.singer.reader import BlockReader
from target_looker_staging.singer.routes import StreamRoutes
from target_looker_staging.singer.sink import StagingSink
from target_looker_staging.staging.settings import LoadSettings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from singer_sdk import Sink
    from singer_sdk.helpers.capabilities import CapabilitiesEnum

# Where many streams gather a batch each, the largest is loaded when together they are this large.
PENDING_BYTES = 4 * BATCH_BYTES
# Whatever they name comes from outside: streams, properties, what servers answered.
_LOGGERS = (
    "target-looker-staging",
    "target_looker_staging.looker.freshness",
    "target_looker_staging.looker.guard",
)


class TargetLookerStaging(PluginTarget):
    """Singer target that stages records in Postgres for Looker.

    The SDK's base class asks for one class: most of its methods override one of the SDK's. What
    they decide is in the rooms below; here it is only brought together.
    """

    default_sink_class = StagingSink
    message_reader_class = BlockReader
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
        PluginCapabilities.ACTIVATE_VERSION,
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._run: Run | None = None
        self._is_begun = False
        super().__init__(*args, **kwargs)
        guard_logs(map(logging.getLogger, _LOGGERS))
        self.max_parallelism = 1
        self._arrivals = Arrivals()
        meltano = find_meltano_run(os.environ)
        self._identity = RunIdentity(
            target=f"{self.name} {self.plugin_version}",
            run_id=self.config.get("run_id") or self.process_run_id or str(uuid.uuid4()),
            invoked_by=self.config.get("invoked_by"),
            state_id=meltano.state_id,
            replay_of=self.config.get("replay_of"),
            loader=os.environ.get("MELTANO_LOADER_NAME"),
            meltano_run_id=meltano.run_id,
        )
        RunRecord.run_id = self._identity.run_id
        self._routes = StreamRoutes(self.config)
        reader = self.message_reader
        if isinstance(reader, BlockReader):
            reader.take_records = self._take_records
            reader.on_failure = self._fail

    # Settings

    @cached_property
    def load_settings(self) -> LoadSettings:
        """Return what to do with records."""
        return LoadSettings.from_config(self.config)

    @property
    def run(self) -> Run:
        """Return this run, which begins at the first call: the tap's first state may name it."""
        if self._run is None:
            self._is_begun = True
            postgres = PostgresSettings.from_config(self.config)
            self._run = Run(postgres, self.load_settings, self._identity, self._routes.tables_of)
            RunRecord.run_id = self._run.loads.run_id
            self._run.warehouse.compare_start()
        return self._run

    @cached_property
    @override
    def load_context(self) -> LoadContext:
        return LoadContext(self.load_settings, self.run.loads, self.run.versions)

    # Messages

    @override
    def get_sink(
        self,
        stream_name: str,
        *,
        record: dict[str, Any] | None = None,
        schema: dict[str, Any] | None = None,
        key_properties: Sequence[str] | None = None,
    ) -> Sink:
        sink = self._sinks_active.get(stream_name)
        if sink is not None and schema is not None:
            # What came under the earlier schema goes first: the last record of a key wins.
            self.drain_one(sink)
        return super().get_sink(
            stream_name, record=record, schema=schema, key_properties=key_properties
        )

    def _take_records(self, stream: str, lines: Sequence[bytes]) -> None:
        """Take RECORD lines of one stream: encoded as they are, unless a stream map wants them."""
        if self._is_unmapped(stream):
            sink = self._sinks_active[stream]
            sink.take_lines(lines)  # type: ignore[attr-defined]  # the only class of sinks here
        else:
            self._map_records(lines)
        if self.load_context.pending_bytes > PENDING_BYTES:
            self.drain_one(max(self._sinks_active.values(), key=attrgetter("pending_size")))
        self._arrivals.add(stream, len(lines))

    def _map_records(self, lines: Sequence[bytes]) -> None:
        """Take RECORD lines the SDK's way."""
        for i, line in enumerate(lines):
            try:
                message = self.message_reader.deserialize_json(line)
                check_record(message)
            except InvalidInputLine as error:
                first = getattr(self.message_reader, "first_line", 1)
                raise InvalidInputLine(f"Line {first + i}: {error}") from None
            self._process_record_message(message)

    def _is_unmapped(self, stream: str) -> bool:
        maps = self.mapper.stream_maps.get(stream, ())
        return (
            len(maps) == 1
            and type(maps[0]) is SameRecordTransform
            and not maps[0].flattening_enabled
            and maps[0].stream_alias == stream
            and stream in self._sinks_active
        )

    @override
    def _process_schema_message(self, message_dict: dict[str, Any]) -> None:
        check_schema(message_dict)
        stream = message_dict["stream"]
        self._arrivals.begin_stream(stream)
        self._refuse_resumed_streams()
        tables = self._routes.tables_of(stream, message_dict)
        # A state that comes before everything is what the tap goes on from; one that comes later
        # still is for the streams that have not begun.
        state = self._identity.state_before or self._latest_state
        self.run.warehouse.open_stream(stream, tables or (), state)
        super()._process_schema_message(message_dict)

    @override
    def _handle_max_record_age(self) -> None:
        """Do nothing: `checkpoint_seconds` decides when to commit."""

    @override
    def _process_activate_version_message(self, message_dict: dict[str, Any]) -> None:
        check_version(message_dict)
        for stream_map in self.mapper.stream_maps.get(message_dict["stream"], ()):
            sink = self._sinks_active.get(stream_map.stream_alias)
            if sink is not None and sink.process_activate_version_messages:
                sink.activate_version(message_dict["version"])

    @override
    def _process_batch_message(self, message_dict: dict[str, Any]) -> None:
        raise InvalidInputLine("BATCH messages are not supported: let the tap send records.")

    @override
    def _process_state_message(self, message_dict: dict[str, Any]) -> None:
        check_state(message_dict)
        super()._process_state_message(message_dict)
        if self._run is None and self._identity.state_before is None:
            # It comes before everything else, and says which run of which tap this is.
            self._identity = self._identity.with_state(message_dict["value"])
            if self._identity.run_id != RunRecord.run_id:
                self.logger.info("The tap calls this run %s", self._identity.run_id)
                RunRecord.run_id = self._identity.run_id
        self._arrivals.note_resumed(resumed_streams(message_dict["value"]))
        self._refuse_resumed_streams()
        is_checkpoint = self._arrivals.is_checkpoint(self.load_settings.checkpoint_seconds)
        if is_checkpoint and self._passes_states_on:
            self.drain_all()

    def _refuse_resumed_streams(self) -> None:
        """Refuse to make the tables of streams that go on from a bookmark equal to what comes."""
        if self._arrivals.resumed and not self._passes_states_on:
            refuse_resumed(self._arrivals.resumed)

    @property
    def _passes_states_on(self) -> bool:
        """Return whether rows are in place once they are committed."""
        return self.load_settings.load_method != "overwrite"

    @override
    def _write_state_message(self, state: dict[str, Any]) -> None:
        """Pass a state on after the commit of all that came before it."""
        self._arrivals.begin_checkpoint()
        if self._passes_states_on:
            self.run.pass_on(state)

    # End of the run

    @override
    def process_endofpipe(self) -> None:
        """Commit what is left, pass the last state on, and refresh Looker if the load is whole.

        Raises:
            StagingError: If the warehouse did not take everything.
            QuarantineError: If records wait in quarantine.
            LookerRefreshError: If Looker could not be told, unless `looker_on_error` is `warn`.
            LoadIncompleteError: If the tap says itself that not everything came.
        """
        try:
            super().process_endofpipe()
            arrivals = self._arrivals
            end = InputEnd(
                state=self._latest_state,
                records=arrivals.records,
                is_covered=arrivals.end_with_state,
                is_empty=arrivals.is_empty,
                aliases=self._aliases,
            )
            looker = LookerSettings.from_config(self.config)
            lines = conclude(self.run, end, looker, self.load_settings)
        except BaseException as error:
            self._fail(error)
            raise
        self.run.disconnect()
        for line in lines:
            self.logger.info("%s", line)

    @property
    def _aliases(self) -> dict[str, list[str]]:
        """Return what stream maps make of each stream; nothing of one that they remove."""
        return {
            stream: [each.stream_alias for each in maps if each.stream_alias in self._sinks_active]
            for stream, maps in self.mapper.stream_maps.items()
        }

    def _fail(self, error: BaseException) -> None:
        """Close the run in the run log; one that did not begin gets an entry as well."""
        if self._run is not None:
            type(self).closing_lines = self._run.last_lines(error)
            self._run.fail(error)
        elif not self._is_begun:
            self._is_begun = True
            postgres = PostgresSettings.from_config(self.config)
            log_refused(postgres, self.load_settings, self._identity, error)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> NoReturn:
        """End at once: roll back, pass no state on, exit as a shell reports the signal.

        The SDK would drain here, inside the handler, and pass on a state for rows that a drain
        under way has not committed yet.
        """
        self.logger.warning("Told to end by signal %d: rolling back", signum)
        # The rest is done where the exception arrives, for here the main thread may hold a lock.
        sys.exit(128 + signum)

"""The tap: settings in, streams out, one run after the other stream."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import Tap
from singer_sdk.helpers.capabilities import CapabilitiesEnum, PluginCapabilities, TapCapabilities
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.singerlib import StateMessage
from typing_extensions import override

from tap_epicor_kinetic import settings
from tap_epicor_kinetic.client import XML, EpicorClient
from tap_epicor_kinetic.declarations import declarations, offer
from tap_epicor_kinetic.exceptions import EpicorError, EpicorStreamError
from tap_epicor_kinetic.messages import RecordWriter
from tap_epicor_kinetic.metadata import parse_metadata
from tap_epicor_kinetic.run import RunRecord, StreamRecord
from tap_epicor_kinetic.streams import EpicorStream
from tap_epicor_kinetic.termination import Terminated, Termination

if TYPE_CHECKING:
    from types import FrameType

    from tap_epicor_kinetic.declarations import Declaration, Offer
    from tap_epicor_kinetic.metadata import ServiceMetadata


class SyncIncompleteError(Exception):
    """Some streams could not be read; the others were."""


class TapEpicorKinetic(Tap):
    """Singer tap for Epicor Kinetic: business objects and BAQs over REST OData v4, read only."""

    name = "tap-epicor-kinetic"
    config_jsonschema: ClassVar[dict[str, Any]] = settings.SETTINGS.to_dict()
    dynamic_catalog = True
    message_writer_class = RecordWriter
    message_writer: RecordWriter
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        TapCapabilities.CATALOG,
        TapCapabilities.DISCOVER,
        TapCapabilities.STATE,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    @cached_property
    def run(self) -> RunRecord:
        """The record of this run."""
        return RunRecord(f"{self.name} {self.plugin_version}")

    @cached_property
    def termination(self) -> Termination:
        """Where signals are remembered."""
        return Termination()

    @cached_property
    def client(self) -> EpicorClient:
        """The connection to the server, shared by all streams."""
        agent = f"{self.name}/{self.plugin_version}"
        return EpicorClient(settings.server_settings(self.config, agent), self.logger)

    @cached_property
    def executor(self) -> ThreadPoolExecutor:
        """The threads that requests run in."""
        return ThreadPoolExecutor(self.config["max_concurrent_requests"], "epicor")

    @cached_property
    def companies(self) -> tuple[str, ...]:
        """The companies to read."""
        return settings.companies(self.config)

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        try:
            errors = super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            errors = list(error.errors)
        if not errors:
            errors = settings.problems(self.config)
        else:
            errors += _problems_despite_wrong_types(self.config)
        if errors and raise_errors:
            message = "Config validation failed"
            raise ConfigValidationError(message, errors=errors, schema=self.config_jsonschema)
        return errors

    # Streams

    @override
    def discover_streams(self) -> list[EpicorStream]:
        declared = declarations(self.config)
        if self.input_catalog is not None:
            return [
                self._stream_from_catalog(declared[entry.tap_stream_id], entry)
                for entry in self.input_catalog.streams
                if self._is_declared(entry.tap_stream_id, declared)
            ]
        return [self._stream_from_offer(found) for found in self._offers(declared)]

    def _is_declared(self, name: str, declared: dict[str, Declaration]) -> bool:
        if name in declared:
            return True
        self.logger.warning("The catalog's stream '%s' is neither built in nor in the settings; left out", name)
        return False

    def _stream_from_catalog(self, declaration: Declaration, entry: Any) -> EpicorStream:  # noqa: ANN401 - SDK type
        cursors = (entry.replication_key,) if entry.replication_key else ()
        return EpicorStream(self, declaration, entry.schema.to_dict(), tuple(entry.key_properties or ()), cursors)

    def _stream_from_offer(self, found: Offer) -> EpicorStream:
        return EpicorStream(self, found.declaration, found.schema(), found.key, found.cursors)

    def _offers(self, declared: dict[str, Declaration]) -> list[Offer]:
        """Return what the server offers for the declared streams; what it lacks is said once per service."""
        company = self.companies[0]
        services = list({declaration.source.service: declaration.source for declaration in declared.values()}.values())
        found = dict(zip([source.service for source in services], self.executor.map(lambda source: self._metadata(source, company), services), strict=True))
        offers = []
        for declaration in declared.values():
            metadata = found[declaration.source.service]
            if metadata is None:
                continue
            entity_set = declaration.source.entity_set
            entity_type = metadata.entity_sets.get(entity_set) or (
                next(iter(metadata.entity_sets.values())) if declaration.source.is_baq else None
            )
            if entity_type is None or not entity_type.properties:
                self.logger.warning("%s has no %s on this server; stream %s is left out", declaration.source.service, entity_set, declaration.name)
                continue
            offers.append(offer(declaration, entity_type, self.config["columns"]))
        return offers

    def _metadata(self, source: Any, company: str) -> ServiceMetadata | None:  # noqa: ANN401
        try:
            body = self.client.get(source.metadata_path(company), service=f"{source.service}/$metadata", accept=XML)
            return parse_metadata(source.service, body)
        except EpicorStreamError as error:
            self.logger.warning("Streams of %s are left out: %s", source.service, error)
            return None

    # A run

    def write_state(self) -> None:
        """Write bookmarks and run record."""
        self.state["run"] = self.run.as_state()
        self.write_message(StateMessage(value=self.state))

    @override
    def sync_all(self) -> None:  # type: ignore[misc] # one failed stream must not end the run, as it does in the SDK's
        chosen = [stream for stream in self.streams.values() if stream.selected]
        self.run.streams = {stream.name: StreamRecord(replication_key=stream.replication_key) for stream in chosen}
        self.termination.guard()
        self.write_state()
        try:
            for stream in chosen:
                self._sync_stream(stream)
        except Terminated as terminated:
            self.logger.warning("Ended by %s; the next run goes on from the last state", terminated.signal_name)
            self._leave(terminated.exit_code)
        self.run.finish()
        self.write_state()
        self.executor.shutdown()
        self.client.close()
        if failed := self.run.failed:
            message = f"{len(failed)} of {len(chosen)} streams could not be read: {', '.join(failed)}"
            raise SyncIncompleteError(message)

    def _sync_stream(self, stream: Any) -> None:  # noqa: ANN401
        record = self.run.streams[stream.name]
        record.status = "running"
        try:
            stream.sync()
        except EpicorError as error:
            record.status = "failed"
            record.error = str(error.answer)
            self.logger.error("Stream %s failed: %s", stream.name, error)  # noqa: TRY400 - the message says it all
        else:
            record.status = "done"
        self.write_state()

    def _leave(self, exit_code: int) -> None:
        """Write the state and end at once; requests under way would keep the process for minutes."""
        self.write_state()
        sys.stderr.flush()
        os._exit(exit_code)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        self.termination.request(signum)

    @classmethod
    @override
    def invoke(cls, **options: Any) -> None:  # type: ignore[override]
        try:
            super().invoke(**options)
        except SyncIncompleteError as error:
            cls.logger.error("%s", error)  # noqa: TRY400 - each stream's error has been logged
            sys.exit(1)
        except EpicorError as error:
            cls.logger.error("%s", error)  # noqa: TRY400 - the message says it all
            sys.exit(1)


def _problems_despite_wrong_types(config: Any) -> list[str]:  # noqa: ANN401
    """Return further problems of a configuration that has wrong types, as far as they can be seen."""
    try:
        return settings.problems(config)
    except (TypeError, KeyError, AttributeError):
        return []

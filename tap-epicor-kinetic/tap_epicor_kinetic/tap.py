"""The tap: settings in, streams out, one after the other."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import (
    CapabilitiesEnum,
    PluginCapabilities,
    TapCapabilities,
)
from singer_sdk.plugin_base import JSONSchemaValidator
from typing_extensions import override

from tap_epicor_kinetic import (
    settings,
    settings_given,
    settings_rules,
    settings_values,
)
from tap_epicor_kinetic.catalog.companies import all_companies
from tap_epicor_kinetic.catalog.declarations import declarations
from tap_epicor_kinetic.catalog.discovery import discover
from tap_epicor_kinetic.check import examine, table
from tap_epicor_kinetic.command_line import CommandLineTap
from tap_epicor_kinetic.exceptions import EpicorError, ServerUnreachableError, SyncIncompleteError
from tap_epicor_kinetic.http.client import EpicorClient
from tap_epicor_kinetic.reading.server import THREADS, Server
from tap_epicor_kinetic.run.record import RunRecord, now
from tap_epicor_kinetic.run.record_writer import RecordWriter
from tap_epicor_kinetic.run.row_versions import RowVersions
from tap_epicor_kinetic.run.session import Session
from tap_epicor_kinetic.run.termination import TargetGone, Terminated, leave
from tap_epicor_kinetic.stream import EpicorStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from singer_sdk.singerlib import Catalog

    from tap_epicor_kinetic.catalog.declarations import Declaration


class TapEpicorKinetic(CommandLineTap):
    """Singer tap for Epicor Kinetic: business objects and BAQs over REST OData v4, read only."""

    name = "tap-epicor-kinetic"
    config_jsonschema: ClassVar[dict[str, Any]] = settings.SETTINGS.to_dict()
    dynamic_catalog = True
    message_writer_class = RecordWriter
    message_writer: RecordWriter
    state_every_records = 10_000
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
    def session(self) -> Session:
        """What the streams of this run share."""
        named = settings_values.companies(self.config)
        asks = settings.ALL_COMPANIES in named
        client = self._client()
        companies = all_companies(client, self.config.get("company")) if asks else named
        return Session(
            server=self._server(client, companies),
            companies=companies,
            row_versions=RowVersions.of_state(self.state),
            record=RunRecord(
                f"{self.name} {self.plugin_version}",
                companies=None if asks else named,
            ),
            state=self.state,
            writer=self.message_writer,
            start_date=self.config.get("start_date"),
            state_every_records=self.state_every_records,
            late_commits=timedelta(minutes=self.config["late_commit_minutes"]),
        )

    def _client(self) -> EpicorClient:
        agent = f"{self.name}/{self.plugin_version}"
        return EpicorClient(
            settings_values.server_settings(self.config, agent),
            self.logger,
            self.termination.waiting,
        )

    def _server(self, client: EpicorClient, companies: tuple[str, ...]) -> Server:
        workers = self.config["max_concurrent_requests"]
        return Server(
            client=client,
            executor=ThreadPoolExecutor(workers, THREADS),
            wait=self.termination.wait,
            page_size=self.config["page_size"],
            in_flight=workers,
            logger=self.logger,
            clock=lambda: client.server_time() or now(),
            companies=companies,
        )

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        self.append_builtin_config(self.config_jsonschema)
        self._config = settings_given.read_texts(self._config, self.config_jsonschema)
        self._mend_base_url()
        validator = JSONSchemaValidator(self.config_jsonschema)
        errors = [_described(error) for error in validator.iter_errors(self._config)]
        errors += _problems(self.config, well_typed=not errors)
        if errors and raise_errors:
            message = "Config validation failed"
            raise ConfigValidationError(message, errors=errors, schema=self.config_jsonschema)
        return errors

    def _mend_base_url(self) -> None:
        base_url, remark = settings_given.mended_base_url(self._config.get("base_url"))
        if base_url is not None:
            self._config["base_url"] = base_url
        if remark:
            self.logger.warning(remark)

    @override
    def discover_streams(self) -> list[EpicorStream]:
        declared = declarations(self.config)
        if self.input_catalog is not None:
            return list(self._catalog_streams(declared, self.input_catalog))
        session = self.session
        try:
            offers = discover(
                session.server.client,
                session.server.executor,
                session.companies[0],
                declared.values(),
                self.config["columns"],
                self.logger,
            )
        except EpicorError:
            self._end_requests(wait=False)
            raise
        return [
            EpicorStream(self, session, found.declaration, found.schema(), found.key, found.cursor)
            for found in offers
        ]

    def _catalog_streams(
        self, declared: Mapping[str, Declaration], catalog: Catalog
    ) -> Iterator[EpicorStream]:
        """Yield the streams of a catalog, which stands in for `$metadata`."""
        for entry in catalog.streams:
            declaration = declared.get(entry.tap_stream_id)
            if declaration is None:
                self.logger.warning(
                    "The catalog's stream %s is neither built in nor in the settings; left out",
                    entry.tap_stream_id,
                )
                continue
            schema, key = entry.schema.to_dict(), entry.key_properties or ()
            yield EpicorStream(self, self.session, declaration, schema, key, entry.replication_key)

    # The SDK's own ends with the first stream that fails.
    @override  # type: ignore[misc]
    def sync_all(self) -> None:
        chosen = self._chosen()
        if problems := [problem for stream in chosen for problem in stream.selection.problems()]:
            message = "Config validation failed"
            raise ConfigValidationError(message, errors=problems, schema=self.config_jsonschema)
        session, record = self.session, self.session.record
        for stream in chosen:
            record.stream(stream.name).replication_key = stream.replication_key
        self.termination.guard()
        try:
            session.write_state()
            opened = self._open(chosen)
            session.row_versions.freeze(session.clock())
            for stream in chosen:
                self._sync_stream(stream, opened[stream.name])
            record.finish()
            session.write_state()
            self._end_requests()
        except Terminated as terminated:
            self.logger.warning(
                "Ended by %s; the next run goes on from the last state", terminated.signal_name
            )
            with suppress(TargetGone):
                session.write_state()
            leave(terminated.exit_code)
        except TargetGone as gone:
            self.logger.error(  # noqa: TRY400 - the message says it all
                "The target ended before it had read everything; its log tells why. The next run "
                "goes on from the last state that it passed on"
            )
            leave(gone.exit_code)
        if failed := record.failed:
            message = f"{len(failed)} of {len(chosen)} streams failed: {', '.join(failed)}"
            raise SyncIncompleteError(message)

    def _end_requests(self, *, wait: bool = True) -> None:
        """Send nothing more; wait for what is under way unless the process ends anyway."""
        server = self.session.server
        server.client.close()
        with self.termination.waiting():
            server.executor.shutdown(wait=wait, cancel_futures=True)

    def _chosen(self) -> list[EpicorStream]:
        streams = self.streams.values()
        return [item for item in streams if isinstance(item, EpicorStream) and item.selected]

    def _open(self, chosen: list[EpicorStream]) -> dict[str, Future[None]]:
        """Find the ways to the rows of all streams side by side; return how each attempt ended."""
        pending = {
            item.name: self.session.server.executor.submit(item.look_ahead) for item in chosen
        }
        for future in pending.values():
            self.termination.settle(future)
        return pending

    def _sync_stream(self, stream: EpicorStream, opened: Future[None]) -> None:
        record = self.session.record.stream(stream.name)
        record.status = "running"
        try:
            opened.result()
            stream.sync()
        except EpicorError as error:
            record.status = "failed"
            record.error = str(error.answer)
            self._tell(stream, error)
            self.session.write_state()

    def _tell(self, stream: EpicorStream, error: EpicorError) -> None:
        """Log why a stream failed; that the server cannot be reached is said once for all."""
        if isinstance(error, ServerUnreachableError):
            if str(error) in self._told:
                return
            self._told.add(str(error))
        self.logger.error("Stream %s failed: %s", stream.name, error)

    @cached_property
    def _told(self) -> set[str]:
        return set()

    @override
    def run_discovery(self) -> str:
        catalog = super().run_discovery()
        self._end_requests(wait=False)
        return catalog

    @override
    def examine(self) -> bool:
        """Print one line for each selected stream and company; return whether all work."""
        chosen, companies = self._chosen(), self.session.companies
        try:
            findings = list(examine(chosen, companies))
        finally:
            self._end_requests(wait=False)
        print(table(findings))  # noqa: T201 - a person asked; nothing reads this as Singer messages
        return bool(findings) and all(finding.works for finding in findings)


def _described(error: Any) -> str:
    """Return what is wrong with a setting; the SDK's own text would quote the value of a secret."""
    path = [str(part) for part in error.absolute_path]
    if path and path[0] in settings.SECRETS:
        return f"{path[0]}: the value has the wrong type; put it in quotes"
    return f"{'.'.join(path)}: {error.message}" if path else error.message


def _problems(config: Mapping[str, Any], *, well_typed: bool) -> list[str]:
    """Return what is wrong with a configuration beyond its types, as far as they let it show."""
    try:
        return settings_rules.problems(config)
    except (TypeError, KeyError, AttributeError):
        if well_typed:
            raise
        return []

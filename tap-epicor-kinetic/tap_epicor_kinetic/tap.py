"""The tap: settings in, streams out, one after the other."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import click
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import (
    CapabilitiesEnum,
    PluginCapabilities,
    TapCapabilities,
)
from singer_sdk.plugin_base import JSONSchemaValidator
from singer_sdk.tap_base import CliTestOptionValue
from typing_extensions import override

from tap_epicor_kinetic import settings, settings_rules, settings_values
from tap_epicor_kinetic.catalog.companies import all_companies
from tap_epicor_kinetic.catalog.declarations import declarations
from tap_epicor_kinetic.catalog.discovery import discover
from tap_epicor_kinetic.check import examine, table
from tap_epicor_kinetic.exceptions import EpicorError
from tap_epicor_kinetic.http.client import EpicorClient
from tap_epicor_kinetic.reading.server import Server
from tap_epicor_kinetic.run import process
from tap_epicor_kinetic.run.record import RunRecord, now
from tap_epicor_kinetic.run.record_writer import RecordWriter
from tap_epicor_kinetic.run.row_versions import RowVersions
from tap_epicor_kinetic.run.session import Session
from tap_epicor_kinetic.run.termination import TargetGone, Terminated, Termination
from tap_epicor_kinetic.stream import EpicorStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

    from singer_sdk.singerlib import Catalog

    from tap_epicor_kinetic.catalog.declarations import Declaration


_TEST = f"{__name__}.test"


class SyncIncompleteError(Exception):
    """Some streams could not be read; the others were."""


class TapEpicorKinetic(Tap):
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
    def termination(self) -> Termination:
        """Where signals are remembered."""
        return Termination()

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
        return EpicorClient(settings_values.server_settings(self.config, agent), self.logger)

    def _server(self, client: EpicorClient, companies: tuple[str, ...]) -> Server:
        workers = self.config["max_concurrent_requests"]
        return Server(
            client=client,
            executor=ThreadPoolExecutor(workers, "epicor"),
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
        validator = JSONSchemaValidator(self.config_jsonschema)
        errors = [_described(error) for error in validator.iter_errors(self._config)]
        errors += _problems(self.config, well_typed=not errors)
        if errors and raise_errors:
            message = "Config validation failed"
            raise ConfigValidationError(message, errors=errors, schema=self.config_jsonschema)
        return errors

    @override
    def discover_streams(self) -> list[EpicorStream]:
        declared = declarations(self.config)
        if self.input_catalog is not None:
            return list(self._catalog_streams(declared, self.input_catalog))
        session = self.session
        offers = discover(
            session.server.client,
            session.server.executor,
            session.companies[0],
            declared.values(),
            self.config["columns"],
            self.logger,
        )
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
        except Terminated as terminated:
            self.logger.warning(
                "Ended by %s; the next run goes on from the last state", terminated.signal_name
            )
            with suppress(TargetGone):
                session.write_state()
            _exit(terminated.exit_code)
        except TargetGone as gone:
            self.logger.error(  # noqa: TRY400 - the message says it all
                "The target ended before it had read everything; its log tells why. The next run "
                "goes on from the last state that it passed on"
            )
            _exit(gone.exit_code)
        session.server.executor.shutdown()
        session.server.client.close()
        if failed := record.failed:
            message = f"{len(failed)} of {len(chosen)} streams failed: {', '.join(failed)}"
            raise SyncIncompleteError(message)

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
            self.logger.error("Stream %s failed: %s", stream.name, error)  # noqa: TRY400 - no trace
            self.session.write_state()

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        self.termination.request(signum)

    def examine(self) -> bool:
        """Print one line for each selected stream and company; return whether all work."""
        findings = list(examine(self._chosen(), self.session.companies))
        print(table(findings))  # noqa: T201 - a person asked; nothing reads this as Singer messages
        return bool(findings) and all(finding.works for finding in findings)

    @classmethod
    @override
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        if value != CliTestOptionValue.All.value:
            super().cb_test(ctx, param, value)
            return
        # Options are read in the order typed; a catalog may come later than `--test`.
        ctx.meta[_TEST] = True

    @classmethod
    @override
    def invoke(cls, **options: Any) -> None:
        process.prepare()
        try:
            if click.get_current_context().meta.get(_TEST):
                sys.exit(0 if cls._from_options(**options).examine() else 1)
            super().invoke(**options)
        except (SyncIncompleteError, EpicorError) as error:
            cls.logger.error("%s", error)  # noqa: TRY400 - the message says it all
            sys.exit(1)

    @classmethod
    def _from_options(cls, *, config: Any, catalog: Any = None, **_others: Any) -> TapEpicorKinetic:
        return cls(
            config=config.config if config else {},
            catalog=None if catalog is None else json.load(catalog),
            parse_env_config=bool(config and config.parse_env),
        )


def _described(error: Any) -> str:
    """Return what is wrong with a setting; the SDK's own text would quote the value of a secret."""
    path = [str(part) for part in error.absolute_path]
    if path and path[0] in settings.SECRETS:
        return f"{path[0]}: the value has the wrong type; put it in quotes"
    return f"{'.'.join(path)}: {error.message}" if path else error.message


def _exit(code: int) -> NoReturn:
    """End at once; a request under way could keep the process."""
    sys.stderr.flush()
    os._exit(code)


def _problems(config: Mapping[str, Any], *, well_typed: bool) -> list[str]:
    """Return what is wrong with a configuration beyond its types, as far as they let it show."""
    try:
        return settings_rules.problems(config)
    except (TypeError, KeyError, AttributeError):
        if well_typed:
            raise
        return []

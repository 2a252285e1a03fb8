"""The tap: settings in, streams out, one after the other."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import (
    CapabilitiesEnum,
    PluginCapabilities,
    TapCapabilities,
)
from typing_extensions import override

from tap_epicor_kinetic import settings, settings_check, settings_given, settings_values
from tap_epicor_kinetic.catalog import select_rules
from tap_epicor_kinetic.catalog.catalog_rules import NOTHING_SELECTED
from tap_epicor_kinetic.catalog.companies import all_companies
from tap_epicor_kinetic.catalog.declarations import declarations
from tap_epicor_kinetic.check import examine, table, unoffered
from tap_epicor_kinetic.command_line import CommandLineTap
from tap_epicor_kinetic.exceptions import EpicorError
from tap_epicor_kinetic.http.client import EpicorClient
from tap_epicor_kinetic.reading.server import THREADS, Server
from tap_epicor_kinetic.run import state_check
from tap_epicor_kinetic.run.record import RunRecord, now
from tap_epicor_kinetic.run.record_writer import RecordWriter
from tap_epicor_kinetic.run.row_versions import RowVersions
from tap_epicor_kinetic.run.session import Session
from tap_epicor_kinetic.stream import EpicorStream
from tap_epicor_kinetic.streams import (
    refuse_unfinished,
    streams_of_catalog,
    streams_of_server,
)
from tap_epicor_kinetic.sync import Sync, end_requests
from tap_epicor_kinetic.unavailable import UnavailableStream

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        errors = settings_check.problems(self._config, self.config_jsonschema)
        if errors and raise_errors:
            raise self._refusal(errors)
        return errors

    def _refusal(self, problems: list[str]) -> ConfigValidationError:
        return ConfigValidationError(
            "Config validation failed", errors=problems, schema=self.config_jsonschema
        )

    def _mend_base_url(self) -> None:
        base_url, remark = settings_given.mended_base_url(self._config.get("base_url"))
        if base_url is not None:
            self._config["base_url"] = base_url
        if remark:
            self.logger.warning(remark)

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        if problems := list(state_check.shape_problems(state)):
            raise self._refusal(problems)
        super().load_state(state)

    @override
    def discover_streams(self) -> list[EpicorStream | UnavailableStream]:
        if self.input_catalog is None:
            try:
                return list(streams_of_server(self, self.session))
            except EpicorError:
                end_requests(self.session, self.termination, wait=False)
                raise
        return list(streams_of_catalog(self, self.session, self.input_catalog))

    @property
    @override
    def catalog_dict(self) -> dict[str, Any]:
        refuse_unfinished(self.streams.values())
        return super().catalog_dict

    # The SDK's own ends with the first stream that fails.
    @override  # type: ignore[misc]
    def sync_all(self) -> None:
        self._sync().run()

    def _sync(self) -> Sync:
        """Return the run over what is selected.

        Raises:
            ConfigValidationError: If nothing must be read yet.
        """
        chosen, lost = self._chosen(), self._lost()
        if problems := self._problems(chosen, lost):
            raise self._refusal(problems)
        if strangers := state_check.strangers(self.state, declarations(self.config)):
            self.logger.warning(
                "The state has bookmarks of streams that are neither built in nor in the settings: "
                "%s. They are left as they are; if it is another tap's state, begin without one",
                ", ".join(strangers),
            )
        return Sync(self.session, self.termination, self.logger, chosen, lost)

    def _chosen(self) -> list[EpicorStream]:
        streams = self.streams.values()
        return [item for item in streams if isinstance(item, EpicorStream) and item.selected]

    def _lost(self) -> list[UnavailableStream]:
        """Return the streams that are to be read and cannot be offered."""
        streams = self.streams.values()
        return [
            item
            for item in streams
            if isinstance(item, UnavailableStream) and (item.selected or item.is_asked_for)
        ]

    def _problems(self, chosen: list[EpicorStream], lost: list[UnavailableStream]) -> list[str]:
        """Return why nothing must be read yet: what is wrong with catalog and state."""
        if not chosen and not lost:
            return [*self._select_problems(), NOTHING_SELECTED]
        found = [*self._select_problems()]
        for stream in chosen:
            found += stream.problems(self.input_catalog)
        found += state_check.foreign_problems(self.state, [stream.name for stream in chosen])
        return found

    def _select_problems(self) -> Iterator[str]:
        """Yield which of Meltano's rules for the catalog in use fit nothing."""
        if self.input_catalog is not None:
            columns = {
                entry.tap_stream_id: entry.schema.properties or {}
                for entry in self.input_catalog.streams
            }
            yield from select_rules.problems(os.environ, columns)

    @override
    def run_discovery(self) -> str:
        catalog = super().run_discovery()
        end_requests(self.session, self.termination, wait=False)
        return catalog

    @override
    def examine(self) -> bool:
        """Print one line for each selected stream and company; return whether all work."""
        sync = self._sync()
        try:
            findings = [
                *examine(self._chosen(), self.session.companies),
                *unoffered(sync.reasons()),
            ]
        finally:
            end_requests(self.session, self.termination, wait=False)
        findings.sort(key=lambda finding: finding.stream)
        print(table(findings))  # noqa: T201 - a person asked; nothing reads this as Singer messages
        return all(finding.works for finding in findings)

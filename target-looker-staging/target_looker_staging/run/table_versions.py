"""Versions of tables (ACTIVATE_VERSION): what did not come with the newest one is gone."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from target_looker_staging.postgres.connection import transaction
from target_looker_staging.postgres.errors import READING_RUN_LOG
from target_looker_staging.run.completeness import began_at, tap_streams
from target_looker_staging.staging.deletions import WholeReading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_looker_staging.run.completeness import Verdict
    from target_looker_staging.run.session import Session
    from target_looker_staging.run.stream_load import StreamLoads

logger = logging.getLogger("target-looker-staging")


class TableVersions:
    """Deletes, or marks as deleted, the rows that did not come with a version.

    The SDK's taps announce a version before its records. Then nothing is deleted before the end of
    the run, and the proof that all records came.
    """

    def __init__(self, session: Session, loads: StreamLoads) -> None:
        self._session = session
        self._loads = loads
        self._announced: dict[str, int] = {}

    @property
    def announced(self) -> frozenset[str]:
        """Return the streams with a version that is activated only if everything came."""
        return frozenset(self._announced)

    def take(self, stream: str, version: int) -> None:
        """Activate a version of which records have come, and remember one that is announced."""
        versions = self._loads.tallies[stream].versions
        if version in versions:
            self._activate(stream, WholeReading(version, versions[version]))
        else:
            self._announced[stream] = version

    def activate_announced(self, verdict: Verdict, state: Mapping[str, Any] | None) -> None:
        """Activate what was announced before its records, now that all have come.

        Args:
            verdict: Whether they have.
            state: The last state of the tap.
        """
        for stream, version in self._announced.items():
            versions = self._loads.tallies[stream].versions
            came = version in versions
            # No record at all may also mean that the tap was not allowed to see them.
            none_there = tap_streams(state).get(stream, {}).get("source_count") == 0
            if verdict.complete and (came or none_there):
                since = versions[version] if came else began_at(state)
                self._activate(stream, WholeReading(version, since))
            else:
                logger.warning(
                    "Stream '%s': not sure that all records of version %d came, none is deleted",
                    stream,
                    version,
                )

    def _activate(self, stream: str, reading: WholeReading) -> None:
        """Hand over the deleting.

        Nothing is deleted if an earlier run began the version, since this one does not know what
        came in that run, nor if records of the version are in quarantine.
        """
        loader, version = self._loads.tallies[stream].loaders[-1], reading.version
        note = self._loads.note(loader, version=version)

        def work() -> None:
            if stream in self._loads.quarantine.counts:
                logger.warning(
                    "Stream '%s': records of version %d are in quarantine, so it is not known "
                    "which rows are gone; none is deleted",
                    stream,
                    version,
                )
                return
            with transaction(self._session.connection, READING_RUN_LOG) as cursor:
                begun = self._session.log.is_version_begun(cursor, stream, version)
            if begun:
                logger.warning(
                    "Stream '%s': an earlier run began version %d, so it is not known which rows "
                    "are gone; none is deleted until the next full version",
                    stream,
                    version,
                )
                return
            loader.activate_version(reading, note)

        self._session.submit(work)

"""Loads of several streams by several jobs, and what Looker is told after each."""

from __future__ import annotations

import io
import itertools
import os
from contextlib import closing
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import psycopg2

from target_looker_staging.exceptions import LoadIncompleteError
from target_looker_staging.target import TargetLookerStaging
from tests.target.conftest import VENDORS, record, schema, wire
from tests.target.test_looker_refresh import PLAN, settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

TELLING = {"update_datagroup": "datagroup", "start_pdt_build": "build", PLAN: "plan"}
BOTH: dict[str, Any] = {
    "looker_datagroups": [],
    "looker_scheduled_plans": [{"id": "31", "streams": ["vendors", "ap_invoices"]}],
}


def run_record(
    streams: dict[str, tuple[str, int]], run_id: str, companies: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return a state with the run record of this project's tap.

    Args:
        streams: Stream to status and records sent.
        run_id: Id of the run.
        companies: Whose records are read.
    """
    run = {
        "id": run_id,
        "tap": "tap-epicor-kinetic 0.1.0",
        "complete": bool(streams) and all(status == "done" for status, _ in streams.values()),
        "companies": companies and list(companies),
        "streams": {
            name: {"status": status, "records": records, "source_count": None}
            for name, (status, records) in streams.items()
        },
    }
    return {"type": "STATE", "value": {"bookmarks": {}, "run": run}}


def rows(stream: str, *names: str, company: str = "EPIC06") -> list[dict[str, Any]]:
    """Return the schema of a stream and a record for each name, numbered from 1."""
    records = [
        record(stream, Company=company, VendorNum=number, Name=name)
        for number, name in enumerate(names, start=1)
    ]
    return [schema(stream, VENDORS), *records]


class Jobs:
    """Runs of jobs on one schema, and what Looker was told in each."""

    def __init__(self, staging: Staging, looker: LookerServer) -> None:
        """Take the warehouse and the Looker."""
        self._staging = staging
        self._looker = looker
        self._ids = (f"run-{number}" for number in itertools.count(1))

    def load(
        self,
        *streams: str,
        names: Sequence[str] = ("new",),
        cut: Sequence[str] = (),
        companies: Sequence[str] | None = None,
        looker: bool = True,
        job: str | None = None,
        run_id: str | None = None,
        **changes: Any,
    ) -> list[str]:
        """Return what Looker is told in a run, by kind.

        Args:
            streams: Loaded, a record for each name.
            names: What stands in the records.
            cut: The streams that the tap does not read to their end.
            companies: Whose records are read.
            looker: Whether Looker is in the settings.
            run_id: Id of the run; a new one if absent.
            job: Suffix of Meltano's state id; none: it is not Meltano's run.
            changes: Settings.
        """
        run_id = run_id or next(self._ids)
        begun = run_record(dict.fromkeys([*streams, *cut], ("pending", 0)), run_id, companies)
        owner = companies[0] if companies else "EPIC06"
        messages = [each for name in streams for each in rows(name, *names, company=owner)]
        ended = {
            name: ("running" if name in cut else "done", len(names) if name in streams else 0)
            for name in [*streams, *cut]
        }
        given = settings(self._looker, **{**BOTH, **changes}) if looker else changes
        environ = {"MELTANO_ENVIRONMENT": "dev", "MELTANO_EXTRACTOR_NAME": "tap"}
        environ |= {"MELTANO_LOADER_NAME": "target", "MELTANO_RUN_STATE_ID_SUFFIX": job or ""}
        before = len(self._looker.operations())
        with patch.dict(os.environ, environ if job else {}):
            try:
                self._staging.sync(begun, *messages, run_record(ended, run_id, companies), **given)
            except LoadIncompleteError:
                assert cut
            else:
                assert not cut
        return self.told()[self._count(before) :]

    def told(self) -> list[str]:
        """Return all that Looker was told so far."""
        return [TELLING[name] for name in self._looker.operations() if name in TELLING]

    def _count(self, before: int) -> int:
        return sum(name in TELLING for name in self._looker.operations()[:before])

    def live(self, *streams: str, looker: bool = True) -> LiveRun:
        """Return a run that has loaded a record of each stream, and is not at its end."""
        companies = None
        run_id = next(self._ids)
        begun = run_record(dict.fromkeys(streams, ("pending", 0)), run_id, companies)
        messages = [each for name in streams for each in rows(name, "half")]
        ended = run_record(dict.fromkeys(streams, ("done", 1)), run_id, companies)
        given = settings(self._looker, **BOTH) if looker else {}
        return LiveRun({**self._staging.config, **given}, [begun, *messages], ended)


class LiveRun:
    """A run of which everything is staged but its end."""

    def __init__(self, config: dict[str, Any], messages: Sequence[Any], end: Any) -> None:
        """Load."""
        self._config = config
        self._target = TargetLookerStaging(config=config)
        self._end = end
        self._take(*messages)
        self._target.drain_all()
        self._target.run.wait()

    def finish(self) -> None:
        """Bring the run to its good end."""
        self._take(self._end)
        self._target.process_endofpipe()

    def die(self) -> None:
        """End the run's session as the death of its process does."""
        pid = self._target.run.session.connection.info.backend_pid
        names = {"host": "host", "port": "port", "user": "user", "password": "password"}
        where = {**{name: self._config[key] for name, key in names.items()}}
        with closing(psycopg2.connect(**where, dbname=self._config["database"])) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        self._target.run.session.connection.close()

    def _take(self, *messages: Any) -> None:
        self._target.process_lines(io.BytesIO(wire(*messages)))  # type: ignore[arg-type]

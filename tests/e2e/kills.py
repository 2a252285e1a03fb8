"""A target in a process of its own that is killed at a known moment, and what Looker then got."""

from __future__ import annotations

import io
import multiprocessing
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2

from target_looker_staging.target import TargetLookerStaging

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.looker.server import LookerServer
    from tests.fixtures.postgres import DatabaseSettings

DATAGROUP, BUILD = "update_datagroup", "start_pdt_build"
PLAN = "scheduled_plan_run_once_by_id"
# A server that forks ready-made processes: a new interpreter takes a second to import everything.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__, "looker_sdk"])


class Victim:
    """A warehouse, a Looker, and runs of the target that may be killed.

    Attributes:
        config: The target's settings: a datagroup, a build and a plan to tell Looker.
    """

    def __init__(self, database: DatabaseSettings, looker: LookerServer, lines: bytes) -> None:
        """Take where to load, whom to tell, and what a tap wrote."""
        self._database, self._looker, self._lines = database, looker, lines
        for pdt in looker.instance.pdts:
            pdt.polls = 0  # built at once
        self.config: dict[str, Any] = {
            **database,
            "sslmode": "disable",
            "looker_base_url": looker.base_url,
            "looker_client_id": "sandbox-looker-id",
            "looker_client_secret": "sandbox-looker-secret",
            "looker_datagroups": ["epicor_kinetic::staging"],
            "looker_pdt_builds": ["epicor_kinetic::stock_by_day"],
            "looker_scheduled_plans": ["31"],
        }

    def run(self) -> None:
        """Load everything, undisturbed."""
        run_target(self.config, self._lines)

    def run_until(self, reached: Callable[[], bool], **changes: Any) -> None:
        """Load in another process and kill that once `reached`, which must come before its end."""
        process = _PROCESSES.Process(
            target=run_target, args=({**self.config, **changes}, self._lines), daemon=True
        )
        process.start()
        try:
            while not reached():
                process.join(0.005)
                assert process.exitcode is None
        finally:
            process.kill()
            process.join()
            process.close()

    def wait_until_gone(self) -> None:
        """Return when Postgres has noticed that the killed target is gone."""
        with closing(psycopg2.connect(**self._database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                while True:
                    cursor.execute(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                        "AND application_name = 'target-looker-staging'"
                    )
                    if cursor.fetchone() == (0,):
                        return

    def told(self) -> list[str]:
        """Return what Looker was told so far, in order."""
        names = {DATAGROUP: "D", BUILD: "B", PLAN: "P"}
        return [names[each] for each in self._looker.operations() if each in names]

    def mails(self) -> int:
        """Return how often the plan was delivered."""
        return sum(each.cause == "run_once" for each in self._looker.instance.deliveries)

    def status(self) -> list[str]:
        """Return the status of each run, in their order; nothing if there is no run log."""
        with closing(psycopg2.connect(**self._database)) as connection, connection.cursor() as cur:
            cur.execute("SELECT to_regclass('epicor_staging._sync_runs') IS NOT NULL")
            if cur.fetchone() != (True,):
                return []
            cur.execute("SELECT status FROM epicor_staging._sync_runs ORDER BY started_at")
            return [status for (status,) in cur.fetchall()]


def run_target(config: dict[str, Any], lines: bytes) -> None:
    """Run the target on what a tap wrote."""
    target = TargetLookerStaging(config=config)
    target.listen(io.BytesIO(lines))  # type: ignore[arg-type]  # bytes, as stdin's

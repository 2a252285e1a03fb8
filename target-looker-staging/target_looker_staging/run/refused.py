"""Entries in the run log of runs that ended before they began: refused, or without any input."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from target_looker_staging.run.session import Session

if TYPE_CHECKING:
    from target_looker_staging.postgres.settings import PostgresSettings
    from target_looker_staging.run.identity import RunIdentity
    from target_looker_staging.staging.settings import LoadSettings

# A run that is told to end must not wait for a server that does not answer.
_PATIENCE_SECONDS = 5


def log_refused(
    postgres: PostgresSettings, load: LoadSettings, identity: RunIdentity, error: BaseException
) -> None:
    """Enter a run that did not begin into the run log, as far as the warehouse can be reached.

    Nothing that goes wrong here hides why the run was refused.

    Args:
        postgres: The warehouse.
        load: What the load would have done.
        identity: Who ran.
        error: Why the run did not begin.
    """
    patience = min(postgres.connect_timeout_seconds, _PATIENCE_SECONDS)
    with suppress(Exception):
        session = Session(replace(postgres, connect_timeout_seconds=patience), load, identity)
        session.fail(error)

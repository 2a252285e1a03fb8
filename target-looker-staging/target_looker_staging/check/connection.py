"""Looker's connection to the warehouse: whether it works, and whether it is the same warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from looker_sdk import models40 as models

from target_looker_staging.check.findings import Answer
from target_looker_staging.looker.failures import FORBIDDEN, NOT_FOUND, LookerCallError
from target_looker_staging.looker.loopback import is_loopback

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from target_looker_staging.looker.guard import LookerClient
    from target_looker_staging.postgres.settings import PostgresSettings

NO_RIGHT = frozenset({FORBIDDEN, NOT_FOUND})
POSTGRES_PORT = 5432
# Of the tests that Looker knows, those that need no scratch schema.
CONNECTION_TESTS = ("connect", "query")


def pdt_control(client: LookerClient, connection: str | None) -> tuple[Answer, str]:
    """Return whether a connection lets tables be built by the API, and what to do if not."""
    advice = "ask the Looker administrator to switch on PDT API Control"
    if connection:
        try:
            found = client.call("connection", connection, fields="name,pdt_api_control_enabled")
        except LookerCallError as error:
            if error.status not in NO_RIGHT:
                raise
        else:
            if found.pdt_api_control_enabled is False:
                return Answer.NO, f"{advice} for the connection {connection}"
            return Answer.YES, ""
    return Answer.UNKNOWN, (
        f"it is there; this user may not see whether its connection allows builds: {advice} if "
        "a build is refused"
    )


def inspect_connection(
    client: LookerClient, postgres: PostgresSettings | None, name: str
) -> tuple[Answer, str]:
    """Return whether Looker reaches the warehouse that the target loads into.

    Args:
        client: Asks Looker.
        postgres: How the target reaches it; `None` if the settings do not say.
        name: Of Looker's connection.
    """
    try:
        results = client.call(
            "test_connection", name, tests=models.DelimSequence(list(CONNECTION_TESTS))
        )
    except LookerCallError as error:
        if error.status in NO_RIGHT:
            return Answer.UNKNOWN, (
                "this user may not test it, which is as it should be; ask the Looker "
                "administrator to press Test on it under Admin > Connections"
            )
        raise
    failed = [f"{each.name}: {each.message}" for each in results if each.status != "success"]
    if failed:
        advice = "ask the Looker administrator to mend it under Admin > Connections"
        return Answer.NO, f"Looker does not reach the warehouse ({'; '.join(failed)}): {advice}"
    if not results:
        return Answer.UNKNOWN, "Looker ran none of the tests"
    return _reached(results, postgres)


def _reached(
    results: list[models.DBConnectionTestResult], ours: PostgresSettings | None
) -> tuple[Answer, str]:
    """Return which database Looker says that it reached, and ours if it may be another one."""
    told = next((each.connection_string for each in results if each.connection_string), "")
    url = urlsplit(told.removeprefix("jdbc:"))
    if not url.hostname:
        return Answer.YES, "Looker reaches its database"
    reached = f"{url.hostname}{url.path}"
    note = f"Looker reaches {reached}"
    if ours is None:
        return Answer.YES, note
    if url.path.strip("/") != ours.database:
        return Answer.YES, f"{note}; is that the same as {ours.host}/{ours.database}?"
    if not _is_same(url, ours):
        return Answer.UNKNOWN, (
            f"{note}, and the target loads into {ours.host}:{ours.port}: if Looker reads a "
            "replica, let its datagroups watch the run log (sql_trigger) instead of "
            "triggering them, for a replica may lack what Looker is told of"
        )
    return Answer.YES, note


def _is_same(url: SplitResult, ours: PostgresSettings) -> bool:
    """Return whether an address of Looker's connection is the one that the target uses."""
    host = (url.hostname or "").lower()
    same_host = host == ours.host.lower() or (is_loopback(host) and is_loopback(ours.host))
    try:
        port = url.port or POSTGRES_PORT
    except ValueError:
        return False
    return same_host and port == ours.port

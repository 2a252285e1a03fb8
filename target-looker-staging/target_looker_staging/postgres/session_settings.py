"""What a session's settings are, whatever the role, the database or the server says they are.

Only what can change what is loaded, or cut a load off, is decided here. A role's own
`default_transaction_read_only` stands: it is how a database is closed to writers, and its error
says so. `default_tablespace` stands as well: it changes where rows lie, not which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg2

from target_looker_staging.exceptions import StagingConnectionError

if TYPE_CHECKING:
    from target_looker_staging.postgres.types import Cursor

# First of all, and in a statement that looks nothing up: whoever may create in a schema of the path
# could have this role run a function or an operator of theirs. `pg_temp` is named so that it comes
# last; without a name it would come first.
_SEARCH_PATH = "SET search_path = pg_catalog, pg_temp"

# Name and value; a server that does not know a name is left alone.
_ALWAYS = {
    # Zone-less times are read as UTC, ambiguous dates never.
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "timezone_abbreviations": "Default",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    # Values of columns that become text keep all their digits.
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "transform_null_equals": "off",
    # A policy that would hide rows from a merge is an error, and not fewer rows.
    "row_security": "off",
    # The merge knows a row by its place, which only a heap keeps.
    "default_table_access_method": "heap",
    # A lock that is taken shows the statements after it what was committed before.
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    # A run waits for its tap for hours, and its locks end with its session. What ends it when its
    # machine is gone are the keepalives; a suspended process is its operator's affair.
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "15",
    "client_min_messages": "warning",
    # A merge looks its rows up one by one; at the cost of a spinning disk the planner would rather
    # scan the whole table for each batch.
    "random_page_cost": "1.1",
    # Values of refused records stay out of the server's log.
    "log_parameter_max_length_on_error": "0",
}
_SET = """
SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS wanted (name, value)
WHERE current_setting(name, true) IS NOT NULL
"""
# What is committed stays committed when the server crashes: its state has been passed on.
# Waiting for a standby to apply it is more than that, and stays.
_DURABLE = """
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') <> 'remote_apply'
"""
# What somebody who had the session before, through a pooler that does not tidy up, left in it.
_TIDY = (
    "RESET SESSION AUTHORIZATION",
    "RESET ROLE",
    "DISCARD TEMP",
    "SELECT pg_advisory_unlock_all()",
)
# A staged batch fits into it. A session that a pooler hands on may have used temporary tables, and
# Postgres then refuses the change.
_TEMP_BUFFERS = "SET temp_buffers = '32MB'"
_ORIGIN = "SET session_replication_role = origin"
_IS_REPLICA = "SELECT current_setting('session_replication_role') = 'replica'"


def settle(cursor: Cursor, lock_timeout_seconds: int) -> None:
    """Make the session ours. The caller commits.

    Args:
        cursor: In a transaction of a new connection, which may be a used session's.
        lock_timeout_seconds: Longest wait for a lock before a statement fails.

    Raises:
        StagingConnectionError: If the session would not check foreign keys, and may not change it.
    """
    cursor.execute(_SEARCH_PATH)
    for statement in _TIDY:
        cursor.execute(statement)
    settings = {**_ALWAYS, "lock_timeout": f"{lock_timeout_seconds}s"}
    cursor.execute(_SET, (list(settings), list(settings.values())))
    cursor.execute(_DURABLE)
    _try(cursor, _TEMP_BUFFERS)
    cursor.execute(_IS_REPLICA)
    if cursor.fetchone() == (True,) and not _try(cursor, _ORIGIN):
        raise StagingConnectionError(
            "The role, the database or the server sets `session_replication_role` to replica, in "
            "which neither foreign keys nor triggers of the tables work. Let a superuser run ALTER "
            "ROLE ... RESET session_replication_role, and ALTER DATABASE likewise."
        )


def _try(cursor: Cursor, statement: str) -> bool:
    """Return whether a statement could be run; the transaction goes on in any case."""
    cursor.execute("SAVEPOINT before_setting")
    try:
        cursor.execute(statement)
    except psycopg2.Error:
        cursor.execute("ROLLBACK TO SAVEPOINT before_setting")
        return False
    return True

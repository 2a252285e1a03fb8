"""The session is the target's own, whatever role, database, strangers and poolers make of it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg2
import pytest

from target_looker_staging.exceptions import StagingConnectionError
from target_looker_staging.postgres.connection import connect, transaction
from target_looker_staging.postgres.pooling import ServerSession
from target_looker_staging.postgres.settings import PostgresSettings
from tests.fixtures.pgbouncer import pgbouncer
from tests.target.conftest import schema, vendor

if TYPE_CHECKING:
    from tests.target.conftest import Staging

WHERE = {"connect_timeout_seconds": 10, "lock_timeout_seconds": 7}


def session(staging: Staging, name: str) -> str:
    """Return what a setting is in a session of the target."""
    settings = PostgresSettings.from_config({**staging.config, **WHERE})
    with closing(connect(settings)) as connection, transaction(connection, "Asking") as cursor:
        cursor.execute("SELECT current_setting(%s)", (name,))
        [value] = cursor.fetchone() or ("",)
        return str(value)


@pytest.mark.parametrize(
    ("name", "theirs", "ours"),
    [
        pytest.param("search_path", "public", "pg_catalog, pg_temp", id="path"),
        pytest.param("synchronous_commit", "off", "on", id="durable"),
        pytest.param("synchronous_commit", "local", "on", id="standbys"),
        pytest.param("synchronous_commit", "remote_apply", "remote_apply", id="more-than-durable"),
        pytest.param("idle_session_timeout", "300ms", "0", id="idle-session"),
        pytest.param("idle_in_transaction_session_timeout", "300ms", "0", id="idle-transaction"),
        pytest.param("statement_timeout", "20s", "0", id="statement"),
        pytest.param("lock_timeout", "1ms", "7s", id="lock"),
        pytest.param("default_transaction_isolation", "serializable", "read committed", id="isolation"),
        pytest.param("DateStyle", "SQL, DMY", "ISO, YMD", id="dates"),
        pytest.param("IntervalStyle", "sql_standard", "postgres", id="intervals"),
        pytest.param("TimeZone", "America/New_York", "UTC", id="zone"),
        pytest.param("standard_conforming_strings", "off", "on", id="strings"),
        pytest.param("extra_float_digits", "-3", "1", id="digits"),
        pytest.param("bytea_output", "escape", "hex", id="bytes"),
        pytest.param("quote_all_identifiers", "on", "off", id="quotes"),
        pytest.param("row_security", "on", "off", id="policies"),
        pytest.param("session_replication_role", "replica", "origin", id="replica"),
        pytest.param("transform_null_equals", "on", "off", id="nulls"),
        pytest.param("client_encoding", "LATIN1", "UTF8", id="encoding"),
    ],
)  # fmt: skip
def test_setting_is_ours(staging: Staging, name: str, theirs: str, ours: str) -> None:
    """What can change or cut off a load is the same wherever it runs."""
    staging.set(name, theirs)
    assert session(staging, name) == ours


def test_transaction_is_not_serializable_either(staging: Staging) -> None:
    """The default of the database does not reach the transactions of a load."""
    staging.set("default_transaction_isolation", "repeatable read")
    assert session(staging, "transaction_isolation") == "read committed"


TRAPS = """
CREATE TABLE public.ran_as (who text);
GRANT ALL ON public.ran_as TO PUBLIC;
CREATE FUNCTION public.hashtext(text) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.ran_as VALUES ('hashtext ' || current_user); RETURN 1; END $$;
CREATE FUNCTION public.hashtext(name) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.ran_as VALUES ('hashtext ' || current_user); RETURN 1; END $$;
CREATE FUNCTION public.hashtext(varchar) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.ran_as VALUES ('hashtext ' || current_user); RETURN 1; END $$;
CREATE FUNCTION public.hashtextextended(text, integer) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.ran_as VALUES ('hashtextextended ' || current_user); RETURN 1; END $$;
CREATE FUNCTION public.set_config(text, text, boolean) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.ran_as VALUES ('set_config ' || current_user); RETURN ''; END $$;
CREATE FUNCTION public.is_it(name, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.ran_as VALUES ('= ' || current_user); RETURN $1::text OPERATOR(pg_catalog.=) $2; END $$;
CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = text, FUNCTION = public.is_it);
CREATE FUNCTION public.is_same(text, varchar) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO public.ran_as VALUES ('= ' || current_user); RETURN true; END $$;
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = varchar, FUNCTION = public.is_same);
"""


@pytest.mark.parametrize("path", ["public", "public, pg_catalog", '"$user", public'])
def test_code_of_strangers_does_not_run(staging: Staging, path: str) -> None:
    """Functions and operators that a reader made in `public` are not the loader's."""
    staging.rows(TRAPS)
    staging.set("search_path", path)
    staging.sync(schema(), vendor(1), vendor(2))
    staging.sync(schema(), vendor(1, "Other"), vendor(3))
    assert staging.rows("SELECT who FROM public.ran_as") == []
    assert staging.value("SELECT count(*) FROM vendors") == 3


def test_database_that_ends_idle_sessions(staging: Staging) -> None:
    """A tap that says nothing for a while costs the run neither its session nor its locks."""
    staging.set("idle_session_timeout", "300ms")
    settings = PostgresSettings.from_config({**staging.config, **WHERE})
    with closing(connect(settings)) as connection:
        staging.rows("SELECT pg_sleep(0.8)")
        with transaction(connection, "Asking") as cursor:
            cursor.execute("SELECT 1")


def test_session_that_somebody_used(staging: Staging) -> None:
    """A pooler's session that has had temporary tables takes all settings but one, and works."""
    with pgbouncer(staging.database, "session", default_pool_size=1) as port:
        used = psycopg2.connect(**{**staging.login, "port": port})
        with closing(used), used, used.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE x AS SELECT 1; SET search_path = public")
        staging.sync(schema(), vendor(1), port=port)
    assert staging.value("SELECT count(*) FROM vendors") == 1


def test_session_that_nobody_tidied_up(staging: Staging) -> None:
    """Tables, locks and a role that an earlier user of the session left in it do no harm."""
    role = f"reader_{staging.config['database']}"
    staging.rows(f"CREATE ROLE {role}")
    left = "CREATE TEMP TABLE {0} (x int); SELECT pg_advisory_lock({1}); SET ROLE {2}"
    with pgbouncer(staging.database, "session", default_pool_size=1, server_reset_query="") as port:
        used = psycopg2.connect(**{**staging.login, "port": port})
        with closing(used), used, used.cursor() as cursor:
            cursor.execute(left.format("stage_1", 4711, role))
        settings = PostgresSettings.from_config({**staging.config, **WHERE, "port": port})
        with closing(connect(settings)) as connection, transaction(connection, "Asking") as cursor:
            cursor.execute(
                "SELECT to_regclass('pg_temp.stage_1'), current_user = session_user, "
                "(SELECT count(*) FROM pg_locks WHERE objid = 4711)"
            )
            assert cursor.fetchone() == (None, True, 0)
    staging.rows(f"DROP ROLE {role}")


def test_pooler_in_session_mode(staging: Staging) -> None:
    """A run through PgBouncer is a run like any other."""
    with pgbouncer(staging.database, "session") as port:
        for _ in range(2):
            staging.sync(schema(), *map(vendor, range(50)), port=port, batch_size_rows=10)
    assert staging.value("SELECT count(*) FROM vendors") == 50


@pytest.mark.parametrize("robin", [0, 1], ids=["last-used-first", "round-robin"])
@pytest.mark.parametrize("idle", [0, 1, 3])
def test_pooler_in_transaction_mode_is_refused(staging: Staging, robin: int, idle: int) -> None:
    """One sentence says so, and nothing has been locked, set or made."""
    with pgbouncer(staging.database, "transaction", server_round_robin=robin) as port:
        others = [psycopg2.connect(**{**staging.login, "port": port}) for _ in range(idle)]
        for other in others:
            other.cursor().execute("SELECT 1")
        for other in others:
            other.rollback()
        with pytest.raises(StagingConnectionError) as caught:
            staging.sync(schema(), vendor(1), port=port)
        for other in others:
            other.close()
        strange = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert staging.value(strange) == 0
        with closing(psycopg2.connect(**{**staging.login, "port": port})) as other:
            cursor = other.cursor()
            cursor.execute("SHOW search_path")
            assert cursor.fetchone() == ('"$user", public',)
    assert "pool_mode = session" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert staging.value("SELECT to_regnamespace('epicor_staging')") is None


def test_replica_role_that_the_loader_may_not_change(staging: Staging) -> None:
    """A session that would not check foreign keys is refused, with whom to ask."""
    role = f"loader_{staging.config['database']}"
    staging.rows(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    staging.rows(f"ALTER ROLE {role} SET session_replication_role = replica")
    try:
        with pytest.raises(StagingConnectionError, match="RESET session_replication_role"):
            staging.sync(schema(), user=role, password="x")
    finally:
        staging.rows(f"DROP ROLE {role}")


def test_session_that_changes_under_way(staging: Staging) -> None:
    """A pooler that was not noticed at first is noticed when another session answers."""
    session = ServerSession()
    one, other = (psycopg2.connect(**staging.login) for _ in range(2))
    with closing(one), closing(other), one.cursor() as mine, other.cursor() as strange:
        session.check(mine)
        session.check(mine)
        with pytest.raises(StagingConnectionError, match="pool_mode = session"):
            session.check(strange)

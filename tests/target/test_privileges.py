"""Least privileges, with real roles: what the README grants is enough, and nobody has more."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from psycopg2 import sql

from target_looker_staging.exceptions import StagingError, StagingSchemaError
from tests.target.conftest import VENDORS, schema, state, vendor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.target.conftest import Staging

README = Path(__file__).resolve().parents[2] / "target-looker-staging" / "README.md"
PASSWORD = "role-password"
NAMES = ("loader", "looker", "stranger")


class Roles:
    """Roles of one test, which also are of its server."""

    def __init__(self, staging: Staging) -> None:
        """Make a role that nobody granted anything, beside those of the README."""
        self.staging = staging
        self.database = staging.config["database"]
        self.names = {name: f"{name}_{self.database}" for name in NAMES}
        staging.rows(f"CREATE ROLE {self.names['stranger']} LOGIN PASSWORD '{PASSWORD}'")

    def run(self, statements: str) -> None:
        """Run statements with this test's names in place of the README's, as the administrator."""
        for name, own in {**self.names, "analytics": self.database}.items():
            statements = re.sub(rf"\b{name}\b", own, statements)
        self.staging.rows(statements.replace("'...'", f"'{PASSWORD}'"))

    def sync(self, *messages: Any, reader: str = "looker", **settings: Any) -> None:
        """Load as the loader, for a reader."""
        self.staging.sync(
            *messages,
            user=self.names["loader"],
            password=PASSWORD,
            grant_select_to=[self.names[reader]],
            **settings,
        )

    def as_role(self, name: str, statement: str) -> list[tuple[Any, ...]]:
        """Return what a statement finds in a session of a role."""
        config = {**self.staging.config, "user": self.names[name], "password": PASSWORD}
        with closing(psycopg2.connect(**config)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def drop(self) -> None:
        """Remove the roles and what they own."""
        for name in self.names.values():
            if self.staging.rows("SELECT FROM pg_roles WHERE rolname = %s", name):
                self.staging.rows(f"DROP OWNED BY {name} CASCADE")
                self.staging.rows(f"DROP ROLE {name}")


@pytest.fixture
def roles(staging: Staging) -> Iterator[Roles]:
    """Give the roles; afterwards none is left on the server."""
    roles = Roles(staging)
    try:
        yield roles
    finally:
        roles.drop()


@pytest.fixture
def granted(roles: Roles) -> Roles:
    """Give the roles with exactly the rights that the README's statements give."""
    run_readme(roles)
    return roles


def run_readme(roles: Roles) -> None:
    """Run the statements of the README as the administrator."""
    text = README.read_text(encoding="utf-8")
    [statements] = re.findall(r"```sql\n(CREATE ROLE loader.*?)```", text, re.DOTALL)
    roles.run(statements)


@pytest.mark.parametrize("method", ["upsert", "append-only", "overwrite"])
def test_documented_rights_of_the_loader(granted: Roles, method: str) -> None:
    """They are enough to make, load, widen and load again, by each method."""
    granted.sync(schema(), vendor(1), state(vendors={}), load_method=method)
    wider = {**VENDORS["properties"], "Extra_c": {"type": ["null", "string"]}}
    granted.sync(
        schema(definition={**VENDORS, "properties": wider}),
        vendor(1, Extra_c="x"),
        vendor(2),
        state(vendors={}),
        load_method=method,
    )
    assert granted.staging.value("SELECT count(*) FROM vendors WHERE extra_c = 'x'") == 1
    assert granted.staging.value("SELECT count(*) FROM _sync_runs WHERE status = 'failed'") == 0


def test_nobody_creates_in_public(roles: Roles) -> None:
    """The README's statements take away what PostgreSQL 14 gives everybody."""
    roles.run("GRANT CREATE ON SCHEMA public TO PUBLIC")
    run_readme(roles)
    for name in NAMES:
        assert not roles.staging.value(
            "SELECT has_schema_privilege(%s, 'public', 'CREATE')", roles.names[name]
        )


def test_loader_may_do_nothing_else(granted: Roles) -> None:
    """It cannot make a schema or anything outside of its own."""
    granted.run("CREATE SCHEMA payroll; CREATE TABLE payroll.salaries ()")
    for statement in (
        "CREATE SCHEMA other",
        "CREATE TABLE public.x ()",
        "SELECT FROM payroll.salaries",
        "CREATE ROLE other",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            granted.as_role("loader", statement)


def test_reader_reads_everything_there(granted: Roles) -> None:
    """Staging tables and run log, also a table that a run makes long after the grant.

    Not rejected records: their content would get past every view that leaves columns out.
    """
    granted.sync(schema(), vendor(1))
    granted.staging.sync(
        schema("parts"),
        user=granted.names["loader"],
        password=PASSWORD,
    )
    tables = granted.staging.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'epicor_staging'::regnamespace "
        "AND relkind IN ('r', 'v') AND relname <> '_rejected_records'"
    )
    assert {"vendors", "parts", "_sync_runs", "_sync_run_streams"} <= {name for (name,) in tables}
    for (table,) in tables:
        assert granted.as_role("looker", f"SELECT count(*) FROM epicor_staging.{table}")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        granted.as_role("looker", "SELECT count(*) FROM epicor_staging._rejected_records")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM epicor_staging.vendors",
        "UPDATE epicor_staging._sync_runs SET status = 'complete'",
        "INSERT INTO epicor_staging.vendors DEFAULT VALUES",
        "TRUNCATE epicor_staging.vendors",
        "DROP TABLE epicor_staging.vendors",
        "CREATE TABLE epicor_staging.mine ()",
        "CREATE TEMPORARY TABLE mine ()",
        "SELECT FROM payroll.salaries",
    ],
)
def test_reader_may_do_nothing_else(granted: Roles, statement: str) -> None:
    """It changes nothing, makes nothing, and reads nothing of other schemas."""
    granted.sync(schema(), vendor(1))
    granted.run("CREATE SCHEMA payroll; CREATE TABLE payroll.salaries ()")
    with pytest.raises(
        (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.InvalidTableDefinition)
    ):
        granted.as_role("looker", statement)


def test_nobody_else_reads_anything(granted: Roles) -> None:
    """A role that is not named has no right on schema or table, and PUBLIC has none."""
    granted.sync(schema(), vendor(1))
    granted.run("GRANT CONNECT ON DATABASE analytics TO stranger")
    for table in ("vendors", "_sync_runs"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            granted.as_role("stranger", f"SELECT FROM epicor_staging.{table}")
    acls = granted.staging.rows(
        "SELECT relacl::text FROM pg_class WHERE relnamespace = 'epicor_staging'::regnamespace "
        "UNION ALL SELECT nspacl::text FROM pg_namespace WHERE nspname = 'epicor_staging'"
    )
    assert not [acl for (acl,) in acls if acl and re.search(r"[{,]=", acl)]


OTHERS = """
CREATE ROLE loader LOGIN PASSWORD '...'; CREATE ROLE looker LOGIN PASSWORD '...';
REVOKE ALL ON DATABASE analytics FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE analytics TO loader;
GRANT CONNECT ON DATABASE analytics TO looker;
CREATE SCHEMA epicor_staging; GRANT USAGE, CREATE ON SCHEMA epicor_staging TO loader;
"""


def test_schema_of_another_owner(roles: Roles) -> None:
    """Once its owner has let the reader in, the loader loads there and the reader reads."""
    roles.run(OTHERS + "GRANT USAGE ON SCHEMA epicor_staging TO looker;")
    roles.sync(schema(), vendor(1))
    assert roles.as_role("looker", "SELECT count(*) FROM epicor_staging.vendors") == [(1,)]


def test_schema_whose_owner_has_not_let_the_reader_in(roles: Roles) -> None:
    """The run ends before it loads, and the message is the grant that lacks."""
    roles.run(OTHERS)
    grant = f'GRANT USAGE ON SCHEMA "epicor_staging" TO "{roles.names["looker"]}"'
    with pytest.raises(StagingSchemaError, match=re.escape(grant)):
        roles.sync(schema(), vendor(1))
    assert roles.staging.value("SELECT to_regclass('vendors') IS NULL")
    roles.run(grant)
    roles.sync(schema(), vendor(1))
    assert roles.as_role("looker", "SELECT count(*) FROM epicor_staging.vendors") == [(1,)]


def test_table_of_another_owner(granted: Roles) -> None:
    """A table that somebody else made is said to be out of reach, and left as it is."""
    granted.run(
        "CREATE TABLE epicor_staging.vendors (company text, vendornum bigint, "
        "PRIMARY KEY (company, vendornum))"
    )
    with pytest.raises(StagingError, match="Privileges"):
        granted.sync(schema(), vendor(1))
    assert granted.staging.types("vendors") == {"company": "text", "vendornum": "bigint"}


def test_lacking_right_says_where_to_look(roles: Roles) -> None:
    """A loader that may not even create its schema is sent to the README."""
    roles.run("CREATE ROLE loader LOGIN PASSWORD '...'; CREATE ROLE looker")
    with pytest.raises(StagingError, match="Privileges"):
        roles.sync(schema(), vendor(1))


def test_odd_names_are_quoted(granted: Roles) -> None:
    """A reader whose name is a statement is only a name."""
    odd = f'x"; DROP SCHEMA epicor_staging; --{granted.database}'
    granted.names["stranger2"] = odd
    name = sql.Identifier(odd)
    with closing(psycopg2.connect(**granted.staging.config)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE ROLE {}").format(name))
            try:
                granted.sync(schema(), vendor(1), reader="stranger2")
                cursor.execute(
                    "SELECT has_table_privilege(%s, 'epicor_staging.vendors', 'SELECT')", (odd,)
                )
                assert cursor.fetchone() == (True,)
            finally:
                cursor.execute(sql.SQL("DROP OWNED BY {}").format(name))
                cursor.execute(sql.SQL("DROP ROLE {}").format(name))
    del granted.names["stranger2"]

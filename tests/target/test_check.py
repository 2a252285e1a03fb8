"""`looker-staging check`: the warehouse, the settings, the table and the exit code."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from click.testing import CliRunner
from psycopg2 import sql

from target_looker_staging.commands.cli import main
from tests.target.conftest import schema, state, vendor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

ROLE = "check_loader"


@pytest.fixture
def look(staging: Staging, tmp_path: Path) -> Callable[..., Result]:
    """Give a way to run the command with changed settings; `None` takes a setting away."""

    def run(**changes: Any) -> Result:
        config = {**staging.config, **changes}
        path = tmp_path / "config.json"
        path.write_text(json.dumps({k: v for k, v in config.items() if v is not None}))
        return CliRunner().invoke(main, ["--config", str(path), "check"])

    return run


@pytest.fixture
def loader(staging: Staging) -> Iterator[str]:
    """Give a role without any right in a database that grants none to everybody."""
    name = f"{ROLE}_{staging.config['database'][-12:]}"
    role, database = sql.Identifier(name), sql.Identifier(staging.config["database"])
    with closing(psycopg2.connect(**dsn(staging))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'pw'").format(role))
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role))
        yield name
        cursor.execute(sql.SQL("DROP OWNED BY {}").format(role))
        cursor.execute(sql.SQL("DROP ROLE {}").format(role))


def dsn(staging: Staging) -> dict[str, Any]:
    """Return how to connect to the test's database as its administrator."""
    config = {name: staging.config[name] for name in ("host", "port", "user", "password")}
    return {**config, "dbname": staging.config["database"]}


def marks(result: Result) -> dict[str, str]:
    """Return the mark of each line of the table by the words after it."""
    lines = [line.split("  ") for line in result.stdout.splitlines()[:-1]]
    return {line[1]: line[0] for line in lines}


def test_without_looker(look: Callable[..., Result]) -> None:
    """Without settings for Looker the warehouse is checked alone, and it is said so."""
    result = look()
    assert result.exit_code == 0
    assert "looker_base_url is not set" in result.stdout
    assert list(marks(result).values()) == ["✓", "✓", "✓", "✓", "?"]
    assert result.stdout.splitlines()[-1] == ("4 ok, 0 failed, 1 unknown; 0 calls to Looker.")


def test_with_looker(look: Callable[..., Result], looker: LookerServer) -> None:
    """With Looker the table has both, and what is missing makes the exit code 1."""
    settings = {
        "looker_base_url": looker.base_url,
        "looker_client_id": "sandbox-looker-id",
        "looker_client_secret": "sandbox-looker-secret",
    }
    good = look(**settings, looker_datagroups=["epicor_kinetic::staging"])
    assert good.exit_code == 0, good.output
    assert marks(good)["datagroup epicor_kinetic::staging"] == "✓"
    assert f"; {len(looker.calls)} calls to Looker." in good.stdout
    bad = look(**settings, looker_datagroups=["epicor_kinetic::sales"])
    assert bad.exit_code == 1
    assert marks(bad)["datagroup epicor_kinetic::sales"] == "✗"
    assert "sandbox-looker-secret" not in good.output + bad.output


def test_looker_alone(look: Callable[..., Result], looker: LookerServer) -> None:
    """Who loads with another target has no warehouse in the settings, and need not have."""
    result = look(
        host=None, user=None, database=None, password=None,
        looker_base_url=looker.base_url, looker_client_id="sandbox-looker-id",
        looker_client_secret="sandbox-looker-secret",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert marks(result)["warehouse"] == "?"


def test_nothing_in_the_settings(look: Callable[..., Result]) -> None:
    """Settings that name nothing are a mistake: a check of nothing is no good news."""
    result = look(host=None, user=None, database=None, password=None)
    assert result.exit_code == 1
    assert "nothing to check" in result.stderr


def test_half_a_warehouse(look: Callable[..., Result]) -> None:
    """A warehouse that is named in part is a mistake, not a wish to do without one."""
    result = look(database=None)
    assert result.exit_code == 1
    assert "'database' is a required property" in result.stderr


def test_warehouse_is_not_there(look: Callable[..., Result]) -> None:
    """A server that does not answer has its cross, and no traceback."""
    result = look(port=1)
    assert result.exit_code == 1
    assert result.stdout.startswith("✗  warehouse 127.0.0.1:1/")
    assert "Check host, port, user" in result.stdout


def test_role_without_rights(look: Callable[..., Result], loader: str) -> None:
    """A role that may only connect lacks temporary tables and the schema, and is told the words."""
    result = look(user=loader, password="pw")
    assert result.exit_code == 1
    assert [each for each, mark in marks(result).items() if mark == "✗"] == [
        *("temporary tables", "schema epicor_staging")
    ]
    assert f"GRANT TEMPORARY ON DATABASE {look_database(result)} TO {loader}" in result.stdout
    assert f"CREATE SCHEMA epicor_staging AUTHORIZATION {loader}" in result.stdout


def look_database(result: Result) -> str:
    """Return the database's name from the first line."""
    return result.stdout.partition("/")[2].partition(" ")[0]


def test_somebody_elses_tables(look: Callable[..., Result], staging: Staging, loader: str) -> None:
    """A role that did not make the tables may not widen them; other people's tables are no matter."""
    staging.sync(schema(), vendor(1), state(v=1))
    staging.rows("CREATE TABLE budget (amount numeric)")
    result = look(user=loader, password="pw")
    assert marks(result)["schema epicor_staging"] == "✗"
    assert f"GRANT USAGE, CREATE ON SCHEMA epicor_staging TO {loader}" in result.stdout
    assert marks(result)["staging tables"] == "✗"
    assert "vendors (of " in result.stdout
    assert "budget" not in result.stdout


def test_what_the_load_made_is_as_it_must_be(look: Callable[..., Result], staging: Staging) -> None:
    """After a load the same role finds nothing wrong."""
    staging.sync(schema(), vendor(1), state(v=1))
    assert look().exit_code == 0


def test_readers(look: Callable[..., Result], loader: str) -> None:
    """A reader that the server does not know is found before a load stumbles over it."""
    result = look(grant_select_to=[loader, "nobody_at_all"])
    assert marks(result)[f"reader {loader}"] == "✓"
    assert marks(result)["reader nobody_at_all"] == "✗"


def test_standby(look: Callable[..., Result], staging: Staging) -> None:
    """A server that takes no changes is no place to load into."""
    database = sql.Identifier(staging.config["database"])
    statement = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on")
    with closing(psycopg2.connect(**dsn(staging))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement.format(database))
    result = look()
    assert result.exit_code == 1
    assert "takes no changes" in result.stdout

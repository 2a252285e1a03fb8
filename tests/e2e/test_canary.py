"""Marked secrets and marked people: where they go while the line runs and fails, and where not.

Secrets go nowhere but to the servers. What a record says of a person goes into the staging tables,
over the pipe between tap and target, and nowhere else.
"""

from __future__ import annotations

import json
import os
import signal
from base64 import b64encode
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg2
import pytest
from cryptography.fernet import Fernet
from psycopg2 import sql

from sandbox.looker.faults import Fault, Kind
from tests.line.line import TAP, TARGET, Line
from tests.tap.hostile import altered
from tests.tap.runs import catalog_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.epicor.messages import Request
    from sandbox.epicor.server import EpicorServer
    from sandbox.looker.server import LookerServer
    from tests.fixtures.postgres import DatabaseSettings

SECRETS = {
    "epicor password": "canary-epicor p@ss:wörd/1",
    "epicor key": "canary-epicor-key",
    "warehouse password": "canary-warehouse 'p\\ss%",
    "looker secret": "sandbox-looker-secret",
}
PERSON = "canary-person"
PEOPLE = {
    ("Vendor", "VendorNum"): (
        *("Name", "LegalName", "Address1", "City", "PhoneNum", "EMailAddress", "TaxPayerID"),
        "PrimaryBankID",
    ),
    ("PurAgent", "BuyerID"): ("Name", "EMailAddress"),
    ("Customer", "CustNum"): ("Name", "Address1", "PhoneNum", "EMailAddress"),
}
STREAMS = ("vendors", "buyers", "customers", "parts")


@dataclass
class Watched:
    """A line with encrypted settings, and all that could be seen of it while and after it ran.

    Attributes:
        seen: What was found where, as `place` to bytes.
    """

    line: Line
    key: str
    seen: dict[str, bytes] = field(default_factory=dict)

    def look(self) -> None:
        """Take in the files of the project, run folder included, and every command line."""
        for path in self.line.directory.rglob("*"):
            if path.is_file() and path.suffix != ".sqlite":
                try:
                    content = path.read_bytes()
                except FileNotFoundError:  # removed meanwhile
                    continue
                self.seen[str(path)] = self.seen.get(str(path), b"") + content
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                self.seen[f"{path}"] = path.read_bytes()
            except OSError:  # ended meanwhile
                continue

    def catalog(self) -> dict[str, Any]:
        """Return a catalog of the few streams that a pipe is to carry."""
        plain = {"password": SECRETS["epicor password"], "api_key": SECRETS["epicor key"]}
        return catalog_of(self.line.epicor, STREAMS, **plain)

    def run_log(self) -> bytes:
        """Return the tables of the run log, every column of every row."""
        tables = self.line.query(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'epicor_staging' AND table_name LIKE '\\_%' "
            "AND table_name <> '_rejected_records'"
        )
        rows = [self.line.query(f"SELECT t::text FROM {table} t") for (table,) in tables]
        return repr(rows).encode()

    def assert_kept(self, output: str) -> None:
        """Fail if a secret is anywhere, or a person anywhere but in a staging table."""
        self.look()
        # At its DEBUG level Meltano itself writes each message of the pipe to its log.
        lines = [line for line in output.splitlines() if '{"type":"RECORD"' not in line]
        self.seen["output"] = "\n".join(lines).encode()
        self.seen["whole output without people"] = output.replace(PERSON, "").encode()
        self.seen["run log"] = self.run_log()
        assert len(output) > 1000
        tokens = {call.headers.get("authorization", "") for call in self.line.looker.calls}
        secrets = {form for secret in SECRETS.values() for form in _forms(secret)}
        secrets |= {token.split()[-1] for token in tokens if token} | {self.key}
        places = {
            place: [one for one in (*secrets, PERSON) if one.encode() in content]
            for place, content in self.seen.items()
        }
        assert {place: found for place, found in places.items() if found} == {}


def _forms(secret: str) -> list[str]:
    """Return a secret as it stands in text, in JSON, in a URL and in the header of Basic."""
    pair = b64encode(f"sandbox:{secret}".encode()).decode()
    return [secret, json.dumps(secret)[1:-1], quote(secret), quote(secret, safe=""), pair]


@pytest.fixture
def watched(
    tmp_path: Path, epicor: EpicorServer, looker: LookerServer, database: DatabaseSettings
) -> Iterator[Watched]:
    """Give a line whose secrets and people are marked."""
    epicor.configure(password=SECRETS["epicor password"], api_key=SECRETS["epicor key"])
    _mark_people(epicor)
    key = Fernet.generate_key().decode()
    encrypted = {
        name: f"enc:{Fernet(key).encrypt(value.encode()).decode()}"
        for name, value in SECRETS.items()
    }
    directory = tmp_path / "line"
    directory.mkdir()
    line = Line(directory, epicor, looker, database)
    line.tap_settings |= {
        "companies": ["EPIC06"],
        "password": encrypted["epicor password"],
        "api_key": encrypted["epicor key"],
    }
    line.target_settings |= {
        "password": encrypted["warehouse password"],
        "looker_client_secret": encrypted["looker secret"],
    }
    line.environment |= {
        "SYNC_SECRETS_KEY": key,
        "LOGLEVEL": "DEBUG",
        "MELTANO_CLI_LOG_LEVEL": "debug",
        "TAP_EPICOR_KINETIC__SELECT": json.dumps([f"{name}.*" for name in STREAMS]),
    }
    with _loader(database) as name:
        line.target_settings["user"] = name
        yield Watched(line, key)


def _mark_people(epicor: EpicorServer) -> None:
    for (table, key), columns in PEOPLE.items():
        for company, number in epicor.store.rows(table, ["Company", key], "EPIC06"):
            changes = {name: f"{PERSON}-{number}-{name}" for name in columns}
            epicor.store.update(table, {"Company": company, key: number}, changes)


@contextmanager
def _loader(database: DatabaseSettings) -> Iterator[str]:
    """Give the name of a role for one database that has the marked password."""
    name = f"canary_{database['database']}"
    names = {"role": sql.Identifier(name), "database": sql.Identifier(database["database"])}
    password = sql.Literal(SECRETS["warehouse password"])
    with closing(psycopg2.connect(**database)) as admin, admin.cursor() as cursor:
        admin.autocommit = True
        cursor.execute(
            sql.SQL("CREATE ROLE {role} LOGIN PASSWORD {password}").format(
                password=password, **names
            )
        )
        cursor.execute(sql.SQL("GRANT ALL ON DATABASE {database} TO {role}").format(**names))
        try:
            yield name
        finally:
            cursor.execute(sql.SQL("DROP OWNED BY {role} CASCADE").format(**names))
            cursor.execute(sql.SQL("DROP ROLE {role}").format(**names))


def test_refusals_and_a_bad_record_under_meltano(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 401, a 500 that repeats the request, a record that does not fit; Meltano's own folder."""
    line, epicor = watched.line, watched.line.epicor
    honest = epicor.respond
    basic = b64encode(f"sandbox:{SECRETS['epicor password']}".encode()).decode()

    def hostile(request: Request) -> Any:
        watched.look()
        if request.path.endswith("/Vendors") and epicor.log:
            return altered(epicor, request, "Inactive", f'"{PERSON}-value"'.encode()), None
        return honest(request)

    monkeypatch.setattr(epicor, "respond", hostile)
    echo = f"You sent {SECRETS['epicor key']} and {basic} and {SECRETS['epicor password']}"
    epicor.faults.add("status", path="PartSvc/Parts$", times=None, status=500, message=echo)
    epicor.faults.add("status", path=r"CustomerSvc/Customers$", times=1, status=401, message=echo)
    outcome = line.run_meltano()
    assert outcome.code != 0
    assert "parts" in outcome.log
    assert "property 'Inactive'" in outcome.log
    for plugin in (TAP, TARGET):
        folder = f"{os.sep}run{os.sep}{plugin}{os.sep}"
        assert [at for at in watched.seen if folder in at and at.endswith("config.json")]
    watched.assert_kept(outcome.output)


def test_quoted_row_and_quoted_token(watched: Watched) -> None:
    """Postgres quotes the row that it refuses, Looker the token of a call that it refuses."""
    line = watched.line
    line.looker.faults.add(Fault(Kind.ECHO, "update_datagroup", status=403, times=None))
    catalog = watched.catalog()
    outcome = line.run_pipe(catalog)
    assert outcome.code != 0
    assert "HTTP 403: Status 403 Bearer ***" in outcome.log
    assert line.query("SELECT count(*) FROM vendors WHERE name LIKE 'canary-person%%'") > [(0,)]
    with closing(psycopg2.connect(**line.database)) as admin, admin, admin.cursor() as cursor:
        cursor.execute("ALTER TABLE epicor_staging.buyers ADD CHECK (name !~ 'person') NOT VALID")
        cursor.execute(
            "CREATE UNIQUE INDEX ON epicor_staging.customers ((left(name, 6))) WHERE name ~ 'again'"
        )
    for table, column in (("PurAgent", "BuyerID"), ("Customer", "CustNum")):
        for row in line.epicor.store.rows(table, ["Company", column], "EPIC06"):
            where = dict(zip(("Company", column), row, strict=True))
            line.epicor.store.update(table, where, {"Name": f"{PERSON}-again"})
    refused = line.run_pipe(catalog)
    assert refused.code != 0
    assert "breaks the check constraint 'buyers_name_check'" in refused.log
    watched.assert_kept(outcome.output + refused.output)


def test_record_that_is_set_aside(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record in quarantine is whole there; the reason beside it and the log quote none of it."""
    line, epicor = watched.line, watched.line.epicor
    catalog = watched.catalog()
    honest = epicor.respond

    def hostile(request: Request) -> Any:
        if request.path.endswith("/Vendors"):
            return altered(epicor, request, "Inactive", f'"{PERSON}-value"'.encode()), None
        return honest(request)

    monkeypatch.setattr(epicor, "respond", hostile)
    line.target_settings["on_bad_record"] = "quarantine"
    outcome = line.run_pipe(catalog)
    assert outcome.code != 0
    [(record, others)] = line.query(
        "SELECT record::text, (to_jsonb(r) - 'record')::text FROM _rejected_records r"
    )
    assert f"{PERSON}-value" in record
    assert PERSON not in others
    watched.assert_kept(outcome.output)


def test_end_in_mid_run_under_meltano(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM while rows are on their way leaves nothing behind; the key is in a mounted file."""
    line, epicor = watched.line, watched.line.epicor
    mounted = line.directory.with_name("key")
    mounted.write_text(line.environment.pop("SYNC_SECRETS_KEY"), encoding="utf-8")
    (line.directory / ".env").write_text(f"SYNC_SECRETS_KEY_FILE='{mounted}'", encoding="utf-8")
    honest = epicor.respond

    def ending(request: Request) -> Any:
        watched.look()
        if request.path.endswith("/Vendors") and "$count=true" in request.query:
            _end_meltano(line.directory)
        return honest(request)

    monkeypatch.setattr(epicor, "respond", ending)
    outcome = line.run_meltano()
    assert outcome.code == 128 + signal.SIGTERM
    watched.assert_kept(outcome.output)


def _end_meltano(directory: Path) -> None:
    """Send SIGTERM to the Meltano that works in a folder."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        words = path.read_bytes().split(b"\0")
        is_meltano = b"run" in words and any(word.endswith(b"/meltano") for word in words)
        if is_meltano and (path.parent / "cwd").resolve() == directory.resolve():
            os.kill(int(path.parent.name), signal.SIGTERM)


_BREAK = """
import sys
def break_down(frame, event, argument):
    if event == "call" and frame.f_code.co_name in {names}:
        sys.setprofile(None)
        password, row = "{secret}", "{person}"
        raise RuntimeError("broken for a test")
import threading
sys.setprofile(break_down)
threading.setprofile(break_down)
"""


@pytest.mark.parametrize(
    "function", [pytest.param("_sync_stream", id=TAP), pytest.param("take_lines", id=TARGET)]
)
def test_unforeseen_error(watched: Watched, tmp_path: Path, function: str) -> None:
    """A traceback shows code, never the values that were at hand."""
    broken = tmp_path / "broken"
    broken.mkdir()
    secret = SECRETS["epicor key"]
    (broken / "sitecustomize.py").write_text(
        _BREAK.format(names={function}, secret=secret, person=PERSON)
    )
    watched.line.environment["PYTHONPATH"] = str(broken)
    outcome = watched.line.run_pipe(watched.catalog())
    assert outcome.code != 0
    assert "broken for a test" in outcome.log
    (broken / "sitecustomize.py").unlink()
    watched.assert_kept(outcome.output)

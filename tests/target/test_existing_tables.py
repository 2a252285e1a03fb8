"""Tables that were there before: made by hand or by another tool, and now a stream's."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from psycopg2 import sql

from target_looker_staging.exceptions import StagingError, StagingSchemaError
from tests.target.conftest import record, schema, state, vendor

if TYPE_CHECKING:
    from tests.target.conftest import Staging

NULLABLE: dict[str, dict[str, Any]] = {
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "string": {"type": ["string", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "date-time": {"type": ["string", "null"], "format": "date-time"},
    "object": {"type": ["object", "null"]},
    "array": {"type": ["array", "null"]},
}


def stream(kind: str = "string", **more: dict[str, Any]) -> dict[str, Any]:
    """Return a SCHEMA message of a stream `s` with a key and a property `V`."""
    properties = {"Id": {"type": "integer"}, "V": NULLABLE[kind], **more}
    return schema("s", {"properties": properties}, ["Id"])


def make(staging: Staging, *statements: str) -> None:
    """Make what is there before the first run."""
    staging.rows("CREATE SCHEMA IF NOT EXISTS epicor_staging")
    for statement in statements:
        staging.rows(statement)


@pytest.mark.parametrize(
    ("declared", "kind", "value", "type_", "shown"),
    [
        pytest.param("timestamp(3)", "date-time", "2026-01-02T03:04:05.123456Z",
                     "timestamp with time zone", "2026-01-02 03:04:05.123456+00", id="timestamp(3)"),
        pytest.param("timestamptz(0)", "date-time", "2026-01-02T03:04:05.123456Z",
                     "timestamp with time zone", "2026-01-02 03:04:05.123456+00", id="timestamptz(0)"),
        pytest.param("timestamp", "date", "2026-01-02", "timestamp with time zone",
                     "2026-01-02 00:00:00+00", id="timestamp-of-dates"),
        pytest.param("varchar(20)", "string", "x" * 30, "text", "x" * 30, id="varchar(20)"),
        pytest.param("varchar", "string", "x" * 30, "character varying", "x" * 30, id="varchar"),
        pytest.param("char(5)", "string", "abcdefg", "text", "abcdefg", id="char(5)"),
        pytest.param("name", "string", "y" * 70, "text", "y" * 70, id="name"),
        pytest.param("numeric(10,2)", "number", 1.125, "numeric", "1.125", id="numeric(10,2)"),
        pytest.param("smallint", "integer", 2**40, "bigint", str(2**40), id="smallint"),
        pytest.param("oid", "integer", 2**40, "bigint", str(2**40), id="oid"),
        pytest.param("money", "number", 1.125, "numeric", "1.125", id="money"),
        pytest.param("bytea", "string", "x", "text", "x", id="bytea"),
        pytest.param("interval", "string", "x", "text", "x", id="interval"),
        pytest.param("inet", "string", "x", "text", "x", id="inet"),
        pytest.param('"char"', "string", "xy", "text", "xy", id="one-character"),
        pytest.param("bit(3)", "string", "x", "text", "x", id="bits"),
        pytest.param("time", "string", "25:00", "text", "25:00", id="time"),
        pytest.param("pair", "string", "x", "text", "x", id="composite"),
        pytest.param("varchar(3) DEFAULT 'a'", "string", "xxxx", "text", "xxxx", id="with-a-default"),
        pytest.param("smallint DEFAULT 1", "number", 1.5, "numeric", "1.5", id="number-with-a-default"),
        pytest.param("json", "object", {"a": 1}, "jsonb", '{"a": 1}', id="json"),
        pytest.param("text[]", "array", ["a"], "jsonb", '["a"]', id="array"),
        pytest.param("mood", "string", "sad", "mood", "sad", id="enum"),
        pytest.param("label", "string", "x" * 30, "label", "x" * 30, id="domain"),
        pytest.param("label_of_label", "string", "x" * 30, "label_of_label", "x" * 30, id="domain-of-a-domain"),
        pytest.param("amount", "number", 1.125, "amount", "1.125", id="domain-of-numbers"),
        pytest.param("doc", "object", {"a": 1}, "doc", '{"a": 1}', id="domain-of-documents"),
        pytest.param("short", "string", "x" * 30, "text", "x" * 30, id="domain-with-a-limit"),
        pytest.param("small", "integer", 2**40, "bigint", str(2**40), id="domain-of-small-integers"),
    ],
)  # fmt: skip
def test_type_of_a_column(
    staging: Staging, declared: str, kind: str, value: Any, type_: str, shown: str
) -> None:
    """A column takes what the stream sends, stays what it can stay, and no run changes it again."""
    make(
        staging,
        "CREATE TYPE mood AS ENUM ('glad', 'sad')",
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE DOMAIN label AS text CHECK (VALUE <> '')",
        "CREATE DOMAIN label_of_label AS label",
        "CREATE DOMAIN amount AS numeric CHECK (VALUE > 0)",
        "CREATE DOMAIN doc AS jsonb",
        "CREATE DOMAIN short AS varchar(20)",
        "CREATE DOMAIN small AS integer",
        f"CREATE TABLE s (id bigint PRIMARY KEY, v {declared})",
    )
    for _ in range(2):
        staging.sync(stream(kind), record("s", Id=1, V=value), record("s", Id=2, V=None))
        assert staging.types("s")["v"].removeprefix("epicor_staging.") == type_
        assert staging.value("SELECT v::text FROM s WHERE id = 1") == shown
        assert staging.value("SELECT count(*) FROM s") == 2
    # By each way into the table.
    staging.sync(stream(kind), record("s", Id=3, V=value), state(s={}), load_method="overwrite")
    assert staging.rows("SELECT id, v::text FROM s") == [(3, shown)]
    if "DEFAULT" not in declared:
        staging.sync(stream("array"), record("s", Id=3, V=["x"]))
        assert staging.rows("SELECT id, v::text FROM s") == [(3, '["x"]')]


def test_schemas_of_one_run_that_share_a_domain(staging: Staging) -> None:
    """With overwrite, what earlier schemas gathered follows the table, domain included."""
    make(
        staging,
        "CREATE DOMAIN label AS text",
        "CREATE TABLE s (id bigint PRIMARY KEY, v label, w numeric(5,1))",
    )
    more = {"W": NULLABLE["number"]}
    staging.sync(
        stream(), record("s", Id=1, V="a"), stream("string", **more), record("s", Id=2, V="b", W=1.25),
        state(s={}), load_method="overwrite",
    )  # fmt: skip
    assert staging.rows("SELECT id, v, w::text FROM s ORDER BY 1") == [
        (1, "a", None),
        (2, "b", "1.25"),
    ]
    assert staging.types("s")["v"] == "label"


@pytest.mark.parametrize("quoted", ["on", "off"])
def test_identifiers_that_the_server_quotes(staging: Staging, quoted: str) -> None:
    """A server that quotes all names in what it says does not make a type unknown."""
    make(staging, "CREATE TABLE s (id integer PRIMARY KEY, v uuid, w timestamp, x varchar(3))")
    staging.set("quote_all_identifiers", quoted)
    staging.sync(
        stream(W=NULLABLE["date-time"], X=NULLABLE["string"]), record("s", Id=1, W="2026-01-01")
    )
    types = staging.types("s")
    assert [types[name] for name in "vwx"] == ["text", "timestamp with time zone", "text"]


@pytest.mark.parametrize("name", ["real", "double precision"])
@pytest.mark.parametrize("kind", ["number", "string", "array"])
def test_digits_of_a_float(staging: Staging, name: str, kind: str) -> None:
    """A column that is widened shows the digits that it showed."""
    values = ("123456.789", "0.1", "16777216", "1e-07", "12345678901234567", "1e+20", "NaN", "-0.3")
    make(staging, f"CREATE TABLE s (id integer PRIMARY KEY, v {name})")
    staging.set("extra_float_digits", "-5")
    for i, value in enumerate(values):
        staging.rows(f"INSERT INTO s VALUES ({i}, '{value}')")
    staging.rows("SET extra_float_digits = 1")
    before = [(i, f"{v}") for i, v in staging.rows("SELECT id, v::text FROM s")]
    staging.sync(stream(kind), record("s", Id=99))
    read = "v #>> '{}'" if kind == "array" else "v::text"
    after = staging.rows(f"SELECT id, {read} FROM s WHERE id < 99 ORDER BY id")
    same = [
        (i, staging.value("SELECT %s::float8 = %s::float8", one, other))
        for (i, one), (_, other) in zip(before, after, strict=True)
    ]
    assert same == [(i, True) for i in range(len(values))]


@pytest.mark.parametrize(
    ("statement", "unique"),
    [
        pytest.param("CREATE UNIQUE INDEX ON s (_source_id)", True, id="plain"),
        pytest.param("CREATE UNIQUE INDEX ON s (_source_id) INCLUDE (v)", True, id="include"),
        pytest.param("CREATE UNIQUE INDEX ON s (_source_id, v)", False, id="compound"),
        pytest.param("CREATE UNIQUE INDEX ON s (v, _source_id)", False, id="compound-second"),
        pytest.param("CREATE UNIQUE INDEX ON s (_source_id) WHERE v IS NULL", False, id="partial"),
        pytest.param("CREATE INDEX ON s (_source_id)", False, id="not-unique"),
        pytest.param("ALTER TABLE s ADD UNIQUE (_source_id) DEFERRABLE", False, id="deferrable"),
    ],
)
def test_what_makes_the_row_id_unique(staging: Staging, statement: str, unique: bool) -> None:  # noqa: FBT001
    """Only an index on `_source_id` alone, of all rows, at once, spares one of ours."""
    make(
        staging,
        "CREATE TABLE s (gone int, id bigint PRIMARY KEY, v text, _source_id text NOT NULL)",
        "ALTER TABLE s DROP COLUMN gone",
        statement,
    )
    before = staging.value("SELECT count(*) FROM pg_index WHERE indrelid = 's'::regclass")
    for _ in range(2):
        staging.sync(stream(), record("s", Id=1), record("s", Id=2))
        after = staging.value("SELECT count(*) FROM pg_index WHERE indrelid = 's'::regclass")
        assert after - before == (0 if unique else 1)
    assert staging.value("SELECT count(*) FROM s") == 2


@pytest.mark.parametrize(
    "key",
    [
        "PRIMARY KEY (vendornum, company)",
        "PRIMARY KEY (company, vendornum) INCLUDE (name)",
        "PRIMARY KEY (vendornum, company) INCLUDE (name, sysrowid)",
    ],
)
def test_key_in_another_order(staging: Staging, key: str) -> None:
    """A key is the same in any order, and what an index includes is not part of it."""
    make(
        staging,
        f"CREATE TABLE vendors (gone int, name text, company text, vendornum bigint, sysrowid uuid, {key})",
    )
    staging.rows("ALTER TABLE vendors DROP COLUMN gone")
    staging.sync(schema(), vendor(1), vendor(2))
    staging.sync(schema(), vendor(1, "Other"), vendor(1, Company="B", SysRowID=None))
    assert staging.rows("SELECT company, vendornum, name FROM vendors ORDER BY 1, 2") == [
        ("B", 1, "Müller"), ("EPIC06", 1, "Other"), ("EPIC06", 2, "Müller"),
    ]  # fmt: skip


def test_key_of_other_columns_is_refused(staging: Staging) -> None:
    """A key of fewer, more or other columns is another one."""
    for key in ("company", "company, vendornum, name", "name"):
        make(staging, "DROP TABLE IF EXISTS vendors",
             f"CREATE TABLE vendors (name text, company text, vendornum bigint, PRIMARY KEY ({key}))")  # fmt: skip
        with pytest.raises(StagingSchemaError, match="has the primary key"):
            staging.sync(schema(), vendor(1))


@pytest.mark.parametrize("method", ["upsert", "overwrite", "append-only"])
def test_percent_in_names(staging: Staging, method: str) -> None:
    """A schema, a table and columns may be called what they like."""
    name = "100% %s {x} %(a)s"
    properties = {"Id": {"type": "integer"}, name: NULLABLE["string"], "%%": NULLABLE["integer"]}
    definition = schema("a%s", {"properties": properties}, ["Id"])
    for _ in range(2):
        staging.sync(
            definition, record("a%s", Id=1, **{name: "x", "%%": 2}), state(**{"a%s": {}}),
            default_target_schema="s%s", load_method=method,
        )  # fmt: skip
    table = sql.Identifier("s%s", "a%s")
    columns = sql.SQL(", ").join(map(sql.Identifier, (name, "%%")))
    statement = sql.SQL("SELECT DISTINCT {} FROM {}").format(columns, table)
    with closing(psycopg2.connect(**staging.login)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchall() == [("x", 2)]


# The last state of a tap that read all vendors.
DONE = state(vendors={})
OTHER_TOOL = """
CREATE TABLE vendors (company text, vendornum bigint, name text, sysrowid uuid,
    _sdc_batched_at timestamp, PRIMARY KEY (company, vendornum));
INSERT INTO vendors VALUES ('EPIC06', 1, 'Müller', '00000000-0000-0000-0000-000000000001'),
    ('A/Ü~ %%', 2, 'x', NULL), ('EPIC06', 3, 'y', '00000000-0000-0000-0000-000000000003')
"""


def test_adopted_rows(staging: Staging) -> None:
    """Rows of another tool get the ids and the origin that their next version will have."""
    make(staging, OTHER_TOOL)
    staging.sync(schema())
    told = "SELECT vendornum, _source_id, _source_entity, _source_company FROM vendors ORDER BY 1"
    entity = "Erp.BO.VendorSvc/Vendors"
    expected = [
        (1, "00000000-0000-0000-0000-000000000001", entity, "EPIC06"),
        (2, "A%2F%C3%9C%7E%20%25~2", entity, "A/Ü~ %"),
        (3, "00000000-0000-0000-0000-000000000003", entity, "EPIC06"),
    ]
    assert staging.rows(told) == expected
    staging.sync(schema(), *(vendor(n) for n in (1, 3)), vendor(2, Company="A/Ü~ %", SysRowID=None))
    assert staging.rows(told) == expected


def test_rows_adopted_by_an_earlier_release(staging: Staging) -> None:
    """Rows that got the columns, but nothing in them, get their ids later."""
    make(
        staging,
        OTHER_TOOL,
        "ALTER TABLE vendors ADD _source_id text UNIQUE, ADD _source_entity text",
    )
    staging.sync(schema(), vendor(1))
    assert (
        staging.value(
            "SELECT count(*) FROM vendors WHERE _source_id IS NULL OR _source_entity IS NULL"
        )
        == 0
    )


@pytest.mark.parametrize("method", ["append-only", "upsert"])
def test_adopted_rows_without_key(staging: Staging, method: str) -> None:
    """Without a key each row gets an id that no other row has."""
    make(staging, "CREATE TABLE log (a text)", "INSERT INTO log VALUES ('x'), ('x'), ('y')")
    definition = schema("log", {"properties": {"A": {"type": "string"}}}, [])
    staging.sync(definition, record("log", A="x"), load_method=method)
    assert staging.rows("SELECT count(DISTINCT _source_id), count(*), min(_source_entity), max(_source_entity) FROM log") == [
        (4, 4, "log", "log")
    ]  # fmt: skip


def test_adopted_rows_that_share_an_id(staging: Staging) -> None:
    """Rows that cannot be told apart are told of, with the property that should do it."""
    make(
        staging, OTHER_TOOL, "UPDATE vendors SET sysrowid = '00000000-0000-0000-0000-000000000001'"
    )
    with pytest.raises(StagingSchemaError, match="same `_source_id`, which is made of 'SysRowID'"):
        staging.sync(schema(), vendor(1))


@pytest.mark.parametrize("method", ["upsert", "overwrite"])
def test_only_the_table_itself(staging: Staging, method: str) -> None:
    """Rows of a table that inherits from the staging table are neither seen nor touched."""
    staging.sync(schema(), vendor(1), vendor(2))
    staging.rows("CREATE TABLE epicor_staging.kept () INHERITS (vendors)")
    staging.rows("INSERT INTO kept SELECT * FROM ONLY vendors")
    staging.rows("UPDATE kept SET _source_id = 'kept ' || _source_id, name = 'kept'")
    staging.sync(schema(), vendor(1, "New"), vendor(3), DONE, load_method=method)
    assert staging.rows("SELECT DISTINCT name, _sdc_deleted_at FROM kept") == [("kept", None)]
    assert staging.value("SELECT count(*) FROM kept") == 2
    expected = [(1,), (3,)] if method == "overwrite" else [(1,), (2,), (3,)]
    assert staging.rows("SELECT vendornum FROM ONLY vendors ORDER BY 1") == expected


def test_deletes_of_a_version_are_in_the_table_itself(staging: Staging) -> None:
    """A version that is activated deletes nothing from a table that inherits."""
    staging.sync(schema(), vendor(1), vendor(2))
    staging.rows("CREATE TABLE epicor_staging.kept () INHERITS (vendors)")
    staging.rows("INSERT INTO kept SELECT * FROM ONLY vendors")
    versioned = {**vendor(1), "version": 0}
    activate = {"type": "ACTIVATE_VERSION", "stream": "vendors", "version": 0}
    staging.sync(schema(), versioned, activate, hard_delete=True)
    assert staging.value("SELECT count(*) FROM kept") == 2
    # Version 0 is a version like any other.
    assert staging.rows("SELECT vendornum FROM ONLY vendors") == [(1,)]


SWALLOW = """
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.vendornum = 2 THEN RETURN NULL; END IF; RETURN NEW; END $$
"""


@pytest.mark.parametrize("method", ["upsert", "append-only", "overwrite"])
@pytest.mark.parametrize("before", [False, True], ids=["first-load", "later"])
def test_trigger_that_swallows_rows(staging: Staging, method: str, before: bool) -> None:  # noqa: FBT001
    """Rows that a trigger keeps out are an error that names it, and nothing counts as loaded."""
    staging.sync(schema(), *([vendor(9)] if before else []), DONE, load_method=method)
    staging.rows(SWALLOW)
    staging.rows(
        "CREATE TRIGGER hungry BEFORE INSERT ON vendors FOR EACH ROW EXECUTE FUNCTION swallow()"
    )
    with pytest.raises(StagingError, match="hungry"):
        staging.sync(schema(), vendor(1), vendor(2), vendor(3), DONE, load_method=method)
    assert staging.value("SELECT count(*) FROM vendors WHERE vendornum < 9") == 0


def test_trigger_that_swallows_updates(staging: Staging) -> None:
    """A row that a trigger keeps as it was is no unchanged row."""
    staging.sync(schema(), vendor(1), vendor(2))
    staging.rows(SWALLOW)
    staging.rows(
        "CREATE TRIGGER hungry BEFORE UPDATE ON vendors FOR EACH ROW EXECUTE FUNCTION swallow()"
    )
    staging.sync(schema(), vendor(1, "New"))
    with pytest.raises(StagingError, match="hungry"):
        staging.sync(schema(), vendor(1, "Newer"), vendor(2, "New"))
    assert staging.value("SELECT name FROM vendors WHERE vendornum = 1") == "New"


KEEP = """
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER greedy BEFORE {} ON vendors FOR EACH ROW EXECUTE FUNCTION keep()
"""


@pytest.mark.parametrize(
    ("event", "settings"),
    [
        pytest.param("DELETE", {"hard_delete": True}, id="removed"),
        pytest.param("UPDATE", {}, id="marked"),
        pytest.param("DELETE", {"load_method": "overwrite"}, id="replaced"),
    ],
)
def test_trigger_that_keeps_rows(staging: Staging, event: str, settings: dict[str, Any]) -> None:
    """Rows that are gone from the source, but that a trigger keeps, are an error that names it."""
    staging.sync(schema(), vendor(1), vendor(2))
    staging.rows(KEEP.format(event))
    version = {"type": "ACTIVATE_VERSION", "stream": "vendors", "version": 7}
    with pytest.raises(StagingError, match="greedy"):
        staging.sync(schema(), {**vendor(1), "version": 7}, version, DONE, **settings)


def test_trigger_that_keeps_what_a_log_deletes(staging: Staging) -> None:
    """So are rows that a log-based tap says are deleted."""
    staging.sync(schema(), vendor(1), vendor(2))
    staging.rows(KEEP.format("DELETE"))
    with pytest.raises(StagingError, match="greedy"):
        staging.sync(schema(), vendor(1, _sdc_deleted_at=DELETED), hard_delete=True)


def test_constraint_that_a_whole_table_breaks(staging: Staging) -> None:
    """Where rows are put in place together, the constraint is named, and the old rows stay."""
    staging.sync(schema(), vendor(1), vendor(2))
    staging.rows("ALTER TABLE vendors ADD CONSTRAINT short CHECK (length(name) < 9)")
    with pytest.raises(StagingError, match=r"table epicor_staging\.vendors, constraint short"):
        staging.sync(schema(), vendor(1, "x" * 9), DONE, load_method="overwrite")
    assert staging.value("SELECT count(*) FROM vendors") == 2


DELETED = "2026-11-23T09:00:00Z"


@pytest.mark.parametrize("first", [False, True], ids=["merged", "first-load"])
def test_deletes_of_a_log_based_tap(staging: Staging, first: bool) -> None:  # noqa: FBT001
    """With `hard_delete` a record that says it was deleted takes its row with it."""
    if not first:
        staging.sync(schema(), vendor(1), vendor(2), vendor(3, _sdc_deleted_at=DELETED))
    gone = [vendor(n, _sdc_deleted_at=DELETED) for n in (2, 3, 4)]
    staging.sync(schema(), vendor(1), *gone, vendor(5), state(), hard_delete=True)
    assert staging.rows("SELECT vendornum FROM vendors ORDER BY 1") == [(1,), (5,)]
    [counts] = staging.rows(
        "SELECT records_received, rows_inserted, rows_updated, rows_unchanged, rows_deleted "
        "FROM _sync_run_streams JOIN _sync_runs USING (run_id) ORDER BY started_at DESC LIMIT 1"
    )
    # Vendor 4 was never there; 3 was marked.
    assert counts == ((5, 2, 0, 3, 0) if first else (5, 1, 0, 4, 2))


def test_deleted_and_back(staging: Staging) -> None:
    """The last record of a key in a batch is what counts, and a row that comes back stays."""
    back = [
        vendor(1, _sdc_deleted_at=DELETED),
        vendor(1, "Back"),
        vendor(2),
        vendor(2, _sdc_deleted_at=DELETED),
    ]
    for _ in range(2):
        staging.sync(schema(), *back, hard_delete=True)
        assert staging.rows("SELECT vendornum, name FROM vendors") == [(1, "Back")]
    staging.sync(schema(), vendor(1, _sdc_deleted_at=DELETED))
    assert staging.value("SELECT _sdc_deleted_at IS NOT NULL FROM vendors") is True


def test_moved_rows_count(staging: Staging) -> None:
    """A row that gives way to its record under a new key counts as deleted, the new one as added."""
    staging.sync(schema(), vendor(1), vendor(2))
    moved = vendor(7, SysRowID="00000000-0000-0000-0000-000000000001")
    staging.sync(schema(), moved, vendor(2))
    assert staging.rows("SELECT vendornum FROM vendors ORDER BY 1") == [(2,), (7,)]
    assert staging.rows(
        "SELECT records_received, rows_inserted, rows_updated, rows_unchanged, rows_deleted, rows_changed "
        "FROM _sync_run_streams JOIN _sync_runs USING (run_id) ORDER BY started_at DESC LIMIT 1"
    ) == [(2, 1, 0, 1, 1, 2)]


def test_columns_that_were_dropped(staging: Staging) -> None:
    """A column that a person dropped is no column: it comes back when the stream sends it."""
    staging.sync(schema(), vendor(1))
    staging.rows("ALTER TABLE vendors DROP COLUMN name, DROP COLUMN creditlimit")
    staging.sync(schema(), vendor(1, "Back"))
    assert staging.rows("SELECT name, creditlimit FROM vendors") == [("Back", 10)]


def test_integers_beyond_bigint(staging: Staging) -> None:
    """Bounds that bigint does not have make a column of numbers, also of one that was bigint."""
    staging.sync(stream("integer"), record("s", Id=1, V=2))
    wide = {"type": ["integer", "null"], "minimum": 0, "maximum": 2**64 - 1}
    staging.sync(stream("integer", V=wide), record("s", Id=1, V=2**64 - 1))
    assert staging.value("SELECT v::text FROM s") == str(2**64 - 1)


def test_reference(staging: Staging) -> None:
    """A property's type may stand elsewhere in the schema."""
    definition = {
        "definitions": {"money": {"type": ["number", "null"]}, "id": {"$ref": "#/definitions/whole"}, "whole": {"type": "integer"}},
        "properties": {"Id": {"$ref": "#/definitions/id"}, "Amount": {"$ref": "#/definitions/money"}},
    }  # fmt: skip
    staging.sync(schema("s", definition, ["Id"]), record("s", Id=1, Amount=1.25))
    assert staging.types("s")["amount"] == "numeric"
    assert staging.types("s")["id"] == "bigint"


@pytest.mark.parametrize("method", ["upsert", "append-only"])
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-12-31T23:59:59.9999999Z", "2026-12-31 23:59:59.999999+00"),
        ("2026-12-31T23:59:59.9999999", "2026-12-31 23:59:59.999999+00"),
        ("9999-12-31T23:59:59.9999999", "9999-12-31 23:59:59.999999+00"),
        ("2026-12-31T23:59:59.9999999+00:00", "2026-12-31 23:59:59.999999+00"),
        ("2026-12-31T23:59:59.999999999-02:00", "2027-01-01 01:59:59.999999+00"),
        ("2026-12-31 23:59:59.9999995", "2026-12-31 23:59:59.999999+00"),
        ("2026-12-31t23:59:59.00000099z", "2026-12-31 23:59:59+00"),
        ("2026-12-31T23:59:59.999999Z", "2026-12-31 23:59:59.999999+00"),
        ("2026-12-31T23:59Z", "2026-12-31 23:59:00+00"),
    ],
)
def test_seventh_digit_of_a_second(
    staging: Staging, written: str, expected: str, method: str
) -> None:
    """More digits than Postgres keeps are cut off, and never make it tomorrow."""
    message = {**record("s", Id=1, V=written), "time_extracted": written}
    staging.sync(stream("date-time"), message, load_method=method)
    assert staging.rows("SELECT v::text, _sdc_extracted_at::text FROM s") == [(expected, expected)]


def test_seventh_digit_in_a_column_of_texts(staging: Staging) -> None:
    """What is kept as text is kept as it was written."""
    staging.sync(stream("string"), record("s", Id=1, V="x"))
    staging.sync(stream("date-time"), record("s", Id=1, V="2026-12-31T23:59:59.9999999Z"))
    assert staging.value("SELECT v FROM s") == "2026-12-31T23:59:59.9999999Z"

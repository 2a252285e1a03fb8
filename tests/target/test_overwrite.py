"""Load method overwrite: a table equal to what one run sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from target_looker_staging.exceptions import StagingError
from tests.target.conftest import VENDORS, record, schema, state, vendor

if TYPE_CHECKING:
    from tests.target.conftest import Staging

# The last state of a tap that read all vendors.
DONE = state(vendors={})


def test_table_becomes_what_came(staging: Staging) -> None:
    """Rows that did not come go, others come or stay; the counts tell which."""
    staging.sync(schema(), vendor(1), vendor(2), vendor(3), DONE, load_method="overwrite")
    before = staging.value("SELECT xmin::text FROM vendors WHERE vendornum = 1")
    staging.sync(
        schema(), vendor(1), vendor(2, "old"), vendor(4), vendor(2, "new"), DONE,
        load_method="overwrite", batch_size_rows=2,
    )  # fmt: skip
    assert staging.rows("SELECT vendornum, name FROM vendors ORDER BY 1") == [
        (1, "Müller"),
        (2, "new"),
        (4, "Müller"),
    ]
    assert staging.value("SELECT xmin::text FROM vendors WHERE vendornum = 1") == before
    assert staging.rows(
        "SELECT records_received, rows_inserted, rows_updated, rows_unchanged, rows_deleted, "
        "rows_superseded FROM _sync_run_streams ORDER BY last_commit_at DESC LIMIT 1"
    ) == [(4, 1, 1, 1, 1, 1)]


def test_stream_without_key(staging: Staging) -> None:
    """Without a key all rows are new."""
    definition = schema("log", {"properties": {"A": {"type": "string"}}}, [])
    done = state(log={})
    staging.sync(
        definition, record("log", A="x"), record("log", A="x"), done, load_method="overwrite"
    )
    staging.sync(definition, record("log", A="y"), done, load_method="overwrite")
    assert staging.rows("SELECT a FROM log") == [("y",)]


def test_nothing_came(staging: Staging) -> None:
    """A stream without records leaves an empty table."""
    staging.sync(schema(), vendor(1), DONE, load_method="overwrite")
    staging.sync(schema(), DONE, load_method="overwrite")
    assert staging.rows("SELECT * FROM vendors") == []


def test_schema_changes_within_the_run(staging: Staging) -> None:
    """Records before and after a new schema are all part of what came."""
    wider = {**VENDORS, "properties": {**VENDORS["properties"], "City": {"type": "string"}}}
    staging.sync(schema(), vendor(9), DONE, load_method="overwrite")
    staging.sync(
        schema(), vendor(1), vendor(2), schema(definition=wider), vendor(2, City="Bremen"), DONE,
        load_method="overwrite",
    )  # fmt: skip
    assert staging.rows("SELECT vendornum, city FROM vendors ORDER BY 1") == [
        (1, None),
        (2, "Bremen"),
    ]


def test_views_and_grants_stay(staging: Staging) -> None:
    """The table is not exchanged for another one."""
    staging.sync(schema(), vendor(1), DONE, load_method="overwrite")
    staging.rows("CREATE VIEW big AS SELECT vendornum FROM vendors")
    staging.rows("GRANT SELECT ON vendors TO pg_monitor")
    staging.sync(schema(), vendor(2), DONE, load_method="overwrite")
    assert staging.rows("SELECT vendornum FROM big") == [(2,)]
    assert staging.value("SELECT has_table_privilege('pg_monitor', 'vendors', 'SELECT')")


@pytest.mark.parametrize(
    "key", [pytest.param(("Company", "VendorNum"), id="key"), pytest.param((), id="no-key")]
)
def test_readers_never_see_less(staging: Staging, key: tuple[str, ...]) -> None:
    """Rows go and come in one transaction, so that readers see the old table or the new one."""
    staging.sync(schema(key=key), vendor(1), vendor(2), DONE, load_method="overwrite")
    staging.rows(
        "CREATE TABLE steps (transaction text); "
        "CREATE FUNCTION step() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO epicor_staging.steps VALUES (pg_current_xact_id()::text); "
        "RETURN NULL; END $$; "
        "CREATE TRIGGER step AFTER INSERT OR DELETE ON vendors EXECUTE FUNCTION step()"
    )
    staging.sync(
        schema(key=key), *map(vendor, range(3, 9)), DONE, load_method="overwrite", batch_size_rows=2
    )
    assert staging.value("SELECT count(*) FROM vendors") == 6
    assert staging.value("SELECT count(*) > 1 AND count(DISTINCT transaction) = 1 FROM steps")


def test_state_comes_after_the_table(staging: Staging, capsys: pytest.CaptureFixture[str]) -> None:
    """No state is passed on before the rows are in place."""
    staging.sync(
        schema(), vendor(1), state(vendors={"a": 1}), vendor(2), state(vendors={"a": 2}),
        load_method="overwrite", checkpoint_seconds=0, batch_size_rows=1,
    )  # fmt: skip
    assert capsys.readouterr().out == '{"bookmarks":{"vendors":{"a":2}}}\n'


def test_incomplete_load_leaves_the_table(
    staging: Staging, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table is not overwritten with a part of the rows."""
    staging.sync(schema(), vendor(1), vendor(2), DONE, load_method="overwrite")
    capsys.readouterr()
    with pytest.raises(StagingError, match="keep what they had"):
        staging.sync(
            schema(), vendor(1), state(vendors={"progress_markers": {}}), load_method="overwrite"
        )
    assert staging.value("SELECT count(*) FROM vendors") == 2
    assert capsys.readouterr().out == ""


def test_types_change_within_the_run(staging: Staging) -> None:
    """Records before and after a wider type, of key and values, are all part of what came."""
    narrow, wide = (
        {"properties": {"Id": {"type": one}, "A": {"type": other}}}
        for one, other in (("integer", "number"), ("string", "object"))
    )
    staging.sync(
        schema("s", narrow, ["Id"]), record("s", Id=1, A=1.5), record("s", Id=9, A=1),
        state(s={}), load_method="overwrite",
    )  # fmt: skip
    staging.sync(
        schema("s", narrow, ["Id"]), record("s", Id=1, A=1.5), record("s", Id=2, A=2),
        schema("s", wide, ["Id"]), record("s", Id="2", A={"b": 1}),
        state(s={}), load_method="overwrite",
    )  # fmt: skip
    assert staging.rows("SELECT id, a::text FROM s ORDER BY id") == [
        ("1", "1.5"),
        ("2", '{"b": 1}'),
    ]

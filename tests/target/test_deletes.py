"""Rows that are gone from the source."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from target_looker_staging.exceptions import LoadIncompleteError, StagingDataError
from tests.target.conftest import record, schema, state, vendor

if TYPE_CHECKING:
    from tests.target.conftest import Staging


def versioned(number: int, version: int, name: str = "Müller") -> dict[str, Any]:
    """Return a vendor's RECORD message of a version."""
    return {**vendor(number, name), "version": version}


def activate(version: int, stream: str = "vendors") -> dict[str, Any]:
    """Return an ACTIVATE_VERSION message."""
    return {"type": "ACTIVATE_VERSION", "stream": stream, "version": version}


def gone(staging: Staging) -> list[int]:
    """Return the vendors that are marked as deleted."""
    rows = staging.rows("SELECT vendornum FROM vendors WHERE _sdc_deleted_at IS NOT NULL")
    return sorted(number for (number,) in rows)


def test_rows_that_did_not_come_are_marked(staging: Staging) -> None:
    """After all records of a version, rows that were not among them are marked as deleted."""
    staging.sync(schema(), versioned(1, 7), versioned(2, 7), versioned(3, 7), activate(7))
    staging.sync(schema(), versioned(1, 8), versioned(3, 8, "new"), versioned(4, 8), activate(8))
    assert gone(staging) == [2]
    assert staging.rows("SELECT rows_deleted FROM _sync_run_streams ORDER BY last_commit_at") == [
        (0,),
        (1,),
    ]


def test_unchanged_rows_are_not_written_for_their_version(staging: Staging) -> None:
    """A row that came unchanged with a new version stays the same row version."""
    staging.sync(schema(), versioned(1, 7), activate(7))
    before = staging.value("SELECT xmin::text FROM vendors")
    staging.sync(schema(), versioned(1, 8), activate(8))
    assert staging.value("SELECT xmin::text FROM vendors") == before


def test_hard_delete(staging: Staging) -> None:
    """With `hard_delete` rows that did not come are removed."""
    staging.sync(schema(), versioned(1, 7), versioned(2, 7), activate(7))
    staging.sync(schema(), versioned(2, 8), activate(8), hard_delete=True)
    assert staging.rows("SELECT vendornum FROM vendors") == [(2,)]


def test_row_that_comes_back_is_no_longer_deleted(staging: Staging) -> None:
    """A record that comes again brings its row back, even if it has not changed."""
    staging.sync(schema(), versioned(1, 7), versioned(2, 7), activate(7))
    staging.sync(schema(), versioned(1, 8), activate(8))
    staging.sync(schema(), versioned(1, 9), versioned(2, 9), activate(9))
    assert gone(staging) == []


def test_records_of_several_batches_and_schemas_count(staging: Staging) -> None:
    """Keys are remembered across batches, streams and changes of schema."""
    staging.sync(schema(), *[versioned(i, 7) for i in range(6)], activate(7))
    wider = schema()
    wider["schema"] = {**wider["schema"], "title": "changed"}
    staging.sync(
        schema(), versioned(0, 8), versioned(1, 8), versioned(2, 8), wider, versioned(3, 8),
        activate(8), batch_size_rows=2,
    )  # fmt: skip
    assert gone(staging) == [4, 5]


def test_version_before_its_records_waits_for_the_end(staging: Staging) -> None:
    """The SDK's taps announce a version before its records; rows go when all have come."""
    staging.sync(schema(), versioned(1, 7), versioned(2, 7), activate(7))
    staging.sync(schema(), activate(8), versioned(2, 8), state(vendors={}))
    assert gone(staging) == [1]


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([activate(8), versioned(2, 8)], id="no-state"),
        pytest.param(
            [activate(8), versioned(2, 8), state(vendors={"progress_markers": {}})],
            id="still-reading",
        ),
        pytest.param([activate(8), state(vendors={})], id="no-record"),
    ],
)
def test_nothing_is_deleted_in_doubt(
    staging: Staging, messages: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    """Without a proof that all records came no row is deleted."""
    staging.sync(schema(), versioned(1, 7), versioned(2, 7), activate(7))
    with caplog.at_level(logging.WARNING), suppress(LoadIncompleteError):
        staging.sync(schema(), *messages)
    assert gone(staging) == []
    assert "none is deleted" in caplog.text


def test_version_that_an_earlier_run_began(
    staging: Staging, caplog: pytest.LogCaptureFixture
) -> None:
    """A run that goes on with another run's version does not know what came there."""
    staging.sync(schema(), versioned(1, 7), versioned(2, 7))
    with caplog.at_level(logging.WARNING):
        staging.sync(schema(), versioned(2, 7), activate(7))
    assert gone(staging) == []
    assert "an earlier run began version 7" in caplog.text


def test_empty_source_needs_a_proof(staging: Staging) -> None:
    """All rows go if the tap says that the source has none."""
    staging.sync(schema(), versioned(1, 7), activate(7))
    streams = {"vendors": {"status": "done", "records": 0, "source_count": 0}}
    run = {"id": "r2", "tap": "t", "complete": True, "streams": streams}
    final = {"type": "STATE", "value": {"bookmarks": {}, "run": run}}
    staging.sync(schema(), activate(8), final)
    assert gone(staging) == [1]


def test_messages_can_be_switched_off(staging: Staging) -> None:
    """ACTIVATE_VERSION is ignored if the settings say so."""
    staging.sync(schema(), versioned(1, 7), activate(7))
    staging.sync(schema(), versioned(2, 8), activate(8), process_activate_version_messages=False)
    assert gone(staging) == []


def test_stream_without_key_keeps_its_rows(staging: Staging) -> None:
    """Without a key it cannot be told which rows are gone."""
    bare = schema("log", {"properties": {"A": {"type": "string"}}}, [])
    for version in (1, 2):
        line = {**record("log", A="x"), "version": version}
        staging.sync(bare, line, activate(version, "log"))
    assert staging.value("SELECT count(*) FROM log") == 2


def test_tap_that_marks_deleted_records(staging: Staging) -> None:
    """A tap that reads a log may send the mark itself."""
    definition = schema()
    definition["schema"] = {
        **definition["schema"],
        "properties": {
            **definition["schema"]["properties"],
            "_sdc_deleted_at": {"type": ["string", "null"], "format": "date-time"},
        },
    }
    staging.sync(definition, vendor(1), vendor(2, _sdc_deleted_at="2026-01-01T00:00:00Z"))
    assert gone(staging) == [2]
    staging.sync(definition, vendor(2, _sdc_deleted_at=None))
    assert gone(staging) == []


def test_record_that_moved_to_another_key(staging: Staging) -> None:
    """A source record whose key changed replaces the row that it was; it is not there twice."""
    row_id = "00000000-0000-0000-0000-00000000abcd"
    staging.sync(schema(), vendor(1, SysRowID=row_id), vendor(2))
    staging.sync(schema(), vendor(3, SysRowID=row_id))
    assert staging.rows("SELECT vendornum FROM vendors ORDER BY 1") == [(2,), (3,)]


def test_companies_that_share_a_row_id(staging: Staging) -> None:
    """A company copied with its row ids does not take the place of the one it was copied from."""
    row_id = "00000000-0000-0000-0000-00000000abcd"
    staging.sync(schema(), vendor(1, SysRowID=row_id))
    with pytest.raises(StagingDataError, match="deselect 'SysRowID'"):
        staging.sync(schema(), vendor(1, Company="EPIC07", SysRowID=row_id))
    assert staging.rows("SELECT company FROM vendors") == [("EPIC06",)]


def test_records_that_swapped_their_keys(staging: Staging) -> None:
    """Two source records may exchange keys within a batch."""
    ids = [f"00000000-0000-0000-0000-00000000000{i}" for i in (1, 2)]
    staging.sync(schema(), vendor(1), vendor(2))
    staging.sync(schema(), vendor(1, SysRowID=ids[1]), vendor(2, SysRowID=ids[0]))
    assert staging.rows("SELECT _source_id FROM vendors ORDER BY vendornum") == [
        (ids[1],),
        (ids[0],),
    ]


@pytest.mark.parametrize(
    "hard_delete", [pytest.param(False, id="soft"), pytest.param(True, id="hard")]
)
def test_rows_of_another_company_stay(staging: Staging, *, hard_delete: bool) -> None:
    """A run that read one company says nothing about the rows of the others in the table."""
    staging.sync(schema(), vendor(1), vendor(2), vendor(3, Company="EPIC07"))
    staging.sync(schema(), versioned(1, 8), activate(8), hard_delete=hard_delete)
    left = staging.rows("SELECT vendornum FROM vendors WHERE _sdc_deleted_at IS NULL ORDER BY 1")
    assert left == [(1,), (3,)]


def test_empty_source_of_one_company_among_several(staging: Staging) -> None:
    """If no row came at all, it is not known of which company, and none is deleted."""
    staging.sync(schema(), vendor(1), vendor(2, Company="EPIC07"))
    streams = {"vendors": {"status": "done", "records": 0, "source_count": 0}}
    run = {"id": "r2", "tap": "t", "complete": True, "streams": streams}
    staging.sync(schema(), activate(8), {"type": "STATE", "value": {"bookmarks": {}, "run": run}})
    assert gone(staging) == []


def test_two_versions_in_one_run(staging: Staging) -> None:
    """What came with an earlier version only is gone, though it came in the same run."""
    staging.sync(
        schema(), versioned(1, 7), versioned(2, 7), activate(7), versioned(1, 8), activate(8)
    )
    assert gone(staging) == [2]


def test_names_with_a_meaning_to_the_driver(staging: Staging) -> None:
    """Percent signs, braces and quotes in names are part of the names."""
    name = "p%s\"{q}';--%"
    definition = {"properties": {name: {"type": "integer"}}}
    first, second = (record(name, **{name: number}) for number in (1, 2))
    staging.sync(schema(name, definition, [name]), {**first, "version": 7}, activate(7, name))
    staging.sync(schema(name, definition, [name]), {**second, "version": 8}, activate(8, name))
    table = '"' + name.replace('"', '""').replace("%", "%%") + '"'
    assert staging.rows(
        f"SELECT {table}, _sdc_deleted_at IS NULL FROM {table} WHERE %s ORDER BY 1",
        True,  # noqa: FBT003 with a value the driver reads %% as %
    ) == [(1, False), (2, True)]


def test_key_that_is_widened_within_a_version(staging: Staging) -> None:
    """Keys that came before and after their type changed are all known to have come."""
    narrow, wide = ({"properties": {"Id": {"type": name}}} for name in ("integer", "string"))
    staging.sync(schema("s", narrow, ["Id"]), record("s", Id=1), record("s", Id=2))
    staging.sync(
        schema("s", narrow, ["Id"]),
        {**record("s", Id=1), "version": 8},
        schema("s", wide, ["Id"]),
        {**record("s", Id="x"), "version": 8},
        activate(8, "s"),
    )
    assert staging.rows("SELECT id FROM s WHERE _sdc_deleted_at IS NOT NULL") == [("2",)]


def test_company_that_came_with_another_version_only(staging: Staging) -> None:
    """Rows of a company that came with an earlier version of the run only are not gone."""
    other = {**vendor(2, Company="EPIC07"), "version": 7}
    staging.sync(schema(), vendor(1), vendor(2, Company="EPIC07"), vendor(3))
    staging.sync(
        schema(), versioned(1, 7), other, versioned(3, 7), activate(7), versioned(1, 8), activate(8)
    )
    assert gone(staging) == [3]


def test_version_zero(staging: Staging) -> None:
    """A version may be 0: what did not come with it is gone."""
    staging.sync(schema(), versioned(1, 7), versioned(2, 7), activate(7))
    staging.sync(schema(), versioned(1, 0), activate(0))
    assert gone(staging) == [2]


def test_version_zero_that_is_announced(staging: Staging) -> None:
    """Announced before its records, version 0 is activated at the end as any other."""
    staging.sync(schema(), versioned(1, 7), versioned(2, 7), activate(7))
    staging.sync(schema(), activate(0), versioned(1, 0), state(vendors={}))
    assert gone(staging) == [2]

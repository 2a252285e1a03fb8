"""Recorded output of other people's taps.

* `tap-jsonl.singer`: tap-jsonl 0.3.1, made with singer-sdk 0.53.7, from a file of four lines.
* `tap-postgres.singer`: pipelinewise-tap-postgres 1.8.4, made with pipelinewise-singer-python 1.3.0,
  from a table with a column of each type; `FULL_TABLE`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.target.conftest import Staging

DATA = Path(__file__).parent / "data"
VERSION = "1795491258024"


def output(tap: str) -> list[str]:
    """Return the lines that a tap wrote."""
    return (DATA / f"{tap}.singer").read_text("utf-8").splitlines()


def test_tap_of_the_sdk(staging: Staging, capsys: pytest.CaptureFixture[str]) -> None:
    """Each value of a tap that is made with the SDK arrives, twice without a difference."""
    lines = output("tap-jsonl")
    staging.sync(*lines)
    select = (
        'SELECT id, name, amount::text, "when"::text, tags::text, nested::text, flag, '
        "_source_id, _source_entity FROM things ORDER BY id"
    )  # fmt: skip
    expected = [
        (1, "last wins", "1", "2026-10-25 00:30:00+00", '["c"]', None, None, "1", "things"),
        (2, "", "12345678901234568", None, "[]", "{}", False, "2", "things"),
        (9007199254740993, None, "-0.1", "0001-01-01 00:00:00+00", None,
         '{"deep": [{"z": "\ufffd"}]}', None, "9007199254740993", "things"),
    ]  # fmt: skip
    assert staging.rows(select) == expected
    staging.sync(*lines)
    assert staging.rows(select) == expected
    assert staging.rows(
        "SELECT r.status, records_received, rows_inserted, rows_updated, rows_unchanged, "
        "rows_superseded FROM _sync_runs r JOIN _sync_run_streams USING (run_id) "
        "ORDER BY started_at"
    ) == [("complete", 4, 3, 0, 0, 1), ("complete", 4, 0, 0, 3, 1)]
    assert capsys.readouterr().out.splitlines()[-1] == lines[-1].removeprefix(
        '{"type":"STATE","value":'
    ).removesuffix("}")


def test_tap_without_the_sdk(staging: Staging) -> None:
    """So does each value of a tap that is older than the SDK: spaced lines, versions, `$ref`."""
    staging.sync(*output("tap-postgres"))
    assert staging.types("public-orders") | {
        "amount": "numeric",
        "at_local": "timestamp with time zone",
        "t": "text",
        "doc": "jsonb",
        "tags": "jsonb",
    } == staging.types("public-orders")
    assert staging.rows(
        "SELECT id, name, amount::text, rate::text, flag, day::text, at::text, at_local::text, t, "
        "doc::text, tags::text, u, m, nums::text, _sdc_table_version::text "
        'FROM "public-orders" ORDER BY id'
    ) == [
        (1, "Müller 😀", "10.5000", "0.1", True, "2026-10-25 00:00:00+00",
         "2026-10-25 00:30:00+00", "2026-03-29 02:30:00+00", "23:59:59.500000",
         '{"a": [1.1, null]}', '["a", null, "b c"]', "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
         "$12.50", "[1, 2]", VERSION),
        (2, "", "99999999999999.9999", "1" + 300 * "0", None, "0001-01-01 00:00:00+00",
         "9999-12-31 23:59:59.999+00", None, None, None, "[]", None, None, "[]", VERSION),
        (9007199254740993, None, None, None, False, "9999-12-31 00:00:00+00",
         "9999-12-31 23:59:59.999+00", "0001-01-01 00:00:00+00", "00:00:00",
         '"x"', "[]", None, None, "[]", VERSION),
    ]  # fmt: skip
    assert staging.value("SELECT status FROM _sync_runs") == "complete"


def test_row_that_another_tap_no_longer_sends(staging: Staging) -> None:
    """A tap that versions its tables gets its deletes."""
    lines = output("tap-postgres")
    staging.sync(*lines)
    later = [line.replace(VERSION, "1795491258025") for line in lines if '"id": 2,' not in line]
    staging.sync(*later)
    assert staging.rows(
        'SELECT id FROM "public-orders" WHERE _sdc_deleted_at IS NOT NULL'
    ) == [(2,)]  # fmt: skip


@pytest.mark.parametrize(
    ("tap", "lines", "reason"),
    [
        pytest.param("tap-jsonl", 4, "The tap sent no state.", id="sdk-before-any-state"),
        pytest.param("tap-jsonl", 6, "Stream 'things' was still being read.", id="sdk-last-state"),
        pytest.param("tap-postgres", 3, "Stream 'public-orders' was still", id="before-records"),
        pytest.param("tap-postgres", 5, "after its last state", id="among-records"),
    ],
)
def test_tap_that_was_killed(staging: Staging, tap: str, lines: int, reason: str) -> None:
    """Cut off anywhere, another tap's load does not count as whole."""
    staging.sync(*output(tap)[:lines])
    [(status, error)] = staging.rows("SELECT status, error FROM _sync_runs")
    assert status == "incomplete"
    assert reason in error

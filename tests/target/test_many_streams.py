"""Many streams in one run: what each costs does not grow with the others."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from target_looker_staging.exceptions import QuarantineError
from target_looker_staging.target import TargetLookerStaging
from tests.target.conftest import record, schema, wire
from tests.target.test_deletes import activate

if TYPE_CHECKING:
    from tests.target.conftest import Staging

DEFINITION = {"properties": {"Id": {"type": "integer"}, "T": {"type": ["string", "null"]}}}
NAMES = [f"s{i}" for i in range(12)]
# Emptied by each commit, be they in use or not.
EMPTIED = "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r' AND relname ~ 'stage'"


def messages(text: str, *, by_turns: bool = False, version: int | None = None) -> list[Any]:
    """Return three records of each of the streams, one stream after the other or by turns."""
    definitions = [schema(name, DEFINITION, ["Id"]) for name in NAMES]
    rows = [
        [{**record(name, Id=i, T=text), "version": version} for i in range(3)] for name in NAMES
    ]
    if by_turns:
        return [*definitions, *(row[i] for i in range(3) for row in rows)]
    return [
        each
        for definition, row in zip(definitions, rows, strict=True)
        for each in (definition, *row)
    ]


def texts(staging: Staging) -> set[tuple[int, str]]:
    """Return the number of rows and the text of each of the streams."""
    return {staging.rows(f"SELECT count(*), min(t) || max(t) FROM {name}")[0] for name in NAMES}


@pytest.mark.parametrize(
    "by_turns", [pytest.param(True, id="by-turns"), pytest.param(False, id="in-order")]
)
@pytest.mark.parametrize("rows", [pytest.param(1, id="small-batches"), pytest.param(9, id="large")])
def test_one_stage_at_a_time(staging: Staging, rows: int, *, by_turns: bool) -> None:
    """However many streams come and in whatever order, one table at most is emptied by a commit."""
    staging.sync(*messages("a"))
    target = TargetLookerStaging(config={**staging.config, "batch_size_rows": rows})
    lines = wire(*messages("b", by_turns=by_turns))
    target.process_lines(io.BytesIO(lines))  # type: ignore[arg-type]  # bytes, as stdin's
    target.drain_all()
    target.run.wait()
    assert staging.value(EMPTIED) == 1
    target.process_endofpipe()
    assert texts(staging) == {(3, "bb")}


def test_versions_of_many_streams(staging: Staging) -> None:
    """Streams that come by turns are each compared with the keys of their own."""
    staging.sync(*messages("a", version=7), *[activate(7, name) for name in NAMES])
    second = [
        each
        for each in messages("b", by_turns=True, version=8)
        if each.get("record", {}).get("Id") != 2
    ]
    staging.sync(*second, *[activate(8, name) for name in NAMES], batch_size_rows=1)
    for name in NAMES:
        assert staging.rows(f"SELECT id FROM {name} WHERE _sdc_deleted_at IS NOT NULL") == [(2,)]


def test_batch_in_vain_is_no_turn(staging: Staging) -> None:
    """A batch that is rolled back leaves the stage to the stream that had it before."""
    staging.sync(*messages("a"))
    first, second = (schema(name, DEFINITION, ["Id"]) for name in NAMES[:2])
    with pytest.raises(QuarantineError):
        staging.sync(
            first, second, record("s0", Id=0, T="b"), record("s1", Id=2**63, T="b"),
            record("s0", Id=1, T="b"), record("s1", Id=1, T="b"), record("s0", Id=2, T="b"),
            on_bad_record="quarantine", batch_size_rows=1,
        )  # fmt: skip
    assert staging.rows("SELECT t FROM s0") == [("b",)] * 3
    assert sorted(staging.rows("SELECT t FROM s1")) == [("a",), ("a",), ("b",)]


def test_wider_type_in_the_middle(staging: Staging) -> None:
    """A stream that comes back to its turn with a wider type gets a stage that holds it."""
    narrow, wide = (
        schema("s0", {"properties": {"Id": {"type": "integer"}, "N": {"type": name}}}, ["Id"])
        for name in ("integer", "number")
    )
    other = schema("s1", DEFINITION, ["Id"])
    for text in ("a", "b"):
        staging.sync(
            narrow, other, record("s0", Id=1, N=1), record("s1", Id=1, T=text), wide,
            record("s0", Id=1, N=1.5), record("s1", Id=2, T=text), record("s0", Id=2, N=2.5),
            batch_size_rows=1,
        )  # fmt: skip
    assert staging.rows("SELECT id, n::text FROM s0 ORDER BY 1") == [(1, "1.5"), (2, "2.5")]

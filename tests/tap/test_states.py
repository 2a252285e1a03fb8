"""Old, foreign and hand-edited states: one clear line each, and no traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tests.tap.command import command
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.epicor.server import EpicorServer

CONTEXT = {"context": {"Company": "EPIC06"}}


def of_vendors(bookmark: object) -> str:
    """Return a state with one bookmark of vendors."""
    return json.dumps({"bookmarks": {"vendors": bookmark}})


@pytest.mark.parametrize(
    ("state", "words"),
    [
        pytest.param("[]", "holds no JSON object", id="list"),
        pytest.param('"state"', "holds no JSON object", id="text"),
        pytest.param("null", "holds no JSON object", id="null"),
        pytest.param("{'bookmarks': {}}", "line 1, column 2", id="no JSON"),
        pytest.param('{"bookmarks": {}', "line 1, column 17", id="cut off"),
        pytest.param('{"type": "STATE", "value": {}}', "what stands under value", id="message"),
        pytest.param('{"singer_state": {"bookmarks": {}}}', "under singer_state", id="Meltano's"),
        pytest.param('{"vendors": "2024-01-01"}', "holds no bookmarks", id="flat"),
        pytest.param('{"bookmarks": []}', "bookmarks are no object", id="bookmarks"),
        pytest.param('{"bookmarks": null}', "bookmarks are no object", id="no bookmarks"),
        pytest.param(
            '{"bookmarks": {"old": 5}}', "bookmark of old is no object", id="other stream"
        ),
        pytest.param(of_vendors("x"), "bookmark of vendors is no object", id="bookmark"),
        pytest.param(of_vendors({"partitions": {}}), "that are no list", id="partitions"),
        pytest.param(of_vendors({"partitions": [5]}), "no object with a context", id="partition"),
        pytest.param(of_vendors({"partitions": [{}]}), "no object with a context", id="context"),
        pytest.param(
            of_vendors({"partitions": [CONTEXT, CONTEXT]}), "partition Company twice", id="twice"
        ),
        pytest.param(
            of_vendors({"partitions": [{"context": {"Plant": "MfgSys"}}]}),
            "has the partition Plant",
            id="unknown partition key",
        ),
        pytest.param(
            of_vendors({"partitions": [{"context": {"Company": "EPIC06", "Plant": "x"}}]}),
            "has the partition Company, Plant",
            id="one partition key too many",
        ),
        pytest.param(
            of_vendors({"replication_key": "updated_at", "replication_key_value": "2024-01-01"}),
            "is another tap's (replication_key, replication_key_value instead",
            id="another SDK tap",
        ),
        pytest.param(
            of_vendors({"updated_at": "2024-01-01"}), "another tap's (updated_at", id="old tap"
        ),
    ],
)
def test_state_of_another_shape(
    epicor: EpicorServer, tmp_path: Path, state: str, words: str
) -> None:
    """It is refused before anything is written, with what is wrong and what to do."""
    catalog = catalog_of(epicor, ["vendors"])
    done = command(tmp_path, config_for(epicor), catalog=catalog, state=state)
    assert done.code == 1
    assert done.output == ""
    errors = [line for line in done.log.splitlines() if "| ERROR" in line]
    assert len(errors) == 2  # the problem, and the SDK's own last line
    assert words in errors[0]
    assert "Traceback" not in done.log


@pytest.mark.parametrize("state", ["", "\ufeff{}", "{}", '{"bookmarks": {}}', '{"run": {}}'])
def test_state_without_bookmarks(epicor: EpicorServer, tmp_path: Path, state: str) -> None:
    """An empty state, as some tools write it, is a first run."""
    catalog = catalog_of(epicor, ["vendor_groups"])
    done = command(tmp_path, config_for(epicor), catalog=catalog, state=state)
    assert done.code == 0
    assert done.run["streams"]["vendor_groups"]["status"] == "done"


def test_state_in_process(epicor: EpicorServer) -> None:
    """Given by a program, a state of another shape is refused in the same words."""
    with pytest.raises(ConfigValidationError) as caught:
        run(epicor, "vendors", state={"bookmarks": {"vendors": {"partitions": "x"}}})
    assert "partitions that are no list" in caught.value.errors[0]


@pytest.mark.parametrize(
    "bookmark",
    [
        pytest.param({"replication_key_value": {"a": 1}}, id="object"),
        pytest.param({"replication_key_value": [1]}, id="list"),
        pytest.param({"replication_key_value": "2026-01-01"}, id="date"),
        pytest.param({"replication_key_value": True}, id="boolean"),
        pytest.param({"replication_key_value": 5, "high_water": [1]}, id="high water"),
        pytest.param({"replication_key": 5}, id="cursor"),
        pytest.param({"replication_key": "ChangeDate", "replication_key_value": 5}, id="number"),
        pytest.param(
            {"replication_key": "ChangeDate", "replication_key_value": "01/02/2026"},
            id="other date",
        ),
        pytest.param({"extent": [1]}, id="extent"),
    ],
)
def test_bookmark_that_is_no_value(epicor: EpicorServer, bookmark: dict[str, Any]) -> None:
    """It fails its own stream, which says what to remove; the others are read."""
    place = {**CONTEXT, "replication_key": "SysRevID", "replication_key_value": 5, **bookmark}
    state = {"bookmarks": {"ap_invoices": {"partitions": [place]}}}
    done = run(epicor, "ap_invoices", "vendors", state=state)
    assert done.error == "1 of 2 streams failed: ap_invoices"
    assert "in the state" in done.state["run"]["streams"]["ap_invoices"]["error"]
    assert done.records("vendors")
    assert not done.records("ap_invoices")


def test_streams_that_nobody_knows(epicor: EpicorServer, caplog: pytest.LogCaptureFixture) -> None:
    """Bookmarks of unknown streams are told in one line, and stay in the state."""
    state = {"bookmarks": {"users": {"id": 7}, "orders": {"partitions": []}}}
    done = run(epicor, "vendor_groups", state=state)
    assert done.error is None
    assert done.state["bookmarks"]["users"] == {"id": 7}
    [line] = [each.getMessage() for each in caplog.records if "users, orders" in each.getMessage()]
    assert "another tap's" in line

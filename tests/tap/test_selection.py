"""What is selected is what is read: a name that fits nothing is an error, not a silence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog import select_rules
from tests.tap.command import command
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox.epicor.server import EpicorServer

OFFERED = {"vendors": {"Name", "Comment"}, "parts": {"PartNum"}, "projects": set()}


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        pytest.param(["Vendors.*"], "did you mean vendors?", id="letter case"),
        pytest.param(["vendors.*", "part.*"], "did you mean parts?", id="one of two"),
        pytest.param(["vendors.*", "ap_*.*"], "'ap_*.*' fits no stream", id="pattern"),
        pytest.param(["vendors.name"], "did you mean Name?", id="column"),
        pytest.param(["vendors.Nme.x"], "did you mean Name?", id="below a column"),
        pytest.param(["*.Coment"], "did you mean Comment?", id="column of any stream"),
        pytest.param(["vendors.*", "!vendors.comment"], "did you mean Comment?", id="taken out"),
        pytest.param(["*.*", "!Parts.*"], "did you mean parts?", id="stream taken out"),
    ],
)
def test_rule_that_fits_nothing(rules: list[str], words: str) -> None:
    """A rule of Meltano's `select` that fits nothing is told with what was probably meant."""
    environment = {"MELTANO_EXTRACT__SELECT": json.dumps(rules)}
    [problem] = select_rules.problems(environment, OFFERED)
    assert problem.startswith("select: ")
    assert words in problem


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({}, id="no Meltano"),
        pytest.param({"MELTANO_EXTRACT__SELECT": '["*.*"]'}, id="default"),
        pytest.param(
            {"MELTANO_EXTRACT__SELECT": '["v*", "vendors.*_c", "p*.PartNum"]'}, id="patterns"
        ),
        pytest.param({"MELTANO_EXTRACT__SELECT": '["projects.Name"]'}, id="unavailable stream"),
        pytest.param({"MELTANO_EXTRACT__SELECT": '["*.*", "!*.UD_*", "!jobs.*"]'}, id="taken out"),
        pytest.param(
            {"MELTANO_EXTRACT__SELECT": '["x.*"]', "MELTANO_EXTRACT__CATALOG": "own.json"},
            id="catalog of its own",
        ),
        pytest.param({"MELTANO_EXTRACT__METADATA": '{"*": {}, "parts": {}}'}, id="metadata"),
    ],
)
def test_rules_that_fit(environment: dict[str, str]) -> None:
    """Patterns may fit nothing in a stream; what is taken out need not be there."""
    assert list(select_rules.problems(environment, OFFERED)) == []


def test_metadata_of_no_stream() -> None:
    """The rules for replication are held against the catalog too."""
    environment = {"MELTANO_EXTRACT__METADATA": '{"Parts": {"replication-method": "FULL_TABLE"}}'}
    [problem] = select_rules.problems(environment, OFFERED)
    assert problem == "metadata: 'Parts' fits no stream of the catalog; did you mean parts?"


def test_rule_stops_the_run_before_anything_is_written(
    epicor: EpicorServer, tmp_path: Path
) -> None:
    """One wrong letter beside a right rule ends the run with one line, and no message."""
    environment = {"MELTANO_EXTRACT__SELECT": '["parts.*", "Vendors.*"]'}
    catalog = catalog_of(epicor, ["parts"])
    config = config_for(epicor)
    done = command(tmp_path, config, environment=environment, catalog=catalog)
    assert done.code == 1
    assert done.output == ""
    assert "'Vendors.*' fits no stream of the catalog; did you mean vendors?" in done.log
    assert "Traceback" not in done.log


@pytest.mark.parametrize("options", [(), ("--test",)], ids=["run", "test"])
def test_nothing_selected(epicor: EpicorServer, tmp_path: Path, options: tuple[str, ...]) -> None:
    """A catalog in which nothing is selected is no quiet success."""
    catalog = catalog_of(epicor, [])
    done = command(tmp_path, config_for(epicor), *options, catalog=catalog)
    assert done.code == 1
    assert done.output == ""
    assert "nothing is selected" in done.log
    assert "Traceback" not in done.log


def _select_a_stranger(entry: dict[str, Any]) -> None:
    entry["metadata"].append({"breadcrumb": ["properties", "name"], "metadata": {"selected": True}})


def _unknown_method(entry: dict[str, Any]) -> None:
    entry["replication_method"] = "INCREMENTL"


def _no_cursor(entry: dict[str, Any]) -> None:
    entry["replication_key"] = None
    for item in entry["metadata"]:
        item["metadata"].pop("replication-key", None)
    entry["replication_method"] = "INCREMENTAL"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        pytest.param(_select_a_stranger, "did you mean Name?", id="column"),
        pytest.param(_unknown_method, "method INCREMENTL is unknown", id="method"),
        pytest.param(_no_cursor, "names no replication key", id="no cursor"),
    ],
)
def test_catalog_that_says_what_cannot_be(
    epicor: EpicorServer, edit: Callable[[dict[str, Any]], None], words: str
) -> None:
    """A catalog edited by hand is refused where it would not be what happens."""
    catalog = catalog_of(epicor, ["vendors"])
    [entry] = [item for item in catalog["streams"] if item["stream"] == "vendors"]
    edit(entry)
    with pytest.raises(ConfigValidationError) as caught:
        run(epicor, catalog=catalog)
    [problem] = caught.value.errors
    assert words in problem


def test_only_key_and_cursor_selected(epicor: EpicorServer) -> None:
    """A stream without any column of its own choice brings key and cursor."""
    catalog = catalog_of(epicor, ["vendors"])
    [entry] = [item for item in catalog["streams"] if item["stream"] == "vendors"]
    for item in entry["metadata"]:
        if item["breadcrumb"]:
            item["metadata"]["selected"] = False
    done = run(epicor, catalog=catalog)
    assert {frozenset(row) for row in done.records("vendors")} == {
        frozenset({"Company", "VendorNum", "SysRevID"})
    }


@pytest.mark.parametrize(
    ("catalog", "words"),
    [
        pytest.param("nonsense", "line 1, column 1", id="no JSON"),
        pytest.param("[]", "has no list of streams", id="list"),
        pytest.param("{}", "has no list of streams", id="no streams"),
        pytest.param('{"streams": [{}]}', "entry 1 has no tap_stream_id", id="no name"),
        pytest.param(
            json.dumps({"streams": [{"tap_stream_id": "parts", "schema": {"properties": {}}}] * 2}),
            "holds parts twice",
            id="twice",
        ),
        pytest.param(
            '{"streams": [{"tap_stream_id": "parts", "metadata": [{"breadcrumb": "x"}]}]}',
            "entry 1",
            id="metadata",
        ),
        pytest.param(
            '{"streams": [{"tap_stream_id": "parts", "schema": {"properties": {"a": 1}}}]}',
            "entry 1",
            id="schema",
        ),
    ],
)
def test_file_that_is_no_catalog(
    epicor: EpicorServer, tmp_path: Path, catalog: str, words: str
) -> None:
    """A file that is no catalog is told in one line, without a traceback."""
    done = command(tmp_path, config_for(epicor), catalog=catalog)
    assert done.code == 1
    assert done.output == ""
    assert words in done.log
    assert "Traceback" not in done.log

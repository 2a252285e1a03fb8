"""What cannot be offered is never just left out: it fails by its name, and the others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.command import command
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.epicor.server import EpicorServer

VENDORS = r"VendorSvc/\$metadata$"
BAQ = {"id": "zStockByWarehouse", "name": "stock", "append": True}
FAULTS = [
    pytest.param({"kind": "status", "status": 403}, id="403"),
    pytest.param({"kind": "status", "status": 404}, id="404"),
    pytest.param({"kind": "status", "status": 400}, id="400"),
    pytest.param({"kind": "status", "status": 500}, id="500"),
    pytest.param({"kind": "status", "status": 503}, id="503"),
    pytest.param({"kind": "reset"}, id="reset"),
    pytest.param({"kind": "cut"}, id="cut"),
    pytest.param({"kind": "html_200"}, id="HTML"),
    pytest.param({"kind": "licence"}, id="no licence"),
    pytest.param(
        {"kind": "body", "message": "<edmx/>", "content_type": "application/xml"}, id="no sets"
    ),
    pytest.param({"kind": "redirect", "location": "http://127.0.0.1:9/"}, id="redirect"),
]


def break_metadata(server: EpicorServer, fault: dict[str, Any], path: str = VENDORS) -> None:
    """Let one service's `$metadata` fail for good."""
    server.faults.add(path=path, times=None, **fault)


def catalog_selecting(found: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a catalog with only these streams selected."""
    for entry in found["streams"]:
        for item in entry["metadata"]:
            if not item["breadcrumb"]:
                item["metadata"]["selected"] = entry["tap_stream_id"] in names
    return found


def discovered(server: EpicorServer, *names: str, **settings: Any) -> dict[str, Any]:
    """Return a catalog of a server with something missing, some of it selected."""
    tap = TapEpicorKinetic(config=config_for(server, **settings))
    return catalog_selecting(tap.catalog_dict, *names)


@pytest.mark.parametrize("fault", FAULTS)
def test_run_without_a_catalog_fails_it_by_name(
    epicor: EpicorServer, tmp_path: Path, fault: dict[str, Any]
) -> None:
    """Every stream is selected then; the one that cannot be offered fails, the others are done."""
    break_metadata(epicor, fault)
    done = command(tmp_path, config_for(epicor))
    assert done.code == 1
    streams = done.run["streams"]
    assert {name for name, one in streams.items() if one["status"] == "failed"} == {"vendors"}
    assert "Erp.BO.VendorSvc" in streams["vendors"]["error"]
    assert {one["status"] for name, one in streams.items() if name != "vendors"} == {"done"}
    assert done.run["complete"] is False
    assert "1 of 41 streams failed: vendors" in done.log
    assert "Traceback" not in done.log


@pytest.mark.parametrize("fault", FAULTS)
def test_test_fails_it(epicor: EpicorServer, tmp_path: Path, fault: dict[str, Any]) -> None:
    """`--test` has a line for the stream, and says what the server answered."""
    break_metadata(epicor, fault)
    done = command(tmp_path, config_for(epicor), "--test")
    assert done.code == 1
    [line] = [line for line in done.output.splitlines() if line.startswith("FAILED")]
    assert line.split()[1] == "vendors"
    assert "Erp.BO.VendorSvc" in line


@pytest.mark.parametrize("fault", [*FAULTS[3:9]])
def test_passing_failure_fails_discovery(
    epicor: EpicorServer, tmp_path: Path, fault: dict[str, Any]
) -> None:
    """A catalog that would lack streams only for now is not written, and the service is named."""
    break_metadata(epicor, fault)
    done = command(tmp_path, config_for(epicor), "--discover")
    assert done.code == 1
    assert done.output == ""
    assert "Erp.BO.VendorSvc" in done.log.splitlines()[-1]
    assert "Traceback" not in done.log


@pytest.mark.parametrize("fault", [*FAULTS[:3], *FAULTS[9:]])
def test_refusal_leaves_a_place_in_the_catalog(
    epicor: EpicorServer, tmp_path: Path, fault: dict[str, Any]
) -> None:
    """The others are written; the refused stream stands among them, without columns, and why."""
    break_metadata(epicor, fault)
    done = command(tmp_path, config_for(epicor), "--discover")
    assert done.code == 0
    assert len(done.catalog) == 41
    lacking = done.catalog["vendors"]
    assert lacking["schema"]["properties"] == {}
    assert "Erp.BO.VendorSvc" in lacking["schema"]["description"]
    assert "cannot be offered: vendors" in done.log


def test_set_that_its_service_lacks(epicor: EpicorServer) -> None:
    """A set that is missing in a `$metadata` that is otherwise good fails like a service."""
    entry = {"name": "mine", "service": "Erp.BO.VendorSvc", "entity_set": "vendors"}
    catalog = discovered(epicor, "mine", "vendors", streams=[entry])
    done = run(epicor, catalog=catalog, streams=[entry])
    assert done.error == "1 of 2 streams failed: mine"
    assert "no entity set vendors" in done.state["run"]["streams"]["mine"]["error"]
    assert done.records("vendors")


def test_selected_in_a_catalog_fails_with_what_the_server_says_now(epicor: EpicorServer) -> None:
    """Only the service of the stream that is selected and missing is asked again."""
    epicor.configure(denied_services=frozenset({"Erp.BO.VendorSvc", "Erp.BO.ProjectSvc"}))
    catalog = discovered(epicor, "vendors", "parts")
    before = len(epicor.log)
    done = run(epicor, catalog=catalog)
    assert done.error == "1 of 2 streams failed: vendors"
    assert "HTTP 403" in done.state["run"]["streams"]["vendors"]["error"]
    assert done.state["run"]["complete"] is False
    assert done.records("parts")
    asked = [each.path for each in epicor.log[before:] if "$metadata" in each.path]
    assert len(asked) == 1
    assert "VendorSvc" in asked[0]


def test_not_selected_in_a_catalog_does_nothing(epicor: EpicorServer) -> None:
    """What is missing and was not wanted is neither asked for nor in the run record."""
    epicor.configure(denied_services=frozenset({"Erp.BO.VendorSvc"}))
    catalog = discovered(epicor, "parts")
    before = len(epicor.log)
    done = run(epicor, catalog=catalog)
    assert done.error is None
    assert done.state["run"]["streams"].keys() == {"parts"}
    assert not [each for each in epicor.log[before:] if "$metadata" in each.path]


def test_service_that_came_back_wants_a_new_catalog(epicor: EpicorServer) -> None:
    """The old catalog cannot say which columns are wanted, so it is not guessed."""
    epicor.configure(denied_services=frozenset({"Erp.BO.VendorSvc"}))
    catalog = discovered(epicor, "vendors", "parts")
    epicor.configure(denied_services=frozenset())
    done = run(epicor, catalog=catalog)
    assert done.error == "1 of 2 streams failed: vendors"
    assert "although the server offers it" in done.state["run"]["streams"]["vendors"]["error"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("open_invoices", "neither built in nor in the settings", id="unknown"),
        pytest.param("Vendors", "did you mean vendors?", id="letter case"),
    ],
)
def test_unknown_stream_of_a_catalog(epicor: EpicorServer, name: str, words: str) -> None:
    """A stream that nothing declares any more fails if it is selected, and only then."""
    catalog = catalog_of(epicor, ["parts"])
    entry = {**catalog["streams"][0], "tap_stream_id": name, "stream": name}
    entry["metadata"] = [{"breadcrumb": [], "metadata": {"selected": True}}]
    catalog["streams"].append(entry)
    done = run(epicor, catalog=catalog)
    assert done.error == f"1 of 2 streams failed: {name}"
    assert words in done.state["run"]["streams"][name]["error"]
    entry["metadata"] = [{"breadcrumb": [], "metadata": {"selected": False}}]
    assert run(epicor, catalog=catalog).error is None


def test_baq_that_the_catalog_does_not_hold(epicor: EpicorServer) -> None:
    """What the settings name and an old catalog lacks fails; deselected in it, it does not."""
    old = catalog_of(epicor, ["parts"])
    done = run(epicor, catalog=old, baqs=[BAQ])
    assert done.error == "1 of 2 streams failed: stock"
    assert "Discover again" in str(done.state) or "does not hold it" in str(done.state["run"])
    new = catalog_of(epicor, ["parts"], baqs=[BAQ])
    assert run(epicor, catalog=new, baqs=[BAQ]).error is None


def test_private_baq_fails_by_name(epicor: EpicorServer) -> None:
    """A BAQ that is not shared with the user fails under its stream's name."""
    epicor.configure(private_baqs=frozenset({"zStockByWarehouse"}))
    catalog = discovered(epicor, "parts", "stock", baqs=[BAQ])
    done = run(epicor, catalog=catalog, baqs=[BAQ])
    assert done.error == "1 of 2 streams failed: stock"
    assert "BaqSvc/zStockByWarehouse" in done.state["run"]["streams"]["stock"]["error"]


def test_stream_map_of_a_missing_stream_does_no_harm(epicor: EpicorServer) -> None:
    """A map of columns that are not there ends only its own stream."""
    epicor.configure(denied_services=frozenset({"Erp.BO.VendorSvc"}))
    maps = {"vendors": {"Name": "Name.upper()", "Number": "int(VendorNum)"}}
    catalog = discovered(epicor, "vendors", "parts", stream_maps=maps)
    done = run(epicor, catalog=catalog, stream_maps=maps)
    assert done.error == "1 of 2 streams failed: vendors"
    assert done.records("parts")


def test_key_that_is_no_column_costs_one_stream(epicor: EpicorServer) -> None:
    """A set whose key the server declares wrongly is missing by name; the others are offered."""
    document = (
        '<Schema Namespace="M"><EntityType Name="T"><Key><PropertyRef Name="Nowhere"/></Key>'
        '<Property Name="Company" Type="Edm.String"/></EntityType><EntityContainer Name="C">'
        '<EntitySet Name="Vendors" EntityType="M.T"/></EntityContainer></Schema>'
    )
    fault = {"kind": "body", "message": document, "content_type": "application/xml"}
    break_metadata(epicor, fault)
    found = {entry["tap_stream_id"]: entry for entry in discovered(epicor)["streams"]}
    assert "Nowhere is no column" in found["vendors"]["schema"]["description"]
    assert found["parts"]["schema"]["properties"]

"""What Meltano's `select` names and nobody gets: the run fails, whichever way it went missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.line.line import TAP

if TYPE_CHECKING:
    from tests.line.line import Line


@pytest.mark.parametrize("select", [["vendors.*", "projects.*"], ["vendors.Name", "projects.Name"]])
def test_selected_stream_of_a_refused_service(line: Line, select: list[str]) -> None:
    """It is a failed stream of the run; the other one is loaded, and Looker is not told."""
    line.tap_settings["_select"] = select
    line.epicor.configure(denied_services=frozenset({"Erp.BO.ProjectSvc"}))
    outcome = line.run_meltano()
    assert outcome.code != 0
    assert "Stream projects failed: Erp.BO.ProjectSvc/$metadata HTTP 403" in outcome.log
    ((loaded,),) = line.query("SELECT count(*) FROM vendors")
    assert loaded == sum(line.epicor.store.count("Vendor", each) for each in ("EPIC06", "EPIC07"))
    ((status,),) = line.query("SELECT status FROM _sync_runs")
    assert status != "complete"
    assert line.refreshed() == []


def test_deselected_stream_of_a_refused_service(line: Line) -> None:
    """What nobody selected may be refused: the run is complete."""
    line.tap_settings["_select"] = ["vendors.*", "!projects.*"]
    line.epicor.configure(denied_services=frozenset({"Erp.BO.ProjectSvc"}))
    outcome = line.run_meltano()
    assert outcome.code == 0, outcome.log
    assert len(line.refreshed()) == 1


@pytest.mark.parametrize(
    ("select", "words"),
    [
        pytest.param(["vendors.*", "Parts.*"], "did you mean parts?", id="one wrong letter"),
        pytest.param(["Vendors.*"], "nothing is selected", id="nothing left"),
    ],
)
def test_wrong_letter_case(line: Line, select: list[str], words: str) -> None:
    """The run ends before anything is loaded, and says what was probably meant."""
    line.tap_settings["_select"] = select
    outcome = line.run_meltano()
    assert outcome.code != 0
    assert words in outcome.log
    assert "Traceback" not in outcome.log
    assert line.refreshed() == []


def test_service_that_is_not_well_stops_the_run(line: Line) -> None:
    """Meltano's discovery fails, in one line that names the service, and nothing is cached."""
    line.tap_settings["_select"] = ["vendors.*", "projects.*"]
    line.epicor.faults.add("status", path=r"ProjectSvc/\$metadata$", status=500, times=None)
    outcome = line.run_meltano()
    assert outcome.code != 0
    assert "streams that cannot be offered: projects" in outcome.log
    assert "Without it the catalog would not be whole" in outcome.log
    line.epicor.faults.clear()
    outcome = line.run_meltano()
    assert outcome.code == 0, outcome.log


def test_catalog_from_when_it_was_refused(line: Line) -> None:
    """A cached catalog cannot hide that a service is back: the run says to discover again."""
    line.tap_settings["_select"] = ["vendors.*", "projects.*"]
    line.epicor.configure(denied_services=frozenset({"Erp.BO.ProjectSvc"}))
    assert line.run_meltano().code != 0
    line.epicor.configure(denied_services=frozenset())
    outcome = line.run_meltano()
    assert outcome.code == 0 or "--refresh-catalog" in outcome.log
    outcome = line.meltano("run", "--refresh-catalog", TAP, "target-looker-staging")
    assert outcome.code == 0, outcome.log

"""The block's dashboards get into Looker in place, and a second time changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from sandbox.looker.faults import Fault, Kind
from sandbox.looker.instance import Folder
from target_looker_staging.exceptions import DashboardError
from target_looker_staging.looker.dashboards import Change, publish, read_dashboards

if TYPE_CHECKING:
    from sandbox.looker.server import LookerServer
    from target_looker_staging.looker.dashboards import Outcome, Publication
    from tests.looker.conftest import SettingsFactory
    from tests.looker.times import FakeClock

BLOCK = Path(__file__).resolve().parents[2] / "looker"
AGEING = """
- dashboard: ageing
  title: Ageing
  description: How old it is.
  preferred_slug: a1b2c3d4e5f6a1b2c3d4e5
  elements:
  - {name: total, model: epicor_kinetic, explore: ap_invoices, type: single_value, title: "12"}
"""


@pytest.fixture
def block(tmp_path: Path) -> Path:
    """Give a block with one dashboard."""
    (tmp_path / "dashboards").mkdir()
    write(tmp_path, AGEING)
    return tmp_path


def write(block: Path, lookml: str, name: str = "ageing") -> None:
    """Write a dashboard of a block."""
    (block / "dashboards" / f"{name}.dashboard.lookml").write_text(lookml, encoding="utf-8")


@pytest.fixture
def put(looker: LookerServer, settings: SettingsFactory, clock: FakeClock) -> Publish:
    """Give a way to put a block's dashboards into the shared folder."""
    return Publish(looker, settings, clock)


class Publish:
    """Puts dashboards into the test's Looker."""

    def __init__(self, looker: LookerServer, settings: SettingsFactory, clock: FakeClock) -> None:
        """Take where to."""
        self._looker, self._settings, self._clock = looker, settings, clock

    def __call__(self, block: Path, folder: str = "1", *, dry_run: bool = False) -> Publication:
        """Return what became of them."""
        self._looker.calls.clear()
        made = self._settings(dashboards_folder=folder)
        return publish(made, read_dashboards(block), dry_run=dry_run, clock=self._clock)


def one(publication: Publication) -> Outcome:
    """Return what became of the only dashboard."""
    (outcome,) = publication.outcomes
    return outcome


def test_whole_block(looker: LookerServer, put: Publish) -> None:
    """All dashboards of the block arrive, and a second run sends none of them."""
    first, again = put(BLOCK), put(BLOCK)
    assert {each.change for each in first.outcomes} == {Change.CREATE}
    assert {each.change for each in again.outcomes} == {Change.NONE}
    assert len(looker.instance.dashboards) == len(list((BLOCK / "dashboards").iterdir()))
    assert {each.imports for each in looker.instance.dashboards} == {1}
    assert looker.operations() == ["login", "folder", "lookml_model", "search_dashboards", "logout"]
    assert again.calls == len(looker.calls)


def test_arrives_as_it_was_written(looker: LookerServer, put: Publish, block: Path) -> None:
    """Looker gets the file's content; only the description grows by the mark."""
    put(block)
    (got,) = yaml.safe_load(looker.instance.dashboards[0].lookml)
    (written,) = yaml.safe_load(AGEING)
    assert got.pop("description").startswith(written.pop("description"))
    assert got == written


def test_texts_stay_texts_for_every_reader(looker: LookerServer, put: Publish, block: Path) -> None:
    """A text that another YAML reader might take for something else arrives in quotes."""
    put(block)
    assert 'title": "12"' in looker.instance.dashboards[0].lookml


def test_changed_file_is_updated_in_place(looker: LookerServer, put: Publish, block: Path) -> None:
    """A change of the file reaches the same dashboard, whose address stays."""
    before = one(put(block))
    write(block, AGEING.replace("title: Ageing", "title: By age"))
    after = one(put(block))
    assert (after.change, after.url) == (Change.UPDATE, before.url)
    assert [each.title for each in looker.instance.dashboards] == ["By age"]


def test_dry_run_tells_and_changes_nothing(looker: LookerServer, put: Publish, block: Path) -> None:
    """A dry run says what would be done, and sends nothing that changes Looker."""
    assert one(put(block, dry_run=True)).change is Change.CREATE
    assert looker.instance.dashboards == []
    put(block)
    write(block, AGEING + "  refresh: 1 hour\n")
    assert one(put(block, dry_run=True)).change is Change.UPDATE
    assert {call.method for call in looker.calls} == {"GET", "POST", "DELETE"}
    assert looker.operations().count("import_dashboard_from_lookml") == 0


def test_moved_by_somebody(looker: LookerServer, put: Publish, block: Path) -> None:
    """A dashboard in another folder is moved back as it is, so that alerts on it live on."""
    looker.instance.folders.append(Folder("41", "Attic", "1", "1"))
    put(block)
    looker.instance.dashboards[0].folder_id = "41"
    assert one(put(block)).change is Change.MOVE
    assert looker.instance.dashboards[0].folder_id == "1"
    assert looker.instance.dashboards[0].imports == 1


def test_folder_by_name(looker: LookerServer, put: Publish, block: Path) -> None:
    """A folder may be named as people see it; the search's wildcards find no others."""
    looker.instance.folders += [Folder("41", "AP_1", "1", "1"), Folder("42", "APx1", "1", "1")]
    assert put(block, "AP_1").folder == "folder 'AP_1' (id 41)"
    assert looker.instance.dashboards[0].folder_id == "41"


def test_title_that_is_taken(looker: LookerServer, put: Publish, block: Path) -> None:
    """Another dashboard of the title is not overwritten, and the next one is not held up."""
    put(block)
    write(block, AGEING.replace("a1b2", "ffff"))
    write(block, AGEING.replace("a1b2", "eeee").replace("Ageing", "Other"), "other")
    first, second = put(block).outcomes
    assert "another dashboard of this title is in the folder, /dashboards/" in first.problem
    assert (second.change, second.problem) == (Change.CREATE, "")
    assert len(looker.instance.dashboards) == 2


def test_answer_that_got_lost(looker: LookerServer, put: Publish, block: Path) -> None:
    """An import whose answer is lost is sent again, and there is one dashboard all the same."""
    fault = Fault(Kind.RESET, "import_dashboard_from_lookml", handled=True)
    looker.faults.add(fault)
    assert one(put(block)).problem == ""
    assert len(looker.instance.dashboards) == 1


def test_model_is_not_deployed(looker: LookerServer, put: Publish, block: Path) -> None:
    """Before the block is deployed nobody gets dashboards full of errors."""
    looker.instance.models.clear()
    with pytest.raises(DashboardError, match="deploy the block to production first"):
        put(block)
    assert looker.instance.dashboards == []


def test_folder_is_not_there(put: Publish, block: Path) -> None:
    """A folder that is not there, or not permitted, is told before anything is sent."""
    with pytest.raises(DashboardError, match="folder 99: not found or not permitted"):
        put(block, "99")


def test_no_folder_in_the_settings(settings: SettingsFactory, block: Path) -> None:
    """Without a folder in the settings there is nowhere to put them."""
    with pytest.raises(DashboardError, match="looker_dashboards_folder is not set"):
        publish(settings(), read_dashboards(block))


@pytest.mark.parametrize(
    ("lookml", "words"),
    [
        pytest.param("a: [", "is not YAML", id="no-yaml"),
        pytest.param("a: b", "not a list of LookML dashboards", id="no-list"),
        pytest.param("- view: b", "not a list of LookML dashboards", id="no-dashboard"),
        pytest.param("- dashboard: b", "no preferred_slug", id="no-slug"),
        pytest.param(AGEING + "  extends: base\n", "extends another", id="extends"),
        pytest.param(AGEING + '  refresh: "@{EVERY}"\n', "uses a constant", id="constant"),
        pytest.param(AGEING * 2, "share a preferred_slug", id="twice"),
    ],
)
def test_file_that_cannot_be_put(block: Path, lookml: str, words: str) -> None:
    """A file that Looker would take amiss is refused before Looker is asked."""
    write(block, lookml)
    with pytest.raises(DashboardError, match=words):
        read_dashboards(block)


def test_no_block_here(tmp_path: Path) -> None:
    """Somewhere else than in the block's folder the option that names it is told."""
    with pytest.raises(DashboardError, match="--from"):
        read_dashboards(tmp_path)

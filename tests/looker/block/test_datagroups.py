"""When Looker's own look at the run log finds something new: the triggers of the datagroups."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from target_looker_staging.exceptions import LoadIncompleteError
from tests.looker.block.project import BLOCK, load
from tests.target.conftest import VENDORS, record, schema, staging, vendor
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from tests.target.conftest import Staging

__all__ = ["staging"]  # fixtures

DATAGROUPS = load().datagroups
EVERY = set(DATAGROUPS)
README = ("README.md", "target-looker-staging/README.md")


def _triggers(area: Staging) -> dict[str, Any]:
    """Return what Looker reads when it looks, by datagroup."""
    return {name: area.value(group["sql_trigger"]) for name, group in DATAGROUPS.items()}


def _load(area: Staging, *messages: Any, run_id: str, complete: bool = True) -> set[str]:
    """Load a stream and return the datagroups whose triggers moved."""
    before = _triggers(area)
    records = sum(message["type"] == "RECORD" for message in messages)
    [stream] = {message["stream"] for message in messages}
    with nullcontext() if complete else pytest.raises(LoadIncompleteError):
        area.sync(*messages, _run(stream, records, run_id=run_id, complete=complete))
    after = _triggers(area)
    assert all(after[name] >= before[name] for name in before)
    return {name for name in before if after[name] != before[name]}


def _run(stream: str, records: int, *, run_id: str, complete: bool) -> dict[str, Any]:
    message = run_state(records, run_id=run_id, complete=complete)
    streams = message["value"]["run"]["streams"]
    message["value"]["run"]["streams"] = {stream: streams.pop("vendors")}
    return message


@pytest.fixture
def area(staging: Staging) -> Staging:
    """Give a staging area with one vendor and a complete run behind it."""
    staging.sync(schema(), vendor(1), run_state(1, run_id="first"))
    return staging


def test_trigger_moves_when_rows_changed(area: Staging) -> None:
    """A complete load that changed vendors moves what reads vendors, and nothing else."""
    moved = _load(area, schema(), vendor(1, "Maier"), run_id="second")
    assert moved == {"staging", "payables", "purchasing"}


def test_trigger_stays_when_nothing_changed(area: Staging) -> None:
    """A complete load of rows that are there already moves nothing, nor does one of no rows."""
    assert _load(area, schema(), vendor(1), run_id="second") == set()
    assert _load(area, schema(), run_id="third") == set()


def test_trigger_waits_for_a_complete_run(area: Staging) -> None:
    """What an incomplete load changed counts when the next complete one ends, changes or not."""
    assert _load(area, schema(), vendor(2), run_id="second", complete=False) == set()
    assert _load(area, schema(), vendor(1), vendor(2), run_id="third") == {
        "staging",
        "payables",
        "purchasing",
    }
    assert _load(area, schema(), vendor(2), run_id="fourth") == set()


def test_trigger_moves_when_rows_are_gone(area: Staging) -> None:
    """Rows that are gone from the source are a change, too."""
    activate = {"type": "ACTIVATE_VERSION", "stream": "vendors", "version": 7}
    moved = _load(area, schema(), {**vendor(3), "version": 7}, activate, run_id="second")
    assert "payables" in moved
    assert area.value("SELECT count(*) FROM vendors WHERE _sdc_deleted_at IS NOT NULL") == 1


def test_trigger_moves_when_rows_are_only_gone(area: Staging) -> None:
    """A load that brings nothing new, and by which a row is gone, moves what showed the row."""
    activate = {"type": "ACTIVATE_VERSION", "stream": "vendors", "version": 7}
    _load(area, schema(), vendor(1), vendor(2), run_id="second")
    moved = _load(area, schema(), {**vendor(1), "version": 7}, activate, run_id="third")
    assert "payables" in moved
    assert area.rows("SELECT rows_inserted, rows_updated, rows_deleted FROM _sync_run_streams")[
        -1
    ] == (0, 0, 1)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        pytest.param("ap_invoices", {"staging", "payables"}, id="payables"),
        pytest.param("receipts", {"staging", "purchasing"}, id="purchasing"),
        pytest.param("gl_transactions", {"staging", "general_ledger"}, id="ledger"),
        pytest.param("part_warehouses", {"staging", "inventory"}, id="inventory"),
        pytest.param("parts", {"staging", "inventory", "purchasing"}, id="two-areas"),
        pytest.param("companies", EVERY, id="all-areas"),
        pytest.param("exchange_rates", EVERY, id="rates"),
        pytest.param("anything_else", {"staging"}, id="none"),
    ],
)
def test_area_of_a_stream(stream: str, expected: set[str], area: Staging) -> None:
    """A stream moves the datagroups of the areas that show it."""
    moved = _load(
        area,
        schema(stream, VENDORS, ("VendorNum",)),
        record(stream, VendorNum=1),
        run_id="second",
    )
    assert moved == expected


def test_datagroup_is_watched_or_triggered() -> None:
    """The block has each datagroup in two kinds: one looks by itself, the other one never does."""
    block = load()
    assert block.triggered.keys() == block.datagroups.keys()
    for name, group in block.triggered.items():
        assert set(group) == {"name", "label", "description", "max_cache_age"}
        assert group["label"] == block.datagroups[name]["label"]
    model = (BLOCK / "epicor_kinetic.model.lkml").read_text(encoding="utf-8")
    assert re.findall(r'^(.*include: "/(?:components|triggered).*)', model, re.MULTILINE) == [
        'include: "/components/*.lkml"',
        '# include: "/triggered/*.lkml"',
    ]


def test_trigger_waits_for_every_stream(area: Staging) -> None:
    """What changed in one stream waits while another one of the datagroup is half loaded."""
    invoices = schema("ap_invoices", VENDORS), record("ap_invoices", Company="A", VendorNum=1)
    assert _load(area, *invoices, run_id="second", complete=False) == set()
    assert _load(area, schema(), vendor(1, "Maier"), run_id="third") == {"purchasing"}
    assert _load(area, *invoices, run_id="fourth") == {"staging", "payables"}
    assert _load(area, *invoices, run_id="fifth") == set()


def test_trigger_waits_for_a_load_under_way(area: Staging) -> None:
    """A stream that a live or a dead run is loading holds its datagroups where they are."""
    open_run = "INSERT INTO _sync_runs (run_id, started_at, status, target, job) VALUES "
    area.rows(f"{open_run} ('live', now(), 'running', 't', '')")
    area.rows(
        "INSERT INTO _sync_run_streams (run_id, stream, opened_at, last_change_at, rows_inserted) "
        "VALUES ('live', 'parts', clock_timestamp(), clock_timestamp(), 1)"
    )
    assert _load(area, schema(), vendor(1, "Maier"), run_id="second") == {"payables"}
    parts = schema("parts", VENDORS), record("parts", Company="A", VendorNum=1)
    assert _load(area, *parts, run_id="third") == {"staging", "purchasing", "inventory"}


EARLIER = """
SELECT max(s.last_commit_at) FROM _sync_run_streams s
WHERE s.rows_inserted + s.rows_updated + s.rows_deleted > 0
AND s.last_commit_at <= (SELECT max(finished_at) FROM _sync_runs WHERE status = 'complete')
"""


def test_trigger_of_an_earlier_version_stays(area: Staging) -> None:
    """The update of target and block is no news: Looker sees what it saw before."""
    seen = area.value(EARLIER)
    area.rows("ALTER TABLE _sync_runs DROP job, DROP companies, DROP whole_as_of")
    area.rows("ALTER TABLE _sync_runs DROP unwhole_streams")
    area.rows("ALTER TABLE _sync_run_streams DROP opened_at, DROP is_whole, DROP last_change_at")
    area.sync(schema(), vendor(1), _run("vendors", 1, run_id="second", complete=True))
    assert _triggers(area)["staging"] == seen


def test_readmes_show_the_blocks_trigger() -> None:
    """The READMEs show the trigger of the block's first datagroup, word by word."""
    texts = [(BLOCK.parent / name).read_text(encoding="utf-8") for name in README]
    shown = [text.split("sql_trigger:")[1].split(";;")[0].split() for text in texts]
    trigger = load().datagroups["staging"]["sql_trigger"]
    assert shown == [trigger.split()] * len(README)


def test_every_table_of_an_explore_moves_its_datagroup() -> None:
    """An explore's datagroup watches every staged table that the explore reads."""
    block = load()
    for name, explore in block.explores.items():
        if "persist_with" in explore:
            trigger = block.datagroups[explore["persist_with"]]["sql_trigger"]
            watched = set(re.findall(r"'(\w+)'", trigger))
            assert block.tables_of(explore) - watched == set(), name

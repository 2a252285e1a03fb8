"""The whole tap over HTTP, while the source moves and the run is cut off: nothing is lost.

An oracle watches: staging is what a target would hold that merges by key, the source is the truth.
`test_pagination.py` shows that plain `$skip` fails where this holds.
"""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sandbox.epicor.server import EpicorServer
from sandbox.epicor.store import Store
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import Run, catalog_of, run

if TYPE_CHECKING:
    from pathlib import Path

STREAM, TABLE = "vendor_groups", "VendGrup"
_RESTS_AFTER = 120


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with tables and no rows."""
    path: Path = tmp_path_factory.mktemp("moving") / "empty.db"
    Store.create(path).close()
    # A write-ahead log of its own would be left behind by a plain copy.
    return path


@pytest.fixture(autouse=True)
def _frequent_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make states come often enough to cut between them."""
    monkeypatch.setattr(TapEpicorKinetic, "state_every_records", 7)


@dataclass
class Mover:
    """Changes the source between any two requests, and remembers what it touched."""

    store: Store
    dice: random.Random
    busy: float
    late: list[int] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    minutes: int = 0
    requests: int = 0

    def clock(self) -> datetime:
        """Tell a time that many changes share."""
        return datetime(2026, 11, 2, tzinfo=timezone.utc) + timedelta(minutes=self.minutes)

    def group(self, code: str, text: str) -> dict[str, Any]:
        """Return a row."""
        return {"Company": "EPIC06", "GroupCode": code, "GroupDesc": text}

    def codes(self) -> list[str]:
        """Return the keys there are."""
        return [row[0] for row in self.store.rows(TABLE, ["GroupCode"], company="EPIC06")]

    def fill(self, size: int) -> None:
        """Insert the first rows, in an order that is not the key's."""
        codes = [f"{number:03d}" for number in range(size)]
        self.dice.shuffle(codes)
        self.store.insert(TABLE, (self.group(code, "first") for code in codes))

    def move(self, _request: object = None) -> None:
        """Do a few random things, or nothing; rest in the end, or no reading could end."""
        self.requests += 1
        while self.requests < _RESTS_AFTER and self.dice.random() < self.busy:
            self.minutes += self.dice.random() < 0.3
            self._change()

    def _change(self) -> None:
        codes = self.codes()
        code = self.dice.choice(codes) if codes else ""
        match self.dice.choice(
            ["insert", "update", "update", "update", "delete", "begin", "commit"]
        ):
            case "insert":
                self._insert({})
            case "update" if codes:
                self.touched.add(code)
                key = {"Company": "EPIC06", "GroupCode": code}
                self.store.update(TABLE, key, {"GroupDesc": f"{self.dice.random()}"})
            case "delete" if len(codes) > 3:
                self.touched.add(code)
                self.store.delete(TABLE, {"Company": "EPIC06", "GroupCode": code})
            case "begin":
                self.late.append(self.store.reserve(1))
            case "commit" if self.late:
                # A long transaction commits a row that was stamped before others already read.
                self._insert({"SysRevID": self.late.pop(0)})

    def _insert(self, stamp: dict[str, int]) -> None:
        code = f"n{self.dice.randrange(10**9):09d}"
        self.touched.add(code)
        self.store.insert(TABLE, [{**self.group(code, "new"), **stamp}])


@dataclass
class Staging:
    """What a target holds that merges by key, and the state it would hand back."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    state: dict[str, Any] | None = None

    def load(self, messages: list[dict[str, Any]]) -> None:
        """Take the messages in."""
        for message in messages:
            if message["type"] == "RECORD":
                self.rows[message["record"]["GroupCode"]] = message["record"]
            elif message["type"] == "STATE":
                self.state = json.loads(json.dumps(message["value"]))


def truth(store: Store) -> dict[str, tuple[Any, ...]]:
    """Return description and row version of each row of the source."""
    columns = ["GroupCode", "GroupDesc", "SysRevID"]
    return {row[0]: row[1:] for row in store.rows(TABLE, columns, company="EPIC06")}


def staged(staging: Staging) -> dict[str, tuple[Any, ...]]:
    """Return the same of staging."""
    return {code: (row["GroupDesc"], row["SysRevID"]) for code, row in staging.rows.items()}


@dataclass(frozen=True)
class Scene:
    """One way to read a moving source."""

    seed: int
    size: int
    page_size: int
    in_flight: int
    busy: float
    cut: float | None
    cursor: str
    options: dict[str, Any]


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Draw a scene."""
    options: dict[str, Any] = {}
    cursor = draw(st.sampled_from(["SysRevID", "UpdatedOn", "whole table"]))
    options["updated_on"] = cursor == "UpdatedOn"
    options["max_rows"] = draw(st.none() | st.integers(2, 9))
    options["refuse_compound_filter"] = draw(st.booleans())
    options["refuses_count"] = draw(st.booleans())
    return Scene(
        seed=draw(st.integers(0, 2**32)),
        size=draw(st.integers(0, 60)),
        page_size=draw(st.integers(2, 25)),
        in_flight=draw(st.integers(1, 4)),
        busy=draw(st.sampled_from([0.1, 0.4, 0.7])),
        cut=draw(st.none() | st.floats(0, 1)),
        cursor=cursor,
        options=options,
    )


@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a scene is a seed: nothing to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(scene=scenes())
def test_nothing_is_lost_while_the_source_moves(
    scene: Scene, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Resting rows are in every finished run, and one quiet run later staging equals the source."""
    path = tmp_path_factory.mktemp("scene") / "source.db"
    shutil.copy(empty_database, path)
    with EpicorServer(path) as server:
        server.configure(**scene.options)
        dice = random.Random(scene.seed)  # noqa: S311 - a scene is to be repeatable
        mover = Mover(server.store, dice, scene.busy)
        server.store.clock = mover.clock
        mover.fill(scene.size)
        catalog = _catalog(server, scene)
        staging = Staging()
        for cut in (scene.cut, None):
            server.before_request = mover.move
            mover.touched.clear()
            mover.requests = 0
            resting = truth(server.store)
            messages = _messages(_run(server, scene, catalog, staging), cut)
            staging.load(messages)
            server.before_request = None
            if cut is None:
                for code in set(resting) - mover.touched:
                    assert staged(staging)[code] == resting[code]
        while mover.late:
            mover._insert({"SysRevID": mover.late.pop()})  # noqa: SLF001 - the last commits
        staging.load(_messages(_run(server, scene, catalog, staging), None))
        source = truth(server.store)
        assert {code: staged(staging).get(code) for code in source} == source


def _run(server: EpicorServer, scene: Scene, catalog: dict[str, Any], staging: Staging) -> Run:
    done = run(
        server,
        STREAM,
        catalog=catalog,
        state=staging.state,
        page_size=scene.page_size,
        max_concurrent_requests=scene.in_flight,
    )
    assert done.error is None
    return done


def _messages(done: Run, cut: float | None) -> list[dict[str, Any]]:
    """Return what arrived: everything, or what a kill at some moment let through."""
    return done.messages if cut is None else done.messages[: int(cut * len(done.messages))]


def _catalog(server: EpicorServer, scene: Scene) -> dict[str, Any]:
    catalog = catalog_of(server, [STREAM])
    entry = next(item for item in catalog["streams"] if item["stream"] == STREAM)
    if scene.cursor == "whole table":
        entry["replication_method"] = "FULL_TABLE"
        del entry["replication_key"]
    else:
        assert entry["replication_key"] == scene.cursor
    return catalog

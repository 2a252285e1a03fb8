"""Rounds of the whole tap over HTTP against an ailing server with a moving table.

A round is drawn by a seed: a small table in two companies, a cursor, pages and requests in flight,
what the server refuses, and for each of a few runs what fails in it: answers to other requests,
pages without some rows, errors, broken bodies, a service whose metadata does not come. Meanwhile
rows are inserted, updated and deleted, some without a time or with one to come, and transactions
that began early commit late. Then the server is well, nothing moves, and the tap runs once more:
what a target would hold must be what the source holds.

`python -m tests.tap.rounds --rounds 1000 --seed 1` prints what failed; `make rounds` runs it.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.epicor.server import EpicorServer
from sandbox.epicor.store import Store
from tap_epicor_kinetic.exceptions import EpicorError
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.mover import STREAM, TABLE, Mover
from tests.tap.runs import Run, aged, catalog_of, run

if TYPE_CHECKING:
    from collections.abc import Callable

COMPANIES = ("EPIC06", "EPIC07")
_COLUMNS = ("Company", "GroupCode", "GroupDesc", "SysRevID")
_SET = "VendGrups$"
Rows = dict[tuple[str, str], tuple[Any, ...]]


@dataclass
class Round:
    """One round.

    Attributes:
        seed: Draws everything.
        found: What was wrong, nothing if all went well.
        struck: Faults that a run met.
    """

    seed: int
    found: list[str] = field(default_factory=list)
    struck: int = 0

    def __post_init__(self) -> None:
        """Draw how the tap reads and what the server is like."""
        dice = self.dice = random.Random(self.seed)  # noqa: S311 - a round is to be repeatable
        self.cursor = dice.choice(["SysRevID", "SysRevID", "UpdatedOn", "whole table"])
        self.size = dice.randint(0, 90)
        self.settings: dict[str, Any] = {
            "companies": list(COMPANIES),
            "company": None,
            "page_size": dice.randint(2, 25),
            "max_concurrent_requests": dice.randint(1, 4),
        }
        self.options: dict[str, Any] = {
            "updated_on": self.cursor == "UpdatedOn",
            "max_rows": dice.choice([None, None, dice.randint(2, 9)]),
            "refuse_compound_filter": dice.random() < 0.3,
            "refuses_count": dice.random() < 0.15,
        }
        self.busy = dice.choice([0.0, 0.1, 0.4, 0.7])
        self.staged: Rows = {}
        self.state: dict[str, Any] | None = None

    def play(self, folder: Path) -> None:
        """Play the round in an empty folder."""
        path = folder / "source.db"
        Store.create(path).close()
        with EpicorServer(path) as server:
            server.configure(**self.options)
            mover = Mover(server.store, self.dice, self.busy, odd_times=self.cursor == "UpdatedOn")
            server.store.clock = mover.clock
            for company in COMPANIES:
                mover.fill(self.size // len(COMPANIES), company)
            catalog = self._catalog(server)
            for _ in range(self.dice.randint(1, 3)):
                self._run_ill(server, mover, catalog)
            mover.commit()
            done = self._run(server, catalog, is_cut=False)
            if done is None or done.error or not done.state["run"]["complete"]:
                self.found.append(f"the quiet run failed: {done.error if done else 'no run'}")
            for key, row in truth(server.store).items():
                if self.staged.get(key) != row:
                    self.found.append(f"{key} is {row}, staged {self.staged.get(key)}")

    def _run_ill(self, server: EpicorServer, mover: Mover, catalog: dict[str, Any]) -> None:
        """Run once while rows move and the server ails; what a whole run saw at rest is staged."""
        for kind, settings in self._faults():
            server.faults.add(kind, **settings)
        mover.touched.clear()
        mover.requests = 0
        begun_before = len(mover.late)
        resting = truth(server.store)
        server.before_request = mover.move
        chosen = None if self.dice.random() < 0.2 else catalog
        done = self._run(server, chosen, is_cut=self.dice.random() < 0.3)
        server.before_request = None
        # No transaction lasts longer than from one run to the next, half an hour.
        mover.commit(begun_before - mover.committed)
        mover.committed = 0
        self.struck += sum(rule["hits"] for rule in server.faults.rules())
        server.faults.clear()
        if done is not None and done.error is None:
            for key in set(resting) - mover.touched:
                if self.staged.get(key) != resting[key]:
                    self.found.append(f"{key} rested at {resting[key]} in a whole run, not staged")

    def _faults(self) -> list[tuple[str, dict[str, Any]]]:
        dice = self.dice
        kinds: list[Callable[[], tuple[str, dict[str, Any]]]] = [
            lambda: ("page_before", {"times": dice.randint(1, 3)}),
            lambda: ("thinned", {"size": dice.randint(1, 4)}),
            lambda: ("empty_page", {}),
            lambda: ("first_page", {"query": "$skip"}),
            lambda: ("status", {"status": 500, "times": dice.randint(1, 3)}),
            lambda: ("status", {"status": 503, "times": dice.randint(1, 3)}),
            lambda: ("status", {"status": 403, "times": None}),
            lambda: ("reset", {}),
            lambda: ("cut", {}),
            lambda: ("truncated_json", {}),
            lambda: ("html_200", {}),
            lambda: ("status", {"status": 503, "path": "metadata$", "times": 20, "nth": 1}),
        ]
        drawn = [dice.choice(kinds)() for _ in range(dice.choice([0, 1, 1, 2, 3]))]
        return [
            (kind, {"path": _SET, "nth": dice.randint(1, 40), **settings})
            for kind, settings in drawn
        ]

    def _run(
        self, server: EpicorServer, catalog: dict[str, Any] | None, *, is_cut: bool
    ) -> Run | None:
        """Run the tap, half an hour after it ran last, and let a target load what arrived.

        A run that is cut was killed at some moment: only part of its messages arrives.
        """
        state = aged(self.state, 0.5) if self.state else None
        try:
            done = run(server, STREAM, catalog=catalog, state=state, **self.settings)
        except EpicorError:
            return None  # nothing was read: the discovery failed, and said so
        messages = done.messages
        if is_cut:
            messages = messages[: self.dice.randint(0, len(messages))]
        for message in messages:
            if message["type"] == "RECORD":
                record = message["record"]
                self.staged[record["Company"], record["GroupCode"]] = (
                    record["GroupDesc"],
                    record["SysRevID"],
                )
            elif message["type"] == "STATE" and message["value"].get("bookmarks"):
                self.state = message["value"]
        return None if is_cut else done

    def _catalog(self, server: EpicorServer) -> dict[str, Any]:
        catalog = catalog_of(server, [STREAM])
        entry = next(item for item in catalog["streams"] if item["stream"] == STREAM)
        if self.cursor == "whole table":
            entry["replication_method"] = "FULL_TABLE"
            del entry["replication_key"]
        else:
            assert entry["replication_key"] == self.cursor
        return catalog


def truth(store: Store) -> Rows:
    """Return description and row version of each row of the source."""
    return {(row[0], row[1]): row[2:] for row in store.rows(TABLE, list(_COLUMNS))}


def main() -> None:
    """Play rounds and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.tap.rounds")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    TapEpicorKinetic.state_every_records = 7
    bad, struck = 0, 0
    for seed in range(given.seed, given.seed + given.rounds):
        played = Round(seed)
        with tempfile.TemporaryDirectory() as folder:
            try:
                played.play(Path(folder))
            except Exception as error:  # noqa: BLE001 - the next round goes on
                played.found.append(f"{type(error).__name__}: {error}")
        struck += played.struck
        if played.found:
            bad += 1
            print(f"seed {seed}: " + "; ".join(played.found[:3]), flush=True)
    print(f"{given.rounds} rounds from seed {given.seed}: {struck} faults struck, {bad} failed")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()

"""What moves in a source while it is read: rows of one small table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    from sandbox.epicor.store import Store

STREAM, TABLE = "vendor_groups", "VendGrup"
_RESTS_AFTER = 120
_FUTURE = "2206-05-01T00:00:00"


@dataclass
class Mover:
    """Changes the source between any two requests, and remembers what it touched.

    Attributes:
        odd_times: Whether some rows have no time of change, or one to come.
        late: Versions of transactions that have not committed, with their companies.
        touched: Company and code of what changed.
        committed: Late transactions that have committed since somebody looked.
    """

    store: Store
    dice: random.Random
    busy: float
    odd_times: bool = False
    late: list[tuple[int, str]] = field(default_factory=list)
    touched: set[tuple[str, str]] = field(default_factory=set)
    minutes: int = 0
    requests: int = 0
    committed: int = 0

    def clock(self) -> datetime:
        """Tell a time that many changes share."""
        return datetime(2026, 11, 2, tzinfo=timezone.utc) + timedelta(minutes=self.minutes)

    def fill(self, size: int, company: str) -> None:
        """Insert the first rows, in an order that is not the key's."""
        codes = [f"{number:03d}" for number in range(size)]
        self.dice.shuffle(codes)
        self.store.insert(TABLE, [self._group(company, code, "first") for code in codes])

    def move(self, _request: object = None) -> None:
        """Do a few random things, or nothing; rest in the end, or no reading could end."""
        self.requests += 1
        while self.requests < _RESTS_AFTER and self.dice.random() < self.busy:
            self.minutes += self.dice.random() < 0.3
            self._change()

    def commit(self, transactions: int | None = None) -> None:
        """Let the oldest transactions commit, all if no number is given."""
        for _ in range(len(self.late) if transactions is None else transactions):
            if self.late:
                self._commit()

    def _change(self) -> None:
        rows = list(self.store.rows(TABLE, ["Company", "GroupCode"]))
        key = self.dice.choice(rows) if rows else ("", "")
        named = {"Company": key[0], "GroupCode": key[1]}
        match self.dice.choice(
            ["insert", "update", "update", "update", "delete", "begin", "commit"]
        ):
            case "insert":
                self._insert(self.dice.choice(["EPIC06", "EPIC07"]), {})
            case "update" if rows:
                self.touched.add(key)
                self.store.update(TABLE, named, {"GroupDesc": f"{self.dice.random()}"})
            case "delete" if len(rows) > 3:
                self.touched.add(key)
                self.store.delete(TABLE, named)
            case "begin":
                company = self.dice.choice(["EPIC06", "EPIC07"])
                self.late.append((self.store.reserve(1), company))
                self.store.reserve(self.dice.randint(1, 3_000))
            case "commit" if self.late:
                self._commit()

    def _commit(self) -> None:
        """Commit a row that was stamped before others already read, as a long transaction does."""
        version, company = self.late.pop(0)
        self.committed += 1
        self._insert(company, {"SysRevID": version})

    def _insert(self, company: str, stamp: dict[str, Any]) -> None:
        code = f"n{self.dice.randrange(10**9):09d}"
        self.touched.add((company, code))
        if self.odd_times and self.dice.random() < 0.15:
            stamp = {**stamp, "UpdatedOn": self.dice.choice([None, _FUTURE])}
        self.store.insert(TABLE, [{**self._group(company, code, "new"), **stamp}])

    @staticmethod
    def _group(company: str, code: str, text: str) -> dict[str, Any]:
        return {"Company": company, "GroupCode": code, "GroupDesc": text}

"""The source of a round: its file, its server, and what happens in it meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.company import next_working_day
from sandbox.epicor.model import load_model
from tap_epicor_kinetic.catalog.entities import ENTITIES

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from sandbox.epicor.model import EntitySet
    from sandbox.epicor.store import Store

COMPANIES = ("EPIC06", "EPIC07")
# Large and small, one that is read whole each time; a few thousand rows in all.
# Each with a column that is staged, for updates.
STREAMS = {
    "vendors": "Name",
    "purchase_orders": "CommentText",
    "purchase_order_lines": "LineDesc",
    "ap_invoices": "Description",
    "exchange_rates": "CurrentRate",
    "part_transactions": "TranReference",
    "part_costs": "AvgMaterialCost",
}
WHOLE_TABLE = "part_costs"
_TEXT, _INTEGERS = "Edm.String", ("Edm.Int32", "Edm.Int64")
_UNFIT = frozenset({"SysRevID", "SysRowID", "UpdatedOn"})


def tables() -> dict[str, EntitySet]:
    """Return the streams of this suite with the entity sets that they are read from."""
    services = load_model(updated_on=True).services
    return {
        entity.name: services[entity.service][entity.entity_set]
        for entity in ENTITIES
        if entity.name in STREAMS
    }


@dataclass
class Clock:
    """The source's own time: a little later at each look, so that changes have an order."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the next moment."""
        self.now += timedelta(seconds=1)
        return self.now


def latest_change(path: Path) -> datetime:
    """Return the last `UpdatedOn` of the source."""
    with closing(sqlite3.connect(path)) as connection:
        found = max(
            connection.execute(f'SELECT max(UpdatedOn) FROM "{table.table}"').fetchone()[0]
            for table in tables().values()
        )
    return datetime.fromisoformat(found[:19])


@dataclass
class Life:
    """What people do in Epicor while the line runs: they insert, update and delete.

    Attributes:
        gone: Rows that were deleted, as (stream, key): staging may keep them.
        changes: Rows touched so far.
        busy: The chance that something happens between two requests.
    """

    store: Store
    dice: random.Random
    busy: float = 0.0
    changes: int = 0
    gone: set[tuple[str, tuple[Any, ...]]] = field(default_factory=set)

    def working_day(self) -> None:
        """Let the next working day happen."""
        before = self._keys()
        self.changes += next_working_day(self.store).rows
        self.gone |= before - self._keys()

    def change(self, rows: int) -> None:
        """Change rows, one after the other."""
        for _ in range(rows):
            self._change_one()

    def stir(self, _request: object = None) -> None:
        """Change some rows, or none, between two requests; rest in the end, or no run could."""
        if self.changes < _RESTS_AFTER and self.dice.random() < self.busy:
            self.change(self.dice.randrange(1, 4))

    def _change_one(self) -> None:
        stream, table = self.dice.choice(list(tables().items()))
        company = self.dice.choice(COMPANIES)
        keys = list(self.store.rows(table.table, table.key, company=company))
        if not keys:
            return
        key = dict(zip(table.key, self.dice.choice(keys), strict=True))
        self.changes += 1
        match self.dice.choice(("insert", "update", "update", "update", "delete")):
            case "insert":
                self._insert_like(table, key)
            case "delete" if len(keys) > _FEWEST:
                if self.store.delete(table.table, key):
                    self.gone.add((stream, tuple(key.values())))
            case _:
                self.store.update(table.table, key, {STREAMS[stream]: self._value(stream)})

    def _value(self, stream: str) -> str:
        number = self.dice.randrange(10**6)
        if stream in _DECIMALS:
            return f"{number}.{self.dice.choice(('5', '50', '50000'))}"
        return f"{self.dice.choice(_TEXTS)} {number}"

    def _insert_like(self, table: EntitySet, key: dict[str, Any]) -> None:
        """Insert a row that differs from another one in its key alone."""
        names = [
            column.name
            for column in table.columns
            if column.db_name in self.store.present_columns(table.table)
            and column.name not in _UNFIT
        ]
        where = [key[name] for name in table.key]
        # A list: a cursor that is still open would keep the table from being changed.
        rows = list(self.store.rows(table.table, names, company=key[table.key[0]]))
        place = [names.index(name) for name in table.key]
        row = next((r for r in rows if [r[index] for index in place] == where), None)
        if row is None:
            return
        types = {column.name: column.edm_type for column in table.columns}
        fresh = dict(zip(names, row, strict=True))
        numbered = [name for name in table.key[1:] if types[name] in _INTEGERS]
        name = numbered[-1] if numbered else table.key[1]
        number = self.dice.randrange(10**6, 10**9)
        fresh[name] = number if types[name] in _INTEGERS else f"n{number}"
        for other, value in fresh.items():
            if types[other] == "Edm.Boolean" and value is not None:
                fresh[other] = bool(value)
        self.store.insert(table.table, [fresh])

    def _keys(self) -> set[tuple[str, tuple[Any, ...]]]:
        return {
            (stream, tuple(row))
            for stream, table in tables().items()
            for row in self.store.rows(table.table, table.key)
        }


_RESTS_AFTER = 600
_FEWEST = 3
_DECIMALS = frozenset({"exchange_rates", "part_costs"})
_TEXTS = ("Müller & Söhne", "tab\there", "back\\slash", "line\nbreak", "", "漢字", "'quoted'")

"""What must agree in the company's data: the claims of `reconciliation.sql`, checked on a store.

They serve the tests, and show how the tables hang together: the same sums hold in any warehouse
that the data is loaded into.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.company.amounts import parse_scaled

if TYPE_CHECKING:
    from sandbox.epicor.store import Store

_CLAIM = "-- claim: "


@dataclass(frozen=True, slots=True)
class Check:
    """A statement about the data, and the query for the rows that contradict it."""

    claim: str
    sql: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A claim that does not hold, with keys of some rows that contradict it."""

    claim: str
    examples: tuple[tuple[object, ...], ...]


@cache
def read_checks() -> tuple[Check, ...]:
    """Return the claims in the order of the file."""
    text = Path(__file__).with_name("reconciliation.sql").read_text(encoding="utf-8")
    checks = []
    for block in text.split(_CLAIM)[1:]:
        claim, _, sql = block.partition("\n")
        checks.append(Check(claim, sql.strip().rstrip(";")))
    return tuple(checks)


def contradictions(store: Store, check: Check, most: int = 3) -> list[tuple[object, ...]]:
    """Return up to `most` rows that contradict a claim; none if it holds."""
    connection = store.connection()
    connection.create_function("cents", 1, _cents, deterministic=True)
    connection.create_function("costs", 1, _costs, deterministic=True)
    connection.create_function("sign", 1, _sign, deterministic=True)
    return connection.execute(check.sql).fetchmany(most)


def find_faults(store: Store) -> list[Fault]:
    """Return the claims that do not hold in the data of `store`; empty if all is well."""
    found = ((check.claim, contradictions(store, check)) for check in read_checks())
    return [Fault(claim, tuple(rows)) for claim, rows in found if rows]


def _cents(text: str | None) -> int | None:
    return None if text is None else parse_scaled(text, 2)


def _costs(text: str | None) -> int | None:
    return None if text is None else parse_scaled(text, 5)


def _sign(tran_class: str) -> int:
    return -1 if tran_class == "I" else 1

"""The whole company, table by table, and the database file that holds it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.company import memory
from sandbox.company.calendar import TODAY, moment, stamp
from sandbox.company.codes import SIZE_SHARE
from sandbox.company.tables import firm_rows
from sandbox.company.working_day import live_through
from sandbox.epicor.model import load_model
from sandbox.epicor.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from sandbox.company.firm import Firm

Row = dict[str, Any]
ROWS_PER_CHUNK = 2_000
COMPANIES = tuple(SIZE_SHARE)
LOT_SIZE = 1.0
_BUSINESS_DATES = (
    "ChangeDate",
    "SysDate",
    "PostedDate",
    "CreatedOn",
    "LastChangedOn",
    "EffectiveDate",
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a table got, and all together."""

    tables: dict[str, int]

    @property
    def rows(self) -> int:
        """Rows in all tables."""
        return sum(self.tables.values())


def generate(scale: float = 1.0, seed: int = 1) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows of both companies in chunks of one table each, headers before their lines.

    The same arguments always give the same rows. Memory stays that of scale 1, since a larger
    company is made in lots of that size. Decimals are exact text with trailing zeros, dates text
    without zone.

    Args:
        scale: 1 gives about 150,000 rows in all; the number grows in proportion.
        seed: Another seed is another company of the same kind.

    Yields:
        Table name and rows, each with the same columns in the same order within a table.
    """
    for _, chunks in _lots(scale, seed):
        yield from chunks


def _lots(
    scale: float, seed: int, size: float = LOT_SIZE
) -> Iterator[tuple[Firm, Iterator[tuple[str, list[Row]]]]]:
    """Yield each lot of each company, and its rows in chunks."""
    lots = max(1, math.ceil(scale / size))
    for company in COMPANIES:
        accounts: set[str] = set()
        for lot in range(lots):
            firm = live_through(company, seed, lot, lots, scale / lots)
            yield firm, _chunks(firm, accounts)


def _chunks(firm: Firm, accounts: set[str]) -> Iterator[tuple[str, list[Row]]]:
    """Yield a lot's rows in chunks; `accounts` are those that an earlier lot has brought."""
    for table, rows in firm_rows(firm):
        chunk: list[Row] = []
        for row in new_accounts(rows, accounts) if table == "GLAccount" else rows:
            chunk.append(row)
            if len(chunk) == ROWS_PER_CHUNK:
                yield table, chunk
                chunk = []
        if chunk:
            yield table, chunk


def new_accounts(rows: Iterable[Row], known: set[str]) -> list[Row]:
    """Return the accounts that are not known yet, and know them from now on."""
    new = [row for row in rows if row["GLAccount1"] not in known]
    known.update(row["GLAccount1"] for row in new)
    return new


def build(
    path: str | Path,
    scale: float = 1.0,
    seed: int = 1,
    updated_on: bool = False,  # noqa: FBT001, FBT002 - a fixed name of the sandbox
    progress: Callable[[str, int], None] | None = None,
    *,
    lot_size: float = LOT_SIZE,
) -> Counts:
    """Create the database file of the stand-in server and return how many rows it got.

    Args:
        path: A file that does not exist yet.
        scale: As for `generate`.
        seed: As for `generate`.
        updated_on: Whether the model shows the column `UpdatedOn` on every entity set.
        progress: Called with table and number of rows after each chunk.
        lot_size: The largest scale that is made in one go.

    Raises:
        FileExistsError: The file is there already.
    """
    store = Store.create(path, load_model(updated_on))
    counts: dict[str, int] = {}
    try:
        with store.transaction():
            for firm, chunks in _lots(scale, seed, lot_size):
                for table, rows in chunks:
                    store.insert(table, add_updated_on(rows))
                    counts[table] = counts.get(table, 0) + len(rows)
                    if progress:
                        progress(table, len(rows))
                memory.keep(store, firm, TODAY)
    finally:
        store.close()
    return Counts(counts)


def add_updated_on(rows: list[Row], day: str | None = None) -> list[Row]:
    """Give each row an `UpdatedOn`: a second of the day on which it was last changed."""
    dated = next((name for name in _BUSINESS_DATES if rows and name in rows[0]), None)
    for number, row in enumerate(rows):
        when = day or (row[dated] if dated else None) or stamp(TODAY)
        row["UpdatedOn"] = moment(when[:10], 21_600 + number * 7 % 50_000)
    return rows

"""Rows of a store as the integers and dates that the company reckons with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.company.amounts import parse_scaled
from sandbox.company.calendar import parse_stamp

if TYPE_CHECKING:
    from datetime import date

    from sandbox.epicor.store import Store

_MONEY, _COST, _QUANTITY = 2, 5, 2


def money(text: str | None) -> int:
    """Return an amount of the database in cents."""
    return parse_scaled(text, _MONEY)


def cost(text: str | None) -> int:
    """Return a unit cost of the database in hundred-thousandths."""
    return parse_scaled(text, _COST)


def quantity(text: str | None) -> int:
    """Return a quantity of the database in hundredths."""
    return parse_scaled(text, _QUANTITY)


def read_day(text: str | None) -> date:
    """Return the day of a stored date-time; it must not be empty."""
    found = parse_stamp(text)
    if found is None:
        message = "a date that the generator always fills is empty in the store"
        raise ValueError(message)
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows of one company; a table that never got a row has no columns and gives nothing."""

    store: Store
    company: str

    def rows(
        self, table: str, columns: str, where: str = "1 = 1", order: str = "rowid"
    ) -> list[tuple[Any, ...]]:
        """Return the wanted columns of the rows that meet a condition, in a fixed order.

        Args:
            table: Table name.
            columns: Column names with blanks between.
            where: SQL of this package, never from outside; `:company` is bound.
            order: What to sort by.
        """
        wanted = columns.split()
        if not set(wanted) <= self.store.present_columns(table):
            return []
        listed = ", ".join(f'"{name}"' for name in wanted)
        wanted_rows = f'"Company" = :company AND ({where})'
        sql = f'SELECT {listed} FROM "{table}" WHERE {wanted_rows} ORDER BY {order}'
        return self.store.connection().execute(sql, {"company": self.company}).fetchall()

    def highest(self, table: str, column: str, where: str = "1 = 1") -> int:
        """Return the highest value of a number column, 0 if there is none."""
        found = self.rows(table, column, where, f'"{column}" DESC LIMIT 1')
        return int(found[0][0]) if found else 0

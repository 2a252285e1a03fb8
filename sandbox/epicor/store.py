"""The database of the stand-in server: a SQLite file in the manner of Epicor's SQL Server.

- Every row has a `SysRevID` from one counter for the whole database, which rises with each insert
  and update, and an `UpdatedOn`, which entity sets show only where the model says so and some BAQs
  always.
- Text compares without regard to ASCII case, keys included, as a SQL Server database with its usual
  collation does.
- Decimals are text, so that what was inserted is served to the last digit; dates are text
  `YYYY-MM-DDTHH:MM:SS`.
- A table starts with its key, `SysRevID`, `SysRowID` and `UpdatedOn`; any other column is added
  when a row first brings it. A column that no row ever brought has its default in every row and
  takes no room, so rows of 700 columns stay small.
"""

from __future__ import annotations

import itertools
import sqlite3
import threading
from base64 import b64encode
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.epicor.model import UPDATED_ON, load_model
from sandbox.epicor.statements import (
    InsertPlan,
    column_ddl,
    column_of,
    column_term,
    company_condition,
    key_condition,
    quote,
    table_ddl,
)
from sandbox.epicor.values import converter, date_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sandbox.epicor.model import Model, Table

FIRST_SYS_REV_ID = 4_294_967_296
_BATCH_ROWS = 5_000


class Store:
    """One open database; every thread that uses it gets a connection of its own.

    Each call is one transaction of its own, except inside `transaction()`. `clock` tells the time
    that `UpdatedOn` gets.
    """

    def __init__(self, path: str | Path, clock: Callable[[], datetime] | None = None) -> None:
        """Open an existing database.

        Args:
            path: The file, made by `create`.
            clock: What `UpdatedOn` is set to; the time in UTC unless given.

        Raises:
            FileNotFoundError: There is no such file.
        """
        self.path = Path(path)
        if not self.path.exists():
            msg = f"There is no database {self.path}; make one with Store.create."
            raise FileNotFoundError(msg)
        self.clock = clock or _utc_now
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._tables = load_model().tables
        self._plans: dict[tuple[str, tuple[str, ...]], InsertPlan] = {}

    @classmethod
    def create(cls, path: str | Path, model: Model | None = None) -> Store:
        """Make a new, empty database with the tables of `model` and open it.

        Raises:
            FileExistsError: The file is there already.
        """
        path = Path(path)
        if path.exists():
            msg = f"{path} exists already; delete it or choose another path."
            raise FileExistsError(msg)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN")
        for table in (model or load_model()).tables.values():
            for statement in table_ddl(table):
                connection.execute(statement)
        connection.execute("CREATE TABLE _counter (value INTEGER NOT NULL)")
        connection.execute("INSERT INTO _counter VALUES (?)", (FIRST_SYS_REV_ID,))
        connection.execute("COMMIT")
        connection.close()
        return cls(path)

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection, in autocommit mode."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            # Closed by close(), which may run in another thread; used by this one only.
            found = sqlite3.connect(
                self.path, isolation_level=None, timeout=60, check_same_thread=False
            )
            found.execute("PRAGMA synchronous = OFF")  # a sandbox need not survive a power cut
            found.execute("PRAGMA cache_size = -16384")
            found.execute("PRAGMA mmap_size = 1073741824")
            self._local.connection = found
            with self._lock:
                self._connections.append(found)
        return found

    def close(self) -> None:
        """Close every connection of every thread."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    def close_thread(self) -> None:
        """Close the connection of the thread that calls, if it has one."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is not None:
            self._local.connection = None
            with self._lock:
                if found in self._connections:
                    self._connections.remove(found)
                    found.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Make all changes inside the block one transaction; nested blocks join the outer one."""
        connection = self.connection()
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def insert(self, table: str, rows: Iterable[dict[str, Any]]) -> int:
        """Insert rows and return how many.

        A row names only the columns it has values for, derived ones too if it likes. `SysRevID`,
        `SysRowID` and `UpdatedOn` are made up unless given: the next number of the counter, a GUID
        that depends on table and key alone, and the clock's time.

        Args:
            table: The table's name, as in the model.
            rows: Values by column: decimals as `Decimal`, `int` or exact text, dates as text,
                `date` or `datetime`.

        Raises:
            ValueError: A row names a column that the table has not, or misses part of its key.
            TypeError: A decimal is a float, which has no exact digits.
            sqlite3.IntegrityError: The key is there already.
        """
        total = 0
        iterator = iter(rows)
        with self.transaction() as connection:
            while batch := list(itertools.islice(iterator, _BATCH_ROWS)):
                for names, group in itertools.groupby(batch, key=tuple):
                    self._insert_alike(connection, table, names, list(group))
                total += len(batch)
        return total

    def update(
        self, table: str, key: dict[str, Any], changes: dict[str, Any], *, ud_only: bool = False
    ) -> bool:
        """Change one row, give it a new `SysRevID` and `UpdatedOn`, and tell whether it was there.

        Args:
            table: The table's name.
            key: All key columns with their values.
            changes: New values by column; a `SysRevID` or `UpdatedOn` among them stands as given.
            ud_only: Only user-defined columns change: as on a real server, `SysRevID` then stays
                and `UD_SysRevID` moves.

        Raises:
            ValueError: A column is unknown or the key is not complete.
        """
        described = self._table(table)
        where, key_values = key_condition(described, key)
        with self.transaction() as connection:
            values = {
                name: converter(column_of(described, name))(value)
                for name, value in changes.items()
            }
            values.setdefault(UPDATED_ON, date_text(self.clock()))
            if ud_only:
                values["UD_SysRevID"] = b64encode(self.reserve(1).to_bytes(8, "big")).decode()
            elif "SysRevID" not in values:
                values["SysRevID"] = self.reserve(1)
            self._add_columns(connection, described, values)
            assignments = ", ".join(f"{quote(name)} = ?" for name in values)
            sql = f"UPDATE {quote(table)} SET {assignments} WHERE {where}"
            return connection.execute(sql, [*values.values(), *key_values]).rowcount > 0

    def delete(self, table: str, key: dict[str, Any]) -> bool:
        """Delete one row and tell whether it was there; nothing else shows that it ever was."""
        where, values = key_condition(self._table(table), key)
        with self.transaction() as connection:
            sql = f"DELETE FROM {quote(table)} WHERE {where}"
            return connection.execute(sql, values).rowcount > 0

    def reserve(self, count: int) -> int:
        """Take the next `count` numbers of the counter and return the first.

        A test that plays a long transaction reserves a number now and inserts the row that bears it
        later.
        """
        with self.transaction() as connection:
            first: int = connection.execute("SELECT value FROM _counter").fetchone()[0]
            connection.execute("UPDATE _counter SET value = value + ?", (count,))
            return first

    def shift_sys_rev_ids(self, delta: int) -> None:
        """Add `delta` to every `SysRevID`, as after a move to another environment or a restore."""
        with self.transaction() as connection:
            for table in self._tables:
                sql = f"UPDATE {quote(table)} SET SysRevID = SysRevID + ?"
                connection.execute(sql, (delta,))
            connection.execute("UPDATE _counter SET value = value + ?", (delta,))

    def count(self, table: str, company: str | None = None) -> int:
        """Return the number of rows of a table, of one company if given."""
        where, values = company_condition(self._table(table), company)
        sql = f"SELECT count(*) FROM {quote(table)}{where}"
        found: int = self.connection().execute(sql, values).fetchone()[0]
        return found

    def rows(
        self, table: str, columns: Sequence[str], company: str | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows in key order, one value per column as the database holds it.

        Decimals and dates are text, booleans 0 or 1; a column that no row brought has its default.
        """
        described = self._table(table)
        present = self.present_columns(table)
        terms = [column_term(column_of(described, name), present) for name in columns]
        where, values = company_condition(described, company)
        order = ", ".join(map(quote, described.key))
        sql = f"SELECT {', '.join(terms)} FROM {quote(table)}{where} ORDER BY {order}"
        yield from self.connection().execute(sql, values)

    def present_columns(self, table: str) -> frozenset[str]:
        """Return the columns that the table has in the database: those that some row brought."""
        rows = self.connection().execute(f"PRAGMA table_info({quote(table)})")
        return frozenset(row[1] for row in rows)

    def _table(self, name: str) -> Table:
        try:
            return self._tables[name]
        except KeyError:
            msg = f"There is no table {name!r} in the model of the sandbox."
            raise ValueError(msg) from None

    def _insert_alike(
        self,
        connection: sqlite3.Connection,
        table: str,
        names: tuple[str, ...],
        rows: list[dict[str, Any]],
    ) -> None:
        """Insert rows that name the same columns in the same order."""
        plan = self._plans.get((table, names))
        if plan is None:
            plan = self._plans[table, names] = InsertPlan.of(self._table(table), names)
        self._add_columns(connection, self._table(table), names)
        first = 0 if "SysRevID" in names else self.reserve(len(rows))
        connection.executemany(plan.sql, plan.tuples(rows, first, date_text(self.clock())))

    def _add_columns(
        self, connection: sqlite3.Connection, table: Table, names: Iterable[str]
    ) -> None:
        missing = set(names) - self.present_columns(table.name)
        for name in sorted(missing):
            connection.execute(
                f"ALTER TABLE {quote(table.name)} ADD COLUMN {column_ddl(column_of(table, name))}"
            )


def _utc_now() -> datetime:
    """Return the time to the millisecond, which is as fine as a SQL `datetime` nearly gets."""
    now = datetime.now(timezone.utc)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)

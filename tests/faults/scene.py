"""What a fault can reach while a run is under way, and the moments at which it strikes."""

from __future__ import annotations

import threading
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import psycopg2

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from sandbox.epicor.server import EpicorServer
    from sandbox.looker.server import LookerServer
    from tests.faults.ground import Ground
    from tests.line.line import Line
    from tests.line.running import Running

What = Literal["seconds", "request", "line", "state", "transaction", "looker"]
_LOOK_SECONDS = 0.001
_OPEN = (
    "SELECT xact_start FROM pg_stat_activity WHERE datname = %s AND xact_start IS NOT NULL "
    "AND application_name = 'target-looker-staging'"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a run.

    Attributes:
        what: What is counted: seconds since the start, requests that reached Epicor, lines in the
            pipe, states that the target wrote, transactions that it opened, calls of Looker.
        count: At which one, from 1; the fault strikes while it is under way.
    """

    what: What
    count: float

    def __str__(self) -> str:
        """Return it for a person."""
        return f"{self.what} {self.count:g}"


@dataclass
class Expected:
    """How far each count goes in an undisturbed run, roughly.

    Attributes:
        rows: Records that the tap sends.
        watched: Whether lines and states can be seen: not under Meltano, which owns the pipes.
    """

    rows: int
    page_size: int
    batch_size: int
    state_every: int
    watched: bool

    def draw(self, dice: random.Random) -> Moment:
        """Return a moment, spread over the whole run whatever is counted."""
        requests = 15 + self.rows // self.page_size
        transactions = 15 + self.rows // self.batch_size + self.rows // self.state_every
        last = {
            "seconds": 1.5 if self.watched else 4.0,
            "request": requests,
            "line": self.rows + 20,
            "state": 6 + self.rows // self.state_every,
            "transaction": transactions,
            "looker": 5,
        }
        seen = [what for what in get_args(What) if self.watched or what not in ("line", "state")]
        what = dice.choice(seen)
        if what == "seconds":
            return Moment(what, round(dice.uniform(0.0, last[what]), 3))
        return Moment(what, dice.randint(1, int(last[what])))


@dataclass
class Scene:
    """One run and everything around it.

    Attributes:
        expected: How far the run's counts go.
        requests: Requests that reached Epicor so far in this run.
        undo: Ends what faults have left behind, once the run is over.
    """

    ground: Ground
    epicor: EpicorServer
    looker: LookerServer
    line: Line
    dice: random.Random
    expected: Expected
    under_way: Running | None = None
    requests: int = 0
    looker_calls_before: int = 0
    begun: threading.Event = field(default_factory=threading.Event)
    undo: ExitStack = field(default_factory=ExitStack)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def database(self) -> str:
        """Name of the database that the run loads."""
        return self.line.database["database"]

    def begin(self, running: Running) -> None:
        """Let the faults' clocks run."""
        self.under_way = running
        self.begun.set()

    def end(self) -> None:
        """Wait for the faults that are striking, and undo what they did."""
        for thread in self._threads:
            thread.join()
        self.undo.close()

    @property
    def running(self) -> Running:
        """The run, once it has begun."""
        assert self.under_way is not None
        return self.under_way

    def at(self, moment: Moment, action: Callable[[], bool]) -> Callable[[], bool]:
        """Do something at a moment of the run; return what tells whether it was done."""
        done = threading.Event()

        def watch() -> None:
            self.begun.wait()
            if self._wait_for(moment) and action():
                done.set()

        thread = threading.Thread(target=watch, daemon=True)
        self._threads.append(thread)
        thread.start()
        return done.is_set

    def _wait_for(self, moment: Moment) -> bool:
        """Return whether the moment came before the run was over."""
        over = self.running.over
        if moment.what == "seconds":
            return not over.wait(moment.count)
        count = self._counter(moment.what)
        while count() < moment.count:
            if over.wait(_LOOK_SECONDS):
                return False
        return True

    def _counter(self, what: What) -> Callable[[], float]:
        running = self.running
        match what:
            case "request":
                return lambda: self.requests
            case "line":
                return lambda: running.lines
            case "state":
                return lambda: running.states
            case "looker":
                return lambda: len(self.looker.calls) - self.looker_calls_before
            case _:
                return self._transactions()

    def _transactions(self) -> Callable[[], float]:
        """Return a counter of transactions of the target, which rises while one is open."""
        seen: set[Any] = set()
        connection = self.connect("postgres")
        self.undo.callback(connection.close)

        def count() -> float:
            with suppress(psycopg2.Error), connection.cursor() as cursor:
                cursor.execute(_OPEN, (self.database,))
                seen.update(start for (start,) in cursor.fetchall())
            return len(seen)

        return count

    def connect(self, database: str | None = None) -> Any:
        """Return a connection of the superuser, in autocommit mode."""
        settings = self.ground.database(database or self.database)
        connection = psycopg2.connect(**settings, application_name="faults")
        connection.autocommit = True
        return connection

    def ask(self, statement: str, *values: object) -> list[Any]:
        """Return the rows of a statement in the run's database."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall()) if cursor.description else []

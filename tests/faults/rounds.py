"""A round: the line is broken while it runs, runs again undisturbed, and is held to the source."""

from __future__ import annotations

import random
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.epicor.options import EpicorOptions
from sandbox.epicor.server import EpicorServer
from sandbox.looker.server import LookerServer
from tests.faults import inspection
from tests.faults.inspection import Finding, Lived, Look, Told, run_entries
from tests.faults.line import TAP_ENTRY, KeptLine, noting_programs
from tests.faults.refreshes import BOUND_PLAN, PLAN, wrong_refreshes
from tests.faults.scene import Expected, Scene
from tests.faults.source import Clock, Life, latest_change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sandbox.epicor.store import Store
    from tests.faults.ground import Ground, Start
    from tests.faults.kinds import Kind
    from tests.faults.plans import Plan
    from tests.line.line import Line

_ALL_ROWS = 3_025
_ALWAYS_READ = 30  # rows that each run reads again: a small table as a whole, and the last ones
_QUIET_RUNS = 3


@dataclass(slots=True)
class Result:
    """What came of a round.

    Attributes:
        struck: Names of the faults that really happened, once for each run in which they did.
        endings: For each broken run: whether it ended well all the same.
        findings: What must not be.
        logs: What the processes wrote, run by run.
    """

    plan: Plan
    struck: list[str] = field(default_factory=list)
    endings: list[bool] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)


def live_through(plan: Plan, ground: Ground, directory: Path) -> Result:
    """Live through a round in an empty folder, and return what came of it."""
    with ExitStack() as stack:
        start = ground.start(plan.cursor)
        source = directory / "source.db"
        shutil.copy(start.source, source)
        template = start.staging if plan.loaded else "template0"
        database = stack.enter_context(ground.staging(f"round_{plan.number}", template))
        options = EpicorOptions(updated_on=plan.cursor == "UpdatedOn")
        epicor = stack.enter_context(EpicorServer(source, options))
        looker = stack.enter_context(LookerServer())
        line = KeptLine(
            directory,
            epicor,
            looker,
            database,
            tap_settings=_tap(plan),
            target_settings=_target(plan),
            catalog=start.catalog,
            executables=noting_programs(directory, plan.state_every),
            tap_entry=TAP_ENTRY,
        )
        stack.callback(line.close)
        if plan.loaded:
            _take_over(start, directory)
        return _Round(plan, ground, line, source).live()


def _tap(plan: Plan) -> dict[str, Any]:
    return {
        "page_size": plan.page_size,
        "max_concurrent_requests": plan.in_flight,
        "timeout_seconds": 1,
        **({"auth_method": "token_resource"} if plan.tokens else {}),
    }


def _target(plan: Plan) -> dict[str, Any]:
    return {
        "batch_size_rows": plan.batch_size,
        "checkpoint_seconds": 0,
        "lock_timeout_seconds": 2,
        "looker_scheduled_plans": [PLAN],
        "looker_timeout_seconds": 1,
    }


def _take_over(start: Start, directory: Path) -> None:
    """Give a round the state of the first load, for the pipe and for Meltano."""
    shutil.copy(start.project / "state.json", directory)
    (directory / ".meltano").mkdir()
    shutil.copy(start.project / ".meltano" / "meltano.db", directory / ".meltano")


class _Round:
    """A round while it is lived through."""

    def __init__(self, plan: Plan, ground: Ground, line: Line, source: Path) -> None:
        self.plan = plan
        self.ground = ground
        self.line = line
        self.source = source
        self.store: Store = line.epicor.store
        self.store.clock = Clock(latest_change(source))
        self.dice = random.Random(f"{plan.seed}:{plan.number}:life")
        self.life = Life(self.store, self.dice, plan.busy)
        self.result = Result(plan)
        self.runs: list[Lived] = []
        self.logged = len(run_entries(line))

    def live(self) -> Result:
        if self.plan.working_day:
            self.life.working_day()
        self.life.change(self.plan.changed)
        for kinds in self.plan.faults:
            self._run_broken(kinds)
        self.line.epicor.before_request = None
        self._run_quietly()
        self.result.findings += list(self._final_findings())[:20]
        if self.line.epicor.failures:
            self.result.findings.append(
                Finding("ending", f"the sandbox itself failed: {self.line.epicor.failures[0]!r}")
            )
        return self.result

    def _run_broken(self, kinds: tuple[Kind, ...]) -> None:
        plan = self.plan
        margin = 200 if plan.cursor == "SysRevID" else 0
        again = _ALWAYS_READ + margin + self.life.changes
        rows = _ALL_ROWS if plan.afresh or not plan.loaded else again
        expected = Expected(
            rows,
            plan.page_size,
            plan.batch_size,
            plan.state_every,
            watched=not plan.under_meltano,
        )
        scene = Scene(
            self.ground, self.line.epicor, self.line.looker, self.line, self.dice, expected
        )
        scene.looker_calls_before = len(self.line.looker.calls)

        def before_request(request: object) -> None:
            scene.requests += 1
            self.life.stir(request)

        self.line.epicor.before_request = before_request
        armed = [(kind, kind.arm(scene)) for kind in kinds]
        unchanged_through = self._counter()
        lived = self._run(scene, afresh=plan.afresh)
        scene.end()
        self.line.epicor.faults.clear()
        self.line.looker.faults.clear()
        struck = [kind for kind, has_struck in armed if has_struck()]
        self.result.struck += [kind.name for kind in struck]
        self.result.endings.append(lived.ending.ok)
        look = Look(self.line, self.source)
        found = [*inspection.wrong_ending(lived, look, unchanged_through)]
        bookmarks = inspection.held_state(self.line, under_meltano=plan.under_meltano)
        found += inspection.state_without_rows(look, bookmarks)
        if not lived.ending.ok and all(kind.survivable for kind in kinds):
            found.append(Finding("ending", f"it should have got over it: {lived.ending.codes}"))
        self.result.findings += found[:20]

    def _run_quietly(self) -> None:
        for attempt in range(1, _QUIET_RUNS + 1):
            lived = self._run(None)
            if lived.ending.ok:
                break
            self.result.findings.append(
                Finding("ending", f"undisturbed run {attempt} ended with {lived.ending.codes}")
            )

    def _run(self, scene: Scene | None, *, afresh: bool = False) -> Lived:
        looker = self.line.looker.instance
        before = len(looker.deliveries)
        if self.plan.under_meltano:
            running = self.line.start_meltano(afresh=afresh)
        else:
            running = self.line.start_pipe(watched=scene is not None, afresh=afresh)
        if scene is not None:
            scene.begin(running)
        ending = running.finish()
        if scene is not None:
            # Before anybody looks: a server that is being restarted must be back.
            scene.end()
        told = [delivery.plan_id for delivery in looker.deliveries[before:]]
        entries = run_entries(self.line)
        entry = entries[-1] if len(entries) > self.logged else None
        self.logged = len(entries)
        self.result.logs.append(ending.log)
        lived = Lived(
            ending,
            entry,
            Told(told.count(BOUND_PLAN), told.count(PLAN)),
        )
        self.runs.append(lived)
        return lived

    def _final_findings(self) -> Iterator[Finding]:
        look = Look(self.line, self.source)
        yield from inspection.missing_rows(look)
        yield from inspection.superfluous_rows(look, self.life)
        yield from inspection.wrong_counts(look)
        yield from inspection.wrong_last_run(self.line, self.runs[-1])
        yield from wrong_refreshes(self.line, self._runs_as_they_stand())

    def _runs_as_they_stand(self) -> list[Lived]:
        """Return the runs with what the run log says now: a run that was killed is found later."""
        now = {entry.run_id: entry for entry in run_entries(self.line)}
        return [
            Lived(run.ending, now[run.entry.run_id] if run.entry else None, run.told)
            for run in self.runs
        ]

    def _counter(self) -> int:
        """Return the number of the source's last change."""
        (value,) = self.store.connection().execute("SELECT value FROM _counter").fetchone()
        return int(value) - 1

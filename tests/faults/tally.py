"""Figures of many rounds, as a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.rounds import Result

_HEAD = (
    "| Fault | Runs that met it | Ended well all the same | Rows lost | Double "
    "| Wrong refreshes | Other findings |"
)


@dataclass
class Tally:
    """Counts by kind of fault.

    A finding counts for each fault of its round.
    """

    rounds: int = 0
    meltano: int = 0
    planned: int = 0
    runs: Counter[str] = field(default_factory=Counter)
    well: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    by_kind: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, result: Result) -> None:
        """Count a round."""
        self.rounds += 1
        self.meltano += result.plan.under_meltano
        self.planned += sum(len(kinds) for kinds in result.plan.faults)
        found = {finding.problem for finding in result.findings}
        self.problems.update(found)
        for name in result.struck:
            self.runs[name] += 1
            self.well[name] += all(result.endings)
            self.by_kind[name].update(found)

    def table(self, names: list[str]) -> str:
        """Return a Markdown table with a row for each kind, in the order given."""
        rows = [
            self._row(name, self.runs[name], self.well[name], self.by_kind[name]) for name in names
        ]
        total = sum(self.runs.values())
        rows.append(self._row("**all**", total, sum(self.well.values()), self.problems))
        return "\n".join((_HEAD, "|:--|--:|--:|--:|--:|--:|--:|", *rows))

    @staticmethod
    def _row(name: str, runs: int, well: int, found: Counter[str]) -> str:
        other = sum(found[problem] for problem in ("state", "audit", "ending"))
        figures = (runs, well, found["lost"], found["double"], found["refresh"], other)
        return f"| {name} | {' | '.join(map(str, figures))} |"

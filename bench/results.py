"""What a benchmark module yields, and how it is read: rates, ratios, goals."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.processes import Usage


@dataclass(frozen=True, slots=True)
class Measure:
    """One contender in one case.

    Attributes:
        case: What was done, the same text for all who did it: "full load, 62 columns".
        contender: Who did it: a program's name, or "floor" and what that is.
        amount: How much was done, in `unit`.
        seconds: Wall-clock time.
        cpu_seconds: Processor time of all processes of this contender, when known.
        peak_mb: Largest resident memory in megabytes (10^6 bytes), when known.
        unit: What `amount` counts.
    """

    case: str
    contender: str
    amount: int
    seconds: float
    cpu_seconds: float | None = None
    peak_mb: float | None = None
    unit: str = "rows"

    @classmethod
    def of(
        cls, case: str, contender: str, amount: int, usage: Usage, unit: str = "rows"
    ) -> Measure:
        """Return what a process did in a case."""
        return cls(case, contender, amount, usage.seconds, usage.cpu_seconds, usage.peak_mb, unit)

    @property
    def rate(self) -> float:
        """Return how much was done per second."""
        return self.amount / self.seconds


@dataclass(frozen=True, slots=True)
class Goal:
    """`contender` is at least `times` as fast as `other` in `case`."""

    case: str
    contender: str
    other: str
    times: float

    def ratio(self, measures: Iterable[Measure]) -> float | None:
        """Return how many times as fast it was, or None if one of the two was not measured."""
        rates = {one.contender: one.rate for one in measures if one.case == self.case}
        if self.contender not in rates or self.other not in rates:
            return None
        return rates[self.contender] / rates[self.other]


def render_measures(measures: Sequence[Measure]) -> str:
    """Return a table per case, fastest first, each rate also as a multiple of the slowest."""
    parts = []
    for case in dict.fromkeys(one.case for one in measures):
        ranked = sorted(
            (one for one in measures if one.case == case),
            key=operator.attrgetter("rate"),
            reverse=True,
        )
        slowest = ranked[-1].rate
        rows = [
            f"| {one.contender} | {one.rate:,.0f} | {one.rate / slowest:.2f} | {one.seconds:.2f} "
            f"| {_optional(one.cpu_seconds, 2)} | {_optional(one.peak_mb, 0)} |"
            for one in ranked
        ]
        parts.append(
            f"### {case}\n\n"
            f"| Contender | {ranked[0].unit}/s | ratio | seconds | CPU seconds | peak MB |\n"
            "|:--|--:|--:|--:|--:|--:|\n" + "\n".join(rows)
        )
    return "\n\n".join(parts) + "\n"


def render_goals(goals: Sequence[Goal], measures: Sequence[Measure]) -> tuple[str, bool]:
    """Return a table of wanted and measured ratios, and whether all that were measured hold."""
    lines = ["| Case | Ratio | wanted | measured | |", "|:--|:--|--:|--:|:--|"]
    reached = True
    for goal in goals:
        ratio = goal.ratio(measures)
        holds = ratio is None or ratio >= goal.times
        reached = reached and holds
        measured = "not measured" if ratio is None else f"{ratio:.2f}"
        verdict = "" if ratio is None else ("reached" if holds else "**missed**")
        lines.append(
            f"| {goal.case} | {goal.contender} : {goal.other} "
            f"| ≥ {goal.times:g} | {measured} | {verdict} |"
        )
    return "\n".join(lines) + "\n", reached


def _optional(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"

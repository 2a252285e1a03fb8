"""`python -m bench [MODULE ...]`: run benchmarks, print what they find, write `RESULTS.md`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import bench
from bench.results import render_goals, render_measures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from bench.results import Goal, Measure

RESULTS = Path(__file__).with_name("RESULTS.md")


@dataclass(frozen=True, slots=True)
class Report:
    """What one module found."""

    title: str
    measures: tuple[Measure, ...]
    goals: tuple[Goal, ...]


def find_modules() -> dict[str, ModuleType]:
    """Return the modules of this package that measure something, by name."""
    names = sorted(found.name for found in iter_modules(bench.__path__) if found.name != "__main__")
    modules = {name: import_module(f"bench.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "measure")}


def run_module(module: ModuleType) -> Report:
    """Run one module, telling each figure as it comes."""
    print(f"\n{module.TITLE}", flush=True)
    measures = []
    for one in module.measure():
        measures.append(one)
        print(
            f"  {one.case:<44} {one.contender:<28} {one.rate:>12,.0f} {one.unit}/s"
            f" {one.seconds:>8.2f} s",
            flush=True,
        )
    return Report(module.TITLE, tuple(measures), tuple(getattr(module, "GOALS", ())))


def render(reports: Sequence[Report]) -> tuple[str, bool]:
    """Return RESULTS.md and whether every measured goal was reached."""
    when = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    parts = [
        "# Benchmark results",
        (
            f"{when}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
            f"Python {platform.python_version()}. Written by `make bench`; ratios inside this run "
            "count, absolute figures say more about the machine."
        ),
    ]
    reached = True
    for report in reports:
        parts += [f"## {report.title}", render_measures(report.measures)]
        if report.goals:
            table, holds = render_goals(report.goals, report.measures)
            reached = reached and holds
            parts.append("### Goals\n\n" + table)
    return "\n\n".join(part.rstrip() for part in parts) + "\n", reached


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all; return 1 if a goal was missed, 2 if there is none."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Run the benchmarks.")
    parser.add_argument("modules", nargs="*", help="which to run; all when none is named")
    wanted = parser.parse_args(arguments).modules
    modules = find_modules()
    if unknown := sorted(set(wanted) - set(modules)):
        print(
            f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(modules) or 'none'}."
        )
        return 2
    chosen = {name: modules[name] for name in wanted or modules}
    if not chosen:
        print("There is no benchmark to run.")
        return 2
    text, reached = render([run_module(module) for module in chosen.values()])
    print("\n" + text)
    if not wanted:  # a part is not the whole picture
        RESULTS.write_text(text, encoding="utf-8")
        print(f"Written to {RESULTS}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())

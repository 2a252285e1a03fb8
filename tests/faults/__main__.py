"""Many rounds: `python -m tests.faults --rounds 500`."""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.ground import Ground
from tests.faults.plans import KINDS, make_plan
from tests.faults.rounds import live_through
from tests.faults.tally import Tally

if TYPE_CHECKING:
    from tests.faults.rounds import Result

_EVERY = 10


def main() -> int:
    """Live through the rounds that are asked for; return 1 if anything was found."""
    options = _options()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    numbers = options.only or range(options.first, options.first + options.rounds)
    names = tuple(options.kind or ())
    _say(f"seed {seed}, {len(numbers)} rounds")
    tally, started, wrong = Tally(), time.monotonic(), 0
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    ground = Ground(folder, Path(tempfile.mkdtemp(prefix="faults-postgres-")))
    try:
        for done, number in enumerate(numbers, start=1):
            directory = folder / f"round-{number}"
            directory.mkdir()
            plan = make_plan(seed, number, names)
            result = live_through(plan, ground, directory)
            tally.add(result)
            if options.verbose or result.findings:
                wrong += bool(result.findings)
                _tell(result, directory)
            if not result.findings:
                shutil.rmtree(directory)
            if done % _EVERY == 0 or done == len(numbers):
                seconds = time.monotonic() - started
                _say(f"{done} rounds in {seconds:.0f} s, {wrong} with findings")
    finally:
        ground.close()
        shutil.rmtree(ground.server_directory)
    _say("")
    _say(f"seed {seed}: {tally.rounds} rounds, {tally.meltano} under Meltano, "
         f"{sum(tally.runs.values())} of {tally.planned} faults struck")  # fmt: skip
    _say(tally.table([kind.name for kind in KINDS]))
    if not wrong:
        shutil.rmtree(folder)
    return min(wrong, 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, help="repeats a run; printed at its start")
    parser.add_argument("--first", type=int, default=0, help="number of the first round")
    parser.add_argument("--only", type=int, nargs="+", help="numbers of the rounds to repeat")
    names = [kind.name for kind in KINDS]
    parser.add_argument(
        "--kind",
        action="append",
        choices=names,
        metavar="NAME",
        help=f"first fault of each round, instead of all in turn: {'; '.join(names)}",
    )
    parser.add_argument("--verbose", action="store_true", help="a line for each round")
    return parser.parse_args()


def _tell(result: Result, directory: Path) -> None:
    met = ", ".join(result.struck) or "no fault struck"
    _say(f"{result.plan}: met {met}; ended well: {result.endings}")
    if result.findings:
        (directory / "runs.log").write_text("\n\n".join(result.logs), encoding="utf-8")
        _say(f"  kept in {directory}")
        for finding in result.findings[:5]:
            _say(f"  {finding.problem}: {finding.text}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

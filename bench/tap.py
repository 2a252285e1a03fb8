"""How fast tap-epicor-kinetic reads, against a plain tap and the floor."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.processes import SCRIPTS, Usage, best, run, run_into_pipe
from bench.results import Goal, Measure
from bench.source import FIRST_VERSION, SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLE = "Reading: tap-epicor-kinetic"
PAGE_SIZE = 500
ROWS = 200_000
GIANT_ROWS = 20_000
SLOW_ROWS = 100_000

TAP = "tap-epicor-kinetic"
PLAIN = "plain SDK tap"
FLOOR = "floor: fetch and orjson"

WIDE = "200,000 rows of 62 columns, no latency"
GIANT = "20,000 rows of 500 columns, no latency"
SLOW = "100,000 rows of 62 columns, 80 ms per request"
MANY = "2,000,000 rows of 62 columns, no latency"
QUIET = "ten streams, nothing changed"

APART = ", start-up apart"

GOALS = (
    Goal(WIDE + APART, TAP, PLAIN, 20),
    Goal(WIDE, TAP, FLOOR, 1),
    Goal(WIDE + APART, TAP, FLOOR, 1),
    Goal(GIANT, TAP, PLAIN, 1),
    Goal(SLOW + APART, f"{TAP}, 2 in flight", f"{TAP}, 1 in flight", 1.8),
    Goal(SLOW + APART, f"{TAP}, 8 in flight", f"{TAP}, 1 in flight", 6),
    Goal(QUIET, TAP, f"{TAP} --version", 1 / 1.3),
)


def measure() -> Iterator[Measure]:
    """Yield the measures case by case."""
    with source() as base_url:
        for entity_set, case, rows in (("Wides", WIDE, ROWS), ("Giants", GIANT, GIANT_ROWS)):
            commands = {
                TAP: tap_command(base_url, entity_set),
                PLAIN: plain_command(base_url, entity_set),
                FLOOR: _floor(base_url, entity_set),
            }
            for contender in (TAP, FLOOR):  # the server renders each selection once
                run(commands[contender])
            for contender, command in commands.items():
                usage = best(partial(run_into_pipe, command), 1 if contender == PLAIN else 3)
                yield Measure.of(case, contender, rows, usage)
                yield Measure.of(
                    case + APART, contender, rows, usage.apart_from(_start_up(contender))
                )
        yield from _quiet(base_url)
    with source("--latency-ms", "80", "--rows", str(SLOW_ROWS)) as base_url:
        run(tap_command(base_url, "Wides", max_concurrent_requests=8))
        for in_flight in (1, 2, 8):
            command = tap_command(base_url, "Wides", max_concurrent_requests=in_flight)
            contender, usage = f"{TAP}, {in_flight} in flight", run_into_pipe(command)
            yield Measure.of(SLOW, contender, SLOW_ROWS, usage)
            yield Measure.of(SLOW + APART, contender, SLOW_ROWS, usage.apart_from(_start_up(TAP)))
    with source("--rows", "2000000") as base_url:
        yield Measure.of(MANY, TAP, 2_000_000, run_into_pipe(tap_command(base_url, "Wides")))


def _quiet(base_url: str) -> Iterator[Measure]:
    """Compare a run that finds nothing with the start of the program."""
    streams = [f"wides_{number}" for number in range(10)]
    command = tap_command(base_url, "Wides", streams=streams)
    with tempfile.TemporaryFile() as out:
        run([*command, "--state", _after_everything(streams)], stdout=out)
        out.seek(0)
        state = json.loads(out.read().splitlines()[-1])["value"]
    quiet = [*command, "--state", _file("state.json", state)]
    yield Measure.of(QUIET, TAP, 1, best(partial(run_into_pipe, quiet), 5), unit="runs")
    version = [str(SCRIPTS / TAP), "--version"]
    yield Measure.of(
        QUIET, f"{TAP} --version", 1, best(partial(run_into_pipe, version), 5), unit="runs"
    )


def _after_everything(streams: list[str]) -> str:
    last = FIRST_VERSION + ROWS - 1
    partition = {
        "context": {"Company": "EPIC06"},
        "source": f"{SERVICE}/Wides",
        "replication_key": "SysRevID",
        "replication_key_value": last,
        "high_waters": [{"at": "2026-01-01T00:00:00Z", "value": last}],
        "began_at": "2026-01-02T00:00:00Z",
    }
    return _file(
        "start.json", {"bookmarks": {name: {"partitions": [partition]} for name in streams}}
    )


@cache
def _start_up(contender: str) -> Usage:
    """Return what it takes to start a contender and do nothing."""
    commands = {
        TAP: [str(SCRIPTS / TAP), "--version"],
        PLAIN: [sys.executable, "-m", "bench.contenders.plain_tap", "--version"],
        FLOOR: [sys.executable, "-c", "import orjson, requests"],
    }
    return best(partial(run_into_pipe, commands[contender]), 5)


def tap_command(
    base_url: str, entity_set: str, streams: list[str] | None = None, **settings: Any
) -> list[str]:
    """Return how to run the tap on a set, its catalog written beforehand."""
    names = streams or [entity_set.lower()]
    config = {
        "base_url": base_url,
        "company": "EPIC06",
        "username": "bench",
        "password": "bench",
        "page_size": PAGE_SIZE,
        "streams": [{"name": name, "service": SERVICE, "entity_set": entity_set} for name in names],
        **settings,
    }
    path = _file(f"config-{entity_set}-{len(names)}-{len(settings)}.json", config)
    command = [str(SCRIPTS / TAP), "--config", path]
    discovered = subprocess.run([*command, "--discover"], check=True, capture_output=True).stdout
    catalog = json.loads(discovered)
    catalog["streams"] = [entry for entry in catalog["streams"] if entry["stream"] in names]
    for entry in catalog["streams"]:
        next(item for item in entry["metadata"] if not item["breadcrumb"])["metadata"][
            "selected"
        ] = True
    return [*command, "--catalog", _file(f"catalog-{entity_set}-{len(names)}.json", catalog)]


def plain_command(base_url: str, entity_set: str) -> list[str]:
    """Return how to run the plain tap on a set."""
    config = {"base_url": base_url, "entity_set": entity_set, "page_size": PAGE_SIZE}
    path = _file(f"plain-{entity_set}.json", config)
    return [sys.executable, "-m", "bench.contenders.plain_tap", "--config", path]


def _floor(base_url: str, entity_set: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "bench.contenders.floor_tap",
        base_url,
        entity_set,
        str(PAGE_SIZE),
    ]


_FOLDER = tempfile.TemporaryDirectory(prefix="bench-")


def _file(name: str, content: Any) -> str:
    path = Path(_FOLDER.name, name)
    path.write_text(json.dumps(content))
    return str(path)


@contextmanager
def source(*arguments: str) -> Iterator[str]:
    """Start the data server, yield its base URL, and stop it."""
    command = [sys.executable, "-m", "bench.source", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()

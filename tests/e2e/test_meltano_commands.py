"""The operator's commands under Meltano, and a refresh after a target of another make."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.demo.project import ROOT
from tests.line.line import TAP

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.line.line import Line

OTHER = "target-other"
# What any Singer target does at the least: take everything in, give the last state out.
SCRIPT = """#!{python}
import json, sys
messages = [json.loads(line) for line in sys.stdin]
print(json.dumps([each["value"] for each in messages if each["type"] == "STATE"][-1]))
sys.exit({code})
"""


@pytest.fixture
def load(line: Line, tmp_path: Path) -> Callable[..., int]:
    """Give a load of vendors by another target and then a refresh; it returns the exit code."""
    line.tap_settings["_select"] = ["vendors.*"]
    script = tmp_path / OTHER

    def run(code: int = 0) -> int:
        script.write_text(SCRIPT.format(python=sys.executable, code=code))
        script.chmod(0o700)
        line.other_targets = [
            {"name": OTHER, "namespace": "target_other", "executable": str(script)}
        ]
        return line.meltano("run", TAP, OTHER, "looker-staging:refresh").code

    return run


def test_refresh_after_another_target(line: Line, load: Callable[..., int]) -> None:
    """After a load by any target the utility tells Looker, once and without our run log."""
    line.target_settings.update(looker_scheduled_plans=["31"])
    assert load() == 0
    assert line.refreshed() == ["21"]
    assert len(line.looker.instance.deliveries) == 2  # plan 31, and 32 that the datagroup sends
    assert line.looker.operations().count("login") == 1


@pytest.mark.parametrize("what", ["tap", "target"])
def test_no_refresh_after_a_load_that_failed(
    line: Line, load: Callable[..., int], what: str
) -> None:
    """Meltano does not come to the refresh when tap or target failed before it."""
    if what == "tap":
        line.epicor.faults.add("status", path="VendorSvc/Vendors", times=None, status=403)
    assert load(code=int(what == "target")) != 0
    assert line.looker.calls == []


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        pytest.param(("check",), 0, "✓  datagroup epicor_kinetic::staging", id="check"),
        pytest.param(("runs",), 1, "no run log yet", id="runs"),
        pytest.param(("refresh",), 1, "no run log yet", id="refresh"),
        pytest.param(
            ("dashboards", "--from", str(ROOT / "looker"), "--dry-run"),
            0,
            "new  Accounts Payable",
            id="dashboards",
        ),
    ],
)
def test_command(line: Line, command: tuple[str, ...], code: int, words: str) -> None:
    """Each command is a command of the plugin, with the plugin's settings."""
    line.target_settings.update(looker_dashboards_folder="1")
    name, *options = command
    outcome = line.meltano("invoke", f"target-looker-staging:{name}", *options)
    assert outcome.code == code, outcome.log
    assert words in outcome.log


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"base_url": "http://127.0.0.1:9/x"}, "cannot be reached", id="no server"),
        pytest.param({"password": "wrong"}, "Check user, password and API key", id="password"),
        pytest.param({"max_concurrent_requests": 99}, "max_concurrent_requests", id="setting"),
        pytest.param({"baqs": [{"id": "NoSuchBaq", "primary_keys": ["x"]}]}, "", id="no BAQ"),
    ],
)
def test_mistakes_are_no_tracebacks_under_meltano(
    line: Line, settings: dict[str, Any], words: str
) -> None:
    """What a user or a server did wrong stands in the log of `meltano run`, and no code does."""
    line.tap_settings["_select"] = ["vendors.*"]
    line.tap_settings.update(settings)
    done = line.run_meltano()
    assert words in done.output
    assert "Traceback" not in done.output
    assert bool(done.code) == bool(words)

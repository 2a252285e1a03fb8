"""What others have named or answered reaches no terminal but as printable text."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from sandbox.looker.instance import Plan
from target_looker_staging.commands.cli import main
from target_looker_staging.printable import printable
from tests.target.conftest import VENDORS, record, schema, wire
from tests.target.test_looker_refresh import settings
from tests.target.test_process import SCRIPTS
from tests.target.test_run_log import run_state

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

EVIL = "a\x1b]0;title\x07\x1b[2J\r\nforged line\u202e\x9b31m\x7f"
SHOWN = r"a\x1b]0;title\x07\x1b[2J\r\nforged line\u202e\x9b31m\x7f"


def messages(*, status: str = "done") -> list[dict[str, Any]]:
    """Return a load of one stream of that name."""
    last = run_state(1, complete=status == "done", status=status)
    last["value"]["run"]["streams"] = {EVIL: last["value"]["run"]["streams"]["vendors"]}
    return [schema(EVIL, VENDORS), record(EVIL, Company="A", VendorNum=1), last]


def is_plain(text: str) -> bool:
    """Return whether a text has no character but printable ones and ends of lines."""
    return all(each.isprintable() or each == "\n" for each in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(EVIL, SHOWN, id="escapes"),
        pytest.param("Müller\u00a0支払 😀", "Müller\u00a0支払 😀", id="names-of-people"),
        pytest.param("\u2028\u200b\ufeff\ud800", r"\u2028\u200b\ufeff\ud800", id="unseen"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_printable(text: str, expected: str) -> None:
    """What cannot be seen is shown as its code, and letters of all languages stay."""
    assert printable(text) == expected


@pytest.mark.parametrize(
    "load",
    [
        pytest.param(messages(), id="whole"),
        pytest.param(messages(status="running"), id="cut"),
        pytest.param([schema(EVIL), record(EVIL, Company="A", VendorNum="x")], id="bad-record"),
        pytest.param([schema(EVIL, {"properties": {}})], id="no-properties"),
        pytest.param([record(EVIL, VendorNum=1)], id="no-schema"),
        pytest.param([schema("v", VENDORS, [EVIL])], id="property"),
        pytest.param([{"type": EVIL}], id="message"),
    ],
)
def test_log_of_the_target(
    staging: Staging, looker: LookerServer, tmp_path: Path, load: list[Any]
) -> None:
    """Whatever a stream or a property is called, the log is printable text."""
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**staging.config, **settings(looker)}))
    done = subprocess.run(
        [SCRIPTS / "target-looker-staging", "--config", config],
        input=wire(*load), capture_output=True, check=False,
    )  # fmt: skip
    log = done.stderr.decode()
    assert log
    assert is_plain(log), log
    assert "forged line" not in [line.strip() for line in log.splitlines()]


def test_commands(staging: Staging, looker: LookerServer, tmp_path: Path) -> None:
    """The operator's commands show names from the run log and from Looker as printable text."""
    looker.instance.plans.append(Plan("61", EVIL, "7", "x@example.com"))
    plans = {"looker_scheduled_plans": ["61", {"id": "31", "streams": [EVIL]}]}
    staging.sync(*messages(), run_id="one")
    staging.rows("UPDATE _sync_runs SET error = %s, tap = %s", EVIL, EVIL)
    staging.rows("UPDATE _sync_run_streams SET is_whole = false")
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**staging.config, **settings(looker, **plans)}))
    said = ""
    for arguments in (
        ["check"], ["runs"], ["runs", "run-1"], ["runs", EVIL], ["refresh"], ["refresh", "--all"],
        ["replay", EVIL], ["refresh", "--accept", EVIL], ["refresh", "--accept", "run-1"],
        ["lookml", "--output", str(tmp_path / "block")],
    ):  # fmt: skip
        done = CliRunner().invoke(main, ["--config", str(config), *arguments])
        assert is_plain(done.output), (arguments, done.output)
        assert done.exception is None or isinstance(done.exception, SystemExit), arguments
        said += done.output
    assert said.count(SHOWN) > 5

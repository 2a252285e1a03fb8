"""A run and the commands of its plugin see the same settings, however Meltano was given them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.line.line import TAP, TARGET

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.line.line import Line
    from tests.line.running import Outcome

OTHER = "target-prod"


@pytest.fixture
def with_plugin(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Callable[..., Outcome]]:
    """Give Meltano with the target under another name, its settings in meltano.yml alone."""
    line.tap_settings["_select"] = ["vendors.*"]

    def project(**config: Any) -> Callable[..., Outcome]:
        write = type(line).write_project

        def write_project(self: Line) -> None:
            write(self)
            path = self.directory / "meltano.yml"
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
            [target] = document["plugins"]["loaders"]
            # What is not declared is in no variable of a run, unless the shell has it.
            declared = [each for each in target["settings"] if each["name"] != "invoked_by"]
            own = {**self.target_config, **config}
            target.update(name=OTHER, namespace="target_prod", settings=declared, config=own)
            path.write_text(yaml.safe_dump(document), encoding="utf-8")

        monkeypatch.setattr(type(line), "write_project", write_project)
        # Another target of the same make has other settings, and its variables are in the shell.
        line.environment["TARGET_LOOKER_STAGING_DATABASE"] = "no_such_database"
        return line.meltano

    return project


def test_run_and_check_under_another_name(
    line: Line, with_plugin: Callable[..., Callable[..., Outcome]]
) -> None:
    """A plugin of another name has its own settings, maps and variables in runs and commands."""
    maps = {"vendors": {"__alias__": "suppliers", "known_as": "Name"}}
    meltano = with_plugin(stream_maps=maps)
    line.environment["TARGET_PROD_INVOKED_BY"] = "night"
    run_id = str(uuid.uuid4())
    done = meltano("run", f"--run-id={run_id}", "--state-id-suffix=eu", TAP, OTHER)
    assert done.code == 0, done.log
    state_id = f"sandbox:{TAP}-to-{OTHER}:eu"
    assert line.query("SELECT invoked_by, meltano_run_id, state_id FROM _sync_runs") == [
        ("night", run_id, state_id)
    ]
    [(count,)] = line.query("SELECT count(*) FROM suppliers WHERE known_as IS NOT NULL")
    assert count > 0
    done = meltano("invoke", f"{OTHER}:check")
    assert done.code == 0, done.log
    assert f"/{line.database['database']}" in done.log
    assert run_id in meltano("invoke", f"{OTHER}:runs").log

    # The command sets the state back by the tables that the map names.
    line.query("SELECT 1 FROM suppliers")
    done = meltano("invoke", f"{OTHER}:replay", "--behind", "--dry-run")
    assert f"State {state_id}: nothing to set back" in done.log


def test_unknown_setting_in_run_and_check(
    line: Line, with_plugin: Callable[..., Callable[..., Outcome]]
) -> None:
    """A setting that there is not is refused by a run and by a command, the nearest named."""
    meltano = with_plugin(hard_deletes=True)
    words = "hard_deletes: there is no such setting"
    for arguments in (("run", TAP, OTHER), ("invoke", f"{OTHER}:check")):
        done = meltano(*arguments)
        assert done.code != 0
        assert words in done.log
        assert "did you mean hard_delete?" in done.log
    assert line.query("SELECT status FROM _sync_runs") == [("failed",)]


@pytest.mark.timeout(240)
def test_warehouse_that_lost_its_rows_is_made_whole(line: Line) -> None:
    """A dropped table stops the run; one command and one normal run later everything is there."""
    line.tap_settings["_select"] = ["vendors.*", "buyers.*"]
    assert line.run_meltano().code == 0
    counts = "SELECT (SELECT count(*) FROM vendors), (SELECT count(*) FROM buyers)"
    whole = line.query(counts)
    line.change("DROP TABLE vendors")
    done = line.run_meltano()
    assert done.code != 0
    state_id = f"sandbox:{TAP}-to-{TARGET}"
    command = f"invoke {TARGET}:replay --behind --state-id={state_id}"
    assert f"`meltano --environment=sandbox {command}`" in done.log
    assert "'vendors' (EPIC06)" in done.log
    assert "'buyers' (" not in done.log
    done = line.meltano(*command.split())
    assert done.code == 0, done.log
    assert line.run_meltano().code == 0
    assert line.query(counts) == whole
    assert len(line.refreshed()) == 2

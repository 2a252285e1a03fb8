"""A Meltano project apart from the one above it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values

from sandbox.demo.project import LogLine, MeltanoProject

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "value",
    [
        pytest.param('["EPIC06", "EPIC07"]', id="json"),
        pytest.param("it's $HOME `id`", id="quote and shell signs"),
        pytest.param("back\\slash\\n", id="backslash"),
        pytest.param(" # not a comment ", id="blanks and hash"),
        pytest.param("", id="empty"),
    ],
)
def test_settings_reach_meltano_unchanged(tmp_path: Path, value: str) -> None:
    """What stands in `.env` is read back exactly, by the library that Meltano reads it with."""
    project = MeltanoProject.create(tmp_path, {"TAP_EPICOR_KINETIC_PASSWORD": value})
    assert dotenv_values(project.directory / ".env") == {"TAP_EPICOR_KINETIC_PASSWORD": value}


def test_settings_are_for_the_owner_alone(tmp_path: Path) -> None:
    """Nobody else may read the file with the passwords."""
    project = MeltanoProject.create(tmp_path, {"TAP_EPICOR_KINETIC_PASSWORD": "x"})
    assert (project.directory / ".env").stat().st_mode & 0o077 == 0


def test_project_can_be_made_again(tmp_path: Path) -> None:
    """A second demo starts without state or plugins of the first, with the settings of its own."""
    first = MeltanoProject.create(tmp_path, {"A": "1"})
    (first.directory / ".meltano").mkdir()
    second = MeltanoProject.create(tmp_path, {"A": "2"})
    assert not (second.directory / ".meltano").exists()
    assert dotenv_values(second.directory / ".env") == {"A": "2"}


def test_log_line_of_a_plugin_names_it() -> None:
    """A line that a plugin wrote carries its name, and the metric if it is one."""
    metric = {"metric": "record_count", "value": 3, "tags": {"stream": "vendors"}}
    entry = {"string_id": "tap-epicor-kinetic", "event": "METRIC", "metric_info": metric}
    line = LogLine.parse(json.dumps(entry))
    assert (line.source, line.metric) == ("tap-epicor-kinetic", metric)


@pytest.mark.parametrize("text", ["Traceback (most recent call last):", "[1, 2]", "{broken"])
def test_any_other_line_is_kept_as_text(text: str) -> None:
    """What is not a log entry, such as a traceback, is neither lost nor fatal."""
    assert LogLine.parse(text + "\n").text == text

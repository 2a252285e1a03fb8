"""Settings from variables, as Meltano writes them and as people do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from target_looker_staging.commands.cli import main
from target_looker_staging.target import TargetLookerStaging

if TYPE_CHECKING:
    from pathlib import Path

WAREHOUSE = {"host": "h", "user": "u", "database": "d"}
PREFIX = "TARGET_LOOKER_STAGING_"


@pytest.fixture
def under_meltano(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process seem to be a plugin of Meltano."""
    monkeypatch.setenv("MELTANO_PROJECT_ROOT", "/project")
    monkeypatch.setenv("MELTANO_LOADER_NAME", "target-prod")


def read(**config: Any) -> dict[str, Any]:
    """Return the settings as a run has them."""
    return dict(TargetLookerStaging(config={**WAREHOUSE, **config}).config)


@pytest.mark.usefixtures("under_meltano")
def test_objects_that_meltano_has_flattened(monkeypatch: pytest.MonkeyPatch) -> None:
    """An object is what it was before Meltano joined its keys, as in the file of a run."""
    flat = {"vendors.__alias__": "suppliers", "vendors.Name": None, "*.__filter__": "True"}
    monkeypatch.setenv("TARGET_PROD_STREAM_MAPS", json.dumps(flat))
    monkeypatch.setenv(f"{PREFIX}PORT", "1")
    assert read()["stream_maps"] == {
        "vendors": {"__alias__": "suppliers"},
        "*": {"__filter__": "True"},
    }
    assert read()["port"] == 5432


def test_variables_are_read_only_if_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Meltano a run reads the environment with `--config=ENV` alone."""
    monkeypatch.setenv(f"{PREFIX}PORT", "1")
    assert read()["port"] == 5432


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        pytest.param("HARD_DELETES", "true", "did you mean hard_delete?", id="misspelt"),
        pytest.param("NESTED_A", "1", "nested_a: there is no such setting", id="unlike-any"),
        pytest.param(
            "PORT", "abc", "port: TARGET_LOOKER_STAGING_PORT cannot be read as", id="number"
        ),
        pytest.param("SOURCE_LINK_TEMPLATES", "{", "source_link_templates: TARGET", id="json"),
        pytest.param("SOURCE_LINK_TEMPLATES_VENDORS", "x", "", id="part-of-an-object"),
        pytest.param("STREAM_MAPS_VENDORS___ALIAS__", "x", "", id="part-of-a-map"),
        pytest.param("_DIALECT", "postgres", "", id="meltanos-own"),
        pytest.param("LOGLEVEL", "INFO", "", id="the-sdks-own"),
        pytest.param("ARCHIVE_HOST", "h", "", id="another-plugins"),
    ],
)
def test_variables_that_are_no_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, words: str
) -> None:
    """The operator's command refuses what looks like a setting and is none, and what it holds."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**WAREHOUSE, "host": "127.0.0.1", "port": 1}))
    monkeypatch.setenv(f"{PREFIX}{variable}", value)
    done = CliRunner().invoke(main, ["--config", str(path), "runs"])
    assert done.exit_code == 1
    if words:
        assert words in done.output
    else:
        assert "Connecting to Postgres" in done.output


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("looker_datagroup", "did you mean looker_datagroups?", id="near"),
        pytest.param("zzz", "--about shows those that there are", id="far"),
        pytest.param("_extra", "", id="meltanos-own"),
        pytest.param("flattening_enabled", "", id="the-sdks"),
    ],
)
def test_settings_that_there_are_not(tmp_path: Path, name: str, words: str) -> None:
    """A setting in a file that there is not is refused, the nearest named."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**WAREHOUSE, "host": "127.0.0.1", "port": 1, name: True}))
    done = CliRunner().invoke(main, ["--config", str(path), "runs"])
    assert (words in done.output) if words else ("Connecting to Postgres" in done.output)

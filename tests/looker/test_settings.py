"""Settings for Looker are read in the forms that people write, and told apart when wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from target_looker_staging.commands.console import SettingsWithoutWarehouse
from target_looker_staging.looker import (
    DatagroupRule,
    LookerSettings,
    PdtBuildRule,
    ScheduledPlanRule,
)

REQUIRED = {
    "looker_base_url": "https://company.cloud.looker.com/",
    "looker_client_id": "id",
    "looker_client_secret": "canary-secret",
}


def read(**changes: Any) -> LookerSettings:
    """Return the settings of the required ones with `changes`, checked as the target does it."""
    config = {**REQUIRED, **{f"looker_{name}": value for name, value in changes.items()}}
    checked = SettingsWithoutWarehouse(config=config, setup_mapper=False).config
    settings = LookerSettings.from_config(checked)
    assert settings is not None
    return settings


def test_absent_without_base_url() -> None:
    """Without `looker_base_url` Looker is not used, whatever else is set."""
    assert LookerSettings.from_config({"looker_client_id": "id", "host": "x"}) is None


def test_defaults() -> None:
    """Only what changed is refreshed, failures count, and nothing is asked unless named."""
    settings = read()
    assert (settings.refresh_when, settings.on_error) == ("changed", "fail")
    assert (settings.datagroups, settings.pdt_builds, settings.scheduled_plans) == ((), (), ())
    assert settings.base_url == "https://company.cloud.looker.com"


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        pytest.param("m::g", DatagroupRule("m", "g"), id="name"),
        pytest.param("21", DatagroupRule("", "21"), id="id"),
        pytest.param(21, DatagroupRule("", "21"), id="id-as-number"),
        pytest.param({"name": "m::g"}, DatagroupRule("m", "g"), id="object"),
        pytest.param(
            {"name": "m::g", "streams": ["vendors"]},
            DatagroupRule("m", "g", ("vendors",)),
            id="streams",
        ),
    ],
)
def test_datagroup_forms(entry: object, rule: DatagroupRule) -> None:
    """A datagroup is named by model and name or by its id, with or without streams."""
    assert read(datagroups=[entry]).datagroups == (rule,)


def test_other_forms() -> None:
    """PDT builds and plans are read with their options, numbers as the SDK parses them."""
    build = {"name": "m::v", "force_rebuild": True, "timeout_seconds": Decimal(90)}
    settings = LookerSettings.from_config(
        {
            **REQUIRED,
            "looker_pdt_builds": ["m::w", build],
            "looker_scheduled_plans": [31, {"id": "32", "streams": ["parts"]}],
            "looker_timeout_seconds": Decimal(15),
        }
    )
    assert settings is not None
    assert settings.pdt_builds == (
        PdtBuildRule("m", "w"),
        PdtBuildRule("m", "v", force_rebuild=True, timeout_seconds=90.0),
    )
    assert settings.scheduled_plans == (
        ScheduledPlanRule("31"),
        ScheduledPlanRule("32", ("parts",)),
    )
    assert settings.timeout_seconds == 15


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"base_url": "company.looker.com"}, "API host URL", id="no-scheme"),
        pytest.param({"base_url": "http://company.looker.com"}, "https://", id="in-the-open"),
        pytest.param(
            {"base_url": "https://company.looker.com/api/4.0"}, "leave out /api/4.0", id="path"
        ),
        pytest.param({"base_url": "https://me:pw@looker.com"}, "user name", id="login-in-url"),
        pytest.param({"client_secret": ""}, "looker_client_secret is missing", id="no-secret"),
        pytest.param({"ca_bundle": "/nowhere.pem"}, "/nowhere.pem", id="no-bundle"),
        pytest.param({"timeout_seconds": 0}, "less than the minimum of 1", id="no-time"),
        pytest.param({"timeout_seconds": "soon"}, "not of type 'integer'", id="time-in-words"),
        pytest.param({"datagroups": "m::g"}, "not of type 'array'", id="no-list"),
        pytest.param({"datagroups": ["g"]}, "'g' must be model::datagroup", id="no-model"),
        pytest.param({"datagroups": [{"nam": "m::g"}]}, "'nam' was unexpected", id="misspelt"),
        pytest.param(
            {"datagroups": [{"name": "m::g", "streams": "vendors"}]},
            "'vendors' is not of type 'array'",
            id="streams-as-text",
        ),
        pytest.param({"pdt_builds": ["v"]}, "model::view", id="no-view"),
        pytest.param(
            {"pdt_builds": [{"name": "m::v", "timeout_seconds": -1}]}, "minimum of 0", id="back"
        ),
        pytest.param({"scheduled_plans": ["Monday mail"]}, "id of a scheduled plan", id="title"),
        pytest.param({"refresh_when": "often"}, "'changed', 'always', 'never'", id="when"),
        pytest.param({"on_error": "cry"}, "'fail', 'warn'", id="on-error"),
    ],
)
def test_wrong_settings_say_what_to_write(changes: dict[str, Any], problem: str) -> None:
    """A wrong setting is refused in words that name it, without the secret."""
    with pytest.raises(ConfigValidationError) as caught:
        read(**changes)
    (told,) = caught.value.errors
    assert problem in told
    assert "looker_" in told
    assert "canary-secret" not in f"{told} {caught.value}"


def test_all_problems_at_once() -> None:
    """Everything wrong is told in one go."""
    with pytest.raises(ConfigValidationError) as caught:
        read(client_id="", datagroups=["g", "h"], refresh_when="often")
    assert len(caught.value.errors) == 4


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_plain_http_on_loopback(host: str) -> None:
    """Plain http is fine where nobody else listens."""
    assert read(base_url=f"http://{host}:9999").base_url == f"http://{host}:9999"


def test_secret_is_not_shown() -> None:
    """The settings can be printed without giving the secret away."""
    assert "canary-secret" not in repr(read())

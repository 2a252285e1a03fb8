"""Settings: all that is wrong at once, with what to write instead."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.declarations import baq_stream_name
from tap_epicor_kinetic.settings_rules import problems
from tap_epicor_kinetic.settings_values import companies
from tap_epicor_kinetic.tap import TapEpicorKinetic

GOOD = {
    "base_url": "https://erp.example.com/ERPProd",
    "company": "EPIC06",
    "username": "integration",
    "password": "secret",
    "api_key": "key",
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"base_url": "erp.example.com"}, "https://<host>/<instance>", id="no scheme"),
        pytest.param(
            {"base_url": "https://erp.example.com/ERPProd/api/v2/odata"},
            "write https://erp.example.com/ERPProd",
            id="API address",
        ),
        pytest.param(
            {"base_url": "https://erp.example.com/"},
            "https://erp.example.com/<instance>",
            id="host",
        ),
        pytest.param(
            {"base_url": "http://erp.example.com/ERPProd"}, "write https://", id="plain http"
        ),
        pytest.param(
            {"base_url": "https://u:canary@h/i"}, "username and password", id="user in URL"
        ),
        pytest.param({"base_url": "https://h/i?x=1"}, "end it at the instance", id="query in URL"),
        pytest.param({"company": None}, "one of company and companies", id="no company"),
        pytest.param({"companies": ["*", "EPIC06"]}, "already means all", id="all and one"),
        pytest.param({"company": "a/b"}, "no company ID", id="slash in company"),
        pytest.param({"password": None}, "basic needs password", id="no password"),
        pytest.param({"auth_method": "oauth2"}, "oauth2 needs client_id", id="no client"),
        pytest.param({"password": "canary\n"}, "line break", id="line break"),
        pytest.param({"api_key": "canary\n"}, "without line breaks", id="line break in a header"),
        pytest.param({"api_key": "canary\u6771"}, "holds ASCII", id="key not ASCII"),
        pytest.param({"user_agent": "a\r\nX-Canary: 1"}, "holds ASCII", id="header in a header"),
        pytest.param(
            {"auth_method": "token_resource", "password": "müde"}, "use basic", id="not ASCII"
        ),
        pytest.param({"token_url": "http://h/token"}, "https address", id="plain token URL"),
        pytest.param({"streams": [{"name": "mine"}]}, "needs service and entity_set", id="set"),
        pytest.param(
            {"baqs": [{"id": "x", "name": "a-b", "append": True}]},
            "cannot be a stream name",
            id="name",
        ),
        pytest.param(
            {"baqs": [{"id": "X", "append": True}, {"id": "x", "append": True}]},
            "named twice",
            id="twice",
        ),
    ],
)
def test_what_to_write_instead(changes: dict[str, Any], words: str) -> None:
    """Each mistake is one line that says what to do, and never shows a secret."""
    config = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    [problem] = problems(config) if "client_id" not in words else problems(config)[:1]
    assert words in problem
    assert "canary" not in problem


def test_good_settings_have_no_problem() -> None:
    """A plain configuration is accepted, and so is http on this machine."""
    assert problems(GOOD) == []
    assert problems({**GOOD, "base_url": "http://127.0.0.1:8000/Sandbox"}) == []


def test_everything_wrong_is_told_at_once() -> None:
    """Wrong types and wrong values come together, in one error."""
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config={"base_url": "http://erp.example.com", "page_size": "many"})
    told = "\n".join(caught.value.errors)
    for word in ("page_size", "plain http", "<instance>", "company", "username", "password"):
        assert word in told


@pytest.mark.parametrize(
    ("config", "named"),
    [
        pytest.param({"company": "A"}, ("A",), id="one"),
        pytest.param({"companies": ["A", "B", "A"]}, ("A", "B"), id="several"),
        pytest.param({"company": "A", "companies": ["B"]}, ("B", "A"), id="both"),
        pytest.param({"company": "A", "companies": ["*"]}, ("*",), id="all, by a door"),
    ],
)
def test_companies(config: dict[str, Any], named: tuple[str, ...]) -> None:
    """Companies keep their order and come once."""
    assert companies(config) == named


@pytest.mark.parametrize(
    ("baq", "name"),
    [
        pytest.param("OpenPOs-Late", "open_pos_late", id="hyphen"),
        pytest.param("zVendorSpend", "z_vendor_spend", id="camel"),
        pytest.param("GL_Trial__2", "gl_trial_2", id="underscores"),
    ],
)
def test_stream_name_of_a_baq(baq: str, name: str) -> None:
    """A BAQ without a name becomes snake_case."""
    assert baq_stream_name({"id": baq}) == name


def test_every_setting_is_described() -> None:
    """Each setting has a title and a description, and secrets are marked."""
    properties = TapEpicorKinetic.config_jsonschema["properties"]
    own = {
        name: value
        for name, value in properties.items()
        if not name.startswith(("stream_map", "flattening", "faker"))
    }
    assert all(value.get("title") and value.get("description") for value in own.values())
    assert {name for name, value in own.items() if value.get("secret")} == {
        "password",
        "api_key",
        "client_secret",
    }

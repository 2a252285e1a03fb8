"""Settings: all that is wrong at once, with what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.declarations import baq_stream_name
from tap_epicor_kinetic.settings_rules import problems
from tap_epicor_kinetic.settings_values import companies
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.command import command

if TYPE_CHECKING:
    from pathlib import Path

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
        pytest.param({"base_url": "https://h:99999/i"}, "no web address", id="port"),
        pytest.param({"base_url": "https://[h/i"}, "no web address", id="half an IPv6 address"),
        pytest.param({"base_url": "https://h/my erp"}, "holds a blank", id="blank in URL"),
        pytest.param({"base_url": "https://h/\u00fc"}, "holds a blank", id="letter in URL"),
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
        pytest.param(
            {"auth_method": "oauth2", "client_id": "c"}, "needs client_secret", id="no secret"
        ),
        pytest.param(
            {"auth_method": "oauth2", "client_id": "c", "grant_type": "refresh_token"},
            "grant_type refresh_token needs refresh_token",
            id="nothing to refresh",
        ),
        pytest.param(
            {"auth_method": "oauth2", "client_id": "c", "grant_type": "password", "username": None},
            "grant_type password needs username",
            id="grant without a user",
        ),
        pytest.param({"refresh_token": "canary\n"}, "line break", id="line break in a token"),
        pytest.param({"token_url": "https://u:canary@h/t"}, "user or password", id="user there"),
        pytest.param({"token_url": "https://[h/t"}, "no web address", id="broken token URL"),
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
    [problem] = problems(config) if words != "oauth2 needs client_id" else problems(config)[:1]
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
    for word in ("page_size", "plain http", "company", "username", "password"):
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
        "refresh_token",
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"page_sise": 5}, "page_sise; did you mean page_size?", id="misspelled"),
        pytest.param({"Page-Size": 5}, "did you mean page_size?", id="letter case"),
        pytest.param({"stream_map": {}}, "did you mean stream_maps?", id="of the SDK"),
        pytest.param({"batch_config": {}}, "no setting batch_config", id="not supported"),
        pytest.param({"xyz": 1}, "no setting xyz; remove it", id="nothing near"),
        pytest.param(
            {"streams": [{"name": "parts", "colums": ["PartNum"]}]},
            "streams.0: there is no setting colums; did you mean columns?",
            id="in streams",
        ),
        pytest.param(
            {"baqs": [{"id": "x", "primary_key": ["K"], "append": True}]},
            "baqs.0: there is no setting primary_key; did you mean primary_keys?",
            id="in baqs",
        ),
        pytest.param(
            {"extra_columns": ["vendor.Name"]},
            "no stream vendor; did you mean vendors?",
            id="extra",
        ),
        pytest.param({"extra_columns": ["Name"]}, "write it as vendors.Comment", id="no stream"),
        pytest.param({"extra_columns": ["vendors.*"]}, "is no column of a stream", id="pattern"),
        pytest.param(
            {"stream_maps": {"Vendors": {"TaxPayerID": None}}}, "did you mean vendors?", id="map"
        ),
        pytest.param({"baqs": [{"id": "x"}]}, "append: true if that is meant", id="no key"),
        pytest.param({"baqs": [{"id": "x", "primary_keys": []}]}, "has no key", id="empty key"),
        pytest.param(
            {"baqs": [{"id": "x", "primary_keys": ["K"], "append": True}]},
            "leave one of them out",
            id="key and append",
        ),
        pytest.param(
            {"baqs": [{"id": "AP-Invoices", "primary_keys": ["K"]}]},
            "the stream ap_invoices, which is built in; set name",
            id="name of a built-in stream",
        ),
        pytest.param(
            {"baqs": [{"id": "x", "name": "Vendors", "primary_keys": ["K"]}]},
            "differs from the built-in vendors by letter case only",
            id="nearly a built-in stream",
        ),
        pytest.param(
            {"baqs": [{"id": n, "name": n, "append": True} for n in ("Late", "late")]},
            "named twice",
            id="twice but for letter case",
        ),
    ],
)
def test_what_is_written_wrong_is_refused(changes: dict[str, Any], words: str) -> None:
    """A setting that would do nothing, or not what it says, is one line with the nearest name."""
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config={**GOOD, **changes}, catalog={"streams": []})
    [problem] = caught.value.errors
    assert words in problem


def test_settings_of_others_are_let_through() -> None:
    """What Meltano, the SDK or a person adds for itself is no mistake."""
    config = {
        **GOOD,
        "_select": ["vendors.*"],
        "_note": "nightly",
        "stream_maps": {"vendors": {"Name": None}, "ap_*": {}, "copy": {"__source__": "parts"}},
        "stream_map_config": {"a": 1},
        "flattening_enabled": False,
        "baqs": [{"id": "Vendors", "name": "vendors", "primary_keys": ["Vendor_VendorNum"]}],
    }
    TapEpicorKinetic(config=config, catalog={"streams": []}, setup_mapper=False)


def test_secret_in_a_wrong_place_is_not_shown() -> None:
    """The value of an unknown setting stays out of the message."""
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config={**GOOD, "pasword": "canary", "streams": [{"pw": "canary"}]})
    assert "did you mean password?" in "\n".join(caught.value.errors)
    assert "canary" not in "\n".join(caught.value.errors)


def test_variable_that_is_no_setting_is_refused(tmp_path: Path) -> None:
    """With settings from the environment a misspelled one is refused, unless it is the SDK's."""
    variables = {f"TAP_EPICOR_KINETIC_{name.upper()}": value for name, value in GOOD.items()}
    prefix = "TAP_EPICOR_KINETIC_"
    more = {f"{prefix}LOGLEVEL": "INFO", f"{prefix}__SELECT": "[]", f"{prefix}PAGESIZE": "9"}
    done = command(tmp_path, None, "--discover", environment={**variables, **more})
    assert done.code == 1
    errors = [line for line in done.log.splitlines() if "| ERROR" in line]
    assert len(errors) == 1
    assert "there is no setting pagesize; did you mean page_size?" in errors[0]


INSTANCE = "https://erp.example.com/ERPProd"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        pytest.param(f"{INSTANCE}/Apps/Erp/Home/#/home?company=A&site=B", INSTANCE, id="home"),
        pytest.param(f"{INSTANCE}/apps/ERP/home?x=1#/view/Erp.UI.Part", INSTANCE, id="any case"),
        pytest.param(f"{INSTANCE}/Apps", INSTANCE, id="apps alone"),
        pytest.param(f"{INSTANCE}/apps/resthelp/", INSTANCE, id="help"),
        pytest.param(f"{INSTANCE}/api/v2/odata/EPIC06/Erp.BO.PartSvc/Parts", INSTANCE, id="API"),
        pytest.param(f"{INSTANCE}/API/v1", INSTANCE, id="API v1"),
        pytest.param(f"{INSTANCE}/TokenResource.svc/", INSTANCE, id="tokens"),
        pytest.param(f"  {INSTANCE}\n", INSTANCE, id="blanks"),
        pytest.param("https://h:8443/a/SaaS9/Apps/Erp", "https://h:8443/a/SaaS9", id="deep"),
        pytest.param("https://h/apps2/x", "https://h/apps2/x", id="only alike"),
        pytest.param(
            "https://t.epicorsaas.com/Apps/Erp/Home", "https://t.epicorsaas.com", id="root"
        ),
    ],
)
def test_pasted_address_is_cut_to_size(
    caplog: pytest.LogCaptureFixture, pasted: str, meant: str
) -> None:
    """An address copied from the browser or a REST call is mended, and the log says so."""
    tap = TapEpicorKinetic(config={**GOOD, "base_url": pasted}, catalog={"streams": []})
    assert tap.config["base_url"] == meant
    assert (f"base_url: {meant} is used" in caplog.text) == (pasted.strip() != meant)


def test_password_in_a_pasted_address_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    """A secret in the address is neither used nor shown."""
    pasted = "https://user:canary@h/i/Apps/Erp/Home?x=1"
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config={**GOOD, "base_url": pasted})
    assert "username and password" in caught.value.errors[0]
    assert "canary" not in caplog.text + "".join(caught.value.errors)


TEXTS = {
    "page_size": ("250", 250),
    "max_concurrent_requests": (" 3 ", 3),
    "timeout_seconds": ("60.0", 60),
    "retry_wait_seconds": ("0.5", 0.5),
    "flattening_enabled": ("False", False),
    "flattening_max_depth": ("2", 2),
    "companies": ('["A","B"]', ["A", "B"]),
    "streams": ('[{"name":"vendors"}]', [{"name": "vendors"}]),
    "stream_maps": ("", None),
    "password": ("0815", "0815"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_of_the_environment_is_what_it_means(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Numbers, booleans, lists and objects are read from text; what is a text stays one."""
    for variable, value in {**GOOD, name: TEXTS[name][0]}.items():
        monkeypatch.setenv(f"TAP_EPICOR_KINETIC_{variable.upper()}", value)
    tap = TapEpicorKinetic(config={}, parse_env_config=True, catalog={"streams": []})
    found = tap.config.get(name)
    assert (found, type(found)) == (TEXTS[name][1], type(TEXTS[name][1]))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("page_size", "many", id="integer"),
        pytest.param("page_size", "2.5", id="half"),
        pytest.param("page_size", "1_000", id="underscore"),
        pytest.param("retry_wait_seconds", "nan", id="no number"),
        pytest.param("retry_wait_seconds", "inf", id="endless"),
        pytest.param("flattening_enabled", "perhaps", id="boolean"),
        pytest.param("streams", "[{", id="list"),
        pytest.param("stream_maps", "[1]", id="object"),
    ],
)
def test_text_that_means_nothing_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    """A variable that cannot be read is one line with its setting, and no traceback."""
    for variable, value in {**GOOD, name: text}.items():
        monkeypatch.setenv(f"TAP_EPICOR_KINETIC_{variable.upper()}", value)
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config={}, parse_env_config=True, catalog={"streams": []})
    assert all(problem.startswith(name) for problem in caught.value.errors)


def test_bundle_without_certificates(tmp_path: Path) -> None:
    """A file that holds no certificates is told at the start, and not as the server's fault."""
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    [problem] = problems({**GOOD, "ca_bundle": str(bundle)})
    assert "no certificate in PEM form" in problem

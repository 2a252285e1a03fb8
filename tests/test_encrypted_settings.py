"""`enc:` settings mean the same to both packages, and never show what they hold."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet
from singer_sdk.exceptions import ConfigValidationError

import tap_epicor_kinetic.encrypted
import target_looker_staging.encrypted
from sandbox.programs import program
from tap_epicor_kinetic.settings_values import server_settings
from tap_epicor_kinetic.tap import TapEpicorKinetic
from target_looker_staging.looker.settings import LookerSettings
from target_looker_staging.postgres.settings import PostgresSettings
from target_looker_staging.target import TargetLookerStaging

if TYPE_CHECKING:
    from types import ModuleType

    from sandbox.epicor.server import EpicorServer
    from sandbox.looker.server import LookerServer
    from tests.fixtures.postgres import DatabaseSettings

PACKAGES = [tap_epicor_kinetic.encrypted, target_looker_staging.encrypted]
CANARY = "canary-Pässword,:= 1"


def encrypted(value: str, key: str) -> str:
    """Return a value as it goes into a setting."""
    return "enc:" + Fernet(key).encrypt(value.encode()).decode()


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a key that is set."""
    key = Fernet.generate_key().decode()
    monkeypatch.delenv("SYNC_SECRETS_KEY_FILE", raising=False)
    monkeypatch.setenv("SYNC_SECRETS_KEY", key)
    return key


def test_both_packages_have_the_same_code() -> None:
    """The module is one file in two places, since neither package may import the other."""
    tap, target = (Path(str(package.__file__)).read_bytes() for package in PACKAGES)
    assert tap == target


@pytest.mark.parametrize("package", PACKAGES, ids=["tap", "target"])
def test_one_token_for_both(package: ModuleType, key: str) -> None:
    """What is encrypted once is read by both, and what is not encrypted is left alone."""
    assert package.decrypted("password", encrypted(CANARY, key)) == CANARY
    for plain in ("secret", "", "ENC:x", " enc:x", None, 7):
        assert package.decrypted("password", plain) == plain


@pytest.mark.parametrize("separator", [",", ", ", "\n"])
def test_any_of_several_keys_fits(
    key: str, separator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While keys are changed, values of the older key are still read."""
    newest = Fernet.generate_key().decode()
    monkeypatch.setenv("SYNC_SECRETS_KEY", f"{newest}{separator}{key}\n")
    for each in (newest, key):
        assert PACKAGES[0].decrypted("password", encrypted(CANARY, each)) == CANARY


def test_key_from_a_mounted_file(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file holds the key where secrets are mounted; a key in the environment wins over it."""
    (tmp_path / "key").write_text(key + "\n")
    monkeypatch.setenv("SYNC_SECRETS_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.delenv("SYNC_SECRETS_KEY")
    assert PACKAGES[0].decrypted("password", encrypted(CANARY, key)) == CANARY
    monkeypatch.setenv("SYNC_SECRETS_KEY", Fernet.generate_key().decode())
    with pytest.raises(ConfigValidationError, match="no key in SYNC_SECRETS_KEY fits"):
        PACKAGES[0].decrypted("password", encrypted(CANARY, key))


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        pytest.param("SYNC_SECRETS_KEY", "", "SYNC_SECRETS_KEY holds no key", id="no key"),
        pytest.param("SYNC_SECRETS_KEY", " , ", "SYNC_SECRETS_KEY holds no key", id="blank key"),
        pytest.param("SYNC_SECRETS_KEY", "canary-key", "key 1 of 1", id="no Fernet key"),
        pytest.param("SYNC_SECRETS_KEY", "kläy", "44 characters", id="key not ASCII"),
        pytest.param("SYNC_SECRETS_KEY_FILE", "/nowhere/key", "cannot be read", id="no file"),
        pytest.param("SYNC_SECRETS_KEY_FILE", "/dev/null", "holds no key", id="empty file"),
        pytest.param(
            "SYNC_SECRETS_KEY", Fernet.generate_key().decode(), "fits (1 there)", id="other key"
        ),
    ],
)
def test_key_that_does_not_help(
    key: str, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    """The error names the setting and what to do, and quotes neither key nor token."""
    monkeypatch.delenv("SYNC_SECRETS_KEY")
    monkeypatch.setenv(variable, value)
    token = encrypted(CANARY, key)
    with pytest.raises(ConfigValidationError) as caught:
        PACKAGES[0].decrypted("api_key", token)
    [problem] = caught.value.errors
    assert problem.startswith("api_key is encrypted, but ")
    assert words in problem
    assert "canary" not in problem
    assert token[10:30] not in problem


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda token: token[:-20], id="cut off"),
        pytest.param(lambda token: token[:9] + token[29:], id="middle lost"),
        pytest.param(lambda _: "enc:", id="nothing"),
        pytest.param(lambda _: "enc:hunter2", id="plain text behind enc:"),
        pytest.param(lambda token: token[:-8] + "äö" + token[-6:], id="not base64"),
    ],
)
def test_damaged_token(key: str, damage: Any) -> None:
    """A token that lost something is told apart from a wrong key."""
    with pytest.raises(ConfigValidationError, match=r"damaged or cut off; encrypt .* again"):
        PACKAGES[0].decrypted("password", damage(encrypted(CANARY, key)))


def test_changed_token_does_not_fit(key: str) -> None:
    """A token in which one character was changed is refused, not read as something else."""
    token = encrypted(CANARY, key)
    other = "A" if token[40] != "A" else "B"
    with pytest.raises(ConfigValidationError, match="fits"):
        PACKAGES[0].decrypted("password", token[:40] + other + token[41:])


def test_config_keeps_the_token(
    key: str, database: DatabaseSettings, looker: LookerServer, epicor: EpicorServer
) -> None:
    """The configuration in memory holds tokens; the values made of it hide what they hold."""
    token = encrypted(CANARY, key)
    tap = TapEpicorKinetic(
        config={
            "base_url": epicor.base_url,
            "company": "EPIC06",
            "username": "u",
            **dict.fromkeys(("password", "client_secret"), token),
            "api_key": encrypted("canary-key", key),
        },
        catalog={"streams": []},
    )
    target = TargetLookerStaging(
        config={
            **database,
            "password": token,
            "looker_base_url": looker.base_url,
            "looker_client_id": "x",
            "looker_client_secret": token,
        }
    )
    server = server_settings(tap.config, "agent")
    warehouse = PostgresSettings.from_config(target.config)
    reached = LookerSettings.from_config(target.config)
    assert server.identity.api_key == "canary-key"
    assert server.identity.password == server.identity.client_secret == warehouse.password == CANARY
    assert reached is not None
    assert reached.client_secret == CANARY
    for shown in (tap.config, target.config, server, warehouse, reached):
        assert "canary" not in repr(shown)


def test_rules_look_at_what_is_encrypted(key: str) -> None:
    """A line break inside an encrypted password is found as in a plain one."""
    config = {
        "base_url": "https://h/i",
        "company": "A",
        "username": "u",
        "password": encrypted("canary\n", key),
    }
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config=config)
    assert caught.value.errors == ["password holds a line break; remove it"]


def test_everything_unreadable_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, key: str, database: DatabaseSettings
) -> None:
    """Without a key, each encrypted setting that is used has its line."""
    token = encrypted(CANARY, key)
    monkeypatch.delenv("SYNC_SECRETS_KEY")
    tap = {"base_url": "https://h/i", "company": "A", "username": "u"}
    target = {**database, "looker_base_url": "https://l", "looker_client_id": "x"}
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config={**tap, "password": token, "api_key": token})
    assert [each.split()[0] for each in caught.value.errors] == ["api_key", "password"]
    with pytest.raises(ConfigValidationError) as caught:
        TargetLookerStaging(config={**target, "password": token, "looker_client_secret": token})
    assert [each.split()[0] for each in caught.value.errors] == ["password", "looker_client_secret"]


@pytest.mark.parametrize("plugin", [TapEpicorKinetic, TargetLookerStaging])
def test_secret_of_the_wrong_type_is_not_shown(plugin: Any, caplog: Any) -> None:
    """A password that YAML took for a number is refused without being quoted."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ConfigValidationError) as caught:
        plugin(config={"password": 123454321})
    assert [each for each in caught.value.errors if each.startswith("password: ")]
    assert "123454321" not in "\n".join(caught.value.errors) + caplog.text


@pytest.mark.parametrize("mode", ["--about", "--discover", "--test"])
def test_modes_of_the_tap(
    key: str, mode: str, epicor: EpicorServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Encrypted settings serve each mode of the console script; none prints them."""
    config = {
        "base_url": epicor.base_url,
        "company": "EPIC06",
        "username": "sandbox",
        "password": encrypted("sandbox-password", key),
        "api_key": encrypted("sandbox-api-key", key),
        "streams": [],
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    tap = program("tap-epicor-kinetic")
    done = subprocess.run([tap, f"--config={tmp_path / 'config.json'}", mode], check=False)
    written = "".join(capfd.readouterr())
    assert done.returncode == 0, written
    assert len(written) > 1000
    assert "sandbox-password" not in written
    assert "sandbox-api-key" not in written


@pytest.mark.parametrize("module", ["tap_epicor_kinetic.tap", "target_looker_staging.target"])
def test_plain_settings_cost_no_import(module: str) -> None:
    """The library is imported by the first encrypted value and not before."""
    code = (
        f"import sys, {module} as m; from importlib import import_module as i; "
        "i(m.__name__.split('.')[0] + '.encrypted').decrypted('password', 'plain'); "
        "assert not any(name.startswith('cryptography') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

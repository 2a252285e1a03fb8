"""The project agrees with itself: settings, documents, lock, and who may import whom."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml
from packaging.requirements import Requirement

from tap_epicor_kinetic.catalog.entities import BY_NAME
from tools import settings

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "tap-epicor-kinetic": "tap_epicor_kinetic",
    "target-looker-staging": "target_looker_staging",
}
# Written apart, so that this file does not name what it forbids.
REGISTRY_HOSTS = re.compile(
    r"\b(?:{})\b".format(
        "|".join(
            ".".join(map(re.escape, name))
            for name in (
                ("pypi", "org"),
                ("files", "pythonhosted", "org"),
                ("registry", "npmjs", "org"),
                ("deb", "debian", "org"),
            )
        )
    )
)


def read_meltano_plugin(name: str) -> dict[str, Any]:
    """Return a plugin's entry in meltano.yml."""
    project = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    plugins = [plugin for kind in project["plugins"].values() for plugin in kind]
    (found,) = (plugin for plugin in plugins if plugin["name"] == name)
    return dict(found)


def list_files() -> list[Path]:
    """Return every file of the project that git has or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    if not (ROOT / ".git").exists():
        pytest.skip("only a git clone knows which files are the project's")
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    paths = [ROOT / name.decode() for name in names.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def read_lock() -> dict[str, list[str]]:
    """Return the lock: the lines of each pinned requirement, hashes included, by name."""
    blocks: dict[str, list[str]] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "    #")) or not line.strip():
            continue
        if not line.startswith(" "):
            name = line.partition("==")[0]
        blocks.setdefault(name, []).append(line)
    return blocks


@pytest.mark.parametrize("plugin", PACKAGES)
def test_meltano_knows_every_setting(plugin: str) -> None:
    """The settings in meltano.yml are those that the plugin declares, by name and order."""
    declared = settings.read_about(plugin)["settings"]["properties"]
    assert [each["name"] for each in read_meltano_plugin(plugin)["settings"]] == list(declared)


@pytest.mark.parametrize("plugin", PACKAGES)
def test_meltano_hides_every_secret(plugin: str) -> None:
    """A setting is sensitive for Meltano exactly if the plugin declares it secret."""
    declared = settings.read_about(plugin)["settings"]["properties"]
    secret = {name for name, schema in declared.items() if schema.get("secret")}
    listed = read_meltano_plugin(plugin)["settings"]
    assert {each["name"] for each in listed if each.get("sensitive")} == secret != set()


@pytest.mark.parametrize("plugin", PACKAGES)
def test_meltano_knows_what_the_plugin_can_do(plugin: str) -> None:
    """The capabilities in meltano.yml are those that the plugin tells."""
    told = settings.read_about(plugin)["capabilities"]
    assert sorted(read_meltano_plugin(plugin)["capabilities"]) == sorted(told)


def test_readme_shows_a_project_that_works() -> None:
    """Each setting and stream in the README's meltano.yml exists, and no secret stands there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(requires_meltano.*?)```", readme, re.DOTALL)
    for plugin in (one for kind in yaml.safe_load(text)["plugins"].values() for one in kind):
        declared = settings.read_about(plugin["name"])["settings"]["properties"]
        secret = {name for name, schema in declared.items() if schema.get("secret")}
        assert plugin["config"].keys() <= declared.keys() - secret
        assert {each["name"] for each in plugin["settings"]} <= secret
        streams = {pattern.partition(".")[0] for pattern in plugin.get("select", ())}
        assert streams <= BY_NAME.keys()


def test_example_environment_is_real() -> None:
    """Each variable in .env.example is a setting of a plugin."""
    names = {
        f"{plugin}_{name}".replace("-", "_").upper()
        for plugin in PACKAGES
        for name in settings.read_about(plugin)["settings"]["properties"]
    }
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(\w+)=", text, re.MULTILINE)) <= names


def test_documents_are_current() -> None:
    """Nothing that `make settings` writes differs from what the packages say of themselves."""
    assert settings.find_stale() == []


@pytest.mark.parametrize("plugin", PACKAGES)
def test_meltano_installs_what_is_locked(plugin: str) -> None:
    """Meltano takes the plugin from this repository and its dependencies from the lock."""
    assert read_meltano_plugin(plugin)["pip_url"] == (
        f"-e ./{plugin} --constraint requirements.lock --build-constraint requirements.lock"
    )


@pytest.mark.parametrize(("package", "other"), [tuple(PACKAGES), tuple(PACKAGES)[::-1]])
def test_packages_stand_alone(package: str, other: str) -> None:
    """Neither package imports the other, nor the sandbox or the tests."""
    foreign = {PACKAGES[other], "sandbox", "tests", "tools", "bench"}
    imported = set()
    for path in (ROOT / package / PACKAGES[package]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            imported |= {name.partition(".")[0] for name in names}
    assert imported & foreign == set()
    assert "singer_sdk" in imported


def test_imports_go_one_way() -> None:
    """No room imports one above it, and nothing imports in a circle, type annotations included."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_lock_serves_each_direct_dependency(package: str) -> None:
    """Each dependency that a package declares is locked, at a version that it allows."""
    lock = read_lock()
    project = tomli.loads((ROOT / package / "pyproject.toml").read_text(encoding="utf-8"))
    for text in project["project"]["dependencies"]:
        wanted = Requirement(text)
        locked = re.match(r"[\w.-]+==([^ ;]+)", lock[wanted.name][0])
        assert locked, wanted.name
        assert wanted.specifier.contains(locked[1]), text


def test_lock_is_hashed() -> None:
    """Each locked requirement is one exact version with hashes, none is an address or option."""
    lock = read_lock()
    assert len(lock) > 50
    for name, lines in lock.items():
        assert re.match(r"[a-z0-9._-]+==[^ ]+ ", lines[0]), name
        assert any(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}( \\)?", each) for each in lines[1:])


def test_no_file_names_a_registry_or_this_machine() -> None:
    """No file holds a package registry's host or the path of somebody's home or work folder."""
    home = re.compile(r"(?<![\w.])/(?:root|home/\w+|work)/[\w.]")
    found = []
    for path in list_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        hits = [*REGISTRY_HOSTS.findall(text), *home.findall(text)]
        found += [f"{path.relative_to(ROOT)}: {hit}" for hit in hits]
    assert found == []


def test_security_page_names_what_there_is() -> None:
    """Each test, setting and heading that SECURITY.md relies on exists."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    tests = re.findall(r"`(tests/[\w/.]+)`", text)
    assert len(tests) > 5
    assert [path for path in tests if not (ROOT / path).is_file()] == []
    for path, heading in re.findall(r"\]\(([\w/.-]+)#([\w-]+)\)", text):
        target = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^## {heading}$", target, re.MULTILINE | re.IGNORECASE), heading


def test_actions_are_pinned() -> None:
    """Every action runs at a full commit, and no workflow starts with rights."""
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert workflows
    for path in workflows:
        text = path.read_text(encoding="utf-8")
        used = re.findall(r"uses: *(\S+)(.*)", text)
        assert used, path.name
        for action, comment in used:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), f"{path.name}: {action}"
            assert re.match(r" # v\d", comment), f"{path.name}: {action} lacks its version"
        assert yaml.safe_load(text)["permissions"] == {}


def test_ci_runs_what_the_readme_says() -> None:
    """The commands of CI are `make` targets that exist and that the README shows."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^make (\w+)$", script, re.MULTILINE)
    assert {"demo", "test"} <= set(commands)
    for target in commands:
        assert re.search(rf"^{target}:.* ## ", makefile, re.MULTILINE), target
        assert f"make {target}" in readme, target


@pytest.mark.parametrize("package", PACKAGES)
def test_changelog_tells_the_version(package: str) -> None:
    """The version of each package has a heading in the changelog."""
    project = tomli.loads((ROOT / package / "pyproject.toml").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {package} {project['project']['version']}" in changelog

"""`looker-staging secrets`: keys are made, values encrypted, files rotated."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from sandbox.programs import program
from target_looker_staging.commands.cli import main
from target_looker_staging.encrypted import decrypted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
CANARY = "canary:= Müller"
TOKEN = re.compile(rb"enc:[A-Za-z0-9_-]{50,}=*")


def run(*arguments: object, key: str | None = None, stdin: bytes | str = "") -> Result:
    """Run the command group with this key and no other."""
    env: Mapping[str, str | None] = {"SYNC_SECRETS_KEY": key, "SYNC_SECRETS_KEY_FILE": None}
    return CliRunner().invoke(main, ["secrets", *map(str, arguments)], env=env, input=stdin)


def token(value: str, key: str) -> str:
    """Return a value as it goes into a setting."""
    return "enc:" + Fernet(key).encrypt(value.encode()).decode()


def test_key_is_made_and_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new key encrypts what the settings then give back."""
    key = run("keygen").stdout.strip()
    assert key != run("keygen").stdout.strip()
    value = run("encrypt", key=key, stdin=CANARY).stdout.strip()
    monkeypatch.setenv("SYNC_SECRETS_KEY", key)
    assert decrypted("password", value) == CANARY


@pytest.mark.parametrize(
    ("stdin", "value"),
    [
        pytest.param(b"a b\n", "a b", id="one line"),
        pytest.param(b"a b\r\n", "a b", id="Windows"),
        pytest.param(b" a\nb \n\n", " a\nb \n", id="blanks and breaks inside"),
        pytest.param("ü".encode(), "ü", id="no line break"),
    ],
)
def test_value_from_a_pipe(stdin: bytes, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the last line break is not part of the value."""
    shown = run("encrypt", key=f"{NEW},{OLD}", stdin=stdin).stdout.strip()
    monkeypatch.setenv("SYNC_SECRETS_KEY", NEW)
    assert decrypted("password", shown) == value


@pytest.mark.parametrize(
    ("stdin", "key", "words"),
    [
        pytest.param(b"canary", None, "holds no key", id="no key"),
        pytest.param(b"canary", "canary", "key 1 of 1", id="bad key"),
        pytest.param(b"\n", NEW, "no value", id="no value"),
        pytest.param(b"\xff\xfe", NEW, "not UTF-8", id="not text"),
    ],
)
def test_nothing_to_encrypt(stdin: bytes, key: str | None, words: str) -> None:
    """What is missing is said in a line, without the value."""
    done = run("encrypt", key=key, stdin=stdin)
    assert done.exit_code == 1
    assert words in done.stderr
    assert done.stdout == ""
    assert "canary" not in done.output


def test_typed_value_is_not_echoed(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the value is asked for twice and never shown; the token alone is printed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [program("looker-staging"), "secrets", "encrypt"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "SYNC_SECRETS_KEY": NEW},
        start_new_session=True,
    ) as command:
        shown = b""
        for question in (b"Value: ", b"Repeat for confirmation: "):
            while not shown.endswith(question):
                shown += os.read(ours, 1024)
            os.write(ours, b"canary-typed\n")
        printed, _ = command.communicate()
    os.close(theirs)
    os.close(ours)
    assert command.returncode == 0
    assert b"canary" not in shown + printed
    monkeypatch.setenv("SYNC_SECRETS_KEY", NEW)
    assert decrypted("x", printed.decode().strip()) == "canary-typed"


def files(folder: Path, key: str) -> list[Path]:
    """Return files of each kind that hold encrypted values among much else."""
    first, second = token("one", key), token("two", key)
    (folder / ".env").write_bytes(
        f"# enc: values, made by enc:tool\r\nA='{first}'\r\nB={second}\nC=enc:\xff".encode("latin1")
    )
    (folder / "meltano.yml").write_text(f"a: {first}\nb: [x, '{second}']  # enc:gAAA\n")
    (folder / "config.json").write_text(json.dumps({"p": first, "n": {"q": second}}) + "\n\n")
    return [folder / name for name in (".env", "meltano.yml", "config.json")]


def test_rotation(tmp_path: Path) -> None:
    """Each value is encrypted with the newest key; not one other byte changes, rights stay."""
    paths = files(tmp_path, OLD)
    before = [path.read_bytes() for path in paths]
    paths[0].chmod(0o640)
    done = run("rotate", *paths, key=f"{NEW},{OLD}")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("2 of 2 values encrypted anew") == 3
    for path, old in zip(paths, before, strict=True):
        new = path.read_bytes()
        assert [_opened(value, NEW) for value in TOKEN.findall(new)] == ["one", "two"]
        assert TOKEN.split(new) == TOKEN.split(old)
    assert paths[0].stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".env",
        "config.json",
        "meltano.yml",
    ]


def test_rotation_twice(tmp_path: Path) -> None:
    """What the newest key fits already is left alone, and so is the file."""
    paths = files(tmp_path, NEW)
    before = [(path.read_bytes(), path.stat().st_ino) for path in paths]
    done = run("rotate", *paths, key=f"{NEW},{OLD}")
    assert done.stdout.count("0 of 2 values encrypted anew") == 3
    assert [(path.read_bytes(), path.stat().st_ino) for path in paths] == before


def test_rotation_without_the_old_key(tmp_path: Path) -> None:
    """A file with a value that no key fits is left whole; the others are done, the exit code 1."""
    readable, unreadable = tmp_path / "a", tmp_path / "b"
    readable.write_text(token("one", OLD))
    unreadable.write_text(f"x\n{token('one', OLD)}\n{token('canary', OTHER)}\n")
    before = unreadable.read_bytes()
    done = run("rotate", unreadable, readable, key=f"{NEW},{OLD}")
    assert done.exit_code == 1
    assert f"{unreadable}, line 3: no key in SYNC_SECRETS_KEY fits" in done.stderr
    assert unreadable.read_bytes() == before
    assert _opened(readable.read_text(), NEW) == "one"


def test_rotation_of_what_cannot_be_written() -> None:
    """A file that cannot be replaced is named in a line, and the exit code is 1."""
    script = program("looker-staging")
    env = {"SYNC_SECRETS_KEY": f"{NEW},{OLD}", "PASSWORD": token("one", OLD)}
    command = [str(script), "secrets", "rotate", "/proc/self/environ"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 1
    assert "/proc/self/environ, which cannot be replaced: " in done.stderr
    assert "Traceback" not in done.stderr


def test_rotation_follows_a_link(tmp_path: Path) -> None:
    """A `.env` that is a link to a file elsewhere stays one."""
    (tmp_path / "real").write_text(token("one", OLD))
    (tmp_path / ".env").symlink_to("real")
    assert run("rotate", tmp_path / ".env", key=f"{NEW},{OLD}").exit_code == 0
    assert (tmp_path / ".env").is_symlink()
    assert _opened((tmp_path / "real").read_text(), NEW) == "one"


def test_no_value_as_an_argument() -> None:
    """A value on the command line, where others can see it, is refused."""
    assert run("encrypt", "canary", key=NEW).exit_code == 2


def test_needs_no_settings() -> None:
    """The command works where nothing else is set up."""
    script = program("looker-staging")
    done = subprocess.run([script, "secrets", "keygen"], capture_output=True, check=True, env={})
    assert len(done.stdout) == 45


def _opened(value: str | bytes, key: str) -> str:
    text = value.decode() if isinstance(value, bytes) else value
    return Fernet(key).decrypt(text.removeprefix("enc:")).decode()

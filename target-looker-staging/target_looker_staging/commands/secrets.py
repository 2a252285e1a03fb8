"""`looker-staging secrets`: keys, and the settings that are encrypted with them."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from target_looker_staging.encrypted import PREFIX, decrypt, read_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.fernet import Fernet

# Every Fernet token begins like this until the year 2106: its version, then five bytes of its
# moment that are zero. Other words behind `enc:`, in a comment say, are left alone.
_VALUE = re.compile(rb"(?<![A-Za-z0-9_-])enc:gAAAAA[A-Za-z0-9_-]*={0,2}")


@click.group()
def secrets() -> None:
    """Encrypt settings of this target and of tap-epicor-kinetic.

    A secret setting may be `enc:` and a token instead of the value itself, wherever it stands. The
    key is in SYNC_SECRETS_KEY, or in the file that SYNC_SECRETS_KEY_FILE names: several keys with
    commas between them, the newest first.
    """


@secrets.command()
def keygen() -> None:
    """Print a new key. Keep it away from the files whose settings it protects."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - 0.1 s that only this group pays

    click.echo(Fernet.generate_key().decode())


@secrets.command()
def encrypt() -> None:
    """Print a value, encrypted with the newest key, as it goes into a setting.

    The value is asked for and not shown, or read from standard input up to its last line break. It
    is never an argument, which other users of the machine could see.
    """
    newest, *_ = _keys()
    value = _read_value()
    if not value:
        raise click.ClickException("There is no value to encrypt.")
    click.echo(PREFIX + newest.encrypt(value.encode()).decode())


def _read_value() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Value", hide_input=True, confirmation_prompt=True, err=True))
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise click.ClickException("Standard input is not UTF-8.") from None
    return text.removesuffix("\n").removesuffix("\r")


@secrets.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
def rotate(files: Sequence[Path]) -> None:
    """Encrypt the `enc:` values in FILES anew with the newest key.

    The older keys must still be set. Anything else in a file stays as it is, and a file with a
    value that no key fits stays as it is altogether.
    """
    keys = _keys()
    failed = False
    for file in files:
        content = file.read_bytes()
        rotated, count, problems = _rotated(content, keys)
        total = len(_VALUE.findall(content))
        if count and not problems:
            problems += _replace(file, rotated)
        for problem in problems:
            click.echo(f"{file}, {problem}", err=True)
        if problems:
            failed = True
            click.echo(f"{file}: left as it is", err=True)
            continue
        click.echo(f"{file}: {count} of {total} values encrypted anew with the newest key")
    if failed:
        raise click.exceptions.Exit(1)


def _rotated(content: bytes, keys: list[Fernet]) -> tuple[bytes, int, list[str]]:
    """Return a file's content, how many values in it are new, and which could not be read."""
    parts, problems, count, end = [], [], 0, 0
    for found in _VALUE.finditer(content):
        parts.append(content[end : found.start()])
        end = found.end()
        value = found.group().decode()
        try:
            new = _renewed(value, keys)
        except ValueError as error:
            line = content.count(b"\n", 0, found.start()) + 1
            problems.append(f"line {line}: {error}")
            new = value
        count += new != value
        parts.append(new.encode())
    return b"".join((*parts, content[end:])), count, problems


def _renewed(value: str, keys: list[Fernet]) -> str:
    """Return a value encrypted with the newest key; one that already is stays as it is."""
    with suppress(ValueError):
        decrypt(value, keys[:1])
        return value
    return PREFIX + keys[0].encrypt(decrypt(value, keys).encode()).decode()


def _replace(file: Path, content: bytes) -> list[str]:
    """Put content in a file's place in one step, with the rights and the owner that it had.

    Returns:
        Why that cannot be done, if it cannot.
    """
    try:
        _write_beside(file.resolve(), content)
    except OSError as error:
        return [f"which cannot be replaced: {error.strerror}"]
    return []


def _write_beside(file: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".rotated-")
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        shutil.copymode(file, name)
        owner = file.stat()
        with suppress(PermissionError):
            os.chown(name, owner.st_uid, owner.st_gid)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink()
        raise


def _keys() -> list[Fernet]:
    try:
        return read_keys()
    except ValueError as error:
        raise click.ClickException(str(error)) from None

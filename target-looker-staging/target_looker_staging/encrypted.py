"""Settings that stand encrypted wherever settings stand: `enc:` and a Fernet token.

Configuration keeps the token, in memory too; `decrypted` is called where the value is about to be
used, so that nothing that shows a configuration can show a secret. This file is the same in
tap-epicor-kinetic and target-looker-staging, neither of which imports the other.

Source of the token's form: the Fernet specification, version 0x80.
"""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from singer_sdk.exceptions import ConfigValidationError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_Value = TypeVar("_Value")

PREFIX = "enc:"
KEY_VARIABLE = "SYNC_SECRETS_KEY"
KEY_FILE_VARIABLE = "SYNC_SECRETS_KEY_FILE"

# In base64: version, moment and initialisation vector, then blocks of 16 bytes, then a signature.
_BASE64 = re.compile(r"[A-Za-z0-9_-]+={0,2}\Z")
_HEAD_BYTES, _BLOCK_BYTES, _SIGNATURE_BYTES = 25, 16, 32


def decrypted(setting: str, value: _Value) -> _Value | str:
    """Return a setting's value in the clear; one that does not begin with `enc:` already is.

    Args:
        setting: The setting's name, for the error.
        value: As it stands in the configuration, of whatever type.

    Raises:
        ConfigValidationError: If there is no key, or none of them fits, or the token is damaged.
    """
    if not isinstance(value, str) or not value.startswith(PREFIX):
        return value
    try:
        return decrypt(value, read_keys())
    except ValueError as error:
        problem = f"{setting} is encrypted, but {error}"
        raise ConfigValidationError(problem, errors=[problem]) from None


def decrypt(value: str, keys: list[Fernet]) -> str:
    """Return what an `enc:` value holds.

    Args:
        value: The value, prefix included.
        keys: Any of them may be the one that it was encrypted with.

    Raises:
        ValueError: If none is, or the token is damaged; the message never quotes the value.
    """
    from cryptography.fernet import InvalidToken, MultiFernet  # noqa: PLC0415 - 0.1 s, seldom due

    token = value.removeprefix(PREFIX).strip()
    if not _is_whole(token):
        raise ValueError(
            "what follows enc: is damaged or cut off; encrypt the value again with "
            "`looker-staging secrets encrypt`"
        )
    try:
        return MultiFernet(keys).decrypt(token).decode()
    except InvalidToken:
        raise ValueError(
            f"no key in {_source()} fits ({len(keys)} there); add the one that the value was "
            "encrypted with, or encrypt the value again"
        ) from None
    except UnicodeDecodeError:
        raise ValueError("what is encrypted is not text; encrypt it again") from None


def read_keys() -> list[Fernet]:
    """Return the keys, the newest first, from `SYNC_SECRETS_KEY` or the file that is named instead.

    Raises:
        ValueError: If there is none, or one is no key; the message never quotes it.
    """
    from cryptography.fernet import Fernet  # noqa: PLC0415 - as above

    texts = [text for text in re.split(r"[\s,]+", _key_text()) if text]
    if not texts:
        raise ValueError(
            f"{_source()} holds no key; set {KEY_VARIABLE}, or {KEY_FILE_VARIABLE} to a file that "
            "holds one"
        )
    keys = []
    for number, text in enumerate(texts, start=1):
        try:
            keys.append(Fernet(text))
        except ValueError:
            raise ValueError(
                f"key {number} of {len(texts)} in {_source()} is none: a key has 44 characters, "
                "as `looker-staging secrets keygen` prints them"
            ) from None
    return keys


def _key_text() -> str:
    if os.environ.get(KEY_VARIABLE):
        return os.environ[KEY_VARIABLE]
    path = os.environ.get(KEY_FILE_VARIABLE)
    try:
        return Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{_source()} cannot be read ({type(error).__name__})") from None


def _source() -> str:
    """Return where the keys come from: the variable wins over the file."""
    path = os.environ.get(KEY_FILE_VARIABLE)
    if path and not os.environ.get(KEY_VARIABLE):
        return f"the file {path} ({KEY_FILE_VARIABLE})"
    return KEY_VARIABLE


def _is_whole(token: str) -> bool:
    """Return whether a token has the characters and the length of a Fernet token."""
    try:
        raw = urlsafe_b64decode(token) if _BASE64.match(token) else b""
    except ValueError:
        return False
    blocks = len(raw) - _HEAD_BYTES - _SIGNATURE_BYTES
    return raw[:1] == b"\x80" and blocks >= _BLOCK_BYTES and blocks % _BLOCK_BYTES == 0

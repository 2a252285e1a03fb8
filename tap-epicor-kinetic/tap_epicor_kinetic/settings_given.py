"""Settings as they were given: texts become what they mean, pasted addresses are cut to size."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OF_THE_SDK = {"LOGLEVEL"}
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.0*)?\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?\Z", re.ASCII)
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_BEHIND_THE_INSTANCE = frozenset({"apps", "api", "tokenresource.svc"})
"""What begins the path behind the instance: the browser's pages, REST, tokens."""


def read_texts(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration whose numbers, booleans, lists and objects may come as text.

    The environment holds nothing but text. What cannot be read stays as it is, and is then of the
    wrong type; an empty text is a setting that is not given.

    Args:
        config: The configuration as it was given.
        schema: JSON Schema of the settings.
    """
    read = dict(config)
    for name, setting in schema["properties"].items():
        value = read.get(name)
        types = _types(setting)
        if not isinstance(value, str) or "string" in types:
            continue
        if not value.strip():
            del read[name]
        else:
            read[name] = _meant(value.strip(), types)
    return read


def strangers(variables: Mapping[str, str], prefix: str, known: Iterable[str]) -> dict[str, str]:
    """Return the variables that look like settings and are none, for the rules to refuse them.

    Args:
        variables: The environment.
        prefix: What begins a setting's variable, such as `TAP_EPICOR_KINETIC_`.
        known: The declared settings.
    """
    names = {name.upper() for name in known} | _OF_THE_SDK
    given = {name.removeprefix(prefix): name for name in variables if name.startswith(prefix)}
    return {
        name.lower(): variables[variable]
        for name, variable in given.items()
        if name not in names and not name.startswith("_")
    }


def _types(setting: Mapping[str, Any]) -> set[str]:
    declared = setting.get("type") or [
        found for option in setting.get("anyOf", ()) for found in _types(option)
    ]
    return {declared} if isinstance(declared, str) else set(declared)


def _meant(text: str, types: set[str]) -> Any:
    """Return what a text means as a value of one of some JSON types, else the text."""
    if "boolean" in types and text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    if types & {"integer", "number"} and _WHOLE_NUMBER.match(text):
        return int(text.partition(".")[0])
    if "number" in types and _NUMBER.match(text):
        return float(text)
    if types & {"array", "object"}:
        with suppress(ValueError, RecursionError):
            return json.loads(text)
    if "array" in types and not text.startswith(("[", "{")):
        return [part.strip() for part in text.split(",")]
    return text


def mended_base_url(given: object) -> tuple[object, str | None]:
    """Return the address of the instance in an address that was copied, and what to say of it.

    The browser's address of Kinetic, that of a REST call and that of the token service all begin
    with it. Anything that is not understood is returned as it is, to be judged by the rules.
    """
    if not isinstance(given, str):
        return given, None
    address = given.strip()
    try:
        url = urlsplit(address)
    except ValueError:
        return given, None
    segments = url.path.split("/")
    end = next(
        (
            place
            for place, segment in enumerate(segments)
            if segment.lower() in _BEHIND_THE_INSTANCE
        ),
        None,
    )
    if end is None or "@" in url.netloc or not url.netloc:
        return address, None
    mended = f"{url.scheme}://{url.netloc}{'/'.join(segments[:end])}".rstrip("/")
    return mended, f"base_url: {mended} is used; what was behind it is no part of the address"

"""What is wrong with the settings for Looker beyond what their declaration tells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from singer_sdk.exceptions import ConfigValidationError

from target_looker_staging.encrypted import decrypted
from target_looker_staging.looker.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# How an entry of a list must look, and how to say so.
_ENTRIES = (
    (
        "looker_datagroups",
        re.compile(r"[0-9]+|.+?::.+"),
        "model::datagroup, or the datagroup's id",
    ),
    ("looker_pdt_builds", re.compile(r".+?::.+"), "model::view"),
    ("looker_scheduled_plans", re.compile(r"[^\W_]+"), "the id of a scheduled plan"),
)


def looker_problems(config: Mapping[str, Any]) -> list[str]:
    """Return what is wrong; nothing without `looker_base_url`, for then Looker is not used."""
    base_url = config.get("looker_base_url")
    if not isinstance(base_url, str) or not base_url:
        return []
    return [*_base_url_problems(base_url), *_login_problems(config), *_entry_problems(config)]


def _base_url_problems(base_url: str) -> Iterator[str]:
    url = urlsplit(base_url.strip())
    if url.scheme not in {"https", "http"} or not url.hostname:
        yield (
            "looker_base_url must be the API host URL of Looker, such as "
            "https://company.cloud.looker.com"
        )
    elif url.scheme == "http" and not is_loopback(url.hostname):
        yield "looker_base_url must begin with https://, or the secret would be sent in the open"
    elif url.path.strip("/") or url.query or url.fragment or url.username:
        yield (
            "looker_base_url must end after host and port: leave out /api/4.0 and any other path, "
            "query or user name"
        )


def _login_problems(config: Mapping[str, Any]) -> Iterator[str]:
    for name in ("looker_client_id", "looker_client_secret"):
        if not config.get(name):
            yield f"{name} is missing: looker_base_url is set, so Looker is used"
    try:
        decrypted("looker_client_secret", config.get("looker_client_secret"))
    except ConfigValidationError as error:
        yield from error.errors
    path = config.get("looker_ca_bundle")
    if isinstance(path, str) and path and not Path(path).is_file():
        yield f"looker_ca_bundle names {path}, which is not a file"


def _entry_problems(config: Mapping[str, Any]) -> Iterator[str]:
    for setting, pattern, form in _ENTRIES:
        entries = config.get(setting)
        for position, entry in enumerate(entries if isinstance(entries, list) else (), start=1):
            name = entry.get("name", entry.get("id")) if isinstance(entry, dict) else entry
            # Of another type, the declaration says enough.
            if isinstance(name, str | int) and not pattern.fullmatch(str(name)):
                yield f"{setting}, entry {position}: {str(name)!r} must be {form}"

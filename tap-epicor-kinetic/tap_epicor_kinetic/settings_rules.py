"""What is wrong with settings beyond their types, and what to write instead."""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.encrypted import decrypted
from tap_epicor_kinetic.settings import ALL_COMPANIES, NEEDS, SECRETS
from tap_epicor_kinetic.settings_streams import stream_problems
from tap_epicor_kinetic.settings_values import companies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?\Z", re.ASCII
)


def problems(config: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a configuration of the right types, and what to write instead."""
    config, unreadable = _in_the_clear(config)
    return [
        *unreadable,
        *_base_url_problems(config.get("base_url")),
        *_company_problems(config),
        *_identity_problems(config),
        *stream_problems(config),
        *_start_date_problems(config.get("start_date")),
        *_bundle_problems(config.get("ca_bundle")),
    ]


def _in_the_clear(config: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
    """Return a configuration with its secrets decrypted, and why some could not be.

    The configuration is to be looked at and dropped.
    """
    clear, unreadable = dict(config), []
    for name in sorted(SECRETS & config.keys()):
        try:
            clear[name] = decrypted(name, config[name])
        except ConfigValidationError as error:
            unreadable += error.errors
    return clear, unreadable


def _base_url_problems(base_url: object) -> Iterator[str]:
    if not isinstance(base_url, str):
        return
    url = urlsplit(base_url)
    if url.scheme not in {"http", "https"} or not url.hostname:
        yield f"base_url '{_shown(url)}' is no web address; write https://<host>/<instance>"
        return
    if url.username or url.password:
        yield "base_url must not hold a user or password; use the settings username and password"
    if url.scheme == "http" and not is_loopback(url.hostname):
        yield (
            "base_url uses plain http, which would show the credentials to the network; write "
            f"https://{url.hostname}..."
        )
    if "/api/" in f"{url.path}/":
        instance = url.path.partition("/api")[0]
        host = url.netloc.rpartition("@")[2]
        yield f"base_url must end before /api; write {url.scheme}://{host}{instance}"
    elif not url.path.strip("/"):
        yield (
            "base_url lacks the instance, which Kinetic needs as a path; write "
            f"{url.scheme}://{url.netloc.rpartition('@')[2]}/<instance>, as in the browser's "
            "address of Kinetic"
        )
    if url.query or url.fragment:
        yield "base_url must not hold a query or fragment; end it at the instance"


def _shown(url: SplitResult) -> str:
    """Return an address without the user and password that it may hold."""
    return url._replace(netloc=url.netloc.rpartition("@")[2], query="", fragment="").geturl()


def is_loopback(host: str) -> bool:
    """Return whether traffic to `host` stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _company_problems(config: Mapping[str, Any]) -> Iterator[str]:
    named = companies(config)
    if not named:
        yield (
            "one of company and companies is needed, such as company: EPIC06; "
            'companies: ["*"] asks the server'
        )
    if ALL_COMPANIES in named and len(named) > 1:
        yield 'companies: "*" already means all of them; leave the others out'
    for company in named:
        if not company.strip() or "/" in company:
            yield f"'{company}' is no company ID"


def _identity_problems(config: Mapping[str, Any]) -> Iterator[str]:
    method = config.get("auth_method") or "basic"
    for name in NEEDS.get(method, ()):
        if not config.get(name):
            yield f"auth_method {method} needs {name}"
    password = config.get("password")
    if method == "token_resource" and isinstance(password, str) and not password.isascii():
        yield (
            "auth_method token_resource sends the password in a header, which holds ASCII only; "
            "use basic"
        )
    for name in ("username", "password", "client_secret"):
        value = config.get(name)
        if isinstance(value, str) and ("\n" in value or "\r" in value):
            yield f"{name} holds a line break; remove it"
    for name in ("api_key", "user_agent"):
        value = config.get(name)
        if isinstance(value, str) and not (value.isascii() and value.isprintable()):
            yield (
                f"{name} goes into a header, which holds ASCII without line breaks; remove all else"
            )
    token_url = config.get("token_url")
    if isinstance(token_url, str):
        url = urlsplit(token_url)
        if url.scheme != "https" and not (
            url.scheme == "http" and url.hostname and is_loopback(url.hostname)
        ):
            yield "token_url must be an https address, since the client secret goes there"


def _bundle_problems(path: object) -> Iterator[str]:
    if isinstance(path, str) and path and not Path(path).is_file():
        yield f"ca_bundle names {path}, which is not a file"


def _start_date_problems(start_date: object) -> Iterator[str]:
    if isinstance(start_date, str) and not _is_moment(start_date):
        yield (
            f"start_date '{start_date}' is no date; write it as 2026-01-31 or 2026-01-31T00:00:00Z"
        )


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return _MOMENT.match(text) is not None

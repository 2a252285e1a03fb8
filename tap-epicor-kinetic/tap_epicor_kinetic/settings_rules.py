"""What is wrong with settings beyond their types, and what to write instead."""

from __future__ import annotations

import re
import ssl
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.encrypted import decrypted
from tap_epicor_kinetic.http.transport import is_loopback
from tap_epicor_kinetic.settings import ALL_COMPANIES, GRANT_NEEDS, NEEDS, SECRETS
from tap_epicor_kinetic.settings_streams import stream_problems
from tap_epicor_kinetic.settings_values import companies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PATH = re.compile(r"[!-~]*\Z")
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
    url = _address(base_url)
    if url is None or url.scheme not in {"http", "https"} or not url.hostname:
        shown = f" '{_shown(url)}'" if url else ""
        yield f"base_url{shown} is no web address; write https://<host>/<instance>"
        return
    if url.username or url.password:
        yield "base_url must not hold a user or password; use the settings username and password"
    if url.scheme == "http" and not is_loopback(url.hostname):
        yield (
            "base_url uses plain http, which would show the credentials to the network; write "
            f"https://{url.hostname}..."
        )
    if url.query or url.fragment:
        yield "base_url must not hold a query or fragment; end it at the instance"
    if not _PATH.match(url.path):
        yield (
            "base_url holds a blank or a letter that no address has behind its host; copy it from "
            "the browser's address of Kinetic"
        )


def _address(text: str) -> SplitResult | None:
    """Return the parts of an address, `None` if they make no sense."""
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return None
    return url


def _shown(url: SplitResult) -> str:
    """Return an address without the user and password that it may hold."""
    return url._replace(netloc=url.netloc.rpartition("@")[2], query="", fragment="").geturl()


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
    yield from _missing_for_identity(config)
    password = config.get("password")
    method = config.get("auth_method")
    if method == "token_resource" and isinstance(password, str) and not password.isascii():
        yield (
            "auth_method token_resource sends the password in a header, which holds ASCII only; "
            "use basic"
        )
    for name in ("username", "password", "client_secret", "refresh_token"):
        value = config.get(name)
        if isinstance(value, str) and ("\n" in value or "\r" in value):
            yield f"{name} holds a line break; remove it"
    for name in ("api_key", "user_agent"):
        value = config.get(name)
        if isinstance(value, str) and not (value.isascii() and value.isprintable()):
            yield (
                f"{name} goes into a header, which holds ASCII without line breaks; remove all else"
            )
    yield from _token_url_problems(config.get("token_url"))


def _missing_for_identity(config: Mapping[str, Any]) -> Iterator[str]:
    method = config.get("auth_method") or "basic"
    for name in NEEDS.get(method, ()):
        if not config.get(name):
            yield f"auth_method {method} needs {name}"
    grant = config.get("grant_type") or "client_credentials"
    for name in GRANT_NEEDS.get(grant, ()) if method == "oauth2" else ():
        if not config.get(name):
            yield f"auth_method oauth2 with grant_type {grant} needs {name}"


def _token_url_problems(token_url: object) -> Iterator[str]:
    if not isinstance(token_url, str) or not token_url:
        return
    url = _address(token_url)
    if url is None or not url.hostname or not _PATH.match(url.path):
        yield "token_url is no web address; write https://<host>/<path>"
    elif url.username or url.password:
        yield "token_url must not hold a user or password"
    elif url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.hostname)):
        yield "token_url must be an https address, since the client secret goes there"


def _bundle_problems(path: object) -> Iterator[str]:
    if not isinstance(path, str) or not path:
        return
    if not Path(path).is_file():
        yield f"ca_bundle names {path}, which is not a file"
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as error:
        why = (
            error.strerror if not isinstance(error, ssl.SSLError) else "no certificate in PEM form"
        )
        yield f"ca_bundle names {path}, which cannot be used: {why}"


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

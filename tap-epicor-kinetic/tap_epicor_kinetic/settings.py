"""The tap's settings: their declaration, their rules, and the values that the rooms get."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.entities import BY_NAME
from tap_epicor_kinetic.encrypted import decrypted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LICENSE_TYPES = {
    # Constants of the product, the same on every server.
    "default": "00000003-B615-4300-957B-34956697F040",
    "web_service": "00000003-9439-4B30-A6F4-6D2FD4B9FD0F",
    "web_service_shared": "00000003-231B-4E2B-9B47-13F87EA9A0A3",
}
EPICOR_TOKEN_URL = "https://login.epicor.com/connect/token"  # noqa: S105 - an address, no secret
EPICOR_SCOPE = "epicor_erp"
ALL_COMPANIES = "*"

_STREAM_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?\Z", re.ASCII
)
_NEEDS = {
    "basic": ("username", "password"),
    "api_key": ("api_key",),
    "token_resource": ("username", "password"),
    "oauth2": ("client_id", "client_secret"),
}

_CUSTOM_STREAM = th.ObjectType(
    th.Property(
        "name",
        th.StringType,
        required=True,
        description="Stream name; a built-in one is overridden.",
    ),
    th.Property("service", th.StringType, description="Service, such as `Ice.BO.UD01Svc`."),
    th.Property("entity_set", th.StringType, description="Entity set, such as `UD01s`."),
    th.Property(
        "primary_keys",
        th.ArrayType(th.StringType),
        description="Key columns, if `$metadata` has none.",
    ),
    th.Property(
        "replication_key", th.StringType, description="Cursor column instead of the one chosen."
    ),
    th.Property(
        "columns",
        th.ArrayType(th.StringType),
        description="Columns to offer beside key and cursor.",
    ),
    th.Property("filter", th.StringType, description="OData `$filter` that every request carries."),
    th.Property(
        "source_of_last_resort",
        th.StringType,
        description="ID of a BAQ that returns the same columns, for servers that refuse the set "
        "itself.",
    ),
    additional_properties=False,
)

_BAQ = th.ObjectType(
    th.Property(
        "id", th.StringType, required=True, description="ID of the BAQ, shared with the tap's user."
    ),
    th.Property("name", th.StringType, description="Stream name; by default the ID in snake_case."),
    th.Property(
        "primary_keys", th.ArrayType(th.StringType), description="Columns that identify a row."
    ),
    th.Property(
        "replication_key", th.StringType, description="Column that grows with each change."
    ),
    th.Property(
        "parameters",
        th.ObjectType(additional_properties=True),
        description="Values of the BAQ's parameters; a list sends the parameter several times.",
    ),
    additional_properties=False,
)

SETTINGS = th.PropertiesList(
    th.Property(
        "base_url",
        th.StringType,
        required=True,
        title="Base URL",
        description="Address of the Kinetic instance, up to and including the instance's own path: "
        "`https://erp.example.com/ERPProd` or `https://centralusdtapp01.epicorsaas.com/SaaS123`.",
    ),
    th.Property(
        "company", th.StringType, title="Company", description="Company to read, such as `EPIC06`."
    ),
    th.Property(
        "companies",
        th.ArrayType(th.StringType),
        title="Companies",
        description="Several companies to read, each with its own bookmarks; "
        '`["*"]` asks the server which there are.',
    ),
    th.Property(
        "auth_method",
        th.StringType,
        allowed_values=list(_NEEDS),
        default="basic",
        title="Identity",
        description="How the tap says who it is: `basic` (user and password), `token_resource` "
        "(the server's own "
        "tokens for that user), `oauth2` (client credentials at `token_url`), or `api_key` alone, "
        "which only "
        "some servers accept.",
    ),
    th.Property(
        "username",
        th.StringType,
        title="User",
        description="User for `basic` and `token_resource`.",
    ),
    th.Property(
        "password",
        th.StringType,
        secret=True,
        title="Password",
        description="Password of that user.",
    ),
    th.Property(
        "api_key",
        th.StringType,
        secret=True,
        title="API key",
        description="Sent as `x-api-key` with every call. REST v2 wants it beside the identity.",
    ),
    th.Property(
        "client_id", th.StringType, title="Client ID", description="OAuth client for `oauth2`."
    ),
    th.Property(
        "client_secret",
        th.StringType,
        secret=True,
        title="Client secret",
        description="Secret of that client.",
    ),
    th.Property(
        "token_url",
        th.StringType,
        title="Token URL",
        description="Token endpoint for `oauth2`. Default: Epicor's identity provider, "
        f"{EPICOR_TOKEN_URL}; for "
        "Entra ID `https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`.",
    ),
    th.Property(
        "scope",
        th.StringType,
        title="Scope",
        description=f"Scope for `oauth2`. Default: `{EPICOR_SCOPE}`; for Entra ID "
        "`api://<application>/.default`.",
    ),
    th.Property(
        "start_date",
        th.DateTimeType,
        title="Start date",
        description="Bounds the first load: by the cursor where that is a date, else by the "
        "record's business date "
        "(invoice date, order date, ...). Records without one are always read.",
    ),
    th.Property(
        "page_size",
        th.IntegerType(minimum=2, maximum=10_000),
        default=500,
        title="Page size",
        description="Records per request. A page on which the server fails is halved by itself.",
    ),
    th.Property(
        "max_concurrent_requests",
        th.IntegerType(minimum=1, maximum=32),
        default=2,
        title="Concurrent requests",
        description="Requests in flight at once. Each takes a licence on the server while it "
        "lasts.",
    ),
    th.Property(
        "timeout_seconds",
        th.IntegerType(minimum=1),
        default=120,
        title="Time-out",
        description="Seconds to wait for the server before a page is asked for again, smaller.",
    ),
    th.Property(
        "retry_wait_seconds",
        th.NumberType(minimum=0),
        default=2,
        title="Retry wait",
        description="Seconds before a failed request is first repeated; each further wait is twice "
        "as long. A "
        "missing licence waits fifteen times as long. `Retry-After` wins.",
    ),
    th.Property(
        "columns",
        th.StringType,
        allowed_values=["core", "all"],
        default="core",
        title="Columns",
        description="`core` offers keys, cursor, the stored columns people use and all `_c` "
        "columns; `all` offers "
        "everything, derived columns included, which are slow and may make the server fail.",
    ),
    th.Property(
        "streams",
        th.ArrayType(_CUSTOM_STREAM),
        title="More streams",
        description="Further entity sets, user tables among them, or other settings for a built-in "
        "stream.",
    ),
    th.Property(
        "baqs", th.ArrayType(_BAQ), title="BAQs", description="BAQs to read, one stream each."
    ),
    th.Property(
        "plant",
        th.StringType,
        title="Site",
        description="Site (plant) of the call, sent in `CallSettings`.",
    ),
    th.Property(
        "language",
        th.StringType,
        title="Language",
        description="Language of descriptions, such as `enu`.",
    ),
    th.Property(
        "license_type",
        th.StringType,
        allowed_values=list(LICENSE_TYPES),
        title="Licence type",
        description="Licence that calls claim; without it the server takes a default user licence, "
        "as a person would.",
    ),
    th.Property(
        "ca_bundle",
        th.StringType,
        title="CA bundle",
        description="File with the certificates of an internal authority. TLS is always verified.",
    ),
    th.Property(
        "user_agent",
        th.StringType,
        title="User agent",
        description="User-Agent header instead of the tap's.",
    ),
)

SECRETS = frozenset(
    name for name, schema in SETTINGS.to_dict()["properties"].items() if schema.get("secret")
)
"""Settings that may be encrypted, and are never shown."""


@dataclass(frozen=True, slots=True)
class Identity:
    """How requests say who they are; secrets never show in its representation."""

    method: str
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    token_url: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the server is and how to speak to it."""

    base_url: str
    identity: Identity
    headers: dict[str, str] = field(repr=False)
    verify: str | bool
    timeout_seconds: float
    retry_wait_seconds: float
    max_concurrent_requests: int


def server_settings(config: Mapping[str, Any], user_agent: str) -> ServerSettings:
    """Return the connection part of a valid configuration.

    Args:
        config: The tap's configuration, defaults filled in.
        user_agent: What the tap calls itself unless the configuration says otherwise.
    """
    base_url = config["base_url"].rstrip("/")
    method = config["auth_method"]
    default_token_url = (
        f"{base_url}/TokenResource.svc/" if method == "token_resource" else EPICOR_TOKEN_URL
    )
    identity = Identity(
        method=method,
        username=config.get("username") or "",
        client_id=config.get("client_id") or "",
        **{name: decrypted(name, config.get(name)) or "" for name in SECRETS},
        token_url=config.get("token_url") or default_token_url,
        scope=config.get("scope") or EPICOR_SCOPE,
    )
    return ServerSettings(
        base_url=base_url,
        identity=identity,
        headers=_headers(config, user_agent),
        verify=config.get("ca_bundle") or True,
        timeout_seconds=float(config["timeout_seconds"]),
        retry_wait_seconds=float(config["retry_wait_seconds"]),
        max_concurrent_requests=config["max_concurrent_requests"],
    )


def _headers(config: Mapping[str, Any], user_agent: str) -> dict[str, str]:
    headers = {"User-Agent": config.get("user_agent") or user_agent}
    call = {"Plant": config.get("plant"), "Language": config.get("language")}
    if any(call.values()):
        parts = ",".join(f'"{name}":{_json_text(value)}' for name, value in call.items() if value)
        headers["CallSettings"] = f"{{{parts}}}"
    if license_type := config.get("license_type"):
        headers["License"] = f'{{"ClaimedLicense":"{LICENSE_TYPES[license_type]}"}}'
    return headers


def _json_text(value: str) -> str:
    """Return a JSON string in ASCII, which is what a header can carry."""
    import json  # noqa: PLC0415 - only sites with a plant or language pay for it

    return json.dumps(value)


def companies(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the companies to read in the order given.

    `("*",)` means to ask the server; `company` then is the door to ask by.
    """
    listed = list(config.get("companies") or ())
    if ALL_COMPANIES not in listed and config.get("company"):
        listed.append(config["company"])
    return tuple(dict.fromkeys(listed))


def problems(config: Mapping[str, Any]) -> list[str]:
    """Return everything that is wrong with a configuration of the right types.

    And what to write instead.
    """
    config, unreadable = _in_the_clear(config)
    return [
        *unreadable,
        *_base_url_problems(config.get("base_url")),
        *_company_problems(config),
        *_identity_problems(config),
        *_stream_problems(config),
        *_start_date_problems(config.get("start_date")),
        *_bundle_problems(config.get("ca_bundle")),
    ]


def _in_the_clear(config: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
    """Return a configuration with its secrets decrypted, to be looked at and dropped.

    And why some could not be.
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
    for name in _NEEDS.get(method, ()):
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


def _stream_problems(config: Mapping[str, Any]) -> Iterator[str]:
    names: dict[str, str] = {}
    for entry in config.get("streams") or ():
        name = entry["name"]
        if name not in BY_NAME and not (entry.get("service") and entry.get("entity_set")):
            yield f"streams: '{name}' is not built in, so it needs service and entity_set"
        yield from _name_problems("streams", name, names)
    for entry in config.get("baqs") or ():
        yield from _name_problems("baqs", baq_stream_name(entry), names)


def _name_problems(setting: str, name: str, seen: dict[str, str]) -> Iterator[str]:
    if not _STREAM_NAME.match(name):
        yield (
            f"{setting}: '{name}' cannot be a stream name; use letters, digits and underscores, "
            "and set name"
        )
    if name in seen:
        yield f"{setting}: '{name}' is named twice (also in {seen[name]})"
    seen[name] = setting


def baq_stream_name(entry: Mapping[str, Any]) -> str:
    """Return the stream name of a BAQ: as set, else its ID in snake_case."""
    if entry.get("name"):
        return str(entry["name"])
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", str(entry["id"]))
    return re.sub(r"_+", "_", text).strip("_").lower()

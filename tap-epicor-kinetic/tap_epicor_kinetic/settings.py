"""The tap's settings as they are declared."""

from __future__ import annotations

from singer_sdk import typing as th

from tap_epicor_kinetic.settings_entries import BAQ, CUSTOM_STREAM

LICENSE_TYPES = {
    # Constants of the product, the same on every server.
    "default": "00000003-B615-4300-957B-34956697F040",
    "web_service": "00000003-9439-4B30-A6F4-6D2FD4B9FD0F",
    "web_service_shared": "00000003-231B-4E2B-9B47-13F87EA9A0A3",
}
EPICOR_TOKEN_URL = "https://login.epicor.com/connect/token"  # noqa: S105 - an address, no secret
GRANT_SCOPES = {
    # What Epicor's identity provider grants: its scope for users works with a user's grant alone.
    # A refresh keeps the scope of the log-in that it comes from.
    "client_credentials": "epicor_erp",
    "password": "openid email epicor_erp",
    "refresh_token": "",
}
ALL_COMPANIES = "*"

NEEDS = {
    "basic": ("username", "password"),
    "api_key": ("api_key",),
    "token_resource": ("username", "password"),
    "oauth2": ("client_id",),
}
GRANT_NEEDS = {
    # Clients of the other two may be public ones, which have no secret.
    "client_credentials": ("client_secret",),
    "password": ("username", "password"),
    "refresh_token": ("refresh_token",),
}

SETTINGS = th.PropertiesList(
    th.Property(
        "base_url",
        th.StringType,
        required=True,
        title="Base URL",
        description="Address of the Kinetic instance, up to and including the instance's own path: "
        "`https://erp.example.com/ERPProd` or `https://centralusdtapp01.epicorsaas.com/SaaS123`. "
        "Of an address copied from the browser, what begins with `/Apps/` is cut off. A host alone "
        "(`https://<tenant>.epicorsaas.com`) is accepted where Kinetic answers at its root.",
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
        allowed_values=list(NEEDS),
        default="basic",
        title="Identity",
        description="How the tap says who it is: `basic` (user and password), `token_resource` "
        "(the server's own "
        "tokens for that user), `oauth2` (tokens from `token_url`, by `grant_type`), or `api_key` "
        "alone, "
        "which only "
        "some servers accept.",
    ),
    th.Property(
        "username",
        th.StringType,
        title="User",
        description="User for `basic`, `token_resource` and the grant `password`.",
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
        description="Secret of that client; public clients, which have a user's grant, have none.",
    ),
    th.Property(
        "grant_type",
        th.StringType,
        allowed_values=list(GRANT_NEEDS),
        default="client_credentials",
        title="Grant",
        description="What the OAuth client shows for a token: `client_credentials` (its own "
        "secret), `password` (`username` and `password` too) or `refresh_token`.",
    ),
    th.Property(
        "refresh_token",
        th.StringType,
        secret=True,
        title="Refresh token",
        description="For the grant of that name. If the provider replaces it, the run goes on with "
        "the new one and says so; the setting must then be renewed by hand.",
    ),
    th.Property(
        "token_url",
        th.StringType,
        title="Token URL",
        description="Token endpoint for `oauth2`. Default: Epicor's identity provider, "
        f"{EPICOR_TOKEN_URL}; for "
        "Entra ID (unproven) `https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`.",
    ),
    th.Property(
        "scope",
        th.StringType,
        title="Scope",
        description=f"Scope for `oauth2`. Default: `{GRANT_SCOPES['client_credentials']}`, "
        f"`{GRANT_SCOPES['password']}` for the grant `password`, none for `refresh_token`; for "
        "Entra ID `api://<application>/.default`.",
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
        "late_commit_minutes",
        th.IntegerType(minimum=1, maximum=10_080),
        default=60,
        title="Late commits",
        description="Minutes after which a change is taken to be committed. A posting or an MRP "
        "run may hold its transaction for long, and its rows are seen only at its end; each run "
        "reads again what was younger than that when the last one began.",
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
        description="Seconds to wait for the server before a page is asked for again, smaller. A "
        "page that flows may take longer: a second more for each 16 KiB that arrive, and thirty "
        "times as long at most.",
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
        description="`core` offers keys, cursor, the stored columns people use and all user "
        "columns (`_c` and the older `Character01`, `ShortChar01`, ...); `all` offers everything, "
        "derived columns included, which are slow and may make the server fail. Columns that may "
        "hold secrets, card or bank data are offered only if they are named one by one.",
    ),
    th.Property(
        "extra_columns",
        th.ArrayType(th.StringType),
        title="Extra columns",
        description="Columns to offer beside those of `columns`, each as `stream.Column`: "
        '`["vendors.Comment", "parts.NetWeight"]`.',
    ),
    th.Property(
        "streams",
        th.ArrayType(CUSTOM_STREAM),
        title="More streams",
        description="Further entity sets, user tables among them, or other settings for a built-in "
        "stream.",
    ),
    th.Property(
        "baqs", th.ArrayType(BAQ), title="BAQs", description="BAQs to read, one stream each."
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
        description="File with the certificates of an internal authority, which alone are then "
        "believed for the server; for a token provider elsewhere they add to the public ones. TLS "
        "is always verified.",
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

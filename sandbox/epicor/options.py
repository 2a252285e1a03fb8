"""How this stand-in behaves where real servers differ, and how to make it unpleasant."""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from datetime import timedelta

DEFAULT_COMPANIES = ("EPIC06", "EPIC07")


@dataclass(frozen=True, slots=True)
class EpicorOptions:
    """The options; each default is what a standard server is known, or most likely, to do.

    Names, meanings and values stand in README.md beside this file. A set named here is written
    `Service/Set`.
    """

    # identity
    username: str = "sandbox"
    password: str = "sandbox-password"
    companies: frozenset[str] = frozenset(DEFAULT_COMPANIES)
    api_key: str = "sandbox-api-key"
    api_key_required: bool = True
    api_key_scope: frozenset[str] | None = None
    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"
    oauth_scope: str = "epicor_erp"
    entra_scope: str = "api://sandbox/.default"
    oauth_user_mapped: bool = True
    oauth_grants: frozenset[str] = frozenset({"client_credentials", "password", "refresh_token"})
    refresh_tokens_rotate: bool = False
    accepts: frozenset[str] = frozenset({"basic", "bearer"})
    denied_services: frozenset[str] = frozenset()
    access_denied_status: int = 403
    foreign_company_status: int = 401
    echoes_api_key: bool = False
    token_resource_enabled: bool = True
    token_seconds: int = 3600
    token_uses: int | None = None
    token_expires_in: str = "number"
    token_names: str = "pascal"
    # rows and pages
    updated_on: bool = False
    gl_account: str = "GLAccount1"
    missing_columns: frozenset[str] = frozenset()
    companies_set: str = "own"
    default_rows: int = 100
    max_rows: int | None = None
    next_link: str = "none"
    ignores_orderby: bool = False
    shuffles_unordered: bool = False
    adds_to_select: tuple[str, ...] = ()
    refuses_count: bool = False
    empty_sets: frozenset[str] = frozenset({"Erp.BO.VendorSvc/VendCnts"})
    missing_services: frozenset[str] = frozenset()
    private_baqs: frozenset[str] = frozenset()
    heavy_sets: tuple[tuple[str, int], ...] = ()
    poisoned: tuple[tuple[str, str], ...] = ()
    # values
    int64_as_text: bool = False
    decimals_as_text: bool = False
    date_zone: str = ""
    utc_offset_minutes: int = 0
    metadata_namespace: str = "Erp.Tablesets"
    metadata_facets: str = "some"
    metadata_needs_xml_accept: bool = True
    # queries
    zone_required: bool = True
    child_sets_refused: frozenset[str] = frozenset({"Erp.BO.SalesOrderSvc"})
    child_filter_error: str = "parent_type"
    refuse_compound_filter: bool = False
    refuse_guid_comparison: bool = False
    refuse_sysrevid_filter: bool = False
    refuse_sysrevid_order: bool = False
    max_query_length: int | None = 2048
    max_url_length: int | None = 4096
    deep_skip: int | None = None
    # transport
    latency_ms: float = 0
    row_microseconds: float = 0
    license_limit: int | None = None
    gzip: bool = False
    error_shape: str = "epicor"

    def utc_offset(self) -> timedelta:
        """Return the zone of the times in the database, in which a server without zones counts."""
        if self.date_zone and self.date_zone != "Z":
            sign = -1 if self.date_zone.startswith("-") else 1
            hours, minutes = self.date_zone[1:].split(":")
            return sign * timedelta(hours=int(hours), minutes=int(minutes))
        return timedelta(minutes=self.utc_offset_minutes)


def options_from_text(items: dict[str, str]) -> dict[str, typing.Any]:
    """Return options given as text, for `dataclasses.replace` or the constructor.

    Booleans are `true` or `false`, several values stand with commas between them, pairs as
    `name=value`, and nothing means none.

    Raises:
        ValueError: There is no option of that name, or the text does not fit its type.
    """
    hints = typing.get_type_hints(EpicorOptions)
    found = {}
    for name, text in items.items():
        if name not in hints:
            known = ", ".join(field.name for field in dataclasses.fields(EpicorOptions))
            msg = f"There is no option {name!r}; the options are {known}."
            raise ValueError(msg)
        found[name] = _value(name, text, hints[name])
    return found


def _value(name: str, text: str, hint: typing.Any) -> typing.Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
        if text.lower() in ("", "none"):
            return None
    if hint is bool:
        if text.lower() not in ("true", "false"):
            msg = f"Option {name} takes true or false, not {text!r}."
            raise ValueError(msg)
        return text.lower() == "true"
    if hint in (int, float, str):
        return hint(text)
    parts = [part for part in text.split(",") if part]
    if typing.get_args(hint)[0] is str:
        return typing.get_origin(hint)(parts)
    number = typing.get_args(typing.get_args(hint)[0])[1] is int
    pairs = (part.partition("=")[::2] for part in parts)
    return tuple((first, int(second) if number else second) for first, second in pairs)

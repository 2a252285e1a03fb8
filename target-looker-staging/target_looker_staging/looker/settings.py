"""The settings that concern Looker, checked and turned into values."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args
from urllib.parse import urlsplit

from singer_sdk.exceptions import ConfigValidationError

from target_looker_staging.encrypted import decrypted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RefreshWhen = Literal["changed", "always", "never"]
OnError = Literal["fail", "warn"]

_Rule = TypeVar("_Rule")

TIMEOUT_SECONDS = 60
BUILD_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class DatagroupRule:
    """A datagroup to make stale and trigger.

    Attributes:
        model: Its LookML model; empty if the datagroup is given by its id.
        name: Its name in LookML, or its id.
        streams: The streams it depends on; empty: all.
    """

    model: str
    name: str
    streams: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """Return how the settings name it."""
        return f"{self.model}::{self.name}" if self.model else self.name


@dataclass(frozen=True, slots=True)
class PdtBuildRule:
    """A persistent derived table to build.

    Attributes:
        streams: The streams it depends on; empty: all.
        force_rebuild: Also rebuild the persistent tables it is made from.
        force_full_incremental: Build an incremental table from scratch.
        timeout_seconds: After which a build is stopped.
    """

    model: str
    view: str
    streams: tuple[str, ...] = ()
    force_rebuild: bool = False
    force_full_incremental: bool = False
    timeout_seconds: float = BUILD_SECONDS

    @property
    def target(self) -> str:
        """Return how the settings name it."""
        return f"{self.model}::{self.view}"


@dataclass(frozen=True, slots=True)
class ScheduledPlanRule:
    """A scheduled plan to run once.

    Attributes:
        streams: The streams it depends on; empty: all.
    """

    plan_id: str
    streams: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """Return how the settings name it."""
        return self.plan_id


@dataclass(frozen=True, slots=True)
class LookerSettings:
    """How to reach Looker and what to ask of it.

    Attributes:
        base_url: The API host URL, without a path and without a slash at its end.
        ca_bundle: A file with the certificates to trust; `None`: those of the machine.
        timeout_seconds: How long one request may stay without an answer.
        dashboards_folder: Id (digits) or name of the folder for dashboards.
    """

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    ca_bundle: str | None = None
    timeout_seconds: int = TIMEOUT_SECONDS
    datagroups: tuple[DatagroupRule, ...] = ()
    pdt_builds: tuple[PdtBuildRule, ...] = ()
    scheduled_plans: tuple[ScheduledPlanRule, ...] = ()
    dashboards_folder: str | None = None
    refresh_when: RefreshWhen = "changed"
    on_error: OnError = "fail"

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> LookerSettings | None:
        """Return the settings, or `None` if `looker_base_url` is absent.

        Args:
            config: The target's settings. An entry of `looker_datagroups` is `model::name`, a
                datagroup's id, or an object with `name` and `streams`; of `looker_pdt_builds`
                `model::view` or an object with `name`, `streams`, `force_rebuild`,
                `force_full_incremental` and `timeout_seconds`; of `looker_scheduled_plans` an id
                or an object with `id` and `streams`.

        Raises:
            ConfigValidationError: With every setting that is wrong, and what to write instead.
        """
        if not config.get("looker_base_url"):
            return None
        reader = _Reader(config)
        settings = cls(
            base_url=reader.base_url(),
            client_id=reader.text("looker_client_id"),
            client_secret=reader.secret("looker_client_secret"),
            ca_bundle=reader.ca_bundle(),
            timeout_seconds=reader.timeout_seconds(),
            datagroups=reader.entries("looker_datagroups", _datagroup),
            pdt_builds=reader.entries("looker_pdt_builds", _pdt_build),
            scheduled_plans=reader.entries("looker_scheduled_plans", _scheduled_plan),
            dashboards_folder=str(config.get("looker_dashboards_folder") or "").strip() or None,
            refresh_when=cast(
                "RefreshWhen", reader.choice("looker_refresh_when", get_args(RefreshWhen))
            ),
            on_error=cast("OnError", reader.choice("looker_on_error", get_args(OnError))),
        )
        if reader.problems:
            raise ConfigValidationError(
                "The settings for Looker are not usable: " + "; ".join(reader.problems),
                errors=reader.problems,
            )
        return settings


class _Reader:
    """Reads settings one by one and collects what is wrong with them."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        value = self._config.get(name)
        if not value:
            self.problems.append(f"{name} is missing: looker_base_url is set, so Looker is used")
        return str(value or "")

    def secret(self, name: str) -> str:
        text = self.text(name)
        try:
            return decrypted(name, text)
        except ConfigValidationError as error:
            self.problems += error.errors
            return text

    def base_url(self) -> str:
        given = str(self._config["looker_base_url"]).strip()
        url = urlsplit(given)
        if url.scheme not in {"https", "http"} or not url.hostname:
            self.problems.append(
                "looker_base_url must be the API host URL of Looker, such as "
                "https://company.cloud.looker.com"
            )
        elif url.scheme == "http" and not _is_loopback(url.hostname):
            self.problems.append(
                "looker_base_url must begin with https://, or the secret would be sent in the open"
            )
        elif url.path.strip("/") or url.query or url.fragment or url.username:
            self.problems.append(
                "looker_base_url must end after host and port: leave out /api/4.0 and any other "
                "path, query or user name"
            )
        return given.rstrip("/")

    def ca_bundle(self) -> str | None:
        path = self._config.get("looker_ca_bundle")
        if path and not Path(path).is_file():
            self.problems.append(f"looker_ca_bundle names {path}, which is not a file")
        return str(path) if path else None

    def timeout_seconds(self) -> int:
        value = self._config.get("looker_timeout_seconds", TIMEOUT_SECONDS)
        try:
            seconds = int(value)
        except (TypeError, ValueError):
            seconds = 0
        if seconds < 1:
            self.problems.append("looker_timeout_seconds must be a whole number from 1 on")
        return seconds

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self._config.get(name) or choices[0]
        if value not in choices:
            self.problems.append(f"{name} must be one of {', '.join(choices)}")
        return str(value)

    def entries(self, name: str, read: Callable[[Mapping[str, Any]], _Rule]) -> tuple[_Rule, ...]:
        given = self._config.get(name) or []
        if not isinstance(given, list | tuple):
            self.problems.append(f"{name} must be a list")
            return ()
        rules = []
        for position, entry in enumerate(given, start=1):
            try:
                rules.append(read(entry if isinstance(entry, dict) else {"name": entry}))
            except (TypeError, ValueError) as error:  # every entry is told
                self.problems.append(f"{name}, entry {position}: {error}")
        return tuple(rules)


def _datagroup(entry: Mapping[str, Any]) -> DatagroupRule:
    _refuse_unknown(entry, {"name", "streams"})
    name = str(entry.get("name") or "")
    if name.isdigit():
        return DatagroupRule("", name, _streams(entry))
    return DatagroupRule(*_split(name, "model::datagroup, or the datagroup's id"), _streams(entry))


def _pdt_build(entry: Mapping[str, Any]) -> PdtBuildRule:
    known = {"name", "streams", "force_rebuild", "force_full_incremental", "timeout_seconds"}
    _refuse_unknown(entry, known)
    seconds = float(entry.get("timeout_seconds", BUILD_SECONDS))
    if seconds <= 0:
        raise ValueError("timeout_seconds must be greater than 0")
    return PdtBuildRule(
        *_split(str(entry.get("name") or ""), "model::view"),
        streams=_streams(entry),
        force_rebuild=bool(entry.get("force_rebuild", False)),
        force_full_incremental=bool(entry.get("force_full_incremental", False)),
        timeout_seconds=seconds,
    )


def _scheduled_plan(entry: Mapping[str, Any]) -> ScheduledPlanRule:
    _refuse_unknown(entry, {"id", "name", "streams"})
    plan_id = str(entry.get("id") or entry.get("name") or "")
    if not plan_id.isalnum():
        raise ValueError("must be the id of a scheduled plan")
    return ScheduledPlanRule(plan_id, _streams(entry))


def _split(name: str, form: str) -> tuple[str, str]:
    model, separator, rest = name.partition("::")
    if not (model and separator and rest):
        raise ValueError(f"{name!r} must be {form}")
    return model, rest


def _streams(entry: Mapping[str, Any]) -> tuple[str, ...]:
    streams = entry.get("streams") or ()
    if isinstance(streams, str) or not all(isinstance(each, str) for each in streams):
        raise TypeError("streams must be a list of stream names")
    return tuple(streams)


def _refuse_unknown(entry: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(entry.keys() - known):
        raise ValueError(f"has no {', '.join(unknown)}; it may have {', '.join(sorted(known))}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

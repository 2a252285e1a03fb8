"""How to reach Looker and what to ask of it, from settings that have been checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from target_looker_staging.encrypted import decrypted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> DatagroupRule:
        """Return the rule of an entry in the settings."""
        model, separator, name = str(entry["name"]).partition("::")
        if not separator:
            model, name = "", model
        return cls(model, name, tuple(entry.get("streams", ())))

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

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> PdtBuildRule:
        """Return the rule of an entry in the settings."""
        model, _, view = str(entry["name"]).partition("::")
        return cls(
            model,
            view,
            streams=tuple(entry.get("streams", ())),
            force_rebuild=entry.get("force_rebuild", False),
            force_full_incremental=entry.get("force_full_incremental", False),
            timeout_seconds=float(entry.get("timeout_seconds", BUILD_SECONDS)),
        )

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

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> ScheduledPlanRule:
        """Return the rule of an entry in the settings."""
        return cls(str(entry.get("id", entry.get("name"))), tuple(entry.get("streams", ())))

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
    refresh_when: Literal["changed", "always", "never"] = "changed"
    on_error: Literal["fail", "warn"] = "fail"

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
            ConfigValidationError: If the secret is encrypted and no key fits.
        """
        if not config.get("looker_base_url"):
            return None
        return cls(
            base_url=config["looker_base_url"].strip().rstrip("/"),
            client_id=config["looker_client_id"],
            client_secret=decrypted("looker_client_secret", config["looker_client_secret"]),
            ca_bundle=config.get("looker_ca_bundle") or None,
            timeout_seconds=int(config.get("looker_timeout_seconds", TIMEOUT_SECONDS)),
            datagroups=tuple(map(DatagroupRule.of, _entries(config, "looker_datagroups"))),
            pdt_builds=tuple(map(PdtBuildRule.of, _entries(config, "looker_pdt_builds"))),
            scheduled_plans=tuple(
                map(ScheduledPlanRule.of, _entries(config, "looker_scheduled_plans"))
            ),
            dashboards_folder=(config.get("looker_dashboards_folder") or "").strip() or None,
            refresh_when=config.get("looker_refresh_when", "changed"),
            on_error=config.get("looker_on_error", "fail"),
        )


def _entries(config: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the entries of a list as objects, for one may be a mere name."""
    for entry in config.get(name) or ():
        yield entry if isinstance(entry, dict) else {"name": entry}

"""What a load does with records, from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """What a load does with records.

    Attributes:
        overwrite_without_proof: Whether tables may be replaced by what a tap sent that does not say
            whether it came to its end.
        quarantine_limit: Records that a run may set aside.
        link_templates: Stream to URL template; `*` for the streams that are not named.
        grant_select_to: Roles that may read.
    """

    target_schema: str
    load_method: Literal["upsert", "append-only", "overwrite"]
    overwrite_without_proof: bool
    batch_size_rows: int
    checkpoint_seconds: int
    metadata: bool
    hard_delete: bool
    on_bad_record: Literal["fail", "quarantine"]
    quarantine_limit: int
    link_templates: Mapping[str, str]
    grant_select_to: tuple[str, ...]
    when_warehouse_is_behind: Literal["fail", "load_anyway"]

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> LoadSettings:
        """Return the settings of a validated configuration."""
        return cls(
            target_schema=config["default_target_schema"],
            load_method=config["load_method"],
            overwrite_without_proof=config["overwrite_without_proof"],
            batch_size_rows=int(config["batch_size_rows"]),
            checkpoint_seconds=int(config["checkpoint_seconds"]),
            metadata=config["add_record_metadata"],
            hard_delete=config["hard_delete"],
            on_bad_record=config["on_bad_record"],
            quarantine_limit=int(config["quarantine_limit"]),
            link_templates=config.get("source_link_templates") or {},
            grant_select_to=tuple(config.get("grant_select_to") or ()),
            when_warehouse_is_behind=config["when_warehouse_is_behind"],
        )

    def link_template(self, stream: str) -> str | None:
        """Return the URL template of a stream, if there is one."""
        return self.link_templates.get(stream, self.link_templates.get("*"))

"""Values as the type jsonb takes them."""

from __future__ import annotations

from singer_sdk.singerlib.json import serialize_json

from target_looker_staging.staging.characters import Replacements


def as_json(value: object) -> str | None:
    """Return a value as the type jsonb takes it; None for a null."""
    if value is None:
        return None
    return Replacements().in_json(serialize_json(value).encode()).decode()

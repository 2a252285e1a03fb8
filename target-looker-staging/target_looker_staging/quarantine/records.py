"""What is kept of a record that its table does not take, and of its stream."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Definition:
    """A stream's schema and key, as its sink has them."""

    stream: str
    schema: Mapping[str, Any]
    key_properties: Sequence[str]

    @property
    def text(self) -> str:
        """Return both as JSON."""
        content = {"schema": self.schema, "key_properties": list(self.key_properties)}
        return json.dumps(content, default=str, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that its table does not take.

    Attributes:
        reason: What is wrong, without content.
        property_name: The property at fault, if it is one.
        number: Which record of the stream in its run it was, from 1.
        record: JSON; or else whatever the tap wrote.
        key: JSON of the key properties, as far as they are there.
        source_id: The row id that it would have, if that is known.
        version: The version that the tap gave it.
        time_extracted: When the tap read it.
    """

    reason: str
    property_name: str
    number: int
    record: str
    key: str | None = None
    source_id: str | None = None
    version: int | None = None
    time_extracted: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record in quarantine: rejected, and not resolved yet.

    Attributes:
        definition: Its stream's schema and key, as `Definition.text` gives them.
    """

    id: int
    run_id: str
    stream: str
    key: Mapping[str, Any] | None
    source_id: str | None
    record: str
    version: int | None
    time_extracted: str | None
    definition: str

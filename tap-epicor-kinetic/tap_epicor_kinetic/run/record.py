"""The run record: what this run set out to do and what it did, sent with every state."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(timezone.utc)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(slots=True)
class StreamRecord:
    """One stream's part of a run.

    Attributes:
        status: `pending`, `running`, `done` or `failed`.
        records: RECORD messages written.
        source_count: Rows the server said it has behind the bookmark, over all companies, if it
            counts.
        replication_key: Cursor in use, `None` for a full table.
        error: Why it failed.
        proofs: Company to how the source proved that all of its rows were read: `counted`, or why
            it was not.
        characters_replaced: Halves of characters and bytes that are none, replaced by U+FFFD.
        numbers_replaced: Values such as `NaN` in number columns, replaced by null.
    """

    status: Literal["pending", "running", "done", "failed"] = "pending"
    records: int = 0
    source_count: int | None = None
    replication_key: str | None = None
    error: str | None = None
    proofs: dict[str, str] = field(default_factory=dict)
    characters_replaced: int = 0
    numbers_replaced: int = 0

    def replaced(self) -> dict[str, int]:
        """Return what had to be replaced, if anything had."""
        counts = {
            "characters_replaced": self.characters_replaced,
            "numbers_replaced": self.numbers_replaced,
        }
        return {name: count for name, count in counts.items() if count}


@dataclass(slots=True)
class RunRecord:
    """One run of the tap.

    A target that finds `complete` true, every stream done and as many records as it received knows
    that nothing is missing; a tap that died leaves the record incomplete.

    Attributes:
        companies: Companies that are read, by which a target can tell runs that may load side by
            side; `None` for all that there are.
    """

    tap: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started_at: datetime = field(default_factory=now)
    finished_at: datetime | None = None
    companies: tuple[str, ...] | None = None
    streams: dict[str, StreamRecord] = field(default_factory=dict)

    @property
    def failed(self) -> list[str]:
        """Names of the streams that failed."""
        return [name for name, stream in self.streams.items() if stream.status == "failed"]

    def stream(self, name: str) -> StreamRecord:
        """Return one stream's part, begun if it is not there yet."""
        return self.streams.setdefault(name, StreamRecord())

    def finish(self) -> None:
        """Note the end of the run."""
        self.finished_at = now()

    def as_state(self) -> dict[str, Any]:
        """Return the record as it stands in the state message, beside `bookmarks`."""
        complete = self.finished_at is not None and all(
            stream.status == "done" for stream in self.streams.values()
        )
        return {
            "id": self.id,
            "tap": self.tap,
            "started_at": _text(self.started_at),
            "finished_at": _text(self.finished_at),
            "complete": complete,
            "companies": None if self.companies is None else list(self.companies),
            "streams": {
                name: {
                    "status": stream.status,
                    "records": stream.records,
                    "replication_key": stream.replication_key,
                    "source_count": stream.source_count,
                    "proofs": dict(stream.proofs),
                    **({"error": stream.error} if stream.error else {}),
                    **stream.replaced(),
                }
                for name, stream in self.streams.items()
            },
        }

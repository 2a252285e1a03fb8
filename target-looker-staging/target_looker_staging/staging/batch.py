"""Batches of encoded records, where they go, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_looker_staging.postgres.types import Connection, Cursor
    from target_looker_staging.staging.temporaries import Temporaries


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one stream, ready for COPY.

    Attributes:
        lines: COPY text, one line per record.
        first_number: Which record of the stream in this run the first line is, from 1.
        version: The version that the tap gave the records, if it gives versions.
        read_at: When the first of them was read, as the tap wrote it, if it says so.
    """

    lines: Sequence[bytes]
    first_number: int
    version: int | None = None
    read_at: str | None = None


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What a load did to its table.

    Attributes:
        received: Records; the sum of all that follow but `deleted`.
        superseded: Records that a later one made void: of the same batch and key, or one that was
            read later and is in the table already.
        deleted: Rows removed or marked as deleted.
        rejected: Records that were set aside.
    """

    received: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    deleted: int = 0
    rejected: int = 0

    @property
    def changed(self) -> int:
        """Return how many rows of the table are different now."""
        return self.inserted + self.updated + self.deleted


Note: TypeAlias = "Callable[[Cursor, LoadCounts], None]"


class LineReader:
    """A file of COPY lines that need not be joined first."""

    _CHUNK_LINES = 2048

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines
        self._next = 0

    def read(self, _size: int = -1) -> bytes:
        """Return some lines; psycopg2 sends what it gets, however long, and ends at nothing."""
        start, self._next = self._next, self._next + self._CHUNK_LINES
        return b"".join(self._lines[start : self._next])

    readline = read


@dataclass(frozen=True, slots=True)
class LoadPlace:
    """Where a stream's batches go.

    Attributes:
        connection: Used by one thread at a time.
        schema: Postgres schema of the staging table.
        stream: Name of the stream.
        stage: Name of the temporary table, not used by another loader of the connection.
        seen: Name of the temporary table of keys, shared by the loaders of a stream.
        temporaries: The temporary tables of the connection, shared by all its loaders.
    """

    connection: Connection
    schema: str
    stream: str
    stage: str
    seen: str
    temporaries: Temporaries

"""Singer files as an ERP fills them, about 1.6 kB of JSON a row for 62 columns."""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

KEY = ("Company", "Number")

_WORDS = ("Bolt", "steel", "M8 x 40", "zinc", "Größe", "支払", "Ltd.", "Straße", "plate", "gear")
_KINDS: dict[str, dict[str, Any]] = {
    "Text": {"type": ["string", "null"]},
    "Amount": {"type": ["number", "null"]},
    "Flag": {"type": ["boolean", "null"]},
    "Name": {"type": ["string", "null"]},
    "Date": {"type": ["string", "null"], "format": "date-time"},
    "Count": {"type": ["integer", "null"]},
}


@dataclass(frozen=True, slots=True)
class Table:
    """The stream that is loaded."""

    columns: int
    rows: int

    @property
    def stream(self) -> str:
        """Return the stream's name, and so the table's."""
        return f"rows_{self.columns}"


def singer_file(folder: Path, table: Table, changed: int = 0) -> Path:
    """Return a Singer file, made when it is not there yet.

    Args:
        folder: Where it is kept.
        table: Which stream.
        changed: How many rows of 100 differ from those of the file that is made with 0.
    """
    path = folder / f"{table.stream}-{table.rows}-{changed}.singer"
    if not path.exists():
        with path.open("wb") as out:
            _write_stream(out, table, changed)
    return path


def _write_stream(out: IO[bytes], table: Table, changed: int) -> None:
    made = [f"Col{i:03}{list(_KINDS)[i % len(_KINDS)]}" for i in range(table.columns - 4)]
    properties = {
        "Company": _KINDS["Text"],
        "Number": _KINDS["Count"],
        "SysRowID": {"type": ["string", "null"], "format": "uuid"},
        "SysRevID": _KINDS["Count"],
        **{name: _KINDS[name[6:]] for name in made},
    }
    source = {"entity": "Bench", "id": "SysRowID", "company": "Company"}
    definition = {"type": "object", "properties": properties, "x-source": source}
    head = {"type": "SCHEMA", "stream": table.stream, "schema": definition}
    _write(out, {**head, "key_properties": list(KEY)})
    chance = random.Random(1)
    for number in range(table.rows):
        values = {name: _value(chance, name[6:]) for name in made}
        row_id = str(uuid.UUID(int=chance.getrandbits(128)))
        if changed and number * changed // 100 != (number + 1) * changed // 100:
            values[made[0]] = f"changed {changed}"
        record = {
            "Company": "EPIC06",
            "Number": number,
            "SysRowID": row_id,
            "SysRevID": 2**32 + number,
            **values,
        }
        message = {"type": "RECORD", "stream": table.stream, "record": record}
        _write(out, {**message, "time_extracted": "2026-11-23T10:00:00.000000Z"})
    _write(out, {"type": "STATE", "value": {"bookmarks": {table.stream: {}}}})


def _value(chance: random.Random, kind: str) -> Any:
    if kind in {"Text", "Name"}:
        return " ".join(chance.choices(_WORDS, k=chance.randint(0, 3)))
    if kind == "Flag":
        return chance.random() < 0.5
    if kind == "Date":
        day = f"20{chance.randint(10, 29)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        return None if chance.random() < 0.3 else f"{day}T00:00:00"
    if kind == "Count":
        return chance.randint(0, 10 ** chance.randint(1, 9))
    return chance.randint(0, 10**11) / 10**4


def _write(out: IO[bytes], message: dict[str, Any]) -> None:
    out.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

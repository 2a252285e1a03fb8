"""What is kept of a record that its table does not take: pure functions, no connection.

It is kept as the tap wrote it where that is still at hand; once encoded, it is read back from its
line of COPY text, which has the same values.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from target_looker_staging.quarantine.store import Rejection
from target_looker_staging.staging.columns import PgType
from target_looker_staging.staging.values import NULL, Replacements, copy_field_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_looker_staging.staging.columns import Column, TableShape
    from target_looker_staging.staging.rows import BadRecordError, RowEncoder

_BARE = frozenset({PgType.BOOLEAN, PgType.BIGINT, PgType.NUMERIC})


class _Message(msgspec.Struct, gc=False):
    record: msgspec.Raw
    version: Any = None
    time_extracted: Any = None


_decode_message = msgspec.json.Decoder(_Message).decode
_decode_properties = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def reject_line(
    line: bytes, error: BadRecordError, number: int, encoder: RowEncoder, shape: TableShape
) -> Rejection:
    """Return the rejection of a RECORD message.

    Args:
        line: The message as the tap wrote it.
        error: What the encoder said.
        number: Which record of the stream it is.
        encoder: Tells the row id.
        shape: Tells the key.
    """
    message = _read(line) or _read(Replacements().in_json(line))
    if message is None:
        text = line.decode(errors="replace")
        return Rejection(error.reason, error.source, number, record=text)
    properties = _decode_properties(message.record)
    return Rejection(
        error.reason,
        error.source,
        number,
        record=bytes(message.record).decode(errors="replace"),
        key=_key(properties, shape),
        source_id=encoder.source_id(properties),
        version=_version(message.version),
        time_extracted=message.time_extracted if isinstance(message.time_extracted, str) else None,
    )


def _version(value: object) -> int | None:
    """Return a version that the type bigint takes."""
    return value if isinstance(value, int) and -(2**63) <= value < 2**63 else None


def reject_row(
    row: bytes,
    reason: str,
    source: str,
    number: int,
    shape: TableShape,
    copy_columns: Sequence[str],
) -> Rejection:
    """Return the rejection of a line of COPY text.

    Args:
        row: The line.
        reason: What Postgres said.
        source: The property at fault, if Postgres named one.
        number: Which record of the stream it is.
        shape: The staging table.
        copy_columns: The columns that the line fills.
    """
    fields = dict(zip(copy_columns, row.removesuffix(b"\n").split(b"\t"), strict=True))
    properties = {
        column.source: _to_json(column, fields[column.name])
        for column in shape.columns
        if column.name != "_sdc_deleted_at" or fields[column.name] != NULL
    }
    pairs = (f"{json.dumps(name)}: {value}" for name, value in properties.items())
    version, extracted = fields["_sdc_table_version"], fields.get("_sdc_extracted_at", NULL)
    return Rejection(
        reason,
        source,
        number,
        record=f"{{{', '.join(pairs)}}}",
        key=_key({name: value.encode() for name, value in properties.items()}, shape),
        source_id=_text(fields["_source_id"]) if shape.key else None,
        version=None if version == NULL else int(version),
        time_extracted=None if extracted == NULL else _text(extracted),
    )


def _read(line: bytes) -> _Message | None:
    """Return a RECORD message if there is a JSON object in it as its record."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        message = _decode_message(line)
        _decode_properties(message.record)
        return message
    return None


def _key(properties: Mapping[str, msgspec.Raw | bytes], shape: TableShape) -> str | None:
    """Return the key properties that are there, as JSON."""
    parts = [
        f"{json.dumps(name)}: {bytes(properties[name]).decode(errors='replace')}"
        for name in shape.key_properties
        if name in properties
    ]
    return f"{{{', '.join(parts)}}}" if parts else None


def _to_json(column: Column, field: bytes) -> str:
    if field == NULL:
        return "null"
    is_bare = column.value_type in _BARE and not (column.quoted or column.mixed)
    if column.pg_type is PgType.JSONB or is_bare:
        return _text(field)
    return json.dumps(_text(field))


def _text(field: bytes) -> str:
    return copy_field_value(field).decode(errors="replace")

"""What is kept of a record that its table does not take: pure functions, no connection.

It is kept as the tap wrote it where that is still at hand; once encoded, it is read back from its
line of COPY text, which has the same values.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from target_looker_staging.quarantine.records import Rejection
from target_looker_staging.staging.record_message import properties_of, salvage
from target_looker_staging.staging.values import NULL, copy_field_value, json_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import msgspec

    from target_looker_staging.staging.refusals import BadRecordError
    from target_looker_staging.staging.rows import RowEncoder
    from target_looker_staging.staging.shape import TableShape


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
    message = salvage(line)
    if message is None:
        text = line.decode(errors="replace")
        return Rejection(error.reason, error.property_name, number, record=text)
    properties = properties_of(message.record)
    return Rejection(
        error.reason,
        error.property_name,
        number,
        record=bytes(message.record).decode(errors="replace"),
        key=_key(properties, shape),
        source_id=encoder.source_id(properties),
        version=message.table_version,
        time_extracted=message.time_extracted if isinstance(message.time_extracted, str) else None,
    )


def reject_row(
    row: bytes,
    reason: str,
    property_name: str,
    number: int,
    shape: TableShape,
    copy_columns: Sequence[str],
) -> Rejection:
    """Return the rejection of a line of COPY text.

    Args:
        row: The line.
        reason: What Postgres said.
        property_name: The property at fault, if Postgres named one.
        number: Which record of the stream it is.
        shape: The staging table.
        copy_columns: The columns that the line fills.
    """
    fields = dict(zip(copy_columns, row.removesuffix(b"\n").split(b"\t"), strict=True))
    properties = {
        column.property_name: json_value(column, fields[column.name])
        for column in shape.columns
        if column.name != "_sdc_deleted_at" or fields[column.name] != NULL
    }
    pairs = (f"{json.dumps(name)}: {value}" for name, value in properties.items())
    version, extracted = fields["_sdc_table_version"], fields.get("_sdc_extracted_at", NULL)
    return Rejection(
        reason,
        property_name,
        number,
        record=f"{{{', '.join(pairs)}}}",
        key=_key({name: value.encode() for name, value in properties.items()}, shape),
        source_id=_text(fields["_source_id"]) if shape.key else None,
        version=None if version == NULL else int(version),
        time_extracted=None if extracted == NULL else _text(extracted),
    )


def _key(properties: Mapping[str, msgspec.Raw | bytes], shape: TableShape) -> str | None:
    """Return the key properties that are there, as JSON."""
    parts = [
        f"{json.dumps(name)}: {bytes(properties[name]).decode(errors='replace')}"
        for name in shape.key_properties
        if name in properties
    ]
    return f"{{{', '.join(parts)}}}" if parts else None


def _text(field: bytes) -> str:
    return copy_field_value(field).decode(errors="replace")

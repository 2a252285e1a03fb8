"""RECORD messages: from the tap's line to the JSON of each property, and back."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, TypeAlias

import msgspec
from singer_sdk.singerlib.json import serialize_json

from target_looker_staging.staging.characters import Replacements
from target_looker_staging.staging.refusals import BadRecordError

# As `bigint` holds it.
TableVersion: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class RecordMessage(msgspec.Struct, gc=False):
    """A RECORD message: property names to values that are not yet looked into."""

    record: dict[str, msgspec.Raw]
    version: TableVersion | None = None
    time_extracted: str | None = None


class SalvagedMessage(msgspec.Struct, gc=False):
    """A RECORD message of which nothing but the record need be as Singer says.

    Attributes:
        record: The JSON object as the tap wrote it.
        version: Of whatever type; see `table_version`.
        time_extracted: Of whatever type.
    """

    record: msgspec.Raw
    version: Any = None
    time_extracted: Any = None

    @property
    def table_version(self) -> int | None:
        """Return the version if the type bigint takes it."""
        version = self.version
        return version if isinstance(version, int) and -(2**63) <= version < 2**63 else None


_decode = msgspec.json.Decoder(RecordMessage).decode
_decode_salvaged = msgspec.json.Decoder(SalvagedMessage).decode
properties_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def decode(line: bytes, replacements: Replacements) -> RecordMessage:
    """Return the message of a line.

    Raises:
        BadRecordError: If it is no RECORD message.
    """
    try:
        return _decode(line)
    except msgspec.ValidationError:
        raise BadRecordError("", "the RECORD message is not shaped as Singer says") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    except RecursionError:
        raise BadRecordError("", "the record is nested too deeply") from None
    # msgspec refuses surrogates without a partner, which JSON's grammar allows.
    repaired = replacements.in_json(line)
    if repaired == line:
        raise BadRecordError("", "the line is not JSON in UTF-8 (nor are NaN and Infinity)")
    return decode(repaired, replacements)


def salvage(line: bytes) -> SalvagedMessage | None:
    """Return what can be had of a line that `decode` or a column refused; None without a record."""
    for text in (line, Replacements().in_json(line)):
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            message = _decode_salvaged(text)
            properties_of(message.record)
            return message
    return None


def encode(message: object) -> bytes:
    """Return a message that has been decoded as a line; decimals as they were."""
    try:
        return msgspec.json.Encoder(decimal_format="number").encode(message)
    except UnicodeEncodeError:
        # Surrogates without a partner: the SDK escapes them.
        return serialize_json(message).encode()

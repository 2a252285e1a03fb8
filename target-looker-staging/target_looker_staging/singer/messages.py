"""What Singer messages have to look like; the errors say where one does not, never what it holds.

Source of the forms: the Singer specification, https://hub.meltano.com/singer/spec.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.singerlib.exceptions import InvalidInputLine

from target_looker_staging.staging.record_message import TableVersion  # noqa: TC001 msgspec reads annotations

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Definition(msgspec.Struct):
    """As much of a property's JSON Schema as decides about its column."""

    type: str | list[str] | None = None
    format: str | None = None
    anyOf: list[_Definition | bool] | None = None  # noqa: N815 JSON Schema's names
    oneOf: list[_Definition | bool] | None = None  # noqa: N815
    allOf: list[_Definition | bool] | None = None  # noqa: N815
    enum: list[Any] | None = None


class _Source(msgspec.Struct):
    """What this project's tap says about where a stream's rows come from."""

    entity: str | None = None
    system: str | None = None
    id: str | None = None
    company: str | None = None


class _Schema(msgspec.Struct, rename={"source": "x-source"}):
    """A stream's JSON Schema."""

    properties: dict[str, Any]
    source: _Source | None = None


class _SchemaMessage(msgspec.Struct):
    stream: str
    schema: _Schema
    key_properties: list[str] | None = None


class _RecordMessage(msgspec.Struct):
    stream: str
    record: dict[str, Any]
    version: TableVersion | None = None
    time_extracted: str | None = None


class _StateMessage(msgspec.Struct):
    value: dict[str, Any]


class _VersionMessage(msgspec.Struct):
    stream: str
    version: TableVersion


def check_schema(message: Mapping[str, Any]) -> None:
    """Check a SCHEMA message.

    Raises:
        InvalidInputLine: If it is not shaped so that a table can be made of it.
    """
    _check(message, _SchemaMessage)
    for name, definition in message["schema"]["properties"].items():
        if definition is None or isinstance(definition, bool):
            continue
        try:
            msgspec.convert(definition, _Definition)
        except (msgspec.ValidationError, RecursionError) as error:
            raise InvalidInputLine(
                f"The schema of stream '{message['stream']}' has no JSON Schema for property "
                f"'{name}': {_reason(error)}."
            ) from None


def check_record(message: Mapping[str, Any]) -> None:
    """Check a RECORD message.

    Raises:
        InvalidInputLine: If it has no object as its record.
    """
    _check(message, _RecordMessage)


def check_state(message: Mapping[str, Any]) -> None:
    """Check a STATE message.

    Raises:
        InvalidInputLine: If its value is not an object.
    """
    _check(message, _StateMessage)


def check_version(message: Mapping[str, Any]) -> None:
    """Check an ACTIVATE_VERSION message.

    Raises:
        InvalidInputLine: If it lacks the stream or a whole number as version.
    """
    _check(message, _VersionMessage)


def _check(message: Mapping[str, Any], shape: type[msgspec.Struct]) -> None:
    try:
        msgspec.convert(message, shape)
    except msgspec.ValidationError as error:
        stream = message.get("stream")
        of_stream = f" of stream '{stream}'" if isinstance(stream, str) else ""
        raise InvalidInputLine(
            f"The {message.get('type')} message{of_stream} is not shaped as Singer says: "
            f"{_reason(error)}."
        ) from None


def _reason(error: msgspec.ValidationError | RecursionError) -> str:
    """Return what is wrong; msgspec tells types and places, no values."""
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)

"""What is kept of a record that its table does not take, and of its stream."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What the type numeric, and with it jsonb, holds before and after the decimal point.
_DIGITS_BEFORE, _DIGITS_AFTER = 131_072, 16_383


def fits_jsonb(text: str) -> bool:
    """Return whether the type jsonb takes a text, so that it need not be asked.

    What it refuses, the server would write into its log. In doubt the answer is no.
    """
    if "\0" in text or r"\u0000" in text:
        return False
    try:
        found = json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_refuse)
        # Half a surrogate pair is JSON, but no text in UTF-8.
        json.dumps(found, ensure_ascii=False, default=str).encode()
    except (ValueError, ArithmeticError, RecursionError):
        return False
    return True


def _number(text: str) -> Decimal:
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent < -_DIGITS_AFTER:
        raise ValueError
    if len(digits) + exponent >= _DIGITS_BEFORE:
        raise ValueError
    return number


def _refuse(_text: str) -> NoReturn:
    raise ValueError


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

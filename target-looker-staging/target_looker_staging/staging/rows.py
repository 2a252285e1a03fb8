"""Records to lines of COPY text: pure functions, no connection.

Three ways lead to the same line. A regular expression made for the key order that a tap uses takes
a whole Singer line apart at once: a quick one where all values look as they usually do, then one
for every form that needs no further work. Lines that neither matches (other order, missing
properties, blanks, nested values) are split by msgspec, value by value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec
from singer_sdk.singerlib.json import serialize_json

from target_looker_staging.singer.messages import TableVersion  # noqa: TC001 msgspec reads annotations
from target_looker_staging.staging.columns import PgType
from target_looker_staging.staging.values import (
    LONG_BYTES,
    NULL,
    SCALAR,
    TIMESTAMP,
    BadValueError,
    Replacements,
    converter,
    copy_escape,
    copy_field_value,
    field_pattern,
    url_quote,
    usual_pattern,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_looker_staging.staging.columns import Column, TableShape

_Fields = tuple[bytes, ...]
_Match = Callable[[bytes], "re.Match[bytes] | None"]

# Values that stand in a URL, and so in `_source_id`, as they are.
_URL_SAFE = frozenset({PgType.BIGINT, PgType.BOOLEAN, PgType.DATE, PgType.UUID})
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_ISO = re.compile(TIMESTAMP)


def placeholders(template: str) -> set[str]:
    """Return the properties that a link template names."""
    return set(_PLACEHOLDER.findall(template))


class BadRecordError(ValueError):
    """A record that does not fit its stream's schema; the text never quotes the record.

    Attributes:
        source: The property at fault; empty if it is the record as a whole.
        reason: What is wrong with it.
    """

    def __init__(self, source: str, reason: str) -> None:
        """Take where and what."""
        super().__init__(f"property '{source}' {reason}" if source else reason)
        self.source = source
        self.reason = reason


class MissingKeyError(BadRecordError):
    """A record that lacks one of its key properties."""


class _Message(msgspec.Struct, gc=False):
    """A RECORD message: property names to values that are not yet looked into."""

    record: dict[str, msgspec.Raw]
    version: TableVersion | None = None
    time_extracted: str | None = None


_decode_message = msgspec.json.Decoder(_Message).decode


@dataclass(frozen=True, slots=True)
class _Reading:
    """How lines of one key order are read.

    Attributes:
        usual: Takes the whole Singer line if nothing in it is escaped; groups are values in the
            order of the line.
        match: The same for lines of every form that needs no further work.
        arrange: From the groups, of which the last is always NULL, to the stream's columns,
            version and time of extraction.
        finish: From the groups to a COPY line's fields up to the suffix, the last of them the row
            id; None for streams that need more work than that.
    """

    usual: _Match
    match: _Match
    arrange: Callable[[_Fields], _Fields]
    finish: Callable[[_Fields], _Fields] | None = None


def _no_match(_line: bytes) -> None:
    """Match nothing."""


_NO_READING = _Reading(_no_match, _no_match, arrange=lambda fields: fields)


@dataclass(frozen=True, slots=True)
class BatchStamp:
    """What the rows of one batch have in common.

    Attributes:
        received_at: When the batch began, ISO 8601 in UTC.
        sequence: The same in milliseconds since 1970.
        sync_started_at: When the target began, in milliseconds since 1970.
    """

    received_at: str
    sequence: int
    sync_started_at: int


class RowEncoder:
    """Turns the records of one stream into lines of COPY text.

    A line's fields are `copy_columns`: the stream's own in the order of its schema, then what else
    varies from row to row, then what `suffix` makes for a whole batch.

    Attributes:
        copy_columns: Names of the columns that a line fills.
        replacements: Counts characters that Postgres cannot hold.
    """

    def __init__(
        self,
        stream: str,
        shape: TableShape,
        link_template: str | None = None,
        unkeyed: str = "",
        unkeyed_rows: int = 0,
    ) -> None:
        """Prepare for a stream.

        Args:
            stream: The name that the tap's lines bear.
            shape: The table; its columns' `pg_type` is what the table really has.
            link_template: URL with `{Property}` placeholders, for `_source_url`.
            unkeyed: Begins the ids of rows of a stream that has no key.
            unkeyed_rows: How many such rows there have been.
        """
        self.replacements = Replacements()
        self._stream = stream
        self._shape = shape
        self._columns = shape.columns
        self._unkeyed = unkeyed
        self._unkeyed_rows = unkeyed_rows
        self._reading: _Reading | None = None
        self._converters = [
            (column.source, converter(column, self.replacements)) for column in shape.columns
        ]
        self._index = {column.source: i for i, column in enumerate(shape.columns)}
        self._key = [self._index[name] for name in shape.key_properties]
        self._key_is_url_safe = all(shape.columns[i].value_type in _URL_SAFE for i in self._key)
        self._id = self._index.get(shape.source.id_property or "")
        self._company = self._index.get(shape.source.company_property or "")
        self._link = link_template and list(self._link_parts(link_template))
        self._metadata = any(column.name == "_sdc_sequence" for column in shape.own_columns)
        self.copy_columns = self._copy_columns()

    def _copy_columns(self) -> tuple[str, ...]:
        return (
            *(column.name for column in self._shape.columns),
            "_sdc_table_version",
            *(["_sdc_extracted_at"] if self._metadata else []),
            *(["_source_company"] if self._company is not None else []),
            "_source_id",
            *(["_source_url"] if self._link else []),
            "_source_entity",
            *(
                ["_sdc_received_at", "_sdc_batched_at", "_sdc_sequence", "_sdc_sync_started_at"]
                if self._metadata
                else []
            ),
        )

    def suffix(self, stamp: BatchStamp) -> bytes:
        """Return the end of every line of a batch."""
        fields = [copy_escape(self._shape.source.entity)]
        if self._metadata:
            fields += [stamp.received_at.encode()] * 2
            fields += [b"%d" % stamp.sequence, b"%d" % stamp.sync_started_at]
        return b"\t" + b"\t".join(fields) + b"\n"

    def version(self, line: bytes) -> int | None:
        """Return the table version that a line bears."""
        field = line.split(b"\t", len(self._columns) + 1)[len(self._columns)]
        return None if field == NULL else int(field)

    def encode_lines(self, lines: Sequence[bytes], suffix: bytes) -> Iterator[bytes]:
        """Yield one COPY line for each RECORD line.

        Raises:
            BadRecordError: At the first record that does not fit; the lines before it are out.
        """
        if self._reading is None and lines:
            self._learn(lines[0])
        reading = self._reading or _NO_READING
        usual, finish = reading.usual, reading.finish
        misses = 0
        for line in lines:
            short = len(line) <= LONG_BYTES
            found = usual(line) if short else None
            if found is not None and finish is not None:
                fields = finish(found.groups(NULL))
                if fields[-1] is not NULL:
                    yield b"\t".join(fields) + suffix
                    continue
            if found is None and short:
                found = reading.match(line)
            if found is None:
                misses += 1
                yield self._line(self._split(line), suffix)
            else:
                yield self._line(reading.arrange(found.groups(NULL)), suffix)
        if misses * 2 > len(lines):
            self._learn(lines[-1])

    def encode_record(
        self, record: Mapping[str, object], message: Mapping[str, object], suffix: bytes
    ) -> bytes:
        """Return the COPY line of a record that has been decoded, as stream maps need it.

        Args:
            record: Property to value; decimals as `Decimal`.
            message: The RECORD message that it came in.
            suffix: What `suffix` returned for the batch.

        Raises:
            BadRecordError: If the record does not fit its schema.
        """
        envelope = {"record": record, **{k: message.get(k) for k in ("version", "time_extracted")}}
        return self._line(self._split(_to_json(envelope)), suffix)

    def source_id(self, properties: Mapping[str, msgspec.Raw]) -> str | None:
        """Return the row id of a record that could not be encoded, if what makes it is there."""
        fields = [NULL] * len(self._columns)
        try:
            for i in self._key if self._id is None else [self._id, *self._key]:
                source, convert = self._converters[i]
                if source in properties:
                    field = convert(bytes(properties[source]))
                    fields[i] = Replacements().in_copy_text(field)
        except BadValueError:
            return None
        by_id = self._id is not None and fields[self._id] is not NULL
        if not by_id and (not self._key or any(fields[i] is NULL for i in self._key)):
            return None
        return copy_field_value(self._source_id(tuple(fields))).decode()

    def _line(self, fields: _Fields, suffix: bytes) -> bytes:
        """Return a COPY line from the stream's columns, version and time of extraction."""
        line = b"\t".join(fields if self._metadata else fields[:-1])
        if rb"\u" in line:
            fields = tuple(map(self.replacements.in_copy_text, fields))
            line = b"\t".join(fields if self._metadata else fields[:-1])
        if self._company is not None:
            line += b"\t" + fields[self._company]
        line += b"\t" + self._source_id(fields)
        if self._link:
            line += b"\t" + self._url(self._link, fields)
        return line + suffix

    def _url(self, link: list[bytes | int], fields: _Fields) -> bytes:
        """Return the link of a row; none if a part of it is null."""
        parts = [part if isinstance(part, bytes) else fields[part] for part in link]
        if any(part is NULL for part in parts):
            return NULL
        return b"".join(
            field if isinstance(part, bytes) else url_quote(field)
            for part, field in zip(link, parts, strict=True)
        )

    def _source_id(self, fields: _Fields) -> bytes:
        if self._id is not None and fields[self._id] is not NULL:
            return fields[self._id]
        if not self._key:
            self._unkeyed_rows += 1
            return f"{self._unkeyed}~{self._unkeyed_rows}".encode()
        key = [fields[i] for i in self._key]
        return b"~".join(key if self._key_is_url_safe else map(url_quote, key))

    def _link_parts(self, template: str) -> Iterator[bytes | int]:
        """Yield the fixed parts of a template and the columns between them."""
        for i, part in enumerate(_PLACEHOLDER.split(template)):
            if i % 2:
                yield self._index[part]
            else:
                yield copy_escape(part)

    def _split(self, line: bytes) -> _Fields:
        """Return the fields of any legal RECORD message."""
        message = _decode(line, self.replacements)
        record = message.record
        fields: list[bytes] = []
        for source, convert in self._converters:
            value = record.get(source)
            if value is None:
                if source in self._shape.key_properties:
                    raise MissingKeyError(source, "is missing, but part of the key")
                fields.append(NULL)
                continue
            try:
                fields.append(convert(bytes(value)))
            except BadValueError as error:
                raise BadRecordError(source, str(error)) from None
        version = NULL if message.version is None else b"%d" % message.version
        return (*fields, version, _extracted(message.time_extracted))

    def _learn(self, line: bytes) -> None:
        """Prepare to read lines in the form and key order of this one."""
        try:
            names = list(_decode(line, Replacements()).record)
        except BadRecordError:
            return
        if not set(self._shape.key_properties) <= set(names):
            return
        known = [name for name in names if name in self._index]
        order = [
            known.index(column.source) if column.source in known else -1
            for column in self._shape.columns
        ]
        order += [len(known), len(known) + 1]
        finish = None
        if self._id is not None and not self._link:
            company = [] if self._company is None else [order[self._company]]
            fields = order if self._metadata else order[:-1]
            finish = itemgetter(*[*fields, *company, order[self._id]])
        self._reading = _Reading(
            self._line_pattern(names, usual_pattern).fullmatch,
            self._line_pattern(names, field_pattern).fullmatch,
            itemgetter(*order),
            finish,
        )

    def _line_pattern(
        self, names: Sequence[str], value_pattern: Callable[[Column], bytes]
    ) -> re.Pattern[bytes]:
        """Return a pattern for RECORD lines with these properties in this order."""
        pairs = [
            re.escape(msgspec.json.encode(name))
            + b":"
            + (value_pattern(self._columns[self._index[name]]) if name in self._index else SCALAR)
            for name in names
        ]
        return re.compile(
            rb'\{"type":"RECORD","stream":'
            + re.escape(msgspec.json.encode(self._stream))
            + rb',"record":\{'
            + b",".join(pairs)
            + rb'\}(?:,"version":([0-9]{1,18}))?(?:,"time_extracted":"('
            + TIMESTAMP
            + rb')")?\}(\x00)?'
        )


def _decode(line: bytes, replacements: Replacements) -> _Message:
    try:
        return _decode_message(line)
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
    return _decode(repaired, replacements)


def _extracted(time_extracted: str | None) -> bytes:
    if time_extracted is None:
        return NULL
    text = time_extracted.encode()
    if not _ISO.fullmatch(text):
        raise BadRecordError("", "time_extracted is not a date-time (ISO 8601)")
    return text


def _to_json(value: object) -> bytes:
    try:
        return msgspec.json.Encoder(decimal_format="number").encode(value)
    except UnicodeEncodeError:
        # Surrogates without a partner: the SDK escapes them.
        return serialize_json(value).encode()

"""Records to lines of COPY text: pure functions, no connection.

Three ways lead to the same line. `line_patterns` takes a whole Singer line apart at once: by a
quick pattern where all values look as they usually do, then by one for every form that needs no
further work. Lines that neither matches (other order, missing properties, blanks, nested values)
are split by msgspec, value by value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_looker_staging.staging import record_message
from target_looker_staging.staging.characters import Replacements, copy_escape
from target_looker_staging.staging.line_patterns import (
    NO_PATTERNS,
    DirectLine,
    Fields,
    LinePatterns,
    line_patterns,
)
from target_looker_staging.staging.links import LinkTemplate
from target_looker_staging.staging.refusals import BadRecordError, MissingKeyError
from target_looker_staging.staging.types import URL_SAFE
from target_looker_staging.staging.values import (
    LONG_BYTES,
    NULL,
    TIMESTAMP,
    BadValueError,
    converter,
    copy_field_value,
    cut_fraction,
    url_quote,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import msgspec

    from target_looker_staging.staging.shape import TableShape

_ISO = re.compile(TIMESTAMP)


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
        self._patterns: LinePatterns | None = None
        self._converters = [
            (column.property_name, converter(column, self.replacements)) for column in shape.columns
        ]
        self._index = {column.property_name: i for i, column in enumerate(shape.columns)}
        self._key = [self._index[name] for name in shape.key_properties]
        self._key_is_url_safe = all(shape.columns[i].value_type in URL_SAFE for i in self._key)
        self._id = self._index.get(shape.source.id_property or "")
        self._company = self._index.get(shape.source.company_property or "")
        self._link = LinkTemplate.parse(link_template, self._index) if link_template else None
        self._metadata = any(column.name == "_sdc_sequence" for column in shape.own_columns)
        self.copy_columns = self._copy_columns()

    def _copy_columns(self) -> tuple[str, ...]:
        return (
            *(column.name for column in self._shape.columns),
            "_sdc_table_version",
            *(["_sdc_extracted_at"] if self._metadata else []),
            *(["_source_company"] if self._company is not None else []),
            "_source_id",
            *([] if self._link is None else ["_source_url"]),
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

    def read_at(self, line: bytes) -> str | None:
        """Return when a line's record was read, as the tap wrote it, if the line says so."""
        if not self._metadata:
            return None
        at = len(self._columns) + 1
        field = line.split(b"\t", at + 1)[at]
        return None if field == NULL else field.decode()

    def encode_lines(self, lines: Sequence[bytes], suffix: bytes) -> Iterator[bytes]:
        """Yield one COPY line for each RECORD line.

        Raises:
            BadRecordError: At the first record that does not fit; the lines before it are out.
        """
        if self._patterns is None and lines:
            self._learn(lines[0])
        patterns = self._patterns or NO_PATTERNS
        usual, finish = patterns.usual, patterns.finish
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
                found = patterns.match(line)
            if found is None:
                misses += 1
                yield self._line(self._split(line), suffix)
            else:
                yield self._line(patterns.arrange(found.groups(NULL)), suffix)
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
        return self._line(self._split(record_message.encode(envelope)), suffix)

    def source_id(self, properties: Mapping[str, msgspec.Raw]) -> str | None:
        """Return the row id of a record that could not be encoded, if what makes it is there."""
        fields = [NULL] * len(self._columns)
        try:
            for i in self._key if self._id is None else [self._id, *self._key]:
                name, convert = self._converters[i]
                if name in properties:
                    field = convert(bytes(properties[name]))
                    fields[i] = Replacements().in_copy_text(field)
        except BadValueError:
            return None
        by_id = self._id is not None and fields[self._id] is not NULL
        if not by_id and (not self._key or any(fields[i] is NULL for i in self._key)):
            return None
        return copy_field_value(self._source_id(tuple(fields))).decode()

    def _line(self, fields: Fields, suffix: bytes) -> bytes:
        """Return a COPY line from the stream's columns, version and time of extraction."""
        line = b"\t".join(fields if self._metadata else fields[:-1])
        if rb"\u" in line:
            fields = tuple(map(self.replacements.in_copy_text, fields))
            line = b"\t".join(fields if self._metadata else fields[:-1])
        if self._company is not None:
            line += b"\t" + fields[self._company]
        line += b"\t" + self._source_id(fields)
        if self._link is not None:
            line += b"\t" + self._link.url(fields)
        return line + suffix

    def _source_id(self, fields: Fields) -> bytes:
        if self._id is not None and fields[self._id] is not NULL:
            return fields[self._id]
        if not self._key:
            self._unkeyed_rows += 1
            return f"{self._unkeyed}~{self._unkeyed_rows}".encode()
        key = [fields[i] for i in self._key]
        return b"~".join(key if self._key_is_url_safe else map(url_quote, key))

    def _split(self, line: bytes) -> Fields:
        """Return the fields of any legal RECORD message."""
        message = record_message.decode(line, self.replacements)
        record = message.record
        fields: list[bytes] = []
        for name, convert in self._converters:
            value = record.get(name)
            if value is None:
                if name in self._shape.key_properties:
                    raise MissingKeyError(name, "is missing, but part of the key")
                fields.append(NULL)
                continue
            try:
                fields.append(convert(bytes(value)))
            except BadValueError as error:
                raise BadRecordError(name, str(error)) from None
        version = NULL if message.version is None else b"%d" % message.version
        return (*fields, version, _extracted(message.time_extracted))

    def _learn(self, line: bytes) -> None:
        """Prepare to read lines in the form and key order of this one."""
        try:
            names = list(record_message.decode(line, Replacements()).record)
        except BadRecordError:
            return
        if not set(self._shape.key_properties) <= set(names):
            return
        direct = None
        if self._id is not None and self._link is None:
            direct = DirectLine(self._id, self._company, self._metadata)
        self._patterns = line_patterns(self._stream, names, self._columns, direct)


def _extracted(time_extracted: str | None) -> bytes:
    if time_extracted is None:
        return NULL
    text = time_extracted.encode()
    if not _ISO.fullmatch(text):
        raise BadRecordError("", "time_extracted is not a date-time (ISO 8601)")
    return cut_fraction(text)

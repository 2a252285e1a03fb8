"""A stream's records on their way to its staging table."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NoReturn

from singer_sdk.exceptions import MissingKeyPropertiesError
from singer_sdk.singerlib.json import serialize_json
from singer_sdk.sinks import BatchSink
from typing_extensions import override

from target_looker_staging.exceptions import StagingDataError, StagingSchemaError
from target_looker_staging.quarantine.records import Definition
from target_looker_staging.quarantine.rejection import reject_line
from target_looker_staging.run.stream_load import BatchWork
from target_looker_staging.singer.load_context import BATCH_BYTES
from target_looker_staging.staging.batch import Batch
from target_looker_staging.staging.links import placeholders
from target_looker_staging.staging.refusals import BadRecordError, MissingKeyError, refusal
from target_looker_staging.staging.rows import BatchStamp, RowEncoder
from target_looker_staging.staging.shape import table_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.sinks.core import BaseJSONSchemaValidator

    from target_looker_staging.singer.load_context import LoadTarget
    from target_looker_staging.staging.shape import TableShape


@dataclass(slots=True)
class PendingBatch:
    """The batch that is being gathered.

    Attributes:
        suffix: The end of each of its lines.
        lines: COPY text.
        size: Bytes of all lines.
    """

    suffix: bytes
    lines: list[bytes] = field(default_factory=list)
    size: int = 0


class StagingSink(BatchSink):
    """Encodes records as they come and hands full batches to the loading thread.

    The SDK's own way, a dict per record that is validated, dated and collected, is used only for
    streams that a stream map or flattening changes; both ways end in `RowEncoder`. More than half
    of the methods override one of the SDK's base class, which asks for one class.
    """

    def __init__(
        self,
        target: LoadTarget,
        stream_name: str,
        schema: dict[str, Any],
        key_properties: Sequence[str] | None,
    ) -> None:
        self._context = target.load_context
        self._batch: PendingBatch | None = None
        self._replaced = 0
        super().__init__(target, stream_name, schema, key_properties)

    @property
    @override
    def include_sdc_metadata_properties(self) -> bool:
        """Return True: the SDK then shows the message of each record, and the encoder reads it."""
        return True

    @override
    def _add_sdc_metadata_to_schema(self) -> None:
        """Leave the schema as it is; `columns` knows which names are the target's."""

    @override
    def _add_sdc_metadata_to_record(
        self, record: dict[str, Any], message: dict[str, Any], context: dict[str, Any]
    ) -> None:
        """Leave the record as it is, and keep its message at hand."""
        context["message"] = message

    @override
    def get_validator(self) -> BaseJSONSchemaValidator | None:
        """Return None: the encoder and the column types check each value."""
        return None

    @override
    def _parse_timestamps_in_record(self, *_args: Any, **_kwargs: Any) -> None:
        """Leave dates as the tap wrote them; Postgres reads them."""

    @override
    def _singer_validate_message(self, record: dict[str, Any]) -> None:
        """Leave the key to the encoder, which names a missing property but not the record's."""

    @override
    def setup(self) -> None:
        """Make or widen the table.

        Raises:
            StagingSchemaError: If the table cannot hold the stream.
        """
        shape = table_shape(
            self.stream_name,
            self.schema,
            self.key_properties,
            metadata=self._context.settings.metadata,
        )
        self._definition = Definition(self.stream_name, self.schema, self.key_properties)
        self._loader = self._context.loads.loader(self.stream_name, shape, self._make_encoder)

    def _make_encoder(self, shape: TableShape) -> Sequence[str]:
        self._encoder = RowEncoder(
            self.stream_name,
            shape,
            self._link_template(shape),
            f"{self._context.loads.run_id}~{self.sync_started_at}",
            self._received,
        )
        return self._encoder.copy_columns

    def _link_template(self, shape: TableShape) -> str | None:
        """Return the template of the stream's links.

        Raises:
            StagingSchemaError: If it names a property that the stream does not have.
        """
        settings = self._context.settings
        template = settings.link_template(self.stream_name)
        lacking = placeholders(template or "") - {column.property_name for column in shape.columns}
        if lacking and self.stream_name in settings.link_templates:
            raise StagingSchemaError(
                f"`source_link_templates` of stream '{self.stream_name}' names {sorted(lacking)}, "
                "which the stream does not send. Correct the template or select the properties."
            )
        return None if lacking else template

    @property
    def _received(self) -> int:
        """Return how many records of the stream have been handed over to be loaded."""
        return self._context.loads.tallies[self.stream_name].received

    @property
    @override
    def current_size(self) -> int:
        return len(self._batch.lines) if self._batch else 0

    @property
    @override
    def is_full(self) -> bool:
        batch = self._batch
        return batch is not None and (
            len(batch.lines) >= self._context.settings.batch_size_rows or batch.size >= BATCH_BYTES
        )

    def take_lines(self, lines: Sequence[bytes]) -> None:
        """Encode RECORD lines of this stream and load each batch that fills up.

        Raises:
            StagingDataError: If a record does not fit the schema and is not to be set aside.
        """
        start = 0
        while start < len(lines):
            batch = self._open_batch()
            room = self._context.settings.batch_size_rows - len(batch.lines)
            part = lines[start : start + room]
            before = len(batch.lines)
            refused: BadRecordError | None = None
            try:
                batch.lines.extend(self._encoder.encode_lines(part, batch.suffix))
            except BadRecordError as error:
                # The records before it are in the batch.
                refused, part = error, part[: len(batch.lines) - before + 1]
            self._grow(batch, sum(map(len, batch.lines[before:])))
            if refused is not None:
                self._reject(refused, part[-1])
            start += len(part)
            if self.is_full:
                self._drain()
        self.record_counter_metric.increment(len(lines))

    @override
    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Encode a record that a stream map has changed."""
        batch, message = self._open_batch(), context["message"]
        try:
            line = self._encoder.encode_record(record, message, batch.suffix)
        except BadRecordError as error:
            self._reject(error, serialize_json({**message, "record": record}).encode())
            return
        batch.lines.append(line)
        self._grow(batch, len(line))

    @property
    @override
    def batch_processing_timer(self) -> Any:
        """Return a timer of nothing: a drain only hands over; the loading thread takes the time."""
        return nullcontext()

    @override
    def start_drain(self) -> dict[str, Any]:
        batch, self._batch = self._batch, None
        self._context.pending_bytes -= batch.size if batch else 0
        return {"batch": batch}

    @override
    def process_batch(self, context: dict[str, Any]) -> None:
        """Hand a batch over to the loading thread.

        What becomes of it is known when the target next asks the thread; no state is passed on
        before.

        Raises:
            RuntimeError: If there is no batch, as when a drain is begun twice.
        """
        pending: PendingBatch | None = context.get("batch")
        if pending is None:
            raise RuntimeError(f"Stream '{self.stream_name}' has no batch to load.")
        version = self._encoder.version(pending.lines[-1])
        read_at = self._encoder.read_at(pending.lines[0])
        batch = Batch(pending.lines, self._received + 1, version, read_at)
        replaced = self._encoder.replacements.count - self._replaced
        self._replaced += replaced
        work = BatchWork(self._loader, self._definition, batch, replaced)
        self._context.loads.load(work, super().batch_processing_timer)

    @override
    def activate_version(self, new_version: int) -> None:
        """Load what has come, then delete what did not come with the version.

        The SDK's taps send the message before the records. Then it waits for the end of the run,
        and for the proof that all records came.
        """
        self._drain()
        self._context.versions.take(self.stream_name, new_version)

    def _drain(self) -> None:
        """Hand over the batch that is being gathered, as the target does when it drains a sink."""
        if self.current_size:
            self.process_batch(self.start_drain())
            self.mark_drained()

    def _grow(self, batch: PendingBatch, size: int) -> None:
        batch.size += size
        self._context.pending_bytes += size

    @property
    def pending_size(self) -> int:
        """Return the bytes of the batch that is being gathered."""
        return self._batch.size if self._batch else 0

    def _open_batch(self) -> PendingBatch:
        if self._batch is None:
            now = datetime.now(tz=timezone.utc)
            stamp = BatchStamp(
                received_at=now.isoformat(),
                sequence=int(now.timestamp() * 1000),
                sync_started_at=self.sync_started_at,
            )
            self._batch = PendingBatch(self._encoder.suffix(stamp))
        return self._batch

    def _reject(self, error: BadRecordError, line: bytes) -> None:
        """Set a record aside after those that came before it.

        Raises:
            StagingDataError: If bad records are to end the run.
        """
        number = self._received + self.current_size + 1
        if self._context.settings.on_bad_record == "fail":
            self._raise(error, number)
        self._drain()
        rejection = reject_line(line, error, number, self._encoder, self._loader.shape)
        self._context.loads.reject(self._loader, self._definition, rejection)

    def _raise(self, error: BadRecordError, number: int) -> NoReturn:
        """Raise the error of a record with the record's place in the stream."""
        if isinstance(error, MissingKeyError):
            raise MissingKeyPropertiesError(
                f"Stream '{self.stream_name}': {error} {list(self.key_properties)} "
                f"(record {number} of the stream in this run)."
            ) from None
        columns = self._loader.shape.columns
        column = next((c for c in columns if c.property_name == error.property_name), None)
        keys = self._loader.shape.key_properties
        message = refusal(self.stream_name, column, keys, f"record {number}", error.reason)
        raise StagingDataError(message) from None

"""Rows that a log-based tap says were deleted: their records bear `_sdc_deleted_at`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.staging.columns import DELETED_AT
from target_looker_staging.staging.statements import same_key
from target_looker_staging.staging.temporaries import temporary_name
from target_looker_staging.staging.values import NULL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_looker_staging.staging.batch import Batch
    from target_looker_staging.staging.shape import TableShape

_NO_TIME = b"\t" + NULL
# The last record of a key is what counts; rows of an append-only heap lie in the order of COPY.
_BEFORE = (
    "SELECT count(*) FILTER (WHERE t.ctid IS NULL), "
    "count(*) FILTER (WHERE t._sdc_deleted_at IS NOT NULL) "
    "FROM (SELECT DISTINCT ON ({key}) * FROM {stage} ORDER BY {key}, ctid DESC) AS s "
    "LEFT JOIN ONLY {table} AS t ON {same_key} WHERE s._sdc_deleted_at IS NOT NULL"
)
_DROP = (
    "DELETE FROM ONLY {table} AS t USING {stage} AS s WHERE {same_key} "
    "AND s._sdc_deleted_at IS NOT NULL AND t._sdc_deleted_at IS NOT NULL"
)
_LEFT = (
    "SELECT count(*) FROM ONLY {table} AS t, {stage} AS s WHERE {same_key} "
    "AND s._sdc_deleted_at IS NOT NULL AND t._sdc_deleted_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class MarkedRowStatements:
    """The statements on rows that are marked in the stage.

    Attributes:
        before: Before the merge; counts those that the table does not have, and those that it has
            marked already.
        drop: After the merge; removes those that the table, too, has marked.
        left: Counts those that are still there.
    """

    before: sql.Composed
    drop: sql.Composed
    left: sql.Composed


def marked_row_statements(schema: str, shape: TableShape, stage: str) -> MarkedRowStatements:
    """Return the statements for a stream, by the names that its other statements use."""
    names = {
        "table": sql.Identifier(schema, shape.name),
        "stage": temporary_name(stage),
        "same_key": same_key(shape.key),
        "key": sql.SQL(", ").join(map(sql.Identifier, shape.key)),
    }
    before, drop, left = (sql.SQL(text).format(**names) for text in (_BEFORE, _DROP, _LEFT))
    return MarkedRowStatements(before, drop, left)


def has_marked(batch: Batch, copy_columns: Sequence[str]) -> bool:
    """Return whether a record of a batch says that it was deleted."""
    after = len(copy_columns) - 1 - copy_columns.index(DELETED_AT.name)
    return not all(line.rsplit(b"\t", after)[0].endswith(_NO_TIME) for line in batch.lines)

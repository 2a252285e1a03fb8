"""Which of two versions of a row was read later, as conditions for the merge.

A run that read a row early may commit it late: the tap reads on while its target waits for another
run's lock. So a row of the stage (`s`) that was read before the one in the table (`t`) does not
take its place. The rules:

* The later extraction is the newer version, and the one that comes wins if both are of one time.
* A higher row version is newer though it was read earlier, for clocks of two machines differ. A
  lower one that was read later is newer as well: the source's database was restored.
* Of a row that is marked as deleted only the times count; its row version is from before that.
* Within one run the last record of a key wins, whatever the times.
* Nothing is compared if a time is missing, has no zone (in autumn an hour comes twice), or is still
  to come: one clock that was wrong must not keep out all that comes after it.

A row that came again as it was is not rewritten, so its time stays that of the first reading. What
lay between two equal versions, and was read between them, therefore wins where no row version tells
otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.staging.types import PgType

if TYPE_CHECKING:
    from collections.abc import Collection

    from target_looker_staging.staging.shape import TableShape

READ_AT = "_sdc_extracted_at"
_RUN = "_sdc_sync_started_at"
_ZONED = r"[Zz]$|[Tt ].*[-+][0-9:]+$"
_HAS_ZONE = re.compile(_ZONED)
_NEVER = sql.SQL("false")
# A clock may be a little ahead of the server's for its times to be believed.
_OLDER = """
(t._sdc_sync_started_at IS DISTINCT FROM s._sdc_sync_started_at
AND t._sdc_extracted_at <= now() + interval '5 minutes' AND s._sdc_extracted_at::text ~ {zoned}
AND (t._sdc_extracted_at > s._sdc_extracted_at::timestamptz AND ({higher}) IS NOT TRUE
     OR t._sdc_extracted_at = s._sdc_extracted_at::timestamptz AND {lower}))
"""
_LATER = """
(t._sdc_extracted_at > {since}::timestamptz
AND t._sdc_extracted_at <= now() + interval '5 minutes') IS TRUE
"""


def is_older(shape: TableShape, copy_columns: Collection[str]) -> sql.Composable:
    """Return the condition that the stage's row is of an earlier version than the table's.

    Args:
        shape: The staging table with the types that it has.
        copy_columns: What a row of the stage has.
    """
    if not (_has_times(shape) and {READ_AT, _RUN} <= {*copy_columns}):
        return _NEVER
    higher: sql.Composable = _NEVER
    lower: sql.Composable = _NEVER
    types = {column.name: column.pg_type for column in shape.columns}
    if types.get(shape.row_version) is PgType.BIGINT:
        version = sql.Identifier(shape.row_version)
        higher = sql.SQL("s.{0} > t.{0} AND t._sdc_deleted_at IS NULL").format(version)
        lower = sql.SQL("s.{0} < t.{0}").format(version)
    return sql.SQL(_OLDER).format(zoned=sql.Literal(_ZONED), higher=higher, lower=lower)


def is_from_later_reading(shape: TableShape, since: str | None) -> sql.Composable:
    """Return the condition that the table's row was read after another reading had begun.

    Such a row may be missing there because it did not exist yet, and not because it is gone.

    Args:
        shape: The staging table with the types that it has.
        since: When the other reading began, as its tap wrote it; None if that is not known.
    """
    if not (_has_times(shape) and _is_zoned(since)):
        return _NEVER
    return sql.SQL(_LATER).format(since=sql.Literal(since))


def deleted_as_of(shape: TableShape, since: str | None) -> sql.Composable:
    """Return what to set, beside the mark, of a row that a reading has found to be deleted."""
    if not (_has_times(shape) and _is_zoned(since)):
        return sql.SQL("")
    return sql.SQL(", _sdc_extracted_at = {}::timestamptz").format(sql.Literal(since))


def _has_times(shape: TableShape) -> bool:
    """Return whether the table has the times of extraction as times."""
    return any(
        column.name == READ_AT and column.pg_type is PgType.TIMESTAMPTZ
        for column in shape.own_columns
    )


def _is_zoned(time: str | None) -> bool:
    """Return whether a time names one moment."""
    return time is not None and _HAS_ZONE.search(time) is not None

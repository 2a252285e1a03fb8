"""The SQL that takes rows out of a table which a reading of the whole source did not bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.staging.statements import same_key
from target_looker_staging.staging.temporaries import temporary_name
from target_looker_staging.staging.versions import deleted_as_of, is_from_later_reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_looker_staging.staging.shape import TableShape


@dataclass(frozen=True, slots=True)
class WholeReading:
    """A reading of all rows that there are, so that those which did not come are gone.

    Attributes:
        version: The version that the tap gave them.
        since: When it began, as the tap wrote it; None if that is not known.
    """

    version: int
    since: str | None = None


def gone_statement(
    schema: str,
    shape: TableShape,
    seen: str,
    reading: WholeReading,
    *,
    hard_delete: bool,
    count: bool = False,
) -> sql.Composed:
    """Return a statement that removes, or marks as deleted, rows that did not come with a version.

    With `count` it counts them instead.

    Where rows belong to companies, those of a company of which nothing came stay: the run may have
    read another one. Only if no row came at all, and the table has but one company, it is that one.
    Rows that were read after the reading had begun stay as well.
    """
    names: dict[str, sql.Composable] = {
        "later": is_from_later_reading(shape, reading.since),
        "as_of": deleted_as_of(shape, reading.since),
        "table": sql.Identifier(schema, shape.name),
        "seen": temporary_name(seen),
        "same_key": same_key(shape.key),
        "version": sql.Literal(reading.version),
    }
    mark = "UPDATE ONLY {table} AS t SET _sdc_deleted_at = now(){as_of}"
    statement = "SELECT count(*)" if count else "DELETE" if hard_delete else mark
    # Only an update names its table before what it sets.
    statement += "" if statement == mark else " FROM ONLY {table} AS t"
    statement += " WHERE " if hard_delete else " WHERE t._sdc_deleted_at IS NULL AND "
    statement += (
        "NOT {later} AND t._sdc_table_version IS DISTINCT FROM {version} AND NOT EXISTS "
        "(SELECT FROM {seen} AS s WHERE {same_key} AND s._sdc_table_version = {version})"
    )
    if shape.source.company_property:
        # Rows that were copied into an empty table are not among those that were seen.
        names["came"] = sql.SQL(
            "SELECT coalesce(_source_company, '') FROM {seen} WHERE _sdc_table_version = {version} "
            "UNION SELECT coalesce(_source_company, '') FROM ONLY {table} "
            "WHERE _sdc_table_version = {version}"
        ).format(**names)
        statement += (
            " AND (coalesce(t._source_company, '') IN ({came}) OR NOT EXISTS ({came}) AND "
            "(SELECT count(DISTINCT coalesce(_source_company, '')) FROM ONLY {table}) = 1)"
        )
    return sql.SQL(statement).format(**names)


def later_rows_statement(schema: str, shape: TableShape, since: str | None) -> sql.Composed:
    """Return a query whether the table has rows that were read after another reading had begun."""
    return sql.SQL("SELECT EXISTS (SELECT FROM ONLY {} AS t WHERE {})").format(
        sql.Identifier(schema, shape.name), is_from_later_reading(shape, since)
    )


def replace_statement(
    schema: str,
    shape: TableShape,
    stages: Sequence[str],
    since: str | None,
    *,
    count: bool = False,
) -> sql.Composed:
    """Return a statement that removes the table's rows that are in none of the stages.

    Without a key no row is the same as another one, so all go; so do they if nothing was staged.
    Rows stay that were read after the reading had begun whose rows are staged. With `count` it
    counts what it would remove.
    """
    absent = [sql.SQL("NOT {}").format(is_from_later_reading(shape, since))]
    if shape.key:
        absent += [
            sql.SQL("NOT EXISTS (SELECT FROM {} AS s WHERE {})").format(
                temporary_name(stage), same_key(shape.key)
            )
            for stage in stages
        ]
    return sql.SQL("{} FROM ONLY {} AS t WHERE {}").format(
        sql.SQL("SELECT count(*)" if count else "DELETE"),
        sql.Identifier(schema, shape.name),
        sql.SQL(" AND ").join(absent),
    )

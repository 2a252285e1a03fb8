"""What keeps a table that was there before from being a staging table: each by name, with advice.

All of it is told before a record is loaded; what a record alone breaks is told of the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_looker_staging.exceptions import StagingSchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_looker_staging.staging.existing_tables import ExistingTable
    from target_looker_staging.staging.shape import TableShape

_RENAME = "Rename or drop it, or rename the stream with `stream_maps` and `__alias__`"
_KINDS = {
    "p": "a partitioned table",
    "v": "a view",
    "m": "a materialized view",
    "f": "a foreign table",
    "S": "a sequence",
    "i": "an index",
    "I": "an index",
    "c": "a composite type",
}


def check_usable(existing: ExistingTable, schema: str, shape: TableShape, *, unique: bool) -> None:
    """Make sure that whatever has the table's name can be loaded as it is.

    Raises:
        StagingSchemaError: If it cannot.
    """
    name = f"{schema}.{shape.name}"
    if existing.kind != "r":
        kind = _KINDS.get(existing.kind, "something else than a table")
        raise StagingSchemaError(
            f"{name} is {kind}, so stream rows cannot be loaded into it. {_RENAME}."
        )
    _check_key(existing, name, shape, unique=unique)
    for problem in (*_table_problems(existing), *_column_problems(existing, shape)):
        raise StagingSchemaError(f"Table {name} {problem}.")


def _check_key(existing: ExistingTable, name: str, shape: TableShape, *, unique: bool) -> None:
    if unique and set(existing.key) != set(shape.key):
        raise StagingSchemaError(
            f"Table {name} has the primary key {list(existing.key)}, its stream the key "
            f"{list(shape.key)}. Rename or drop the table, give it that primary key, or correct "
            "the stream's key."
        )
    if not unique and existing.key:
        raise StagingSchemaError(
            f"Table {name} has a primary key, so rows cannot be appended to it. Rename or drop "
            "the table, or use `load_method` upsert."
        )


def _table_problems(existing: ExistingTable) -> Iterator[str]:
    if existing.is_partition:
        yield (
            "is a partition of another table, and cannot get the columns that staging tables "
            f"have. {_RENAME}"
        )
    if existing.is_unlogged:
        yield (
            "is unlogged: a crash of the server empties it. Let its owner run ALTER TABLE ... SET "
            "LOGGED"
        )
    if existing.has_policies:
        yield (
            "has row-level security that restricts the role that loads, so that rows would be "
            "hidden from the load. Let its owner run ALTER TABLE ... NO FORCE ROW LEVEL SECURITY "
            "(for its own role) or DISABLE ROW LEVEL SECURITY, or give the role BYPASSRLS"
        )
    if existing.rules:
        yield (
            f"has the rule '{existing.rules[0]}', which rewrites what is written to it. Drop the "
            "rule, or make it a trigger"
        )
    if existing.key_is_deferrable:
        yield (
            "has a deferrable primary key, by which rows cannot be merged. Drop the constraint "
            "and add it without DEFERRABLE"
        )


def _column_problems(existing: ExistingTable, shape: TableShape) -> Iterator[str]:
    sent = {column.name for column in shape.all_columns}
    for name, column in existing.columns.items():
        if name in sent and column.generated:
            yield (
                f"makes the values of column '{name}' itself (GENERATED ALWAYS), but the stream "
                "sends them. Run ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION (or, for an "
                "identity, DROP IDENTITY), or deselect the property"
            )
        if name not in sent and column.required and not column.has_default:
            yield (
                f"has the column '{name}', which is NOT NULL without a default and which the "
                "stream does not send. Give it a default, drop its NOT NULL, or select the "
                "property in the tap's catalog"
            )

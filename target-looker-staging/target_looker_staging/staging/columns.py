"""The columns of staging tables: how they are described, and those that every table has."""

from __future__ import annotations

from dataclasses import dataclass

from target_looker_staging.staging.types import PgType


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a staging table.

    Attributes:
        name: As in Postgres: the property in lower case.
        pg_type: What the column is; may be wider than what the schema asks for.
        property_name: The property of the record; empty for the target's own columns.
        value_type: What the schema lets the property be; decides how a value is checked and read.
        mixed: Whether the schema allows scalars of several types, all kept as their text.
        quoted: Whether numbers come in JSON strings (`format: singer.decimal`).
        required: NOT NULL.
        declared: The type in SQL where the table has a domain or an enum of its own for `pg_type`.
    """

    name: str
    pg_type: PgType
    property_name: str = ""
    value_type: PgType = PgType.TEXT
    mixed: bool = False
    quoted: bool = False
    required: bool = False
    declared: str = ""

    @property
    def sql_type(self) -> str:
        """Return the column's type in SQL."""
        return self.declared or self.pg_type.value


SOURCE_COLUMNS = (
    Column("_source_id", PgType.TEXT, required=True),
    Column("_source_company", PgType.TEXT),
    Column("_source_entity", PgType.TEXT, required=True),
    Column("_source_url", PgType.TEXT),
)
# Deletes need these two even when the other record metadata is not wanted. A tap may send the first
# one itself, so it is read from the record like any property, and null brings a deleted row back.
DELETED_AT = Column(
    "_sdc_deleted_at", PgType.TIMESTAMPTZ, "_sdc_deleted_at", value_type=PgType.TIMESTAMPTZ
)
TABLE_VERSION = Column("_sdc_table_version", PgType.BIGINT)
METADATA_COLUMNS = (
    Column("_sdc_extracted_at", PgType.TIMESTAMPTZ),
    Column("_sdc_received_at", PgType.TIMESTAMPTZ),
    Column("_sdc_batched_at", PgType.TIMESTAMPTZ),
    Column("_sdc_sequence", PgType.BIGINT),
    Column("_sdc_sync_started_at", PgType.BIGINT),
)

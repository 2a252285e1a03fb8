"""What an entry of the settings `streams` and `baqs` may say."""

from __future__ import annotations

from singer_sdk import typing as th

CUSTOM_STREAM = th.ObjectType(
    th.Property(
        "name",
        th.StringType,
        required=True,
        description="Stream name; a built-in one is overridden.",
    ),
    th.Property("service", th.StringType, description="Service, such as `Ice.BO.UD01Svc`."),
    th.Property("entity_set", th.StringType, description="Entity set, such as `UD01s`."),
    th.Property(
        "primary_keys",
        th.ArrayType(th.StringType),
        description="Key columns, if `$metadata` has none.",
    ),
    th.Property(
        "replication_key", th.StringType, description="Cursor column instead of the one chosen."
    ),
    th.Property(
        "columns",
        th.ArrayType(th.StringType),
        description="Columns to offer beside key, cursor and user columns, under `all` too.",
    ),
    th.Property(
        "append",
        th.BooleanType,
        description="Let a set without a key add its rows in each run.",
    ),
    th.Property("filter", th.StringType, description="OData `$filter` that every request carries."),
    th.Property(
        "source_of_last_resort",
        th.StringType,
        description="ID of a BAQ that returns the same columns, for servers that refuse the set "
        "itself.",
    ),
    additional_properties=False,
)

BAQ = th.ObjectType(
    th.Property(
        "id", th.StringType, required=True, description="ID of the BAQ, shared with the tap's user."
    ),
    th.Property("name", th.StringType, description="Stream name; by default the ID in snake_case."),
    th.Property(
        "primary_keys",
        th.ArrayType(th.StringType),
        description="Columns that identify a row; needed unless `append` is set.",
    ),
    th.Property(
        "append",
        th.BooleanType,
        description="Let a BAQ without a key add its rows in each run.",
    ),
    th.Property(
        "replication_key", th.StringType, description="Column that grows with each change."
    ),
    th.Property(
        "parameters",
        th.ObjectType(additional_properties=True),
        description="Values of the BAQ's parameters; a list sends the parameter several times.",
    ),
    additional_properties=False,
)

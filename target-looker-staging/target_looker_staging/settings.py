"""The settings of the target and of the operator's command, declared once."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

_WAREHOUSE = (
    th.Property(
        "host",
        th.StringType(nullable=False),
        required=True,
        title="Host",
        description="Host name or address of the Postgres server that holds the staging tables.",
    ),
    th.Property(
        "port",
        th.IntegerType(nullable=False, minimum=1, maximum=65535),
        default=5432,
        title="Port",
        description="Port of the Postgres server.",
    ),
    th.Property(
        "user",
        th.StringType(nullable=False),
        required=True,
        title="User",
        description="Postgres role that loads. It needs CREATE and TEMPORARY on the database, "
        "or a schema that it owns and TEMPORARY.",
    ),
    th.Property(
        "password",
        th.StringType(nullable=False),
        secret=True,
        title="Password",
        description="Password of the role. Leave it out where the server or libpq's password "
        "file needs none.",
    ),
    th.Property(
        "database",
        th.StringType(nullable=False),
        required=True,
        title="Database",
        description="Name of the database.",
    ),
    th.Property(
        "sslmode",
        th.StringType(
            nullable=False,
            allowed_values=["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        ),
        title="TLS mode",
        description="libpq's `sslmode`. Without it: `verify-full` if `ca_bundle` is set, else "
        "libpq's own default.",
    ),
    th.Property(
        "ca_bundle",
        th.StringType(nullable=False),
        title="CA bundle",
        description="File with the certificates that sign the Postgres server's certificate.",
    ),
    th.Property(
        "connect_timeout_seconds",
        th.IntegerType(nullable=False, minimum=1),
        default=30,
        title="Connection time-out",
        description="Seconds to wait for the Postgres server to take a connection.",
    ),
    th.Property(
        "lock_timeout_seconds",
        th.IntegerType(nullable=False, minimum=1),
        default=60,
        title="Lock time-out",
        description="Seconds to wait for a lock on a staging table before the load gives up.",
    ),
)
_LOADING = (
    th.Property(
        "default_target_schema",
        th.StringType(nullable=False),
        default="epicor_staging",
        title="Schema",
        description="Postgres schema of the staging tables and the run log; made when absent.",
    ),
    th.Property(
        "load_method",
        th.StringType(nullable=False, allowed_values=["upsert", "append-only", "overwrite"]),
        default="upsert",
        title="Load method",
        description="`upsert` keeps one row per key, `append-only` adds every record as a row, "
        "`overwrite` makes the table equal to what this run sent, in one step at its end.",
    ),
    th.Property(
        "overwrite_without_proof",
        th.BooleanType(nullable=False),
        default=False,
        title="Overwrite without proof",
        description="Whether `overwrite` may replace tables by what a tap sent that says nothing "
        "of its end, because it sends no state. Such a tap that was killed leaves half a table.",
    ),
    th.Property(
        "batch_size_rows",
        th.IntegerType(nullable=False, minimum=1),
        default=20_000,
        title="Batch size",
        description="Records of a stream that are loaded in one transaction, at most. A batch "
        "also ends at 8 MiB, so memory does not depend on it.",
    ),
    th.Property(
        "checkpoint_seconds",
        # Whole, for the SDK does not read numbers with a fraction from the environment.
        th.IntegerType(nullable=False, minimum=0),
        default=30,
        title="Checkpoint interval",
        description="A state from the tap that comes this many seconds after the last one that "
        "was passed on makes the target commit everything and pass it on.",
    ),
    th.Property(
        "add_record_metadata",
        th.BooleanType(nullable=False),
        default=True,
        title="Record metadata",
        description="Whether tables get the `_sdc_` columns. `_sdc_deleted_at` and "
        "`_sdc_table_version`, which deletes need, are always there.",
    ),
    th.Property(
        "hard_delete",
        th.BooleanType(nullable=False),
        default=False,
        title="Hard delete",
        description="Whether rows that are gone from the source are removed. Otherwise "
        "`_sdc_deleted_at` tells since when they are gone.",
    ),
    th.Property(
        "on_bad_record",
        th.StringType(nullable=False, allowed_values=["fail", "quarantine"]),
        default="fail",
        title="On a bad record",
        description="What happens when a table does not take a record: `fail` ends the run, "
        "`quarantine` puts the record into `_rejected_records` and loads the others. The run is "
        "then incomplete until the record is loaded, see 'Quarantine'. Not for `overwrite`.",
    ),
    th.Property(
        "quarantine_limit",
        th.IntegerType(nullable=False, minimum=1),
        default=1000,
        title="Quarantine limit",
        description="Records that a run sets aside before it fails after all.",
    ),
    th.Property(
        "when_warehouse_is_behind",
        th.StringType(nullable=False, allowed_values=["fail", "load_anyway"]),
        default="fail",
        title="When the warehouse is behind",
        description="What happens when the tap goes on from a state that this warehouse has not "
        "committed, or whose rows are gone (a restored dump, a dropped table): `fail` loads "
        "nothing and names the command that heals it, `load_anyway` goes on without those rows.",
    ),
    th.Property(
        "source_link_templates",
        th.ObjectType(additional_properties=th.StringType(nullable=False), nullable=False),
        title="Source links",
        description="Stream to URL of its records in the source, with `{Property}` placeholders; "
        "fills `_source_url`. `*` stands for all other streams.",
    ),
    th.Property(
        "grant_select_to",
        th.ArrayType(th.StringType(nullable=False), nullable=False),
        title="Readers",
        description="Postgres roles that may read the schema and its tables, future ones too.",
    ),
    th.Property(
        "run_id",
        th.StringType(nullable=False),
        title="Run id",
        description="Names this run in the run log when the tap does not name it.",
    ),
    th.Property(
        "invoked_by",
        th.StringType(nullable=False),
        title="Invoked by",
        description="Who or what started the run, for the run log.",
    ),
    th.Property(
        "replay_of",
        th.StringType(nullable=False),
        title="Replayed run",
        description="Id of the run that this one does again, for the run log; "
        "`looker-staging replay` sets it.",
    ),
)
# Ids are digits, which people write without quotes.
_NAME = th.CustomType({"type": ["string", "integer"]})
_STREAMS = th.Property("streams", th.ArrayType(th.StringType(nullable=False), nullable=False))


def _named_or_described(*properties: th.Property[Any]) -> th.ArrayType[Any]:
    """Return the type of a list of names and of objects that say more."""
    described = th.ObjectType(*properties, additional_properties=False, nullable=False)
    return th.ArrayType(th.AnyOf(_NAME, described), nullable=False)


_LOOKER = (
    th.Property(
        "looker_base_url",
        th.StringType(nullable=False),
        title="Looker: API URL",
        description="Looker's API host URL, such as `https://example.cloud.looker.com`. "
        "Without it Looker is not called.",
    ),
    th.Property(
        "looker_client_id",
        th.StringType(nullable=False),
        title="Looker: client id",
        description="Client id of an API-only service account.",
    ),
    th.Property(
        "looker_client_secret",
        th.StringType(nullable=False),
        secret=True,
        title="Looker: client secret",
        description="Client secret of the service account.",
    ),
    th.Property(
        "looker_ca_bundle",
        th.StringType(nullable=False),
        title="Looker: CA bundle",
        description="File with the certificates that sign Looker's certificate.",
    ),
    th.Property(
        "looker_timeout_seconds",
        th.IntegerType(nullable=False, minimum=1),
        default=60,
        title="Looker: time-out",
        description="Seconds to wait for an answer from Looker.",
    ),
    th.Property(
        "looker_datagroups",
        _named_or_described(
            th.Property("name", _NAME, required=True),
            _STREAMS,
        ),
        title="Looker: datagroups",
        description="Datagroups to trigger, as `model::name` or by their id, or as an object with "
        "`name` and the `streams` that it depends on (all, when not given). Only such as have no "
        "`sql_trigger`, or they fire twice.",
    ),
    th.Property(
        "looker_pdt_builds",
        _named_or_described(
            th.Property("name", _NAME, required=True),
            _STREAMS,
            th.Property("force_rebuild", th.BooleanType(nullable=False)),
            th.Property("force_full_incremental", th.BooleanType(nullable=False)),
            th.Property("timeout_seconds", th.NumberType(nullable=False, exclusive_minimum=0)),
        ),
        title="Looker: PDT builds",
        description="Persistent derived tables to build after the datagroups, as `model::view`, or "
        "as an object with `name`, `streams`, `force_rebuild` (those it is made from, too), "
        "`force_full_incremental` and `timeout_seconds` (3600; then the build is stopped).",
    ),
    th.Property(
        "looker_scheduled_plans",
        _named_or_described(
            th.Property("id", _NAME, required=True),
            _STREAMS,
        ),
        title="Looker: scheduled plans",
        description="Ids of scheduled plans to run once after everything else, or objects with "
        "`id` and `streams`. Each run is delivered to the plan's recipients.",
    ),
    th.Property(
        "looker_dashboards_folder",
        th.StringType(nullable=False),
        title="Looker: dashboards folder",
        description="Folder for `looker-staging dashboards`, by its id or by its name.",
    ),
    th.Property(
        "looker_refresh_when",
        th.StringType(nullable=False, allowed_values=["changed", "always", "never"]),
        default="changed",
        title="Looker: refresh when",
        description="`changed`: when rows changed and all streams that it shows are whole; "
        "`always`: after every complete load as well; `never`.",
    ),
    th.Property(
        "looker_on_error",
        th.StringType(nullable=False, allowed_values=["fail", "warn"]),
        default="fail",
        title="Looker: on error",
        description="Whether a refresh that fails makes the exit code non-zero. The rows are "
        "staged either way, and the next run refreshes what is owed.",
    ),
)

CONFIG_JSONSCHEMA = th.PropertiesList(*_WAREHOUSE, *_LOADING, *_LOOKER).to_dict()
"""Every setting, with title, description and default; the only place where they stand."""

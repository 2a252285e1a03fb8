"""The settings of the target and of the operator's command, and the values made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError

from target_looker_staging.encrypted import decrypted

if TYPE_CHECKING:
    from collections.abc import Mapping

LoadMethod = Literal["upsert", "append-only", "overwrite"]

LOAD_METHODS = ["upsert", "append-only", "overwrite"]
SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
_UNVERIFIED_MODES = frozenset({"disable", "allow", "prefer"})
DEFAULT_SCHEMA = "epicor_staging"

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
        th.StringType(nullable=False, allowed_values=SSL_MODES),
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
        default=DEFAULT_SCHEMA,
        title="Schema",
        description="Postgres schema of the staging tables and the run log; made when absent.",
    ),
    th.Property(
        "load_method",
        th.StringType(nullable=False, allowed_values=LOAD_METHODS),
        default="upsert",
        title="Load method",
        description="`upsert` keeps one row per key, `append-only` adds every record as a row, "
        "`overwrite` makes the table equal to what this run sent, in one step at its end.",
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
        description="Client id of the API key.",
    ),
    th.Property(
        "looker_client_secret",
        th.StringType(nullable=False),
        secret=True,
        title="Looker: client secret",
        description="Client secret of the API key.",
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
        "`name` and the `streams` that it depends on (all, when not given).",
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
        description="`changed`: after a complete load that changed rows; `always`: after every "
        "complete load; `never`.",
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


@dataclass(frozen=True, slots=True)
class PostgresSettings:
    """How to reach the warehouse.

    Attributes:
        lock_timeout_seconds: Longest wait for a lock before a statement fails.
    """

    host: str
    port: int
    user: str
    database: str
    password: str | None = field(default=None, repr=False)
    sslmode: str | None = None
    ca_bundle: str | None = None
    connect_timeout_seconds: int = 30
    lock_timeout_seconds: int = 60

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> PostgresSettings:
        """Return the settings of a validated configuration."""
        ca_bundle = config.get("ca_bundle")
        return cls(
            host=config["host"],
            port=int(config["port"]),
            user=config["user"],
            database=config["database"],
            password=decrypted("password", config.get("password")),
            sslmode=config.get("sslmode") or ("verify-full" if ca_bundle else None),
            ca_bundle=ca_bundle,
            connect_timeout_seconds=int(config["connect_timeout_seconds"]),
            lock_timeout_seconds=int(config["lock_timeout_seconds"]),
        )


def warehouse_problems(config: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with how to reach Postgres, beyond what the schema of settings tells."""
    problems = []
    try:
        decrypted("password", config.get("password"))
    except ConfigValidationError as error:
        problems += error.errors
    path, mode = config.get("ca_bundle"), config.get("sslmode")
    if isinstance(path, str) and path:
        if not Path(path).is_file():
            problems.append(f"ca_bundle names {path}, which is not a file")
        if mode in _UNVERIFIED_MODES:
            problems.append(
                f"sslmode {mode} verifies nothing, so ca_bundle is of no use; write verify-full"
            )
    return problems


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """What a load does with records.

    Attributes:
        quarantine_limit: Records that a run may set aside.
        link_templates: Stream to URL template; `*` for the streams that are not named.
        grant_select_to: Roles that may read.
    """

    target_schema: str
    load_method: LoadMethod
    batch_size_rows: int
    checkpoint_seconds: int
    metadata: bool
    hard_delete: bool
    on_bad_record: Literal["fail", "quarantine"]
    quarantine_limit: int
    link_templates: Mapping[str, str]
    grant_select_to: tuple[str, ...]

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> LoadSettings:
        """Return the settings of a validated configuration."""
        return cls(
            target_schema=config["default_target_schema"],
            load_method=cast("LoadMethod", config["load_method"]),
            batch_size_rows=int(config["batch_size_rows"]),
            checkpoint_seconds=int(config["checkpoint_seconds"]),
            metadata=config["add_record_metadata"],
            hard_delete=config["hard_delete"],
            on_bad_record=config["on_bad_record"],
            quarantine_limit=int(config["quarantine_limit"]),
            link_templates=config.get("source_link_templates") or {},
            grant_select_to=tuple(config.get("grant_select_to") or ()),
        )

    def link_template(self, stream: str) -> str | None:
        """Return the URL template of a stream, if there is one."""
        return self.link_templates.get(stream, self.link_templates.get("*"))

"""How to reach the warehouse, from the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError

from target_looker_staging.encrypted import decrypted

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNVERIFIED_MODES = frozenset({"disable", "allow", "prefer"})


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

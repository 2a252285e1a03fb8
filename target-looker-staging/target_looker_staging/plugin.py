"""The target as a plugin: its settings, its process, and what it says when it fails."""

from __future__ import annotations

import os
import re
import sys
import uuid
from contextlib import suppress
from typing import Any, ClassVar

from singer_sdk.exceptions import ConfigValidationError, SingerSDKError
from singer_sdk.helpers._classproperty import classproperty
from singer_sdk.singerlib.exceptions import InvalidInputLine
from typing_extensions import override

from target_looker_staging import settings_environment
from target_looker_staging.postgres.settings import PostgresSettings, warehouse_problems
from target_looker_staging.run.identity import RunIdentity
from target_looker_staging.run.meltano_run import find_meltano_run
from target_looker_staging.run.refused import log_refused
from target_looker_staging.settings import CONFIG_JSONSCHEMA
from target_looker_staging.settings_environment import plugin_name, prefix_of, unknown_variables
from target_looker_staging.settings_rules import problems
from target_looker_staging.singer.load_context import LoadTarget
from target_looker_staging.singer.log_lines import name_lines
from target_looker_staging.staging.settings import LoadSettings

SWITCH_SECONDS = 0.001
# What a setting for a safe connection is called elsewhere, or when it is misspelt.
_ABOUT_TLS = re.compile("ssl|tls|ca_|cert|host|port|user|database|pass", re.IGNORECASE)


class PluginTarget(LoadTarget):
    """A target with the settings of this one."""

    name = "target-looker-staging"
    config_jsonschema = CONFIG_JSONSCHEMA

    # The run of this process, and what it says at its end, where it is a process of its own.
    process_run_id: ClassVar[str | None] = None
    closing_lines: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, parse_env_config: bool = False, **kwargs: Any) -> None:
        # Under Meltano the commands of the plugin have nothing but variables.
        self._reads_environment = parse_env_config or self._plugin is not None
        super().__init__(*args, parse_env_config=self._reads_environment, **kwargs)

    @classproperty
    def _plugin(cls) -> str | None:  # noqa: N805 a property of the class
        return plugin_name(os.environ)

    @classproperty
    def _env_var_prefix(cls) -> str:  # noqa: N805
        return prefix_of(cls._plugin or cls.name)

    @classproperty
    def _env_var_config(cls) -> dict[str, Any]:  # noqa: N805
        cls.append_builtin_config(cls.config_jsonschema)
        return settings_environment.read(
            cls.config_jsonschema, cls._env_var_prefix, by_meltano=cls._plugin is not None
        )

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Return what is wrong with the settings; a secret's value is never quoted.

        Raises:
            ConfigValidationError: With every problem, if errors are to be raised.
        """
        self.append_builtin_config(self.config_jsonschema)
        errors = problems(self._config, self.config_jsonschema)
        if self._reads_environment:
            errors += unknown_variables(os.environ, self.config_jsonschema, self._env_var_prefix)
        if errors and raise_errors:
            raise ConfigValidationError(
                "The settings are not usable", errors=errors, schema=self.config_jsonschema
            )
        return errors

    @classmethod
    @override
    def invoke(cls, **options: Any) -> None:
        """Run; an error that says what to do needs no traceback."""
        # The thread that feeds Postgres must not wait 5 ms for each turn while records are encoded.
        sys.setswitchinterval(SWITCH_SECONDS)
        cls.process_run_id = str(uuid.uuid4())
        name_lines(cls.process_run_id)
        try:
            super().invoke(**options)
        except ConfigValidationError as error:
            cls._log_bad_settings(options.get("config"), error)
            raise
        except (SingerSDKError, InvalidInputLine) as error:
            cls.logger.error("%s", error)  # noqa: TRY400 - the message says it all
            sys.exit(1)
        finally:
            for line in cls.closing_lines:
                cls.logger.info("%s", line)

    @classmethod
    def _log_bad_settings(cls, given: Any, error: ConfigValidationError) -> None:
        """Enter a run into the run log whose settings are not usable, if they name a warehouse."""
        declared = cls.config_jsonschema["properties"]
        config = {name: each["default"] for name, each in declared.items() if "default" in each}
        schema, own = "default_target_schema", given.config if given else {}
        with suppress(Exception):  # whatever else is wrong with them
            variables = cls._env_var_config if cls._plugin or given.parse_env else {}
            own = {**own, **variables}
            load = LoadSettings.from_config({**config, schema: own.get(schema, config[schema])})
            meltano = find_meltano_run(os.environ)
            identity = RunIdentity(
                target=f"{cls.name} {cls.plugin_version}",
                run_id=str(own.get("run_id") or cls.process_run_id),
                invoked_by=own.get("invoked_by"),
                state_id=meltano.state_id,
                meltano_run_id=meltano.run_id,
            )
            if warehouse_problems(own) or any(map(_ABOUT_TLS.search, own.keys() - declared.keys())):
                # The connection itself might be another than was meant.
                return
            postgres = PostgresSettings.from_config({**config, **own})
            message = "; ".join([str(error), *error.errors])
            log_refused(postgres, load, identity, SingerSDKError(message))

"""The command line: which files and variables a run is given, and what it is asked to do."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from singer_sdk import Tap
from singer_sdk.configuration._dict_config import parse_environment_config
from singer_sdk.tap_base import CliTestOptionValue
from typing_extensions import override

from tap_epicor_kinetic import input_files, settings_given
from tap_epicor_kinetic.run import process
from tap_epicor_kinetic.run.command import Command
from tap_epicor_kinetic.run.termination import Termination

if TYPE_CHECKING:
    from types import FrameType
    from typing import IO

_TEST = f"{__name__}.test"


class CommandLineTap(Tap):
    """The SDK's tap, whose command ends with one line for each mistake, at once when told to."""

    @cached_property
    def termination(self) -> Termination:
        """Where signals are remembered."""
        return Termination()

    @property
    def _env_var_config(self) -> dict[str, Any]:
        """The settings in the environment, as text.

        The SDK would read numbers itself, some of them, and end with a traceback at the others.
        """
        known = self.config_jsonschema["properties"]
        properties = {name: {"type": "string"} for name in known}
        given = parse_environment_config({"properties": properties}, self._env_var_prefix)
        return given | settings_given.strangers(os.environ, self._env_var_prefix, known)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        self.termination.request(signum)

    def examine(self) -> bool:
        """Print what `--test` finds; return whether all works."""
        raise NotImplementedError

    @classmethod
    @override
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        if value != CliTestOptionValue.All.value:
            super().cb_test(ctx, param, value)
            return
        # Options are read in the order typed; a catalog may come later than `--test`.
        ctx.meta[_TEST] = True

    @classmethod
    @override
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        given = super().cb_config(ctx, param, tuple(name for name in value if name == "ENV"))
        for path in value:
            if path != "ENV":
                given.config |= input_files.settings_in(path)
        return given

    @classmethod
    @override
    def get_singer_command(cls) -> click.Command:
        made = super().get_singer_command()
        return Command(
            name=made.name,
            callback=made.callback,
            context_settings=made.context_settings,
            help=made.help,
            params=made.params,
            logger=cls.logger,
        )

    @classmethod
    @override
    def invoke(  # type: ignore[override] # as the SDK's own
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        config: Any = None,
        state: IO[str] | None = None,
        catalog: IO[str] | None = None,
    ) -> None:
        process.prepare()
        if about:
            super().invoke(about=True, about_format=about_format)
        cls.print_version(print_fn=cls.logger.info)
        tap = cls(
            config=config.config if config else {},
            catalog=input_files.catalog_in(catalog),
            state=input_files.state_in(state),
            parse_env_config=bool(config and config.parse_env),
        )
        if click.get_current_context().meta.get(_TEST):
            sys.exit(0 if tap.examine() else 1)
        tap.sync_all()

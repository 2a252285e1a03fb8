"""The console command: how a run ends, with one line for what went wrong and no traceback."""

from __future__ import annotations

import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError, MappingError
from singer_sdk.plugin_base import SingerCommand
from typing_extensions import override

from tap_epicor_kinetic.exceptions import EpicorError, SyncIncompleteError
from tap_epicor_kinetic.reading.server import THREADS
from tap_epicor_kinetic.run.termination import Terminated, leave

if TYPE_CHECKING:
    from types import FrameType

_PATIENCE_SECONDS = 1.0
_POLL_SECONDS = 0.02


class Command(SingerCommand):
    """The SDK's command, from its first option on.

    `--discover` and `--test` run while options are read, where the SDK catches nothing.
    """

    @override
    def main(self, *arguments: Any, **named: Any) -> Any:
        if threading.current_thread() is threading.main_thread():
            # Until there is a tap that handles them.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, _end)
        try:
            code = self._ended(*arguments, **named)
        except Terminated as terminated:
            self.logger.warning("Ended by %s", terminated.signal_name)
            leave(terminated.exit_code)
        if _linger():
            leave(code)
        sys.exit(code)

    def _ended(self, *arguments: Any, **named: Any) -> int:
        """Run; return the exit code."""
        try:
            super().main(*arguments, **named)
        except ConfigValidationError as error:
            for problem in error.errors or [str(error)]:
                self.logger.error(problem)  # noqa: TRY400 - the message says it all
        except (EpicorError, SyncIncompleteError, MappingError) as error:
            self.logger.error("%s", error)  # noqa: TRY400 - as above
        except Terminated:
            raise
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        return 1


def _end(signum: int, _frame: FrameType | None) -> None:
    raise Terminated(signum)


def _linger() -> bool:
    """Return whether requests are still under way that nobody waits for.

    Python would wait for their threads before it ends the process.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while any(thread.name.startswith(THREADS) for thread in threading.enumerate()):
        if time.monotonic() > until:
            return True
        time.sleep(_POLL_SECONDS)
    return False

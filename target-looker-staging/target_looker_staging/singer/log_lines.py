"""The run's id in every line that the process logs, whatever library logs it."""

from __future__ import annotations

import logging
from typing import ClassVar

from typing_extensions import override


class RunRecord(logging.LogRecord):
    """A line of the log of a process that is one run.

    Text begins with the run's id. Lines that Meltano reads as JSON bear it as `target_run_id`, for
    their own `run_id` is Meltano's.

    Attributes:
        run_id: The run, as far as it is known; of all lines that come.
    """

    run_id: ClassVar[str] = ""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.target_run_id = self.run_id
        if not self.args:
            # The SDK's JSON shows a text without values as it stands.
            self.msg = self._named(str(self.msg))

    @override
    def getMessage(self) -> str:
        text = super().getMessage()
        return self._named(text) if self.args else text

    def _named(self, text: str) -> str:
        return f"[run {self.target_run_id}] {text}"


def name_lines(run_id: str) -> None:
    """Let every line that this process logs from now on bear the run's id.

    Args:
        run_id: The run, until `RunRecord.run_id` is changed.
    """
    RunRecord.run_id = run_id
    logging.setLogRecordFactory(RunRecord)

"""The line of a round: the same two programs, which note their process ids and pause more often.

Both are the console scripts' own code; small scripts around them note the process id, and make the
tap write a state every few records, as it does every ten thousand on a table of real size.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg2
from typing_extensions import override

from tests.faults.source import STREAMS, WHOLE_TABLE
from tests.line.line import SCHEMA, TAP, TARGET, Line

if TYPE_CHECKING:
    from pathlib import Path

STATE_ID = f"sandbox:{TAP}-to-{TARGET}"
TAP_ENTRY = {
    "select": [f"{stream}.*" for stream in STREAMS],
    "metadata": {WHOLE_TABLE: {"replication-method": "FULL_TABLE"}},
}
"""What makes Meltano's tap read the streams of this suite."""

_NOTE = """#!{python}
import os, pathlib, sys
pathlib.Path({pid!r}).write_text(str(os.getpid()))
"""
_TAP = """
from tap_epicor_kinetic.tap import TapEpicorKinetic
TapEpicorKinetic.state_every_records = {state_every}
TapEpicorKinetic.cli()
"""
_TARGET = """
from target_looker_staging.target import TargetLookerStaging
TargetLookerStaging.cli()
"""


def noting_programs(directory: Path, state_every: int) -> dict[str, str]:
    """Write tap and target into a folder as scripts that note their process ids there.

    Args:
        directory: Of the line.
        state_every: Records between two states of the tap.

    Returns:
        The scripts by the name of the console script.
    """
    written = {}
    for name, body in ((TAP, _TAP.format(state_every=state_every)), (TARGET, _TARGET)):
        short = name.partition("-")[0]
        path = directory / f"{short}.py"
        pid = str(directory / f"{short}.pid")
        path.write_text(_NOTE.format(python=sys.executable, pid=pid) + body, encoding="utf-8")
        path.chmod(0o755)
        written[name] = str(path)
    return written


@dataclass
class KeptLine(Line):
    """A line whose questions to staging go through one connection, as long as the server stays."""

    _connection: Any = None

    @override
    def query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        try:
            return self._ask(statement, parameters)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            self.close()  # the server was restarted, or threw everybody out
            return self._ask(statement, parameters)

    def _ask(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            options = f"-c search_path={SCHEMA}"
            self._connection = psycopg2.connect(**self.database, options=options)
            self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return list(cursor.fetchall())

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

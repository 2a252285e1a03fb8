"""The console scripts of this environment, and variables that change no setting of theirs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_FOREIGN = ("TAP_", "TARGET_", "MELTANO_", "PG", "LOOKER", "COV_CORE")


def program(name: str) -> str:
    """Return the path of a console script that is installed beside this Python."""
    return str(Path(sys.executable).with_name(name))


def clean_environment() -> dict[str, str]:
    """Return this process's environment without anything that would change a setting."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}

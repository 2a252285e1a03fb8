"""Others who do the same work, each in a virtual environment of its own."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

TARGET_POSTGRES = "meltanolabs-target-postgres==0.8.1"
DLT = (
    "dlt[postgres]==1.31.0",
    "pyarrow",
    "adbc-driver-manager",
    "adbc-driver-postgresql",
    "orjson",
)


@cache
def environment(*packages: str) -> Path | None:
    """Return the `bin` folder of an environment with some packages, `None` if it cannot be had.

    It is kept for the next benchmark, in the folder for temporary files.
    """
    name = re.split(r"[^\w-]", packages[0])[0]
    folder = Path(tempfile.gettempdir()) / f"bench-peer-{name}"
    if (folder / "made").exists():
        return folder / "bin"
    steps: list[list[str | Path]] = [
        [sys.executable, "-m", "venv", "--clear", folder],
        [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *packages],
    ]
    for step in steps:
        if subprocess.run(step, check=False).returncode:
            print(f"  {packages[0]} cannot be installed: left out")
            return None
    (folder / "made").touch()
    return folder / "bin"

"""Where pip was told to find packages, told to uv.

uv, and Meltano through it, does not read pip's settings. Somebody whose machine reaches packages
only through a mirror has said so to pip, by `PIP_INDEX_URL` or in `pip.conf`.
`python -m tools.uv_like_pip` prints `export` lines for a shell that say the same to uv; what uv was
told itself stays.

Runs before `.venv` exists, so it uses the standard library alone.
"""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# pip's name of a setting, uv's variable for it. Extra indexes are left out: pip takes the best
# version from all of them, uv the first index that knows a name, so it would not mean the same.
SETTINGS = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
OFFLINE_SETTINGS = {"no-index": "UV_NO_INDEX", "find-links": "UV_FIND_LINKS"}
# pip's sections, weakest first.
SECTIONS = ("global", "install", ":env:")
# Older names of uv's variables, which win as well.
ALIASES = {"UV_DEFAULT_INDEX": "UV_INDEX_URL"}


def parse_pip_config(lines: Iterable[str]) -> dict[str, str]:
    """Return what `pip config list` says, by setting; of several sections, what pip obeys."""
    found: dict[str, tuple[int, str]] = {}
    for line in lines:
        name, equals, value = line.strip().partition("=")
        section, _, setting = name.rpartition(".")
        if not equals or section not in SECTIONS:
            continue
        rank = SECTIONS.index(section)
        if rank >= found.get(setting, (-1, ""))[0]:
            found[setting] = (rank, str(ast.literal_eval(value)))
    return {setting: value for setting, (_, value) in found.items()}


def translate(pip: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to set for uv, given pip's settings and what is set already."""
    offline = pip.get("no-index", "").lower() in {"1", "true", "yes", "on"}
    names = SETTINGS | (OFFLINE_SETTINGS if offline else {})
    wanted = {variable: pip[setting] for setting, variable in names.items() if pip.get(setting)}
    if "UV_FIND_LINKS" in wanted:
        wanted["UV_FIND_LINKS"] = ",".join(wanted["UV_FIND_LINKS"].split())
    return {
        variable: value
        for variable, value in wanted.items()
        if not (environ.get(variable) or environ.get(ALIASES.get(variable, "")))
    }


def main() -> None:
    """Print one `export` line per variable."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    for variable, value in translate(
        parse_pip_config(answer.stdout.splitlines()), os.environ
    ).items():
        print(f"export {variable}={shlex.quote(value)}")


if __name__ == "__main__":
    main()

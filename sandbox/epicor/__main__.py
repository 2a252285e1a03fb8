"""Run the server alone: `python -m sandbox.epicor --db company.db --option max_rows=250`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from sandbox.epicor.options import EpicorOptions, options_from_text
from sandbox.epicor.server import EpicorServer


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; the first line of output is the base URL."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.epicor", description=__doc__)
    parser.add_argument(
        "--db", type=Path, required=True, help="the database, made by sandbox.company"
    )
    parser.add_argument(
        "--port", type=int, default=0, help="the port on 127.0.0.1; a free one if absent"
    )
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of EpicorOptions",
    )
    parsed = parser.parse_args(arguments)
    try:
        pairs = dict(item.partition("=")[::2] for item in parsed.option)
        options = EpicorOptions(**options_from_text(pairs))
        server = EpicorServer(parsed.db, options, port=parsed.port, control_path=True)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with server:
        sys.stdout.write(f"{server.base_url}\n")
        sys.stdout.flush()
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The floor: fetch every page, one after the other, and parse it with orjson; nothing else."""

from __future__ import annotations

import sys

import orjson
import requests


def main(base_url: str, entity_set: str, page_size: int) -> int:
    """Return how many rows there were."""
    session = requests.Session()
    url = f"{base_url}/api/v2/odata/EPIC06/Bench.BO.WideSvc/{entity_set}"
    rows = 0
    while True:
        params: dict[str, str | int] = {"$top": page_size, "$skip": rows, "$orderby": "SysRevID"}
        page = orjson.loads(session.get(url, params=params, timeout=60).content)["value"]
        if not page:
            return rows
        rows += len(page)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

"""dlt with its fastest way into Postgres: pages as Arrow tables, loaded by ADBC.

Runs in an environment of its own, so it imports nothing of this project.
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import dlt  # type: ignore[import-not-found]  # in the peer's environment
import orjson
import pyarrow as pa  # type: ignore[import-not-found]
import requests
from dlt.destinations import postgres  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGES = 8


def main(
    base_url: str, entity_set: str, page_size: int, dsn: str, schema: str, disposition: str
) -> None:
    """Load an entity set, appending or merging by key."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=_PAGES))
    url = f"{base_url}/api/v2/odata/EPIC06/Bench.BO.WideSvc/{entity_set}"

    def fetch(skip: int) -> list[dict[str, Any]]:
        params: dict[str, str | int] = {"$top": page_size, "$skip": skip, "$orderby": "SysRevID"}
        rows: list[dict[str, Any]] = orjson.loads(
            session.get(url, params=params, timeout=60).content
        )["value"]
        return rows

    def pages() -> Iterator[Any]:
        skip = 0
        with ThreadPoolExecutor(_PAGES) as executor:
            while True:
                for page in executor.map(fetch, range(skip, skip + _PAGES * page_size, page_size)):
                    if not page:
                        return
                    yield pa.Table.from_pylist(page)
                skip += _PAGES * page_size

    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "bench", pipelines_dir=folder, destination=postgres(dsn), dataset_name=schema
        )
        resource = dlt.resource(
            pages,
            name=entity_set.lower(),
            primary_key=("Company", "WideNum"),
            write_disposition=disposition,
        )
        pipeline.run(resource, loader_file_format="parquet").raise_on_failed_jobs()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5], sys.argv[6])

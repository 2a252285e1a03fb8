"""What an engineer writes in an afternoon: fetch eight pages at a time, parse, copy, upsert.

It is generous to itself: decimals pass through floats, `""` becomes null, nothing is checked, and a
row that moves between two pages is lost.
"""

from __future__ import annotations

import csv
import io
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from operator import itemgetter
from typing import Any

import orjson
import psycopg2
import requests

from bench.source import columns

_PAGES = 8
_TYPES = {
    "Edm.Int32": "bigint",
    "Edm.Int64": "bigint",
    "Edm.Decimal": "numeric",
    "Edm.Boolean": "boolean",
    "Edm.DateTimeOffset": "timestamptz",
    "Edm.Guid": "uuid",
    "Edm.String": "text",
}


def main(base_url: str, entity_set: str, page_size: int, dsn: str, table: str) -> None:
    """Load an entity set into a table that is made when absent."""
    types = {name: _TYPES[edm_type] for name, (edm_type, _) in columns(entity_set).items()}
    definition = ", ".join(f"{name} {type_}" for name, type_ in types.items())
    sets = ", ".join(f"{name} = excluded.{name}" for name in types)
    row = itemgetter(*types)
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=_PAGES))
    url = f"{base_url}/api/v2/odata/EPIC06/Bench.BO.WideSvc/{entity_set}"

    def fetch(skip: int) -> list[dict[str, Any]]:
        params: dict[str, str | int] = {"$top": page_size, "$skip": skip, "$orderby": "SysRevID"}
        rows: list[dict[str, Any]] = orjson.loads(
            session.get(url, params=params, timeout=60).content
        )["value"]
        return rows

    with (
        closing(psycopg2.connect(dsn)) as connection,
        connection,
        connection.cursor() as cursor,
        ThreadPoolExecutor(_PAGES) as executor,
    ):
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {table} ({definition}, PRIMARY KEY (Company, WideNum))"
        )
        cursor.execute(f"CREATE TEMPORARY TABLE stage (LIKE {table}) ON COMMIT DROP")
        skip, full = 0, True
        while full:
            buffer = io.StringIO()
            writer = csv.writer(buffer)
            for page in executor.map(fetch, range(skip, skip + _PAGES * page_size, page_size)):
                writer.writerows(map(row, page))
                full = bool(page)
            buffer.seek(0)
            cursor.copy_expert("COPY stage FROM STDIN (FORMAT csv)", buffer)
            skip += _PAGES * page_size
        cursor.execute(
            f"INSERT INTO {table} SELECT * FROM stage "
            f"ON CONFLICT (Company, WideNum) DO UPDATE SET {sets}"
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])

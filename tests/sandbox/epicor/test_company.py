"""The server over the generated company: every value of every set, as other tests get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from sandbox.epicor.model import EntitySet, load_model
from sandbox.epicor.shared_queries import BAQS
from tests.sandbox.epicor.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.epicor.model import Column
    from sandbox.epicor.server import EpicorServer

COMPANIES = ("EPIC06", "EPIC07")
PAGE = 400


@pytest.fixture
def company_client(epicor: EpicorServer) -> Iterator[Client]:
    """Give a client of the server with generated data, which may filter and order any set."""
    epicor.configure(child_sets_refused=frozenset(), max_query_length=None)
    with requests.Session() as session:
        yield Client(epicor, session)


def stored(column: Column, value: Any) -> Any:
    """Return a value of a page as the database holds it."""
    if column.edm_type == "Edm.Decimal" and value is not None:
        return str(value)
    return int(value) if isinstance(value, bool) else value


def served(
    client: Client, entity_set: EntitySet, columns: list[Column], company: str
) -> list[tuple[Any, ...]]:
    """Return the rows of a set, page by page in the order of its key."""
    names = ",".join(column.name for column in columns)
    order = ",".join(entity_set.key)
    path = f"{entity_set.service}/{entity_set.name}?$select={names}&$orderby={order}&$top={PAGE}"
    found: list[tuple[Any, ...]] = []
    while True:
        answer = client.get(f"{path}&$skip={len(found)}", company=company)
        page = answer.json(parse_float=str)["value"]
        if not page:
            return found
        found += [tuple(stored(column, row[column.name]) for column in columns) for row in page]


@pytest.mark.parametrize(
    "entity_set",
    [
        pytest.param(found, id=f"{found.service}/{found.name}")
        for found in load_model().entity_sets
        if found.name not in ("VendCnts", "Companies")
    ],
)
def test_every_value_is_served_as_stored(company_client: Client, entity_set: EntitySet) -> None:
    """Paged in key order, a set has each row of its table once and each value unchanged."""
    store = company_client.server.store
    present = store.present_columns(entity_set.table)
    columns = [column for column in entity_set.columns if column.db_name in present]
    for company in COMPANIES:
        expected = list(
            store.rows(entity_set.table, [column.db_name for column in columns], company)
        )
        assert served(company_client, entity_set, columns, company) == expected


@pytest.mark.parametrize("name", sorted(BAQS))
def test_queries_find_rows(company_client: Client, name: str) -> None:
    """Each query over tables that the generator fills has something to show."""
    baq = BAQS[name]
    given = "".join(f"&{found.name}=2020-01-01" for found in baq.parameters if found.required)
    filled = company_client.server.store.count(next(iter(baq.tables.values())))
    assert bool(company_client.rows(f"BaqSvc/{name}/Data?$top=5{given}")) == bool(filled)

"""A server over a handful of rows that tests can reckon with, and a client that may read them."""

from __future__ import annotations

import shutil
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import requests

from sandbox.epicor.server import EpicorServer
from sandbox.epicor.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sandbox.epicor.options import EpicorOptions

FIXED_TIME = datetime(2026, 3, 31, 18, 30, tzinfo=timezone.utc)


def vendor(number: int, company: str = "EPIC06", /, **values: Any) -> dict[str, Any]:
    """Return a vendor's row."""
    return {
        "Company": company,
        "VendorNum": number,
        "VendorID": f"V{number}",
        "Name": f"Vendor {number}",
    } | values


def order(number: int) -> dict[str, Any]:
    """Return the head of a purchase order."""
    return {
        "Company": "EPIC06",
        "PONum": number,
        "VendorNum": 1,
        "OrderDate": f"2026-01-{number:02}T00:00:00",
        "TotalOrder": Decimal(number) * 5 / 4,
        "OpenOrder": number % 2 == 0,
    }


def order_line(number: int, line: int) -> dict[str, Any]:
    """Return a line of a purchase order, which spells the order's number in capitals."""
    return {"Company": "EPIC06", "PONUM": number, "POLine": line, "PartNum": f"P-{line}"}


def fill(store: Store) -> None:
    """Insert the rows of these tests."""
    store.insert(
        "Company", [{"Company1": name, "Name": f"Company {name}"} for name in ("EPIC06", "EPIC07")]
    )
    store.insert("Vendor", [vendor(number) for number in range(1, 121)])
    store.insert("Vendor", [vendor(number, "EPIC07") for number in range(1, 4)])
    store.insert("POHeader", [order(number) for number in range(1, 11)])
    store.insert(
        "PODetail", [order_line(number, line) for number in range(1, 11) for line in (1, 2)]
    )
    releases = (
        {
            "Company": "EPIC06",
            "PONum": number,
            "POLine": 1,
            "PORelNum": 1,
            "OpenRelease": True,
            "RelQty": Decimal("7.50000000"),
        }
        for number in range(1, 11)
    )
    store.insert("PORel", releases)
    store.insert("OrderHed", [{"Company": "EPIC06", "OrderNum": number} for number in (1, 2)])
    store.insert(
        "OrderDtl", [{"Company": "EPIC06", "OrderNum": 1, "OrderLine": 1, "PartNum": "P-1"}]
    )


@pytest.fixture(scope="session")
def filled_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with the rows of `fill`, to be copied."""
    path = tmp_path_factory.mktemp("epicor") / "filled.db"
    store = Store.create(path)
    store.clock = lambda: FIXED_TIME
    fill(store)
    store.close()
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty database, whose clock stands still."""
    created = Store.create(tmp_path / "empty.db")
    created.clock = lambda: FIXED_TIME
    yield created
    created.close()


class Client:
    """Asks a server for what stands behind the company in the URL, as a user with an API key."""

    def __init__(self, server: EpicorServer, session: requests.Session) -> None:
        """Ask `server`."""
        self.server = server
        self.session = session

    def get(
        self, path: str, *, company: str = "EPIC06", headers: dict[str, str] | None = None
    ) -> requests.Response:
        """Return the answer to a path; a header given as "" is not sent."""
        options = self.server.options
        sent = {"Accept": "application/json", "x-api-key": options.api_key} | (headers or {})
        auth = None if "Authorization" in sent else (options.username, options.password)
        return self.session.get(
            f"{self.server.base_url}/api/v2/odata/{company}/{path}",
            headers={name: value for name, value in sent.items() if value},
            auth=auth,
            timeout=10,
            allow_redirects=False,
        )

    def rows(self, path: str, *, company: str = "EPIC06") -> list[dict[str, Any]]:
        """Return the rows of a page."""
        answer = self.get(path, company=company)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["value"]
        return found

    def message(self, path: str, status: int) -> str:
        """Return the error message of an answer that must have a status."""
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        found: str = answer.json()["ErrorMessage"]
        return found


@pytest.fixture
def serve(filled_db: Path, tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Give a function that starts a server with options over the rows and returns a client."""
    started: list[EpicorServer] = []
    with requests.Session() as session:

        def start(options: EpicorOptions | None = None) -> Client:
            path = tmp_path / f"{len(started)}.db"
            shutil.copy(filled_db, path)
            started.append(EpicorServer(path, options))
            started[-1].__enter__()
            return Client(started[-1], session)

        yield start
    for server in started:
        server.close()
        assert server.failures == []


@pytest.fixture
def client(serve: Callable[..., Client]) -> Client:
    """Give a client of a server with the standard options."""
    return serve()

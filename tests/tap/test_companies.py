"""`companies: ["*"]`: every company that there is, or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.exceptions import EpicorAccessError
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import config_for

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

NAMES = [f"C{number:02}" for number in range(1, 11)]
LIST = "CompanySvc/Companies$"


@pytest.fixture(autouse=True)
def _twelve_companies(epicor: EpicorServer) -> None:
    """Let the server have twelve companies, which it lists in every company."""
    epicor.configure(companies_set="all")
    epicor.store.insert("Company", [{"Company1": name} for name in NAMES])


def companies(server: EpicorServer) -> tuple[str, ...]:
    """Return the companies that a run would read."""
    tap = TapEpicorKinetic(config=config_for(server, companies=["*"]), setup_mapper=False)
    return tap.session.companies


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="one page"),
        pytest.param({"max_rows": 5}, id="server limit"),
        pytest.param({"max_rows": 12}, id="limit of just as many"),
        pytest.param({"max_rows": 5, "refuses_count": True}, id="refuses to count"),
        pytest.param({"int64_as_text": True}, id="numbers as text"),
    ],
)
def test_all_companies_arrive(epicor: EpicorServer, options: dict[str, Any]) -> None:
    """A list that the server cuts off without a word is read to its end."""
    epicor.configure(**options)
    assert companies(epicor) == tuple(sorted(["EPIC06", "EPIC07", *NAMES]))


def test_list_of_the_first_version(epicor: EpicorServer) -> None:
    """REST v1, which needs no company, is read until a page is empty as well."""
    pages = [
        '{"value": [{"Company1": "B"}, {"Company1": "A"}]}',
        '{"value": [{"Company1": "C"}]}',
        '{"value": []}',
    ]
    for page in pages:
        epicor.faults.add("body", path=f"api/v1/.*{LIST}", message=page)
    assert companies(epicor) == ("A", "B", "C")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        pytest.param("first_page", "the same companies come again", id="skip is ignored"),
        pytest.param("empty_page", "it counts 12 companies and lists 5", id="ends too early"),
    ],
)
def test_list_that_is_not_whole(epicor: EpicorServer, kind: str, words: str) -> None:
    """A list that cannot be shown to be whole is an error with advice."""
    epicor.configure(max_rows=5)
    epicor.faults.add(kind, path=f"api/v2/.*{LIST}", nth=2, times=None)
    with pytest.raises(EpicorAccessError) as caught:
        companies(epicor)
    assert words in str(caught.value)
    assert 'name them in companies instead of "*"' in str(caught.value)

"""Which companies there are, as the server tells."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorAccessError,
    EpicorError,
    EpicorPageError,
    EpicorRetriableError,
    IdentityRefusedError,
    ODataQueryError,
    ODataResponseError,
)

if TYPE_CHECKING:
    from tap_epicor_kinetic.http.client import EpicorClient

_SERVICE = "Erp.BO.CompanySvc/Companies"
_PAGE = 500
_MOST = 10_000
"""More companies than any server has: a list that does not end is an error."""


class _Company(msgspec.Struct):
    Company1: str


class _Companies(msgspec.Struct):
    value: list[_Company]
    count: int | str | None = msgspec.field(default=None, name="@odata.count")


def all_companies(client: EpicorClient, known: str | None) -> tuple[str, ...]:
    """Return the IDs of the companies that this user may see, all of them.

    REST v1 needs no company in the path; where it is switched off, the company that the settings
    name stands in the path of v2's list.

    Args:
        client: Connection to the server.
        known: A company to ask by, if the settings name one.

    Raises:
        EpicorError: If neither answers, or no list is shown to be whole; where that may pass, or
            the identity is refused, it is the error itself.
    """
    lists = [_List(client, f"api/v1/{_SERVICE}", counts=False)]
    if known:
        path = f"api/v2/odata/{quote(known, safe='')}/{_SERVICE}"
        lists.append(_List(client, path, counts=True))
    refused: EpicorError | None = None
    for each in lists:
        try:
            names = each.read()
        except EpicorError as error:
            refused = error
            continue
        if names:
            return tuple(sorted(names))
    if isinstance(refused, (EpicorRetriableError, IdentityRefusedError)):
        raise refused
    raise EpicorAccessError(
        refused.answer if refused else Answer(_SERVICE, message="it lists no company"),
        'The server does not say which companies there are; name them in companies instead of "*".',
    )


class _List:
    """One list of companies, read page by page until an empty one.

    A server returns fewer rows than were asked for without a word, so a short page proves nothing.
    """

    def __init__(self, client: EpicorClient, path: str, *, counts: bool) -> None:
        self._client = client
        self._path = path
        self._options = "&$count=true" if counts else ""

    def read(self) -> set[str]:
        """Return the IDs.

        Raises:
            ODataResponseError: If the server repeats a page, or counts more than it lists.
        """
        found: set[str] = set()
        count = 0
        while len(found) <= _MOST:
            page = self._page(len(found))
            count = max(count, int(page.count or 0))
            names = {row.Company1 for row in page.value}
            if not names:
                return self._counted(found, count)
            if names & found:
                raise _unlike_a_list("the same companies come again, so the list may be cut off")
            found |= names
        raise _unlike_a_list("the list of companies does not end")

    def _page(self, skip: int) -> _Companies:
        query = f"$select=Company1&$orderby=Company1&$top={_PAGE}{self._options}"
        if skip:
            query += f"&$skip={skip}"
        try:
            return self._client.get(self._path, _read_companies, service=_SERVICE, query=query)
        except (ODataQueryError, EpicorPageError):
            if not self._options or skip:
                raise
            self._options = ""  # it refuses to count; an empty page is proof as well
            return self._page(skip)

    @staticmethod
    def _counted(found: set[str], count: int) -> set[str]:
        if len(found) < count:
            raise _unlike_a_list(f"it counts {count} companies and lists {len(found)}")
        return found


def _read_companies(body: bytes) -> _Companies:
    try:
        page = msgspec.json.decode(body, type=_Companies)
        int(page.count or 0)
    except (msgspec.MsgspecError, ValueError, UnicodeDecodeError) as error:
        raise _unlike_a_list("the answer is no list of companies") from error
    return page


def _unlike_a_list(message: str) -> ODataResponseError:
    return ODataResponseError(Answer(_SERVICE, 200, message))

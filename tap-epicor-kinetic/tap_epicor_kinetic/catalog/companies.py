"""Which companies there are, as the server tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorAccessError,
    EpicorError,
    EpicorRetriableError,
    IdentityRefusedError,
    ODataResponseError,
)

if TYPE_CHECKING:
    from tap_epicor_kinetic.http.client import EpicorClient


class _Company(msgspec.Struct):
    Company1: str


class _Companies(msgspec.Struct):
    value: list[_Company]


def all_companies(client: EpicorClient, known: str | None) -> tuple[str, ...]:
    """Return the IDs of the companies that this user may see.

    REST v1 needs no company in the path; where it is switched off, the company that the settings
    name stands in the path of v2's list.

    Args:
        client: Connection to the server.
        known: A company to ask by, if the settings name one.

    Raises:
        EpicorError: If neither answers; where that may pass, or the identity is refused, it is the
            error itself.
    """
    service = "Erp.BO.CompanySvc/Companies"
    paths = ["api/v1/Erp.BO.CompanySvc/Companies"]
    if known:
        paths.append(f"api/v2/odata/{known}/Erp.BO.CompanySvc/Companies")
    refused: EpicorError | None = None
    for path in paths:
        try:
            rows = client.get(
                path, _read_companies, service=service, query="$select=Company1&$top=1000"
            )
        except EpicorError as error:
            refused = error
            continue
        if rows:
            return tuple(sorted(rows))
    if isinstance(refused, (EpicorRetriableError, IdentityRefusedError)):
        raise refused
    raise EpicorAccessError(
        refused.answer if refused else Answer(service, message="it lists no company"),
        'The server does not say which companies there are; name them in companies instead of "*".',
    )


def _read_companies(body: bytes) -> list[str]:
    try:
        return [row.Company1 for row in msgspec.json.decode(body, type=_Companies).value]
    except msgspec.MsgspecError as error:
        raise ODataResponseError(
            Answer("Erp.BO.CompanySvc/Companies", 200, "the answer is no list of companies")
        ) from error

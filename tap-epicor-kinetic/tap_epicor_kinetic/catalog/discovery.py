"""Discovery: what this server offers of what is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.declarations import offer
from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorAccessError,
    EpicorError,
    IdentityRefusedError,
    ODataResponseError,
)
from tap_epicor_kinetic.http.answers import XML
from tap_epicor_kinetic.odata.metadata import parse_metadata

if TYPE_CHECKING:
    import logging
    from collections.abc import Collection, Iterable
    from concurrent.futures import Executor

    from tap_epicor_kinetic.catalog.declarations import Declaration, Offer
    from tap_epicor_kinetic.http.client import EpicorClient
    from tap_epicor_kinetic.odata.metadata import ServiceMetadata
    from tap_epicor_kinetic.odata.queries import Source


class _Company(msgspec.Struct):
    Company1: str


class _Companies(msgspec.Struct):
    value: list[_Company]


def discover(
    client: EpicorClient,
    executor: Executor,
    company: str,
    declared: Iterable[Declaration],
    columns: str,
    logger: logging.Logger,
) -> list[Offer]:
    """Return what the server offers of the declared streams.

    Each service's `$metadata` is asked for once, several side by side. A service that the server
    lacks or refuses is said once and left out.

    Args:
        client: Connection to the server.
        executor: Threads for the requests.
        company: Company in the path; all companies of a server have the same metadata.
        declared: The streams.
        columns: The setting of that name, `core` or `all`.
        logger: Hears what is left out.

    Raises:
        ConfigValidationError: If the settings name a key or cursor that the server lacks.
        EpicorError: If the server refuses the identity, or nothing at all can be had.
    """
    declared = list(declared)
    services = {item.source.service: item.source for item in declared}
    answers = executor.map(lambda source: _metadata(client, company, source), services.values())
    found = dict(zip(services, answers, strict=True))
    _refuse_to_guess(found.values())
    offers, errors = [], []
    for service, answer in found.items():
        streams = [item for item in declared if item.source.service == service]
        if isinstance(answer, EpicorError):
            names = ", ".join(item.name for item in streams)
            logger.warning("%s (streams left out: %s)", answer, names)
            continue
        for item in streams:
            try:
                entity_type = answer.entity_set(item.source.entity_set, is_baq=item.source.is_baq)
                offers.append(offer(item, entity_type, columns))
            except ODataResponseError as error:
                logger.warning("%s (stream left out: %s)", error, item.name)
            except ConfigValidationError as error:
                errors += error.errors
    if errors:
        raise ConfigValidationError("Config validation failed", errors=errors, schema={})
    return offers


def _metadata(client: EpicorClient, company: str, source: Source) -> ServiceMetadata | EpicorError:
    try:
        return client.get(
            source.metadata_path(company),
            lambda body: parse_metadata(source.service, body),
            service=f"{source.service}/$metadata",
            accept=XML,
        )
    except EpicorError as error:
        return error


def _refuse_to_guess(answers: Collection[ServiceMetadata | EpicorError]) -> None:
    """Raise when not one service could be read; a refused identity explains the most."""
    errors = [answer for answer in answers if isinstance(answer, EpicorError)]
    if errors and len(errors) == len(answers):
        raise next(
            (error for error in errors if isinstance(error, IdentityRefusedError)), errors[0]
        )


def all_companies(client: EpicorClient, door: str | None) -> tuple[str, ...]:
    """Return the IDs of the companies that this user may see.

    REST v1 needs no company in the path; where it is switched off, the company that the settings
    name is the door to v2's list.

    Args:
        client: Connection to the server.
        door: A company to ask by, if one is known.

    Raises:
        EpicorError: If neither answers.
    """
    service = "Erp.BO.CompanySvc/Companies"
    paths = ["api/v1/Erp.BO.CompanySvc/Companies"]
    if door:
        paths.append(f"api/v2/odata/{door}/Erp.BO.CompanySvc/Companies")
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

"""Discovery: what this server offers of what is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.offers import offer
from tap_epicor_kinetic.exceptions import (
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

    from tap_epicor_kinetic.catalog.declarations import Declaration
    from tap_epicor_kinetic.catalog.offers import Offer
    from tap_epicor_kinetic.http.client import EpicorClient
    from tap_epicor_kinetic.odata.metadata import ServiceMetadata
    from tap_epicor_kinetic.odata.queries import Source


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

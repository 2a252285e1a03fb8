"""Discovery: what this server offers of what is declared, and what it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.offers import Offer, offer
from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorError,
    EpicorPageError,
    EpicorRetriableError,
    EpicorStreamError,
    IdentityRefusedError,
    ODataResponseError,
)
from tap_epicor_kinetic.http.answers import XML
from tap_epicor_kinetic.odata.metadata import parse_metadata

if TYPE_CHECKING:
    import logging
    from collections.abc import Collection, Iterable, Sequence
    from concurrent.futures import Executor

    from tap_epicor_kinetic.catalog.declarations import Declaration
    from tap_epicor_kinetic.http.client import EpicorClient
    from tap_epicor_kinetic.odata.metadata import ServiceMetadata
    from tap_epicor_kinetic.odata.queries import Source


@dataclass(frozen=True, slots=True)
class Missing:
    """A declared stream that cannot be offered, and why."""

    declaration: Declaration
    error: EpicorError

    @property
    def may_pass(self) -> bool:
        """Whether the server was only not well, which says nothing about what it has."""
        return isinstance(self.error, (EpicorRetriableError, EpicorPageError))


def discover(
    client: EpicorClient,
    executor: Executor,
    company: str,
    declared: Iterable[Declaration],
    columns: str,
    logger: logging.Logger,
) -> list[Offer | Missing]:
    """Return for each declared stream what the server offers, or why it does not.

    Each service's `$metadata` is asked for once, several side by side. A service that the server
    lacks or refuses is said once, with its streams.

    Args:
        client: Connection to the server.
        executor: Threads for the requests.
        company: Company in the path; all companies of a server have the same metadata.
        declared: The streams.
        columns: The setting of that name, `core` or `all`.
        logger: Hears what is missing.

    Raises:
        ConfigValidationError: If the settings name a key, cursor or column that the server lacks.
        EpicorError: If the server refuses the identity, or nothing at all can be had.
    """
    declared = list(declared)
    services = {item.source.service: item.source for item in declared}
    answers = executor.map(lambda source: _metadata(client, company, source), services.values())
    found = dict(zip(services, answers, strict=True))
    _refuse_to_guess(found.values())
    results: list[Offer | Missing] = []
    errors: list[str] = []
    for item in declared:
        try:
            results.append(_offered(item, found[item.source.service], columns))
        except ConfigValidationError as error:
            errors += error.errors
    if errors:
        raise ConfigValidationError("Config validation failed", errors=errors, schema={})
    _say(results, logger)
    return results


def ask_again(
    client: EpicorClient, company: str, declaration: Declaration, columns: str
) -> EpicorError:
    """Return why a stream is missing that an earlier discovery could not offer.

    Args:
        client: Connection to the server.
        company: Company in the path.
        declaration: The stream.
        columns: The setting of that name, `core` or `all`.
    """
    label = declaration.source.label
    try:
        result = _offered(declaration, _metadata(client, company, declaration.source), columns)
    except ConfigValidationError as error:
        return EpicorStreamError(Answer(label, message="; ".join(error.errors)))
    if isinstance(result, Missing):
        return result.error
    return EpicorStreamError(
        Answer(label, message="the catalog has no columns of it, although the server offers it"),
        "Discover again (Meltano: run --refresh-catalog).",
    )


def _offered(
    declaration: Declaration, metadata: ServiceMetadata | EpicorError, columns: str
) -> Offer | Missing:
    if isinstance(metadata, EpicorError):
        return Missing(declaration, metadata)
    source = declaration.source
    try:
        entity_type = metadata.entity_set(source.entity_set, is_baq=source.is_baq)
        return offer(declaration, entity_type, columns)
    except ODataResponseError as error:
        return Missing(declaration, error)


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


def _say(results: Sequence[Offer | Missing], logger: logging.Logger) -> None:
    """Log once what is missing and why, and which columns are kept back."""
    names: dict[str, list[str]] = {}
    withheld = []
    for result in results:
        if isinstance(result, Missing):
            names.setdefault(str(result.error), []).append(result.declaration.name)
        else:
            withheld += [f"{result.declaration.name}.{name}" for name in result.withheld]
    for error, streams in names.items():
        logger.warning("%s (streams that cannot be offered: %s)", error, ", ".join(streams))
    if withheld:
        logger.info(
            "Columns that may hold secrets, card or bank data are not offered: %s; to read one, "
            "name it in extra_columns",
            ", ".join(withheld),
        )

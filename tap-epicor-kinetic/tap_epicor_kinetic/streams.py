"""The streams of a run: as the server offers them, or as the catalog in use says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_epicor_kinetic.catalog.declarations import declarations
from tap_epicor_kinetic.catalog.discovery import Missing, ask_again, discover
from tap_epicor_kinetic.exceptions import Answer, EpicorError, EpicorStreamError
from tap_epicor_kinetic.names import suggestion
from tap_epicor_kinetic.stream import EpicorStream
from tap_epicor_kinetic.unavailable import UnavailableStream, is_without_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from singer_sdk import Tap
    from singer_sdk.singerlib import Catalog, CatalogEntry

    from tap_epicor_kinetic.catalog.declarations import Declaration
    from tap_epicor_kinetic.run.session import Session


def streams_of_server(tap: Tap, session: Session) -> Iterator[EpicorStream | UnavailableStream]:
    """Yield every declared stream, by the server's `$metadata`.

    Raises:
        ConfigValidationError: If the settings name what the server lacks.
        EpicorError: If the server refuses the identity, or nothing at all can be had.
    """
    server = session.server
    declared = declarations(tap.config).values()
    company, columns = session.companies[0], tap.config["columns"]
    for found in discover(
        server.client, server.executor, company, declared, columns, server.logger
    ):
        if isinstance(found, Missing):
            yield UnavailableStream(
                tap,
                found.declaration.name,
                _known(found.error),
                may_pass=found.may_pass,
                description=f"Cannot be offered: {found.error}",
            )
        else:
            yield EpicorStream(
                tap, session, found.declaration, found.schema(), found.key, found.cursor
            )


def streams_of_catalog(
    tap: Tap, session: Session, catalog: Catalog
) -> Iterator[EpicorStream | UnavailableStream]:
    """Yield the streams of a catalog, which stands in for `$metadata`.

    A stream that the settings name and the catalog does not hold is one that cannot be offered.
    """
    declared = declarations(tap.config)
    for entry in catalog.streams:
        declaration = declared.get(entry.tap_stream_id)
        schema = entry.schema.to_dict()
        if declaration is None:
            reason = _known(_unknown(entry, declared))
            yield UnavailableStream(tap, entry.tap_stream_id, reason)
        elif is_without_columns(schema):
            yield UnavailableStream(
                tap, declaration.name, _asked(session, declaration, tap.config["columns"])
            )
        else:
            key = entry.key_properties or ()
            yield EpicorStream(tap, session, declaration, schema, key, entry.replication_key)
    for name, declaration in declared.items():
        if declaration.is_configured and name not in catalog:
            reason = _known(_not_in_catalog(declaration))
            yield UnavailableStream(tap, name, reason, is_asked_for=True)


def refuse_unfinished(streams: Iterable[object]) -> None:
    """Raise if a catalog of these streams would lack some only because the server was not well.

    Raises:
        EpicorError: It names the services.
    """
    passing = [
        each.reason() for each in streams if isinstance(each, UnavailableStream) and each.may_pass
    ]
    if passing:
        services = dict.fromkeys(error.answer.service for error in passing)
        others = f" (and {', '.join(list(services)[1:])})" if len(services) > 1 else ""
        raise EpicorError(
            passing[0].answer,
            f"{passing[0].advice} Without it{others} the catalog would not be whole; discover "
            "again when the server is well.",
        )


def _known(error: EpicorError) -> Callable[[], EpicorError]:
    return lambda: error


def _asked(session: Session, declaration: Declaration, columns: str) -> Callable[[], EpicorError]:
    """Return a question to the server why a stream cannot be offered, put when it is called."""
    return partial(ask_again, session.server.client, session.companies[0], declaration, columns)


def _unknown(entry: CatalogEntry, declared: Mapping[str, Declaration]) -> EpicorError:
    near = suggestion(entry.tap_stream_id, declared)
    return EpicorStreamError(
        Answer(
            entry.tap_stream_id,
            message=f"the catalog's stream is neither built in nor in the settings{near}",
        ),
        "Name it under streams or baqs, or deselect it.",
    )


def _not_in_catalog(declaration: Declaration) -> EpicorError:
    return EpicorStreamError(
        Answer(
            declaration.source.label,
            message=f"the settings name {declaration.name}, and the catalog does not hold it",
        ),
        "Discover again (Meltano: run --refresh-catalog), and deselect it if it is not to be read.",
    )

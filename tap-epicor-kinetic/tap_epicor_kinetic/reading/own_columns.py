"""The columns of another source: those that it has, under the names that it gives them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import Answer, ODataResponseError
from tap_epicor_kinetic.http.answers import XML
from tap_epicor_kinetic.odata.metadata import parse_metadata
from tap_epicor_kinetic.odata.queries import COMPANY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tap_epicor_kinetic.reading.route import Route
    from tap_epicor_kinetic.reading.server import Server


def own_columns(
    server: Server, company: str, route: Route, selected: Sequence[str], key: Sequence[str]
) -> tuple[Route, tuple[str, ...]]:
    """Return a route with its source's own names, and which of the columns that source has.

    Its metadata is asked for. Columns that it lacks are left out; a BAQ's `Alias_Column` stands for
    `Column`.

    Raises:
        ODataResponseError: If it lacks a key column or the cursor.
    """
    source = route.source
    metadata = server.client.get(
        source.metadata_path(company),
        lambda body: parse_metadata(source.service, body),
        service=f"{source.service}/$metadata",
        accept=XML,
    )
    entity_type = metadata.entity_set(source.entity_set, is_baq=source.is_baq)
    matched = _matched(selected, entity_type.properties)
    needed = [*key, *([route.cursor] if route.cursor else [])]
    missing = [name for name in needed if name not in matched and name != COMPANY]
    if missing:
        raise ODataResponseError(Answer(source.label, message=f"it lacks {', '.join(missing)}"))
    kept = tuple(name for name in selected if name in matched or name == COMPANY)
    left_out = [name for name in selected if name not in kept]
    if left_out:
        server.logger.info("%s lacks %s", route.label, ", ".join(left_out))
    renamed = tuple((name, written) for name, written in matched.items() if name != written)
    return replace(route, columns=renamed), kept


def _matched(names: Sequence[str], available: Collection[str]) -> dict[str, str]:
    """Return the source's name of each column that it has."""
    by_suffix: dict[str, list[str]] = {}
    for written in available:
        by_suffix.setdefault(written.partition("_")[2], []).append(written)
    matched = {}
    for name in names:
        if name in available:
            matched[name] = name
        elif len(by_suffix.get(name, ())) == 1:
            matched[name] = by_suffix[name][0]
    return matched

"""How this server wants times without zone written in filters.

Most servers compare the digits of a `Z` literal with those in the column, as they write them. Some
take `Z` for UTC and move the literal to their own zone first; then a row is not found by its own
time, and a filter passes over as many hours of changes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import (
    Answer,
    EpicorPageError,
    EpicorStreamError,
    ODataQueryError,
)

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator

    from tap_epicor_kinetic.odata.properties import KeyValue
    from tap_epicor_kinetic.reading.reading import Reading
    from tap_epicor_kinetic.reading.route import Route

_TRIES = 3
_QUARTER_HOURS = (0, 30, 45, 15)


def zoned(
    route: Route,
    highest: KeyValue,
    logger: logging.Logger,
    reading_by: Callable[[Route], Reading],
) -> Route:
    """Return the route with the form of times by which the server finds a row of its own.

    Args:
        route: As far as it is known.
        highest: The cursor of a row that is there.
        logger: Hears of an unusual form.
        reading_by: Returns the reading by a route.

    Raises:
        EpicorStreamError: If no form finds it.
    """
    for _ in range(_TRIES):
        reading = reading_by(route)
        if not _needs_a_zone(reading, highest) or _finds(reading, highest):
            return route
        # The row may have changed meanwhile.
        if (latest := reading.highest()) == highest:
            break
        highest = latest
    for zone in _forms():
        other = replace(route, zone=zone)
        if _finds(reading_by(other), highest):
            logger.warning(
                "%s: the server moves times that are written with Z; they are written %s",
                route.label,
                f"with {zone}" if zone else "without a zone",
            )
            return other
    raise EpicorStreamError(
        Answer(route.label, message=f"the server does not find a row by its own {route.cursor}"),
        "It may move times to another zone. Choose another replication_key for this stream.",
    )


def _needs_a_zone(reading: Reading, value: KeyValue) -> bool:
    """Return whether the digits alone do not say which moment is meant."""
    cursor = reading.cursor
    return (
        cursor is not None
        and cursor.prop.is_temporal
        and cursor.prop.edm_type != "Edm.Date"
        and isinstance(value, str)
        and not value[19:].lstrip(".0123456789")
    )


def _finds(reading: Reading, value: KeyValue) -> bool:
    try:
        return reading.finds_own_row(value)
    except (ODataQueryError, EpicorPageError):
        return False


def _forms() -> Iterator[str]:
    """Yield the other forms: without a zone, then with each zone of the world."""
    yield ""
    for minutes in _QUARTER_HOURS:
        for hours in range(15):
            yield f"+{hours:02}:{minutes:02}"
            if hours or minutes:
                yield f"-{hours:02}:{minutes:02}"

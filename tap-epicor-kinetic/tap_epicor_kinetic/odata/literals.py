"""OData text, purely: literals, filters, keyset expressions and query strings.

Sources: OData v4.01 ABNF (literals, `commonExpr`). What Epicor's servers accept beyond or below
that is noted at each function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from tap_epicor_kinetic.odata.properties import is_integer_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_epicor_kinetic.odata.properties import KeyValue, Property

_BARE = frozenset({"Edm.Guid", "Edm.Decimal", "Edm.Double", "Edm.Single", "Edm.TimeOfDay"})
_PREFIXES = {"Edm.Duration": "duration", "Edm.Binary": "binary"}
# Characters that stay readable in a query string. `+` must not be among them: it means a blank.
_SAFE_IN_QUERY = "$,:()'=*@!~/"


def literal(value: KeyValue, prop: Property) -> str:
    """Return a value of a property as an OData literal.

    Date-times nearly always carry a zone: Epicor reads a bare date as a subtraction, refuses a
    quoted one, and some servers refuse one without zone. A zone-less value keeps its digits and
    gets the property's zone, `Z` unless the server is known to move that.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if prop.edm_type == "Edm.Date":
        return value[:10]
    if prop.is_temporal:
        return _date_time_literal(value, prop.zone)
    if is_integer_type(prop.edm_type) or prop.edm_type in _BARE:
        return value
    return _PREFIXES.get(prop.edm_type, "") + "'" + value.replace("'", "''") + "'"


def _date_time_literal(value: str, zone: str) -> str:
    text = value if "T" in value else f"{value}T00:00:00"
    day, _, time = text.partition("T")
    has_zone = time.endswith(("Z", "z")) or "+" in time or "-" in time
    return f"{day}T{time}" if has_zone else f"{day}T{time}{zone}"


def from_position(
    terms: Sequence[tuple[Property, KeyValue]], *, inclusive: bool = True
) -> str | None:
    """Return the filter for everything at or behind a position in the order of `terms`.

    For two terms: `A gt a or (A eq a and B ge b)`. The row at the position itself is included: it
    is the overlap by which the reader sees that nothing moved. Nulls come first, as SQL Server
    sorts them. `None` stands for everything.

    Args:
        terms: Properties of the order and their values at the position.
        inclusive: Whether the row at the position belongs to it.
    """
    (prop, value), *rest = terms
    text = literal(value, prop)
    behind = f"{prop.name} ne null" if value is None else f"{prop.name} gt {text}"
    if not rest and not inclusive:
        return behind
    if not rest:
        return None if value is None else f"{prop.name} ge {text}"
    tied = both(f"{prop.name} eq {text}", from_position(rest, inclusive=inclusive))
    return f"{behind} or ({tied})"


def up_to_position(terms: Sequence[tuple[Property, KeyValue]]) -> str:
    """Return the filter for everything at or before a position in the order of `terms`.

    For two terms: `A lt a or (A eq a and B le b)`; where A may be null, those rows come first.
    """
    (prop, value), *rest = terms
    text = literal(value, prop)
    same = f"{prop.name} eq {text}"
    if value is None:
        return both(same, up_to_position(rest) if rest else None) or same
    nulls = f" or {prop.name} eq null" if prop.nullable else ""
    if not rest:
        return f"{prop.name} le {text}{nulls}"
    return f"{prop.name} lt {text}{nulls} or ({both(same, up_to_position(rest))})"


def both(*filters: str | None) -> str | None:
    """Return the conjunction of the filters that are there, or `None` without any."""
    present = [text for text in filters if text]
    if len(present) <= 1:
        return present[0] if present else None
    return " and ".join(f"({text})" if " or " in text else text for text in present)


def query_string(options: Sequence[tuple[str, str]]) -> str:
    """Return an encoded query string, in the order given.

    System options keep their `$`; blanks become `%20` and `+` becomes `%2B`, which IIS and OData
    both read alike.
    """
    return "&".join(
        f"{quote(name, safe='$')}={quote(value, safe=_SAFE_IN_QUERY)}" for name, value in options
    )

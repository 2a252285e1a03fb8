"""How the database holds values: decimals and dates as exact text, booleans as 0 and 1."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.epicor.model import NO_GUID

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.epicor.model import Column

_DEFAULTS: dict[str, str | int | None] = {
    "Edm.String": "",
    "Edm.Guid": NO_GUID,
    "Edm.Decimal": "0",
    "Edm.DateTimeOffset": None,
    "Edm.Binary": "AAAAAAAAAAA=",
}


_OTHER_ROW = re.compile(r".+SysRowID")


def column_default(column: Column) -> str | int | None:
    """Return what stands where no row brought a value: `""`, 0, the empty GUID, null for dates.

    The id of a row in another table is `""` where there is none, although its type is a GUID.
    """
    if column.edm_type == "Edm.Guid" and _OTHER_ROW.fullmatch(column.name):
        return ""
    return _DEFAULTS.get(column.edm_type, 0)


def date_text(value: datetime) -> str:
    """Return a time as the database holds it: no zone, no zeros at the end of a fraction."""
    text = value.replace(tzinfo=None).isoformat()
    return text.rstrip("0") if "." in text else text


def sql_literal(value: str | int | None) -> str:
    """Return a value as it stands in SQL text."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def converter(column: Column) -> Callable[[Any], Any]:
    """Return what turns a value given for a column into what the database holds, or `same`."""
    return _CONVERTERS.get(column.edm_type, same)


def sys_row_id(table: str, key: object) -> str:
    """Return the GUID of a row, which depends on its table and key alone."""
    digest = hashlib.blake2b(f"{table}|{key!r}".encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


def same(value: object) -> object:
    """Return the value as it is."""
    return value


def _decimal_text(value: object) -> str | None:
    if value is None or type(value) is str:
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    msg = f"A decimal column takes a finite Decimal, int or text, not {value!r}."
    raise TypeError(msg)


def _date_value(value: object) -> object:
    if isinstance(value, datetime):
        return date_text(value)
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    return value


def _guid_text(value: object) -> str | None:
    return None if value is None else str(value).lower()


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "Edm.Decimal": _decimal_text,
    "Edm.DateTimeOffset": _date_value,
    "Edm.Guid": _guid_text,
}

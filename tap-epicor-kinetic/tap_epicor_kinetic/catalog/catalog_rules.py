"""What is wrong with the catalog in use, beyond key and cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_epicor_kinetic.names import suggestion
from tap_epicor_kinetic.odata.queries import COMPANY, COMPANY_ITSELF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from singer_sdk.singerlib import CatalogEntry

    from tap_epicor_kinetic.catalog.selection import Selection

_DEPTH_OF_COLUMN = 2
_METHODS = ("INCREMENTAL", "FULL_TABLE")

NOTHING_SELECTED = (
    "nothing is selected, so nothing would be read; select streams in the catalog, with Meltano by "
    "select rules such as vendors.* (letter case counts)"
)


def entry_problems(entry: CatalogEntry) -> Iterator[str]:
    """Yield what is wrong with a selected stream's entry: unknown columns and methods.

    Args:
        entry: The entry as it was given.
    """
    name, columns = entry.tap_stream_id, entry.schema.properties or {}
    for breadcrumb, metadata in entry.metadata.items():
        if len(breadcrumb) == _DEPTH_OF_COLUMN and metadata.selected:
            column = breadcrumb[-1]
            if column not in columns:
                yield (
                    f"stream {name}: the catalog selects {column}, which its schema does not "
                    f"have{suggestion(column, columns)}"
                )
    method = entry.replication_method or entry.metadata.root.forced_replication_method
    if method and method not in _METHODS:
        yield (
            f"stream {name}: the catalog's replication method {method} is unknown; write "
            f"{' or '.join(_METHODS)}"
        )
    key = entry.replication_key or entry.metadata.root.replication_key
    if method == "INCREMENTAL" and not key:
        yield f"stream {name}: the catalog says INCREMENTAL and names no replication key"


def key_problems(selection: Selection, companies: Sequence[str]) -> Iterator[str]:
    """Yield why rows would be doubled or fall together by the catalog's key.

    Args:
        selection: The stream.
        companies: The companies to read.
    """
    key, name = selection.key, selection.name
    if not key and not selection.declaration.append:
        yield (
            f"stream {name}: the catalog has no key for it, so each run would add its rows once "
            "more; name primary_keys in the settings and discover again, or set append: true there"
        )
    if key and len(companies) > 1 and not {COMPANY, COMPANY_ITSELF} & set(key):
        yield (
            f"stream {name}: the catalog's key {', '.join(key)} lacks {COMPANY}, so rows of "
            f"several companies would fall together; discover again, or add {COMPANY} to the key"
        )

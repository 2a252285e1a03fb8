"""A stream that cannot be offered: a place in the catalog, so that selecting it is no silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from singer_sdk.streams import Stream
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_sdk import Tap
    from singer_sdk.helpers.types import Context

    from tap_epicor_kinetic.exceptions import EpicorError


class UnavailableStream(Stream):
    """A stream without columns.

    Meltano applies its `select` rules to the catalog that it discovered; a stream that is not in
    there is passed over with a warning. This one can be selected, and then fails by its name.
    """

    def __init__(
        self,
        tap: Tap,
        name: str,
        find_reason: Callable[[], EpicorError],
        *,
        may_pass: bool = False,
        is_asked_for: bool = False,
        description: str = "",
    ) -> None:
        """Make the stream.

        Args:
            tap: The tap, as the SDK wants it.
            name: Name of the stream.
            find_reason: Tells why it cannot be offered; it may ask the server.
            may_pass: Whether the server was only not well.
            is_asked_for: Whether it is to be read although the catalog does not select it.
            description: What the catalog says of it.
        """
        schema = {"type": "object", "properties": {}, "description": description}
        super().__init__(tap, schema, name)
        self.primary_keys = ()
        self.reason = find_reason
        self.may_pass = may_pass
        self.is_asked_for = is_asked_for

    @override
    def _write_schema_message(self) -> NoReturn:
        raise self.reason()

    @override
    def get_records(self, context: Context | None) -> NoReturn:
        raise self.reason()


def is_without_columns(schema: dict[str, Any]) -> bool:
    """Return whether the schema of a catalog's entry stands for a stream that was unavailable."""
    return not schema.get("properties")

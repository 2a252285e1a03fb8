"""Which tables a stream's records go to, as far as the settings decide that."""

from __future__ import annotations

import logging
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from singer_sdk.mapper import PluginMapper, RemoveRecordTransform

from target_looker_staging.staging.shape import table_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class StreamRoutes:
    """The tables of streams; a stream map may rename a stream, leave it out, or double it."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config

    def tables_of(
        self, stream: str, message: Mapping[str, Any] | None = None
    ) -> Sequence[str] | None:
        """Return the tables of a stream, none if it is left out; None if that is not known yet.

        Args:
            stream: As the tap calls it.
            message: Its SCHEMA message, once it has come.

        Raises:
            StagingSchemaError: If a stream cannot have a table of its name.
        """
        if not self._config.get("stream_maps"):
            return [table_name(stream)]
        message = message or {"schema": {"properties": {}}}
        try:
            # The SDK's mapper changes the settings that it is given.
            mapper = PluginMapper(deepcopy(dict(self._config)), logging.getLogger(_QUIET))
            mapper.register_raw_stream_schema(
                stream, deepcopy(message["schema"]), message.get("key_properties")
            )
        except Exception:  # noqa: BLE001 - a map may be about properties that are not known yet
            return None
        return [
            table_name(each.stream_alias)
            for each in mapper.stream_maps[stream]
            if not isinstance(each, RemoveRecordTransform)
        ]


# The mapper tells of each map that it applies; the run's own mapper does so already.
_QUIET = "target-looker-staging.routes"
logging.getLogger(_QUIET).setLevel(logging.WARNING)

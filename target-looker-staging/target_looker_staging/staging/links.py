"""Links of rows to their records in the source, by a template with `{Property}` placeholders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_looker_staging.staging.characters import copy_escape
from target_looker_staging.staging.values import NULL, url_quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def placeholders(template: str) -> set[str]:
    """Return the properties that a link template names."""
    return set(_PLACEHOLDER.findall(template))


@dataclass(frozen=True, slots=True)
class LinkTemplate:
    """A template in its parts.

    Attributes:
        parts: Fields of COPY text, and the indexes of the columns between them.
    """

    parts: tuple[bytes | int, ...]

    @classmethod
    def parse(cls, template: str, index: Mapping[str, int]) -> LinkTemplate:
        """Return a template's parts.

        Args:
            template: URL with `{Property}` placeholders.
            index: Property to the index of its column; has all that the template names.
        """
        return cls(
            tuple(
                index[part] if i % 2 else copy_escape(part)
                for i, part in enumerate(_PLACEHOLDER.split(template))
            )
        )

    def url(self, fields: Sequence[bytes]) -> bytes:
        """Return the link of a row as a field of COPY text; NULL if a part of it is null."""
        values = [part if isinstance(part, bytes) else fields[part] for part in self.parts]
        if any(value is NULL for value in values):
            return NULL
        return b"".join(
            value if isinstance(part, bytes) else url_quote(value)
            for part, value in zip(self.parts, values, strict=True)
        )

"""Folders, which people name and Looker numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_looker_staging.looker.actions import ActionError
from target_looker_staging.looker.failures import NOT_FOUND, LookerCallError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from looker_sdk import models40 as models

    from target_looker_staging.looker.guard import LookerClient

FIELDS = "id,name,parent_id,can"


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder that exists for this user."""

    id: str
    name: str

    def __str__(self) -> str:
        """Return it as people can find it."""
        return f"folder '{self.name}' (id {self.id})"


def find_folder(client: LookerClient, wanted: str) -> FolderPlace:
    """Return the folder with an id (digits) or a name.

    Raises:
        ActionError: If there is none, or more than one, or no right to save into it.
        LookerCallError: If Looker could not be asked.
    """
    found = _by_id(client, wanted) if wanted.isdigit() else _by_name(client, wanted)
    if not found:
        raise ActionError(
            "not found or not permitted: check id or name, and ask the folder's owner for Manage "
            "Access, Edit for the API user"
        )
    if len(found) > 1:
        ids = ", ".join(f"{each.id} (in {each.parent_id})" for each in found)
        raise ActionError(f"several folders have this name: say which by its id, one of {ids}")
    place = FolderPlace(str(found[0].id), found[0].name)
    # Looker tells what the caller may do; where it tells nothing, saving will.
    if (found[0].can or {}).get("edit_content") is False:
        raise ActionError(
            f"{place} is there, but the API user may not save into it: ask its owner for Manage "
            "Access, Edit"
        )
    return place


def _by_id(client: LookerClient, wanted: str) -> Sequence[models.Folder]:
    try:
        return [client.call("folder", wanted, fields=FIELDS)]
    except LookerCallError as error:
        if error.status == NOT_FOUND:
            return []
        raise


def _by_name(client: LookerClient, wanted: str) -> Sequence[models.Folder]:
    # The search takes `%` and `_` for any text, and capitals for small letters.
    found = client.call("search_folders", name=wanted, fields=FIELDS)
    return [each for each in found if each.name == wanted]

"""Folders and user-defined dashboards."""

from __future__ import annotations

import secrets
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import yaml

from sandbox.looker.errors import invalid, not_found
from sandbox.looker.instance import Dashboard, Folder
from sandbox.looker.routing import Answer

if TYPE_CHECKING:
    from sandbox.looker.instance import Instance
    from sandbox.looker.routing import Request

SLUG_BYTES = 16


def search_folders(instance: Instance, request: Request) -> Answer:
    """Find folders by `id`, `name` and `parent_id`; `%` and `_` are wildcards."""
    names = ("id", "name", "parent_id")
    found = [_folder(each, request) for each in instance.folders]
    return Answer([each for each in found if _matches(each, request, names)])


def folder(instance: Instance, request: Request) -> Answer:
    """Show one folder."""
    return Answer(_folder(_find_folder(instance, request.path["folder_id"]), request))


def create_folder(instance: Instance, request: Request) -> Answer:
    """Make a folder inside another; without the right to, "not found", as in Looker."""
    name, parent_id = request.body.get("name"), request.body.get("parent_id")
    if not name:
        raise invalid("name", "can't be blank")
    if not parent_id:
        raise invalid("parent_id", "can't be blank")
    parent = _find_folder(instance, str(parent_id))
    if not request.caller.may("manage_spaces"):
        raise not_found()
    if any(each.parent_id == parent.id and each.name == name for each in instance.folders):
        raise invalid("name", "must be unique within the parent folder")
    made = Folder(instance.new_id(), str(name), parent.id, request.caller.id)
    instance.folders.append(made)
    return Answer(_folder(made, request))


def search_dashboards(instance: Instance, request: Request) -> Answer:
    """Find dashboards by `id`, `slug`, `title` and `folder_id`; `%` and `_` are wildcards."""
    names = ("id", "slug", "title", "folder_id")
    found = [_dashboard(each) for each in instance.dashboards]
    return Answer([each for each in found if _matches(each, request, names)])


def dashboard(instance: Instance, request: Request) -> Answer:
    """Show one dashboard."""
    return Answer(_dashboard(_find_dashboard(instance, request)))


def dashboard_lookml(instance: Instance, request: Request) -> Answer:
    """Export a dashboard; Looker writes the YAML anew, so it is not the text that came in."""
    found = _find_dashboard(instance, request)
    text = yaml.safe_dump(yaml.safe_load(found.lookml), sort_keys=True, allow_unicode=True)
    return Answer({"dashboard_id": found.id, "folder_id": found.folder_id, "lookml": text})


def import_dashboard_from_lookml(instance: Instance, request: Request) -> Answer:
    """Make a dashboard from YAML, or overwrite the one that has its `preferred_slug`."""
    if not request.caller.may("save_dashboards"):
        raise not_found()
    lookml = str(request.body.get("lookml") or "")
    definition = _parse(lookml)
    given = request.body.get("folder_id")
    place = _writable_folder(instance, request, str(given or f"2{request.caller.id}")).id
    slug = definition.get("preferred_slug")
    title = str(definition.get("title") or definition["dashboard"])
    existing = next((each for each in instance.dashboards if slug and each.slug == slug), None)
    if any(
        each is not existing and (each.folder_id, each.title) == (place, title)
        for each in instance.dashboards
    ):
        raise invalid("title", "already exists in the folder")
    if existing is None:
        existing = Dashboard(
            id=instance.new_id(),
            slug=slug or secrets.token_urlsafe(SLUG_BYTES),
            title="",
            folder_id=place,
            user_id=request.caller.id,
            lookml="",
            updated_at=0,
            imports=0,
        )
        instance.dashboards.append(existing)
    existing.title = title
    existing.description = str(definition.get("description") or "")
    existing.folder_id = place if given else existing.folder_id
    existing.lookml = lookml
    existing.updated_at = instance.clock()
    existing.imports += 1
    return Answer(_dashboard(existing))


def move_dashboard(instance: Instance, request: Request) -> Answer:
    """Put a dashboard into another folder; its alerts stay with it."""
    if not request.caller.may("save_dashboards"):
        raise not_found()
    found = _find_dashboard(instance, request)
    folder_id = request.query.get("folder_id", "")
    if folder_id == found.folder_id:
        raise invalid("folder_id", "is the folder where the dashboard is")
    found.folder_id = _writable_folder(instance, request, folder_id).id
    return Answer(_dashboard(found))


def _writable_folder(instance: Instance, request: Request, folder_id: str) -> Folder:
    found = _find_folder(instance, folder_id)
    if not _may_edit(found, request):
        raise not_found()
    return found


def _parse(lookml: str) -> dict[str, Any]:
    try:
        parsed = yaml.safe_load(lookml)
    except yaml.YAMLError as error:
        raise invalid("lookml", "is not valid YAML") from error
    match parsed:
        case [{"dashboard": str()} as definition]:
            return dict(definition)
    raise invalid("lookml", "must be a list with one dashboard")


def _matches(shown: dict[str, Any], request: Request, names: tuple[str, ...]) -> bool:
    wanted = {name: request.query[name] for name in names if name in request.query}
    return all(
        fnmatchcase(str(shown[name] or "").lower(), _as_file_pattern(pattern))
        for name, pattern in wanted.items()
    )


def _as_file_pattern(pattern: str) -> str:
    """Return a pattern of SQL's LIKE, without regard to capitals, as file names have them."""
    return pattern.lower().replace("[", "[[]").replace("%", "*").replace("_", "?")


def _find_folder(instance: Instance, folder_id: str) -> Folder:
    for each in instance.folders:
        if each.id == folder_id:
            return each
    raise not_found()


def _find_dashboard(instance: Instance, request: Request) -> Dashboard:
    for each in instance.dashboards:
        if each.id == request.path["dashboard_id"]:
            return each
    raise not_found()


def _may_edit(each: Folder, request: Request) -> bool:
    return request.caller.admin or not each.read_only


def _folder(each: Folder, request: Request) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "parent_id": each.parent_id,
        "creator_id": each.creator_id,
        "is_shared_root": each.parent_id is None and each.name == "Shared",
        "is_personal": each.name.startswith("User "),
        "can": {"show": True, "edit_content": _may_edit(each, request)},
    }


def _dashboard(each: Dashboard) -> dict[str, Any]:
    updated = datetime.fromtimestamp(each.updated_at, timezone.utc)
    return {
        "id": each.id,
        "slug": each.slug,
        "title": each.title,
        "description": each.description,
        "folder_id": each.folder_id,
        "folder": {"id": each.folder_id, "name": "Folder"},
        "user_id": each.user_id,
        "deleted": False,
        "updated_at": updated.isoformat(timespec="milliseconds"),
        "url": f"/dashboards/{each.id}",
        "can": {},
    }

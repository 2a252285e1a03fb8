"""The block's LookML dashboards, put into a folder of Looker under their own slugs, in place.

Looker finds a dashboard again by `preferred_slug` (API 4.0, `import_dashboard_from_lookml`), but
writes its LookML anew, so texts cannot be compared. Instead each dashboard's description ends with
a mark made from its file: the same mark, nothing to do. That is known wherever this runs, and
people can see which version they look at.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import yaml
from looker_sdk import models40 as models

from target_looker_staging.exceptions import DashboardError
from target_looker_staging.looker.actions import ActionError
from target_looker_staging.looker.clock import SystemClock
from target_looker_staging.looker.failures import NOT_FOUND, LookerCallError
from target_looker_staging.looker.folders import FolderPlace, find_folder
from target_looker_staging.looker.guard import FEW_ATTEMPTS, connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from target_looker_staging.looker.clock import Clock
    from target_looker_staging.looker.guard import LookerClient
    from target_looker_staging.looker.settings import LookerSettings

PATTERN = "dashboards/*.dashboard.lookml"
MARK_LENGTH = 12
FIELDS = "id,title,slug,description,folder_id,folder,deleted,url"


class Change(str, Enum):
    """What a dashboard needs; the values are for people."""

    CREATE = "new"
    UPDATE = "changed"
    MOVE = "moved"
    NONE = "unchanged"


@dataclass(frozen=True, slots=True)
class BlockDashboard:
    """A dashboard of the block.

    Attributes:
        slug: What Looker knows it by, whatever its id.
        models: The LookML models that its tiles and filters need.
        lookml: What Looker gets: the file's content with the mark in its description.
    """

    slug: str
    title: str
    models: frozenset[str]
    mark: str
    lookml: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a dashboard, or would.

    Attributes:
        url: Its path in Looker; empty as long as it is not there.
        problem: Why it was not done; empty if it was.
    """

    title: str
    change: Change
    url: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of all of them.

    Attributes:
        folder: Where they are.
        calls: The HTTP requests that it took.
    """

    folder: str
    outcomes: tuple[Outcome, ...]
    calls: int


def read_dashboards(block: Path) -> list[BlockDashboard]:
    """Return the dashboards of a LookML block, by file name.

    Raises:
        DashboardError: If there is none, or one that Looker could not find again.
    """
    files = sorted(block.glob(PATTERN))
    if not files:
        raise DashboardError(
            f"There is no {PATTERN} in {block}: say with --from where your copy of the LookML "
            "block is."
        )
    found = [each for path in files for each in _read_file(path)]
    slugs = [each.slug for each in found]
    if twice := sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        raise DashboardError(f"Two dashboards in {block} share a preferred_slug: {twice[0]}.")
    return found


def _read_file(path: Path) -> Iterator[BlockDashboard]:
    try:
        definitions = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DashboardError(f"{path} is not YAML: {error}") from error
    for definition in definitions if isinstance(definitions, list) else [None]:
        if not isinstance(definition, dict) or "dashboard" not in definition:
            raise DashboardError(f"{path} is not a list of LookML dashboards.")
        if not definition.get("preferred_slug"):
            raise DashboardError(
                f"{path} has no preferred_slug: Looker would make another copy at each run."
            )
        content = _dump(definition)
        if "extends" in definition or "@{" in content:
            raise DashboardError(
                f"{path} extends another dashboard or uses a constant (@{{...}}): Looker knows "
                "these inside a LookML project only, so write them out."
            )
        yield _prepare(definition, content)


def _prepare(definition: dict[str, Any], content: str) -> BlockDashboard:
    mark = f"({hashlib.sha256(content.encode()).hexdigest()[:MARK_LENGTH]})"
    description = f"{definition.get('description') or ''} {mark}".strip()
    return BlockDashboard(
        slug=str(definition["preferred_slug"]),
        title=str(definition.get("title") or definition["dashboard"]),
        models=frozenset(_models(definition)),
        mark=mark,
        lookml=_dump({**definition, "description": description}),
    )


class _Dumper(yaml.SafeDumper):
    """Writes every text in quotes, so that no other reader takes one for a number or a symbol."""


_Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def _dump(definition: dict[str, Any]) -> str:
    return yaml.dump(
        [definition], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000
    )


def _models(node: Any) -> Iterator[str]:
    """Yield every `model` in a definition, however deep."""
    if isinstance(node, dict):
        if isinstance(node.get("model"), str):
            yield node["model"]
        for each in node.values():
            yield from _models(each)
    elif isinstance(node, list):
        for each in node:
            yield from _models(each)


def publish(
    settings: LookerSettings,
    dashboards: Sequence[BlockDashboard],
    *,
    dry_run: bool = False,
    clock: Clock | None = None,
) -> Publication:
    """Put dashboards into the folder of the settings, changing only those that differ.

    Args:
        settings: Which Looker, and which folder.
        dashboards: From `read_dashboards`.
        dry_run: Only look what would be done.
        clock: The time to go by; this machine's if absent.

    Raises:
        DashboardError: If the folder or a model is not there for this user, or Looker does not
            answer. What is wrong with one dashboard is in its outcome.
    """
    if not settings.dashboards_folder:
        raise DashboardError("looker_dashboards_folder is not set: name a folder, or give its id.")
    with connect(settings, clock or SystemClock(), FEW_ATTEMPTS) as client:
        try:
            folder = find_folder(client, settings.dashboards_folder)
            _require_models(client, dashboards)
            in_folder = _DashboardFolder(client, folder)
            outcomes = tuple(in_folder.put(each, dry_run=dry_run) for each in dashboards)
        except (ActionError, LookerCallError) as error:
            raise DashboardError(
                f"Looker, dashboards folder {settings.dashboards_folder}: {error}"
            ) from error
    return Publication(str(folder), outcomes, client.calls)


def _require_models(client: LookerClient, dashboards: Sequence[BlockDashboard]) -> None:
    """See to it that nobody gets a dashboard whose tiles cannot work.

    Raises:
        DashboardError: If a model is not there for this user.
    """
    for name in sorted({name for each in dashboards for name in each.models}):
        try:
            client.call("lookml_model", name, fields="name")
        except LookerCallError as error:
            if error.status != NOT_FOUND:
                raise
            raise DashboardError(
                f"The dashboards need the LookML model {name}, which is not found or not "
                "permitted: deploy the block to production first, and have the model in the model "
                "set of the API user's role."
            ) from error


class _DashboardFolder:
    """A folder of Looker and the dashboards in it."""

    def __init__(self, client: LookerClient, folder: FolderPlace) -> None:
        self._client = client
        self._folder = folder
        self._here = self._search(folder_id=folder.id)

    def put(self, dashboard: BlockDashboard, *, dry_run: bool) -> Outcome:
        """Return what became of a dashboard, or would in a dry run."""
        existing = self._find(dashboard.slug)
        change = self._change(dashboard, existing)
        url = (existing.url or f"/dashboards/{existing.id}") if existing else ""
        if change is Change.NONE or (problem := self._problem(dashboard)):
            return Outcome(dashboard.title, change, url, "" if change is Change.NONE else problem)
        if dry_run:
            return Outcome(dashboard.title, change, url)
        try:
            done = self._do(dashboard, existing, change)
        except LookerCallError as error:
            return Outcome(dashboard.title, change, url, str(error))
        return Outcome(dashboard.title, change, done.url or f"/dashboards/{done.id}")

    def _find(self, slug: str) -> models.Dashboard | None:
        """Return the dashboard with a slug, in this folder or, if it is in none here, anywhere."""
        for each in self._here:
            if each.slug == slug:
                return each
        return next((each for each in self._search(slug=slug) if each.slug == slug), None)

    def _search(
        self, *, slug: str | None = None, folder_id: str | None = None
    ) -> list[models.Dashboard]:
        found = self._client.call(
            "search_dashboards", slug=slug, folder_id=folder_id, fields=FIELDS
        )
        return [each for each in found if not each.deleted]

    def _change(self, dashboard: BlockDashboard, existing: models.Dashboard | None) -> Change:
        if existing is None:
            return Change.CREATE
        if not (existing.description or "").endswith(dashboard.mark):
            return Change.UPDATE
        return Change.NONE if _folder_id(existing) == self._folder.id else Change.MOVE

    def _problem(self, dashboard: BlockDashboard) -> str:
        """Return why Looker would refuse it: titles are unique in a folder."""
        for each in self._here:
            if each.slug != dashboard.slug and each.title == dashboard.title:
                return (
                    f"another dashboard of this title is in the folder, /dashboards/{each.id}: "
                    "rename or remove that first"
                )
        return ""

    def _do(
        self, dashboard: BlockDashboard, existing: models.Dashboard | None, change: Change
    ) -> models.Dashboard:
        if change is Change.MOVE and existing is not None:
            # Not imported again, for that would take away people's alerts.
            moved: models.Dashboard = self._client.call(
                "move_dashboard", str(existing.id), self._folder.id
            )
            return moved
        body = models.WriteDashboardLookml(folder_id=self._folder.id, lookml=dashboard.lookml)
        # Repeated after a lost answer it overwrites what it made: the slug is the same.
        made: models.Dashboard = self._client.call("import_dashboard_from_lookml", body)
        return made


def _folder_id(dashboard: models.Dashboard) -> str | None:
    if dashboard.folder_id:
        return str(dashboard.folder_id)
    return str(dashboard.folder.id) if dashboard.folder else None

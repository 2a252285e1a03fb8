"""What a Looker instance holds: users, models, datagroups, plans, PDTs, folders, dashboards.

Tests and the sandbox set it up directly; the API operations read and change it.
"""

from __future__ import annotations

import itertools
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = "epicor_kinetic"
CONNECTION = "warehouse"
DATAGROUPS = ("staging", "payables", "purchasing", "inventory", "general_ledger")
SHARED_FOLDER = "1"


@dataclass(frozen=True, slots=True)
class User:
    """An API user.

    Attributes:
        permissions: Looker's permission names. Looker grants them per role; the stand-in per user.
        models: The models its roles cover; model-specific permissions hold for these alone.
        admin: May do everything.
    """

    id: str
    client_id: str
    client_secret: str
    permissions: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset({MODEL})
    admin: bool = False

    def may(self, permission: str, model: str | None = None) -> bool:
        """Return whether the user holds `permission`, for `model` if one is named."""
        if self.admin:
            return True
        return permission in self.permissions and (model is None or model in self.models)


@dataclass(slots=True)
class Datagroup:
    """A caching policy; the times are whole UNIX seconds.

    Attributes:
        sql_trigger: What Looker asks the database for, to see whether something is new; `None`: it
            never looks by itself.
        trigger_value: What it found when it looked last.
        oddities: Fields that Looker shows in the place of its own, as another release might.
    """

    id: str
    model: str
    name: str
    created_at: int
    stale_before: int | None = None
    triggered_at: int | None = None
    trigger_error: str | None = None
    sql_trigger: str | None = None
    trigger_value: str | None = None
    trigger_check_at: int | None = None
    oddities: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """A scheduled plan; bound to a datagroup (`model::name`) or run by hand."""

    id: str
    name: str
    user_id: str
    address: str
    datagroup: str | None = None
    run_once: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail that a plan has sent: to `address`, because of `run_once` or a datagroup."""

    plan_id: str
    address: str
    cause: str
    at: float


@dataclass(slots=True)
class Pdt:
    """A persistent derived table, and how its builds go.

    Attributes:
        polls: How often a build's status is asked before it ends; `None`: it never ends.
        error: The message with which builds fail.
        answer: What a build's status is told as, in the place of JSON with a status.
    """

    model: str
    view: str
    polls: int | None = 3
    error: str | None = None
    answer: str | None = None


@dataclass(slots=True)
class Build:
    """A running or ended build of a PDT."""

    id: str
    pdt: Pdt
    asked: int = 0
    stopped: bool = False

    @property
    def status(self) -> str:
        """Return Looker's word for how far the build is."""
        if self.stopped:
            return "killed"
        if self.pdt.polls is not None and self.asked >= self.pdt.polls:
            return "error" if self.pdt.error else "complete"
        return ("added", "pending", "running")[min(self.asked, 2)]


@dataclass(slots=True)
class Folder:
    """A folder for dashboards.

    Attributes:
        read_only: Whether all but administrators may only look into it.
    """

    id: str
    name: str
    parent_id: str | None
    creator_id: str
    read_only: bool = False


@dataclass(slots=True)
class Dashboard:
    """A user-defined dashboard, with the LookML it was imported from."""

    id: str
    slug: str
    title: str
    folder_id: str
    user_id: str
    lookml: str
    updated_at: float
    description: str = ""
    imports: int = 1


@dataclass(slots=True)
class Connection:
    """A database connection of Looker, and what its connection test says.

    Attributes:
        jdbc: Where it connects to.
    """

    name: str
    works: bool = True
    pdt_api_control: bool = True
    jdbc: str = "jdbc:postgresql://warehouse.example.com:5432/analytics"


def sandbox_users() -> list[User]:
    """Return the user of the sandbox, one with fewer rights, and an administrator."""
    return [
        User(
            "7",
            "sandbox-looker-id",
            "sandbox-looker-secret",
            frozenset(
                {
                    *("see_datagroups", "update_datagroups", "develop", "see_lookml"),
                    *("save_dashboards", "manage_spaces", "schedule_look_emails", "see_schedules"),
                    "manage_project_connections",
                }
            ),
        ),
        User("8", "viewer-id", "viewer-secret", frozenset({"access_data"})),
        User("1", "admin-id", "admin-secret", admin=True),
    ]


@dataclass(slots=True)
class Instance:
    """One Looker instance.

    Attributes:
        clock: The instance's own clock, in UNIX seconds; it may differ from the caller's.
        token_seconds: How long a new access token lives.
        tokens: Token to (user, end of life).
    """

    clock: Callable[[], float] = time.time
    token_seconds: int = 3600
    release: str = "26.12.3"
    users: list[User] = field(default_factory=sandbox_users)
    tokens: dict[str, tuple[User, float]] = field(default_factory=dict)
    models: list[str] = field(default_factory=lambda: [MODEL])
    explores: list[str] = field(default_factory=lambda: ["ap_invoices", "purchase_orders"])
    connections: list[Connection] = field(default_factory=lambda: [Connection(CONNECTION)])
    datagroups: list[Datagroup] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    pdts: list[Pdt] = field(default_factory=list)
    builds: dict[str, Build] = field(default_factory=dict)
    folders: list[Folder] = field(default_factory=list)
    dashboards: list[Dashboard] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(101))

    @classmethod
    def sandbox(cls, clock: Callable[[], float] = time.time) -> Instance:
        """Return the instance of the sandbox: one model with its datagroups, plans and a PDT."""
        created = int(clock())
        instance = cls(clock)
        instance.datagroups = [
            Datagroup(str(number), MODEL, name, created)
            for number, name in enumerate(DATAGROUPS, start=21)
        ]
        instance.plans = [
            Plan("31", "AP ageing, Monday mail", "7", "finance@example.com"),
            Plan(
                "32", "Open orders after the load", "7", "buyers@example.com", f"{MODEL}::staging"
            ),
            Plan("33", "Board pack", "1", "board@example.com"),
        ]
        instance.pdts = [Pdt(MODEL, "vendor_spend_by_month"), Pdt(MODEL, "stock_by_day")]
        instance.folders = [Folder(SHARED_FOLDER, "Shared", None, "1")]
        instance.folders += [
            Folder(f"2{user.id}", f"User {user.id}", None, user.id) for user in instance.users
        ]
        return instance

    def fire(self, found: Datagroup, at: int) -> None:
        """Put a datagroup into the triggered state: the plans that are bound to it are sent."""
        found.triggered_at = at
        for plan in self.plans:
            if plan.datagroup == f"{found.model}::{found.name}":
                self.deliver(plan, "datagroup")

    def new_id(self) -> str:
        """Return an id that nothing in this instance has yet."""
        return str(next(self._ids))

    def issue_token(self, user: User) -> str:
        """Return a new access token of `user`."""
        token = secrets.token_hex(20)
        self.tokens[token] = (user, self.clock() + self.token_seconds)
        return token

    def token_user(self, token: str) -> User | None:
        """Return whose token it is, or `None` if it is unknown, revoked or expired."""
        user, ends_at = self.tokens.get(token, (None, 0.0))
        return user if self.clock() < ends_at else None

    def revoke_tokens(self) -> None:
        """Make every token that was issued invalid, as an administrator can at any time."""
        self.tokens.clear()

    def deliver(self, plan: Plan, cause: str) -> None:
        """Send what `plan` sends."""
        self.deliveries.append(Delivery(plan.id, plan.address, cause, self.clock()))

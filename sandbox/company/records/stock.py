"""Inventory transactions and production jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.records.masters import Part


class Move(NamedTuple):
    """An inventory transaction; figures are positive, except in adjustments (class `A`)."""

    day: date
    second: int
    num: int
    part: Part | None
    part_num: str
    description: str
    warehouse: str
    bin: str
    kind: str
    tran_class: str
    quantity: int
    amount: int
    costs: tuple[int, int, int]
    before: int
    after: int
    journal: int
    job: str = ""
    material: int = 0
    order: tuple[int, int, int] = (0, 0, 0)
    vendor_num: int = 0
    pack_slip: str = ""
    pack_line: int = 0
    order_cost: int = 0
    sale: tuple[int, int, int] = (0, 0, 0)
    cust_num: int = 0
    other_warehouse: str = ""
    plant: str = ""
    unit: str = "EA"


class Material(NamedTuple):
    """A component of a job with the quantity that was issued."""

    num: int
    part: Part
    required: int
    issued: int


@dataclass(slots=True)
class Job:
    """A production job for a finished part; `wip` is what it has cost so far, in cents."""

    num: str
    part: Part
    quantity: int
    created: date
    due: date
    project: str
    wip: int = 0
    materials: list[Material] = field(default_factory=list)
    completed: int = 0
    finished: date | None = None
    changed: date | None = None
    changed_second: int = 0

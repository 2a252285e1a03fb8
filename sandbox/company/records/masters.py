"""Partners and parts: what the company has before anything happens.

`revised` holds the columns that people have changed by hand since, which no other figure follows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sandbox.company.names import Place


@dataclass(slots=True)
class Vendor:
    """A supplier of goods (`group` PROD or MRO) or of services (`group` SERV or UTIL)."""

    num: int
    vendor_id: str
    name: str
    place: Place
    street: str
    group: str
    terms: str
    buyer: str
    weight: float
    inactive: bool = False
    pay_hold: bool = False
    purchase_point: str = ""
    revised: dict[str, Any] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """Currency that the vendor invoices in."""
        return self.place.currency


@dataclass(slots=True)
class Customer:
    """A buyer of finished goods."""

    num: int
    cust_id: str
    name: str
    place: Place
    street: str
    terms: str
    weight: float
    revised: dict[str, Any] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """Currency that the customer is invoiced in."""
        return self.place.currency


class Component(NamedTuple):
    """A material of a finished part: which part, and how much for one piece."""

    part: Part
    quantity: int


@dataclass(slots=True)
class Part:
    """A stocked part at the one plant that uses it."""

    num: str
    description: str
    part_class: str
    product: str
    plant: str
    warehouse: str
    unit: str
    step: int
    std_material: int
    std_labor: int
    std_burden: int
    price: int
    cost_per: str
    vendor: Vendor | None
    lead_days: int
    reorder_at: int
    order_quantity: int
    line_quantity: int
    components: list[Component] = field(default_factory=list)
    demand: float = 0.0
    revised: dict[str, Any] = field(default_factory=dict)

    @property
    def standard_cost(self) -> int:
        """Cost of one unit in stock."""
        return self.std_material + self.std_labor + self.std_burden

    @property
    def division(self) -> str:
        """Division whose product group the part belongs to."""
        return self.product[-2:]

    @property
    def is_made(self) -> bool:
        """Whether the company makes the part itself."""
        return self.part_class == "FG"

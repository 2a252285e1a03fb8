"""The built-in streams, one row each.

A row says where a table of Epicor is read, what identifies a record and which of its columns
people use. Types, user-defined `_c` columns and the columns that a server really has come from that
server's `$metadata`; nothing here is a type.

Sources: service, set, key and column names as the API description of a live Kinetic SaaS server
(2024) lists them; stored versus derived columns from the SQL tables of Epicor ERP 10.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_epicor_kinetic.catalog.entities_books import BOOKS
from tap_epicor_kinetic.catalog.entities_trade import TRADE

if TYPE_CHECKING:
    from tap_epicor_kinetic.catalog.entity import Entity

ENTITIES: tuple[Entity, ...] = (*TRADE, *BOOKS)

BY_NAME: dict[str, Entity] = {entity.name: entity for entity in ENTITIES}

"""Looker's own look at the database: the `sql_trigger` of each datagroup, and what follows.

Looker looks by the connection's maintenance schedule, every five minutes unless told otherwise, and
compares with what it found before. The stand-in looks when it is asked to, so that a test need not
wait. Assumed: a value is only compared with the one of the look before, so that a datagroup which
was triggered by API meanwhile fires once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.looker.instance import Datagroup, Instance


def poll(instance: Instance, query: Callable[[str], object]) -> list[str]:
    """Look once at every datagroup that has a `sql_trigger`, and return those that fired.

    Args:
        instance: The Looker.
        query: Returns the one value that a statement finds in the warehouse.
    """
    return [
        f"{each.model}::{each.name}"
        for each in instance.datagroups
        if each.sql_trigger and _has_moved(instance, each, query(each.sql_trigger))
    ]


def _has_moved(instance: Instance, each: Datagroup, value: object) -> bool:
    """Keep what a look found; let the datagroup fire if that is not what it found before."""
    before, each.trigger_value = each.trigger_value, str(value)
    each.trigger_check_at = now = int(instance.clock())
    # The first look has nothing to compare with.
    if before is None or before == each.trigger_value:
        return False
    each.stale_before = now
    instance.fire(each, now)
    return True

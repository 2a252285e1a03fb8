"""Repeatable chance: random sources named by what they are for.

Each subject and day, and each document that has a plan of its own, gets a source seeded with its
name. So subjects do not disturb each other, and the next working day reads the same plan from a
stored document that the generator would have followed.
"""

from __future__ import annotations

import math
from random import Random

_LARGEST_MEAN = 100


def source(*names: object) -> Random:
    """Return a random source that depends on `names` alone."""
    return Random("|".join(map(str, names)))


def poisson(rng: Random, mean: float) -> int:
    """Return a count of independent events with the given mean."""
    if mean > _LARGEST_MEAN:
        return poisson(rng, mean / 2) + poisson(rng, mean / 2)
    count, product, floor = 0, rng.random(), math.exp(-mean)
    while product > floor:
        count += 1
        product *= rng.random()
    return count

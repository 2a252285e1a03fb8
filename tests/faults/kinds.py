"""The faults, by name: what is broken, and whether a run must get over it by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.scene import Scene

Where = Literal["pipe", "meltano"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way in which the world breaks.

    Attributes:
        name: What happens, for a person.
        arm: Prepares it for one run; returns what tells afterwards whether it happened.
        survivable: Whether a run that meets nothing else must end well.
        where: Where it can happen, if not in both.
        share: How often it is chosen, against 1 for most.
        needs: What the run must be like: `loaded` staging to merge into, `afresh` a full reload
            over loaded staging in as large batches as there are, `tokens` an identity by token.
    """

    name: str
    arm: Callable[[Scene], Callable[[], bool]]
    survivable: bool = False
    where: Where | None = None
    share: int = 1
    needs: Literal["loaded", "afresh", "tokens"] | None = None


def timed(action: Callable[[Scene], bool]) -> Callable[[Scene], Callable[[], bool]]:
    """Return what does something at a moment that is drawn for each run."""

    def arm(scene: Scene) -> Callable[[], bool]:
        return scene.at(scene.expected.draw(scene.dice), lambda: action(scene))

    return arm

"""Faults of processes: told to end, killed, held up."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

from tests.faults.kinds import Kind, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.scene import Scene

_HELD_UP_SECONDS = 0.4
_GRACE_SECONDS = 0.05


def _send(number: int, *names: str) -> Callable[[Scene], Callable[[], bool]]:
    return timed(lambda scene: scene.running.send(number, *names))


def _send_group(number: int) -> Callable[[Scene], Callable[[], bool]]:
    return timed(lambda scene: scene.running.send_group(number))


def _end_and_kill(*names: str) -> Callable[[Scene], Callable[[], bool]]:
    """Tell to end and kill soon after, as a deploy with a short grace does."""

    def action(scene: Scene) -> bool:
        there = scene.running.send(signal.SIGTERM, *names)
        scene.running.over.wait(_GRACE_SECONDS)
        scene.running.send(signal.SIGKILL, *names)
        return there

    return timed(action)


def _hold_up(name: str) -> Callable[[Scene], Callable[[], bool]]:
    def action(scene: Scene) -> bool:
        there = scene.running.send(signal.SIGSTOP, name)
        time.sleep(_HELD_UP_SECONDS)
        scene.running.send(signal.SIGCONT, name)
        return there

    return timed(action)


PROCESSES = (
    Kind("SIGTERM to the tap", _send(signal.SIGTERM, "tap"), share=3),
    Kind("SIGKILL to the tap", _send(signal.SIGKILL, "tap"), share=3),
    Kind("SIGINT to the tap", _send(signal.SIGINT, "tap")),
    Kind("SIGTERM to the target", _send(signal.SIGTERM, "target"), share=3),
    Kind("SIGKILL to the target", _send(signal.SIGKILL, "target"), share=4),
    Kind("SIGINT to the target", _send(signal.SIGINT, "target")),
    Kind("SIGTERM to both", _send(signal.SIGTERM, "tap", "target"), where="pipe", share=3),
    Kind("SIGKILL to both", _send(signal.SIGKILL, "tap", "target"), where="pipe", share=2),
    Kind("SIGINT to both", _send(signal.SIGINT, "tap", "target"), where="pipe"),
    Kind("SIGTERM, then SIGKILL, to both", _end_and_kill("tap", "target"), where="pipe"),
    Kind("tap held up", _hold_up("tap"), survivable=True),
    Kind("target held up", _hold_up("target"), survivable=True),
    Kind("SIGTERM to Meltano", _send(signal.SIGTERM, "meltano"), where="meltano", share=3),
    Kind("SIGKILL to Meltano", _send(signal.SIGKILL, "meltano"), where="meltano", share=3),
    Kind("SIGINT to Meltano", _send(signal.SIGINT, "meltano"), where="meltano"),
    Kind("SIGTERM to Meltano's group", _send_group(signal.SIGTERM), where="meltano", share=2),
    Kind("SIGKILL to Meltano's group", _send_group(signal.SIGKILL), where="meltano", share=2),
)

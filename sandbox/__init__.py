"""A stand-in for the outside world, on loopback: Epicor, Looker, and an embedded Postgres.

`python -m sandbox up` starts all three; in Python::

    with Sandbox(Path(".sandbox"), scale=0.1) as sandbox:
        subprocess.run(["meltano", ...], env={**os.environ, **sandbox.environ})

Never installed with the packages and never needed by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.world import Sandbox

__all__ = ["Sandbox"]


def __getattr__(name: str) -> Any:
    # Late, so that a test of one stand-in does not import the others.
    if name == "Sandbox":
        from sandbox.world import Sandbox  # noqa: PLC0415

        return Sandbox
    raise AttributeError(name)

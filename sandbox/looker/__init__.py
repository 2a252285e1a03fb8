"""A stand-in for a Looker instance: the part of API 4.0 that the target calls, with state.

`LookerServer` serves an `Instance` (what the instance holds and who may do what) on loopback and
logs every call that arrives; `FaultPlan` makes chosen calls go wrong. What the real Looker does
follows its OpenAPI description (API 4.0.26.12) and the public documentation; where both are silent,
the choice is marked "Assumed" in the code.
"""

from __future__ import annotations

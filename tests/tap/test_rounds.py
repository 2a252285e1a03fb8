"""The first rounds of the tap against an ailing server; `make rounds` plays more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.rounds import Round

if TYPE_CHECKING:
    from pathlib import Path


# The last two once lost rows of a server that does not count.
@pytest.mark.parametrize("seed", [*range(1, 41), 3055, 30077])
def test_nothing_is_lost(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was at rest is in every whole run, and after a quiet one all is as the source has it."""
    monkeypatch.setattr(TapEpicorKinetic, "state_every_records", 7)
    played = Round(seed)
    played.play(tmp_path)
    assert played.found == []

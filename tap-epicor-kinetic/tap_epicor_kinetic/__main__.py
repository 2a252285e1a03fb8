"""Run the tap with `python -m tap_epicor_kinetic`."""

from __future__ import annotations

from tap_epicor_kinetic.tap import TapEpicorKinetic

if __name__ == "__main__":
    TapEpicorKinetic.cli()

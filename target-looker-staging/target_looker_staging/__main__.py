"""Runs the target: `python -m target_looker_staging`."""

from __future__ import annotations

from target_looker_staging.target import TargetLookerStaging

TargetLookerStaging.cli()

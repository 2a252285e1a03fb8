"""Tests of tap-epicor-kinetic."""

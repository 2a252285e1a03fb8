"""Tests of the LookML block: its structure, and its SQL on staged data."""

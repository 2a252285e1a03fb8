"""Tests of the stand-in for Looker."""

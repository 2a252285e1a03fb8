"""Tests of target-looker-staging on a real PostgreSQL."""

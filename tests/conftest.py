"""Fixtures of every test: real servers on loopback."""

from __future__ import annotations

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.epicor",
    "tests.fixtures.looker",
    "tests.fixtures.tls",
]

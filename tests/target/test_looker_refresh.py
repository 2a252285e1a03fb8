"""When Looker is told, and what is owed to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.looker.server import LookerServer
    from tests.target.conftest import Staging

Sync = "Callable[..., list[str]]"


@pytest.fixture
def sync(staging: Staging, looker: LookerServer) -> Callable[..., list[str]]:
    """Give a sync that returns which calls then arrived at Looker, logging in and out aside."""

    def run(*messages: Any, **settings: Any) -> list[str]:
        before = len(looker.operations())
        staging.sync(
            *messages,
            **{
                "looker_base_url": looker.base_url,
                "looker_client_id": "sandbox-looker-id",
                "looker_client_secret": "sandbox-looker-secret",
                "looker_datagroups": ["epicor::staging"],
                **settings,
            },
        )
        return [name for name in looker.operations()[before:] if name.startswith("update_")]

    return run

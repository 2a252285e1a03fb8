"""A Looker whose clock is the test's, and settings that reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from target_looker_staging.looker.settings import LookerSettings
from tests.looker.times import FakeClock

if TYPE_CHECKING:
    from sandbox.looker.server import LookerServer


class SettingsFactory(Protocol):
    """Makes settings for the test's Looker."""

    def __call__(self, **changes: Any) -> LookerSettings:
        """Return the settings, with `changes` under the names that users write."""


@pytest.fixture(autouse=True)
def _no_error_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which the SDK looks up an error page outside of this machine."""

    def look_up(*_: object, **__: object) -> None:
        pytest.fail("the SDK asked its CDN for an error page")

    monkeypatch.setattr("looker_sdk.error.ErrorDocHelper.lookup", look_up)


@pytest.fixture
def clock(looker: LookerServer) -> FakeClock:
    """Give the clock of the target's machine, which Looker's follows."""
    clock = FakeClock()
    looker.instance.clock = clock.now
    return clock


@pytest.fixture
def settings(looker: LookerServer) -> SettingsFactory:
    """Give a way to make settings for the test's Looker."""

    def make(**changes: Any) -> LookerSettings:
        config = {
            "looker_base_url": looker.base_url,
            "looker_client_id": "sandbox-looker-id",
            "looker_client_secret": "sandbox-looker-secret",
            "looker_timeout_seconds": 1,
            **{f"looker_{name}": value for name, value in changes.items()},
        }
        made = LookerSettings.from_config(config)
        assert made is not None
        return made

    return make

"""When records were read, as the tap says: pages wait, but their times do not move."""

from __future__ import annotations

import contextlib
import io
import json
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import catalog_of, config_for

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

STREAM, PAGE, PAGES = "gl_transactions", 100, 4


class SlowTarget(io.BytesIO):
    """Waits behind the first page until the server has answered for several more."""

    def __init__(self, epicor: EpicorServer) -> None:
        """Take the server that is asked."""
        super().__init__()
        self._epicor = epicor
        self._records = 0
        self.went_on: datetime | None = None

    @override
    def write(self, data: Any, /) -> int:
        if self.went_on is None and self._records >= PAGE and b'"RECORD"' in data:
            while len([each for each in self._epicor.log if each.rows == PAGE]) < PAGES:
                time.sleep(0.01)
            self.went_on = datetime.now(timezone.utc)
        self._records += bytes(data).count(b'"RECORD"')
        return super().write(data)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="as-they-came"),
        pytest.param({"stream_maps": {STREAM: {"extra": "'x'"}}}, id="stream-map"),
    ],
)
def test_time_is_when_the_page_was_asked_for(epicor: EpicorServer, settings: Any) -> None:
    """Pages that were read ahead while the target waited bear the time of their reading."""
    catalog = catalog_of(epicor, [STREAM])
    epicor.log.clear()
    target = SlowTarget(epicor)
    out = io.TextIOWrapper(target, encoding="utf-8")
    with contextlib.redirect_stdout(out):
        config = config_for(epicor, page_size=PAGE, **settings)
        TapEpicorKinetic(config=config, catalog=catalog).sync_all()
    assert target.went_on
    messages = [json.loads(line) for line in target.getvalue().splitlines()]
    times = [each["time_extracted"] for each in messages if each["type"] == "RECORD"]
    early = [
        each
        for each in times
        if datetime.fromisoformat(each.replace("Z", "+00:00")) < target.went_on
    ]
    # Each page but the first begins with the last row of the page before it.
    assert len(early) >= PAGES * (PAGE - 1) + 1
    assert len(times) > len(early)

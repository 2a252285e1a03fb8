"""Answers that drip end by a bound that follows from `timeout_seconds`; those that flow come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.catalog.entities import ENTITIES
from tap_epicor_kinetic.http.connections import Deadline
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

PAGE = r"VendorSvc/Vendors$"
METADATA = r"VendorSvc/\$metadata$"
# A whole answer would take hours.
DRIP: dict[str, Any] = {"seconds": 0.5, "size": 1}
PARTS = ["body", "chunks", "headers"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
def test_page_that_drips(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture, part: str, *, compressed: bool
) -> None:
    """It is given up within seconds, and a smaller page is asked for."""
    catalog = catalog_of(epicor, ["vendors"])
    epicor.configure(gzip=compressed)
    rule = epicor.faults.add("drip", path=PAGE, query="$top=40", part=part, **DRIP)
    begun = time.monotonic()
    done = run(epicor, catalog=catalog, timeout_seconds=1, page_size=40)
    assert time.monotonic() - begun < 15
    assert rule.hits == 1
    assert done.error is None
    assert len(done.records("vendors")) == epicor.store.count("Vendor", "EPIC06")
    assert "no whole answer within 1 seconds" in caplog.text
    assert "asking for 20 rows instead of 40" in caplog.text


@pytest.mark.parametrize("part", PARTS)
def test_metadata_that_drips(epicor: EpicorServer, part: str) -> None:
    """It is asked for again, and costs no stream."""
    epicor.faults.add("drip", path=METADATA, part=part, **DRIP)
    begun = time.monotonic()
    tap = TapEpicorKinetic(config=config_for(epicor, timeout_seconds=1))
    assert tap.streams.keys() == {entity.name for entity in ENTITIES}
    assert time.monotonic() - begun < 15


def test_metadata_that_always_drips_is_one_verdict(epicor: EpicorServer) -> None:
    """Two services are waited for, not thirty."""
    epicor.faults.add("drip", path=r"\$metadata$", times=None, **DRIP)
    begun = time.monotonic()
    with pytest.raises(Exception, match="no whole answer within 1 seconds"):
        TapEpicorKinetic(config=config_for(epicor, timeout_seconds=1))
    assert time.monotonic() - begun < 30
    assert len(epicor.log) == 6


@pytest.mark.parametrize("part", PARTS)
def test_token_that_drips(epicor: EpicorServer, part: str) -> None:
    """It is asked for again."""
    rule = epicor.faults.add("drip", path="TokenResource", part=part, **DRIP)
    begun = time.monotonic()
    done = run(epicor, "vendors", auth_method="token_resource", timeout_seconds=1)
    assert rule.hits == 1
    assert done.records("vendors")
    assert time.monotonic() - begun < 20


def test_page_that_flows_is_not_cut(epicor: EpicorServer, caplog: pytest.LogCaptureFixture) -> None:
    """A page that takes several time-outs, but comes steadily, is taken as it is."""
    catalog = catalog_of(epicor, ["gl_transactions"])
    epicor.faults.add(
        "drip", path="GLJrnDtls$", query="$top=1000", seconds=0.2, size=32_768, times=1
    )
    begun = time.monotonic()
    done = run(epicor, catalog=catalog, timeout_seconds=1, page_size=1000)
    assert time.monotonic() - begun > 3
    assert done.error is None
    assert len(done.records("gl_transactions")) == epicor.store.count("GLJrnDtl", "EPIC06")
    assert "within 1 seconds" not in caplog.text


def test_each_16_kibibytes_earn_a_second() -> None:
    """Bytes put the end off, by a second for each 16 KiB, but not beyond thirty time-outs."""
    now = [100.0]
    deadline = Deadline(10, clock=lambda: now[0])
    assert deadline.seconds_left() == 10
    deadline.credit(32 * 1024)
    now[0] += 11
    assert deadline.seconds_left() == 1
    now[0] += 1
    with pytest.raises(TimeoutError):
        deadline.seconds_left()
    deadline.credit(1 << 30)
    assert deadline.seconds_left() == 288
    now[0] += 288
    with pytest.raises(TimeoutError):
        deadline.seconds_left()

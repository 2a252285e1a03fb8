"""Whatever Looker answers, it takes bounded time and memory, and harms nobody else's datagroup."""

from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.looker.faults import Fault, Kind
from sandbox.looker.instance import Datagroup
from target_looker_staging.looker import Status, refresh
from target_looker_staging.looker.failures import Failure, LookerCallError
from target_looker_staging.looker.guard import connect
from target_looker_staging.looker.transport import ANSWER_BYTES

if TYPE_CHECKING:
    from sandbox.looker.server import LookerServer
    from tests.looker.conftest import SettingsFactory
    from tests.looker.times import FakeClock

STAGING = "epicor_kinetic::staging"


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("operation", ["login", "me"])
@pytest.mark.parametrize("kind", [Kind.ENDLESS, Kind.DRIP, Kind.DEEP])
def test_answer_without_bounds(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, kind: Kind, operation: str,
    status: int,
) -> None:  # fmt: skip
    """An answer that is too long, too slow or too deep is a failure, in bounded time and memory."""
    looker.faults.add(Fault(kind, operation, times=None, status=status))
    begun = time.monotonic()
    tracemalloc.start()
    with connect(settings(), clock, attempts=1) as client, pytest.raises(LookerCallError) as caught:
        client.call("me")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.failure in {Failure.UNREADABLE, Failure.NO_ANSWER, Failure.REFUSED}
    assert peak < 5 * ANSWER_BYTES
    # One second is what the settings give each answer; logging out is tried as well.
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "oddity",
    [
        pytest.param({"created_at": "yesterday"}, id="time"),
        pytest.param({"stale_before": [1]}, id="list"),
        pytest.param({"can": "everything"}, id="text"),
        pytest.param({"name": None}, id="no-name"),
        pytest.param({"id": {}, "model_name": 7}, id="no-id"),
        pytest.param({"trigger_value": 10**30, "new_field": {"a": [1]}}, id="number"),
    ],
)
@pytest.mark.parametrize("ours", [False, True])
def test_odd_datagroup(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, oddity: dict[str, Any],
    *, ours: bool,
) -> None:  # fmt: skip
    """A foreign datagroup with a field that the API does not promise is no hindrance."""
    foreign = Datagroup("91", "sales", "nightly", 1, oddities=oddity)
    looker.instance.users[0] = looker.instance.users[0].__class__(
        "7",
        "odd",
        "pw",
        looker.instance.users[0].permissions,
        frozenset({"epicor_kinetic", "sales"}),
    )
    looker.instance.datagroups.insert(0, foreign)
    made = settings(client_id="odd", client_secret="pw", datagroups=[STAGING])
    if ours and oddity.keys() & {"name", "id"}:
        pytest.skip("what names ours has to be there")
    if ours:
        looker.instance.datagroups[1].oddities = {
            name: value for name, value in oddity.items() if name.startswith("trigger")
        }
    report = refresh(made, frozenset({"vendors"}), clock=clock)
    assert [each.status for each in report.actions] == [Status.DONE]
    # These answers are not held against the API's description: they are made to break it.
    looker.calls.clear()


@pytest.mark.parametrize(
    "fault", [Fault(Kind.DEEP, "all_datagroups", status=200), Fault(Kind.EMPTY, "all_datagroups")]
)
def test_no_list_of_datagroups(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, fault: Fault
) -> None:
    """What is no list of datagroups is a failure, which is owed, and no crash."""
    looker.faults.add(Fault(fault.kind, fault.operation, times=None, status=fault.status))
    report = refresh(settings(datagroups=[STAGING]), frozenset({"vendors"}), clock=clock)
    assert [each.status for each in report.actions] == [Status.FAILED]


@pytest.mark.parametrize(
    "answer", ['{"status": "unknown"}', "", "[" * 100_000, "{}", "[]", '"complete"']
)
def test_build_of_unknown_status(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, answer: str
) -> None:
    """A build whose status says nothing ends as a failure before its time is up."""
    looker.instance.pdts[1].answer = answer
    made = settings(pdt_builds=[{"name": "epicor_kinetic::stock_by_day", "timeout_seconds": 900}])
    report = refresh(made, frozenset({"vendors"}), clock=clock)
    assert [each.status for each in report.actions] == [Status.FAILED]
    assert "ended as unknown" in report.actions[0].detail
    assert sum(clock.waits) < 900


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_needs_no_proxy(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, host: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A Looker on this machine is asked itself, whatever proxy the environment names."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    url = looker.base_url.replace("127.0.0.1", host)
    with connect(settings(base_url=url), clock, attempts=1) as client:
        assert client.call("me").id == "7"

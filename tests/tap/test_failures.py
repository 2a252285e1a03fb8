"""Every failure a server can answer with: what is repeated, what ends a stream, what is said."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.exceptions import EpicorAccessError
from tap_epicor_kinetic.http.answers import retry_after_seconds
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

PAGE = r"VendorSvc/Vendors$"
VENDORS = "vendors"


@pytest.fixture
def catalog(epicor: EpicorServer) -> dict[str, Any]:
    """Give a catalog of vendors and parts, discovered before anything fails."""
    return catalog_of(epicor, [VENDORS, "parts"])


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "status", "status": 429}, id="429"),
        pytest.param({"kind": "status", "status": 429, "retry_after": "0"}, id="Retry-After"),
        pytest.param({"kind": "status", "status": 502, "shape": "html"}, id="502 from a gateway"),
        pytest.param({"kind": "status", "status": 503, "shape": "empty"}, id="503 without a body"),
        pytest.param({"kind": "status", "status": 504}, id="504"),
        pytest.param({"kind": "status", "status": 500}, id="500"),
        pytest.param({"kind": "status", "status": 500, "times": 2}, id="500 twice"),
        pytest.param({"kind": "licence", "times": 2}, id="no licence"),
        pytest.param({"kind": "reset"}, id="connection reset"),
        pytest.param({"kind": "cut"}, id="body cut off"),
        pytest.param({"kind": "truncated_json"}, id="JSON cut off"),
        pytest.param({"kind": "html_200"}, id="HTML with 200"),
        pytest.param({"kind": "body", "message": ""}, id="nothing with 200"),
        pytest.param({"kind": "gzip"}, id="compressed"),
    ],
)
def test_passing_failures_are_survived(
    epicor: EpicorServer, catalog: dict[str, Any], fault: dict[str, Any]
) -> None:
    """A failure that passes costs a repetition and nothing else."""
    whole = run(epicor, VENDORS, catalog=catalog)
    kind = fault.pop("kind")
    rule = epicor.faults.add(kind, path=PAGE, nth=3, **fault)
    done = run(epicor, VENDORS, catalog=catalog, page_size=15)
    assert rule.hits == (rule.times or 0)
    assert done.error is None
    assert {row["VendorNum"] for row in done.records(VENDORS)} == {
        row["VendorNum"] for row in whole.records(VENDORS)
    }


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param({"status": 400, "error_type": "BLException"}, "does not accept", id="400"),
        pytest.param({"status": 401}, "Check user, password and API key", id="401"),
        pytest.param({"status": 403}, "access scope", id="403"),
        pytest.param({"status": 404, "shape": "html"}, "letter case", id="404"),
        pytest.param({"status": 414, "shape": "html"}, "fewer columns", id="414"),
        pytest.param({"status": 500}, "Epicor administrator", id="500 for ever"),
        pytest.param({"status": 503}, "busy or restarting", id="503 for ever"),
    ],
)
def test_final_failure_ends_its_stream_only(
    epicor: EpicorServer,
    catalog: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
    words: str,
) -> None:
    """The stream's error says what to do; other streams go on; run record and exit tell."""
    epicor.faults.add("status", path=PAGE, times=None, **fault)
    done = run(epicor, VENDORS, "parts", catalog=catalog)
    assert done.error == "1 of 2 streams failed: vendors"
    assert words in caplog.text
    assert "Erp.BO.VendorSvc/Vendors" in caplog.text
    assert done.records("parts")
    record = done.state["run"]
    assert record["complete"] is False
    assert record["streams"]["vendors"]["status"] == "failed"
    assert record["streams"]["parts"]["status"] == "done"


def test_refused_password_is_not_repeated(epicor: EpicorServer, catalog: dict[str, Any]) -> None:
    """Repeated failures can lock an account, so one 401 of a password is the last."""
    before = len(epicor.log)
    done = run(epicor, VENDORS, catalog=catalog, password="wrong")
    assert done.error is not None
    asked = [entry.status for entry in epicor.log[before:] if "Vendors" in entry.path]
    assert asked == [401]


def test_no_answer_in_time_asks_for_less(
    epicor: EpicorServer, catalog: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A page that does not come in time is asked for again, smaller."""
    epicor.faults.add("hang", path=PAGE, nth=3)
    done = run(epicor, VENDORS, catalog=catalog, timeout_seconds=1, page_size=40)
    assert done.error is None
    assert "asking for 20 rows instead of 40" in caplog.text


def test_poisoned_row_does_not_stop_the_pages_before_it(epicor: EpicorServer) -> None:
    """Pages are halved around a row that the server cannot show, then the stream ends honestly."""
    epicor.configure(heavy_sets=(("Erp.BO.VendorSvc/Vendors", 12),))
    done = run(epicor, VENDORS, page_size=100)
    assert done.error is None
    assert len(done.records(VENDORS)) == epicor.store.count("Vendor", "EPIC06")


def test_redirect_gets_no_credentials(epicor: EpicorServer, catalog: dict[str, Any]) -> None:
    """Another host that a redirect names is never called."""
    other = epicor.origin + "/elsewhere"
    epicor.faults.add("redirect", path=PAGE, location=other, times=None)
    done = run(epicor, VENDORS, catalog=catalog)
    assert done.error is not None
    assert not [entry for entry in epicor.log if entry.path.startswith("/elsewhere")]


def test_unwanted_next_link_is_not_followed(
    epicor: EpicorServer, catalog: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A link to another origin is not asked, all rows come all the same, and the log says so."""
    caplog.set_level(logging.INFO)
    epicor.faults.add("next_link", path=PAGE, location="http://192.0.2.1/next", times=None)
    done = run(epicor, VENDORS, catalog=catalog, page_size=15)
    assert done.error is None
    numbers = {row["VendorNum"] for row in done.records(VENDORS)}
    assert len(numbers) == epicor.store.count("Vendor", "EPIC06")
    assert caplog.text.count("next link; it is not followed") == 1


def test_endless_pages_end_in_an_error(epicor: EpicorServer, catalog: dict[str, Any]) -> None:
    """A server that gives the first page for ever is found out."""
    epicor.faults.add("first_page", path=PAGE, times=None)
    done = run(epicor, VENDORS, catalog=catalog, page_size=5)
    assert done.error is not None


def test_no_secret_is_ever_logged(
    epicor: EpicorServer, catalog: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Even when the server echoes the API key, neither log, error nor state shows a secret."""
    caplog.set_level(logging.DEBUG)
    epicor.configure(echoes_api_key=True)
    secrets: dict[str, Any] = {"api_key": "canary-key", "password": "canary-password"}
    epicor.faults.add("status", path=r"Parts$", times=None, status=403, message="canary-key")
    done = run(epicor, VENDORS, "parts", catalog=catalog, **secrets)
    assert done.error is not None
    written = caplog.text + "\n".join(done.lines)
    assert "HTTP 403" in written
    assert "***" in written
    assert "canary" not in written


def test_identity_refused_at_discovery_is_one_error(epicor: EpicorServer) -> None:
    """Wrong credentials are one error, not one warning for each service."""
    tap = TapEpicorKinetic(config=config_for(epicor), catalog={"streams": []})
    assert tap.streams == {}
    with pytest.raises(EpicorAccessError, match="Check user, password"):
        TapEpicorKinetic(config=config_for(epicor, password="wrong"))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param(None, None, id="absent"),
        pytest.param("7", 7.0, id="seconds"),
        pytest.param("Wed, 21 Oct 2015 07:28:00 GMT", 0.0, id="past date"),
        pytest.param("soon", None, id="nonsense"),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    """Seconds and dates are understood; anything else counts as absent."""
    assert retry_after_seconds(header) == seconds


def test_states_are_json_of_this_run(epicor: EpicorServer, catalog: dict[str, Any]) -> None:
    """The first state says that nothing is complete, the last one that everything is."""
    done = run(epicor, VENDORS, catalog=catalog)
    assert done.states[0]["run"]["complete"] is False
    assert done.state["run"]["complete"] is True
    assert done.state["run"]["streams"]["vendors"]["records"] == len(done.records(VENDORS))
    assert json.loads(json.dumps(done.state)) == done.state

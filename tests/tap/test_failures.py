"""Every failure a server can answer with: what is repeated, what ends a stream, what is said."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.epicor.messages import Response
from tap_epicor_kinetic.exceptions import EpicorAccessError
from tap_epicor_kinetic.http.answers import JSON, http_date, judge, retry_after_seconds
from tap_epicor_kinetic.http.client import EpicorClient
from tap_epicor_kinetic.http.observations import Observations
from tap_epicor_kinetic.settings_values import server_settings
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from sandbox.epicor.messages import Request
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
        pytest.param({"kind": "status", "status": 408, "times": 5}, id="408 five times"),
        pytest.param({"kind": "status", "status": 425, "times": 5}, id="425 five times"),
        pytest.param({"kind": "status", "status": 522, "times": 5}, id="522 of a gateway"),
        pytest.param({"kind": "licence_500", "times": 5}, id="500 for want of a licence"),
        pytest.param({"kind": "html_200", "times": 5}, id="HTML with 200 five times"),
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
    fault = dict(fault)
    kind = fault.pop("kind")
    if kind == "licence_500":
        kind, fault = "status", {**fault, "status": 500, "error_type": "X.LicenseAccessException"}
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


ERRORS_WITH_200 = [
    pytest.param('{"error":{"code":"x","message":"canary-like words"}}', id="OData"),
    pytest.param(
        '{"HttpStatus":500,"ReasonPhrase":"REST Api Exception","ErrorMessage":"canary-like words",'
        '"ErrorType":"Ice.Common.EpicorServerException"}',
        id="Epicor",
    ),
    pytest.param('{"Message":"canary-like words"}', id="gateway"),
    pytest.param('{"value":[],"error":{"code":"x","message":"canary-like words"}}', id="beside"),
    pytest.param(
        '{"value":[],"ErrorMessage":"canary-like words","ErrorType":"x"}', id="beside, Epicor"
    ),
]


@pytest.mark.parametrize("body", ERRORS_WITH_200)
def test_error_document_with_200_is_waited_for(
    epicor: EpicorServer, catalog: dict[str, Any], caplog: pytest.LogCaptureFixture, body: str
) -> None:
    """It is no page, its words are shown, and the same page is asked for again."""
    epicor.faults.add("body", path=PAGE, nth=2, times=2, message=body)
    done = run(epicor, VENDORS, catalog=catalog, page_size=15)
    assert done.error is None
    numbers = {row["VendorNum"] for row in done.records(VENDORS)}
    assert len(numbers) == epicor.store.count("Vendor", "EPIC06")
    assert "canary-like words" in caplog.text
    assert "instead of 15" not in caplog.text


def test_error_document_in_place_of_metadata_is_waited_for(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """An error in XML with status 200 says what it says, and costs no stream."""
    body = "<RestApiError><ErrorMessage>Still starting</ErrorMessage></RestApiError>"
    epicor.faults.add(
        "body",
        path=r"VendorSvc/\$metadata$",
        times=2,
        message=body,
        content_type="application/xml",
    )
    assert VENDORS in TapEpicorKinetic(config=config_for(epicor)).streams
    assert "Still starting" in caplog.text


@pytest.mark.parametrize("status", [500, 408, 425, 503])
def test_retry_after_is_waited_for_before_a_page_is_halved(
    epicor: EpicorServer,
    catalog: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    """The pause is the server's, and the page asked for after it is the same."""
    epicor.faults.add("status", path=PAGE, nth=2, status=status, retry_after="1")
    begun = time.monotonic()
    assert run(epicor, VENDORS, catalog=catalog, page_size=15).error is None
    assert time.monotonic() - begun > 1
    assert "try 2 of" in caplog.text
    assert "instead of 15" not in caplog.text


def test_page_that_always_fails_is_halved_after_three_tries(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A page too heavy for the server is not waited for as long as a server that is away."""
    catalog = catalog_of(epicor, ["gl_transactions"])
    epicor.configure(heavy_sets=(("Erp.BO.GLJrnDtlSvc/GLJrnDtls", 100),))
    done = run(epicor, catalog=catalog, page_size=200, max_concurrent_requests=1)
    assert len(done.records("gl_transactions")) == epicor.store.count("GLJrnDtl", "EPIC06") > 200
    asked = [entry.status for entry in epicor.log if "$top=200&$count" in entry.query]
    assert asked == [500, 500, 500]
    assert "asking for 100 rows instead of 200" in caplog.text


def test_smallest_page_is_waited_for_longer(epicor: EpicorServer) -> None:
    """Where nothing smaller can be asked for, a failing server has as long as one that is away."""
    catalog = catalog_of(epicor, ["gl_transactions"])
    rule = epicor.faults.add("status", path="GLJrnDtls$", query="$skip=", status=500, times=5)
    done = run(epicor, catalog=catalog, page_size=10, max_concurrent_requests=1)
    assert rule.hits == 5
    assert done.error is None


@pytest.mark.parametrize("times", [1, 3, 9])
def test_failure_at_the_first_look_is_waited_for(
    epicor: EpicorServer, catalog: dict[str, Any], times: int
) -> None:
    """A server that fails while a way to the rows is looked for gets time, and keeps its cursor."""
    epicor.faults.add("status", path=PAGE, status=500, times=times)
    done = run(epicor, catalog=catalog)
    assert done.error is None
    assert "SysRevID" in json.dumps(done.bookmark(VENDORS))


DETAILS = [
    pytest.param(
        {
            "ErrorMessage": "It failed",
            "ErrorDetails": [
                {"Message": "It failed"},
                {"Message": "Vendor 7 is on\r\nhold \x1b[2J"},
                {"Message": "Key sandbox-api-key"},
                *({"Message": f"{number} " + "x" * 400} for number in range(9)),
            ],
        },
        id="Epicor",
    ),
    pytest.param(
        {
            "error": {
                "message": "It failed",
                "innererror": {"message": "Vendor 7 is on hold [2J"},
                "details": [{"message": "Key sandbox-api-key"}, {"message": "x" * 999}, 1, "z"],
            }
        },
        id="OData",
    ),
]


@pytest.mark.parametrize("document", DETAILS)
def test_details_of_an_error_are_shown(
    epicor: EpicorServer, catalog: dict[str, Any], document: dict[str, Any]
) -> None:
    """Each single cause once, in one line, without secrets, and not without end."""
    turned = epicor.service.handle

    def handle(request: Request) -> Response:
        if request.path.endswith("/Vendors"):
            return Response(400, json.dumps(document).encode())
        return turned(request)

    epicor.service.handle = handle  # type: ignore[method-assign]
    done = run(epicor, catalog=catalog)
    error = done.state["run"]["streams"][VENDORS]["error"]
    assert "It failed [" in error
    assert error.count("It failed") == 1
    assert "Vendor 7 is on hold [2J; Key ***" in error
    assert len(error) < 500


@pytest.mark.parametrize(
    "details", [None, 1, "x", {}, [None], [[]], {"Message": {"a": 1}}, [{"Message": 7}]]
)
def test_details_of_another_shape_say_nothing(details: object) -> None:
    """What is not as Epicor writes it does not matter."""
    body = json.dumps({"ErrorMessage": "Refused", "ErrorDetails": details}).encode()
    with pytest.raises(EpicorAccessError, match="HTTP 403: Refused\\. "):
        judge("service", 403, {}, body, JSON)


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


# Caches and clocks


def test_no_cache_may_answer(epicor: EpicorServer) -> None:
    """Each GET says that a cache on the way must ask the server."""
    run(epicor, VENDORS)
    asked = [entry.headers for entry in epicor.log if entry.method == "GET"]
    assert {headers.get("cache-control") for headers in asked} == {"no-cache"}


@pytest.mark.parametrize(
    ("headers", "warnings"),
    [
        pytest.param({"Age": "30"}, 1, id="age"),
        pytest.param({"X-Cache": "TCP_MEM_HIT from p"}, 1, id="hit"),
        pytest.param({"Age": "0", "X-Cache": "MISS from p"}, 0, id="neither"),
        pytest.param({"Age": "soon"}, 0, id="no number"),
    ],
)
def test_answer_of_a_cache_is_told_once(
    epicor: EpicorServer,
    catalog: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
    warnings: int,
) -> None:
    """A cache that answers all the same is one warning for the run."""
    honest = epicor.service.handle
    epicor.service.handle = lambda request: replace(  # type: ignore[method-assign]
        honest(request), headers=headers
    )
    assert run(epicor, VENDORS, "parts", catalog=catalog, page_size=15).error is None
    assert caplog.text.count("came from a cache") == warnings


def test_server_time_is_that_of_its_answers(epicor: EpicorServer) -> None:
    """It is unknown before the first answer, and goes on by itself after it."""
    config = TapEpicorKinetic(config=config_for(epicor), catalog={"streams": []}).config
    client = EpicorClient(server_settings(config, "test"), logging.getLogger("test"))
    assert (client.server_time(), client.answers) == (None, 0)
    client.get("api/v2/odata/EPIC06/Erp.BO.VendorSvc/Vendors", json.loads, service="x")
    shown = client.server_time()
    assert shown is not None
    assert abs(shown - datetime.now(timezone.utc)) < timedelta(seconds=5)
    assert client.answers == 1


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        pytest.param(
            {"Date": "Fri, 01 Jan 2021 10:00:00 GMT"}, "2021-01-01T10:00:30+00:00", id="date"
        ),
        pytest.param(
            {"Date": "Fri, 01 Jan 2021 12:00:00 +0200"}, "2021-01-01T10:00:30+00:00", id="zone"
        ),
        pytest.param({"Date": "Fri, 01 Jan 2021 10:00:00 GMT", "Age": "9"}, None, id="cached"),
        pytest.param({"Date": "yesterday"}, None, id="nonsense"),
        pytest.param({}, None, id="absent"),
        pytest.param(
            {"Date": "Fri, 31 Dec 9999 23:59:59 GMT"}, "9999-12-31T23:59:59+00:00", id="last"
        ),
    ],
)
def test_clock_of_the_server(headers: dict[str, str], moment: str | None) -> None:
    """Its date counts unless a cache kept it; time passes by the clock of this machine."""
    now = [5.0]
    seen = Observations(logging.getLogger("test"), clock=lambda: now[0])
    seen.note("x", headers)
    now[0] += 30
    shown = seen.server_time()
    assert (shown and shown.isoformat()) == moment


@pytest.mark.parametrize("header", ["", "1", "Fri, 99 Jan 2021 10:00:00 GMT", "\x00", "9" * 5000])
def test_date_that_is_none(header: str) -> None:
    """A header that names no moment is none."""
    assert http_date(header) is None

"""Faults by plan, error shapes, limits: everything that can go wrong, on demand."""

from __future__ import annotations

import gzip
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
import requests

from sandbox.epicor.options import EpicorOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.epicor.messages import Request
    from tests.sandbox.epicor.conftest import Client

VENDORS = "Erp.BO.VendorSvc/Vendors?$top=5&$orderby=VendorNum&$select=VendorNum"
NATIVE = {
    "HttpStatus",
    "ReasonPhrase",
    "ErrorMessage",
    "ErrorType",
    "ErrorDetails",
    "CorrelationId",
}


def test_error_is_epicors_object(client: Client) -> None:
    """An error names status, type, message and details, and a CorrelationId of its own."""
    bodies = [client.get("Erp.BO.VendorSvc/Vendors?$top=x").json() for _ in range(2)]
    assert set(bodies[0]) == NATIVE
    assert (bodies[0]["HttpStatus"], bodies[0]["ErrorType"]) == (
        400,
        "Microsoft.OData.ODataException",
    )
    assert bodies[0]["ReasonPhrase"] == "REST Api Exception"
    assert [each["Message"] for each in bodies[0]["ErrorDetails"]] == [bodies[0]["ErrorMessage"]]
    assert bodies[0]["CorrelationId"] != bodies[1]["CorrelationId"]


def test_error_tells_of_each_row(client: Client) -> None:
    """What the business logic has against single rows stands in the details alone."""
    client.server.faults.add(
        "status",
        status=400,
        message="The request was refused.",
        error_type="BusinessObjectException",
        details=("PONum 1: closed.", "PONum 2: held."),
    )
    body = client.get(VENDORS).json()
    assert body["ErrorType"] == "Ice.Common.BusinessObjectException"
    assert body["ErrorMessage"] == "The request was refused."
    found = [each["Message"] for each in body["ErrorDetails"]]
    assert found == ["PONum 1: closed.", "PONum 2: held."]


def test_error_is_xml_unless_json_is_accepted(client: Client) -> None:
    """Without Accept: application/json an error comes as XML."""
    answer = client.get("Erp.BO.VendorSvc/Vendors?$top=x", headers={"Accept": "*/*"})
    assert "xml" in answer.headers["Content-Type"]
    assert "<CorrelationId>" in answer.text


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        pytest.param("odata", '"innererror"', id="odata"),
        pytest.param("html", "<!DOCTYPE html>", id="html"),
        pytest.param("empty", "", id="empty"),
    ],
)
def test_error_has_other_shapes(serve: Callable[..., Client], shape: str, found: str) -> None:
    """The same error can come as OData, as a page of IIS or with nothing at all."""
    answer = serve(EpicorOptions(error_shape=shape)).get("Erp.BO.VendorSvc/Vendors?$top=x")
    assert answer.status_code == 400
    assert found in answer.text
    assert bool(answer.text) == bool(found)


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        pytest.param({"kind": "licence"}, 400, "Ice.Common.LicenseAccessException", id="licence"),
        pytest.param({"kind": "status", "status": 500}, 500, "System.Exception", id="500"),
        pytest.param(
            {"kind": "status", "status": 409, "error_type": "DuplicateRecordException"},
            409,
            "Ice.Common.DuplicateRecordException",
            id="409",
        ),
        pytest.param(
            {"kind": "status", "status": 410, "error_type": "InvalidSessionException"},
            410,
            "Ice.Common.InvalidSessionException",
            id="410",
        ),
    ],
)
def test_fault_answers_with_an_error(
    client: Client, fault: dict[str, Any], status: int, kind: str
) -> None:
    """A status fault replaces the answer once, then all is well again."""
    client.server.faults.add(**fault)
    answer = client.get(VENDORS)
    assert (answer.status_code, answer.json()["ErrorType"]) == (status, kind)
    assert client.get(VENDORS).status_code == 200


@pytest.mark.parametrize(
    "retry_after",
    [pytest.param("7", id="seconds"), pytest.param("Wed, 21 Oct 2026 07:28:00 GMT", id="date")],
)
def test_429_can_say_when_to_come_back(client: Client, retry_after: str) -> None:
    """Retry-After is sent as given, in seconds or as a date."""
    client.server.faults.add("status", status=429, retry_after=retry_after)
    assert client.get(VENDORS).headers["Retry-After"] == retry_after


def test_rule_chooses_its_requests(client: Client) -> None:
    """A rule matches by path and decoded query, from the nth match on, so many times."""
    rule = client.server.faults.add(
        "status", path=r"/Vendors$", query="$top=5", nth=2, times=2, status=503
    )
    client.get("Erp.BO.VendorSvc/Vendors?$top=4")
    client.get("Erp.BO.POSvc/POes?$top=5")
    statuses = [
        client.get(f"Erp.BO.VendorSvc/Vendors?%24top=5&pad={number}").status_code
        for number in range(4)
    ]
    assert statuses == [200, 503, 503, 200]
    assert rule.hits == 2


def test_first_matching_rule_decides(client: Client) -> None:
    """Rules apply in the order in which they were added; clearing drops them all."""
    client.server.faults.add("status", status=502, times=None)
    client.server.faults.add("status", status=504, times=None)
    assert client.get(VENDORS).status_code == 502
    client.server.faults.clear()
    assert client.get(VENDORS).status_code == 200


def test_unknown_fault_is_refused(client: Client) -> None:
    """A typing error in a plan is told with the names that exist."""
    with pytest.raises(ValueError, match="truncated_json"):
        client.server.faults.add("explode")


def test_reset_breaks_the_connection(client: Client) -> None:
    """The connection is reset before any answer."""
    client.server.faults.add("reset")
    with pytest.raises(requests.ConnectionError):
        client.get(VENDORS)
    assert client.server.log[-1].status == 0


def test_hang_never_answers(client: Client) -> None:
    """No answer comes until the client gives up; the server goes on."""
    client.server.faults.add("hang")
    with pytest.raises(requests.ReadTimeout):
        client.session.get(f"{client.server.base_url}/api/v2/odata/EPIC06/", timeout=0.05)
    assert client.get(VENDORS).status_code == 200


def test_closing_ends_hanging_requests(client: Client) -> None:
    """A server that is closed does not wait for a request that hangs."""
    client.server.faults.add("hang")
    failed = threading.Event()

    def ask() -> None:
        with pytest.raises(requests.ConnectionError):
            client.get(VENDORS)
        failed.set()

    thread = threading.Thread(target=ask)
    arrived = threading.Event()
    client.server.before_request = lambda _: arrived.set()
    thread.start()
    assert arrived.wait(5)
    client.server.close()
    assert failed.wait(5)
    thread.join()


def test_cut_ends_in_the_middle_of_the_body(client: Client) -> None:
    """Fewer bytes come than the header promised."""
    client.server.faults.add("cut")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get(VENDORS)


def test_truncated_json_is_a_whole_answer(client: Client) -> None:
    """The answer is complete by its length, but its JSON is not."""
    client.server.faults.add("truncated_json")
    answer = client.get(VENDORS)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.content)


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        pytest.param({"kind": "html_200"}, 200, "<h1>", id="html-200"),
        pytest.param(
            {"kind": "redirect", "location": "https://elsewhere.invalid/"}, 302, "", id="redirect"
        ),
        pytest.param({"kind": "body", "message": "[1,2"}, 200, "[1,2", id="any-body"),
    ],
)
def test_fault_answers_with_something_else(
    client: Client, fault: dict[str, Any], status: int, text: str
) -> None:
    """Success can be a page of HTML, a redirect or rubbish."""
    client.server.faults.add(**fault)
    answer = client.get(VENDORS)
    assert answer.status_code == status
    assert text in answer.text
    assert answer.headers.get("Location") == fault.get("location")


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        pytest.param("empty_page", [], id="empty"),
        pytest.param("first_page", [1, 2, 3, 4, 5], id="first-page-again"),
        pytest.param("delay", [11, 12, 13, 14, 15], id="late-but-right"),
    ],
)
def test_pages_can_be_wrong(client: Client, kind: str, numbers: list[int]) -> None:
    """A page can come without rows, be the first one again, or come late."""
    client.server.faults.add(kind)
    assert [row["VendorNum"] for row in client.rows(f"{VENDORS}&$skip=10")] == numbers


def test_next_link_can_lead_anywhere(client: Client) -> None:
    """A right page carries a link that nobody asked for."""
    client.server.faults.add("next_link", location="https://elsewhere.invalid/x")
    assert client.get(VENDORS).json()["@odata.nextLink"] == "https://elsewhere.invalid/x"


@pytest.mark.parametrize(
    "always", [pytest.param(True, id="option"), pytest.param(False, id="fault")]
)
def test_answers_can_be_compressed(serve: Callable[..., Client], always: bool) -> None:  # noqa: FBT001
    """The right answer comes gzipped, if the client takes that."""
    client = serve(EpicorOptions(gzip=always))
    if not always:
        client.server.faults.add("gzip")
    answer = client.get(VENDORS)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.json()["value"]) == 5
    assert (
        "Content-Encoding"
        not in client.get(VENDORS, headers={"Accept-Encoding": "identity"}).headers
    )


def test_bomb_unpacks_to_much(client: Client) -> None:
    """A small answer unpacks to many bytes."""
    client.server.faults.add("bomb", size=3_000_000)
    answer = client.session.get(client.server.base_url, stream=True, timeout=10)
    packed = answer.raw.read(decode_content=False)
    assert len(packed) < 10_000
    assert len(gzip.decompress(packed)) == 3_000_000


def test_tokens_can_vanish_in_mid_run(client: Client) -> None:
    """A fault revokes all tokens just before a request, which then is 401."""
    url = f"{client.server.base_url}/TokenResource.svc/"
    sent = {"username": "sandbox", "password": "sandbox-password", "Accept": "application/json"}
    token = client.session.post(url, headers=sent, timeout=10).json()["AccessToken"]
    client.server.faults.add("revoke_tokens", nth=2)
    headers = {"Authorization": f"Bearer {token}"}
    assert [client.get(VENDORS, headers=headers).status_code for _ in range(3)] == [200, 401, 401]


def test_licences_can_run_out(serve: Callable[..., Client]) -> None:
    """With one licence a second call at the same time is refused, and a later one is not."""
    client = serve(EpicorOptions(license_limit=1, latency_ms=400))
    service = client.server.service
    first: list[requests.Response] = []
    thread = threading.Thread(target=lambda: first.append(client.get(VENDORS)))
    thread.start()
    while not service.in_flight:
        thread.join(0.001)
    with requests.Session() as session:
        second = type(client)(client.server, session).get(VENDORS)
    thread.join()
    client.server.configure(latency_ms=0)
    assert (second.status_code, second.json()["ErrorType"]) == (
        400,
        "Ice.Common.LicenseAccessException",
    )
    assert (first[0].status_code, client.get(VENDORS).status_code) == (200, 200)
    assert service.peak_in_flight == 2


def test_data_can_change_before_a_request(client: Client) -> None:
    """A test sees each request before it is answered, and can move the data below it."""

    def rename(request: Request) -> None:
        if "$skip=1" in request.query:
            client.server.store.update(
                "Vendor", {"Company": "EPIC06", "VendorNum": 2}, {"Name": "Moved"}
            )

    client.server.before_request = rename
    path = "Erp.BO.VendorSvc/Vendors?$orderby=VendorNum&$top=2&$select=Name&$skip="
    assert client.rows(f"{path}0")[1] == {"Name": "Vendor 2"}
    assert client.rows(f"{path}1")[0] == {"Name": "Moved"}


def test_options_change_while_running(client: Client) -> None:
    """Options can be changed between two requests."""
    assert len(client.rows("Erp.BO.VendorSvc/Vendors")) == 100
    client.server.configure(default_rows=7)
    assert len(client.rows("Erp.BO.VendorSvc/Vendors")) == 7


@pytest.mark.parametrize(
    ("method", "status"),
    [pytest.param("POST", 405, id="post"), pytest.param("DELETE", 405, id="delete")],
)
def test_data_is_only_read(client: Client, method: str, status: int) -> None:
    """The server takes no change through OData."""
    headers = {"x-api-key": "sandbox-api-key", "Accept": "application/json"}
    url = f"{client.server.base_url}/api/v2/odata/EPIC06/{VENDORS}"
    answer = client.session.request(
        method, url, headers=headers, auth=("sandbox", "sandbox-password"), timeout=10
    )
    assert (answer.status_code, answer.headers["Allow"]) == (status, "GET")


def test_wrong_instance_is_a_page_of_iis(client: Client) -> None:
    """A path outside the instance is answered by IIS, in HTML."""
    answer = client.session.get(f"{client.server.origin}/Other/api/v2/odata/EPIC06/", timeout=10)
    assert (answer.status_code, "html" in answer.headers["Content-Type"]) == (404, True)


def test_log_tells_what_arrived(client: Client) -> None:
    """Each request is logged with its raw query, status and number of rows."""
    client.rows(VENDORS)
    arrived = client.server.log[-1]
    assert (arrived.method, arrived.status, arrived.rows) == ("GET", 200, 5)
    assert arrived.path.endswith("/Erp.BO.VendorSvc/Vendors")
    assert arrived.query == "$top=5&$orderby=VendorNum&$select=VendorNum"

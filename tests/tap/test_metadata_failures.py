"""A failure of one `$metadata` request that passes must not make streams disappear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_epicor_kinetic.catalog.entities import ENTITIES
from tap_epicor_kinetic.exceptions import EpicorRetriableError, LicenseShortageError
from tap_epicor_kinetic.http.answers import XML, judge
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import config_for, offered_by

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "licence"}, id="no licence"),
        pytest.param({"kind": "status", "status": 500}, id="500"),
        pytest.param({"kind": "status", "status": 503, "shape": "html"}, id="503"),
        pytest.param({"kind": "status", "status": 429, "retry_after": "0"}, id="429"),
        pytest.param({"kind": "html_200"}, id="HTML with 200"),
        pytest.param({"kind": "truncated_json"}, id="XML cut off"),
        pytest.param({"kind": "body", "message": ""}, id="nothing with 200"),
        pytest.param({"kind": "cut"}, id="body cut off"),
        pytest.param({"kind": "reset"}, id="connection reset"),
        pytest.param({"kind": "hang"}, id="no answer in time"),
    ],
)
def test_passing_failure_costs_no_stream(epicor: EpicorServer, fault: dict[str, Any]) -> None:
    """Each failure that passes is asked again, and all streams are offered."""
    rule = epicor.faults.add(path=r"VendorSvc/\$metadata$", **fault)
    tap = TapEpicorKinetic(config=config_for(epicor, timeout_seconds=1))
    assert rule.hits == 1
    assert offered_by(tap) == {entity.name for entity in ENTITIES}


@pytest.mark.parametrize("shape", ["epicor", "odata", "html", "empty"])
def test_refused_service_says_why_in_one_warning(
    epicor: EpicorServer, caplog: pytest.LogCaptureFixture, shape: str
) -> None:
    """Epicor's words arrive although errors of `$metadata` are XML; no other shape is a problem."""
    epicor.configure(denied_services=frozenset({"Erp.BO.PartSvc"}), error_shape=shape)
    assert "parts" not in offered_by(TapEpicorKinetic(config=config_for(epicor)))
    assert caplog.text.count("HTTP 403") == 1
    assert "parts, part_plants, part_warehouses" in caplog.text
    if shape == "epicor":
        assert "Access denied to Erp.BO.PartSvc. (CorrelationId " in caplog.text


def test_redirected_metadata_is_not_followed(epicor: EpicorServer) -> None:
    """A redirect at discovery gets no credentials."""
    elsewhere = f"{epicor.origin}/elsewhere"
    epicor.faults.add("redirect", path=r"VendorSvc/\$metadata$", location=elsewhere, times=None)
    assert "vendors" not in offered_by(TapEpicorKinetic(config=config_for(epicor)))
    assert not [entry for entry in epicor.log if entry.path.startswith("/elsewhere")]


def test_licence_shortage_is_understood_in_xml() -> None:
    """Errors come as XML where XML was asked for; a missing licence is still one."""
    body = (
        b"<RestApiError><ErrorType>LicenseAccessException</ErrorType>"
        b"<ErrorMessage>Maximum users exceeded</ErrorMessage></RestApiError>"
    )
    with pytest.raises(LicenseShortageError, match="Maximum users exceeded"):
        judge("service", 400, {}, body, XML)


def test_metadata_has_no_smaller_page() -> None:
    """A 500 of a metadata request is repeated as it is."""
    with pytest.raises(EpicorRetriableError):
        judge("service", 500, {}, b"", XML)

"""Documents about services: lists, `$metadata`, and how they differ between servers."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from sandbox.epicor.model import load_model
from sandbox.epicor.options import EpicorOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.epicor.conftest import Client

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
XML = {"Accept": "application/xml"}


def schema(client: Client, path: str) -> ET.Element:
    """Return the schema element of a service's or BAQ's metadata."""
    answer = client.get(f"{path}/$metadata", headers=XML)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/xml")
    found = ET.fromstring(answer.content).find(f".//{EDM}Schema")  # noqa: S314 - our own document
    assert found is not None
    return found


def entity_type(client: Client, path: str, name: str) -> ET.Element:
    """Return one entity type."""
    found = schema(client, path).find(f"{EDM}EntityType[@Name='{name}']")
    assert found is not None
    return found


def properties(element: ET.Element) -> dict[str, dict[str, str]]:
    """Return the attributes of each property by its name."""
    return {found.attrib["Name"]: found.attrib for found in element.iter(f"{EDM}Property")}


def test_every_service_describes_its_sets(client: Client) -> None:
    """Each container names the sets, and each type has exactly the columns that rows have."""
    for service, sets in load_model().services.items():
        described = schema(client, service)
        types = {found.attrib["Name"]: found for found in described.iter(f"{EDM}EntityType")}
        shown = {
            found.attrib["Name"]: found.attrib["EntityType"]
            for found in described.iter(f"{EDM}EntitySet")
        }
        assert set(shown) == set(sets)
        for name, entity_set in sets.items():
            found = types[shown[name].rpartition(".")[2]]
            assert list(properties(found)) == [column.name for column in entity_set.columns]


def test_type_tells_key_types_and_children(client: Client) -> None:
    """Keys, Edm types, `_c` columns and navigation are there, and actions to be passed over."""
    found = entity_type(client, "Erp.BO.POSvc", "POHeader")
    assert [key.attrib["Name"] for key in found.iter(f"{EDM}PropertyRef")] == ["Company", "PONum"]
    types = {name: attributes["Type"] for name, attributes in properties(found).items()}
    assert types["SysRevID"] == "Edm.Int64"
    assert types["OrderDate"] == "Edm.DateTimeOffset"
    assert types["ProjectCode_c"] == "Edm.String"
    assert types["UD_SysRevID"] == "Edm.Binary"
    assert "UpdatedOn" not in types
    navigation = [child.attrib for child in found.iter(f"{EDM}NavigationProperty")]
    assert navigation == [{"Name": "PODetails", "Type": "Collection(Erp.Tablesets.PODetail)"}]
    assert schema(client, "Erp.BO.POSvc").findall(f"{EDM}Action")


def test_set_is_linked_to_its_type_in_the_container_alone(client: Client) -> None:
    """Payments are of the type PaymentEntry: the name of set or table would lead astray."""
    described = schema(client, "Erp.BO.PaymentEntrySvc")
    [found] = described.iterfind(f".//{EDM}EntitySet[@Name='PaymentEntries']")
    assert found.attrib["EntityType"] == "Erp.Tablesets.PaymentEntry"
    names = {each.attrib["Name"] for each in described.iter(f"{EDM}EntityType")}
    assert "PaymentEntry" in names
    assert "CheckHed" not in names


def test_odd_values_of_rows(serve: Callable[..., Client]) -> None:
    """The version of user columns is base64 text; the id of a row that is not there is empty."""
    client = serve()
    client.server.store.insert("CheckHed", [{"Company": "EPIC06", "HeadNum": 1}])
    [payment] = client.rows("Erp.BO.PaymentEntrySvc/PaymentEntries?$select=BankBatchSysRowID")
    assert payment == {"BankBatchSysRowID": ""}
    path = "Erp.BO.VendorSvc/Vendors?$top=1&$orderby=VendorNum&$select=UD_SysRevID,ShortChar01"
    [before] = client.rows(path)
    key = {"Company": "EPIC06", "VendorNum": 1}
    client.server.store.update("Vendor", key, {"ShortChar01": "x"}, ud_only=True)
    [after] = client.rows(path)
    assert (before["ShortChar01"], after["ShortChar01"]) == ("", "x")
    versions = [base64.b64decode(row["UD_SysRevID"]) for row in (before, after)]
    assert [len(version) for version in versions] == [8, 8]
    assert versions[0] < versions[1]


@pytest.mark.parametrize(
    ("facets", "expected"),
    [
        pytest.param("none", {"Name": "VendorID", "Type": "Edm.String"}, id="none"),
        pytest.param("some", {"Name": "VendorID", "Type": "Edm.String"}, id="some"),
        pytest.param("all", {"Name": "VendorID", "Type": "Edm.String", "MaxLength": "8"}, id="all"),
    ],
)
def test_facets_may_be_absent(
    serve: Callable[..., Client], facets: str, expected: dict[str, str]
) -> None:
    """How much a server tells about lengths and digits differs."""
    client = serve(EpicorOptions(metadata_facets=facets))
    found = properties(entity_type(client, "Erp.BO.VendorSvc", "Vendor"))
    assert found["VendorID"] == expected
    assert ("Nullable" in found["VendorNum"]) == (facets != "none")


def test_extended_installation_shows_updated_on(serve: Callable[..., Client]) -> None:
    """With the option on, rows and metadata have UpdatedOn, and filters take it."""
    client = serve(EpicorOptions(updated_on=True, metadata_namespace="Default"))
    assert "UpdatedOn" in properties(entity_type(client, "Erp.BO.VendorSvc", "Vendor"))
    rows = client.rows(
        "Erp.BO.VendorSvc/Vendors?$filter=UpdatedOn ge 2026-03-31T18:30:00Z"
        "&$select=UpdatedOn&$top=1"
    )
    assert rows == [{"UpdatedOn": "2026-03-31T18:30:00"}]


def test_baq_metadata_has_no_key(client: Client) -> None:
    """A BAQ declares columns and types, but no key."""
    found = entity_type(client, "BaqSvc/zAP-OpenInvoices", "Data")
    assert found.find(f"{EDM}Key") is None
    assert properties(found)["Calculated_UpdatedOn"]["Type"] == "Edm.DateTimeOffset"


def test_metadata_is_xml_only(client: Client) -> None:
    """A client that accepts nothing but JSON gets no metadata."""
    path = "Erp.BO.VendorSvc/$metadata"
    assert client.get(path).status_code == 406
    assert client.get(path, headers={"Accept": "*/*"}).status_code == 200


@pytest.mark.parametrize("path", [pytest.param("", id="root"), pytest.param("/", id="slash")])
def test_list_of_services(serve: Callable[..., Client], path: str) -> None:
    """The company's root lists the services that this server has."""
    client = serve(EpicorOptions(missing_services=frozenset({"Erp.BO.ProjectSvc"})))
    names = [entry["name"] for entry in client.rows(path)]
    assert "Erp.BO.VendorSvc" in names
    assert "Erp.BO.ProjectSvc" not in names
    assert client.get("Erp.BO.ProjectSvc/Projects").status_code == 404


def test_service_document_lists_sets(client: Client) -> None:
    """A service's root lists its entity sets."""
    names = [entry["url"] for entry in client.rows("Erp.BO.POSvc")]
    assert names == ["POes", "PODetails", "PORels", "List"]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("erp.bo.vendorsvc/Vendors", id="service-case"),
        pytest.param("Erp.BO.VendorSvc/vendors", id="set-case"),
        pytest.param("Erp.BO.VendorSvc/Vendors/Name", id="no-such-child"),
        pytest.param("BaqSvc/NoSuchQuery/Data", id="no-such-baq"),
    ],
)
def test_wrong_names_are_not_found(client: Client, path: str) -> None:
    """Names of services, sets and BAQs are case-sensitive."""
    client.message(path, 404)


def test_gl_account_may_be_spelled_without_1(serve: Callable[..., Client]) -> None:
    """A server can show the key of the GL accounts as GLAccount, in metadata, rows and filters."""
    client = serve(EpicorOptions(gl_account="GLAccount"))
    client.server.store.insert(
        "GLAccount", [{"Company": "EPIC06", "COACode": "MAIN", "GLAccount1": "1000|10"}]
    )
    found = entity_type(client, "Erp.BO.GLAccountSvc", "GLAccount")
    assert [key.attrib["Name"] for key in found.iter(f"{EDM}PropertyRef")] == [
        "Company",
        "COACode",
        "GLAccount",
    ]
    path = "Erp.BO.GLAccountSvc/GLAccounts?$select=GLAccount&$filter=GLAccount eq '1000|10'"
    assert client.rows(path) == [{"GLAccount": "1000|10"}]


def test_a_column_can_be_added(serve: Callable[..., Client]) -> None:
    """A column that is not there yet is in neither metadata nor rows, until it is added."""
    client = serve(EpicorOptions(missing_columns=frozenset({"Vendor.SupplierRating_c"})))

    def shown() -> tuple[bool, bool]:
        found = entity_type(client, "Erp.BO.VendorSvc", "Vendor")
        names = {each.attrib["Name"] for each in found.iter(f"{EDM}Property")}
        [row] = client.rows("Erp.BO.VendorSvc/Vendors?$top=1")
        return "SupplierRating_c" in names, "SupplierRating_c" in row

    assert shown() == (False, False)
    client.server.configure(missing_columns=frozenset())
    assert shown() == (True, True)

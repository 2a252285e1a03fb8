"""The entity sets: names, keys and columns as a real server lists them."""

from __future__ import annotations

import pytest

from sandbox.epicor.model import Model, load_model


@pytest.fixture(scope="module")
def model() -> Model:
    """Give the standard model."""
    return load_model()


@pytest.mark.parametrize(
    ("service", "name", "key"),
    [
        pytest.param("Erp.BO.POSvc", "PODetails", "Company PONUM POLine", id="capitals"),
        pytest.param("Erp.BO.CompanySvc", "Companies", "Company1", id="company1"),
        pytest.param(
            "Erp.BO.GLAccountSvc", "GLAccounts", "Company COACode GLAccount1", id="gl-account1"
        ),
        pytest.param(
            "Erp.BO.PartTranSvc", "PartTrans", "Company SysDate SysTime TranNum", id="date-in-key"
        ),
        pytest.param(
            "Erp.BO.PaymentEntrySvc",
            "APTrans",
            "Company HeadNum APTranNo InvoiceNum Voided",
            id="boolean",
        ),
        pytest.param(
            "Erp.BO.SalesOrderSvc",
            "OrderRels",
            "Company OrderNum OrderLine OrderRelNum",
            id="order-rels",
        ),
        pytest.param(
            "Ice.BO.UD01Svc", "UD01s", "Company Key1 Key2 Key3 Key4 Key5", id="user-table"
        ),
    ],
)
def test_keys(model: Model, service: str, name: str, key: str) -> None:
    """A set's key has its parts in the order of the URL."""
    assert model.services[service][name].key == tuple(key.split())


@pytest.mark.parametrize(
    ("table", "column", "edm_type", "stored"),
    [
        pytest.param("Vendor", "SysRevID", "Edm.Int64", True, id="int64"),
        pytest.param("Vendor", "CurrencyCodeCurrDesc", "Edm.String", False, id="joined"),
        pytest.param("APTran", "CurrencyCode", "Edm.String", False, id="derived-by-name"),
        pytest.param("InvcHead", "InvoiceNum", "Edm.Int32", True, id="ar-invoice-number"),
        pytest.param("APInvHed", "InvoiceNum", "Edm.String", True, id="ap-invoice-number"),
        pytest.param("APInvHed", "Rpt1InvoiceAmt", "Edm.Decimal", True, id="amount"),
        pytest.param("Part", "ChangedOn", "Edm.DateTimeOffset", True, id="date-time"),
        pytest.param("Part", "Co2Kg_c", "Edm.Decimal", True, id="user-column"),
        pytest.param("GLJrnDtl", "CorrAccUID", "Edm.Int64", True, id="other-int64"),
        pytest.param("OrderHed", "ChangeTime", "Edm.Int32", True, id="seconds"),
        pytest.param("Part", "Diameter", "Edm.Decimal", True, id="measure"),
        pytest.param("COASegment", "MaxLength", "Edm.Int32", True, id="length"),
        pytest.param("Currency", "ProcessorNum", "Edm.Int64", True, id="processor"),
        pytest.param("Part", "AttExpDt", "Edm.String", True, id="text-named-like-a-date"),
        pytest.param("POHeader", "TaxPoint", "Edm.DateTimeOffset", True, id="date-named-otherwise"),
        pytest.param("OrderRel", "SelectForPicking", "Edm.Boolean", True, id="flag"),
        pytest.param("Vendor", "UD_SysRevID", "Edm.Binary", True, id="version-of-user-columns"),
        pytest.param("PORel", "UD_SysRevID", "Edm.Binary", True, id="no-user-column-visible"),
        pytest.param("POHeader", "Character01", "Edm.String", True, id="old-user-text"),
        pytest.param("Part", "ShortChar02", "Edm.String", True, id="old-user-short-text"),
        pytest.param("Vendor", "Number02", "Edm.Decimal", True, id="old-user-number"),
        pytest.param("Customer", "Date04", "Edm.DateTimeOffset", True, id="old-user-date"),
        pytest.param("POHeader", "CheckBox05", "Edm.Boolean", True, id="old-user-flag"),
    ],
)
def test_columns(model: Model, table: str, column: str, edm_type: str, stored: bool) -> None:  # noqa: FBT001
    """A column has its type, and whether it is stored."""
    found = model.tables[table].by_name[column]
    assert (found.edm_type, found.stored) == (edm_type, stored)


def test_dates_and_date_times_differ(model: Model) -> None:
    """ChangeDate is a date in the database, ChangedOn has a time."""
    assert model.tables["POHeader"].by_name["ChangeDate"].date_only
    assert not model.tables["Part"].by_name["ChangedOn"].date_only


@pytest.mark.parametrize("table", ["PODetail", "CheckHed", "RcvDtl", "JobHead"])
def test_tables_without_user_columns(model: Model, table: str) -> None:
    """A table without user columns has no row version of theirs, and no column of the old names."""
    names = model.tables[table].by_name
    assert not {"UD_SysRevID", "Character01", "ShortChar01", "CheckBox01", "Date01"} & names.keys()


def test_type_may_bear_another_name_than_its_table(model: Model) -> None:
    """Payments are rows of CheckHed, but the type behind their set is PaymentEntry."""
    payments = model.services["Erp.BO.PaymentEntrySvc"]["PaymentEntries"]
    assert (payments.type.name, payments.table) == ("PaymentEntry", "CheckHed")
    assert payments.columns == model.tables["CheckHed"].columns


def test_no_set_has_updated_on(model: Model) -> None:
    """A standard server has UpdatedOn on no entity set, an extended one on each."""
    extended = load_model(updated_on=True).entity_sets
    assert not any("UpdatedOn" in found.type.by_name for found in model.entity_sets)
    assert all("UpdatedOn" in found.type.by_name for found in extended if found.name != "List")


def test_every_service_has_a_list(model: Model) -> None:
    """Beside its own sets each service has the light rows of search grids."""
    for sets in model.services.values():
        assert list(sets)[-1] == "List"
        assert len(sets["List"].columns) < 20


def test_twins_share_a_table(model: Model) -> None:
    """A search service shows the rows of the entry service, some without SysRevID."""
    twin = model.services["Erp.BO.PartWhseSearchSvc"]["PartWhseSearches"]
    assert twin.table == "PartWhse"
    assert "SysRevID" not in twin.type.by_name


def test_rows_are_as_wide_as_real_ones(model: Model) -> None:
    """The widest type has more columns than any one request should ask for."""
    assert len(model.tables["InvcHead"].columns) == 758


def test_gl_account_can_be_spelled_otherwise() -> None:
    """Some servers show the key of the GL accounts as GLAccount; the database does not change."""
    found = load_model(gl_account="GLAccount").services["Erp.BO.GLAccountSvc"]["GLAccounts"]
    assert found.key == ("Company", "COACode", "GLAccount")
    assert found.type.by_name["GLAccount"].db_name == "GLAccount1"

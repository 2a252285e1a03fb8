"""Which columns are offered: user columns of both kinds, extra ones, and no secrets by the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.catalog.columns import is_confidential
from tap_epicor_kinetic.catalog.declarations import declarations
from tap_epicor_kinetic.catalog.entities import ENTITIES
from tap_epicor_kinetic.catalog.offers import offer
from tap_epicor_kinetic.odata.metadata import parse_metadata
from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

OLD = ("Character01", "ShortChar20", "Number07", "Date03", "CheckBox15")
# Names that a live server has, by stream.
SECRETS = {
    "vendors": (
        "ElecRemittanceHostPassword",
        "ElecRemittanceHostPasswordMasked",
        "ElecRemittanceHostUserName",
    ),
    "sales_orders": (
        "CardNumber",
        "CardMemberName",
        "CardID",
        "ExpirationMonth",
        "ExpirationYear",
        "CCCSCID",
        "CCCSCIDToken",
        "ccToken",
    ),
    "ap_payments": ("VendorBankAcctNumber", "VendorBankIBANCode", "MXBankAcctNumber"),
    "customers": ("MXCURP",),
    "companies": ("FRxPassWord",),
}
HARMLESS = (
    "RecurPeriod",
    "DistribAnalysis",
    "ScorecardID",
    "BankAcctID",
    "AccountRef",
    "COIsOneTimeBankAcct",
    "TaxPayerID",
    "UserChar1",
)


def offered(stream: str, *columns: str, mode: str = "core", **settings: Any) -> set[str]:
    """Return what is offered of a stream whose set has its key and these columns."""
    declaration = declarations(settings)[stream]
    names = dict.fromkeys((*declaration.key, *columns))
    document = (
        '<Schema Namespace="M"><EntityType Name="T"><Key>'
        + "".join(f'<PropertyRef Name="{name}"/>' for name in declaration.key)
        + "</Key>"
        + "".join(f'<Property Name="{name}" Type="Edm.String"/>' for name in names)
        + f'</EntityType><EntityContainer Name="C"><EntitySet '
        f'Name="{declaration.source.entity_set}" EntityType="M.T"/></EntityContainer></Schema>'
    )
    metadata = parse_metadata("x", document.encode())
    entity_type = metadata.entity_set(declaration.source.entity_set, is_baq=False)
    found = offer(declaration, entity_type, mode)
    return {prop.name for prop in found.properties} - set(declaration.key)


def test_old_user_columns_are_core() -> None:
    """Beside the row version of user columns, the old fixed names are user columns."""
    found = offered("vendors", *OLD, "UD_SysRevID", "Score_c", "Character1", "Number012", "Number")
    assert found == {*OLD, "Score_c"}


def test_old_names_without_user_columns_are_others() -> None:
    """A table without that row version has no user columns of the old kind."""
    assert offered("vendors", *OLD, "Score_c") == {"Score_c"}


def test_all_offers_every_column() -> None:
    """With `columns: all` nothing but secrets stays out."""
    found = offered("vendors", *OLD, "UD_SysRevID", "Derived", "ccToken", mode="all")
    assert found == {*OLD, "UD_SysRevID", "Derived"}


@pytest.mark.parametrize(("stream", "name"), [(s, name) for s in SECRETS for name in SECRETS[s]])
def test_secrets_are_offered_only_by_name(stream: str, name: str) -> None:
    """Each column that may hold a secret is left out, unless it is named one by one."""
    assert name not in offered(stream, name, mode="all")
    assert name in offered(stream, name, mode="all", extra_columns=[f"{stream}.{name}"])
    entry = {"name": stream, "columns": [name]}
    assert name in offered(stream, name, streams=[entry])


def test_what_only_looks_alike_is_offered() -> None:
    """Names that hold the letters of a secret by accident stay."""
    assert not [name for name in HARMLESS if is_confidential(name)]


def test_no_built_in_column_is_a_secret() -> None:
    """What the tap itself names is never held back."""
    names = {name for entity in ENTITIES for name in (*entity.columns, *entity.key)}
    assert not [name for name in names if is_confidential(name)]


def test_user_columns_and_whole_sets_hold_no_secrets_either() -> None:
    """A `_c` column under `core`, and a set that is offered whole, are no way in."""
    assert offered("vendors", "PortalPassword_c", "Rank_c") == {"Rank_c"}
    entry = {"name": "mine", "service": "S", "entity_set": "T", "primary_keys": ["K"]}
    assert offered("mine", "ccToken", "Plain", streams=[entry]) == {"Company", "Plain"}


def test_secrets_are_said_once(epicor: EpicorServer, caplog: pytest.LogCaptureFixture) -> None:
    """One line at discovery names the columns that are kept back, and what to do."""
    caplog.set_level("INFO")
    tap = TapEpicorKinetic(config=config_for(epicor, columns="all"))
    properties = tap.streams["companies"].schema["properties"]
    assert "FRxPassWord" not in properties
    lines = [record.getMessage() for record in caplog.records if "secrets" in record.getMessage()]
    assert len(lines) == 1
    assert "companies.FRxPassWord" in lines[0]
    assert "extra_columns" in lines[0]


def test_extra_columns_are_read(epicor: EpicorServer) -> None:
    """A column beyond the core list comes with its values, in the streams that name it only."""
    plain = catalog_of(epicor, ["vendors"])
    [entry] = [item for item in plain["streams"] if item["stream"] == "vendors"]
    assert "ServRef5" not in entry["schema"]["properties"]
    key = next(iter(epicor.store.rows("Vendor", ["Company", "VendorNum"], "EPIC06")))
    named = dict(zip(("Company", "VendorNum"), key, strict=True))
    epicor.store.update("Vendor", named, {"ServRef5": "by the gate"})
    done = run(epicor, "vendors", extra_columns=["vendors.ServRef5"])
    assert "by the gate" in {row["ServRef5"] for row in done.records("vendors")}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param(
            {"extra_columns": ["vendors.comment"]}, "did you mean Comment?", id="extra_columns"
        ),
        pytest.param(
            {"streams": [{"name": "parts", "columns": ["PartNumber"]}]},
            "did you mean PartNum?",
            id="columns of a built-in stream",
        ),
        pytest.param(
            {
                "streams": [
                    {
                        "name": "banks",
                        "service": "Erp.BO.BankAcctSvc",
                        "entity_set": "BankAccts",
                        "columns": ["bankacctid"],
                    }
                ]
            },
            "did you mean BankAcctID?",
            id="columns of another set",
        ),
        pytest.param(
            {"baqs": [{"id": "zStockByWarehouse", "primary_keys": ["WarehouseCode"]}]},
            "did you mean PartWhse_WarehouseCode?",
            id="key of a BAQ",
        ),
    ],
)
def test_unknown_column_is_refused_with_the_nearest(
    epicor: EpicorServer, settings: dict[str, Any], words: str
) -> None:
    """What the settings name and the server does not have stops discovery, with one line each."""
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config=config_for(epicor, **settings))
    [problem] = caught.value.errors
    assert words in problem


@pytest.mark.parametrize("mode", ["core", "all"])
@pytest.mark.parametrize(
    ("columns", "expected"),
    [pytest.param(["Name"], {"Name"}, id="one"), pytest.param([], set(), id="none")],
)
def test_columns_of_an_entry_hold_in_both_modes(
    mode: str, columns: list[str], expected: set[str]
) -> None:
    """What an entry names is all that is offered, be it nothing."""
    entry = {"name": "vendors", "columns": columns}
    assert offered("vendors", "Name", "Comment", "Derived", mode=mode, streams=[entry]) == expected
